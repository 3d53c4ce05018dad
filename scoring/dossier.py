"""Dossiers as columns, one row a dossier: what every service measure is counted from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import polars as pl

from scoring.fault import Fault, FileFaults

__all__ = ["CHANNELS", "DOSSIER_SCHEMA", "RETURNS", "DossierFaults", "check_dossiers", "dossier_faults", "no_dossiers"]

MOMENT: Final = pl.Datetime("us", "Asia/Ho_Chi_Minh")
WORDS: Final = ("unit", "desk", "procedure", "field", "channel", "returned")
MOMENTS: Final = ("received", "due", "finished")
DOSSIER_SCHEMA: Final[Mapping[str, pl.DataType]] = {
    **dict.fromkeys(WORDS, pl.Categorical()),
    **dict.fromkeys(MOMENTS, MOMENT),
    "paid_online": pl.Boolean(),
    "digitised": pl.Boolean(),
    "supplements": pl.Int16(),
    "simulated": pl.Boolean(),
}
"""Columns and types of the dossier frame.

unit, desk, procedure, field: codes; null where not known, which a unit never is. channel: how it was filed, one of
`CHANNELS`; returned: how the result left, one of `RETURNS`; null not known, or not yet. received, due, finished: local time;
null not known, or not yet. paid_online, digitised: null not known. supplements: times that the applicant was asked for more.
"""
CHANNELS: Final = ("counter", "online", "post")
RETURNS: Final = ("counter", "online", "post")
NEVER_NULL: Final = ("unit", "received", "supplements", "simulated")


class DossierFaults(FileFaults):
    """Everything wrong with a dossier frame, all at once, in `faults`."""


def no_dossiers() -> pl.DataFrame:
    """The frame of a place without service records."""
    return pl.DataFrame(schema=dict(DOSSIER_SCHEMA))


def check_dossiers(dossiers: pl.DataFrame) -> pl.DataFrame:
    """The frame itself, when it is one of dossiers.

    Raises:
        DossierFaults: everything that `dossier_faults` finds.
    """
    faults = tuple(dossier_faults(dossiers))
    if faults:
        raise DossierFaults(faults)
    return dossiers


def dossier_faults(dossiers: pl.DataFrame) -> Iterator[Fault]:
    r"""What keeps a frame from being one of dossiers, each kind of fault once, with its first row and how many there are.

    A column that is missing, unknown or of another type; a value that must be there and is not; a word that is none of the
    channels; a dossier finished before it was received; a negative number of supplements. Rows count from 0, as in Polars.

    >>> wrong = no_dossiers().drop("due").with_columns(supplements=pl.lit("none"))
    >>> print(*dossier_faults(wrong), sep="\n")
    dossiers: due == missing, expected a column of Datetime(time_unit='us', time_zone='Asia/Ho_Chi_Minh')
    dossiers: supplements == String, expected Int16
    """
    wrong = list(_column_faults(dossiers.schema))
    yield from wrong
    sound = set(DOSSIER_SCHEMA) - {fault.key for fault in wrong}
    yield from _row_faults(dossiers, sound)


def _column_faults(schema: pl.Schema) -> Iterator[Fault]:
    for name, dtype in DOSSIER_SCHEMA.items():
        if name not in schema:
            yield Fault("dossiers", name, "missing", f"a column of {dtype!r}")
        elif schema[name] != dtype:
            yield Fault("dossiers", name, repr(schema[name]), repr(dtype))
    for name in schema:
        if name not in DOSSIER_SCHEMA:
            yield Fault("dossiers", name, "a column", f"none but {', '.join(DOSSIER_SCHEMA)}")


def _row_faults(dossiers: pl.DataFrame, sound: set[str]) -> Iterator[Fault]:
    """The faults of rows, in columns that are sound themselves."""
    for name in NEVER_NULL:
        if name in sound:
            yield from _rows(dossiers, name, pl.col(name).is_null(), "a value: it is always known")
    for name, words in (("channel", CHANNELS), ("returned", RETURNS)):
        if name in sound:
            yield from _rows(dossiers, name, ~_is_one_of(name, words), f"one of {', '.join(words)}")
    if {"received", "finished"} <= sound:
        yield from _rows(dossiers, "finished", pl.col("finished") < pl.col("received"), "not before it was received")
    if "supplements" in sound:
        yield from _rows(dossiers, "supplements", pl.col("supplements") < 0, "0 or more")


def _is_one_of(name: str, words: Iterable[str]) -> pl.Expr:
    return pl.col(name).cast(pl.String).is_in(list(words))


def _rows(dossiers: pl.DataFrame, name: str, wrong: pl.Expr, expected: str) -> Iterator[Fault]:
    found = dossiers.select(pl.arg_where(wrong.fill_null(value=False))).to_series()
    if len(found):
        value, more = dossiers[name][int(found[0])], f" and {len(found) - 1} more" if len(found) > 1 else ""
        yield Fault("dossiers", f"{name}, row {found[0]}{more}", str(value), expected)
