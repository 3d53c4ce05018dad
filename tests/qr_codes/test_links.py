import hmac
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr_codes import BadCode, Mistyped, kind_of, make_code, make_timed_code, parse_code, parse_timed_code, show_code
from qr_codes.check import checked
from qr_codes.letters import ALPHABET, write_number
from qr_codes.links import MAX_SERIAL

KEY = b"a key for the example"
keys = st.binary(min_size=16, max_size=64)
serials = st.integers(0, MAX_SERIAL)


def is_refused(code, *, key=KEY):
    try:
        parse_code(code, key=key)
    except BadCode:
        return True
    return False


def test_the_tag_is_the_hmac_that_other_software_computes():
    # printf 'hailong desk code v1\0\0\0\0\0\0\1\342\100' | openssl dgst -sha256 -hmac 'a key for the example'
    # gives 6dabf143…; 0x6dabf143 >> 2 == 459996240, digits 13 22 21 31 2 16; 123456 has the digits 3 24 18 0.
    assert make_code(123456, key=KEY) == "3RJ0DPNZ2G4"


@given(serials, keys)
def test_a_code_gives_its_serial_back(serial, key):
    assert parse_code(make_code(serial, key=key), key=key) == serial


@given(serials)
def test_a_code_is_read_as_a_hand_types_it(serial):
    code = make_code(serial, key=KEY)
    assert parse_code(show_code(code).lower(), key=KEY) == serial
    assert parse_code(f" {code[:3]} {code[3:]} ", key=KEY) == serial
    assert parse_code(code.replace("0", "O").replace("1", "l"), key=KEY) == serial
    assert parse_code(code.replace("0", "o").replace("1", "I"), key=KEY) == serial


@given(serials, keys, st.integers(0, 10), st.sampled_from(ALPHABET))
def test_every_change_of_one_letter_is_told_as_mistyped(serial, key, place, letter):
    code = make_code(serial, key=key)
    altered = code[:place] + letter + code[place + 1 :]
    if altered == code:
        return
    with pytest.raises(Mistyped):
        parse_code(altered, key=key)


@given(serials, keys, st.integers(1, 6), st.sampled_from(ALPHABET))
def test_a_tag_fits_one_serial_only_in_one_way(serial, key, place, letter):
    letters = make_code(serial, key=key)[:-1]
    altered = letters[:-place] + letter + letters[len(letters) - place + 1 :]
    assert is_refused(checked(altered, "link"), key=key) == (altered != letters)


def test_a_changed_serial_with_its_check_mended_is_refused_here_and_would_pass_once_in_a_billion():
    # No keyed tag of 30 bits can promise never. Of 24,800 neighbours of 200 codes, 0.00002 are expected to pass.
    altered = [
        checked(code[:place] + letter + code[place + 1 : -1], "link")
        for code in (make_code(serial, key=KEY) for serial in range(200))
        for place, letter in itertools.product(range(4), ALPHABET)
        if code[place] != letter
    ]
    assert len(altered) == 24_800
    assert all(map(is_refused, altered))


def test_two_neighbours_exchanged_are_refused():
    for serial in range(200):
        code = make_code(serial, key=KEY)
        for place in range(len(code) - 1):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert is_refused(swapped) == (swapped != code)


def test_a_code_of_another_key_is_refused():
    assert all(is_refused(make_code(serial, key=b"another key, same length")) for serial in range(1000))


def test_a_tag_made_for_another_purpose_is_refused():
    foreign = int.from_bytes(hmac.digest(KEY, (7).to_bytes(8, "big"), "sha256")[:4], "big") >> 2
    assert is_refused(checked("0007" + write_number(foreign, letters=6), "link"))


def test_codes_keep_to_eleven_letters_for_a_million_links():
    assert {len(make_code(serial, key=KEY)) for serial in (0, 1, 32**4 - 1)} == {11}
    assert {len(make_code(serial, key=KEY)) for serial in (32**4, MAX_SERIAL)} == {15}
    assert {kind_of(make_code(serial, key=KEY)) for serial in (0, 1, 32**4 - 1, 32**4, MAX_SERIAL)} == {"link"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0007",
        "000734FC68",
        "000734FC68HH",
        "U00734FC68H",
        "000734FC6é",
        "０００７34FC68",
        "0007.34FC68",
        "0007/34FC68",
        "000734FC68\x00",
        "0" * 15,
        "0" * 10_000_000,
        "-" * 41,
        "000734FC68H" + " " * 31,
        "ﬀ00734FC68",
    ],
)
def test_text_that_is_no_code_is_refused(text):
    assert is_refused(text)


def test_a_serial_in_the_long_form_is_refused_so_that_a_desk_has_one_code():
    assert parse_code("000734FC68H", key=KEY) == 7
    assert is_refused(checked("0000" + "000734FC68", "link"))


@given(st.text(max_size=60))
def test_any_text_is_either_a_code_or_refused(text):
    assert is_refused(text) or parse_code(text, key=KEY) <= MAX_SERIAL


@pytest.mark.parametrize("serial", [-1, MAX_SERIAL + 1])
def test_a_serial_out_of_bounds_is_a_fault_that_shows_the_bound(serial):
    with pytest.raises(ValueError, match=rf"serial == {serial}, must be in 0\.\.1099511627775\."):
        make_code(serial, key=KEY)


@pytest.mark.parametrize("use", [lambda key: make_code(1, key=key), lambda key: parse_code("000734FC68H", key=key)])
def test_a_short_key_is_a_fault_that_does_not_show_the_key(use):
    with pytest.raises(ValueError, match=r"^len\(key\) == 15, must be at least 16 bytes\.$"):
        use(b"fifteen letters")


@given(serials, st.integers(0, 2**62), keys)
def test_a_screen_s_code_gives_its_serial_back_in_its_window_only(serial, window, key):
    code = make_timed_code(serial, window=window, key=key)
    assert kind_of(code) == "timed"
    assert parse_timed_code(show_code(code).lower(), windows=(window, window + 1), key=key) == serial
    for others in ((), (window + 1,), (window + 2, window + 3)):
        with pytest.raises(BadCode, match="not shown in these windows"):
            parse_timed_code(code, windows=others, key=key)


def test_a_screen_s_code_changes_with_every_window_and_does_not_carry_it():
    codes = [make_timed_code(7, window=window, key=KEY) for window in range(500)]
    assert len(set(codes)) == 500
    assert {(code[:4], len(code)) for code in codes} == {("0007", 12)}


def test_the_tag_of_a_screen_s_code_is_the_hmac_that_other_software_computes():
    # printf 'hailong timed code v1\0' + eight bytes of 7 + eight of 12 | openssl dgst -sha256 -hmac 'a key for the example'
    message = b"hailong timed code v1\0" + bytes(7) + b"\7" + bytes(7) + b"\x0c"
    first_bits = int.from_bytes(hmac.digest(KEY, message, "sha256")[:8], "big") >> 29
    assert make_timed_code(7, window=12, key=KEY) == checked("0007" + write_number(first_bits, letters=7), "timed")


def test_a_screen_s_code_and_a_link_s_do_not_pass_for_each_other():
    timed = make_timed_code(7, window=12, key=KEY)
    assert is_refused(timed)
    with pytest.raises(BadCode, match="of kind link, not timed"):
        parse_timed_code(make_code(7, key=KEY), windows=(12,), key=KEY)
    with pytest.raises(Mistyped):
        parse_timed_code(timed[:-1] + ("0" if timed[-1] != "0" else "1"), windows=(12,), key=KEY)


@pytest.mark.parametrize("window", [-1, 2**63])
def test_a_window_out_of_bounds_is_a_fault_that_shows_it(window):
    with pytest.raises(ValueError, match=rf"window == {window}, must be in 0\.\.9223372036854775807\."):
        make_timed_code(7, window=window, key=KEY)
