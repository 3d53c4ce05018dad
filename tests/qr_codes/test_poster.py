import io
import re
import unicodedata
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
import typst
import zxingcpp

from qr_codes import BadCode, make_code, parse_code, printed_address
from qr_codes.poster import LONGEST_NAME, WORDING, Phrase, Poster, PosterWording, draw_posters

KEY = b"a key for the example"
CODE = make_code(7, key=KEY)
DPI = 200
LAND = "Đăng ký đất đai, cấp giấy chứng nhận quyền sử dụng đất, quyền sở hữu nhà ở và tài sản khác gắn liền với đất"
POSTER = Poster(
    unit_name="UBND xã Tân Hồng, tỉnh Đồng Tháp",
    place_name="Bộ phận Một cửa",
    desk_name="Quầy 3 – Hộ tịch",
    address=printed_address("https://hailong.example.vn", CODE),
    code=CODE,
    simulated=True,
)


def pages(pdf):
    return list(pypdfium2.PdfDocument(io.BytesIO(pdf)))


def photographed(page, *, dpi=DPI):
    return page.render(scale=dpi / 72).to_numpy()


def symbols(page, *, dpi=DPI):
    return zxingcpp.read_barcodes(photographed(page, dpi=dpi), try_invert=False)


def texts(page):
    """All text of the page, spaces and line ends left out: where a line breaks does not matter."""
    text = page.get_textpage().get_text_bounded()
    return re.sub(r"[\s\u200b]", "", unicodedata.normalize("NFC", text))


def squeezed(text):
    return re.sub(r"\s", "", text)


def character_boxes(page):
    """Left, bottom, right, top of each printed character, in millimetres from the lower left corner."""
    text = page.get_textpage()
    boxes = np.array([text.get_charbox(number) for number in range(text.count_chars())]) * 25.4 / 72
    return boxes[(boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])]


@pytest.fixture(scope="module")
def page():
    return pages(draw_posters([POSTER]))[0]


def test_the_printed_symbol_leads_to_the_desk(page):
    (found,) = symbols(page)
    assert found.text == POSTER.address
    assert parse_code(found.text.rpartition("/")[2], key=KEY) == 7


def test_the_symbol_is_read_from_a_small_blurred_photograph(page):
    assert [found.text for found in symbols(page, dpi=45)] == [POSTER.address]


def test_the_page_is_a5(page):
    assert page.get_size() == pytest.approx((148 * 72 / 25.4, 210 * 72 / 25.4), abs=0.01)


def test_the_symbol_is_at_least_sixty_millimetres_wide_with_four_light_modules_around(page):
    (found,) = symbols(page, dpi=300)
    left, right = found.position.top_left, found.position.bottom_right
    assert (right.x - left.x) * 25.4 / 300 >= 60
    quiet = round(4 * (right.x - left.x) / 29)
    around = (
        photographed(page, dpi=300)
        .min(axis=2)[left.y - quiet : right.y + quiet, left.x - quiet : right.x + quiet]
        .copy()
    )
    around[quiet - 2 : -quiet + 2, quiet - 2 : -quiet + 2] = 255  # the symbol itself
    assert around.min() == 255


@pytest.mark.parametrize(
    "phrase",
    [
        "Bộ phận Một cửa",
        "UBND xã Tân Hồng, tỉnh Đồng Tháp",
        "Ông/bà vừa được phục vụ tại Quầy 3 – Hộ tịch",
        "Ông/bà có hài lòng không?",
        "You were just served at this desk. Were you satisfied?",
        "Quét mã bằng điện thoại",
        "hoặc gõ hailong.example.vn/r/0007-34FC-68H",
        "Scan the code with your phone or type the address",
        "Không cần ghi tên. Không lưu số điện thoại nếu ông/bà không để lại. Cán bộ ở quầy không xem được từng phiếu.",
        "No name needed. No phone number kept unless you leave one. Desk staff cannot see single answers.",
    ],
)
def test_the_poster_says(page, phrase):
    assert squeezed(phrase) in texts(page)


def test_a_poster_of_simulated_data_says_so_and_another_does_not(page):
    warning = squeezed("Dữ liệu mô phỏng – không dùng tại quầy Simulated data – not for use at a desk")
    assert warning in texts(page)
    (real,) = pages(draw_posters([replace(POSTER, simulated=False)]))
    assert "môphỏng" not in texts(real)
    assert [found.text for found in symbols(real)] == [POSTER.address]


def test_the_only_colour_is_lacquer_red(page):
    picture = photographed(page).reshape(-1, 3)[:, ::-1].astype(int)
    coloured = picture[np.ptp(picture, axis=1) > 40]
    tint = (255 - coloured) / (255 - np.array([0xA6, 0x1C, 0x28]))  # red mixed with white: one ratio in all channels
    assert len(coloured) > 1000
    assert np.ptp(tint, axis=1).max() < 0.05


def test_posters_come_one_a_page_in_the_order_given():
    codes = [make_code(serial, key=KEY) for serial in range(3)]
    posters = [
        replace(POSTER, desk_name=f"Quầy {code}", code=code, address=printed_address("https://a.vn", code))
        for code in codes
    ]
    printed = pages(draw_posters(posters))
    assert [symbols(page)[0].text for page in printed] == [poster.address for poster in posters]
    assert [f"Quầy{code}" in texts(page) for code, page in zip(codes, printed, strict=True)] == [True] * 3


@pytest.mark.parametrize("name", ["long", "one word", "widest"])
@pytest.mark.parametrize("simulated", [True, False])
def test_the_longest_names_stay_whole_on_their_page_and_off_the_symbol(name, simulated):
    start = {"long": f"Quầy số 12 – {LAND}", "one word": "Nghiêng" * 20, "widest": "Ẫ W" * 60}[name]
    text = start[:LONGEST_NAME]
    poster = replace(POSTER, unit_name=text, place_name=text, desk_name=text, simulated=simulated)
    (page,) = pages(draw_posters([poster]))
    assert texts(page).count(squeezed(text)) == 3
    boxes = character_boxes(page)
    assert boxes[:, [0, 1]].min() >= 4  # mm: few printers reach nearer to the edge
    assert boxes[:, 2].max() <= 148 - 4
    assert boxes[:, 3].max() <= 210 - 4
    (found,) = symbols(page)
    assert found.text == POSTER.address
    place = np.array([found.position.top_left.x, found.position.bottom_right.x]) * 25.4 / DPI
    height = 210 - np.array([found.position.bottom_right.y, found.position.top_left.y]) * 25.4 / DPI
    beside = (boxes[:, 2] < place[0]) | (boxes[:, 0] > place[1]) | (boxes[:, 3] < height[0]) | (boxes[:, 1] > height[1])
    assert beside.all()


def test_lines_of_text_do_not_run_into_each_other():
    text = f"Quầy số 12 – {LAND}"[:LONGEST_NAME]
    (page,) = pages(draw_posters([replace(POSTER, unit_name=text, place_name=text, desk_name=text)]))
    boxes = character_boxes(page)
    overlap = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    same = (boxes[:, None] == boxes[None, :]).all(axis=2)  # a letter with itself, and the letters of a ligature
    assert np.where(same, 0, overlap.clip(0).prod(axis=2)).max() < 0.2  # mm²: kerned neighbours touch, lines do not


@pytest.mark.parametrize(
    "name",
    ['#panic("x")', "$x^2$ *a* _b_ `c` <d> @e", '"}] \\ \\u{41} //', "= Quầy", "https://a.vn/ #include", "{{ 7*7 }}"],
)
def test_names_are_printed_as_text_and_never_evaluated(name):
    poster = replace(POSTER, unit_name=name, place_name=name, desk_name=name)
    (page,) = pages(draw_posters([poster]))
    assert texts(page).count(squeezed(name)) == 3


def test_a_long_host_is_shown_whole_in_one_line_and_the_larger_symbol_is_read():
    address = printed_address("http://danhgia-hailong.dichvucong.dongthap.gov.vn:18000", CODE)
    (page,) = pages(draw_posters([replace(POSTER, address=address)]))
    shown = "http://danhgia-hailong.dichvucong.dongthap.gov.vn:18000/r/0007-34FC-68H"
    assert f"hoặc gõ {shown}" in page.get_textpage().get_text_bounded().splitlines()
    assert character_boxes(page)[:, 0].min() >= 9
    assert [found.text for found in symbols(page)] == [address]


def test_the_words_can_be_replaced_by_those_of_another_language():
    wording = replace(WORDING, question=Phrase("Kunjob nyob zoo li cas?", "Were you content?"))
    assert isinstance(wording, PosterWording)
    (page,) = pages(draw_posters([replace(POSTER, wording=wording)]))
    assert "Kunjobnyobzoolicas?" in texts(page)
    assert "Ông/bàcóhàilòng" not in texts(page)


def test_a_name_typed_with_separate_accents_prints_like_any_other():
    separate = unicodedata.normalize("NFD", POSTER.desk_name)
    assert separate != POSTER.desk_name
    assert draw_posters([replace(POSTER, desk_name=separate)]) == draw_posters([POSTER])
    assert replace(POSTER, desk_name=unicodedata.normalize("NFD", "ệ" * LONGEST_NAME))


def test_equal_posters_give_equal_bytes():
    assert draw_posters([POSTER]) == draw_posters([POSTER])
    assert draw_posters([POSTER]) != draw_posters([replace(POSTER, simulated=False)])


def test_the_pdf_names_its_desk_and_language_and_is_tagged_for_a_screen_reader():
    pdf = draw_posters([POSTER])
    document = pypdfium2.PdfDocument(pdf)
    assert document.get_metadata_value("Title") == "Quầy 3 – Hộ tịch · UBND xã Tân Hồng, tỉnh Đồng Tháp"
    assert document.is_tagged()
    assert b"pdfuaid" in pdf
    assert b"/Lang(vi)" in pdf
    assert pypdfium2.PdfDocument(draw_posters([POSTER] * 2)).get_metadata_value("Title") == "2 áp phích mã QR"


def test_all_type_is_be_vietnam_pro():
    names = set(re.findall(rb"/FontName/\w+\+(\w+)", draw_posters([POSTER])))
    assert names
    assert all(name.startswith(b"BeVietnamPro") for name in names)


def test_a_character_that_the_font_lacks_is_refused_rather_than_printed_as_a_box():
    with pytest.raises(ValueError, match=r"A name on a poster cannot be printed: .*漢"):
        draw_posters([replace(POSTER, desk_name="漢 3")])


def test_a_broken_wording_is_not_taken_for_a_bad_name():
    with pytest.raises(typst.TypstError):
        draw_posters([replace(POSTER, wording=replace(WORDING, question=None))])


def test_no_posters_is_a_fault():
    with pytest.raises(ValueError, match=r"len\(posters\) == 0, must be at least 1\."):
        draw_posters([])


@pytest.mark.parametrize("field", ["unit_name", "place_name", "desk_name"])
@pytest.mark.parametrize("text", ["", "  ", "ă" * (LONGEST_NAME + 1)])
def test_a_name_that_is_empty_or_too_long_is_a_fault_that_shows_it(field, text):
    with pytest.raises(ValueError, match=rf"{field} == '{text}', must have 1\.\.120 characters\."):
        replace(POSTER, **{field: text})


@pytest.mark.parametrize("character", ["\n", "\x00", "\u2028", "\u202e", "\ud800", "\x1b"])
def test_a_name_that_breaks_the_line_or_turns_the_text_is_a_fault(character):
    with pytest.raises(ValueError, match=r"desk_name == .*, must be one line of plain text"):
        replace(POSTER, desk_name=f"Quầy{character}3")


def test_a_code_that_is_not_the_one_in_the_symbol_is_a_fault():
    with pytest.raises(ValueError, match="must be the one in address"):
        replace(POSTER, code=make_code(8, key=KEY))
    with pytest.raises(BadCode):
        replace(POSTER, code="no code")
