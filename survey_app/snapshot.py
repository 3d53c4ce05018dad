"""The record as of one moment: what everything shown is computed from, so that two figures on a page agree."""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

import polars as pl
from sqlalchemy import Connection, Engine

from scoring import (
    EVERYWHERE,
    OfficeBook,
    OfficeHours,
    Period,
    SessionOutcome,
    SessionRecord,
    Tally,
    WorkingCalendar,
    count_answers,
    count_service,
    index_sessions,
    load_edition,
    no_dossiers,
    slot_of,
)
from scoring.held_session import SessionKey
from survey_app.asked import merge_asked, only_answered
from survey_app.dossier_frame import read_dossiers
from survey_app.frame import (
    LEVELS,
    count_answers_stored,
    read_answers,
    released_at,
    with_doubt,
    with_release_levels,
    with_sessions,
)
from survey_app.held_sessions import judge_pilot_sessions
from survey_app.name_order import NameKey, by_name
from survey_app.questionnaire import Questionnaire, load_questionnaire
from survey_app.reading import (
    DEMO_LOADED,
    ServiceMeasure,
    read_questionnaire_versions,
    read_register,
    read_register_version,
    read_service_measures,
    read_state,
)
from survey_app.reading.codes import read_code_days
from survey_app.reading.desk_rows import Span
from survey_app.reading.dossiers import read_dossiers_version
from survey_app.reading.office_hours import read_office_book
from survey_app.reading.sessions import read_session_records, read_sessions_version
from survey_app.register import Catalogue, Unit
from survey_app.service_measures import measure_services

SATISFACTION_EDITION = "sipas-2017"
"""The edition whose criteria the form asks about."""
SATISFIED = (0, 0, 0, 1, 1)
SESSION_LEVEL, DESK_LEVEL, CHANNEL_LEVEL, UNIT_LEVEL = range(len(LEVELS))
GRACE = timedelta(seconds=60)
"""How long after its end a slot counts as ended: an answer is given its slot as it arrives, and stored a little later."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Answers, register and service records as of `taken`, the end of a slot: what came later is in no figure.

    recorded: monthly counts that were entered, for months without dossiers. book: when units work; hours: those by which slots
    are cut. records: what was recorded of sessions. code_days: desk → when its codes could be scanned, half-open.

    Figures at a granularity count the answers released at it. doubtful_too: whether they count the answers that the
    edition leaves out for their flags. kept: what was computed from it, for whoever asks again.
    """

    taken: datetime
    answers: pl.DataFrame
    register: Catalogue
    recorded: tuple[ServiceMeasure, ...]
    questionnaire: Questionnaire
    book: OfficeBook
    hours: OfficeHours
    simulated: bool
    dossiers: pl.DataFrame = field(default_factory=no_dossiers, repr=False)
    records: Mapping[SessionKey, SessionRecord] = field(default_factory=dict, repr=False)
    code_days: Mapping[str, tuple[Span, ...]] = field(default_factory=dict, repr=False)
    doubtful_too: bool = False
    base: "Snapshot | None" = field(default=None, repr=False)
    kept: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False)

    @property
    def questions(self) -> tuple[str, ...]:
        """Codes of the questions on the scale."""
        return tuple(question.code for question in self.questionnaire.ratings)

    def name_of(self, period: Period) -> str:
        """Text that names the state of a period's data on a score sheet: until when answers are in it, and how many are shown.

        Of a period that is over it is its end, whatever the clock says: no answer is released in it after that.
        """
        until = min(self.taken, datetime.combine(period.ends, time(), tzinfo=self.taken.tzinfo))
        shown = sum(self._shown_by_month.get(month, 0) for month in period.months)
        return f"{until:%Y-%m-%dT%H:%M%z} · {shown}{' · doubtful too' if self.doubtful_too else ''}"

    @cached_property
    def _shown_by_month(self) -> Mapping[object, int]:
        shown: Counter[object] = Counter()
        for (_, month), n in zip(self.by_unit.groups, self.by_unit.respondents, strict=True):
            shown[month] += int(n)
        return shown

    @cached_property
    def has_doubtful(self) -> bool:
        """Whether any answer is left out for its flags."""
        return bool(self.answers["doubtful"].any())

    @cached_property
    def with_doubtful(self) -> "Snapshot":
        """The same with the answers that are left out for their flags."""
        return self if self.doubtful_too else replace(self, doubtful_too=True, base=self, kept={})

    @property
    def without_doubtful(self) -> "Snapshot":
        """The same without the answers that are left out for their flags."""
        return self.base or self

    @property
    def calendar(self) -> WorkingCalendar:
        """The working calendar of units without days of their own."""
        return self.book.calendar_of(EVERYWHERE)

    @cached_property
    def service_counts(self) -> pl.DataFrame:
        """Counts of every service measure by unit and month, from the dossiers: `scoring.count_service`."""
        return self.base.service_counts if self.base else count_service(self.dossiers, self.book)

    @cached_property
    def outcomes(self) -> tuple[SessionOutcome, ...]:
        """What became of the sessions of all pilots before today."""
        if self.base:
            return self.base.outcomes
        return judge_pilot_sessions(
            self.register,
            book=self.book,
            dossiers=self.dossiers,
            answers=self.answers,
            records=self.records,
            slot_hours=self.hours,
            until=self.taken.date(),
        )

    @cached_property
    def services(self) -> tuple[ServiceMeasure, ...]:
        """Service measures by unit and month, from dossiers where there are any."""
        if self.base:
            return self.base.services
        return measure_services(self.service_counts, self.outcomes, self.recorded, simulated=self.simulated)

    @cached_property
    def services_of(self) -> Mapping[tuple[str, str], tuple[ServiceMeasure, ...]]:
        """The same by unit and measure, in order of months."""
        found: dict[tuple[str, str], list[ServiceMeasure]] = {}
        for each in self.services:
            found.setdefault((each.unit, each.measure), []).append(each)
        return {key: tuple(months) for key, months in found.items()}

    @cached_property
    def units_now(self) -> tuple[Unit, ...]:
        """Communes that exist today and have a desk, by province and name."""
        today, with_desk = self.taken.date(), {desk.unit for desk in self.register.desks}
        found = (
            unit
            for unit in self.register.units
            if unit.level == "commune" and unit.starts <= today < unit.ends and unit.code in with_desk
        )
        return tuple(sorted(found, key=lambda unit: (self._above(unit), by_name(unit.name))))

    def _above(self, unit: Unit) -> tuple[NameKey, str]:
        """What units are sorted by before their own name: the province's name, and its code where two are called alike."""
        above = self.register.unit[unit.parent].name if unit.parent else ""
        return by_name(above), unit.parent or ""

    @cached_property
    def districts(self) -> tuple[Unit, ...]:
        """Districts that ended and of which there are answers; the past keeps its own units."""
        answered = {str(unit) for unit, _ in self.by_unit.groups}
        parents = {unit.parent for unit in self.register.units if unit.code in answered}
        found = (unit for unit in self.register.units if unit.level == "district" and unit.code in parents | answered)
        return tuple(sorted(found, key=lambda unit: by_name(unit.name)))

    def units_of(self, code: str) -> tuple[Unit, ...]:
        """The units that a code stands for: itself and those right below it, of its own time; "all" is today's."""
        if code == "all":
            return self.units_now
        today = tuple(unit for unit in self.units_now if code in {unit.code, unit.parent})
        return today or tuple(unit for unit in self.register.units if code in {unit.code, unit.parent})

    def months_with_answers(self, units: Iterable[Unit]) -> tuple[date, ...]:
        """Months in which anything of these units may be shown, in order."""
        codes = {unit.code for unit in units}
        return tuple(
            sorted({month for unit, month in self.by_unit.groups if unit in codes and isinstance(month, date)})
        )

    @cached_property
    def by_unit(self) -> Tally:
        """Counts and moments by unit and month, of what is released for units."""
        return self._count(UNIT_LEVEL, ("unit", "month"), moments=True)

    @cached_property
    def by_desk(self) -> Tally:
        """Counts by unit, desk and month, of what is released for desks."""
        return self._count(DESK_LEVEL, ("unit", "desk", "month"))

    @cached_property
    def by_session(self) -> Tally:
        """Counts by unit, session and month, of what is released apart for sessions."""
        return self._count(SESSION_LEVEL, ("unit", "session", "month"))

    @cached_property
    def by_channel(self) -> Tally:
        """Counts and moments by unit, channel and month, of what is released for channels."""
        return self._count(CHANNEL_LEVEL, ("unit", "channel", "month"), moments=True)

    def _count(self, level: int, by: tuple[str, ...], *, moments: bool = False) -> Tally:
        counted = self.answers if self.doubtful_too else self.answers.filter(~pl.col("doubtful"))
        shown = released_at(counted, self.questions, by, level=level)
        points, values = self.questionnaire.points, SATISFIED if moments else None
        sets = load_edition(SATISFACTION_EDITION).question_sets(self.questionnaire.criteria) if moments else ()
        return count_answers(shown, self.questions, points=points, by=by, values=values, sets=sets)

    def count_by_field(self, question: str) -> pl.DataFrame:
        """Answers to a question that are released for units, by unit, month and the field that people named.

        Returns:
            Columns `unit`, `month`, `field` ("" where nobody named one), `n` and `satisfied`. For a weighted total of many
            units only: by field, cells may hold fewer than may be shown.
        """
        counted = self.answers if self.doubtful_too else self.answers.filter(~pl.col("doubtful"))
        shown = released_at(counted, [question], ("unit", "month", "field"), level=UNIT_LEVEL)
        satisfied = pl.col(question).is_in([point for point, value in enumerate(SATISFIED, 1) if value])
        by = ("unit", "month", pl.col("field").fill_null(""))
        return (
            shown.group_by(*by)
            .agg(pl.len().alias("n"), satisfied.sum().alias("satisfied"))
            .sort("unit", "month", "field")
        )

    def count_answers(self, units: Iterable[str], *, since: date, until: date) -> int:
        """Answers that figures would count if all were released: without those that are left out for their flags."""
        found = self._of(units, since, until)
        return found.height if self.doubtful_too else found.filter(~pl.col("doubtful")).height

    def received(self, units: Iterable[str], *, since: date, until: date) -> int:
        """Answers received when the snapshot was made, shown or not yet."""
        return self._of(units, since, until).height

    @cached_property
    def received_at_counters(self) -> Mapping[tuple[str, date], int]:
        """Answers received by unit and month of entry, shown or not yet; without those of people who applied from afar."""
        at_counter = self.answers.filter(pl.col("channel").cast(pl.String) != "online")
        counted = at_counter.group_by(pl.col("unit").cast(pl.String), pl.col("entered_date").dt.truncate("1mo")).len()
        return {(unit, month): n for unit, month, n in counted.iter_rows()}

    def count_by_channel(self, units: Iterable[str], *, since: date, until: date) -> dict[str, int]:
        """Answers received by channel, shown or not yet."""
        counted = self._of(units, since, until)["channel"].cast(pl.String).value_counts()
        return dict(counted.iter_rows())

    def count_flags(self, units: Iterable[str], *, since: date, until: date) -> tuple[int, int, dict[str, int]]:
        """Answers of months that are over: how many, how many are left out for their flags, how many bear each flag.

        A month in which a unit received fewer than may be shown is in none of them, nor is the running one: a flag of one
        answer, or one flag more since the last look, would say how somebody filled the form.
        """
        least = load_edition(SATISFACTION_EDITION).thresholds.privacy
        over = pl.col("month") < self.taken.date().replace(day=1)
        found = self._of(units, since, until).filter(over).filter(pl.len().over("unit", "month") >= least)
        counted = found["flags"].cast(pl.String).value_counts()
        flags: Counter[str] = Counter()
        for words, answers in counted.iter_rows():
            flags.update(dict.fromkeys((words or "").split(), answers))
        return found.height, int(found["doubtful"].sum()), dict(flags)

    def days_with_answers(self, units: Iterable[str]) -> frozenset[date]:
        """Days on which any of the units received an answer."""
        return frozenset(self.answers.filter(pl.col("unit").is_in(list(units)))["local_date"].unique())

    @cached_property
    def first_scans(self) -> Mapping[str, date]:
        """Desk → the first day on which somebody answered by a code of it."""
        scanned = self.answers.filter(~pl.col("channel").cast(pl.String).is_in(["paper", "assisted"]))
        return dict(scanned.group_by(pl.col("desk").cast(pl.String)).agg(pl.col("local_date").min()).iter_rows())

    def _of(self, units: Iterable[str], since: date, until: date) -> pl.DataFrame:
        chosen = pl.col("unit").is_in(list(units)) & pl.col("entered_date").is_between(since, until, closed="left")
        return self.answers.filter(chosen)


@dataclass
class SnapshotReader:
    """Gives the latest snapshot; reads again only when a slot has ended or the register or the demonstration changed.

    What reached the record on days that are over does not change, so only today's is read anew, unless its number says
    otherwise; whoever voids a batch of paper forms changes the register's version.
    """

    engine: Engine
    hours: OfficeHours = field(default_factory=OfficeHours)
    questionnaire: Questionnaire = field(default_factory=lambda: load_questionnaire("desk"))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _key: tuple[object, ...] = ()
    _latest: Snapshot | None = None
    _asked: Questionnaire | None = None
    _past: pl.DataFrame = field(default_factory=pl.DataFrame)
    _past_until: date = date.min
    _past_version: tuple[str | None, ...] = ()
    _dossiers: pl.DataFrame = field(default_factory=no_dossiers)
    _dossiers_version: tuple[str | None, ...] | None = None

    def latest(self, *, now: datetime) -> Snapshot:
        """The snapshot as of `now`, local time."""
        with self._lock, self.engine.connect() as connection:
            version = read_register_version(connection), read_state(connection, DEMO_LOADED)
            service = read_dossiers_version(connection), read_sessions_version(connection)
            key = (self._last_end(now - GRACE), *version, *service)
            if self._latest is None or key != self._key:
                self._latest, self._key = self._read(connection, key[0], version), key
            return self._latest

    def _last_end(self, now: datetime) -> datetime:
        """When the last slot ended, which is when the running one began."""
        return datetime.combine(now.date(), slot_of(now.time(), self.hours).starts, tzinfo=now.tzinfo)

    def _read(self, connection: Connection, taken: datetime, version: tuple[str | None, ...]) -> Snapshot:
        register, book = read_register(connection), read_office_book(connection)
        recorded, dossiers = tuple(read_service_measures(connection)), self._read_dossiers(connection)
        if version != self._past_version:
            self._asked = self._read_asked(connection)
        days = self._answers(connection, taken.date(), version)
        sessions = register.planned_sessions(book, until=taken.date() + timedelta(days=1))
        flags = load_edition(SATISFACTION_EDITION).leaves_out
        answers = with_doubt(with_sessions(days, index_sessions(sessions, self.hours)), flags)
        answered = [code for code in self._questions if answers[code].null_count() < answers.height]
        asked = only_answered(self._asked or self.questionnaire, self.questionnaire, answered)
        questions = [question.code for question in asked.ratings]
        return Snapshot(
            taken=taken,
            answers=with_release_levels(answers, questions, now=taken, hours=self.hours),
            register=register.as_of(taken.date()),
            recorded=recorded,
            questionnaire=asked,
            book=book,
            hours=self.hours,
            simulated=read_state(connection, DEMO_LOADED) is not None
            or bool(answers["simulated"].any() or dossiers["simulated"].any())
            or any(measure.simulated for measure in recorded),
            dossiers=dossiers,
            records=read_session_records(connection),
            code_days=read_code_days(connection),
        )

    def _read_dossiers(self, connection: Connection) -> pl.DataFrame:
        """All dossiers; read again only after an import, or when the demonstration was loaded anew."""
        version = read_dossiers_version(connection), read_state(connection, DEMO_LOADED)
        if version != self._dossiers_version:
            self._dossiers, self._dossiers_version = read_dossiers(connection), version
        return self._dossiers

    def _read_asked(self, connection: Connection) -> Questionnaire:
        """What every form that was ever asked asks on the scale of this one."""
        versions = read_questionnaire_versions(connection)
        return merge_asked(self.questionnaire, versions.values(), edition=SATISFACTION_EDITION)

    @property
    def _questions(self) -> list[str]:
        return [question.code for question in (self._asked or self.questionnaire).ratings]

    def _answers(self, connection: Connection, today: date, version: tuple[str | None, ...]) -> pl.DataFrame:
        """All answers: those of past days as they were kept, with the days that ended since; today's read anew."""
        if version == self._past_version and self._past_until <= today:
            ended = read_answers(connection, self._questions, since=self._past_until, until=today)
            self._past = pl.concat([self._past, ended])
        if version != self._past_version or count_answers_stored(connection, until=today) != self._past.height:
            self._past = read_answers(connection, self._questions, until=today)
        self._past_until, self._past_version = today, version
        return pl.concat([self._past, read_answers(connection, self._questions, since=today)])
