"""Where single answers are read from: months that are over and sealed, unit by unit, and a cursor over them."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import Final

from sqlalchemy import Engine

from scoring import OfficeHours, Period, index_sessions, load_edition
from survey_app.api.versions import Versions
from survey_app.api_key import ApiKey
from survey_app.reading.office_hours import read_office_book
from survey_app.reading.singles import read_entered, read_first_month, read_first_unsealed, read_units_entered
from survey_app.register import Catalogue
from survey_app.single_answer import Rules, SingleAnswer, single_answers
from survey_app.snapshot import SATISFACTION_EDITION
from survey_app.upkeep import SEAL_GRACE

MOST_UNITS_A_PAGE: Final = 100
MOST_KEPT: Final = 64
AFTER_ALL: Final = "~"
_CURSOR = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2])) ([A-Za-z0-9._-]{0,64}) ([A-Za-z0-9_~-]{0,22})", re.ASCII)


class BadCursor(Exception):
    """It is no cursor of ours."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """How far a program has read: everything up to this id of this unit of this month."""

    month: str = "0001-01"
    unit: str = ""
    id: str = ""

    @property
    def cursor(self) -> str:
        """As it stands in an address."""
        return urlsafe_b64encode(f"{self.month} {self.unit} {self.id}".encode()).decode().rstrip("=")


def parse_cursor(text: str) -> Position:
    """The position that a cursor tells.

    Raises:
        BadCursor: it is none of ours.

    >>> parse_cursor(Position("2026-10", "xa.29926", "a").cursor)
    Position(month='2026-10', unit='xa.29926', id='a')
    """
    try:
        found = _CURSOR.fullmatch(urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
    except ValueError as error:
        raise BadCursor(text) from error
    if found is None:
        raise BadCursor(text)
    return Position(*found.groups())


@dataclass(frozen=True, slots=True)
class Page:
    """Answers in order, the position after them, and whether there are more to read now."""

    answers: tuple[SingleAnswer, ...]
    next: Position
    more: bool


@dataclass
class Singles:
    """Reads single answers of months that are over and sealed; the last units read are kept."""

    engine: Engine
    key: bytes
    hours: OfficeHours = field(default_factory=OfficeHours)
    _lock: Lock = field(default_factory=Lock)
    _version: str | None = None
    _sealed_until: date = date.min
    _units: dict[date, tuple[str, ...]] = field(default_factory=dict)
    _kept: dict[tuple[date, str], tuple[SingleAnswer, ...]] = field(default_factory=dict)
    _rules: dict[date, Rules] = field(default_factory=dict)

    def page(
        self,
        after: Position,
        key: ApiKey,
        register: tuple[str | None, Catalogue, Versions],
        *,
        limit: int,
        now: datetime,
    ) -> Page:
        """The answers after a position that a key may read.

        Args:
            after: how far the program has read.
            key: the program's.
            register: its version, and what stands in it.
            limit: the most answers of a page.
            now: local time.
        """
        with self._lock:
            self._forget_if_changed(register[0])
            found: list[SingleAnswer] = []
            position = after
            for looked, (month, unit) in enumerate(self._places(after, key, now=now)):
                if len(found) == limit or looked == MOST_UNITS_A_PAGE:
                    return Page(tuple(found), position, more=True)
                past = after.id if (f"{month:%Y-%m}", unit) == (after.month, after.unit) else ""
                left = [each for each in self._answers(month, unit, *register[1:]) if each.id > past]
                taken = left[: limit - len(found)]
                found += taken
                if len(taken) < len(left):
                    return Page(tuple(found), Position(f"{month:%Y-%m}", unit, taken[-1].id), more=True)
                position = Position(f"{month:%Y-%m}", unit, AFTER_ALL)
            return Page(tuple(found), position, more=False)

    def readable_months(self, *, now: datetime) -> Iterator[date]:
        """Months that are over and sealed, in order, as far as there is none between them that is not."""
        over = (now - SEAL_GRACE).date().replace(day=1)
        with self.engine.connect() as connection:
            month = read_first_month(connection)
            if month is not None and self._sealed_until < over:
                unsealed = read_first_unsealed(connection, since=max(self._sealed_until, month))
                self._sealed_until = over if unsealed is None else min(over, unsealed)
        while month is not None and Period(month, "month").ends <= self._sealed_until:
            yield month
            month = Period(month, "month").ends

    def _places(self, after: Position, key: ApiKey, *, now: datetime) -> Iterator[tuple[date, str]]:
        for month in self.readable_months(now=now):
            code = f"{month:%Y-%m}"
            if code < after.month:
                continue
            for unit in self._units_of(month):
                if key.opens(unit) and (code, unit, AFTER_ALL) > (after.month, after.unit, after.id):
                    yield month, unit

    def _units_of(self, month: date) -> tuple[str, ...]:
        if month not in self._units:
            with self.engine.connect() as connection:
                self._units[month] = read_units_entered(connection, month)
        return self._units[month]

    def _answers(self, month: date, unit: str, register: Catalogue, versions: Versions) -> tuple[SingleAnswer, ...]:
        found = self._kept.get((month, unit))
        if found is None:
            with self.engine.connect() as connection:
                rows = read_entered(connection, unit, month)
            questions = rated_questions(versions)
            found = single_answers(rows, questions, month=month, rules=self._rules_of(month, register))
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[month, unit] = found
        return found

    def _rules_of(self, month: date, register: Catalogue) -> Rules:
        if month not in self._rules:
            ends = Period(month, "month").ends
            with self.engine.connect() as connection:
                book = read_office_book(connection)
            sessions = register.planned_sessions(book, until=ends)
            here = (each for each in sessions if month <= each.date < ends)
            flags = load_edition(SATISFACTION_EDITION).leaves_out
            self._rules[month] = Rules(index_sessions(here, self.hours), self.hours, flags, self.key)
        return self._rules[month]

    def _forget_if_changed(self, version: str | None) -> None:
        """Voiding a batch, and every other change of the register, gives it another version."""
        if version != self._version:
            for kept in (self._units, self._kept, self._rules):
                kept.clear()
            self._version = version


def rated_questions(versions: Versions) -> list[str]:
    """Codes of all questions on a scale, of every version that was ever asked."""
    every: Mapping[str, object] = {
        question.code: None
        for each in (*versions.current.values(), *versions.kept.values())
        for question in each.ratings
    }
    return list(every)
