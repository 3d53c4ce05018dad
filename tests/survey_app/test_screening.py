import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.screening import mask, plain, readable_months


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("gọi 0912345678 nhé", "gọi [số điện thoại] nhé"),
        ("gọi 0912 345 678, +84 912.345.678 hoặc (0277) 3851 234", "gọi [số điện thoại], [số điện thoại] hoặc [số điện thoại]"),
        ("０９１２３４５６７８", "[số điện thoại]"),
        ("09\u200b12345678", "[số điện thoại]"),
        ("CCCD 012345678901, CMND 123456789", "CCCD [số giấy tờ], CMND [số giấy tờ]"),
        ("hồ sơ H05.01-240101-0001 và 000.00.01.H05-240101-0001", "hồ sơ [mã hồ sơ] và [mã hồ sơ]"),
        ("xe 66A-123.45", "xe [biển số]"),
        ("thư lan.nguyen@gmail.com.", "thư [thư điện tử]."),
        ("xem www.facebook.com/lan", "xem [địa chỉ mạng]"),
        ("ngày 12/11/2026", "ngày [dãy số]"),
        ("Anh Tuấn và chị Út rất tốt", "Anh [tên] và chị [tên] rất tốt"),
        ("Bà Nguyễn Thị Hoa", "Bà [tên]"),
        ("Nguyễn Thị Hoa hẹn tôi", "[tên] hẹn tôi"),
        ("Tôi là TRẦN VĂN A.", "Tôi là [tên]."),
        ("Tên: Lan", "Tên: [tên]"),
        ("Mr Smith", "Mr [tên]"),
    ],
)  # fmt: skip
def test_numbers_addresses_and_names_with_a_shape_are_taken_out(written, read):
    assert mask(written) == read


@pytest.mark.parametrize(
    "text",
    [
        "Chờ 45 phút, từ 7:30 đến 8h15, ở quầy 3.",
        "Bị thu thêm 1.500.000 đồng, không biên lai.",
        "cán bộ Quầy 3 hướng dẫn tận tình",
        "Xã Tân Hồng làm nhanh",
        "cô ấy nói nhỏ quá",
        "Rất hài lòng, cảm ơn các cháu.",
        "Waited 20 minutes, staff were kind.",
    ],
)
def test_what_names_nobody_is_left_as_it_is(text):
    assert mask(text) == text


@pytest.mark.parametrize("text", ["chị hoa ở quầy 3", "cô tóc ngắn", "không chín một hai ba bốn năm sáu bảy tám"])
def test_what_a_program_cannot_find_is_left_for_people_who_screen(text):
    assert mask(text) == text


def test_letters_that_nobody_sees_and_that_turn_the_direction_of_reading_are_taken_out():
    assert plain("Cảm\u202e ơn\u2066 \u200fnhé\u200b") == "Cảm ơn nhé"


@given(st.text(max_size=300))
def test_masking_twice_changes_nothing_more_than_masking_once(text):
    once = mask(text)
    assert mask(once) == once


@pytest.mark.parametrize(
    "text", ["0" * 5000, "1." * 2500, "a." * 2500, "A " * 2500, "Nguyễn " * 700, "a@" * 2500, "-" * 5000, "H05." * 1250]
)
def test_the_longest_comment_is_masked_at_once_whatever_stands_in_it(text):
    began = time.process_time()
    mask(text)
    assert time.process_time() - began < 5  # a pattern that goes back over each beginning would take minutes


TODAY = date(2026, 11, 19)


def test_only_ended_months_in_which_enough_came_are_read_the_latest_first():
    counts = {date(2026, 8, 1): 10, date(2026, 9, 1): 9, date(2026, 10, 1): 250, date(2026, 11, 1): 40}
    assert readable_months(counts, today=TODAY) == [date(2026, 10, 1), date(2026, 8, 1)]


@given(
    st.dictionaries(
        st.dates(date(2025, 1, 1), date(2027, 12, 31)).map(lambda day: day.replace(day=1)), st.integers(0, 40)
    )
)
def test_no_month_is_read_early_or_with_fewer_than_ten(counts):
    for month in readable_months(counts, today=TODAY):
        assert month < date(2026, 11, 1)
        assert counts[month] >= 10
