"""Names stand as a Vietnamese dictionary has them, and desks by their number, in lists, menus and new codes alike."""

import re
import unicodedata
from datetime import date

import pytest
from sqlalchemy import select

from survey_app.name_order import by_name
from survey_app.reading import read_register
from survey_app.reading.desks import read_office_desks
from survey_app.recording import record_missing_links, record_rows, table
from survey_app.tables import DeskRow, LinkRow, UnitRow
from tests.survey_app.conftest import record_office, record_staff, sign_in

UNITS = ["Cái Bè", "Châu Thành", "Chợ Gạo", "Đạo Thạnh", "Hậu Mỹ", "Hồng Ngự", "Hưng Thạnh", "Tân Hồng"]
DESKS = ["Quầy 1 – Hộ tịch", "Quầy 2", "Quầy 10", "Quầy 101"]


def in_order(*names):
    return sorted(sorted(names), key=by_name) == list(names)


def test_letters_stand_as_in_the_alphabet():
    assert in_order(*iter("aăâbcdđeêghiklmnoôơpqrstuưvxy"))


def test_tones_stand_after_the_letters_in_their_order():
    assert in_order("ma", "mà", "mả", "mã", "má", "mạ", "mă", "mằ", "mâ", "mấ")
    assert in_order("Hòa An", "Hoa Lư", "Hoan")
    assert in_order("Cần Thơ", "Đà Nẵng", "Hà Nội", "Huế", "Vĩnh Long")


def test_numbers_stand_by_their_value_and_before_letters():
    assert in_order("Quầy", "Quầy 1", "Quầy 2", "Quầy 03", "Quầy 10", "Quầy 10 – Hộ tịch", "Quầy 10b", "Quầy 100")
    assert in_order("Quầy " + "9" * 300, "Quầy " + "1" + "0" * 300, "Quầy A")


def test_a_name_typed_with_loose_marks_stands_beside_itself():
    loose = unicodedata.normalize("NFD", "Đạo Thạnh")
    assert by_name(loose)[:2] == by_name("Đạo Thạnh")[:2]


def record_many(engine):
    """Communes and desks, stored in another order than their names have."""
    with engine.begin() as connection:
        codes = {name: f"xa.{100 - place}" for place, name in enumerate(UNITS[:-1])}
        kept = [{"code": code, "kind": "xã", "name": name, "source": "test"} for name, code in codes.items()]
        record_rows(connection, UnitRow, kept)
        record_rows(
            connection,
            DeskRow,
            [
                {"code": f"{unit}.{name[5:]}", "unit": unit, "name": name, "place": "Nhà A", "fields": [], "questionnaire": "desk", "source": "test"}
                for unit in ("xa.29926", codes["Cái Bè"])
                for name in DESKS[1:]
            ],
        )  # fmt: skip


def test_codes_issued_together_go_up_as_units_and_desks_do(sqlite_engine):
    record_office(sqlite_engine)
    record_many(sqlite_engine)
    with sqlite_engine.begin() as connection:
        record_missing_links(connection, read_register(connection), today=date(2026, 11, 19))
        codes = connection.execute(select(table(LinkRow).c.desk).order_by(table(LinkRow).c.serial)).scalars().all()
        desks = read_office_desks(connection)
    assert codes[1:] == [f"xa.{unit}.{number}" for unit in (100, 29926) for number in (2, 10, 101)]
    assert [desk.name for desk in desks.values()] == [*DESKS[1:], *DESKS]


def listed(page, link):
    return re.findall(rf'<a href="/office/{link}/[^"]*">([^<]*)</a>', page)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_lists_and_menus_of_the_office_stand_in_the_order_of_names(office):
    record_staff(office.engine)
    record_many(office.engine)
    sign_in(office.client, "quan-tri")
    named = [f"xã {name}" for name in UNITS]
    menu = re.search(r'<select id="unit".*?</select>', office.client.get("/office/accounts").text, re.DOTALL)[0]
    assert re.findall(r">(xã [^<]*)</option>", menu) == named
    sign_in(office.client, "noi-vu")
    assert listed(office.client.get("/office/units").text, "units") == named
    assert listed(office.client.get("/office/desks").text, "desks") == [*DESKS[1:], *DESKS]
    for page in ("codes", "cards", "tablets", "entry", "roster"):
        menu = re.search(r'<select id="desk".*?</select>', office.client.get(f"/office/{page}").text, re.DOTALL)[0]
        assert re.findall(r">(Quầy [^<]*)</option>", menu) == [*DESKS[1:], *DESKS], page
        assert re.findall(r'label="([^"]*)"', menu) == ["xã Cái Bè", "xã Tân Hồng"], page
