"""Several outcomes of one pilot: how small each p must be taken when so many were looked at."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scoring.adjustment import adjust
from scoring.effect import PilotEffect, Verdict, judge

__all__ = ["AdjustedOutcome", "FamilyMethod", "OutcomeFamily", "adjust_outcomes"]

FamilyMethod = Literal["step_down", "grouped", "holm", "alone"]

_SAME = 1e-9  # statistics closer than this, relatively, count as equal


@dataclass(frozen=True, slots=True)
class AdjustedOutcome:
    """One outcome. p: adjusted, NaN where it could not be tested; verdict: with that p, at the effect's own level."""

    name: str
    effect: PilotEffect
    p: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class OutcomeFamily:
    """The outcomes of one pilot, in the given order.

    primary: the one named before any was looked at, whose p stands as it is; empty where none was, and then all are
    adjusted together. method: how the others were: `step_down` over the same candidates; `grouped` where only some share
    them: step-down among those, times the number of groups; `holm` where none do; `alone` where there is only one.
    """

    outcomes: tuple[AdjustedOutcome, ...]
    primary: str
    method: FamilyMethod

    def outcome(self, name: str) -> AdjustedOutcome:
        """The outcome of this name."""
        return next(each for each in self.outcomes if each.name == name)


def adjust_outcomes(effects: Mapping[str, PilotEffect], *, primary: str = "") -> OutcomeFamily:
    """Bound the chance of even one false claim among all outcomes that are not primary.

    Where all were tested over the same candidates, the largest statistic among the outcomes is compared set by set
    (step-down max-|t|), which knows how they go together: two of thirteen units that lie farthest in every outcome
    keep p = 1/78 in each, where Holm would leave 1/26 for three. Where months or units too small leave the outcomes
    different units, the candidates differ: then each group that shares them gets its part of the level, so that one
    outcome that lacks a unit does not cost all others theirs; where none share them it is Holm.

    Args:
        effects: of each outcome, by its name; made with the same `most` and `seed`.
        primary: name of the outcome that the pilot was meant to change, fixed beforehand.

    Raises:
        ValueError: no effects, or the primary outcome is not among them.

    Source:
        Westfall and Young (1993), Resampling-Based Multiple Testing, algorithm 4.1 (max-T);
        Romano and Wolf (2005), doi:10.1198/016214504000000539. R: multtest::mt.maxT; Holm: see `adjust`.
    """
    if not effects or (primary and primary not in effects):
        raise ValueError(f"primary == {primary!r}, must be one of {', '.join(effects) or 'no outcomes at all'}.")
    others = [name for name in effects if name != primary]
    tested = [name for name in others if not math.isnan(effects[name].p)]
    groups: dict[tuple[object, ...], list[str]] = {}
    for name in tested:
        groups.setdefault(_candidates(effects[name]), []).append(name)
    method = _method(len(tested), len(groups))
    if method in {"holm", "alone"}:
        adjusted = dict(zip(tested, adjust([effects[name].p for name in tested], "holm").tolist(), strict=True))
    else:
        adjusted = {name: p for group in groups.values() for name, p in _together(effects, group, len(groups)).items()}
    p = {name: effect.p for name, effect in effects.items()} | adjusted
    outcomes = tuple(_judged(name, effect, p[name]) for name, effect in effects.items())
    return OutcomeFamily(outcomes, primary, method)


def _method(tested: int, groups: int) -> FamilyMethod:
    if tested < 2:  # noqa: PLR2004, two to adjust
        return "alone"
    return "step_down" if groups == 1 else "holm" if groups == tested else "grouped"


def _together(effects: Mapping[str, PilotEffect], group: Sequence[str], groups: int) -> dict[str, float]:
    """Adjusted p of outcomes that share their candidates, at their part of the level."""
    statistics = [sets.statistics for name in group if (sets := effects[name].permutations) is not None]
    adjusted = np.minimum(_step_down(np.array(statistics)) * groups, 1)
    return dict(zip(group, adjusted.tolist(), strict=True))


def _candidates(effect: PilotEffect) -> tuple[object, ...]:
    """What makes the candidates of two effects the same sets in the same order."""
    sets = effect.permutations
    size, exact, seed = (0, True, 0) if sets is None else (len(sets.statistics), sets.exact, sets.seed)
    return effect.treated, effect.comparison, effect.design.within, size, exact, seed


def _step_down(statistics: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adjusted p of each outcome; statistics of shape (outcomes, sets), the real set first."""
    far = np.abs(statistics)
    order = np.argsort(-far[:, 0], kind="stable")
    adjusted, least = np.zeros(len(far)), 0.0
    for place, outcome in enumerate(order):
        largest = far[order[place:]].max(axis=0)
        least = max(least, float((largest >= far[outcome, 0] * (1 - _SAME)).mean()))
        adjusted[outcome] = least
    return adjusted


def _judged(name: str, effect: PilotEffect, p: float) -> AdjustedOutcome:
    settled: Sequence[Verdict] = ("not_enough_data", "cannot_conclude")
    verdict = effect.verdict if effect.verdict in settled else judge(effect.difference, p, level=effect.level)
    return AdjustedOutcome(name, effect, p, verdict)
