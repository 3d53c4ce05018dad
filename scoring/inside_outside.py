"""Answers inside a pilot's sessions beside those outside: a description, never an effect.

People who come on a Saturday differ from those who come on a Tuesday, and so do their matters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scoring.estimate import Estimate

__all__ = ["InsideOutside", "compare_inside_outside"]


@dataclass(frozen=True, slots=True)
class InsideOutside:
    """The two estimates and their difference (inside − outside). Never an effect: the people differ."""

    inside: Estimate
    outside: Estimate
    difference: Estimate


def compare_inside_outside(inside: Estimate, outside: Estimate, *, at_least: int) -> InsideOutside:
    """Difference of two independent estimates, its interval made from theirs (MOVER).

    For two shares with Wilson intervals this is Newcombe's hybrid score interval (his method 10).

    Args:
        inside: of the answers inside sessions.
        outside: of the answers outside sessions, same unit.
        at_least: answers below which an estimate is not shown.

    Returns:
        All three. An estimate of fewer than `at_least` answers comes back as NaN with n == 0, and so does the
        difference.

    Source:
        Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I;
        Zou and Donner (2008), doi:10.1002/sim.3095. R: DescTools::BinomDiffCI(56, 70, 48, 80, method = "score")

    >>> from scoring.estimate import wilson
    >>> found = compare_inside_outside(wilson(56, 70), wilson(48, 80), at_least=10).difference
    >>> f"{found.value:.4f} ({found.low:.4f} to {found.high:.4f}), n = {found.n}"
    '0.2000 (0.0524 to 0.3339), n = 150'
    """
    nobody = Estimate(math.nan, math.nan, math.nan, 0)
    inside, outside = (part if part.enough(at_least=at_least) else nobody for part in (inside, outside))
    if not (inside.n and outside.n):
        return InsideOutside(inside, outside, nobody)
    value = inside.value - outside.value
    low = value - math.hypot(inside.value - inside.low, outside.high - outside.value)
    high = value + math.hypot(inside.high - inside.value, outside.value - outside.low)
    return InsideOutside(inside, outside, Estimate(value, low, high, inside.n + outside.n))
