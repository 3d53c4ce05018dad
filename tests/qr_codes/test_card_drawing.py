import random
import re
from dataclasses import replace

import pytest
from PIL import Image, ImageFilter

from qr_codes import (
    BadCode,
    CardBatch,
    LoopbackAddress,
    draw_card_codes,
    draw_cards,
    make_code,
    printed_address,
    read_logo,
)
from tests.qr_codes.printed import (
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

URL = "https://hailong.example.vn"
CODES = draw_card_codes(23, randbelow=random.Random(3).randrange)  # noqa: S311 - the same cards in every run
LOGO = read_logo(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#a61c28" d="M0 0h9v9z"/></svg>'
)
BATCH = CardBatch(
    unit_name="UBND xã Tân Hồng, tỉnh Đồng Tháp",
    place_name="Bộ phận Một cửa",
    desk_name="Quầy 3 – Hộ tịch",
    base_url=URL,
    codes=CODES,
    simulated=False,
    logo=LOGO,
)
LEFT, TOP, WIDTH, HEIGHT = 20, 13.5, 85, 54  # mm: where the cards lie on the page


def addresses(codes=CODES):
    return [printed_address(URL, code) for code in codes]


@pytest.fixture(scope="module")
def printed():
    return pages(draw_cards(BATCH))


def placed(page, *, dpi=200):
    """Text of each symbol by the row and column of its card."""
    found = {}
    for each in symbols(page, dpi=dpi):
        left, top, right, bottom = corners_mm(each, dpi=dpi)
        column, row = (left - LEFT) // WIDTH, (top - TOP) // HEIGHT
        inside = LEFT + column * WIDTH < left < right < LEFT + (column + 1) * WIDTH
        assert inside
        assert TOP + row * HEIGHT < top < bottom < TOP + (row + 1) * HEIGHT
        found[int(row), int(column)] = each.text
    return found


def test_every_card_of_every_page_is_read_at_print_size_in_the_order_of_the_batch(printed):
    order = [(row, column) for row in range(5) for column in range(2)]
    read = [placed(page) for page in printed]
    assert [len(cards) for cards in read] == [10, 10, 3]
    assert [cards[at] for cards in read for at in order if at in cards] == addresses()


def test_cards_are_read_turned_and_out_of_focus(printed):
    picture = Image.fromarray(photographed(printed[0])).convert("L")
    for angle in (90, 180, 11):
        turned = picture.rotate(angle, expand=True, fillcolor=255, resample=Image.BILINEAR)
        assert sorted(each.text for each in decoded(turned)) == sorted(addresses()[:10])
    blurred = picture.filter(ImageFilter.GaussianBlur(2.5))  # two fifths of a module
    assert sorted(each.text for each in decoded(blurred)) == sorted(addresses()[:10])


def test_cards_are_read_with_a_stain_of_eight_modules_a_side(printed):
    pixels = photographed(printed[0]).copy()
    for each in symbols(printed[0]):
        left, top = each.position.top_left.x, each.position.top_left.y
        module = (each.position.bottom_right.x - left) / 29
        start = round(11 * module)
        end = round(19 * module)
        pixels[top + start : top + end, left + start : left + end] = 255
    assert sorted(each.text for each in decoded(pixels)) == sorted(addresses()[:10])


def test_the_pages_are_a4_and_the_symbol_is_twenty_five_millimetres_wide_with_its_quiet_zone_free(printed):
    assert [page_mm(page) for page in printed] == [[210, 297]] * 3
    for each in symbols(printed[0], dpi=300):
        left, _, right, _ = corners_mm(each, dpi=300)
        assert right - left == pytest.approx(25, abs=0.3)
        assert quiet_zone_is_free(printed[0], each, modules=29, dpi=300)


@pytest.mark.parametrize(
    "phrase",
    [
        "Dùng một lần",
        "Single use",
        "Quầy 3 – Hộ tịch",
        "Bộ phận Một cửa",
        "UBND xã Tân Hồng, tỉnh Đồng Tháp",
        "Ông/bà có hài lòng không?",
        "Were you satisfied?",
        "Quét mã hoặc gõ",
        "Scan the code or type",
        "hailong.example.vn/r/",
        "Thẻ không ghi tên và không gắn với hồ sơ nào.",
        "The card bears no name and belongs to no file.",
    ],
)
def test_every_card_says(printed, phrase):
    assert [texts(page).count(squeezed(phrase)) for page in printed] == [10, 10, 3]


def test_every_card_has_its_code_to_type(printed):
    shown = [f"{code[:5]}-{code[5:9]}-{code[9:]}" for code in CODES]
    text = "".join(texts(page) for page in printed)
    assert all(code in text for code in shown)


def test_a_card_bears_no_number_and_nothing_else_that_tells_it_from_others(printed):
    text = "".join(texts(page) for page in printed)
    for code in CODES:
        text = text.replace(f"{code[:5]}-{code[5:9]}-{code[9:]}", "CODE")
    one = text[: len(text) // 23]
    assert text == one * 23
    assert re.findall(r"\d+", one) == ["3"]  # of the desk's name


def test_where_to_cut_is_marked_in_the_margin_and_where_four_cards_meet(printed):
    grey = photographed(printed[0], dpi=300).min(axis=2)

    def inked(left, top, right, bottom):
        at = [round(mm / 25.4 * 300) for mm in (left, top, right, bottom)]
        return (grey[at[1] : at[3], at[0] : at[2]] < 200).any()

    for x in (20, 105, 190):
        assert inked(x - 0.5, 7, x + 0.5, 11)
        assert inked(x - 0.5, 286, x + 0.5, 290)
    for y in (13.5, 67.5, 121.5, 175.5, 229.5, 283.5):
        assert inked(14, y - 0.5, 18, y + 0.5)
        assert inked(192, y - 0.5, 196, y + 0.5)
    for y in (67.5, 121.5, 175.5, 229.5):
        assert inked(104, y - 0.5, 106, y + 0.5)
        assert not inked(107, y - 1, 185, y + 1)  # no line runs through a card's edge


def test_the_longest_names_stay_on_their_card():
    name = "Quầy số 12 – Đăng ký đất đai, cấp giấy chứng nhận quyền sử dụng đất, quyền sở hữu nhà ở và tài sản khác gắn liền"
    batch = replace(BATCH, unit_name=name, place_name=name, desk_name=name, codes=CODES[:10])
    (page,) = pages(draw_cards(batch))
    assert texts(page).count(squeezed(name)) == 30
    boxes = character_boxes(page)
    top = 297 - boxes[:, 3]
    bottom = 297 - boxes[:, 1]
    for first, last, start, size in ((boxes[:, 0], boxes[:, 2], LEFT, WIDTH), (top, bottom, TOP, HEIGHT)):
        card = (first - start) // size
        assert ((first - start - card * size) >= 2).all()
        assert ((last - start - card * size) <= size - 2).all()
    assert sorted(each.text for each in symbols(page)) == sorted(addresses()[:10])
    assert all(quiet_zone_is_free(page, each, modules=29, dpi=300) for each in symbols(page, dpi=300))


@pytest.mark.parametrize("name", ['#panic("x")', "$x^2$ *a* _b_ `c` <d> @e", '"}] \\ \\u{41} //'])
def test_names_are_printed_as_text_and_never_evaluated(name):
    (page,) = pages(draw_cards(replace(BATCH, unit_name=name, place_name=name, desk_name=name, codes=CODES[:1])))
    assert texts(page).count(squeezed(name)) == 3


def test_simulated_cards_say_so():
    (page,) = pages(draw_cards(replace(BATCH, simulated=True, codes=CODES[:4])))
    assert texts(page).count(squeezed("Mô phỏng · Simulated")) == 4


def test_a_long_address_is_shown_whole_and_its_larger_symbol_is_read():
    batch = replace(BATCH, base_url="https://hailong.tanhong.dongthap.gov.vn", codes=CODES[:2])
    (page,) = pages(draw_cards(batch))
    assert texts(page).count("hailong.tanhong.dongthap.gov.vn/r/") == 2
    assert [each.text for each in symbols(page)] == list(batch.addresses)
    assert all(quiet_zone_is_free(page, each, modules=33, dpi=300) for each in symbols(page, dpi=300))


def test_an_address_that_leaves_too_small_modules_is_refused():
    batch = replace(BATCH, base_url="https://hailong.tanhong.dongthap.gov.vn", codes=CODES[:1])
    with pytest.raises(
        ValueError, match=r"distance_cm == 25, must be at most 23 on this sheet for a symbol of 33 modules"
    ):
        draw_cards(batch, distance_cm=25)
    with pytest.raises(ValueError, match=r"distance_cm == 4, must be in 5\.\.1000"):
        draw_cards(BATCH, distance_cm=4)


def test_a_loopback_address_is_never_printed():
    with pytest.raises(LoopbackAddress, match="HAILONG_PUBLIC_URL"):
        draw_cards(replace(BATCH, base_url="http://localhost:8000"))


def test_progress_is_told_from_the_first_symbol_to_the_last_page():
    told = []
    draw_cards(replace(BATCH, codes=CODES[:3]), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 5), (2, 5), (3, 5), (5, 5)]


def test_equal_batches_give_equal_bytes():
    batch = replace(BATCH, codes=CODES[:3])
    assert draw_cards(batch) == draw_cards(batch)


def test_codes_of_another_kind_repeated_ones_and_too_many_are_faults():
    with pytest.raises(BadCode, match="of kind link, not card"):
        replace(BATCH, codes=(make_code(7, key=b"a key for the example"),))
    with pytest.raises(ValueError, match="codes must all be different"):
        replace(BATCH, codes=(CODES[0], CODES[0].lower()))
    with pytest.raises(ValueError, match=r"len\(codes\) == 0, must be in 1\.\.5000\."):
        replace(BATCH, codes=())
    with pytest.raises(ValueError, match=r"len\(codes\) == 5001, must be in 1\.\.5000\."):
        replace(BATCH, codes=draw_card_codes(5001))
    with pytest.raises(ValueError, match="desk_name == '', must have 1"):
        replace(BATCH, desk_name="")
    with pytest.raises(ValueError, match="base_url == 'hailong', must be http"):
        replace(BATCH, base_url="hailong")
