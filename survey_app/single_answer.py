"""Answers as they leave one by one: each with the place at which the release rule lets it be seen, or not at all.

A month that is over has its levels for good (`frame.LEVELS`): every mark counts in figures of a desk, of a unit's channel,
or of the unit alone. An answer leaves with the finest place of its marks, and with those marks that are seen there; all
marks of one question and one cell leave, or none, so that single answers and figures cannot be subtracted from each other
down to fewer than ten. Beside the marks a characteristic is told only while ten answers or more share all that is told.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from datetime import date, datetime, time
from typing import Any

import polars as pl

from scoring import OfficeHours, Period, SessionIndex, hide_small
from survey_app.frame import SCHEMA, level_of, with_doubt, with_release_levels, with_sessions

FEWEST = 10
DESK, CHANNEL, UNIT = 1, 2, 3
"""Places: levels of `frame.LEVELS`. What is released for a session counts at its desk, for sessions are not told."""
CHARACTERISTICS = ("questionnaire", "language", "source", "field")
"""What is told beside place and marks, in this order, as long as ten share it."""
ID_LETTERS = 22


@dataclass(frozen=True, slots=True)
class SingleAnswer:
    """One answer as it leaves. id: a keyed hash, good only to know it again; month: in which it reached the record.

    desk, channel, doubtful and the characteristics: None where too few would share them, or where there is none. marks:
    question code → point. voided: of a batch of paper forms that was withdrawn; it has no marks.
    """

    id: str
    unit: str
    month: date
    simulated: bool
    desk: str | None = None
    channel: str | None = None
    doubtful: bool | None = None
    questionnaire: str | None = None
    language: str | None = None
    source: str | None = None
    field: str | None = None
    marks: Mapping[str, int] = made_by(default_factory=dict)
    voided: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides what leaves. sessions: of the pilots; flags: those of doubtful answers; key: of the installation."""

    sessions: SessionIndex
    hours: OfficeHours
    flags: tuple[str, ...]
    key: bytes


def single_answers(
    rows: Sequence[Mapping[str, Any]], questions: Sequence[str], *, month: date, rules: Rules
) -> tuple[SingleAnswer, ...]:
    """The answers of one unit and one month that is over, as they leave, by their ids.

    Args:
        rows: of `reading.read_entered`: all of the unit and the month.
        questions: codes of the questions on a scale; other answers do not leave one by one.
        month: its first day.
        rules: what decides.

    Returns:
        Those that may be seen; those of a voided batch too, without marks.
    """
    voided = [replace(_plain(row, month, rules), voided=True) for row in rows if row["voided"]]
    kept = {row["id"]: row for row in rows if not row["voided"]}
    found = [*voided]
    for group in _placed(kept, questions, month, rules) if kept else ():
        answers = [answer for answer, _ in group]
        told = _shared([row for _, row in group], CHARACTERISTICS)
        found += [replace(answer, **more) for answer, more in zip(answers, told, strict=True)]
    return tuple(sorted(found, key=lambda answer: answer.id))


Placed = tuple[SingleAnswer, Mapping[str, Any]]
"""An answer with its place and marks, and its row."""


def _plain(row: Mapping[str, Any], month: date, rules: Rules) -> SingleAnswer:
    """What may be said of any answer: which unit's, which month's."""
    told = hmac.digest(rules.key, f"hailong single answer v1\x00{row['id']}".encode(), hashlib.sha256)
    id_ = urlsafe_b64encode(told).decode()[:ID_LETTERS]
    return SingleAnswer(id_, row["unit"], month, simulated=row["simulated"])


def _placed(
    kept: Mapping[str, Mapping[str, Any]], questions: Sequence[str], month: date, rules: Rules
) -> list[list[Placed]]:
    """The answers that may be seen, in groups of one place."""
    levels = _levels(list(kept.values()), questions, month, rules)
    places = {id_: min(of.values()) for id_, (_, of) in levels.items() if of}
    split = _split_cells(kept, levels, places)
    groups: defaultdict[tuple[object, ...], list[Placed]] = defaultdict(list)
    for id_, place in places.items():
        row, (doubtful, of) = kept[id_], levels[id_]
        cell = _cell(row, place, doubtful=doubtful)
        marks = {
            code: row["answers"][code] for code, level in of.items() if level == place and (code, cell) not in split
        }
        desk, channel, _ = cell
        answer = replace(_plain(row, month, rules), desk=desk, channel=channel, doubtful=doubtful, marks=marks)
        groups[cell].append((answer, row))
    seen = ([each for each in group if each[0].marks] for group in groups.values())
    return [group for group in seen if len(group) >= FEWEST]


def _levels(
    rows: Sequence[Mapping[str, Any]], questions: Sequence[str], month: date, rules: Rules
) -> dict[str, tuple[bool, dict[str, int]]]:
    """Id → whether the answer is doubtful, and the place of each of its marks that may be seen."""
    columns = {name: pl.Series(name, [row[name] for row in rows], dtype=dtype) for name, dtype in SCHEMA.items()}
    marks = {
        code: pl.Series(code, [row["answers"].get(code) for row in rows], dtype=pl.Int8(), strict=False)
        for code in questions
    }
    frame = pl.DataFrame({"id": [row["id"] for row in rows], **columns, **marks})
    frame = with_doubt(with_sessions(frame, rules.sessions), rules.flags)
    ends = datetime.combine(Period(month, "month").ends, time())
    released = with_release_levels(frame, list(questions), now=ends, hours=rules.hours)
    return {
        row["id"]: (
            row["doubtful"],
            {
                code: max(row[level_of(code)], DESK)
                for code in questions
                if row[code] is not None and row[level_of(code)] is not None
            },
        )
        for row in released.iter_rows(named=True)
    }


def _split_cells(
    kept: Mapping[str, Mapping[str, Any]],
    levels: Mapping[str, tuple[bool, dict[str, int]]],
    places: Mapping[str, int],
) -> set[tuple[str, tuple[object, ...]]]:
    """Questions and cells of which some marks belong to answers that are seen elsewhere: none of them may leave."""
    return {
        (code, _cell(kept[id_], level, doubtful=doubtful))
        for id_, (doubtful, of) in levels.items()
        for code, level in of.items()
        if level != places[id_]
    }


def _cell(row: Mapping[str, Any], place: int, *, doubtful: bool) -> tuple[str | None, str | None, bool]:
    """Desk, channel and doubt, as far as a place tells them."""
    return row["desk"] if place == DESK else None, row["channel"] if place <= CHANNEL else None, doubtful


def _shared(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    """The characteristics of answers of one group: each of its values that so few have is left out.

    What is left out of a group is left out of ten or more together, and what is told next is told within such a group.
    """
    told: list[dict[str, Any]] = [{} for _ in rows]
    groups = [list(range(len(rows)))]
    for name in names:
        parts: list[list[int]] = []
        for group in groups:
            parts += _parts(group, [rows[place][name] for place in group])
        for part in parts:
            values = {rows[place][name] for place in part}
            for place in part:
                told[place][name] = next(iter(values)) if len(values) == 1 else None
        groups = parts
    return told


def _parts(group: Sequence[int], values: Sequence[str | None]) -> list[list[int]]:
    """A group by value; the values that are hidden make one part together."""
    counted = Counter(values)
    hidden = dict(zip(counted, hide_small(list(counted.values()), at_least=FEWEST).tolist(), strict=True))
    parts: defaultdict[tuple[bool, str | None], list[int]] = defaultdict(list)
    for place, value in zip(group, values, strict=True):
        parts[hidden[value], None if hidden[value] else value].append(place)
    return list(parts.values())
