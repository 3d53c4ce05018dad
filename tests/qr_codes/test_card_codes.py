import random

import pytest

from qr_codes import (
    BadCode,
    Mistyped,
    draw_card_codes,
    kind_of,
    make_case_code,
    read_card_code,
    read_case_code,
    show_code,
)
from qr_codes.letters import ALPHABET


def seeded(seed):
    return random.Random(seed).randrange  # noqa: S311 - the same cards in every run


def test_five_thousand_cards_have_five_thousand_codes_of_the_card_kind():
    codes = draw_card_codes(5000)
    assert len(set(codes)) == 5000
    assert {len(code) for code in codes} == {13}
    assert {kind_of(code) for code in codes} == {"card"}


def test_a_code_drawn_twice_is_given_out_once():
    drawn = iter([7, 7, 7, 8])
    assert draw_card_codes(2, randbelow=lambda _: next(drawn)) == (
        *draw_card_codes(1, randbelow=lambda _: 7),
        *draw_card_codes(1, randbelow=lambda _: 8),
    )


def test_the_order_of_cards_is_the_order_of_chance_and_not_of_their_codes():
    codes = draw_card_codes(100, randbelow=seeded(4))
    assert list(codes) != sorted(codes)
    assert codes == draw_card_codes(100, randbelow=seeded(4))


def test_all_sixty_bits_are_drawn():
    assert draw_card_codes(1, randbelow=lambda most: most - 1)[0][:12] == "Z" * 12
    codes = draw_card_codes(2000, randbelow=seeded(5))
    assert all({code[place] for code in codes} == set(ALPHABET) for place in range(13))


def test_no_cards_is_a_fault():
    with pytest.raises(ValueError, match=r"count == 0, must be at least 1\."):
        draw_card_codes(0)


def test_a_card_code_is_read_as_typed_and_another_kind_is_refused():
    [code] = draw_card_codes(1)
    assert read_card_code(show_code(code).lower()) == code
    with pytest.raises(BadCode, match="of kind case, not card"):
        read_card_code(make_case_code(bytes(9)))


def test_a_case_code_is_the_secret_s_first_sixty_five_bits():
    assert make_case_code(bytes(16)) == make_case_code(bytes(9)) == "0000000000000C"
    assert make_case_code(b"\xff" * 9)[:13] == "Z" * 13
    assert make_case_code(b"\x08" + bytes(8))[:2] == "10"
    assert make_case_code(bytes(8) + b"\x80")[:13] == "0000000000001"
    assert make_case_code(bytes(8) + b"\x7f") == make_case_code(bytes(9))


def test_a_case_code_is_read_as_typed():
    code = make_case_code(b"0123456789abcdef")
    assert kind_of(code) == "case"
    assert read_case_code(show_code(code).lower()) == code
    with pytest.raises(Mistyped):
        read_case_code(code[1] + code[0] + code[2:])
    with pytest.raises(BadCode, match="of kind card, not case"):
        read_case_code(draw_card_codes(1)[0])


def test_a_short_secret_is_a_fault_that_does_not_show_it():
    with pytest.raises(ValueError, match=r"^len\(secret\) == 8, must be at least 9 bytes\.$"):
        make_case_code(b"8 bytes!")
