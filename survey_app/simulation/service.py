"""What only monthly counts tell of a unit: how it kept its continuous pilots up. Everything else is in its dossiers."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from survey_app.simulation.chance import stream
from survey_app.simulation.office import Office
from survey_app.simulation.truth import Truth

__all__ = ["ServiceRecord", "pilot_records"]


class ServiceRecord(NamedTuple):
    """A month's count. `denominator` is what it is counted of."""

    month: date
    measure: str
    numerator: int
    denominator: int


def pilot_records(office: Office, month: date, truth: Truth, *, seed: int) -> Iterator[ServiceRecord]:
    """`months_taken_part` of the continuous pilots that the unit was in, each 0 or 1 for the month; none without any."""
    continuous = len(office.continuous_in(month))
    if continuous:
        chance = stream(seed, "taken part", office.unit, month.isoformat())
        yield ServiceRecord(month, "months_taken_part", int(chance.binomial(continuous, truth.adherence)), continuous)
