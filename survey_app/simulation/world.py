"""What the simulated months of all units have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from scoring.calendar import OfficeHours, WorkingCalendar
from scoring.office_hours import EVERYWHERE, OfficeBook
from scoring.pilot import Session
from survey_app.register import Catalogue
from survey_app.simulation.chance import stream
from survey_app.simulation.dossier import procedures_by_field
from survey_app.simulation.office import Office
from survey_app.simulation.period import next_month, shifted
from survey_app.simulation.truth import Truth

__all__ = ["World"]


@dataclass(frozen=True)
class World:
    """The register, the truth and the day; `today` is the first day without responses."""

    catalogue: Catalogue
    truth: Truth
    seed: int
    today: date
    book: OfficeBook

    @property
    def calendar(self) -> WorkingCalendar:
        """The working calendar of all places."""
        return self.book.calendar_of(EVERYWHERE)

    @property
    def hours(self) -> OfficeHours:
        """The office hours of all units."""
        return self.book.default

    def planned_in(self, unit: str, month: date) -> Sequence[Session]:
        """The sessions that a unit plans in a month, in order of pilots and of time."""
        return self._planned.get((unit, month), ())

    @cached_property
    def procedures(self) -> Mapping[str, Sequence[str]]:
        """Codes of procedures by field."""
        return procedures_by_field(self.catalogue)

    @cached_property
    def _planned(self) -> Mapping[tuple[str, date], Sequence[Session]]:
        """By unit and month; to the end of today's month, so that a day later moves nothing before it."""
        until = next_month(self.today)
        found: dict[tuple[str, date], list[Session]] = {}
        for session in self.catalogue.planned_sessions(self.book, until=until):
            found.setdefault((session.unit, session.date.replace(day=1)), []).append(session)
        return found

    def shock(self, office: Office, month: date) -> float:
        """What a month does to the level of a unit: its locality's share and its own."""
        text = month.isoformat()
        shared = self.truth.month_sd * stream(self.seed, "month", office.locality, text).standard_normal()
        own = self.truth.unit_month_sd * stream(self.seed, "unit month", office.unit, text).standard_normal()
        return float(shared + own)

    def is_given(self, desk: str, day: date) -> bool:
        """Whether a response of that desk and day exists: before today, and the desk's poster in sight."""
        return day < self.today and (desk != self.truth.hidden_desk or day < shifted(self.today, -1))
