import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from scoring.change import LeftOut
from scoring.design import Window
from scoring.interrupted import interrupted_series
from scoring.panel import Panel
from tests.scoring.test_effect import MONTHS, STARTED, design_of, means_panel, names

DESIGN = design_of(names(3), names(3))
SINCE = np.arange(19) - 12.0


def panel_of(line, *, noise=0.0, n=50):
    generator = np.random.default_rng(1)
    return means_panel(
        line + generator.normal(0, noise, (3, 19)) if noise else np.tile(line, (3, 1)), np.full((3, 19), n)
    )


def test_a_jump_and_a_slope_are_read_off_a_series_without_noise():
    found = interrupted_series(panel_of(5 + 0.1 * SINCE + STARTED * (2 - 0.5 * SINCE)), DESIGN, at_least=10)

    assert (found.jump.value, found.slope.value, found.trend) == pytest.approx((2, -0.5, 0.1))
    assert found.end.value == pytest.approx(2 - 0.5 * 6)
    assert found.jump.n == 3 * 19 * 50
    assert math.isnan(found.jump.low)  # nothing left to judge by
    last = found.months[-1]
    assert (last.month, last.value, last.fitted, last.continued) == pytest.approx((MONTHS[-1], 4.6, 4.6, 5.6))
    assert found.months[0].continued == pytest.approx(found.months[0].fitted)


def test_noise_leaves_intervals_that_hold_the_truth():
    found = interrupted_series(panel_of(5 + STARTED * 2.0, noise=0.3), DESIGN, at_least=10)

    assert found.jump.low < 2 < found.jump.high
    assert found.slope.low < 0 < found.slope.high
    assert found.end.low < found.end.value < found.end.high
    assert all(error > 0 for error in found.newey_west)
    assert not found.seasonal


def test_two_years_have_a_yearly_wave_taken_off():
    months = tuple(date(2022 + place // 12, place % 12 + 1, 1) for place in range(30))
    window = Window(months[0], months[18], months[18], date(2024, 7, 1))
    wave = 10 + 3 * np.sin(np.arange(30) * math.pi / 6 + 1)
    n = np.full((3, 30), 50)
    values = np.tile(wave, (3, 1))
    panel = Panel(names(3), months, n, n * values, n * values**2 + 1, (-np.inf, np.inf))

    found = interrupted_series(panel, replace(DESIGN, window=window), at_least=10)

    assert found.seasonal
    assert (found.jump.value, found.slope.value) == pytest.approx((0, 0), abs=1e-9)


def test_the_month_of_a_start_in_its_middle_is_no_part_of_either_line():
    window = Window(MONTHS[0], MONTHS[11], MONTHS[12], date(2024, 10, 1))
    line = 5 + STARTED * 2.0
    line[11] = 99

    found = interrupted_series(panel_of(line), replace(DESIGN, window=window), at_least=10)

    assert found.jump.value == pytest.approx(2)
    assert MONTHS[11] not in [row.month for row in found.months]


def test_a_unit_that_lacks_a_month_is_left_out_and_named():
    panel = panel_of(5 + STARTED * 2.0)
    n = panel.n.copy()
    n[1, 3] = 4

    found = interrupted_series(
        Panel(panel.units, panel.months, n, panel.total, panel.squares, panel.bounds), DESIGN, at_least=10
    )

    assert found.units == ("u00", "u02")
    assert found.left_out == (LeftOut("u01", None, "month_missing"),)


@pytest.mark.parametrize(
    "window",
    [
        Window(MONTHS[7], MONTHS[12], MONTHS[12], date(2024, 10, 1)),
        Window(MONTHS[0], MONTHS[12], MONTHS[12], MONTHS[14]),
    ],
    ids=["five before", "two after"],
)
def test_too_few_months_on_either_side_are_no_series(window):
    found = interrupted_series(panel_of(5 + STARTED * 2.0), replace(DESIGN, window=window), at_least=10)

    assert found.jump.n == 0
    assert math.isnan(found.end.value)
    assert found.months == ()


def test_a_level_out_of_range_is_refused():
    with pytest.raises(ValueError, match="level == 95"):
        interrupted_series(panel_of(5 + STARTED * 2.0), DESIGN, at_least=10, level=95)


def test_what_would_need_to_be_true_is_that_nothing_else_happened():
    found = interrupted_series(panel_of(5 + STARTED * 2.0), DESIGN, at_least=10)

    assert {"line_goes_on", "nothing_else"} <= set(found.assumptions)
