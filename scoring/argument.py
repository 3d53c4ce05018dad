"""An argument of a statistic, checked once: every refusal says the name, the value and the bound."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

__all__ = ["all_at_once", "between", "choice", "confidence_level", "count", "counts", "numbers", "two_sided_z"]

Floats = NDArray[np.float64]

_MOST = 2**53  # up to here a floating-point number holds every whole number
_SHOWN = 12  # numbers of a long array that a refusal shows


def count(name: str, value: float, *, least: int = 0, most: float | None = None) -> int:
    """A whole number in least..most; most is 2⁵³ unless given, infinite for none.

    Raises:
        ValueError: it is not.

    >>> count("successes", 51, most=50)
    Traceback (most recent call last):
    ValueError: successes == 51, must be a whole number, in 0..50.
    """
    highest = _MOST if most is None else most
    whole = _is_number(value) and (isinstance(value, int) or (math.isfinite(value) and value == math.floor(value)))
    if not whole or not least <= value <= highest:
        open_ended = highest == math.inf or (most is None and not (whole and value > highest))
        bound = f"{least} or more" if open_ended else f"in {least}..{highest}"
        raise ValueError(f"{name} == {value!r}, must be a whole number, {bound}.")
    return int(value)


def counts(name: str, values: ArrayLike, *, dimensions: int = 1, length: int | None = None) -> Floats:
    """Whole numbers, 0 or more and no more than 2⁵³ together, as an array; `length` is that of the last axis.

    Raises:
        ValueError: another shape, a number that is negative, no whole number or not finite, or a sum above 2⁵³.
    """
    given = numbers(name, values, dimensions=dimensions, length=length, least=0)
    if np.asarray(values).dtype == np.bool_:
        raise ValueError(f"{name} == {values!r}, must be whole numbers, 0 or more; yes or no is no count.")
    stray = given[given != np.floor(given)]
    if stray.size:
        raise ValueError(f"{name} == {show(given)}, must be whole numbers, 0 or more; {stray[0]:g} is not.")
    if given.sum() > _MOST:
        raise ValueError(f"{name} == {show(given)}, must sum to at most {_MOST}, not {given.sum():g}.")
    return given


def numbers(
    name: str,
    values: ArrayLike,
    *,
    dimensions: int = 1,
    length: int | None = None,
    least: float = -math.inf,
    most: float = math.inf,
    blank: bool = False,
) -> Floats:
    """Finite numbers in least..most as an array; `length` is that of the last axis. blank: NaN may stand for nothing.

    Raises:
        ValueError: another shape, no number, or a number out of range.

    >>> numbers("weights", [1, -2], least=0)
    Traceback (most recent call last):
    ValueError: weights == [1.0, -2.0], must be 0 or more; -2 is not.
    """
    try:
        given = _without_text(np.asarray(values)).astype(np.float64, copy=False)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} == {values!r}, must be numbers in {_shape(dimensions, length)}.") from None
    if given.ndim != dimensions or (length is not None and given.shape[-1] != length):
        raise ValueError(f"{name}.shape == {given.shape}, must be {_shape(dimensions, length)}.")
    stray = given[~(np.isfinite(given) & (given >= least) & (given <= most)) & ~(blank & np.isnan(given))]
    if stray.size:
        raise ValueError(f"{name} == {show(given)}, must be {_bound(least, most)}; {stray[0]:g} is not.")
    return given


def between(name: str, value: float, *, above: float = -math.inf, below: float = math.inf) -> float:
    """A finite number strictly between the two.

    Raises:
        ValueError: it is not.

    >>> between("margin", 0, above=0, below=1)
    Traceback (most recent call last):
    ValueError: margin == 0, must be in (0, 1).
    """
    if _is_number(value) and math.isfinite(value) and above < value < below:
        return float(value)
    raise ValueError(
        f"{name} == {value!r}, must be {f'in ({above:g}, {below:g})' if below < math.inf else f'above {above:g} and finite'}."
    )


def choice(name: str, value: str, options: Sequence[str]) -> str:
    """One of the options.

    Raises:
        ValueError: it is not.
    """
    if value not in options:
        raise ValueError(f"{name} == {value!r}, must be one of {', '.join(options)}.")
    return value


def all_at_once(*checks: Callable[[], object]) -> None:
    """Every refusal of these checks in one, a line each, so that nobody mends one and meets the next.

    Raises:
        ValueError: any of them refuses.

    >>> all_at_once(lambda: count("units", 1, least=2), lambda: count("treated", 3), lambda: between("share", 85, below=1))
    Traceback (most recent call last):
    ValueError: units == 1, must be a whole number, 2 or more.
    share == 85, must be in (-inf, 1).
    """
    refused: list[str] = []
    for check in checks:
        try:
            check()
        except ValueError as error:
            refused.append(str(error))
    if refused:
        raise ValueError("\n".join(refused))


def confidence_level(level: float) -> float:
    """A confidence level, in (0, 1).

    Raises:
        ValueError: it is not.
    """
    return between("level", level, above=0, below=1)


def two_sided_z(level: float) -> float:
    """The normal quantile that leaves (1 − level) / 2 on each side.

    >>> round(two_sided_z(0.95), 6)
    1.959964
    """
    return float(-ndtri((1 - confidence_level(level)) / 2))


def _without_text(values: NDArray[Any]) -> NDArray[Any]:
    """The array; "5" is not taken for 5, nor a date or a complex number for its parts."""
    if values.dtype.kind not in "biufO" or (
        values.dtype == object and any(isinstance(v, str | bytes) for v in values.flat)
    ):
        raise TypeError
    return values


def show(values: Floats) -> str:
    """An array as a refusal shows it: its first numbers."""
    flat = values.ravel().tolist()
    return str(flat) if len(flat) <= _SHOWN else f"{str(flat[:_SHOWN])[:-1]}, … {len(flat)} numbers]"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _shape(dimensions: int, length: int | None) -> str:
    kind = {0: "one number", 1: "a list", 2: "a table"}.get(dimensions, f"{dimensions} dimensions")
    return kind if length is None else f"{kind} of {length}" if dimensions == 1 else f"{kind} of {length} columns"


def _bound(least: float, most: float) -> str:
    if least == -math.inf and most == math.inf:
        return "finite numbers"
    if most == math.inf:
        return f"{least:g} or more"
    return f"at most {most:g}" if least == -math.inf else f"in [{least:g}, {most:g}]"
