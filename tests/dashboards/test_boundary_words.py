"""A change of units in words."""

from datetime import date

from dashboards.boundary_words import joined_columns, joined_lines, joined_rows, units_today_sentence
from dashboards.data import BoundarySeries, SeriesPlace, Unit, UnitToday

CHANGE = date(2025, 7, 1)
A, B, C = (Unit(code, "xã", code.upper(), "test", valid_to=CHANGE) for code in "abc")
X, Y = (Unit(code, "xã", code.upper(), "test", valid_from=CHANGE) for code in "xy")


def series(*places, kind="new", in_part=(), elsewhere=(), apart=(), silent=()):
    found = tuple(SeriesPlace(*place) for place in places)
    return BoundarySeries(kind, CHANGE, (), found, in_part, elsewhere, apart, silent)


def test_a_split_unit_and_one_left_apart_are_named():
    lines = joined_lines(series(((A, B), (X,)), in_part=(B,), apart=(C,)), "vi")
    assert (
        lines[0]
        == "Theo địa giới mới: trước 01/07/2025 là lượt của xã A, xã B cộng lại, từ 01/07/2025 là lượt của xã X."
    )
    assert lines[1].startswith("xã B bị tách: lượt trước 01/07/2025 chỉ tính vào đơn vị nhận phần chính")
    assert lines[2] == "xã C không có một đơn vị kế tục chính, nên để riêng, không nối."


def test_a_part_that_came_from_a_unit_counted_elsewhere_is_named():
    assert joined_lines(series(((C,), (Y,)), elsewhere=(B,)), "en")[1:] == [
        "A part of xã B came here too and is not counted: how many responses it would be is not known."
    ]


def test_an_old_side_that_is_partly_or_wholly_silent_is_told_apart():
    some = joined_lines(series(((A, B), (X,)), silent=(B,)), "vi")[-1]
    assert "1 trên 2 đơn vị cũ không có lượt" in some
    every = joined_lines(series(((A, B), (X,)), silent=(A, B)), "en")[-1]
    assert every == "The old units have no responses that may be shown in these months, so the side before is empty."


def test_the_table_says_which_unit_is_joined_with_which():
    found = series(((A, B), (X,)), ((C,), (Y,)), in_part=(B,), silent=(C,))
    assert joined_columns(found, "vi") == ["Đơn vị hiện nay", "Các đơn vị cũ nhập vào"]
    assert joined_rows(found, "vi") == [["xã X", "xã A, xã B (chỉ phần chính)"], ["xã Y", "xã C (không có lượt)"]]
    old = series(((A, B), (X, Y)), kind="old")
    assert (joined_columns(old, "vi")[0], joined_rows(old, "vi")) == ("Nhóm đơn vị cũ", [["xã A, xã B", "xã X, xã Y"]])


def test_the_units_of_a_pilot_are_said_by_the_units_that_have_them_today():
    found = [UnitToday(A, ((X, "main"),)), UnitToday(B, ((X, "main"), (Y, "partial"))), UnitToday(C, ())]
    assert units_today_sentence(found, "vi") == (
        "Các đơn vị của mô hình này nay thuộc: xã X (trước là xã A, xã B); xã Y (trước là một phần xã B). "
        "Không còn, và không có đơn vị kế tục: xã C."
    )
    assert units_today_sentence([], "en") == ""
