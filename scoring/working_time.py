"""Time as an office counts it: minutes of office hours, working days, and when a promise falls due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.calendar import OfficeHours, WorkingCalendar
from scoring.office_hours import OfficeBook
from scoring.pilot import LOCAL, SameDayPromise

__all__ = ["WorkingClock", "clock_of_days", "inside_office_hours", "working_clock", "working_minutes"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

DAY_MINUTES: Final = 24 * 60
MICROSECONDS: Final = 60_000_000
AFTER: Final = timedelta(days=60)
"""How far past the last moment the table goes, so that there is a next working day: no holiday is half as long."""
_EPOCH: Final = date(1970, 1, 1)


def working_minutes(starts: datetime, ends: datetime, *, hours: OfficeHours, calendar: WorkingCalendar) -> float:
    """Minutes inside office hours between two moments; negative where they are reversed.

    Args:
        starts: an aware time of any zone; judged in Asia/Ho_Chi_Minh.
        ends: likewise.
        hours: office hours of every day between.
        calendar: the working calendar of the place.

    Raises:
        ValueError: a time without a zone.

    >>> friday, tuesday = (datetime(2024, 4, day, 16, 30, tzinfo=LOCAL) for day in (26, 30))
    >>> working_minutes(friday, tuesday, hours=OfficeHours(), calendar=WorkingCalendar())  # 27/4–1/5/2024 are free
    30.0
    """
    first, last = _local("starts", starts), _local("ends", ends)
    if last < first:
        return -working_minutes(ends, starts, hours=hours, calendar=calendar)
    whole = calendar.working_days_between(first.date(), last.date())
    worked = [calendar.is_working_day(each.date()) * _minutes_by(each.time(), hours) for each in (first, last)]
    return whole * _minutes_by(time.max, hours) - worked[0] + worked[1]


def inside_office_hours(at: datetime, *, hours: OfficeHours, calendar: WorkingCalendar) -> bool:
    """Whether a moment lies inside office hours of a working day; the minute of closing no longer does.

    Raises:
        ValueError: a time without a zone.

    >>> saturday = datetime(2024, 5, 4, 8, 0, tzinfo=LOCAL)  # worked, for 29/4/2024
    >>> inside_office_hours(saturday, hours=OfficeHours(), calendar=WorkingCalendar())
    True
    """
    local, (opens, noon, reopens, closes) = _local("at", at), hours.bounds
    inside = opens <= local.time() < noon or reopens <= local.time() < closes
    return inside and calendar.is_working_day(local.date())


def _local(name: str, at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{name} == {at!r}, must have a time zone.")
    return at.astimezone(LOCAL)


def _minutes_by(at: time, hours: OfficeHours) -> float:
    """Minutes of office hours that are over by a time of day."""
    minute = min(at.hour * 60 + at.minute + at.second / 60 + at.microsecond / MICROSECONDS, DAY_MINUTES)
    opens, noon, reopens, closes = (bound.hour * 60 + bound.minute for bound in hours.bounds)
    return min(max(minute - opens, 0), noon - opens) + min(max(minute - reopens, 0), closes - reopens)


@dataclass(frozen=True, eq=False)
class WorkingClock:
    """The office hours of every unit on every day of a span, made ready for a million moments at once.

    Made by `working_clock`. units: those with hours or days of their own; row 0 of each table is of all others, row i + 1
    of units[i]. first: day of column 0. bounds: shape (rows, days, 4), minutes of the day at which the two half-days begin
    and end, of days off too. works: shape (rows, days), whether the day is worked.
    """

    units: tuple[str, ...]
    first: date
    bounds: NDArray[np.int16]
    works: NDArray[np.bool_]

    def minutes(self, dossiers: pl.DataFrame, *, starts: str = "received", ends: str = "finished") -> pl.Series:
        """Minutes of office hours between two moments of each dossier: `working_minutes`, row by row.

        Args:
            dossiers: with `unit` and the two columns of moments.
            starts: name of the first; null is not known.
            ends: name of the second.

        Returns:
            Float64, as long as the frame; null where either moment is. Negative where they are reversed.
        """
        rows = self._rows(dossiers["unit"])
        by = [self._minutes_by(rows, *self._placed(dossiers[name])) for name in (starts, ends)]
        return pl.Series("minutes", by[1] - by[0], nan_to_null=True)

    def working_days(self, dossiers: pl.DataFrame, *, starts: str = "received", ends: str = "finished") -> pl.Series:
        """Working days in the half-open span from the day of one moment to the day of the other; null where either is.

        0 where both are of one day. A span that is reversed counts negatively.
        """
        rows = self._rows(dossiers["unit"])
        by = []
        for name in (starts, ends):
            columns, minutes = self._placed(dossiers[name])
            by.append(np.where(np.isnan(minutes), np.nan, self._days_before[rows, columns]))
        return pl.Series("days", by[1] - by[0], nan_to_null=True).cast(pl.Int32)

    def inside_office_hours(self, dossiers: pl.DataFrame, *, at: str) -> pl.Series:
        """Whether each moment lies inside office hours of a working day; null where it is not known."""
        (columns, minutes), rows = self._placed(dossiers[at]), self._rows(dossiers["unit"])
        opens, noon, reopens, closes = np.moveaxis(self._opening[rows, columns], -1, 0)
        inside = ((opens <= minutes) & (minutes < noon)) | ((reopens <= minutes) & (minutes < closes))
        return _where(~np.isnan(minutes), pl.Series("open", inside))

    def half_day(self, dossiers: pl.DataFrame, *, at: str) -> pl.Series:
        """The half-day of each moment: "morning" before the afternoon's hours begin, "afternoon" from then on; null not known."""
        (columns, minutes), rows = self._placed(dossiers[at]), self._rows(dossiers["unit"])
        early = minutes < self.bounds[rows, columns, 2]
        return _where(~np.isnan(minutes), pl.Series("half_day", np.where(early, "morning", "afternoon")))

    def due_by(self, dossiers: pl.DataFrame, promise: SameDayPromise, *, received: str = "received") -> pl.Series:
        """When each dossier must be finished under a same-day promise: `scoring.due_by`, row by row.

        Returns:
            Local times, as long as the frame; kept when finished before it. Null where the moment of receipt is.
        """
        (columns, minutes), rows = self._placed(dossiers[received]), self._rows(dossiers["unit"])
        late = minutes > _minute(promise.cutoff)
        day = np.where(late, self._next_working[rows, columns], columns + 1).astype("timedelta64[D]")
        minute = np.where(late, _minute(promise.late_by), 0) * MICROSECONDS
        due = (np.datetime64(self.first) + day).astype("datetime64[us]") + minute.astype("timedelta64[us]")
        return _where(~np.isnan(minutes), pl.Series("due_by", due).dt.replace_time_zone(LOCAL.key))

    def after(self, dossiers: pl.DataFrame, minutes: NDArray[np.float64], *, starts: str = "received") -> pl.Series:
        """The moment by which so many minutes of office hours have passed since another; what `minutes` counts, turned round.

        Args:
            dossiers: with `unit` and the column of moments.
            minutes: shape (dossiers,), above 0.
            starts: name of the column.

        Returns:
            Local times; null where the moment is not known, or the end lies past the clock's last day.
        """
        (columns, of_day), rows = self._placed(dossiers[starts]), self._rows(dossiers["unit"])
        total = self._minutes_by(rows, columns, of_day) + minutes
        ends = self._minutes_before + self._lengths
        found = np.zeros(len(total), dtype=np.intp)
        for row in np.unique(rows):
            mine = rows == row
            found[mine] = np.searchsorted(ends[row], total[mine])
        known = ~np.isnan(total) & (found < ends.shape[-1])
        day = np.where(known, found, 0)
        opens, noon, reopens, _ = np.moveaxis(self.bounds[rows, day], -1, 0)
        rest, morning = total - self._minutes_before[rows, day], noon - opens
        minute = np.where(known, np.where(rest <= morning, opens + rest, reopens + rest - morning), 0)
        local = np.datetime64(self.first) + day.astype("timedelta64[D]")
        moments = local.astype("datetime64[us]") + np.round(minute * MICROSECONDS).astype("timedelta64[us]")
        return _where(known, pl.Series("after", moments).dt.replace_time_zone(LOCAL.key))

    def _minutes_by(self, rows: Places, columns: Places, minutes: Floats) -> Floats:
        """Minutes of office hours since the first day; NaN where the moment is not known."""
        opens, noon, reopens, closes = np.moveaxis(self._opening[rows, columns], -1, 0)
        today = np.clip(minutes - opens, 0, noon - opens) + np.clip(minutes - reopens, 0, closes - reopens)
        return np.asarray(self._minutes_before[rows, columns] + today, dtype=np.float64)

    def _placed(self, moments: pl.Series) -> tuple[Places, Floats]:
        """Columns of local days, and minutes of the day; column 0 and NaN where a moment is not known."""
        known = moments.is_not_null().to_numpy()
        local = moments.dt.replace_time_zone(None).dt.cast_time_unit("us").to_physical().fill_null(0).to_numpy()
        days, rest = np.divmod(local, DAY_MINUTES * MICROSECONDS)
        columns = np.where(known, days - (self.first - _EPOCH).days, 0).astype(np.intp)
        if columns.size and not (columns.min() >= 0 and columns.max() < self.works.shape[-1]):
            raise ValueError(f"{moments.name} has days outside the clock's {self.works.shape[-1]} from {self.first}.")
        return columns, np.where(known, rest / MICROSECONDS, np.nan)

    def _rows(self, units: pl.Series) -> Places:
        if not self.units:
            return np.zeros(len(units), dtype=np.intp)
        row = {unit: number for number, unit in enumerate(self.units, 1)}
        return units.cast(pl.String).replace_strict(row, default=0, return_dtype=pl.Int64).to_numpy().astype(np.intp)

    @cached_property
    def _opening(self) -> NDArray[np.int16]:
        """The bounds; all 0 on a day off."""
        return np.where(self.works[..., np.newaxis], self.bounds, np.int16(0))

    @cached_property
    def _minutes_before(self) -> NDArray[np.int64]:
        return np.asarray(np.cumsum(self._lengths, axis=-1) - self._lengths, dtype=np.int64)

    @cached_property
    def _lengths(self) -> NDArray[np.int64]:
        """Minutes of office hours of each day."""
        closed, opened = (self._opening[..., each::2].astype(np.int64).sum(axis=-1) for each in (1, 0))
        return np.asarray(closed - opened, dtype=np.int64)

    @cached_property
    def _days_before(self) -> NDArray[np.int64]:
        return np.cumsum(self.works, axis=-1) - self.works

    @cached_property
    def _next_working(self) -> NDArray[np.int64]:
        """Column of the first working day after each."""
        columns = np.arange(self.works.shape[-1])
        worked = np.where(self.works, columns, columns[-1] + 1)
        following = np.minimum.accumulate(worked[:, ::-1], axis=-1)[:, ::-1]
        return np.concatenate([following[:, 1:], np.full((len(worked), 1), columns[-1] + 1)], axis=-1)


def working_clock(dossiers: pl.DataFrame, book: OfficeBook) -> WorkingClock:
    """The clock of all moments of a dossier frame: its units, from its first day to well past its last.

    >>> from scoring.dossier import no_dossiers
    >>> working_clock(no_dossiers(), OfficeBook()).minutes(no_dossiers()).to_list()
    []
    """
    moments = dossiers.select(pl.selectors.datetime())
    ends = [*moments.min().row(0), *moments.max().row(0)] if moments.width else []
    days = [each.date() for each in ends if each is not None] or [_EPOCH]
    present = set(dossiers["unit"].cast(pl.String).unique().drop_nulls())
    return clock_of_days(min(days), min(max(days), date.max - AFTER) + AFTER, present, book)


def clock_of_days(first: date, last: date, units: Iterable[str], book: OfficeBook) -> WorkingClock:
    """The clock of these units from a day to another, both included."""
    units = tuple(sorted(book.special & set(units)))
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    works = np.array([[book.calendar_of(unit).is_working_day(day) for day in span] for unit in ("", *units)])
    bounds = np.array([[_bounds(book.hours_of(unit, day)) for day in span] for unit in ("", *units)], dtype=np.int16)
    return WorkingClock(units, first, bounds, works)


def _bounds(hours: OfficeHours) -> tuple[int, ...]:
    return tuple(bound.hour * 60 + bound.minute for bound in hours.bounds)


def _minute(at: time) -> float:
    return at.hour * 60 + at.minute + at.second / 60 + at.microsecond / MICROSECONDS


def _where(known: NDArray[np.bool_], values: pl.Series) -> pl.Series:
    return pl.select(pl.when(pl.Series(known)).then(values).alias(values.name)).to_series()
