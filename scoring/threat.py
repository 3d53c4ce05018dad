"""What could make a pilot's comparison wrong, each with the check that was made, or that none could be made."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scoring.change import Changes, gap_changes, unit_changes
from scoring.design import Design
from scoring.panel import Panel
from scoring.permutation import is_shown
from scoring.tested import permute_changes, reachable_p

__all__ = ["Threat", "ThreatCode", "ThreatStatus", "list_threats", "sort_threats"]

ThreatStatus = Literal["found", "not_found", "cannot_check"]
ThreatCode = Literal[
    "not_by_lot",
    "before_contaminated",
    "several_pilots",
    "start_unconfirmed",
    "few_treated",
    "few_compared",
    "different_trend",
    "early_change",
    "shared_cause",
    "answering_voluntary",
    "seasonality",
    "left_out",
    "displacement",
    "crowding_out",
    "response_rate",
    "mix_changed",
    "other_events",
]

_FEW = 6  # units of a group below which large-sample formulas mislead; a permutation does not need them
_LAST, _LEAST = 2, 6  # months before the start looked at for an early change, of at least so many
_STEADY = (0.8, 1.25)  # answers of the treated against the compared, after over before, taken as unchanged


@dataclass(frozen=True, slots=True)
class Threat:
    """One threat. status: found, looked for and not found, or not checkable with the data at hand.

    units: whom it touches. number: what the check gave (units, a p, a ratio of answers, months, a difference); NaN
    without one. low, high: its interval, where it is a difference.
    """

    code: ThreatCode
    status: ThreatStatus
    units: tuple[str, ...] = ()
    number: float = math.nan
    low: float = math.nan
    high: float = math.nan


def list_threats(
    panel: Panel,
    design: Design,
    changes: Changes,
    *,
    outside: Panel | None = None,
    at_least: int,
    level: float,
    most: int,
    seed: int,
) -> tuple[Threat, ...]:
    """Every threat of this comparison, those found first.

    Arguments as in `compare_change`; `changes` are those of the units compared.
    """
    treated = np.array([unit in design.treated for unit in changes.units], dtype=np.bool_)
    compared = tuple(unit for unit in changes.units if unit not in design.treated)
    found = [
        Threat("not_by_lot", "found"),
        _seen("before_contaminated", there=design.before_contaminated),
        _several_pilots(design),
        _seasonality(design),
        _left_out(changes),
        _answering(changes, treated),
    ]
    if design.comparison or design.within:
        found += [
            _seen("start_unconfirmed", there=not design.start_confirmed),
            _few("few_treated", int(treated.sum())),
            _change_before(
                "different_trend", panel, outside, design, at_least=at_least, level=level, most=most, seed=seed
            ),
            _change_before(
                "early_change", panel, outside, design, at_least=at_least, level=level, most=most, seed=seed
            ),
        ]
    if design.within:
        found.append(Threat("shared_cause", "cannot_check"))
    if design.comparison:
        found.append(_few("few_compared", len(compared)))
    unchecked: tuple[ThreatCode, ...] = ("displacement", "crowding_out", "other_events")
    found += [Threat(code, "cannot_check") for code in unchecked]
    return sort_threats(found)


def sort_threats(threats: Iterable[Threat]) -> tuple[Threat, ...]:
    """Those found first, then those that could not be checked."""
    order: tuple[ThreatStatus, ...] = ("found", "cannot_check", "not_found")
    return tuple(sorted(threats, key=lambda threat: order.index(threat.status)))


def _seen(code: ThreatCode, *, there: bool) -> Threat:
    return Threat(code, "found" if there else "not_found")


def _several_pilots(design: Design) -> Threat:
    units = tuple(sorted({each.unit for each in design.in_other_pilots}))
    return Threat("several_pilots", "found" if units else "not_found", units, len(units))


def _few(code: ThreatCode, units: int) -> Threat:
    return Threat(code, "found" if units < _FEW else "not_found", number=units)


def _left_out(changes: Changes) -> Threat:
    units = tuple(sorted({each.unit for each in changes.left_out}))
    return Threat("left_out", "found" if units else "not_found", units, len(units))


def _seasonality(design: Design) -> Threat:
    """Periods that do not hold the same calendar months; a season common to all units cancels where units are compared."""
    window = design.window
    same = window.months_before % 12 == 0 == window.months_after % 12 and window.months_after > 0
    return Threat("seasonality", "not_found" if same else "found", number=window.months_after)


def _answering(changes: Changes, treated: NDArray[np.bool_]) -> Threat:
    """Answers per treated unit, after over before, divided by the same of the compared units; 1 is no change."""
    if not treated.any() or treated.all():
        return Threat("answering_voluntary", "cannot_check")

    def growth(units: NDArray[np.bool_]) -> float:
        return float(changes.n_after[units].sum() / changes.n_before[units].sum())

    ratio = growth(treated) / growth(~treated)
    steady = _STEADY[0] <= ratio <= _STEADY[1]
    return Threat("answering_voluntary", "not_found" if steady else "found", number=ratio)


def _change_before(
    code: Literal["different_trend", "early_change"],
    panel: Panel,
    outside: Panel | None,
    design: Design,
    *,
    at_least: int,
    level: float,
    most: int,
    seed: int,
) -> Threat:
    """The same comparison made inside the before-period, where the pilot cannot have done anything yet: its second half
    against its first, or its last two months against those before. Its p is the number.

    Not checkable where no result could be told from chance, or there are too few months.
    """
    months = design.window.before(panel.months)
    cut = len(months) // 2 if code == "different_trend" else len(months) - _LAST
    if code == "early_change" and len(months) < _LEAST:
        return Threat(code, "cannot_check")
    units = (*design.treated, *design.comparison)
    if outside is None:
        changes = unit_changes(panel, units, months[:cut], months[cut:], at_least=at_least)
    else:
        changes = gap_changes(panel, outside, units, months[:cut], months[cut:], at_least=at_least)
    treated = np.array([unit in design.treated for unit in changes.units], dtype=np.bool_)
    if not is_shown(reachable_p(treated, within=design.within), level=level):
        return Threat(code, "cannot_check")
    p = permute_changes(changes, treated, within=design.within, level=None, most=most, seed=seed).p
    return Threat(code, "found" if is_shown(p, level=level) else "not_found", number=p)
