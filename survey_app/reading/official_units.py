"""Official units out of the package `vietnamadminunits`, which an office may install: today's, and those before 1/7/2025.

Its data are read as files; importing it would load its geometry, of which nothing is needed here.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "vietnamadminunits"


@dataclass(frozen=True, slots=True)
class OfficialUnit:
    """A unit. code: official; whole: its name with its kind before it; above: the official code of its parent. replaces: the
    official codes of the units that it took the place of, mapped to "main" or "partial"; ended: on 30/6/2025.
    """

    code: str
    whole: str
    level: str
    above: str = ""
    ended: bool = False
    since_2025: bool = True
    replaces: Mapping[str, str] | None = None


class NoOfficialUnits(Exception):
    """The package is not installed."""


def read_official_provinces() -> dict[str, str]:
    """Official code → whole name of today's provinces.

    Raises:
        NoOfficialUnits: the package is not installed.
    """
    return {code: name for code, (name, _) in _provinces().items()}


def read_official_units(code: str, *, with_before: bool) -> list[OfficialUnit]:
    """A province of today with its communes; before them, where asked for, those that they replaced.

    Args:
        code: the official code of a province of today.
        with_before: whether the provinces, districts and communes before 1/7/2025 come too, with their successors.

    Raises:
        NoOfficialUnits: the package is not installed.
        KeyError: there is no such province.
    """
    name, key = _provinces()[code]
    data = json.loads((_folder() / "converter_2025.json").read_text(encoding="utf-8"))
    old_keys = data["DICT_PROVINCE"][key]
    goes_on = old_keys == [key]
    with _opened() as database:
        before = list(_before(database, old_keys, keep_province=goes_on))
        communes = list(_communes(database, key, code))
    if not with_before:
        return [OfficialUnit(code, name, "province", since_2025=not goes_on), *(unit for _, unit in communes)]
    replaced = _replaced(data, key, {old: unit.code for old, unit in before})
    old_codes = [unit.code for old, unit in before if unit.level == "province"]
    province = OfficialUnit(code, name, "province", since_2025=not goes_on, replaces=dict.fromkeys(old_codes, "main"))
    named = [
        OfficialUnit(unit.code, unit.whole, unit.level, unit.above, replaces=replaced.get(ward, {}))
        for ward, unit in communes
    ]
    return [*(unit for _, unit in before), province, *named]


def official_source() -> str:
    """What stands as source of such units."""
    return f"{PACKAGE} {version(PACKAGE)}"


def _folder() -> Path:
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise NoOfficialUnits
    return Path(found.submodule_search_locations[0]) / "data"


def _opened() -> sqlite3.Connection:
    return sqlite3.connect(f"file:{_folder() / 'dataset.db'}?mode=ro&immutable=1", uri=True)


@cache
def _provinces() -> dict[str, tuple[str, str]]:
    """Official code → whole name, the package's key."""
    with _opened() as database:
        rows = database.execute("SELECT DISTINCT provinceCode, province, provinceKey FROM admin_units ORDER BY 1")
        return {code: (name, key) for code, name, key in rows}


def _communes(database: sqlite3.Connection, key: str, above: str) -> Iterator[tuple[str, OfficialUnit]]:
    query = "SELECT wardKey, wardCode, ward FROM admin_units WHERE provinceKey = ? ORDER BY wardCode"
    for ward, code, name in database.execute(query, (key,)):
        yield ward, OfficialUnit(code, name, "commune", above)


def _before(
    database: sqlite3.Connection, keys: list[str], *, keep_province: bool
) -> Iterator[tuple[str, OfficialUnit]]:
    """Provinces, districts and communes until 30/6/2025, by the package's keys; an island district has no communes."""
    query = (
        "SELECT provinceCode, province, districtCode, district, districtKey, wardCode, ward, wardKey "
        "FROM admin_units_legacy WHERE provinceKey = ? ORDER BY districtCode, wardCode"
    )
    for key in keys:
        seen = set()
        for province, province_name, district, district_name, district_key, code, name, ward in database.execute(
            query, (key,)
        ):
            if province not in seen and not keep_province:
                yield key, OfficialUnit(province, province_name, "province", ended=True)
            if district not in seen:
                yield f"{key}_{district_key}_", OfficialUnit(district, district_name, "district", province, ended=True)
            seen |= {province, district}
            if code:
                yield f"{key}_{district_key}_{ward}", OfficialUnit(code, name, "commune", district, ended=True)


def _replaced(data: Mapping[str, Mapping], key: str, codes: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Commune of today → official code of an old one → the part of it that it took; of a divided one the default is the main."""
    found: dict[str, dict[str, str]] = {}
    for ward, olds in data["DICT_PROVINCE_WARD_NO_DIVIDED"][key].items():
        found.setdefault(ward, {}).update((codes[old], "main") for old in olds)
    for old, news in data["DICT_PROVINCE_WARD_DIVIDED"].get(key, {}).items():
        for new in news:
            part = "main" if new["isDefaultNewWard"] else "partial"
            found.setdefault(new["newWardKey"], {})[codes[old]] = part
    return found
