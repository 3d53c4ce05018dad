"""The overview, opened as a reader would."""

import json

import pytest


@pytest.mark.usefixtures("demo")
def test_the_overview_says_its_verdict_its_index_and_that_data_are_simulated(open_page, said):
    text = said(open_page("overview"))
    assert "Mức hài lòng " in text
    assert "2640/QĐ-BNV" in text
    assert "8/22 tiêu chí được đo" in text
    assert "Dữ liệu mô phỏng" in text
    assert "Đã nhận " in text


@pytest.mark.usefixtures("demo")
def test_the_overview_has_three_pictures_each_with_its_words(open_page):
    pictures = open_page("overview").get("plotly_chart")
    assert [picture.proto.alt[:12] for picture in pictures] == ["Mức hài lòng", "Yếu nhất: «G", "Mã dán ở quầ"]


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(("language", "expected"), [("vi", "dữ liệu mô phỏng"), ("en", "simulated data")])
def test_a_picture_that_is_kept_says_in_itself_that_it_is_simulated(open_page, language, expected):
    pictures = open_page("overview", lang=language).get("plotly_chart")
    assert [json.loads(picture.proto.spec)["layout"]["title"]["text"] for picture in pictures] == [expected] * 3


@pytest.mark.usefixtures("demo")
def test_the_overview_is_complete_in_english(open_page, said):
    text = said(open_page("overview", lang="en", unit="xa.29926"))
    assert "Satisfaction in " in text
    assert "xã Tân Hồng" in text
    assert "Which question is weak?" in text


@pytest.mark.usefixtures("demo")
def test_a_unit_nearly_nobody_answers_to_has_words_instead_of_numbers_and_pictures(open_page, said):
    page = open_page("overview", unit="xa.21985")
    assert "chưa đủ để kết luận" in said(page)
    assert len(page.get("plotly_chart")) == 0


@pytest.mark.usefixtures("demo")
def test_an_address_that_asks_for_nonsense_shows_the_default(open_page, said):
    assert "Mức hài lòng " in said(open_page("overview", unit="'; drop table", period="never", lang="xx"))


@pytest.mark.usefixtures("demo")
def test_a_district_of_the_past_keeps_its_own_units_and_periods(open_page, said):
    text = said(open_page("overview", unit="tuy-phuoc", period="2024-Q3"))
    assert "quý III/2024" in text


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_empty_record_is_told_kindly(open_page, said, language):
    text = said(open_page("overview", lang=language))
    assert ("Chưa có lượt đánh giá nào" if language == "vi" else "No responses yet") in text
    assert "Dữ liệu mô phỏng" not in text


@pytest.mark.usefixtures("demo")
def test_the_download_says_that_it_is_simulated(open_page):
    (button,) = open_page("overview").get("download_button")
    assert "mô phỏng" in button.label


@pytest.mark.usefixtures("demo")
def test_the_overview_says_what_is_left_out_for_its_flags_and_shows_the_index_with_it(open_page, said):
    page = open_page("overview")
    text = said(page)
    assert "có cờ nên không tính vào chỉ số: trả lời quá nhanh" in text
    assert "Nếu tính cả:" in text
    assert "Có cờ nhưng vẫn tính: mọi câu cùng một mức" in text
    page.toggle[0].set_value(True).run()
    assert page.query_params["flags"] == "all"
    assert "Đang tính cả phiếu có cờ nghi vấn." in said(page)
    page.toggle[0].set_value(False).run()
    assert "flags" not in page.query_params


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("view", ["overview", "units", "pilots", "pilot", "plan", "emulation"])
def test_every_page_can_count_flagged_answers_too_and_then_says_so(open_page, said, view):
    assert "Flagged answers are being counted." in said(open_page(view, flags="all", lang="en"))


@pytest.mark.usefixtures("demo")
def test_each_channel_is_reported_apart(open_page, said):
    text = said(open_page("overview"))
    for channel in ("Mã dán ở quầy (kênh mở)", "Thẻ biên nhận", "Máy tính bảng dùng chung"):
        assert channel in text
    assert "Người chọn kênh này không hẳn giống người chọn kênh kia." in text


@pytest.mark.usefixtures("demo")
def test_a_commune_of_today_shows_its_months_across_the_change_of_units_on_either_boundaries(open_page, said):
    asked = {"unit": "xa.21952", "period": "2026-Q1"}
    assert "Đường đứt" not in said(open_page("overview", **asked))
    new = open_page("overview", **asked, boundaries="new")
    assert "Đường đứt: ngày 01/07/2025, đơn vị mới thay đơn vị cũ." in new.get("plotly_chart")[0].proto.alt
    before = "thị trấn Diêu Trì, xã Phước Lộc, xã Phước Nghĩa, xã Phước Thuận, thị trấn Tuy Phước"
    assert f"trước 01/07/2025 là lượt của {before} cộng lại, từ 01/07/2025 là lượt của xã Tuy Phước" in said(new)
    old = said(open_page("overview", **asked, boundaries="old"))
    assert f"{before} cùng nhập vào xã Tuy Phước; lượt từ 01/07/2025 không chia lại được" in old


@pytest.mark.usefixtures("demo")
def test_places_without_answers_on_one_side_of_the_change_are_told(open_page, said):
    text = said(open_page("overview", boundaries="new", lang="en"))
    assert "The two sides of the broken line are not the same places" in text
    assert "Do not read the levels before and after as a change." in text


@pytest.mark.usefixtures("demo")
def test_a_district_that_ended_is_followed_to_the_communes_of_today_without_its_own_desk(open_page, said):
    text = said(open_page("overview", unit="tuy-phuoc", period="2025-Q2", boundaries="old"))
    assert "13 đơn vị thành 4 nhóm" in text
    assert "huyện Tuy Phước không có một đơn vị kế tục chính" in text


@pytest.mark.usefixtures("empty")
def test_an_empty_record_across_the_change_says_so(open_page, said):
    page = open_page("overview", unit="xa.21952", boundaries="new")
    assert "Các đơn vị cũ chưa có lượt nào được công bố trong các tháng này" in said(page)
    assert len(page.get("plotly_chart")) == 0


@pytest.mark.usefixtures("empty")
def test_what_no_document_settles_of_an_old_commune_is_said_where_it_is_joined(open_page, said):
    text = said(open_page("overview", unit="xa.10843", boundaries="new"))
    assert "Một phần nhỏ của xã Thanh An nhập vào đơn vị khác với phần chính; đơn vị nào thì chưa xác nhận." in text
