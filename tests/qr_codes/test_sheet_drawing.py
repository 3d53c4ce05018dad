import io
import re
import unicodedata
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
import typst
from PIL import Image, ImageFilter

from qr_codes import (
    A4,
    A5,
    TENT,
    BadCode,
    Colours,
    LoopbackAddress,
    Sheet,
    draw_sheet_picture,
    draw_sheets,
    label_roll,
    make_code,
    parse_code,
    printed_address,
    read_logo,
)
from qr_codes.printed_name import LONGEST_NAME
from qr_codes.sheet_wording import SHEET_WORDING, Phrase, SheetWording
from tests.qr_codes.printed import (
    DPI,
    character_boxes,
    corners_mm,
    decoded,
    page_mm,
    pages,
    photographed,
    quiet_zone_is_free,
    squeezed,
    symbols,
    texts,
)

KEY = b"a key for the example"
CODE = make_code(7, key=KEY)
LAND = "Đăng ký đất đai, cấp giấy chứng nhận quyền sử dụng đất, quyền sở hữu nhà ở và tài sản khác gắn liền với đất"
SHEET = Sheet(
    unit_name="UBND xã Tân Hồng, tỉnh Đồng Tháp",
    place_name="Bộ phận Một cửa",
    desk_name="Quầy 3 – Hộ tịch",
    address=printed_address("https://hailong.example.vn", CODE),
    code=CODE,
    simulated=True,
)


STAR = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><circle cx="50" cy="50" r="48" fill="#a61c28"/></svg>'
LOGO = read_logo(STAR)
KINDS = [A4, A5, TENT, label_roll(), label_roll(50, 70), label_roll(40, 40), label_roll(50, 30), label_roll(100, 60)]
IDS = [f"{kind.name}-{kind.width_mm:g}x{kind.height_mm:g}" for kind in KINDS]
COPIES = {kind: 2 if kind is TENT else 1 for kind in KINDS}  # a tent says everything on both sides


def said(page, kind):
    """The text of a page; of a tent that of its lower half, for the upper one is its picture upside down."""
    return texts(page, below_mm=297 / 2 if kind is TENT else None)


def quiet_zone_mm(found, *, dpi, modules=29):
    """Left, top, right, bottom of the light margin that a symbol needs, whichever way up it is."""
    at = [found.position.top_left, found.position.bottom_right]
    xs, ys = sorted(each.x * 25.4 / dpi for each in at), sorted(each.y * 25.4 / dpi for each in at)
    quiet = 4 * (xs[1] - xs[0]) / modules - 25.4 / dpi * 2
    return xs[0] - quiet, ys[0] - quiet, xs[1] + quiet, ys[1] + quiet


@pytest.fixture(scope="module")
def page():
    return pages(draw_sheets([SHEET]))[0]


def test_the_printed_symbol_leads_to_the_desk(page):
    (found,) = symbols(page)
    assert found.text == SHEET.address
    assert parse_code(found.text.rpartition("/")[2], key=KEY) == 7


@pytest.fixture(scope="module", params=KINDS, ids=IDS)
def printed(request):
    """A kind of paper and its page for the desk, simulated and with a logo."""
    return request.param, pages(draw_sheets([replace(SHEET, logo=LOGO)], kind=request.param))[0]


def test_every_kind_of_sheet_is_read_at_print_size(printed):
    kind, page = printed
    assert [found.text for found in symbols(page)] == [SHEET.address] * COPIES[kind]


@pytest.mark.parametrize("angle", [90, 180, 7, 33, 45])
def test_every_kind_of_sheet_is_read_however_the_phone_is_turned(printed, angle):
    kind, page = printed
    turned = Image.fromarray(photographed(page)).rotate(angle, expand=True, fillcolor="white", resample=Image.BILINEAR)
    assert [found.text for found in decoded(turned)] == [SHEET.address] * COPIES[kind]


def test_every_kind_of_sheet_is_read_out_of_focus(printed):
    """Blurred with a standard deviation of two fifths of a module, and with little contrast left."""
    kind, page = printed
    picture = Image.fromarray(photographed(page)).convert("L")
    module = corners_mm(symbols(page)[0])
    width = abs(module[2] - module[0]) / 29 * DPI / 25.4
    blurred = picture.filter(ImageFilter.GaussianBlur(0.4 * width)).point(lambda grey: 90 + grey // 3)
    assert [found.text for found in decoded(blurred)] == [SHEET.address] * COPIES[kind]


@pytest.mark.parametrize("ink", [0, 255], ids=["dark", "light"])
@pytest.mark.parametrize(("x", "y"), [(10, 10), (18, 10), (10, 18), (11, 0)])
def test_every_kind_of_sheet_is_read_with_a_stain_of_eight_modules_a_side(printed, ink, x, y):
    """64 of 841 modules: at most ten of 70 codewords damaged, where Q mends 13 in each half of them."""
    kind, page = printed
    pixels = photographed(page).copy()
    for found in symbols(page):
        start, end = found.position.top_left, found.position.bottom_right
        module = (end.x - start.x) / 29  # negative where the sheet is upside down
        rows = sorted([round(start.y + y * module), round(start.y + (y + 8) * module)])
        columns = sorted([round(start.x + x * module), round(start.x + (x + 8) * module)])
        pixels[slice(*rows), slice(*columns)] = ink
    assert [found.text for found in decoded(pixels)] == [SHEET.address] * COPIES[kind]


def test_every_kind_of_sheet_has_its_size_in_millimetres(printed):
    kind, page = printed
    assert page_mm(page) == [kind.width_mm, kind.height_mm]
    named = {A4: [210, 297], A5: [148, 210], TENT: [210, 297]}
    assert page_mm(page) == named.get(kind, [kind.width_mm, kind.height_mm])


@pytest.mark.parametrize(
    ("kind", "least_mm"),
    [
        (A4, 84.5),
        (A5, 59.5),
        (TENT, 64.5),
        (label_roll(), 25.5),
        (label_roll(50, 70), 29.5),
        (label_roll(40, 40), 16.5),
    ],
)
def test_the_symbol_is_as_wide_as_its_reader_s_usual_distance_asks(kind, least_mm):
    (page,) = pages(draw_sheets([SHEET], kind=kind))[:1]
    left, _, right, _ = corners_mm(symbols(page, dpi=300)[-1], dpi=300)
    assert least_mm <= abs(right - left) <= least_mm + 1.5


def test_four_modules_around_the_symbol_are_left_free_on_every_kind_of_sheet_beside_a_logo_too(printed):
    _, page = printed
    upright = [each for each in symbols(page, dpi=300) if each.position.top_left.x < each.position.bottom_right.x]
    assert [quiet_zone_is_free(page, each, modules=29, dpi=300) for each in upright] == [True]


def test_the_symbol_is_read_from_a_small_blurred_photograph(page):
    assert [found.text for found in symbols(page, dpi=45)] == [SHEET.address]


@pytest.mark.parametrize(("kind", "distance", "width"), [(A5, 30, 30), (A5, 68, 68), (A4, 100, 100), (TENT, 74, 74)])
def test_a_distance_makes_the_symbol_a_tenth_of_it_wide(kind, distance, width):
    (page,) = pages(draw_sheets([SHEET], kind=kind, distance_cm=distance))
    left, _, right, _ = corners_mm(symbols(page, dpi=300)[-1], dpi=300)
    assert abs(right - left) == pytest.approx(width, abs=0.4)


def test_a_distance_that_the_sheet_does_not_bear_is_refused_and_the_farthest_is_told():
    with pytest.raises(
        ValueError, match=r"distance_cm == 70, must be at most 69 on this sheet for a symbol of 29 modules"
    ):
        draw_sheets([SHEET], distance_cm=70)
    with pytest.raises(ValueError, match=r"distance_cm == 1001, must be in 5\.\.1000"):
        draw_sheets([SHEET], distance_cm=1001)


def test_a_loopback_address_is_never_printed():
    sheet = replace(SHEET, address=printed_address("http://127.0.0.1:8000", CODE))
    with pytest.raises(LoopbackAddress, match="HAILONG_PUBLIC_URL"):
        draw_sheets([SHEET, sheet])
    with pytest.raises(LoopbackAddress):
        draw_sheet_picture(sheet, picture="png")


def test_a_sheet_as_png_is_read_and_knows_its_size_on_paper(printed):
    kind, _ = printed
    picture = Image.open(io.BytesIO(draw_sheet_picture(SHEET, picture="png", kind=kind)))
    assert [round(dots) for dots in picture.info["dpi"]] == [300, 300]
    assert [side / 300 * 25.4 for side in picture.size] == pytest.approx([kind.width_mm, kind.height_mm], abs=0.1)
    assert {found.text for found in decoded(picture)} == {SHEET.address}


def test_a_sheet_as_svg_is_read_and_has_shapes_for_letters(chromium_page, printed):
    kind, _ = printed
    svg = draw_sheet_picture(SHEET, picture="svg", kind=kind).decode()
    assert "<text" not in svg
    chromium_page.set_content(f'<body style="margin:0">{svg}</body>')
    shown = Image.open(io.BytesIO(chromium_page.locator("svg").first.screenshot()))
    assert {found.text for found in decoded(shown)} == {SHEET.address}


@pytest.fixture(scope="module")
def chromium_page(browser):
    page = browser.new_page(device_scale_factor=2, viewport={"width": 1000, "height": 1300})
    yield page
    page.close()


def test_a_sheet_in_colours_is_read(page):
    coloured = replace(SHEET, colours=Colours(dark="#0b3d2e", light="#fff8e7"))
    (page,) = pages(draw_sheets([coloured]))
    assert [found.text for found in symbols(page)] == [SHEET.address]
    assert (0x0B, 0x3D, 0x2E) in {tuple(colour) for colour in photographed(page)[::7, ::7, ::-1].reshape(-1, 3)}


def test_a_tent_reads_upright_from_both_sides():
    (page,) = pages(draw_sheets([SHEET], kind=TENT))
    upper, lower = sorted(symbols(page), key=lambda found: found.position.top_left.y)
    assert upper.position.top_left.x > upper.position.top_right.x
    assert lower.position.top_left.x < lower.position.top_right.x
    middle = 297 / 2
    assert all(each < middle for each in (corners_mm(upper)[1], corners_mm(upper)[3]))
    assert all(each > middle for each in (corners_mm(lower)[1], corners_mm(lower)[3]))
    assert squeezed("Gấp ở đây") in texts(page)
    grey = np.asarray(Image.fromarray(photographed(page)).convert("L")).astype(int)
    half = len(grey) // 2
    away_from_the_fold = round(5 / 25.4 * DPI)
    turned = grey[: half - away_from_the_fold][::-1, ::-1]
    assert np.abs(turned - grey[-len(turned) :]).mean() < 2  # a pixel's shift at most


def test_a_label_is_black_only():
    (page,) = pages(draw_sheets([SHEET], kind=label_roll()))
    colours = photographed(page).reshape(-1, 3).astype(int)
    assert np.ptp(colours, axis=1).max() == 0


@pytest.mark.parametrize(
    "phrase",
    ["Quầy 3 – Hộ tịch", "Ông/bà có hài lòng không?", "Were you satisfied?", "hailong.example.vn/r/", "0007-34FC-68H"],
)
def test_every_kind_of_sheet_says(printed, phrase):
    kind, page = printed
    assert said(page, kind).count(squeezed(phrase)) == 1
    assert squeezed("UBND xã Tân Hồng, tỉnh Đồng Tháp") in said(page, kind)
    assert squeezed("Dữ liệu mô phỏng – không dùng tại quầy") in said(page, kind)


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_the_logo_is_on_every_kind_of_sheet_that_has_the_room(kind):
    (page,) = pages(draw_sheets([replace(SHEET, logo=LOGO, simulated=False)], kind=kind))
    (bare,) = pages(draw_sheets([replace(SHEET, simulated=False)], kind=kind))
    red = [(photographed(each)[:, :, ::-1] == (0xA6, 0x1C, 0x28)).all(axis=2).sum() for each in (page, bare)]
    assert (red[0] > red[1]) == (kind.width_mm >= 50)


def test_progress_is_told_from_the_first_symbol_to_the_last_page():
    told = []
    draw_sheets([SHEET] * 4, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 6), (2, 6), (3, 6), (4, 6), (6, 6)]


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
    (real,) = pages(draw_sheets([replace(SHEET, simulated=False)]))
    assert "môphỏng" not in texts(real)
    assert [found.text for found in symbols(real)] == [SHEET.address]


def test_the_only_colour_is_lacquer_red(page):
    picture = photographed(page).reshape(-1, 3)[:, ::-1].astype(int)
    coloured = picture[np.ptp(picture, axis=1) > 40]
    tint = (255 - coloured) / (255 - np.array([0xA6, 0x1C, 0x28]))  # red mixed with white: one ratio in all channels
    assert len(coloured) > 1000
    assert np.ptp(tint, axis=1).max() < 0.05


def test_posters_come_one_a_page_in_the_order_given():
    codes = [make_code(serial, key=KEY) for serial in range(3)]
    sheets = [
        replace(SHEET, desk_name=f"Quầy {code}", code=code, address=printed_address("https://a.vn", code))
        for code in codes
    ]
    printed = pages(draw_sheets(sheets))
    assert [symbols(page)[0].text for page in printed] == [sheet.address for sheet in sheets]
    assert [f"Quầy{code}" in texts(page) for code, page in zip(codes, printed, strict=True)] == [True] * 3


LONG_NAMES = {"long": f"Quầy số 12 – {LAND}", "one word": "Nghiêng" * 20, "widest": "Ẫ W" * 60}


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
@pytest.mark.parametrize("name", LONG_NAMES)
@pytest.mark.parametrize("simulated", [True, False])
def test_the_longest_names_stay_whole_on_their_page_and_off_the_symbol(kind, name, simulated):
    text = LONG_NAMES[name][:LONGEST_NAME]
    sheet = replace(SHEET, unit_name=text, place_name=text, desk_name=text, simulated=simulated, logo=LOGO)
    (page,) = pages(draw_sheets([sheet], kind=kind))
    assert said(page, kind).count(squeezed(text)) == 3
    boxes = character_boxes(page)
    edge = 1.5 if kind.name == "roll" else 4  # mm: few printers reach nearer to the edge
    assert boxes[:, [0, 1]].min() >= edge
    assert boxes[:, 2].max() <= kind.width_mm - edge
    assert boxes[:, 3].max() <= kind.height_mm - edge
    found = symbols(page, dpi=300)
    assert {each.text for each in found} == {SHEET.address}
    for each in found:
        left, top, right, bottom = quiet_zone_mm(each, dpi=300)
        low, high = kind.height_mm - bottom, kind.height_mm - top
        beside = (boxes[:, 2] <= left) | (boxes[:, 0] >= right) | (boxes[:, 3] <= low) | (boxes[:, 1] >= high)
        assert beside.all()


def test_lines_of_text_do_not_run_into_each_other():
    text = f"Quầy số 12 – {LAND}"[:LONGEST_NAME]
    (page,) = pages(draw_sheets([replace(SHEET, unit_name=text, place_name=text, desk_name=text)]))
    boxes = character_boxes(page)
    overlap = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    same = (boxes[:, None] == boxes[None, :]).all(axis=2)  # a letter with itself, and the letters of a ligature
    assert np.where(same, 0, overlap.clip(0).prod(axis=2)).max() < 0.2  # mm²: kerned neighbours touch, lines do not


@pytest.mark.parametrize(
    "name",
    ['#panic("x")', "$x^2$ *a* _b_ `c` <d> @e", '"}] \\ \\u{41} //', "= Quầy", "https://a.vn/ #include", "{{ 7*7 }}"],
)
@pytest.mark.parametrize("kind", [A5, TENT, label_roll(50, 70)], ids=["a5", "tent", "roll"])
def test_names_are_printed_as_text_and_never_evaluated(kind, name):
    sheet = replace(SHEET, unit_name=name, place_name=name, desk_name=name)
    (page,) = pages(draw_sheets([sheet], kind=kind))
    assert said(page, kind).count(squeezed(name)) == 3


def test_a_long_host_is_shown_whole_in_one_line_and_the_larger_symbol_is_read():
    address = printed_address("http://danhgia-hailong.dichvucong.dongthap.gov.vn:18000", CODE)
    (page,) = pages(draw_sheets([replace(SHEET, address=address)]))
    shown = "http://danhgia-hailong.dichvucong.dongthap.gov.vn:18000/r/0007-34FC-68H"
    assert f"hoặc gõ {shown}" in page.get_textpage().get_text_bounded().splitlines()
    assert character_boxes(page)[:, 0].min() >= 9
    assert [found.text for found in symbols(page)] == [address]


def test_the_words_can_be_replaced_by_those_of_another_language():
    wording = replace(SHEET_WORDING, question=Phrase("Kunjob nyob zoo li cas?", "Were you content?"))
    assert isinstance(wording, SheetWording)
    (page,) = pages(draw_sheets([replace(SHEET, wording=wording)]))
    assert "Kunjobnyobzoolicas?" in texts(page)
    assert "Ông/bàcóhàilòng" not in texts(page)


def test_a_name_typed_with_separate_accents_prints_like_any_other():
    separate = unicodedata.normalize("NFD", SHEET.desk_name)
    assert separate != SHEET.desk_name
    assert draw_sheets([replace(SHEET, desk_name=separate)]) == draw_sheets([SHEET])
    assert replace(SHEET, desk_name=unicodedata.normalize("NFD", "ệ" * LONGEST_NAME))


def test_equal_posters_give_equal_bytes():
    assert draw_sheets([SHEET]) == draw_sheets([SHEET])
    assert draw_sheets([SHEET]) != draw_sheets([replace(SHEET, simulated=False)])


def test_the_pdf_names_its_desk_and_language_and_is_tagged_for_a_screen_reader():
    pdf = draw_sheets([SHEET])
    document = pypdfium2.PdfDocument(pdf)
    assert document.get_metadata_value("Title") == "Quầy 3 – Hộ tịch · UBND xã Tân Hồng, tỉnh Đồng Tháp"
    assert document.is_tagged()
    assert b"pdfuaid" in pdf
    assert b"/Lang(vi)" in pdf
    assert pypdfium2.PdfDocument(draw_sheets([SHEET] * 2)).get_metadata_value("Title") == "2 tờ mã QR"


def test_all_type_is_be_vietnam_pro():
    names = set(re.findall(rb"/FontName/\w+\+(\w+)", draw_sheets([SHEET])))
    assert names
    assert all(name.startswith(b"BeVietnamPro") for name in names)


def test_a_character_that_the_font_lacks_is_refused_rather_than_printed_as_a_box():
    with pytest.raises(ValueError, match=r"A name on a sheet cannot be printed: .*漢"):
        draw_sheets([replace(SHEET, desk_name="漢 3")])


def test_a_broken_wording_is_not_taken_for_a_bad_name():
    with pytest.raises(typst.TypstError):
        draw_sheets([replace(SHEET, wording=replace(SHEET_WORDING, question=None))])


def test_no_posters_is_a_fault():
    with pytest.raises(ValueError, match=r"len\(sheets\) == 0, must be at least 1\."):
        draw_sheets([])


@pytest.mark.parametrize("field", ["unit_name", "place_name", "desk_name"])
@pytest.mark.parametrize("text", ["", "  ", "ă" * (LONGEST_NAME + 1)])
def test_a_name_that_is_empty_or_too_long_is_a_fault_that_shows_it(field, text):
    with pytest.raises(ValueError, match=rf"{field} == '{text}', must have 1\.\.120 characters\."):
        replace(SHEET, **{field: text})


@pytest.mark.parametrize("character", ["\n", "\x00", "\u2028", "\u202e", "\ud800", "\x1b"])
def test_a_name_that_breaks_the_line_or_turns_the_text_is_a_fault(character):
    with pytest.raises(ValueError, match=r"desk_name == .*, must be one line of plain text"):
        replace(SHEET, desk_name=f"Quầy{character}3")


def test_a_code_that_is_not_the_one_in_the_symbol_is_a_fault():
    with pytest.raises(ValueError, match="must be the one in address"):
        replace(SHEET, code=make_code(8, key=KEY))
    with pytest.raises(BadCode):
        replace(SHEET, code="no code")
