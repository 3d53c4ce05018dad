"""The interval of a line through bands, steps, caps, a maximum: mapped where it is monotone, else simulated with its seed."""

import dataclasses
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from scoring.edition import Simulation
from scoring.estimate import wilson
from scoring.measures import Entered, Measures, Ratio, Survey
from scoring.sheet import score
from scoring.tally import count_answers

LEAF = """
    [[node]]
    code = "{code}"
    parent = "{parent}"
    {rule}
"""


def people(*shares, n=200, together=True, seed=1):
    """n people who answer 5 or 2; the given share of each question is satisfied, by the same people or at random."""
    random = np.random.default_rng(seed)
    columns = {}
    for i, share in enumerate(shares):
        answers = np.where(np.arange(n) < round(share * n), 5, 2)
        columns[f"q{i}"] = answers if together else random.permutation(answers)
    return pl.DataFrame(columns).cast(pl.Int8)


def measures(frame, *, points=None, ratios=None, values=(0, 0, 0, 1, 1)):
    codes = frame.columns
    survey = Survey(count_answers(frame, codes, values=values), {code: code for code in codes}, "form")
    return Measures("xa.1", "2026-10", "test", survey=survey, points=points or {}, ratios=ratios or {})


def leaf(code, rule, parent="total"):
    return LEAF.format(code=code, parent=parent, rule=rule)


BANDED = 'rule = "bands"\nof = "share"\nmax = "100"\nband = [{{ from = "0.9", points = "{best}" }}, {{ from = "0.8", points = "{middle}" }}, {{ from = "0", points = "{worst}" }}]'


def test_bands_map_both_ends_of_the_share(small_edition):
    edition = small_edition(leaf("q0", BANDED.format(best=100, middle=60, worst=10)))
    sheet = score(edition, measures(people(0.84)))
    assert (wilson(168, 200).low < 0.8, wilson(168, 200).high < 0.9) == (True, True)
    assert sheet.total.interval == (0.1, 0.6)
    assert sheet.total.doubt.how == "ends"


def test_bands_that_fall_swap_the_ends(small_edition):
    edition = small_edition(leaf("q0", BANDED.format(best=10, middle=60, worst=100)))
    assert score(edition, measures(people(0.84))).total.interval == (0.6, 1.0)


def test_a_saturated_index_of_several_questions_maps_the_ends_of_the_index(small_edition):
    inner = leaf(
        "index",
        'rule = "bands"\nof = "weighted_sum"\nmax = "50"\nband = [{ from = "0.5", points = "50" }, { from = "0", points = "0" }]',
    )
    nodes = inner + "".join(leaf(f"q{i}", 'rule = "share"\nweight = "1/2"', "index") for i in (0, 1))
    nodes += leaf("rest", 'rule = "points"\nmax = "50"')
    sheet = score(small_edition(nodes), measures(people(0.9, 0.8), points={"rest": Entered(Decimal(10), "")}))
    assert sheet.total.interval == (0.6, 0.6)  # the whole interval of the index lies above the cut
    assert sheet.total.uncertainty.en == "95 % interval: both ends are taken through the same rules"


def test_a_hump_is_simulated_with_its_seed_and_number_of_draws_said(small_edition):
    edition = small_edition(leaf("q0", BANDED.format(best=40, middle=100, worst=10)))
    sheet = score(edition, measures(people(0.84)))
    assert sheet.total.doubt.how == "simulated"
    assert sheet.total.interval == (0.1, 1.0)
    assert sheet.total.uncertainty.en == "95 % interval: simulated, 20,000 draws, seed 1"
    assert sheet.total.uncertainty.vi == "Khoảng tin cậy 95 %: mô phỏng 20.000 lần, số khởi tạo ngẫu nhiên 1"


def best_of_two(small_edition):
    nodes = leaf("best", 'rule = "maximum"\nmax = "100"')
    return small_edition(nodes + "".join(leaf(f"q{i}", 'rule = "share"\nmax = "100"', "best") for i in (0, 1)))


def test_the_best_of_two_answered_alike_is_as_uncertain_as_one_of_them(small_edition):
    sheet = score(best_of_two(small_edition), measures(people(0.8, 0.8)))
    low, high = sheet.total.interval
    assert (low, high) == pytest.approx((wilson(160, 200).low, wilson(160, 200).high), abs=0.003)


def test_the_best_of_two_unrelated_ones_lies_higher(small_edition):
    sheet = score(best_of_two(small_edition), measures(people(0.8, 0.8, together=False)))
    # the better of two independent ones stays below x with F(x)²: 2.5 % and 97.5 % at z = −1.00 and 2.24
    low, high = sheet.total.interval
    assert low == pytest.approx(wilson(160, 200, level=0.6827).low, abs=0.01)
    assert high == pytest.approx(wilson(160, 200, level=0.9749).high, abs=0.01)


def test_a_simulated_sum_agrees_with_the_covariance_of_the_answers(small_edition):
    """A bonus makes the sum one that may be capped; kept uncapped, it is a plain sum, whose interval is known."""
    parts = leaf("q0", 'rule = "share"\nmax = "100"') + leaf("gift", 'rule = "bonus"\nmax = "50"')
    parts += leaf("q1", 'rule = "share"\nmax = "50"', "gift")
    drawn = score(
        small_edition(parts, total='rule = "sum"\nover = "keep"'), measures(people(0.8, 0.6, seed=3, together=False))
    )
    plain = leaf("q0", 'rule = "share"\nweight = "2/3"') + leaf("q1", 'rule = "share"\nweight = "1/3"')
    known = score(
        small_edition(plain, total='rule = "weighted_sum"'), measures(people(0.8, 0.6, seed=3, together=False))
    )
    assert (drawn.total.doubt.how, known.total.doubt.how) == ("simulated", "covariance")
    assert drawn.total.interval == pytest.approx([1.5 * end for end in known.total.interval], abs=0.006)


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(small_edition):
    edition, given = best_of_two(small_edition), measures(people(0.8, 0.75, together=False))
    other = dataclasses.replace(edition, simulation=Simulation(seed=2, draws=20_000))
    assert score(edition, given).canonical() == score(edition, given).canonical()
    assert score(edition, given).interval != score(other, given).interval


def test_all_alike_behind_a_maximum_has_an_interval_of_some_length(small_edition):
    sheet = score(best_of_two(small_edition), measures(people(1.0, 1.0, n=30)))
    low, high = sheet.total.interval
    assert (low, high) == pytest.approx((wilson(30, 30).low, 1.0), abs=0.005)


def test_shares_and_means_in_one_total_are_drawn_together(small_edition):
    parts = leaf("q0", 'rule = "share"\nmax = "50"') + leaf("q1", 'rule = "mean"\nmax = "50"')
    sheet = score(small_edition(parts), measures(people(0.8, 0.6, together=False)))
    assert sheet.total.doubt.how == "simulated"
    low, high = sheet.total.interval
    assert low < float(sheet.total.achieved) < high


def test_what_is_counted_moves_the_interval_and_does_not_widen_it(small_edition):
    parts = leaf("q0", 'rule = "share"\nmax = "50"')
    parts += leaf("on_time", 'rule = "ratio"\nempty_denominator = "zero"\nmax = "50"')
    sheet = score(small_edition(parts), measures(people(0.8), ratios={"on_time": Ratio(9, 10)}))
    share = wilson(160, 200)
    assert sheet.total.interval == pytest.approx((0.45 + share.low / 2, 0.45 + share.high / 2), abs=1e-12)
    assert sheet.total.doubt.how == "question"


def test_a_value_that_meets_a_cut_lies_in_its_interval_whatever_floats_lose(small_edition):
    # everybody content and 20 of 30 points: 0.7 + 0.2 is 0.9 exactly, and 0.8999999999999999 in floats
    nodes = leaf("q0", 'rule = "share"\nmax = "70"') + leaf("rest", 'rule = "points"\nmax = "30"')
    bands = '[{ from = "0.9", points = "100" }, { from = "0.8", points = "60" }, { from = "0", points = "0" }]'
    edition = small_edition(nodes, total=f'rule = "bands"\nof = "sum"\nband = {bands}')
    sheet = score(edition, measures(people(1.0, n=100), points={"rest": Entered(Decimal(20), "")}))
    assert (sheet.points, sheet.total.interval, sheet.total.doubt.how) == (100, (0.6, 1.0), "ends")


def test_an_interval_of_means_over_five_does_not_reach_below_what_the_worst_answers_give(small_edition):
    """Where only counts are known, and where it is drawn: all at one of five is worth 0.2, and nothing is worth less."""
    frame = pl.DataFrame({"q0": [1] * 20, "q1": [1] * 20})
    survey = Survey(count_answers(frame, ["q0", "q1"]), {"q0": "q0", "q1": "q1"}, "form")
    for rule, total in (("sum", "widest"), ("maximum", "simulated_widest")):
        half = 50 if rule == "sum" else 100
        nodes = "".join(leaf(f"q{i}", f'rule = "mean"\nmax = "{half}"') for i in (0, 1))
        sheet = score(small_edition(nodes, total=f'rule = "{rule}"'), Measures("u", "p", "s", survey=survey))
        assert sheet.total.doubt.how == total
        assert sheet.total.interval[0] == pytest.approx(0.2, abs=1e-12)
        assert 0.2 < sheet.total.interval[1] < 0.4


def test_from_counts_alone_a_penalty_leaves_the_widest_interval_and_not_the_narrowest(small_edition):
    """The same people please and penalise, or others do: counts cannot tell, and the widest of it must hold."""
    nodes = leaf("q0", 'rule = "share"\nmax = "100"') + leaf("loss", 'rule = "penalty"\nmax = "50"')
    edition = small_edition(nodes + leaf("q1", 'rule = "share"\nmax = "50"', "loss"))
    frame = people(0.8, 0.5)
    counted = dataclasses.replace(
        measures(frame), survey=Survey(count_answers(frame, frame.columns), {code: code for code in frame.columns})
    )
    sheet = score(edition, counted)
    # half-widths add up where those who are displeased penalise: about 5.5 points and half of 6.9
    one, other = wilson(160, 200), wilson(100, 200)
    expected = 0.55 + (one.low - one.value) - other.half_width / 2, 0.55 + (one.high - one.value) + other.half_width / 2
    assert sheet.total.interval == pytest.approx(expected, abs=0.004)
    assert sheet.total.uncertainty.en.endswith(
        "seed 1; the widest, as counts do not say which answers are the same person's"
    )
    together = score(edition, measures(frame)).total.interval
    assert together[1] - together[0] < 0.6 * (expected[1] - expected[0])


def test_one_question_behind_a_hump_is_drawn_alike_from_counts_and_from_moments(small_edition):
    edition = small_edition(leaf("q0", BANDED.format(best=40, middle=100, worst=10)))
    frame = people(0.84)
    counted = dataclasses.replace(measures(frame), survey=Survey(count_answers(frame, ["q0"]), {"q0": "q0"}, "form"))
    assert score(edition, counted).total.doubt == score(edition, measures(frame)).total.doubt
