"""Every page on a record as `hailong init` leaves it: real pilots, of which some have nobody yet, and no answers."""

import pytest

PAGES = ("overview", "units", "pilots", "pilot", "plan", "emulation")


@pytest.mark.usefixtures("documented")
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_on_what_the_documents_say(open_page, said, page):
    assert "mô phỏng" not in said(open_page(page)).lower()


@pytest.mark.usefixtures("documented")
def test_a_pilot_that_nobody_takes_part_in_yet_is_listed_and_has_a_page_that_says_so(open_page, said):
    assert "Chưa có đơn vị nào được ghi là tham gia mô hình này" in said(open_page("pilots"))
    text = said(open_page("pilot", pilot="30-phut"))
    assert "chưa có gì để so sánh" in text
    assert "Huyện Na Rì, từ 01/01/2024 đến trước 01/07/2024" in text
    assert "No unit is recorded to take part" in said(open_page("pilot", pilot="30-phut", lang="en"))
