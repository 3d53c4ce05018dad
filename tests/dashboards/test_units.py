"""Units and desks, opened as a reader would."""

import pytest


@pytest.mark.usefixtures("demo")
def test_units_are_compared_and_those_with_too_little_listed_apart(open_page, said):
    text = said(open_page("units", place="tinh.52"))
    assert "mức chung" in text
    assert "Chưa đủ dữ liệu" in text
    assert "xã Tuy Phước Tây" in text


@pytest.mark.usefixtures("demo")
def test_units_that_are_compared_show_the_places_that_they_may_hold(open_page, said):
    text = said(open_page("units"))
    assert "| Đơn vị | Hài lòng (khoảng tin cậy 95 %) | Số lượt | Vị trí có thể |" in text
    assert "«Vị trí có thể»: đơn vị có thể đứng thứ mấy" in text


@pytest.mark.usefixtures("demo")
def test_on_a_phone_each_cell_carries_the_head_of_its_column(open_page):
    styles = "".join(html.proto.body for html in open_page("units", place="tinh.52", lang="en").get("html"))
    assert '.st-key-rows-weak td:nth-child(2):not(:empty)::before{content:"Why: "' in styles


@pytest.mark.usefixtures("demo")
def test_the_desks_of_the_unit_in_the_address_are_shown_with_a_way_to_its_overview(open_page, said):
    page = open_page("units", place="tinh.82", unit="xa.29938", lang="en")
    assert "Quầy 2" in said(page)
    (link,) = page.get("page_link")
    assert link.proto.label == "Overview of xã Tân Thành"
    assert "unit=xa.29938" in link.proto.query_string


@pytest.mark.usefixtures("demo")
def test_a_district_of_the_past_is_compared_in_its_own_time(open_page):
    assert "xã Phước Quang" in "".join(html.proto.body for html in open_page("units", place="tuy-phuoc").get("html"))


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_empty_record_is_told_kindly(open_page, said, language):
    text = said(open_page("units", lang=language))
    assert ("chưa đơn vị nào" if language == "vi" else "no unit has enough responses") in text
