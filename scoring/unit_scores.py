"""Totals of many units at once, each with its interval and class; the full sheet of any of them when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.answers import moments_to_worth
from scoring.composite import weighted_estimates
from scoring.edition import Band, Edition
from scoring.estimate import NOBODY, Estimate
from scoring.line import work_out
from scoring.line_interval import linear_in_answers
from scoring.measures import Measures, Survey
from scoring.sheet import ScoreSheet, score
from scoring.tally import Tally

__all__ = ["UnitScore", "UnitScores", "score_units"]

Floats = NDArray[np.float64]

_DIGITS = 12  # equal totals of different answers stay equal, whatever their last binary digits
_SURE = 1e-7  # how far from a rounding edge, in units of the last printed digit, a float is trusted with the rounding


@dataclass(frozen=True, slots=True)
class UnitScore:
    """The total of one unit, as its sheet has it. value: share of the maximum; points: as printed; band: None without."""

    unit: str
    value: Estimate
    points: Decimal | None
    band: Band | None
    enough: bool


@dataclass(frozen=True)
class UnitScores:
    """Totals of many units under one edition, in the order of the tally's groups."""

    edition: Edition
    tally: Tally
    criteria: Mapping[str, str]
    period: str
    snapshot: str
    simulated: bool

    def __iter__(self) -> Iterator[UnitScore]:
        """The totals, unit by unit."""
        return iter(self.scores)

    @cached_property
    def estimates(self) -> tuple[Estimate, ...]:
        """The totals as `rank_sets` takes them."""
        return tuple(each.value for each in self.scores)

    def sheet(self, unit: str) -> ScoreSheet:
        """The full sheet of one unit, every line explained.

        Raises:
            KeyError: no unit of this name.
        """
        return score(self.edition, self._measures(self._places[unit]))

    @cached_property
    def scores(self) -> tuple[UnitScore, ...]:
        """The totals, unit by unit."""
        found: list[UnitScore | None] = [None] * len(self.tally.groups)
        for places in self._alike():
            for place, total in zip(places, self._totals(places), strict=True):
                found[place] = total
        return tuple(each for each in found if each is not None)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {str(unit): place for place, (unit,) in enumerate(self.tally.groups)}

    def _measures(self, place: int) -> Measures:
        (unit,) = self.tally.groups[place]
        survey = Survey(self.tally.at([place]), self.criteria, self.snapshot, self.simulated)
        return Measures(str(unit), self.period, self.snapshot, survey=survey)

    def _alike(self) -> Iterator[list[int]]:
        """Units of which the same questions are measured: their totals have the same weights."""
        enough = self.tally.answered >= max(self.edition.thresholds.privacy, 1)
        kinds: dict[bytes, list[int]] = {}
        for place, row in enumerate(enough):
            kinds.setdefault(row.tobytes(), []).append(place)
        yield from kinds.values()

    def _totals(self, places: Sequence[int]) -> Iterator[UnitScore]:
        """Totals of units that are alike: weights of the first one's sheet, for all of them at once where it is a sum."""
        line = work_out(self.edition, self._measures(places[0]))
        linear = linear_in_answers(line)
        if linear is None or linear.reading is None or self.tally.moments is None or len(linear.weights) == 1:
            yield from (_of_sheet(self.sheet(str(self.tally.groups[place][0]))) for place in places)
            return
        chosen = self.tally.at(places).asking(*linear.weights)
        people = chosen.people(linear.weights)
        worth, whole = moments_to_worth(chosen, linear.reading), sum(linear.weights.values())
        found = weighted_estimates(chosen, linear.weights)
        for i, (place, estimate) in enumerate(zip(places, found, strict=True)):
            low, high = (linear.constant + whole * worth.of(end) for end in (estimate.low, estimate.high))
            value = round(linear.constant + whole * worth.of(estimate.value), _DIGITS)
            n = int(people[i]) if people is not None else int(chosen.answered[i].max())
            yield self._score(place, Estimate(value, low, high, n, estimate.method))

    def _score(self, place: int, value: Estimate) -> UnitScore:
        """A total made with floats; where its last printed digit hangs on the last binary one, the sheet decides."""
        edition, (unit,) = self.edition, self.tally.groups[place]
        ends = [each * float(edition.total) * 10**edition.decimals for each in (value.value, value.low, value.high)]
        if any(abs(end % 1 - 0.5) < _SURE for end in ends):
            return _of_sheet(self.sheet(str(unit)))
        points, low, _ = (Decimal(round(end)).scaleb(-edition.decimals) for end in ends)
        bounds = edition.thresholds
        enough = value.n >= bounds.evidence and Fraction((value.high - value.low) / 2) <= bounds.half_width
        judged = low if edition.near_cut == "low" else points
        return UnitScore(str(unit), value, points, edition.band_of(judged) if enough else None, enough)


def score_units(
    edition: Edition, tally: Tally, *, criteria: Mapping[str, str], period: str, snapshot: str, simulated: bool = False
) -> UnitScores:
    """Totals of many units of which nothing but answers is known, as `score` gives them one by one.

    A hundred thousand explained lines for a country take their time; its totals, intervals and places do not.

    Args:
        edition: the rule book.
        tally: by one column, the unit; with moments of the values that the edition's definition asks for, and with
            `sets=edition.question_sets(criteria)` so that n is exact.
        criteria: question → criterion, as in a `Survey`.
        period: as in `Measures`.
        snapshot: as in `Measures`.
        simulated: whether the answers are simulated.

    Returns:
        The totals; `sheet(unit)` gives the full sheet of one unit, with the same numbers.

    Raises:
        ValueError: the tally was not counted by exactly one column, and as `score`.

    >>> import polars
    >>> from scoring.edition_file import load_edition
    >>> from scoring.tally import count_answers
    >>> answers = polars.DataFrame({"unit": ["a"] * 40 + ["b"] * 60, "q": [5, 4, 4, 2] * 25, "r": [4, 5, 2, 2] * 25})
    >>> tally = count_answers(answers, ["q", "r"], by=["unit"], values=(0, 0, 0, 1, 1))
    >>> scores = score_units(
    ...     load_edition("sipas-2017"), tally, criteria={"q": "3.1", "r": "2.1"}, period="2026-10", snapshot="example"
    ... )
    >>> [(each.unit, str(each.points)) for each in scores], scores.sheet("a").points
    ([('a', '63.64'), ('b', '63.64')], Decimal('63.64'))
    """
    if len(tally.by) != 1:
        raise ValueError(f"tally.by == {tally.by}, must be one column, the unit.")
    return UnitScores(edition, tally, criteria, period, snapshot, simulated)


def _of_sheet(sheet: ScoreSheet) -> UnitScore:
    value = sheet.total.value
    if isinstance(value, Estimate):
        return UnitScore(sheet.unit, value, sheet.points, sheet.band, sheet.enough)
    known = NOBODY if value is None else Estimate(float(value), float(value), float(value), 0, "known")
    return UnitScore(sheet.unit, known, sheet.points, sheet.band, sheet.enough)
