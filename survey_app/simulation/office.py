"""What one unit is like: how well it serves, how many come, how many of them answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import exp

import numpy as np
from numpy.typing import NDArray

from scoring.pilot import Participation
from survey_app.register import Catalogue, Desk
from survey_app.simulation.chance import stream
from survey_app.simulation.participation import participations_of, takes_part
from survey_app.simulation.period import locality_of
from survey_app.simulation.truth import Truth

__all__ = ["Office", "desk_shares", "office_of"]

FIRST_DESK = 0.6
"""Share of the visitors who go to the first of several desks; the others share the rest."""


@dataclass(frozen=True, slots=True)
class Office:
    """A unit and its truth.

    locality: whose shock of a month it shares. level: on the latent scale. answers, visits: in a usual month.
    continuous: codes of the pilots without sessions.
    """

    unit: str
    locality: str
    level: float
    answers: float
    visits: float
    desks: tuple[Desk, ...]
    participations: tuple[Participation, ...]
    continuous: frozenset[str]

    def desks_in(self, month: date) -> Sequence[Desk]:
        """The desks that stand at the beginning of a month."""
        return [desk for desk in self.desks if (desk.valid_from or date.min) <= month < (desk.valid_to or date.max)]

    def continuous_in(self, month: date) -> tuple[str, ...]:
        """The pilots without sessions in which the unit takes part at the beginning of a month."""
        taking_part = {one.pilot for one in self.participations if takes_part(one, month)}
        return tuple(sorted(taking_part & self.continuous))


def desk_shares(desks: Sequence[Desk]) -> NDArray[np.float64]:
    """Share of the visitors who go to each desk, shape (desks,)."""
    shares = np.array([FIRST_DESK, *[(1 - FIRST_DESK) / max(len(desks) - 1, 1)] * (len(desks) - 1)])
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def office_of(catalogue: Catalogue, unit: str, truth: Truth, *, seed: int) -> Office:
    """The unit as the truth has it."""
    chance = stream(seed, "office", unit)
    level, size = truth.unit_sd * chance.standard_normal(), truth.volume_sd * chance.standard_normal()
    merged = sum(link.new == unit for link in catalogue.successors) > 1
    larger = truth.larger if merged or catalogue.unit[unit].level == "district" else 1.0
    answers = truth.answers_a_month * larger * exp(size)
    return Office(
        unit,
        locality_of(catalogue, unit),
        float(level),
        truth.quiet.get(unit, answers),
        answers / truth.response_share,
        tuple(desk for desk in catalogue.desks if desk.unit == unit),
        participations_of(catalogue, unit),
        frozenset(pilot.code for pilot in catalogue.pilots if pilot.rule.kind == "continuous"),
    )
