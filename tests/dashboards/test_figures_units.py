"""Units beside one another: sentences, dots, and the heat table, by their numbers."""

from dataclasses import replace

import pytest

from dashboards.data import Comparison, Desk, DeskResult, Unit, UnitResult, read_index
from dashboards.figures.dots import axis_ends, draw_dots
from dashboards.figures.heat import draw_heat, step_of
from dashboards.place_words import places_sentence, show_places
from dashboards.theme import LIGHT
from dashboards.unit_words import (
    desk_rows,
    dots_sentence,
    heat_sentence,
    place_columns,
    place_rows,
    unit_file_rows,
    units_line,
    units_verdict,
    weak_columns,
    weak_rows,
)
from scoring import wilson


@pytest.fixture
def one(make_result):
    """Makes one unit's result: `one("Xa A", 900, 1000, "above", 1)`."""

    def made(name, satisfied, n, standing, tie_band=None, *, places=None, **more):
        result = make_result(satisfied, n, unit=f"xa.{name}", **more)
        unit = Unit(code=f"xa.{name}", kind="xã", name=name, source="test")
        return UnitResult(unit, result, read_index(result.sheet), standing, tie_band, places)

    return made


@pytest.fixture
def comparison(one, make_result):
    """A above, B alike, C below; D weak; E hidden."""
    units = (
        one("A", 950, 1000, "above", 1, places=(1, 1)),
        one("B", 850, 1000, "alike", 2, places=(2, 2)),
        one("C", 700, 1000, "below", 3, places=(3, 3)),
        one("D", 12, 20, "weak"),
        one("E", 5, 5, "hidden"),
    )
    together = make_result(2512, 3020)
    return Comparison(together.period, together, units)


def test_clear_groups_are_counted_and_those_outside_the_common_level_are_named(comparison):
    assert units_verdict(comparison, "vi") == (
        "Chỉ phân biệt được 3 nhóm, từ cao xuống thấp: xã A; xã B; xã C. Trong một nhóm không có thứ tự. "
        "Cao hơn rõ mức chung 83,2\u00a0% (81,8–84,5): xã A; thấp hơn rõ: xã C. 2 đơn vị còn lại chưa đủ dữ liệu."
    )
    assert "clearly below: xã C" in units_verdict(comparison, "en")
    assert "5 đơn vị cùng được xét. Quý IV/2026." in units_line(comparison, "vi")


def test_clear_groups_of_many_units_are_counted_not_named(comparison, one):
    many = tuple(one(f"{i}", 950 if i < 5 else 700, 1000, "alike", 1 if i < 5 else 2) for i in range(10))
    told = units_verdict(replace(comparison, units=many), "vi")
    assert told == "10 đơn vị chỉ chia được thành 2 nhóm khác nhau rõ; trong một nhóm không có thứ tự."


def test_one_tie_band_is_no_order(comparison, one):
    alike = replace(comparison, units=(one("A", 840, 1000, "alike", 1), one("B", 820, 1000, "alike", 1)))
    assert units_verdict(alike, "vi") == (
        "Số liệu chưa đủ để xếp thứ tự 2 đơn vị. Không đơn vị nào khác rõ mức chung 83,2\u00a0% (81,8–84,5)."
    )
    higher = replace(comparison, units=(one("A", 950, 1000, "above", 1), one("B", 820, 1000, "alike", 1)))
    assert "Cao hơn rõ mức chung 83,2\u00a0% (81,8–84,5): xã A." in units_verdict(higher, "vi")
    lower = replace(comparison, units=(one("A", 700, 1000, "below", 1), one("B", 820, 1000, "alike", 1)))
    assert "Thấp hơn rõ mức chung 83,2\u00a0% (81,8–84,5): xã A." in units_verdict(lower, "vi")


def test_with_one_unit_or_none_there_is_nothing_to_compare(comparison):
    only = replace(comparison, units=comparison.units[:1])
    assert units_verdict(only, "vi") == "Quý IV/2026 chỉ xã A có đủ lượt đánh giá, nên chưa có gì để so sánh."
    none = replace(comparison, units=comparison.units[4:])
    assert units_verdict(none, "en") == "Q4 2026: no unit has enough responses to compare yet."


def test_the_picture_says_how_many_stand_how(comparison):
    assert dots_sentence(comparison, "vi").startswith(
        "Cao hơn rõ mức chung: 1 đơn vị; thấp hơn rõ: 1; không khác rõ: 1; chưa đủ để kết luận (chấm rỗng): 1."
    )


def test_each_unit_is_a_dot_with_its_interval_below_the_words_of_its_band(comparison):
    drawn = comparison.of("above", "alike", "below", "weak")
    figure = draw_dots(drawn, comparison.index, LIGHT, "vi")
    dots = {trace.name: trace for trace in figure.data}
    assert list(dots["above"].x) == [0.95]
    assert dots["above"].error_x.arrayminus[0] == pytest.approx(0.95 - drawn[0].index.low)
    assert dots["weak"].marker.symbol == "circle-open"
    assert [list(dots[name].y) for name in ("above", "alike", "below", "weak")] == [[1], [3], [5], [7]]
    names = figure.layout.yaxis.ticktext
    assert [name.split("<br>")[0] for name in names] == ["xã A", "xã B", "xã C", "xã D"]
    assert "<b>95,0\u00a0%</b> n = 1.000" in names[0]
    texts = " ".join(annotation.text for annotation in figure.layout.annotations)
    for part in ("nhóm 1", "nhóm 3", "chưa đủ để kết luận", "mức chung 83,2"):
        assert part in texts


def test_the_interval_of_all_together_is_the_upright_band(comparison):
    figure = draw_dots(comparison.units[:1], comparison.index, LIGHT, "vi")
    assert any((shape.x0, shape.x1) == (comparison.index.low, comparison.index.high) for shape in figure.layout.shapes)
    low, high = axis_ends([comparison.units[0].index, comparison.index])
    assert low <= comparison.index.low
    assert comparison.units[0].index.high <= high <= 1


def test_sixty_units_keep_their_own_line(one, comparison):
    many = [one(f"{i:02}", 840, 1000, "alike", 1) for i in range(60)]
    figure = draw_dots(many, comparison.index, LIGHT, "vi")
    assert figure.layout.height >= 60 * 24


def test_each_unit_that_is_compared_shows_the_places_that_it_may_hold(one):
    units = (one("A", 864, 1000, "alike", 1, places=(1, 2)), one("B", 840, 1000, "alike", 1, places=(2, 2)))
    assert place_rows(units, "vi") == [
        ("xã A", "86,4\u00a0% (84,1–88,4)", "1.000", "1–2"),
        ("xã B", "84,0\u00a0% (81,6–86,1)", "1.000", "2"),
    ]
    assert place_columns("en")[3] == "Possible places"


def test_the_places_come_with_their_confidence_and_how_they_were_found():
    told = places_sentence(14, "vi")
    assert "trong 14 đơn vị, với độ tin cậy 95 % cho cả bảng" in told
    assert "So sánh từng cặp đơn vị" in told
    assert show_places(None) == "–"


def test_units_with_too_little_show_their_response_rate_and_silent_days(comparison):
    assert weak_rows(comparison.of("weak", "hidden"), "vi") == [
        ("xã D", "mới có 20 lượt đánh giá", "50,0\u00a0%", "3"),
        ("xã E", "Mới có 5 lượt đánh giá – chưa đủ để kết luận.", "50,0\u00a0%", "3"),
    ]
    assert len(weak_columns("en")) == 4


def test_a_wide_interval_is_told_with_its_width(one):
    (row,) = weak_rows([one("D", 60, 100, "weak")], "en")
    assert row[1] == "interval still wide: ± 9.4 points"


@pytest.mark.parametrize(("share", "step"), [(0.0, 0), (0.5999, 0), (0.6, 1), (0.7, 2), (0.8, 3), (0.9, 4), (1.0, 4)])
def test_the_five_steps_begin_at_round_shares(share, step):
    assert step_of(share) == step


def test_the_heat_table_has_numbers_inside_and_words_where_there_are_too_few(comparison):
    table = draw_heat(comparison.units, {"3.1": "Lịch <sự>"}, LIGHT, "vi")
    assert "<td class='step4' title='95,0\u00a0% (93,5–96,2), n = 1000'>95</td>" in table
    assert "<td class='few'><span>chưa đủ dữ liệu</span></td>" in table
    assert table.count("<tr>") == 6
    assert "Lịch &lt;sự&gt;" in table
    assert "từ 90" in heat_sentence("vi")


def test_a_desk_shows_its_share_or_that_too_few_answered():
    desk = Desk(code="a.1", unit="a", name="Quầy 1", place="", source="test")
    shown, hidden = DeskResult(desk, wilson(41, 50), 52, 4), DeskResult(desk, wilson(0, 0), 7, 12)
    assert desk_rows([shown, hidden], "vi") == [
        ("Quầy 1", "82,0\u00a0% (69,2–90,2)", "50", "4"),
        ("Quầy 1", "Mới có 7 lượt đánh giá – chưa đủ để kết luận.", "", "12"),
    ]


def test_the_file_has_one_line_a_unit_and_nothing_where_nothing_is_shown(comparison):
    rows = unit_file_rows(comparison)
    assert [row["standing"] for row in rows] == ["above", "alike", "below", "weak", "hidden"]
    assert (rows[0]["share"], rows[0]["3.1"], rows[0]["n"], rows[0]["tie_band"]) == ("0.950000", "0.950000", 1000, 1)
    assert [(row["best_place"], row["worst_place"]) for row in rows[2:4]] == [(3, 3), (None, None)]
    assert (rows[4]["share"], rows[4]["3.1"], rows[4]["n"], rows[4]["received"]) == (None, None, None, 5)
