"""The keys that a questionnaire's file may hold, and those of each kind of question."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, get_args

from survey_app.condition import Condition
from survey_app.entry import FLAG, NOTHING, TEXT, TEXTS, CatalogueFault, Entry, Key, one_of, read_entry, required

Kind = Literal["rating", "faces", "choice", "choices", "yes_no", "number", "text", "field"]
KINDS: tuple[Kind, ...] = get_args(Kind)
RATINGS = ("rating", "faces")
MOST_CHARACTERS = 5000
MOST_DECIMALS = 2
MOST_LANGUAGES = 20
NOT_APPLICABLE = "na"
LANGUAGE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
"""A language's code: vi, en, pt-BR. Pages and workbooks name it in their headings."""
WAYS = ({"equals"}, {"one_of"}, {"at_least"}, {"at_most"}, {"at_least", "at_most"})
"""What a condition may say together."""

Raw = Mapping[str, Any]


def _matching(pattern: str, *, besides: str = "") -> Callable[[Any], str]:
    def read(found: Any) -> str:
        if not isinstance(found, str) or not re.fullmatch(pattern, found) or found == besides:
            raise ValueError
        return found

    return read


def _number(found: Any) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ValueError  # noqa: TRY004 - what a key's reader raises
    return found


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def read(found: Any) -> int:
        if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
            raise ValueError
        return found

    return read


def _languages_said(found: Any) -> tuple[str, ...]:
    texts = TEXTS.read(found)
    if not 0 < len(texts) == len(set(texts)) <= MOST_LANGUAGES or not all(
        re.fullmatch(LANGUAGE, text) for text in texts
    ):
        raise ValueError
    return tuple(texts)


def _list_of(fewest: int) -> Callable[[Any], tuple[Any, ...]]:
    def read(found: Any) -> tuple[Any, ...]:
        if not isinstance(found, list) or len(found) < fewest:
            raise ValueError
        return tuple(found)

    return read


NUMBER = Key("a number", _number)
CODE = required(
    Key("letters, digits and _, beginning with a letter, at most 40", _matching(r"[A-Za-z][A-Za-z0-9_]{0,39}"))
)
FORM_CODE = Key(
    "letters, digits, _ and -, beginning with a letter or digit, at most 40",
    _matching(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}"),
)
CHOICE_CODE = required(
    Key(
        f"letters, digits, _ and -, at most 40, not {NOT_APPLICABLE!r}",
        _matching(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", besides=NOT_APPLICABLE),
    )
)
CONDITION = Key(
    "a table with question and one of equals, one_of, at_least, at_most",
    keys={
        "question": required(TEXT),
        "equals": Key("a point, true or false, or a choice's code"),
        "one_of": Key("a list of points or of choices' codes", _list_of(1)),
        "at_least": NUMBER,
        "at_most": NUMBER,
    },
)


class _Keys:
    """The keys of a form whose texts are in some languages."""

    def __init__(self, languages: Sequence[str]) -> None:
        def in_each(key: Key, what: str) -> Key:
            shown = f"{what} in each language ({', '.join(languages)})"
            return Key(shown, keys={language: required(key) for language in languages})

        self.text, self.scale = in_each(TEXT, "a text"), in_each(TEXTS, "a list of words")
        self.choice = {"code": CHOICE_CODE, "text": required(self.text)}

    def form(self) -> Mapping[str, Key]:
        """The keys beside the questions."""
        return {
            "code": required(FORM_CODE),
            "name": self.text,
            "languages": required(
                Key(
                    f"a list of at most {MOST_LANGUAGES} codes of languages such as vi or pt-BR, each once",
                    _languages_said,
                )
            ),
            "scale": self.scale,
            "not_applicable": self.text,
            "edition": TEXT,
            "source": required(TEXT),
        }

    def question(self, kind: object) -> Mapping[str, Key]:
        """The keys of a question of a kind; of an unknown kind, all there are."""
        base = {
            "code": CODE,
            "kind": required(one_of(*KINDS)),
            "text": required(self.text),
            "hint": self.text,
            "section": self.text,
            "required": FLAG,
            "criterion": TEXT,
            "show_if": CONDITION,
        }
        own = self._own()
        if kind in own:
            return base | own[kind]
        return base | {name: replace(key, required=False) for keys in own.values() for name, key in keys.items()}

    def _own(self) -> Mapping[object, dict[str, Key]]:
        tapped = {"main": FLAG, "not_applicable": FLAG}
        listed = {"choice": required(Key("two or more [[question.choice]]", _list_of(2)))}
        return {
            "rating": tapped | {"scale": self.scale},
            "faces": tapped | {"scale": self.scale},
            "choice": tapped | listed,
            "choices": listed,
            "yes_no": tapped | {"report": FLAG},
            "number": {
                "least": NUMBER,
                "most": NUMBER,
                "decimals": Key(f"0 to {MOST_DECIMALS}", _whole(0, MOST_DECIMALS)),
                "unit": self.text,
            },
            "text": {"longest": required(Key(f"1 to {MOST_CHARACTERS} characters", _whole(1, MOST_CHARACTERS)))},
            "field": {},
        }


def read_document(raw: Raw, *, file: str) -> tuple[dict[str, Any], list[dict[str, Any]], list[CatalogueFault]]:
    """The form's own values, the values of each question, and what is wrong with any of them by itself."""
    listed = raw.get("question")
    asked = listed if isinstance(listed, list) else []
    keys = _Keys(_languages(raw, asked))
    form, faults = read_entry({key: raw[key] for key in raw if key != "question"}, keys.form(), file=file, key="")
    faults = [replace(fault, key=fault.key.removeprefix(".")) for fault in faults]
    if not asked:
        faults.append(CatalogueFault(file, "question", listed or NOTHING, "one [[question]] or more"))
    questions = []
    for number, each in enumerate(asked):
        kind = each.get("kind") if isinstance(each, Mapping) else None
        entry, found = read_entry(each, keys.question(kind), file=file, key=f"question[{number}]")
        values, refused = _made(entry, keys)
        questions.append(values)
        faults += [*found, *refused]
    return dict(form.values), questions, faults


def _languages(raw: Raw, asked: Sequence[object]) -> Sequence[str]:
    """The languages as said; where that is faulty, those of the first question, so that the rest is checked too."""
    said = raw.get("languages")
    if isinstance(said, list) and said and all(isinstance(language, str) and language for language in said):
        return said[:MOST_LANGUAGES]
    text = asked[0].get("text") if asked and isinstance(asked[0], Mapping) else None
    return list(text)[:MOST_LANGUAGES] if isinstance(text, Mapping) else ["vi"]


def _made(entry: Entry, keys: _Keys) -> tuple[dict[str, Any], list[CatalogueFault]]:
    """A question's values with its choices read and its condition made; what is faulty in them is left out."""
    values, faults = dict(entry.values), []
    if "choice" in values:
        read = [
            read_entry(each, keys.choice, file=entry.file, key=f"{entry.key}.choice[{number}]")
            for number, each in enumerate(values["choice"])
        ]
        values["choice"] = tuple(dict(choice.values) for choice, _ in read)
        faults += [fault for _, found in read for fault in found]
    said = values.pop("show_if", None)
    if said is not None and "question" in said:
        if said.keys() - {"question"} in WAYS:
            values["show_if"] = _condition(said)
        else:
            expected = "one of equals, one_of, at_least, at_most, or the last two together"
            faults.append(entry.fault("show_if", dict(said), expected))
    return values, faults


def _condition(said: Raw) -> Condition:
    return Condition(
        said["question"],
        one_of=(said["equals"],) if "equals" in said else said.get("one_of", ()),
        at_least=said.get("at_least"),
        at_most=said.get("at_most"),
    )
