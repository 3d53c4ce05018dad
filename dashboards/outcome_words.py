"""A number of any outcome with its unit and interval, as short as a picture needs it."""

import math

from dashboards.wording import DASH, known_language, show_number, show_points, translator
from scoring import Estimate, Outcome


def tell_change(change: Estimate, outcome: Outcome, language: str) -> tuple[str, str]:
    """A change with its unit, and its interval: «+2,1 điểm %», «(0,4 … 3,8)».

    A dash and nothing where there is none, and where the design cannot conclude: a number without its doubt is not told.
    """
    if math.isnan(change.value) or math.isnan(change.low):
        return DASH, ""
    if outcome.share:
        value, interval = show_points(change, language).split(" ", 1)
        return f"{value} {translator(language)('điểm %')}", interval
    known = known_language(language)
    sign = "+" if change.value > 0 else ""
    return f"{sign}{outcome.points(change.value, known)}", f"({outcome.interval(change.low, change.high, known)})"


def show_smallest(p: float, language: str) -> str:
    """The smallest p that a design can reach, as the fraction that it is: «1/78»."""
    return DASH if math.isnan(p) else f"1/{show_number(round(1 / p), language, decimals=0)}"
