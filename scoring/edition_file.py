"""Editions as TOML files: parsed to an `Edition` that adds up, or to the list of everything wrong with the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Literal

from scoring.edition import DEFAULT_SIMULATION, Band, Definition, Edition, Quota, Simulation, Thresholds
from scoring.edition_node import NOTHING, EditionFaults, Said, read_confidence, read_node, read_scale
from scoring.edition_tree import SURVEY_RULES, grow_tree
from scoring.toml_table import TomlTable, toml_table

__all__ = ["EditionFaults", "edition_codes", "load_edition", "parse_edition"]

SHELF = Path(__file__).parent / "editions"
MOST_DECIMALS, MOST_DRAWS = 10, 1_000_000


Find = Callable[[str], Edition]


def edition_codes() -> tuple[str, ...]:
    """Codes of the editions that come with the package, sorted."""
    return tuple(sorted(file.stem for file in SHELF.glob("*.toml")))


@cache
def load_edition(code: str, *, definition: str | None = None) -> Edition:
    """An edition that comes with the package, under its first definition or the one named. Its file is read once.

    Raises:
        ValueError: no such edition, or it does not offer this definition.
        EditionFaults: its file is broken.

    >>> load_edition("qd766-2022").total
    Fraction(100, 1)
    """
    edition = _load(code, above=())
    return edition.defined_by(definition) if definition else edition


def parse_edition(text: str, *, file: str, find: Find = load_edition) -> Edition:
    """An edition from its TOML text.

    Args:
        text: the file's content.
        file: its name, for the faults.
        find: gives the edition that a node of rule "edition" names; raises ValueError if there is none.

    Returns:
        The edition: one tree, every weight and maximum adding up exactly to the declared total.

    Raises:
        EditionFaults: anything wrong, all at once, each with file, key, value and what was expected.
    """
    top = toml_table(text, file=file)
    if top.faults:
        raise EditionFaults(tuple(top.faults))
    edition = _read_edition(top, find)
    if top.faults:
        raise EditionFaults(tuple(top.faults))
    return edition


def _load(code: str, *, above: tuple[str, ...]) -> Edition:
    if code not in edition_codes():
        raise ValueError(f"edition == {code!r}, must be one of {', '.join(edition_codes())}.")
    if code in above:
        raise ValueError(f"edition == {code!r}, must not include itself: {' → '.join((*above, code))}.")
    file = SHELF / f"{code}.toml"
    return parse_edition(
        file.read_text(encoding="utf-8"), file=file.name, find=lambda other: _load(other, above=(*above, code))
    )


def _read_edition(top: TomlTable, find: Find) -> Edition:
    total = top.number("total", positive=True)
    said = Said(
        source=top.text("source"),
        confidence=read_confidence(top),
        scale=read_scale(top.table("scale")) if "scale" in top.content else None,
        definitions=tuple(_read_definition(table) for table in top.tables("definition")),
    )
    if len({definition.rule for definition in said.definitions}) < len(said.definitions):
        top.refuse("definition", "definitions of different rules: each is asked for by its rule")
    drafts = [read_node(table, said, find) for table in top.tables("node")]
    grafts = [draft.included for draft in drafts if draft.included]
    included = next((graft.definition for graft in grafts), None)
    begins, ends = _read_in_force(top.table("in_force"))
    edition = Edition(
        code=top.word("code"),
        name=top.text("name"),
        source=said.source,
        in_force_from=begins,
        in_force_to=ends,
        confidence=said.confidence,
        note=top.text("note", default=NOTHING),
        total=total or Fraction(1),
        decimals=_read_decimals(top.table("rounding")),
        near_cut="low" if top.choice("near_cut", ("value", "low")) == "low" else "value",
        thresholds=_read_thresholds(top.table("thresholds")),
        definition=said.definitions[0] if said.definitions else included,
        definitions=said.definitions,
        bands=_read_bands(top, total),
        nodes=grow_tree(top, drafts, total),
        quota=_read_quota(top.table("quota")) if "quota" in top.content else None,
        simulation=_read_simulation(top.table("simulation")) if "simulation" in top.content else DEFAULT_SIMULATION,
        grafted=tuple(sorted({code for graft in grafts for code in graft.includes})),
        leaves_out=_read_integrity(top.table("integrity"))
        if "integrity" in top.content
        else tuple(sorted({flag for graft in grafts for flag in graft.leaves_out})),
    )
    top.known.update({"quota", "simulation", "scale", "integrity"})
    if edition.quota and len(edition.bands) < 2:  # noqa: PLR2004, the best class and the one that it is counted on
        top.refuse("quota", "two bands or more: a best class, and one that its quota is counted on")
    top.close()
    return edition


def _read_in_force(table: TomlTable) -> tuple[date, date | None]:
    begins, ends = table.day("from"), table.day("to", optional=True)
    if begins and ends and ends <= begins:
        table.refuse("to", f"a day after {begins}")
    table.close()
    return begins or date.min, ends  # date.min where it was refused: such an edition is never handed out


def _read_decimals(table: TomlTable) -> int:
    decimals = table.whole("decimals", most=MOST_DECIMALS)
    table.close()
    return decimals


def _read_thresholds(table: TomlTable) -> Thresholds:
    thresholds = Thresholds(
        privacy=table.whole("privacy"),
        evidence=table.whole("evidence"),
        half_width=table.number("half_width", positive=True) or Fraction(1),
    )
    table.close()
    return thresholds


def _read_definition(table: TomlTable) -> Definition:
    rule: Literal["share", "mean"] = "mean" if table.choice("rule", SURVEY_RULES) == "mean" else "share"
    definition = Definition(rule, table.text("name"), read_confidence(table), table.text("note", default=NOTHING))
    table.close()
    return definition


def _read_bands(top: TomlTable, total: Fraction | None) -> tuple[Band, ...]:
    bands: list[Band] = []
    tables = list(top.tables("band"))
    for table in tables:
        cut, name = table.number("from"), table.text("name")
        table.close()
        if cut is None:
            continue
        if total is not None and cut > total:
            table.refuse("from", f"at most the total, {total}")
        if bands and cut >= bands[-1].cut:
            table.refuse("from", f"below the band before it, {bands[-1].cut}")
        bands.append(Band(cut, name))
    if bands and bands[-1].cut != 0:
        tables[-1].refuse("from", '"0": the last band takes every total')
    return tuple(bands)


def _read_quota(table: TomlTable) -> Quota:
    share = table.number("share", positive=True) or Fraction(1)
    outstanding = table.number("outstanding", default=str(share), positive=True) or share
    for key, given in (("share", share), ("outstanding", outstanding)):
        if given > 1:
            table.refuse(key, "at most 1")
    of: Literal["second", "second_or_better"] = (
        "second" if table.choice("of", ("second", "second_or_better")) == "second" else "second_or_better"
    )
    quota = Quota(share, outstanding, of, read_confidence(table), table.text("note", default=NOTHING))
    table.close()
    return quota


def _read_integrity(table: TomlTable) -> tuple[str, ...]:
    leaves_out = table.words("leaves_out")
    table.close()
    return leaves_out


def _read_simulation(table: TomlTable) -> Simulation:
    simulation = Simulation(table.whole("seed"), table.whole("draws", least=1000, most=MOST_DRAWS))
    table.close()
    return simulation
