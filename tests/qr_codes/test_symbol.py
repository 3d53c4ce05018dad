import numpy as np
import pytest
import zxingcpp

from qr_codes.symbol import ERROR_LEVELS, Symbol, make_symbol

ADDRESS = "HTTPS://HAILONG.EXAMPLE.VN/R/0A1BC2D3EF"


def read(symbol):
    """What a decoder finds in the bare modules, enlarged and with a light margin."""
    light = np.pad(~np.array(symbol.modules), 4, constant_values=True)
    pixels = np.kron(light, np.ones((4, 4), dtype=np.uint8)).astype(np.uint8) * 255
    return zxingcpp.read_barcode(pixels, formats=zxingcpp.BarcodeFormat.QRCode, try_invert=False)


@pytest.mark.parametrize("level", ERROR_LEVELS)
def test_a_reader_finds_the_address_at_every_error_level(level):
    symbol = make_symbol(ADDRESS, error_level=level)
    found = read(symbol)
    assert (found.text, found.ec_level) == (ADDRESS, level)
    assert symbol.error_level == level


def test_a_quarter_may_be_lost_unless_told_otherwise():
    assert make_symbol(ADDRESS).error_level == "Q"


def test_the_symbol_has_the_side_of_its_version_and_no_border():
    symbol = make_symbol(ADDRESS)
    assert (symbol.version, symbol.size) == (3, 29)
    assert {len(row) for row in symbol.modules} == {29}
    assert symbol.modules[0][:8] == (True,) * 7 + (False,)  # the corner pattern begins at once


def test_capitals_take_the_dense_mode_and_small_letters_a_larger_symbol():
    # ISO/IEC 18004, table 7: version 3-Q holds 47 alphanumeric characters or 32 bytes, 5-Q 60 bytes.
    address = "HTTPS://HAILONG.TANHONG.DONGTHAP.GOV.VN/R/0A1BC"
    assert len(address) == 47
    assert make_symbol(address).version == 3
    assert make_symbol(address + "D").version == 4
    assert make_symbol(address.lower()).version == 5
    assert read(make_symbol(address.lower())).text == address.lower()


@pytest.mark.parametrize("ink", [True, False])
def test_a_stain_of_eight_modules_a_side_does_not_stop_the_reader(ink):
    symbol = make_symbol(ADDRESS)
    modules = np.array(symbol.modules)
    modules[10:18, 10:18] = ink
    assert read(Symbol(ADDRESS, 3, "Q", tuple(map(tuple, modules.tolist())))).text == ADDRESS


def test_the_same_address_gives_the_same_symbol():
    assert make_symbol(ADDRESS) == make_symbol(ADDRESS)
    assert make_symbol(ADDRESS) != make_symbol(ADDRESS[:-1] + "0")


def test_an_empty_or_endless_address_is_a_fault():
    with pytest.raises(ValueError, match=r"len\(address\) == 0, must be at least 1\."):
        make_symbol("")
    with pytest.raises(ValueError, match=r"len\(address\) == 5000 bytes, more than a symbol of level Q holds\."):
        make_symbol("A" * 5000)


def test_an_unknown_error_level_is_a_fault():
    with pytest.raises(ValueError, match=r"error_level == 'X', must be one of L, M, Q, H\."):
        make_symbol(ADDRESS, error_level="X")
    with pytest.raises(ValueError, match=r"error_level == 'X'"):
        Symbol(ADDRESS, 3, "X", make_symbol(ADDRESS).modules)


def test_modules_that_do_not_fit_the_version_are_a_fault():
    modules = make_symbol(ADDRESS).modules
    with pytest.raises(ValueError, match=r"must all be 29 in version 3"):
        Symbol(ADDRESS, 3, "Q", modules[:-1])
    with pytest.raises(ValueError, match=r"sides of modules == \[28, 29\]"):
        Symbol(ADDRESS, 3, "Q", (modules[0][:-1], *modules[1:]))
