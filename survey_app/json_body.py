"""A JSON body: bytes → one object, or why it is none; nothing that two readers could read differently."""

import json
from typing import Any, NoReturn


class UnreadableJson(Exception):
    """The body is not one JSON object that can be trusted to mean one thing."""


def parse_object(body: bytes) -> dict[str, Any]:
    """The object in a body.

    Raises:
        UnreadableJson: not UTF-8, not JSON, no object, a key twice, NaN or Infinity, half a surrogate pair, nested too
            deep, or a number of thousands of digits.

    >>> parse_object(b'{"id": "a", "answers": {"overall": 5}}')
    {'id': 'a', 'answers': {'overall': 5}}
    """
    try:
        found = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode()  # half a surrogate pair cannot be written anywhere
    except UnicodeDecodeError as error:
        raise UnreadableJson(f"the body is not UTF-8: {error.reason} at byte {error.start}") from error
    except UnicodeEncodeError as error:
        raise UnreadableJson("a text holds half a surrogate pair") from error
    except RecursionError as error:
        raise UnreadableJson("the body is nested too deep") from error
    except json.JSONDecodeError as error:
        raise UnreadableJson(f"the body is not JSON: {error.msg} at character {error.pos}") from error
    except ValueError as error:
        raise UnreadableJson(f"the body is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise UnreadableJson("the body is not a JSON object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise UnreadableJson("a key stands twice in one object")
    return found


def _no_number(name: str) -> NoReturn:
    raise UnreadableJson(f"{name} is no number of JSON")
