"""An answer as a shared tablet kept it: what it sends later, and whether its stamp can be true."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from scoring import OfficeHours, Slot, slot_of
from survey_app.submission import UnreadableForm

MOST_IN_A_BATCH = 50
MOST_BYTES = 512 * 1024
LONGEST_SECONDS, MOST_RECENT, MOST_COLLECTED = 3600, 999, 1_000_000
MOST_FIELDS = 200
_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_VERSION = re.compile(r"[0-9a-f]{16}")

Misstamped = Literal["in_future", "before_issue", "after_revocation", "no_desk"]
"""Why a stamp cannot be true: a later day, or a day before the tablet's code, after its withdrawal, without its desk."""


@dataclass(frozen=True, slots=True)
class Queued:
    """One person's answers on a tablet.

    id: random, made by the tablet, 22 letters. day, slot: as the tablet stamped them, no finer. version: of the
    questionnaire that it showed. fields: name–value pairs as a form posts them. seconds: from the first tap to the
    last. recent: how many people had answered on this tablet within two minutes. only_main: the person tapped the main
    answer and left.
    """

    id: str
    day: date
    slot: Slot
    version: str
    language: str
    fields: tuple[tuple[str, str], ...]
    seconds: int | None = None
    recent: int = 0
    only_main: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """What a tablet sends: answers, each as (id as it was sent, the answer or None), and its own count of days."""

    answers: tuple[tuple[str, Queued | None], ...]
    collected: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Term:
    """When a tablet's code may stamp. issued, revoked: days; starts, ends: when its desk exists, `ends` no longer."""

    issued: date
    revoked: date | None = None
    starts: date | None = None
    ends: date | None = None


def parse_sent(body: bytes, *, hours: OfficeHours) -> Sending:
    """What a tablet sent. An answer that cannot be read is None beside its id, so that it spoils no other.

    Raises:
        UnreadableForm: it is not JSON of the expected form, or more than `MOST_IN_A_BATCH` answers.
    """
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableForm("the body is not JSON") from error
    answers = raw.get("answers") if isinstance(raw, dict) else None
    if not isinstance(answers, list) or len(answers) > MOST_IN_A_BATCH:
        raise UnreadableForm(f"expected an object with at most {MOST_IN_A_BATCH} answers")
    return Sending(
        tuple((_text(one.get("id")) if isinstance(one, dict) else "", _queued(one, hours)) for one in answers),
        _counts(raw.get("collected")),
    )


def stamp_fault(day: date, term: Term, *, today: date) -> Misstamped | None:
    """Why a tablet cannot have stamped this day, if so; a later slot of today is no fault, see `is_early`.

    >>> term = Term(issued=date(2026, 11, 1), revoked=date(2026, 11, 18))
    >>> [stamp_fault(date(2026, 11, day), term, today=date(2026, 11, 19)) for day in (18, 19, 20)]
    [None, 'after_revocation', 'in_future']
    """
    if day > today:
        return "in_future"
    if day < term.issued:
        return "before_issue"
    if term.revoked is not None and day > term.revoked:
        return "after_revocation"
    return None if (term.starts or date.min) <= day < (term.ends or date.max) else "no_desk"


def is_early(day: date, slot: Slot, *, now: datetime, hours: OfficeHours) -> bool:
    """Whether the tablet's clock runs ahead within the day: the answer is not refused, its slot is waited for."""
    return day == now.date() and slot.starts > slot_of(now.time(), hours).starts


def _queued(raw: object, hours: OfficeHours) -> Queued | None:
    """The answer, or None where anything of it is not as a tablet of ours writes it."""
    if not isinstance(raw, dict):
        return None
    fields = raw.get("fields")
    id_, version = _text(raw.get("id")), _text(raw.get("version"))
    if not (_ID.fullmatch(id_) and _VERSION.fullmatch(version) and _are_fields(fields)):
        return None
    try:
        day, at = date.fromisoformat(_text(raw.get("date"))), time.fromisoformat(_text(raw.get("slot")))
    except ValueError:
        return None
    return Queued(
        id_,
        day,
        # What is kept is the slot that holds the time, so that no minute enters the record whatever was sent.
        slot_of(at.replace(tzinfo=None), hours),
        version,
        _text(raw.get("language")),
        tuple((_text(name), _text(value)) for name, value in fields),
        seconds=_whole(raw.get("seconds"), LONGEST_SECONDS),
        recent=_whole(raw.get("recent"), MOST_RECENT) or 0,
        only_main=raw.get("only_main") is True,
    )


def _are_fields(raw: Any) -> bool:
    return (
        isinstance(raw, list)
        and len(raw) <= MOST_FIELDS
        and all(isinstance(pair, list) and list(map(type, pair)) == [str, str] for pair in raw)
    )


def _text(raw: object) -> str:
    """A text without half letters, which JSON can write and no database can; empty if it is none."""
    return raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(raw, str) else ""


def _whole(raw: object, most: int) -> int | None:
    return max(0, min(raw, most)) if type(raw) is int else None


def _counts(raw: object) -> dict[date, int]:
    """The tablet's count by day; what is no day or no count is left out."""
    counts = {}
    for name, count in raw.items() if isinstance(raw, dict) else ():
        number = _whole(count, MOST_COLLECTED)
        with suppress(ValueError):
            counts[date.fromisoformat(name)] = number
    return {day: number for day, number in counts.items() if number is not None}
