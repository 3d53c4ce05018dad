"""How many people to ask."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

from scipy.special import ndtri

from scoring.argument import between, choice, count, numbers, two_sided_z

__all__ = ["SampleSize", "sample_size"]

Value = TypeVar("Value")

_DUST = 1e-9  # 384.0000000001 is 384
_METHODS = ("yamane", "share", "difference")


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How many people to ask. n: whole, rounded up; exact: before rounding; method: how, and with what.

    For a difference n is that of each of the two groups.
    """

    n: int
    exact: float
    method: str


def sample_size(
    method: str,
    *,
    population: int | None = None,
    margin: float | None = None,
    share: float | None = None,
    shares: tuple[float, float] | None = None,
    power: float | None = None,
    level: float | None = None,
    design_effect: float | None = None,
) -> SampleSize:
    """How many people to ask, by one of three rules. An argument that the rule does not know is refused.

    yamane: N / (1 + N e²), for a margin e of a share at 95 %, the rule of the training texts on Decision 1383/QĐ-BNV.
    It takes the share as 0.5 and z as 2, so of more than 25 people it asks for a little more than `share` does. Takes
    population, margin.

    share: so many that the interval of a share is ± margin. n₀ = z² p (1 − p) / margin² × design_effect, and of a
    population of N people n₀ / (1 + (n₀ − 1) / N). Takes margin, share (0.5: the most cautious), population (none:
    very large), level (0.95), design_effect (1).

    difference: so many in each of two groups that a difference between two shares is found, with the given power, by
    the two-sided test at 1 − level. Takes shares, power (0.8), level (0.95), design_effect (1).

    Args:
        method: "yamane", "share" or "difference".
        population: people in all, a whole number, 0 or more.
        margin: half the interval's length, as a share, in (0, 1).
        share: the share that is expected, in (0, 1).
        shares: the two shares that are expected, each in [0, 1], not the same.
        power: chance to find the difference if it is there, in (0, 1).
        level: confidence level, in (0, 1).
        design_effect: how many times larger the design makes the variance (`DesignEstimate.design_effect`), above 0.

    Returns:
        How many answers are needed; more must be asked if some do not answer. 0 of a population of 0.

    Raises:
        ValueError: an unknown method; an argument missing, unknown to the method, or outside its range.

    Source:
        Yamane (1967), Statistics, p. 886; Cochran (1977), Sampling Techniques, section 4.4; Fleiss, Levin and Paik
        (2003), section 4.2 without correction, the chance of a result in the wrong direction left out.
        R: power.prop.test(p1 = 0.8, p2 = 0.9, power = 0.8)

    >>> [sample_size("yamane", population=people, margin=0.05).n for people in (500, 1_000, 5_000, 10_000)]
    [223, 286, 371, 385]
    >>> sample_size("share", margin=0.05).n, sample_size("share", margin=0.05, population=1_000).n
    (385, 278)
    >>> size = sample_size("difference", shares=(0.80, 0.90))
    >>> size.n, size.method
    (199, 'difference of 0.8 and 0.9, power 0.8, level 0.95, design effect 1, in each group')
    """
    choice("method", method, _METHODS)
    if method == "yamane":
        _refuse(method, share=share, shares=shares, power=power, level=level, design_effect=design_effect)
        return _yamane(_needed(method, "population", population), _needed(method, "margin", margin))
    level, design_effect = 0.95 if level is None else level, 1 if design_effect is None else design_effect
    if method == "share":
        _refuse(method, shares=shares, power=power)
        share = 0.5 if share is None else share
        return _share(_needed(method, "margin", margin), share, population, level, design_effect)
    _refuse(method, population=population, margin=margin, share=share)
    return _difference(_needed(method, "shares", shares), 0.8 if power is None else power, level, design_effect)


def _yamane(population: int, margin: float) -> SampleSize:
    people, margin = count("population", population), between("margin", margin, above=0, below=1)
    return _rounded(people / (1 + people * margin**2), f"Yamane, margin {margin:g} of {people} people")


def _share(margin: float, share: float, population: int | None, level: float, design_effect: float) -> SampleSize:
    margin = between("margin", margin, above=0, below=1)
    share = between("share", share, above=0, below=1)
    people = math.inf if population is None else count("population", population)
    large = two_sided_z(level) ** 2 * share * (1 - share) / margin**2
    large *= between("design_effect", design_effect, above=0)
    of = "a very large population" if population is None else f"{people} people"
    method = f"margin {margin:g} of a share of {share:g} of {of}, level {level:g}, design effect {design_effect:g}"
    return _rounded(large * people / (people + large - 1) if math.isfinite(people) else large, method)


def _difference(shares: tuple[float, float], power: float, level: float, design_effect: float) -> SampleSize:
    first, second = numbers("shares", shares, length=2, least=0, most=1).tolist()
    if first == second:
        raise ValueError(f"shares == {shares}, must be two that differ.")
    middle = (first + second) / 2
    same = two_sided_z(level) * math.sqrt(2 * middle * (1 - middle))
    apart = float(ndtri(between("power", power, above=0, below=1)))
    apart *= math.sqrt(first * (1 - first) + second * (1 - second))
    exact = max(same + apart, 0) ** 2 / (first - second) ** 2 * between("design_effect", design_effect, above=0)
    method = f"difference of {first:g} and {second:g}, power {power:g}, level {level:g}"
    return _rounded(exact, f"{method}, design effect {design_effect:g}, in each group")


def _rounded(exact: float, method: str) -> SampleSize:
    return SampleSize(math.ceil(exact * (1 - _DUST)), exact, method)


def _needed(method: str, name: str, value: Value | None) -> Value:
    if value is None:
        raise ValueError(f"{name} == None, must be given for {method}.")
    return value


def _refuse(method: str, **arguments: object) -> None:
    given = [f"{name} == {value}" for name, value in arguments.items() if value is not None]
    if given:
        raise ValueError(f"{', '.join(given)}, must not be given: {method} knows no such thing.")
