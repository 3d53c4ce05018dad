"""What a unit's service records say of a month: counts, each with what it is counted of."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from survey_app.simulation.chance import stream
from survey_app.simulation.office import Office
from survey_app.simulation.truth import Truth

__all__ = ["ServiceRecord", "dossier_records", "pilot_records"]

DOSSIERS_A_VISIT = 0.7
FINISHED = 0.97
ON_TIME, EARLY, SAME_DAY, SUPPLEMENT = 1.9, 0.35, -0.4, -1.5
"""As normal deviates at an average unit: 97 % on time; of these 64 % early, 34 % the same day; 7 % sent back once."""
FOLLOWS_LEVEL = 1.2
"""How much a unit's level, which the answers show too, moves the share on time."""
MONTHLY_SD = 0.1
ONLINE_FROM, ONLINE_A_YEAR, ONLINE_MOST = 2019, 0.08, 0.9
"""Nobody files online before that year; each year so many more do, up to the most."""


class ServiceRecord(NamedTuple):
    """A month's count. `denominator` is what it is counted of, 1 for a plain number."""

    month: date
    measure: str
    numerator: int
    denominator: int


def dossier_records(office: Office, month: date, *, usual: float, answers: int, seed: int) -> Iterator[ServiceRecord]:
    """A month at the counter: `counter_visits`, a number of 1, and shares of dossiers.

    `on_time` (`early` and `same_day` are parts of it) and `supplement` are of the dossiers finished, `online` is of
    those received.

    Args:
        office: the unit.
        month: its first day.
        usual: how busy the month was, 1 for a usual one.
        answers: responses of this month; each was a visit.
        seed: of all chance.
    """
    chance = stream(seed, "service", office.unit, month.isoformat())
    visits = max(int(chance.poisson(office.visits * usual)), answers)
    received = int(chance.binomial(visits, DOSSIERS_A_VISIT))
    finished = int(chance.binomial(received, FINISHED))
    on_time = _part(chance, finished, ON_TIME + FOLLOWS_LEVEL * office.level)
    yield ServiceRecord(month, "counter_visits", visits, 1)
    yield ServiceRecord(month, "on_time", on_time, finished)
    yield ServiceRecord(month, "early", _part(chance, on_time, EARLY), finished)
    yield ServiceRecord(month, "same_day", _part(chance, on_time, SAME_DAY), finished)
    yield ServiceRecord(month, "supplement", _part(chance, finished, SUPPLEMENT), finished)
    online = min(max(ONLINE_A_YEAR * (month.year + month.month / 12 - ONLINE_FROM), 0.0), ONLINE_MOST)
    yield ServiceRecord(month, "online", int(chance.binomial(received, online)), received)


def _part(chance: np.random.Generator, whole: int, deviate: float) -> int:
    return int(chance.binomial(whole, ndtr(deviate + MONTHLY_SD * chance.standard_normal())))


def pilot_records(
    office: Office, month: date, truth: Truth, *, planned: int, held: int, seed: int
) -> Iterator[ServiceRecord]:
    """How a unit kept its pilots up: no record without such a pilot in that month.

    `sessions_held` is of the sessions planned; `months_taken_part` is of the continuous pilots that the unit was in,
    each 0 or 1 for the month.
    """
    if planned:
        yield ServiceRecord(month, "sessions_held", held, planned)
    continuous = len(office.continuous_in(month))
    if continuous:
        chance = stream(seed, "taken part", office.unit, month.isoformat())
        yield ServiceRecord(month, "months_taken_part", int(chance.binomial(continuous, truth.adherence)), continuous)
