"""The emulation page: what it says and offers, on the demonstration and on an empty record."""

import re
from dataclasses import replace

import pytest

from dashboards import data
from dashboards.emulation_words import (
    gate_lines,
    node_rows,
    standing_columns,
    standing_file_rows,
    standing_rows,
    tell_verdict,
    unclassed_rows,
)
from scoring import period_of


@pytest.fixture
def period(demo):
    return period_of(max(demo.months_with_answers(demo.units_now)), "quarter")


@pytest.fixture
def sheet(demo, period):
    return data.emulation_of(demo, demo.units_now, period)


@pytest.fixture
def places(demo, period):
    return data.places_of(demo, demo.units_now, period)


def test_the_verdict_counts_units_with_a_class_near_a_cut_and_without(sheet):
    classed = [each for each in sheet.standings if each.tie_band is not None]
    near = sum(each.near_cut is not None for each in classed)
    first, rest = tell_verdict(sheet, "quý IV/2026", "vi", running=True, early=False)
    assert first == (
        f"Quý IV/2026: {len(classed)} trong {len(sheet.standings)} đơn vị đủ dữ liệu để xếp loại, trong đó {near} "
        f"đơn vị sát ngưỡng; {len(sheet.standings) - len(classed)} đơn vị chưa đủ dữ liệu."
    )
    assert "số liệu chưa đủ để xếp thứ tự" in rest.lower()
    assert rest.endswith("Kỳ này chưa kết thúc: điểm còn thay đổi.")
    early = tell_verdict(sheet, "Q4 2025", "en", running=False, early=True)
    assert early[1].endswith("an illustration only.")


def test_units_without_a_class_show_the_response_rate_and_days_without_a_scan(sheet):
    rows = unclassed_rows(sheet, "vi")
    weak = next(row for row in rows if row[0] == "xã Tuy Phước Tây")  # its poster is hidden in the demonstration
    assert weak[1].startswith("Mới có ")
    assert "lượt đến quầy" in weak[2]
    assert int(weak[3]) > 0
    lone = replace(sheet.standings[-1].candidate, days_without_scan=None)
    without = replace(sheet, standings=(replace(sheet.standings[-1], candidate=lone, tie_band=None),))
    assert unclassed_rows(without, "en")[0][3] == "no code issued"


def test_the_table_has_every_unit_once_and_no_rank(sheet, places):
    rows = standing_rows(sheet, places, "en")
    assert [row[0] for row in rows] == [each.candidate.name for each in sheet.standings]
    assert all(row[1] == row[3] == "–" for row in rows if row[4] == "not enough data")
    assert {len(row) for row in rows} == {len(standing_columns("en"))}


def test_every_unit_with_a_class_has_places_that_lie_among_those_of_all(sheet, places):
    classed = [each.sheet.unit for each in sheet.standings if each.tie_band is not None]
    assert sorted(places) == sorted(classed)
    assert all(1 <= best <= worst <= len(classed) for best, worst in places.values())
    rows = {row["unit"]: row for row in standing_file_rows(sheet, places)}
    assert all((rows[unit]["best_place"], rows[unit]["worst_place"]) == found for unit, found in places.items())
    assert [rows[each.sheet.unit]["best_place"] for each in sheet.standings if each.tie_band is None][:1] == [None]


def test_every_line_has_its_formula_and_its_source(sheet):
    unit = next(each.sheet for each in sheet.standings if each.tie_band is not None)
    rows = node_rows(unit, "vi")
    assert rows[0][0] == "total"
    assert {"satisfaction", "on_time", "pilot"} <= {row[0] for row in rows}
    assert all(row[4] and row[5] for row in rows)
    assert rows[0][4].endswith(f". {unit.total.uncertainty.vi}.")
    assert next(row[4] for row in rows if row[0] == "on_time").endswith("không có sai số chọn mẫu.")
    assert all(line.startswith("Đạt") for line in gate_lines(unit, "vi"))


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_says_that_the_edition_is_a_sample(open_page, said, language):
    text = said(open_page("emulation", lang=language))
    assert ("Bản mẫu, không phải văn bản quy định" if language == "vi" else "A sample, not a regulation") in text
    assert ("đủ dữ liệu để xếp loại" if language == "vi" else "have enough data for a class") in text


@pytest.mark.usefixtures("demo")
def test_the_unit_in_the_address_is_explained(open_page, said):
    text = said(open_page("emulation", unit="xa.29926"))
    assert "Hồ sơ giải quyết trước và đúng hạn:" in text
    assert len(re.findall(r"Tổng \d", text)) == 1  # below the picture, and not again among the reasons
    assert "Xếp loại:" in text


@pytest.mark.usefixtures("demo")
def test_another_place_can_be_chosen_while_a_unit_of_the_first_is_shown(open_page, said):
    page = open_page("emulation", unit="xa.29926")
    (place,) = [box for box in page.selectbox if box.key.startswith("place")]
    place.set_value("tinh.52").run()
    assert not page.exception
    assert "xã Tuy Phước" in said(page)


@pytest.mark.usefixtures("empty")
def test_an_empty_record_gives_no_class_and_no_zero(open_page, said):
    text = said(open_page("emulation"))
    assert "0 trong 22 đơn vị đủ dữ liệu" in text
