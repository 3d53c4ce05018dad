"""Many p values at once: how small each must be taken when so many were looked at."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.argument import choice, numbers

__all__ = ["adjust"]

_NAMES = ("holm", "benjamini-hochberg", "BH", "fdr", "fdr_bh")


def adjust(p_values: ArrayLike, method: str = "holm") -> NDArray[np.float64]:
    """What each p value is worth when all of them were looked at; compare with the level as if it stood alone.

    "holm" bounds the chance of even one false alarm among all, whatever their dependence. "benjamini-hochberg" bounds
    the expected share of false alarms among the alarms, for independent or positively dependent tests.

    Args:
        p_values: in [0, 1], shape (n_tests,), any order; NaN for a test that could not be made.
        method: "holm" or "benjamini-hochberg", in any case; for the latter also "BH", "fdr" (R) or "fdr_bh" (statsmodels).

    Returns:
        Adjusted p values in the given order, shape (n_tests,), each at least the given one and at most 1. NaN stays
        NaN and does not count among the tests.

    Raises:
        ValueError: a p value outside [0, 1], another shape, or an unknown method.

    Source:
        Holm (1979), Scandinavian Journal of Statistics 6, 65-70; Benjamini and Hochberg (1995),
        doi:10.1111/j.2517-6161.1995.tb02031.x. R: p.adjust(p, "holm"), p.adjust(p, "BH")

    >>> adjust([0.01, 0.04, float("nan"), 0.03]).round(6).tolist()
    [0.03, 0.06, nan, 0.06]
    >>> adjust([0.01, 0.04, float("nan"), 0.03], method="benjamini-hochberg").round(6).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    given = numbers("p_values", p_values, least=0, most=1, blank=True)
    known = {name.lower(): name for name in _NAMES}
    method = choice("method", known.get(str(method).lower(), method), _NAMES)
    order = np.argsort(given)[: np.count_nonzero(~np.isnan(given))]  # NaN sorts last
    ascending, tests = given[order], len(order)
    if method == "holm":
        stepped = np.maximum.accumulate(ascending * np.arange(tests, 0, -1))
    else:
        stepped = np.minimum.accumulate((ascending * (tests / np.arange(1, tests + 1)))[::-1])[::-1]
    adjusted = np.full_like(given, np.nan)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
