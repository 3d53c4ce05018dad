import pytest

from qr_codes import (
    BadCode,
    LongAddress,
    LoopbackAddress,
    check_printable,
    draw_card_codes,
    long_address,
    make_case_code,
    make_symbol,
    make_timed_code,
    printed_address,
)

KEY = b"a key for the example"


@pytest.mark.parametrize(
    ("base_url", "address"),
    [
        ("https://hailong.example.vn", "HTTPS://HAILONG.EXAMPLE.VN/R/000734FC68H"),
        ("https://Hailong.Example.vn/", "HTTPS://HAILONG.EXAMPLE.VN/R/000734FC68H"),
        ("http://127.0.0.1:8000", "HTTP://127.0.0.1:8000/R/000734FC68H"),
        ("https://xn--hilng-8ta7a.vn:8443/", "HTTPS://XN--HILNG-8TA7A.VN:8443/R/000734FC68H"),
    ],
)
def test_the_printed_address_is_all_capitals(base_url, address):
    assert printed_address(base_url, "0007-34fc68h") == address


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
        printed_address(base_url, "000734FC68H")


def test_an_address_is_never_printed_with_a_text_that_is_no_code():
    with pytest.raises(BadCode):
        printed_address("https://hailong.vn", "0007/../34FC68")


def test_a_case_has_a_page_of_its_own_and_every_other_code_opens_a_form():
    [card] = draw_card_codes(1)
    timed, case = make_timed_code(7, window=12, key=KEY), make_case_code(bytes(9))
    assert printed_address("https://a.vn", card) == f"HTTPS://A.VN/R/{card}"
    assert printed_address("https://a.vn", timed) == f"HTTPS://A.VN/R/{timed}"
    assert printed_address("https://a.vn", case) == f"HTTPS://A.VN/C/{case}"
    assert printed_address("https://a.vn", "000734FC68H", tablet=True) == "HTTPS://A.VN/K/000734FC68H"


def test_host_and_code_of_thirty_six_characters_keep_the_symbol_at_version_three_and_one_more_is_warned_of():
    short = printed_address("https://hailong.tanhong.gov.vn", "000734FC68H")
    assert len("HAILONG.TANHONG.GOV.VN" + "000734FC68H") == 33
    at_bound = short.replace("HAILONG", "HAILONGXYZ")
    assert (len(at_bound), make_symbol(at_bound).version) == (47, 3)
    assert long_address(at_bound) is None
    over = short.replace("HAILONG", "HAILONGWXYZ")
    assert long_address(over) == LongAddress(characters=48, most=47, version=4)
    assert make_symbol(over).version == 4


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.8.9.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",  # noqa: S104 - printed, not bound
        "localhost",
        "Quay3.LocalHost",
        "LOCALHOST",
    ],
)
@pytest.mark.parametrize("port", ["", ":8000"])
def test_an_address_that_only_this_computer_opens_is_refused_and_told_what_to_set(host, port):
    address = printed_address(f"http://{host}{port}", "000734FC68H")
    with pytest.raises(
        LoopbackAddress, match=r"opens on this computer only.*HAILONG_PUBLIC_URL.*HAILONG_HOST=0\.0\.0\.0"
    ):
        check_printable(address)


@pytest.mark.parametrize(
    "host", ["hailong.example.vn", "192.168.1.20", "10.127.0.1", "128.0.0.1", "localhost.vn", "127.0.0.1.example.vn"]
)
def test_an_address_that_a_phone_may_reach_is_printed(host):
    check_printable(printed_address(f"http://{host}:8000", "000734FC68H"))
