"""A province's official units as a table of units, so that they go the way of every table: judged, shown, then stored."""

from collections.abc import Iterable

from survey_app.reading.official_units import (
    OfficialUnit,
    official_source,
    read_official_provinces,
    read_official_units,
)
from survey_app.register import LEVELS
from survey_app.register_file.columns import COLUMNS, UNITS
from survey_app.register_file.template import as_csv, headings
from survey_app.table_file.words import same_word, without_accents
from survey_app.wording import Translate

FIRST_DAY, LAST_DAY_BEFORE = "01/07/2025", "30/06/2025"
_CITIES = {"province": "thành phố trực thuộc trung ương", "district": "thành phố thuộc tỉnh"}


def official_table(province: str, *, with_before: bool) -> bytes:
    """The table of a province, as CSV. province: the official code of one of today.

    Raises:
        NoOfficialUnits: the package is not installed.
        KeyError: there is no such province.
    """
    return as_csv(official_rows(read_official_units(province, with_before=with_before)))


def official_name(province: str, _: Translate) -> str:
    """What the table of a province is called, as a file. province: as in `official_table`."""
    name = read_official_provinces()[province]
    said = _("Danh mục đơn vị hành chính của {province} ({source})")
    return said.format(province=name[:1].lower() + name[1:], source=official_source()) + ".csv"


def official_rows(units: Iterable[OfficialUnit]) -> list[list[str]]:
    """Headings and a row of each unit."""
    source = official_source()
    rows = [_row(unit) | {"source": source} for unit in units]
    return [headings(UNITS), *([row.get(column.name, "") for column in COLUMNS[UNITS]] for row in rows)]


def find_province(text: str) -> str | None:
    """The official code of a province told by its code or name, accents and kind left out or not.

    Raises:
        NoOfficialUnits: the package is not installed.
    """
    wanted = without_accents(text)
    for code, name in read_official_provinces().items():
        plain = without_accents(name)
        if wanted in {code, plain, plain.removeprefix("tinh ").removeprefix("thanh pho ")}:
            return code
    return None


def _row(unit: OfficialUnit) -> dict[str, str]:
    kind, name = _kind_and_name(unit)
    parts = [f"{old}{' (một phần)' if part == 'partial' else ''}" for old, part in (unit.replaces or {}).items()]
    return {
        "name": name,
        "kind": kind,
        "official_code": unit.code,
        "parent": unit.above,
        "valid_from": "" if unit.ended or not unit.since_2025 else FIRST_DAY,
        "last_day": LAST_DAY_BEFORE if unit.ended else "",
        "replaces": "; ".join(parts),
    }


def _kind_and_name(unit: OfficialUnit) -> tuple[str, str]:
    kinds = {same_word(kind): kind for kind in LEVELS} | {same_word("thành phố"): _CITIES.get(unit.level, "")}
    before = next(word for word in sorted(kinds, key=len, reverse=True) if same_word(unit.whole).startswith(f"{word} "))
    return kinds[before], " ".join(unit.whole.split()[len(before.split()) :])
