"""Signals: each rule raises what it should, and rarely cries wolf."""

import itertools

import numpy as np
import pytest

from scoring.control import laney_p, p_chart, xmr
from scoring.signal import RULES, false_alarm


def rules(chart):
    return [(signal.rule, signal.first, signal.last) for signal in chart.signals]


def test_eight_in_a_row_on_one_side_signal_and_a_point_on_the_centre_ends_the_run():
    middle = [5, -5] * 4
    eight = xmr([*middle, 1, 2, 1, 2, 1, 2, 1, 2, -12])
    # the mean is 0: the last of `middle` is below, the −12 too
    assert rules(eight) == [("eight on one side", 8, 15)]
    assert eight.signals[0].text.vi == "8 điểm liền ở trên đường trung tâm."
    assert not xmr([*middle, 1, 2, 1, 2, 1, 2, 1, -10]).signals
    assert not xmr([*middle, 1, 2, 1, 2, 0, 1, 2, 1, 2, -12]).signals


def test_six_steadily_rising_or_falling_signal_and_a_tie_ends_the_trend():
    assert rules(xmr([9, 1, 2, 4, 5, 7, 8, 3])) == [("six trending", 1, 6)]
    falling = xmr([1, 9, 8, 7, 5, 4, 3, 6])
    assert rules(falling) == [("six trending", 1, 6)]
    assert falling.signals[0].text == ("6 điểm liền đều giảm.", "6 points in a row falling steadily.")
    assert not xmr([9, 1, 2, 4, 4, 5, 7, 8, 3]).signals
    assert not xmr([9, 1, 2, 4, 5, 7, 3, 8, 3]).signals


def brute_no_trend(points):
    orders = list(itertools.permutations(range(points)))
    return sum(
        not xmr(order).signals or all(s.rule != "six trending" for s in xmr(order).signals) for order in orders
    ) / len(orders)


def test_the_false_alarm_of_a_trend_is_that_of_all_orders():
    # By hand: 2 of the 720 orders of six points rise or fall throughout; those of seven are counted one by one.
    assert pytest.approx(false_alarm("six trending", 6), rel=1e-12) == 2 / 720
    assert pytest.approx(false_alarm("six trending", 7), rel=1e-9) == 1 - brute_no_trend(7)


def test_the_false_alarm_of_one_side_is_that_of_tossing_a_coin():
    assert pytest.approx(false_alarm("eight on one side", 8), rel=1e-12) == 2 / 256
    # all strings of twelve tosses, counted
    heads = sum(
        all(len(list(run)) < 8 for _, run in itertools.groupby(bits)) for bits in itertools.product((0, 1), repeat=12)
    )
    assert pytest.approx(false_alarm("eight on one side", 12), rel=1e-12) == 1 - heads / 2**12
    # R 4.2.2: 1 - (1 - 2 * pnorm(-3))^24
    assert pytest.approx(false_alarm("beyond limits"), rel=1e-9) == 0.06282264032571305
    assert [false_alarm(rule, 0) for rule in RULES] == [0, 0, 0]


@pytest.mark.parametrize(("share", "n"), [(0.98, 20), (0.99, 50), (0.9, 40), (0.8, 100)])
@pytest.mark.parametrize("make", [p_chart, laney_p])
def test_two_years_without_a_change_rarely_signal(make, share, n):
    generator = np.random.default_rng(9)
    runs = [make(generator.binomial(n, share, 24), [n] * 24) for _ in range(200)]
    for rule in RULES:
        assert sum(any(signal.rule == rule for signal in chart.signals) for chart in runs) / 200 < 0.15


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: false_alarm("seven"), r"rule == 'seven', must be one of beyond limits, "),
        (lambda: false_alarm("six trending", 2.5), r"points == 2\.5, must be a whole number"),
    ],
)
def test_a_wrong_argument_is_refused_with_name_value_and_bound(call, message):
    with pytest.raises(ValueError, match=message):
        call()
