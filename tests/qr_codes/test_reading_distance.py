import pytest

from qr_codes import label_roll, make_symbol
from qr_codes.reading_distance import LEAST_MODULE_MM, farthest_cm, fitted_module_mm, needed_module_mm

SYMBOL = make_symbol("HTTPS://HAILONG.EXAMPLE.VN/R/000734FC68H")
LARGER = make_symbol("HTTPS://HAILONG.TANHONG.DONGTHAP.GOV.VN/R/000734FC68H")


def test_a_symbol_of_version_three_is_a_tenth_of_the_distance_wide():
    for distance in (20, 60, 100):
        assert 29 * needed_module_mm(distance) == pytest.approx(distance)  # mm, a tenth of the distance in mm


def test_a_symbol_of_more_modules_is_wider_so_that_each_is_seen_alike():
    assert (SYMBOL.size, LARGER.size) == (29, 33)
    room = {"room_mm": 500, "distance_cm": 60, "usual_cm": 20}
    assert fitted_module_mm(SYMBOL, **room) == fitted_module_mm(LARGER, **room) == pytest.approx(600 / 290)


def test_no_module_is_smaller_than_any_reader_asks_however_near():
    assert needed_module_mm(5) == needed_module_mm(11) == LEAST_MODULE_MM == 0.396
    assert fitted_module_mm(SYMBOL, room_mm=37 * 0.396, distance_cm=11, usual_cm=60) == pytest.approx(0.396)
    with pytest.raises(
        ValueError, match=r"module == 0\.395 mm, must be at least 0\.396 mm: a symbol of 29 modules and its"
    ):
        fitted_module_mm(SYMBOL, room_mm=37 * 0.395, distance_cm=None, usual_cm=5)


def test_without_a_distance_the_room_decides_where_it_is_too_small_for_the_usual_one():
    assert fitted_module_mm(SYMBOL, room_mm=37, distance_cm=None, usual_cm=60) == 1
    assert fitted_module_mm(SYMBOL, room_mm=370, distance_cm=None, usual_cm=60) == pytest.approx(600 / 290)


def test_a_distance_beyond_what_the_room_bears_is_refused_with_the_farthest():
    assert farthest_cm(1) == 29
    with pytest.raises(
        ValueError, match=r"distance_cm == 30, must be at most 29 on this sheet for a symbol of 29 modules"
    ):
        fitted_module_mm(SYMBOL, room_mm=37, distance_cm=30, usual_cm=60)


@pytest.mark.parametrize("distance", [4.9, 1001, float("nan")])
def test_a_distance_that_nobody_reads_from_is_a_fault(distance):
    with pytest.raises(ValueError, match=r"distance_cm == .*, must be in 5\.\.1000\."):
        needed_module_mm(distance)


def test_the_smallest_labels_bear_a_symbol_and_smaller_ones_are_refused():
    assert label_roll(44, 25).room_mm >= 37 * LEAST_MODULE_MM
    with pytest.raises(ValueError, match=r"label == 30 × 24 mm|height_mm == 24, must be in 25\.\.210"):
        label_roll(30, 24)
    with pytest.raises(ValueError, match=r"label == 32 × 25 mm, leaves 8\.0 mm for a symbol of 14\.7 mm"):
        label_roll(32, 25)
    with pytest.raises(ValueError, match=r"width_mm == 211, must be in 25\.\.210"):
        label_roll(211, 50)
