import hmac
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr_codes import links
from qr_codes.links import ALPHABET, MAX_SERIAL, BadCode, make_code, parse_code, printed_address, show_code

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
    assert make_code(123456, key=KEY) == "3RJ0DPNZ2G"


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


def test_every_change_of_one_character_in_the_tag_is_refused():
    code = make_code(52, key=KEY)
    for place, digit in itertools.product(range(4, 10), ALPHABET):
        altered = code[:place] + digit + code[place + 1 :]
        assert is_refused(altered) == (altered != code)


@given(serials, keys, st.integers(1, 6), st.sampled_from(ALPHABET))
def test_a_tag_fits_one_serial_only_in_one_way(serial, key, place, digit):
    code = make_code(serial, key=key)
    altered = code[:-place] + digit + code[len(code) - place + 1 :]
    assert is_refused(altered, key=key) == (altered != code)


def test_a_changed_serial_is_refused_here_and_would_pass_once_in_a_billion():
    # No keyed tag of 30 bits can promise never. Of 24,800 neighbours of 200 codes, 0.00002 are expected to pass.
    altered = [
        code[:place] + digit + code[place + 1 :]
        for code in (make_code(serial, key=KEY) for serial in range(200))
        for place, digit in itertools.product(range(4), ALPHABET)
        if code[place] != digit
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
    assert is_refused("0007" + links._written(foreign, digits=6))


def test_codes_have_no_look_alikes_and_keep_to_ten_characters_for_a_million_desks():
    assert set("ILOU").isdisjoint(ALPHABET)
    assert len(ALPHABET) == 32
    assert {len(make_code(serial, key=KEY)) for serial in (0, 1, 32**4 - 1)} == {10}
    assert [len(make_code(serial, key=KEY)) for serial in (32**4, MAX_SERIAL)] == [11, 14]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0007",
        "000734FC6",
        "000734FC688",
        "U00734FC68",
        "000734FC6é",
        "０００７34FC68",
        "0007.34FC68",
        "0007/34FC68",
        "000734FC68\x00",
        "0" * 15,
        "0" * 10_000_000,
        "-" * 41,
        "000734FC68" + " " * 31,
        "ﬀ00734FC68",
    ],
)
def test_text_that_is_no_code_is_refused(text):
    assert is_refused(text)


def test_a_code_padded_with_a_zero_is_refused_so_that_a_desk_has_one_code():
    assert parse_code("000734FC68", key=KEY) == 7
    assert is_refused("0000734FC68")


@given(st.text(max_size=60))
def test_any_text_is_either_a_code_or_refused(text):
    assert is_refused(text) or parse_code(text, key=KEY) <= MAX_SERIAL


@pytest.mark.parametrize("serial", [-1, MAX_SERIAL + 1])
def test_a_serial_out_of_bounds_is_a_fault_that_shows_the_bound(serial):
    with pytest.raises(ValueError, match=rf"serial == {serial}, must be in 0\.\.1099511627775\."):
        make_code(serial, key=KEY)


@pytest.mark.parametrize("use", [lambda key: make_code(1, key=key), lambda key: parse_code("000734FC68", key=key)])
def test_a_short_key_is_a_fault_that_does_not_show_the_key(use):
    with pytest.raises(ValueError, match=r"^len\(key\) == 15, must be at least 16 bytes\.$"):
        use(b"fifteen letters")


def test_a_shown_code_has_its_serial_before_the_hyphen():
    assert show_code("0A1BC2D3EF") == "0A1B-C2D3EF"
    assert show_code("1ooooc2d3ef") == "10000-C2D3EF"
    with pytest.raises(BadCode):
        show_code("0A1B")


@pytest.mark.parametrize(
    ("base_url", "address"),
    [
        ("https://hailong.example.vn", "HTTPS://HAILONG.EXAMPLE.VN/R/000734FC68"),
        ("https://Hailong.Example.vn/", "HTTPS://HAILONG.EXAMPLE.VN/R/000734FC68"),
        ("http://127.0.0.1:8000", "HTTP://127.0.0.1:8000/R/000734FC68"),
        ("https://xn--hilng-8ta7a.vn:8443/", "HTTPS://XN--HILNG-8TA7A.VN:8443/R/000734FC68"),
    ],
)
def test_the_printed_address_is_all_capitals(base_url, address):
    assert printed_address(base_url, "0007-34fc68") == address


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "hailong.example.vn",
        "ftp://hailong.example.vn",
        "https://",
        "https://hàilòng.vn",
        "https://hailong.vn/khao-sat",
        "https://hailong.vn//",
        "https://hailong.vn?a=1",
        "https://hailong.vn#a",
        "https://user@hailong.vn",
        "https://[::1]:8000",
        "https://[::1",
        "https://hai_long.vn",
        "https://hai long.vn",
        " https://hailong.vn",
        "https://hailong.vn\n",
        "https://hailong.vn:",
        "https://hailong.vn:0",
        "https://hailong.vn:65536",
        "https://hailong.vn:port",
        "https://-hailong.vn",
    ],
)
def test_an_address_that_capitals_cannot_carry_is_a_fault_that_shows_it(base_url):
    with pytest.raises(ValueError, match=r"base_url == .*, must be http:// or https://, a host of A-Z 0-9"):
        printed_address(base_url, "000734FC68")


def test_an_address_is_never_printed_with_a_text_that_is_no_code():
    with pytest.raises(BadCode):
        printed_address("https://hailong.vn", "0007/../34FC68")
