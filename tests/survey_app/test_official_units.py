"""Official units out of `vietnamadminunits`: every province's go the way of any table, beside the shipped register or alone."""

from datetime import date

import pytest

from survey_app import cli
from survey_app.reading import official_units
from survey_app.reading.official_units import NoOfficialUnits, read_official_provinces, read_official_units
from survey_app.register import Catalogue
from survey_app.register_file.change import compare
from survey_app.register_file.columns import UNITS
from survey_app.register_file.file_table import read_table
from survey_app.register_file.official import find_province, official_table
from survey_app.register_file.stated import Known
from survey_app.register_file.unit_rows import judge_units
from tests.conftest import shipped_catalogue

TODAY = date(2026, 11, 19)


def judged(folder, province, register, *, with_before=True):
    path = folder / f"{province}.csv"
    path.write_bytes(official_table(province, with_before=with_before))
    table, faults = read_table(path, UNITS)
    known = Known(register, TODAY)
    stated = judge_units(table, known, faults, source="x")
    return compare(stated, known), faults.in_order()


@pytest.mark.parametrize("register", [Catalogue(), shipped_catalogue()], ids=["alone", "beside the shipped register"])
def test_every_provinces_units_come_in_without_a_fault(tmp_path, register):
    wrong, communes = {}, 0
    for province in read_official_provinces():
        change, faults = judged(tmp_path, province, register)
        wrong |= {province: faults[:3]} if faults else {}
        communes += sum(
            each.what == "unit" and each.entry.level == "commune" and each.entry.valid_to is None for each in change.new
        )
    assert wrong == {}
    if not register.units:
        assert (len(read_official_provinces()), communes) == (34, 3321)


def test_a_shipped_unit_is_known_again_and_keeps_its_code(tmp_path):
    change, _ = judged(tmp_path, "82", shipped_catalogue())
    assert "xa.29926" not in {each.code for each in change.new}
    assert {each.code for each in change.altered} >= {"tinh.dong-thap"}
    [codes] = [each.altered for each in change.altered if each.code == "tinh.dong-thap"]
    assert ("official_code", "", "87") in [(each.column, each.old, each.new) for each in codes]


def test_an_old_commune_that_was_divided_has_one_successor_of_its_main_part():
    links = {}
    for unit in read_official_units("92", with_before=True):
        for old, part in (unit.replaces or {}).items():
            links.setdefault(old, []).append(part)
    assert {tuple(sorted(parts)) for parts in links.values() if len(parts) > 1} == {("main", "partial")}


def test_a_province_is_found_by_code_or_name_with_or_without_accents():
    assert [find_province(text) for text in ("82", "Đồng Tháp", "dong thap", "tỉnh Đồng Tháp", "Mars")] == [
        "82"
    ] * 4 + [None]


def test_without_the_extra_the_command_says_how_to_install_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HAILONG_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(official_units, "PACKAGE", "vietnamadminunits_that_is_not_there")
    official_units._provinces.cache_clear()
    with pytest.raises(NoOfficialUnits):
        read_official_provinces()
    with pytest.raises(SystemExit):
        cli.main(["import", "units", "--official", "82"])
    assert "pip install 'hailong[units]'" in capsys.readouterr().err
