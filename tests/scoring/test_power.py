import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.permutation import list_assignments, permutation_p, studentise
from scoring.power import (
    WEEKS_A_MONTH,
    PlannedPilot,
    answers_needed,
    detectable_effect,
    smallest_treated,
    smallest_units,
    tabulate_plan,
)
from scoring.spread import Spread

PLAN = PlannedPilot(13, 2, weeks_before=26, weeks_after=26, answers=10, share=0.85, spread=Spread())
EVEN = Spread(change=0.0, unit_month=0.0, month=0.0)


def test_the_error_is_that_of_the_answers_the_months_and_the_lasting_change():
    """By hand: 26 weeks are 5.98 months; 0.03² + 0.02² · 2 / 5.98 + 0.85 · 0.15 · 2 / 260, times 1/2 + 1/11."""
    assert math.sqrt((0.0009 + 0.00013381 + 0.00098077) * 13 / 22) == pytest.approx(PLAN.error(), rel=1e-4)


def test_what_all_units_share_in_a_month_costs_nothing():
    assert PLAN.error() == replace(PLAN, spread=replace(PLAN.spread, month=0.2)).error()


def test_with_many_choices_the_effect_is_that_of_a_t_test():
    """R 4.2.2: power.t.test(n = 20, delta = 1, sd = 1) gives power 0.8689528."""
    plan = replace(PLAN, units=40, treated=20)
    found = detectable_effect(plan, power=0.8689528)
    assert 1 / math.sqrt(2 / 20) == pytest.approx(found.effect / plan.error(), rel=1e-6)


def test_the_steps_of_p_make_the_effect_larger():
    """Two of 13 reach 3/78, not 0.05: a t test at that level, R 4.2.2: qt(1 - 3/156, 11) = 2.3475."""
    found = detectable_effect(PLAN, power=0.5)
    assert 2.35 * PLAN.error() == pytest.approx(found.effect, rel=0.03)


@pytest.mark.parametrize(("units", "treated"), [(7, 2), (13, 2), (20, 1), (13, 6), (8, 4)])
def test_the_permutation_test_itself_shows_the_effect_in_about_four_of_five_worlds(units, treated):
    plan = replace(PLAN, units=units, treated=treated)
    effect = detectable_effect(plan).effect
    sd = plan.error() / math.sqrt(1 / treated + 1 / (units - treated))
    chosen = np.arange(units) < treated
    assignments = list_assignments(chosen, most=10_000, seed=1)
    random = np.random.default_rng(2)
    worlds = [random.normal(0, sd, units) + effect * chosen for _ in range(400)]
    even = np.full(units, sd**2)
    shown = np.mean([permutation_p(studentise(world, even, assignments)[1]) <= 0.05 for world in worlds])
    assert 0.72 <= shown <= 0.86


def test_one_of_four_can_show_nothing_whatever_is_answered():
    plan = replace(PLAN, units=4, treated=1, answers=1e6)
    found = detectable_effect(plan)
    assert (found.reason, found.smallest_p) == ("too_few_choices", 0.25)
    assert math.isnan(found.effect)
    assert math.inf == answers_needed(plan, 0.5)


def test_how_many_units_would_be_needed_is_the_smallest_number_that_reaches_p():
    assert [smallest_units(treated) for treated in (1, 2, 3, 4)] == [20, 7, 7, 7]  # 1/20, 1/21, 1/35, 1/35
    assert [smallest_treated(units) for units in (4, 5, 6, 7, 20)] == [None, None, None, 2, 1]
    assert [smallest_treated(units, level=0.9) for units in (4, 10)] == [None, 1]


def test_a_month_below_the_threshold_is_not_used_so_nothing_is_seen():
    assert detectable_effect(replace(PLAN, answers=9.9 / WEEKS_A_MONTH)).reason == "too_few_answers"
    assert detectable_effect(replace(PLAN, answers=10.1 / WEEKS_A_MONTH, share=0.5)).reason == "detectable"


def test_a_rise_that_would_pass_all_satisfied_is_named():
    assert detectable_effect(replace(PLAN, share=0.95)).reason == "beyond_scale"


@given(
    effect=st.floats(0.08, 0.4),
    units=st.integers(7, 40),
    treated=st.integers(2, 3),
    weeks=st.integers(5, 104),
)
def test_the_answers_needed_make_the_effect_the_smallest_to_be_seen(effect, units, treated, weeks):
    plan = replace(PLAN, units=units, treated=treated, weeks_after=weeks)
    needed = answers_needed(plan, effect)
    if math.isinf(needed):
        assert effect < detectable_effect(replace(plan, answers=1e9)).effect
    else:
        found = detectable_effect(replace(plan, answers=needed * (1 + 1e-12))).effect
        assert found <= effect * (1 + 1e-6)
        assert needed == pytest.approx(10 / WEEKS_A_MONTH) or found == pytest.approx(effect)


@given(weeks=st.integers(5, 260), answers=st.floats(3, 500), more=st.integers(1, 2))
def test_more_weeks_and_more_answers_never_hide_an_effect(weeks, answers, more):
    plan = replace(PLAN, weeks_after=weeks, answers=answers)
    effect = detectable_effect(plan).effect
    assert effect >= detectable_effect(replace(plan, weeks_after=weeks * more)).effect - 1e-12
    assert effect >= detectable_effect(replace(plan, answers=answers * more)).effect - 1e-12


@given(factor=st.floats(0.1, 10))
def test_twice_the_spread_and_a_quarter_of_the_answers_double_the_effect(factor):
    spread = Spread(0.03 * factor, 0.02 * factor)
    scaled = replace(PLAN, spread=spread, answers=PLAN.answers / factor**2)
    assert factor * PLAN.error() == pytest.approx(scaled.error())


def test_the_table_is_the_plan_for_each_weeks_and_answers():
    table = tabulate_plan(PLAN, (13, 26), (1, 10, 50))
    assert table.effects.shape == (2, 3)
    assert np.isnan(table.effects[:, 0]).all()
    assert detectable_effect(PLAN).effect == table.effects[1, 1]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"units": 1}, r"units == 1, must be a whole number, in 2\.\.10000\."),
        ({"treated": 13}, r"treated == 13, must be a whole number, in 1\.\.12\."),
        ({"weeks_after": 4}, r"weeks_after == 4, must be a whole number, in 5\.\.520\."),
        ({"weeks_before": math.nan}, "weeks_before"),
        ({"answers": 0}, "answers == 0, must be above 0 and finite."),
        ({"share": 85}, r"share == 85, must be in \(0, 1\)\."),
    ],
)
def test_a_plan_out_of_range_is_refused_with_its_bound(wrong, said):
    with pytest.raises(ValueError, match=said):
        replace(PLAN, **wrong)


@pytest.mark.parametrize("wrong", [{"level": 95}, {"power": 0.05}, {"power": 80}, {"at_least": -1}])
def test_a_level_a_power_or_a_threshold_out_of_range_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        detectable_effect(PLAN, **wrong)
    with pytest.raises(ValueError, match=next(iter(wrong))):
        answers_needed(PLAN, 0.05, **wrong)


def test_all_that_is_wrong_with_a_plan_is_refused_at_once():
    with pytest.raises(
        ValueError, match=r"(?s)units == 1,.*treated == 0,.*weeks_before == 0,.*answers == -1,.*share == 1,"
    ):
        PlannedPilot(1, 0, weeks_before=0, weeks_after=26, answers=-1, share=1, spread=Spread())
