import csv
import json
import unicodedata
from collections import Counter
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from datetime import date, time
from io import StringIO
from itertools import pairwise

import pytest

from scoring.calendar import WorkingCalendar
from scoring.office_hours import OfficeBook
from scoring.pilot import Session, possible_days
from survey_app.catalogue import (
    PACKAGED,
    CatalogueFaults,
    as_document,
    participation_of,
    pilot_of,
    read_catalogue,
)

CALENDAR = WorkingCalendar()
END_OF_UNITS = date(2025, 7, 1)

SOUND = """
[[document]]
code = "qd-1"
text = "Quyết định số 1/QĐ-UBND"

[[unit]]
code = "huyen"
kind = "huyện"
name = "Huyện"
valid_to = 2025-07-01
source = "qd-1"

[[unit]]
code = "huyen.xa"
kind = "xã"
name = "Xã"
parent = "huyen"
valid_to = 2025-07-01
source = "qd-1"

[[unit]]
code = "xa.moi"
kind = "xã"
name = "Xã mới"
valid_from = 2025-07-01
source = "qd-1"

[[field]]
code = "ho-tich"
names = { vi = "Hộ tịch", en = "Civil status" }
source = "qd-1"
"""

NINTH = """
[[document]]
code = "qd-9"
text = "Quyết định số 9/QĐ-UBND"

[[pilot]]
code = "thu-nam-hen-gio"
names = { vi = "Thứ năm hẹn giờ", en = "Thursday by appointment" }
locality = "tan-hong"
kind = "sessions"
starts = 2024-03-01
ends = 2024-04-01
days = "working"
weekdays = ["thursday"]
windows = ["afternoon"]
procedures = "unconfirmed"
source = "qd-9"

[[participation]]
pilot = "thu-nam-hen-gio"
unit = "tan-hong.binh-phu"
starts = 2024-03-01
source = "qd-9"
"""


@pytest.fixture(scope="module")
def catalogue():
    return read_catalogue()


def faults_of(folder, *texts: str) -> list[str]:
    for number, text in enumerate(texts):
        (folder / f"{number}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueFaults) as caught:
        read_catalogue(folder)
    return [str(fault) for fault in caught.value.faults]


def sound_with(text: str) -> str:
    return SOUND + text


def communes(catalogue, locality: str, kind: str) -> int:
    return sum(unit.parent == locality and unit.kind == kind for unit in catalogue.units)


@pytest.mark.parametrize(
    ("locality", "towns", "wards", "xa"),
    [("na-ri", 1, 0, 16), ("bac-kan", 0, 6, 2), ("thanh-ha", 1, 0, 15), ("tuy-phuoc", 2, 0, 11), ("tan-hong", 1, 0, 8)],
)
def test_the_localities_have_their_communes(catalogue, locality, towns, wards, xa):
    found = tuple(communes(catalogue, locality, kind) for kind in ("thị trấn", "phường", "xã"))
    assert found == (towns, wards, xa)


# Row by row as in the resolutions of 2025: new code ← how many old units with their main part in it.
SUCCESSORS = """new,old
xa.02143,na-ri.kim-hy;na-ri.luong-thuong;na-ri.van-lang
xa.02152,na-ri.van-vu;na-ri.cuong-loi
xa.02155,na-ri.yen-lac;na-ri.son-thanh;na-ri.kim-lu
xa.02176,na-ri.van-minh;na-ri.cu-le;na-ri.tran-phu
xa.02185,na-ri.quang-phong;na-ri.duong-son;na-ri.con-minh
xa.02191,na-ri.dong-xa;na-ri.liem-thuy;na-ri.xuan-duong
phuong.01840,bac-kan.nguyen-thi-minh-khai;bac-kan.huyen-tung;bac-kan.duc-xuan
phuong.01843,bac-kan.song-cau;bac-kan.phung-chi-kien;bac-kan.xuat-hoa;bac-kan.nong-thuong
xa.01849,bac-kan.duong-quang
xa.10813,thanh-ha.thanh-ha;thanh-ha.thanh-tan;thanh-ha.thanh-son
xa.10816,thanh-ha.hong-lac;thanh-ha.tan-viet;thanh-ha.cam-viet
xa.10843,thanh-ha.thanh-an;thanh-ha.thanh-lang;thanh-ha.lien-mac;thanh-ha.thanh-xuan
xa.10846,thanh-ha.tan-an;thanh-ha.thanh-hai;thanh-ha.an-phuong
xa.10882,thanh-ha.thanh-quang;thanh-ha.thanh-hong;thanh-ha.vinh-cuong
xa.21952,tuy-phuoc.tuy-phuoc;tuy-phuoc.dieu-tri;tuy-phuoc.phuoc-thuan;tuy-phuoc.phuoc-nghia;tuy-phuoc.phuoc-loc
xa.21970,tuy-phuoc.phuoc-son;tuy-phuoc.phuoc-hoa;tuy-phuoc.phuoc-thang
xa.21964,tuy-phuoc.phuoc-hiep;tuy-phuoc.phuoc-hung;tuy-phuoc.phuoc-quang
xa.21985,tuy-phuoc.phuoc-an;tuy-phuoc.phuoc-thanh
xa.29926,tan-hong.sa-rai;tan-hong.binh-phu;tan-hong.tan-cong-chi
xa.29938,tan-hong.thong-binh;tan-hong.tan-thanh-a
xa.29929,tan-hong.tan-thanh-b;tan-hong.tan-ho-co
xa.29944,tan-hong.tan-phuoc;tan-hong.an-phuoc
"""


@pytest.mark.parametrize("row", list(csv.DictReader(StringIO(SUCCESSORS))), ids=lambda row: row["new"])
def test_a_new_commune_took_over_the_main_parts_of_its_old_ones(catalogue, row):
    links = [link for link in catalogue.successors if link.new == row["new"]]
    assert {link.old for link in links} == set(row["old"].split(";"))
    assert {link.part for link in links} == {"main"}
    assert catalogue.unit[row["new"]].official_code == row["new"].split(".")[1]


def test_every_old_commune_ends_with_june_2025_and_has_one_main_successor_that_starts_then(catalogue):
    old = [unit for unit in catalogue.units if unit.level == "commune" and unit.valid_from is None]
    assert len(old) == 17 + 8 + 16 + 13 + 9
    for unit in old:
        (link,) = catalogue.successors_of(unit.code)
        assert unit.valid_to == END_OF_UNITS
        assert catalogue.unit[link.new].valid_from == END_OF_UNITS


def test_the_districts_keep_their_official_codes_and_ended_without_a_successor(catalogue):
    districts = {unit.code: unit.official_code for unit in catalogue.units if unit.level == "district"}
    assert districts == {"na-ri": "066", "bac-kan": "058", "thanh-ha": "294", "tuy-phuoc": "550", "tan-hong": "869"}
    assert [link for code in districts for link in catalogue.successors_of(code)] == []


def test_partial_successors_that_no_document_names_are_told_as_gaps(catalogue):
    about = {gap.about for gap in catalogue.gaps}
    assert {"thanh-ha.thanh-an", "thanh-ha.cam-viet", "thanh-ha.thanh-hai", "bac-kan", "thu-sau-khong-cho"} <= about


def test_the_catalogue_holds_the_eight_pilots(catalogue):
    kinds = {pilot.code: (pilot.locality, pilot.rule.kind) for pilot in catalogue.pilots}
    assert kinds == {
        "30-phut": ("na-ri", "sessions"),
        "sang-thu-bay": ("na-ri", "sessions"),
        "thu-sau-khong-cho": ("thanh-ha", "sessions"),
        "hanh-chinh-phuc-vu": ("tuy-phuoc", "continuous"),
        "ngoai-gio": ("tan-hong", "sessions"),
        "zalo": ("tan-hong", "continuous"),
        "hai-trong-mot": ("tan-hong", "continuous"),
        "cap-xa-tiep-nhan": ("tan-hong", "continuous"),
    }


def planned(catalogue, pilot: str, unit: str) -> list[Session]:
    found = catalogue.planned_sessions(OfficeBook(), until=date(2026, 1, 1))
    return [session for session in found if (session.pilot, session.unit) == (pilot, unit)]


def test_thanh_ha_s_fridays_are_the_published_ones_and_stop_with_the_unit(catalogue):
    sessions = planned(catalogue, "thu-sau-khong-cho", "thanh-ha.thanh-son")
    first = [f"{session.date.day}/{session.date.month}" for session in sessions if session.date < date(2023, 12, 2)]
    assert first == ["29/9", "6/10", "13/10", "20/10", "27/10", "3/11", "10/11", "17/11", "24/11", "1/12"]
    assert sessions[-1].date == date(2025, 6, 27)
    assert {
        session.unit
        for session in catalogue.planned_sessions(OfficeBook(), until=date(2023, 9, 30))
        if session.pilot == "thu-sau-khong-cho"
    } == {unit.code for unit in catalogue.units if "thanh-ha" in (unit.code, unit.parent)}


def test_thanh_ha_keeps_the_counts_and_marks_its_stand_in_list_as_simulated(catalogue):
    pilot = catalogue.pilot["thu-sau-khong-cho"]
    assert [(count.level, count.procedures, count.fields) for count in pilot.procedure_counts] == [
        ("district", 14, 4),
        ("commune", 21, 2),
    ]
    assert pilot.procedures == "unconfirmed"
    assert (pilot.rule.promise.cutoff, pilot.rule.promise.late_by) == (time(15, 30), time(9, 0))
    procedures = {procedure.code: procedure for procedure in catalogue.procedures}
    stand_in = [procedures[code] for code in pilot.stand_in]
    assert all(procedure.simulated for procedure in stand_in)
    for level, count, fields in (("huyen", 14, 4), ("xa", 21, 2)):
        at_level = [procedure for procedure in stand_in if f".{level}." in procedure.code]
        assert (len(at_level), len({procedure.field for procedure in at_level})) == (count, fields)


def test_out_of_hours_sessions_of_october_2020_at_both_units(catalogue):
    expected = ["3/10", "4/10", "10/10", "11/10", "17/10", "18/10", "24/10", "25/10", "31/10", "1/11"]
    for unit in ("tan-hong.sa-rai", "tan-hong.tan-thanh-a"):
        sessions = [one for one in planned(catalogue, "ngoai-gio", unit) if one.date < date(2020, 11, 2)]
        assert [f"{one.date.day}/{one.date.month}" for one in sessions] == expected
    assert {one.unit for one in catalogue.participations_in("ngoai-gio")} == {"tan-hong.sa-rai", "tan-hong.tan-thanh-a"}


def test_na_ri_s_bounds_are_those_of_the_letter(catalogue):
    weekdays = possible_days(catalogue.pilot["30-phut"].rule, calendar=CALENDAR, until=END_OF_UNITS)
    saturdays = possible_days(catalogue.pilot["sang-thu-bay"].rule, calendar=CALENDAR, until=END_OF_UNITS)
    assert (weekdays[0], weekdays[-1]) == (date(2024, 1, 2), date(2024, 6, 28))
    assert (saturdays[0], saturdays[-1]) == (date(2024, 1, 6), date(2024, 6, 29))
    assert date(2024, 5, 4) not in saturdays + weekdays
    assert not {day for day in saturdays + weekdays if date(2024, 2, 8) <= day <= date(2024, 2, 14)}


def test_na_ri_s_flags_say_what_is_not_confirmed(catalogue):
    for code in ("30-phut", "sang-thu-bay"):
        pilot = catalogue.pilot[code]
        assert (pilot.before, pilot.rule.placement, pilot.rule.placement_confirmed) == ("contaminated", "inside", False)
        assert len(pilot.units) == 18
    assert {pilot.before for pilot in catalogue.pilots if pilot.locality != "na-ri"} == {"clean"}


def test_na_ri_s_choices_are_simulated_half_each_and_never_both(catalogue):
    chosen = {code: catalogue.participations_in(code) for code in ("30-phut", "sang-thu-bay")}
    assert {code: len(found) for code, found in chosen.items()} == {"30-phut": 9, "sang-thu-bay": 9}
    units = [one.unit for found in chosen.values() for one in found]
    assert len(set(units)) == 18
    assert all(one.simulated for found in chosen.values() for one in found)
    assert len({one.window for one in chosen["30-phut"]}) == 4
    assert len({one.weekdays for one in chosen["30-phut"]}) > 4
    assert len({one.weeks_of_month for one in chosen["sang-thu-bay"]}) > 4


def test_tuy_phuoc_starts_staged_and_its_default_date_is_not_confirmed(catalogue):
    staged = catalogue.participations_in("hanh-chinh-phuc-vu")
    starts = Counter((one.starts, one.confirmed) for one in staged)
    assert starts == {(date(2024, 3, 1), True): 2, (date(2024, 10, 1), False): 11}
    first = {one.unit for one in staged if one.confirmed}
    assert first == {"tuy-phuoc.phuoc-quang", "tuy-phuoc.phuoc-nghia"}
    assert "hoàn thành trước ngày 01/10/2024" in catalogue.pilot["hanh-chinh-phuc-vu"].notes["vi"]


def test_tan_hong_s_four_pilots_start_on_1_october_2020_at_the_units_named(catalogue):
    taking_part = {
        code: {one.unit.removeprefix("tan-hong.") for one in catalogue.participations_in(code)}
        for code in ("ngoai-gio", "zalo", "hai-trong-mot", "cap-xa-tiep-nhan")
    }
    assert taking_part == {
        "ngoai-gio": {"sa-rai", "tan-thanh-a"},
        "zalo": {"sa-rai"},
        "hai-trong-mot": {"tan-cong-chi", "an-phuoc"},
        "cap-xa-tiep-nhan": {"tan-phuoc", "tan-ho-co"},
    }
    assert {one.starts for code in taking_part for one in catalogue.participations_in(code)} == {date(2020, 10, 1)}


def test_tan_hong_s_named_procedures_are_those_of_the_article(catalogue):
    names = {procedure.code: procedure.name for procedure in catalogue.procedures}
    zalo, pairs = catalogue.pilot["zalo"], catalogue.pilot["hai-trong-mot"]
    assert [names[code] for code in zalo.named] == [
        "Trích lục bản sao khai sinh",
        "Trích lục bản sao khai tử",
        "Trích lục bản sao kết hôn",
    ]
    assert zalo.channel == "zalo"
    assert [tuple(names[code] for code in pair) for pair in pairs.together] == [
        ("Xác nhận tình trạng hôn nhân", "Chuyển hộ khẩu"),
        ("Đăng ký kết hôn", "Đăng ký thường trú"),
    ]


def test_bac_kan_s_eight_tasks_each_name_measures(catalogue):
    tasks = [task for task in catalogue.tasks if task.unit == "bac-kan"]
    assert [task.code for task in tasks] == [f"bac-kan.{number}" for number in range(1, 9)]
    assert all(task.measures for task in tasks)


def test_every_commune_and_district_has_two_simulated_desks_named_by_period(catalogue):
    by_unit = Counter(desk.unit for desk in catalogue.desks)
    expected = {unit.code: 2 for unit in catalogue.units if unit.level != "province"}
    assert by_unit == expected
    for desk in catalogue.desks:
        unit = catalogue.unit[desk.unit]
        old = unit.valid_to == END_OF_UNITS
        assert desk.place == ("Bộ phận Một cửa" if old else "Trung tâm Phục vụ hành chính công")
        assert (desk.valid_from, desk.valid_to) == (unit.valid_from, unit.valid_to)
        assert desk.simulated


def test_the_demo_desk_is_in_todays_xa_tan_hong(catalogue):
    desk = catalogue.demo_desk
    assert (desk.unit, desk.name) == ("xa.29926", "Quầy 1 – Hộ tịch")
    assert catalogue.unit[desk.unit].name == "Tân Hồng"


def test_every_entry_has_the_text_of_its_source(catalogue):
    kinds = (
        "units",
        "successors",
        "fields",
        "desks",
        "procedures",
        "pilots",
        "participations",
        "measures",
        "tasks",
        "gaps",
    )
    for kind in kinds:
        assert getattr(catalogue, kind)
        assert all(" " in entry.source for entry in getattr(catalogue, kind))


def test_what_is_simulated_says_so_and_names_no_document(catalogue):
    for kind in ("desks", "fields", "procedures", "participations"):
        for entry in getattr(catalogue, kind):
            assert entry.simulated == entry.source.startswith("Dữ liệu mô phỏng")


def test_the_documented_part_keeps_the_pilots_and_names_nothing_simulated(catalogue):
    documented = catalogue.documented()
    assert documented.units == catalogue.units
    assert [pilot.code for pilot in documented.pilots] == [pilot.code for pilot in catalogue.pilots]
    assert documented.desks == ()
    assert {one.pilot for one in documented.participations}.isdisjoint({"30-phut", "sang-thu-bay"})
    assert len(documented.participations_in("thu-sau-khong-cho")) == 17
    fields, procedures = ({entry.code for entry in entries} for entries in (documented.fields, documented.procedures))
    assert {procedure.field for procedure in documented.procedures} <= fields
    for pilot in documented.pilots:
        assert not pilot.stand_in
        assert set(pilot.named) <= procedures
        assert pilot_of(json.loads(json.dumps(pilot.document))) == pilot
    said = repr([getattr(documented, entries.name) for entries in dataclass_fields(documented)])
    assert "simulated=True" not in said
    assert "mo-phong" not in said


def test_a_documented_desk_loses_only_the_simulated_fields(catalogue):
    desk = replace(catalogue.demo_desk, simulated=False)
    assert desk.fields == ("ho-tich", "chung-thuc")
    assert replace(catalogue, desks=(desk,)).documented().desks == (replace(desk, fields=("ho-tich",)),)


def test_a_pilot_and_a_participation_survive_being_kept_as_json(catalogue):
    for pilot in catalogue.pilots:
        assert pilot_of(json.loads(json.dumps(pilot.document))) == pilot
    for one in catalogue.participations:
        assert participation_of(json.loads(json.dumps(as_document(one)))) == one


def test_a_kept_document_that_is_no_longer_sound_is_refused(catalogue):
    with pytest.raises(CatalogueFaults, match="colour"):
        pilot_of({**catalogue.pilot["zalo"].document, "colour": "red"})


def test_a_ninth_pilot_is_one_more_file(tmp_path):
    for file in PACKAGED.glob("*.toml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "ninth.toml").write_text(NINTH, encoding="utf-8")
    catalogue = read_catalogue(tmp_path)
    assert len(catalogue.pilots) == 9
    sessions = planned(catalogue, "thu-nam-hen-gio", "tan-hong.binh-phu")
    assert [session.date for session in sessions] == [date(2024, 3, day) for day in (7, 14, 21, 28)]
    assert {(session.starts, session.ends) for session in sessions} == {(time(13, 30), time(17, 0))}


def test_the_small_sound_catalogue_of_these_tests_is_sound(tmp_path):
    (tmp_path / "0.toml").write_text(SOUND, encoding="utf-8")
    assert [unit.code for unit in read_catalogue(tmp_path).units] == ["huyen", "huyen.xa", "xa.moi"]


def test_decomposed_letters_are_read_as_composed_ones(tmp_path):
    (tmp_path / "0.toml").write_text(unicodedata.normalize("NFD", SOUND), encoding="utf-8")
    assert read_catalogue(tmp_path).unit["xa.moi"].name == "Xã mới"


def test_an_empty_folder_is_refused(tmp_path):
    (fault,) = faults_of(tmp_path)
    assert fault.endswith("*.toml: found 'no file', expected at least one catalogue file")


def test_a_syntax_error_names_file_and_line_beside_the_faults_of_other_files(tmp_path):
    faults = faults_of(tmp_path, SOUND, '[[unit]]\ncode = "x"\nkind = = "xã"\n', "colour = 1\n")
    assert faults[0].startswith("1.toml: line 3: found ")
    assert faults[1].startswith("2.toml: colour: found 1, expected no such key; known are document, unit")


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    (tmp_path / "legacy.toml").write_bytes('name = "Hộ tịch"'.encode("utf-16"))
    with pytest.raises(CatalogueFaults, match=r"legacy.toml: \(whole file\): .* expected TOML in UTF-8"):
        read_catalogue(tmp_path)


def test_all_faults_of_all_files_are_told_at_once(tmp_path):
    first = sound_with(
        """
[[unit]]
code = "huyen.xa"
kind = "làng"
name = " "
parent = "huyên"
valid_from = "hôm qua"
colour = "red"
"""
    )
    second = """
[[procedure]]
code = 7
name = "Khai sinh"
field = "ho-tịch"
source = "qd-2"

[[desk]]
code = "quay"
unit = "huyen.xa"
name = "Quầy"
place = "Một cửa"
fields = "ho-tich"
source = "qd-1"
simulated = "yes"
"""
    faults = faults_of(tmp_path, first, second)
    places = {fault.split(": found")[0] for fault in faults}
    assert places == {
        "0.toml: unit[3].kind",
        "0.toml: unit[3].name",
        "0.toml: unit[3].parent",
        "0.toml: unit[3].valid_from",
        "0.toml: unit[3].colour",
        "0.toml: unit[3].source",
        "0.toml: unit[3].code",
        "1.toml: procedure[0].code",
        "1.toml: procedure[0].field",
        "1.toml: procedure[0].source",
        "1.toml: desk[0].fields",
        "1.toml: desk[0].simulated",
    }
    assert "0.toml: unit[3].source: found nothing, expected a source: the code of a [[document]]" in faults
    assert "1.toml: desk[0].simulated: found 'yes', expected true or false" in faults
    assert (
        "0.toml: unit[3].code: found 'huyen.xa', expected a unit met once; it stands in 0.toml, unit[1] too" in faults
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[[unit]]\ncode = "x"\nkind = "huyện"\nname = "X"\nvalid_from = 2025-01-01\nvalid_to = 2024-01-01\nsource = "qd-1"\n',
            "unit[3].valid_to: found '2024-01-01', expected a date after valid_from (2025-01-01)",
        ),
        (
            '[[unit]]\ncode = "x"\nkind = "xã"\nname = "X"\nparent = "huyen"\nsource = "qd-1"\n',
            "unit[3].valid_to: found 'open', expected not after 2025-07-01, the end of huyen",
        ),
        (
            '[[unit]]\ncode = "x"\nkind = "huyện"\nname = "X"\nparent = "xa.moi"\nsource = "qd-1"\n',
            "unit[3].parent: found 'xa.moi', expected a unit above a district",
        ),
        (
            '[[successor]]\nold = "xa.moi"\nnew = "huyen.xa"\npart = "main"\nsource = "qd-1"\n',
            "successor[0].old: found 'xa.moi', expected a unit with a valid_to: one that ended",
        ),
        (
            '[[successor]]\nold = "huyen.xa"\nnew = "huyen"\npart = "main"\nsource = "qd-1"\n',
            "successor[0].new: found 'huyen', expected a unit with a valid_from not before 2025-07-01",
        ),
        (
            (
                '[[unit]]\ncode = "x"\nkind = "xã"\nname = "X"\nvalid_from = 2025-06-30\nsource = "qd-1"\n'
                '[[successor]]\nold = "huyen.xa"\nnew = "x"\npart = "main"\nsource = "qd-1"\n'
            ),
            "successor[0].new: found 'x', expected a unit with a valid_from not before 2025-07-01",
        ),
        (
            '[[unit]]\ncode = "x"\nkind = "xã"\nname = "X"\nvalid_from = 2025-07-01T00:00:00\nsource = "qd-1"\n',
            "unit[3].valid_from: found datetime.datetime(2025, 7, 1, 0, 0), expected a date such as 2025-07-01",
        ),
        (
            '[[desk_set]]\nnumber = true\nname = "Q"\nplace = "P"\nlevels = ["commune"]\nsource = "qd-1"\n',
            "desk_set[0].number: found True, expected a whole number",
        ),
        (
            '[[desk_set]]\nnumber = 1\nname = "Q"\nplace = "P"\nlevels = ["village"]\nsource = "qd-1"\n',
            "desk_set[0].levels: found ['village'], expected a list of levels",
        ),
        (
            '[[successor]]\nold = "huyen.xa"\nnew = "xa.moi"\npart = "half"\nsource = "qd-1"\n',
            "successor[0].part: found 'half', expected one of main, partial",
        ),
        (
            '[[desk]]\ncode = "q"\nunit = "huyen.xa"\nname = "Q"\nplace = "P"\nvalid_to = 2025-08-01\nsource = "qd-1"\n',
            "desk[0].valid_to: found '2025-08-01', expected not after 2025-07-01, the end of huyen.xa",
        ),
        (
            '[[field]]\ncode = "f"\nnames = { vi = "F" }\nsource = "qd-1"\n',
            "field[1].names.en: found nothing, expected a text that is not blank",
        ),
        ("[field2]\nx = 1\n", "field2: found {'x': 1}, expected no such key"),
        ("[gap]\nx = 1\n", "gap: found {'x': 1}, expected a list of tables, [[gap]]"),
        ("gap = [1]\n", "gap[0]: found 1, expected a table"),
    ],
)
def test_a_broken_entry_is_told_with_its_key_and_what_was_expected(tmp_path, text, expected):
    before = text if text.startswith("gap = ") else ""
    faults = faults_of(tmp_path, before + SOUND + (text if not before else ""))
    assert any(fault.startswith(f"0.toml: {expected}") for fault in faults), faults
    assert len(faults) == 1


def test_a_unit_wholly_after_its_parent_has_both_ends_outside(tmp_path):
    unit = '[[unit]]\ncode = "x"\nkind = "xã"\nname = "X"\nparent = "huyen"\nvalid_from = 2025-08-01\nvalid_to = 2025-09-01\nsource = "qd-1"\n'
    assert faults_of(tmp_path, sound_with(unit)) == [
        "0.toml: unit[3].valid_from: found '2025-08-01', expected in the validity of huyen, 0001-01-01 to before 2025-07-01",
        "0.toml: unit[3].valid_to: found '2025-09-01', expected not after 2025-07-01, the end of huyen",
    ]


def test_two_demo_desks_are_refused(tmp_path):
    desk = '[[desk]]\ncode = "{}"\nunit = "huyen.xa"\nname = "Q"\nplace = "P"\ndemo = true\nsource = "qd-1"\n'
    (fault,) = faults_of(tmp_path, sound_with(desk.format("a") + desk.format("b")))
    assert fault == "0.toml: desk[1].demo: found True, expected one demo desk; desk[0] is it already"


def test_a_desk_set_that_meets_a_single_desk_is_refused(tmp_path):
    text = """
[[desk]]
code = "huyen.xa.quay-1"
unit = "huyen.xa"
name = "Q"
place = "P"
source = "qd-1"

[[desk_set]]
number = 1
name = "Q"
place = "P"
levels = ["commune"]
source = "qd-1"
"""
    (fault,) = faults_of(tmp_path, sound_with(text))
    assert fault.startswith("*.toml: desk: found 'huyen.xa.quay-1', expected one entry that makes this desk")


PILOT = """
[[pilot]]
code = "p"
names = { vi = "P", en = "P" }
locality = "huyen"
kind = "sessions"
starts = 2024-01-01
days = "working"
weekdays = ["friday"]
windows = ["morning"]
procedures = "unconfirmed"
source = "qd-1"
"""
TAKES_PART = '[[participation]]\npilot = "p"\nunit = "huyen.xa"\nsource = "qd-1"\n'


@pytest.mark.parametrize(
    ("pilot", "participation", "expected"),
    [
        ('weekdays = ["caturday"]', "", ["pilot[0].weekdays: found 'caturday', expected one of monday"]),
        (
            'ends = 2023-01-01\ndose = { low = 3, high = 2, per = "week" }',
            "",
            [
                "pilot[0].ends: found '2023-01-01', expected after starts (2024-01-01)",
                "pilot[0].dose.high: found 2, expected 3 or more",
            ],
        ),
        ('dose = { low = 1, per = "week" }', "", ["pilot[0].dose.high: found nothing, expected a whole number"]),
        ("promise = { cutoff = 15, late_by = 09:00:00 }", "", ["pilot[0].promise.cutoff: found 15, expected a time"]),
        ('procedure_counts = [{ level = "xã" }]', "", ["pilot[0].procedure_counts: found [{'level': 'xã'}], expected"]),
        ('together = [["a"]]', "", ["pilot[0].together: found [['a']], expected a list of pairs"]),
        ('named = ["a"]', "", ["pilot[0].named: found 'a', expected the code of a procedure"]),
        (
            'weekdays = ["saturday"]\nends = 2024-05-01',
            "",
            ["pilot[0].days: found 'working', expected a pattern that some day fits: this rule never fires"],
        ),
        (
            'units = ["huyen"]',
            "starts = 2024-01-01",
            ["participation[0].unit: found 'huyen.xa', expected one of the units of p"],
        ),
        (
            "",
            "starts = 2025-07-01",
            [
                "participation[0].starts: found '2025-07-01', expected in the validity of huyen.xa, 0001-01-01 to before 2025-07-01"
            ],
        ),
        (
            "",
            "starts = 2024-01-01\nends = 2025-08-01",
            ["participation[0].ends: found '2025-08-01', expected not after 2025-07-01, the end of huyen.xa"],
        ),
        ("", "starts = 2023-01-01", ["participation[0].starts: found '2023-01-01', expected in the pilot's time"]),
        (
            "",
            "starts = 2025-06-28",
            ["participation[0].starts: found '2025-06-28', expected dates and days that bring at least one session"],
        ),
        (
            "",
            'starts = 2024-01-01\nwindow = "noon"',
            ["participation[0].window: found 'noon', expected one of start-of-morning"],
        ),
        ("", 'starts = 2024-01-01\nfield = "ho-tich"', ["participation[0].field: found 'ho-tich', expected absent"]),
        (
            "",
            f"starts = 2024-01-01\n{TAKES_PART}starts = 2024-06-01",
            [
                "participation[1].starts: found '2024-06-01', expected no overlap with 0.toml, participation[0] (huyen.xa in p)"
            ],
        ),
    ],
)
def test_a_broken_pilot_or_participation_is_told_with_its_key(tmp_path, pilot, participation, expected):
    replaced = {line.split(" =")[0] for line in pilot.splitlines()}
    lines = [line for line in PILOT.splitlines() if line.split(" =")[0] not in replaced]
    taking_part = TAKES_PART + participation if participation else ""
    faults = faults_of(tmp_path, "\n".join([SOUND, *lines, pilot, taking_part]))
    assert len(faults) == len(expected), faults
    for fault, start in zip(faults, expected, strict=True):
        assert fault.startswith(f"0.toml: {start}")


def test_an_undecided_participation_is_accepted_and_plans_nothing(tmp_path):
    text = SOUND + PILOT + 'unit_chooses = ["days"]\n' + TAKES_PART + "starts = 2024-01-01\n"
    (tmp_path / "0.toml").write_text(text, encoding="utf-8")
    assert planned(read_catalogue(tmp_path), "p", "huyen.xa") == []


def test_the_units_of_one_level_never_overlap_their_successors(catalogue):
    for link in catalogue.successors:
        before, after = (catalogue.unit[code] for code in (link.old, link.new))
        assert all(one <= other for one, other in pairwise((before.starts, before.ends, after.starts, after.ends)))
