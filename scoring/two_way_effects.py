"""What belongs to a unit or to a period whatever was done there: found by least squares, and taken off."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["absorb_effects", "label_codes"]

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.intp]


def absorb_effects(columns: Floats, units: Codes, periods: Codes) -> tuple[Floats, int]:
    """What unit and period effects leave of each column, and how many coefficients they are."""
    many, few = (units, periods) if units.max() >= periods.max() else (periods, units)
    size = np.bincount(many)

    def centred(table: Floats) -> Floats:
        sums = np.zeros((len(size), table.shape[1]))
        np.add.at(sums, many, table)
        return table - (sums / size[:, None])[many]

    dummies = centred(np.eye(int(few.max()) + 1)[few])
    inner = centred(columns)
    effects, _, rank, _ = np.linalg.lstsq(dummies, inner, rcond=1e-10)
    return inner - dummies @ effects, len(size) + int(rank)


def label_codes(name: str, labels: Iterable[Hashable], length: int) -> Codes:
    """Labels as 0, 1, 2 … in order of appearance."""
    wrong_kind = f"{name} == {labels!r}, must be {length} labels, one for each outcome."
    if isinstance(labels, str | bytes):
        raise ValueError(wrong_kind)  # noqa: TRY004, every refusal is one kind
    try:
        given = list(labels)
        places = {label: place for place, label in enumerate(dict.fromkeys(given))}
        missing = any(label is None or label != label for label in places)  # noqa: PLR0124 - NaN is not itself
    except TypeError:  # a single label, lists for labels, or pandas' NA
        raise ValueError(wrong_kind) from None
    if len(given) != length:
        raise ValueError(f"len({name}) == {len(given)}, must be {length}, one label for each outcome.")
    if missing:
        raise ValueError(f"{name}: a label is missing, must be given for each outcome.")
    return np.array([places[label] for label in given], dtype=np.intp)
