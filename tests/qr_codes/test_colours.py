import pytest

from qr_codes import Colours
from qr_codes.colours import symbol_contrast


def test_black_on_white_has_all_the_contrast_there_is():
    assert symbol_contrast("#000000", "#ffffff") == 1
    assert Colours() == Colours("#000000", "#ffffff")


def test_reflectance_is_linear_light_not_the_number_in_the_file():
    # IEC 61966-2-1: 0x80 → ((128/255 + 0.055) / 1.055) ^ 2.4 = 0.2159
    assert symbol_contrast("#808080", "#ffffff") == pytest.approx(1 - 0.2159, abs=1e-4)


def test_red_ink_is_light_to_a_scanner_s_red_light():
    assert symbol_contrast("#ff0000", "#ffffff") == 0
    with pytest.raises(ValueError, match=r"contrast of #a61c28 on #ffffff == 0\.62, must be at least 0\.70"):
        Colours(dark="#a61c28")


def test_an_inverted_symbol_has_negative_contrast_and_is_refused():
    assert symbol_contrast("#ffffff", "#000000") == -1
    with pytest.raises(ValueError, match="dark on light"):
        Colours(dark="#ffffff", light="#000000")


@pytest.mark.parametrize("dark", ["#000000", "#0b3d2e", "#1f3a5f", "#1b1b1f"])
def test_dark_inks_on_white_or_cream_are_taken(dark):
    assert Colours(dark=dark).dark == dark
    assert Colours(dark=dark, light="#fff8e7").light == "#fff8e7"


@pytest.mark.parametrize("dark", ["black", "#000", "#0000000", "000000", "#00000G", "#0B3D2E", '"/><script>'])
def test_a_colour_written_otherwise_is_refused(dark):
    with pytest.raises(ValueError, match="must be #rrggbb in small letters"):
        Colours(dark=dark)
