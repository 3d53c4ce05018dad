from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from scoring.adjustment import adjust
from scoring.effect import compare_change
from scoring.outcome_family import adjust_outcomes
from tests.scoring.test_effect import design_of, means_panel, names, share_panel, world


def three(effect, *, seed=1, units=13, **options):
    generator = np.random.default_rng(seed)
    design = design_of(names(units), names(2))
    panels = [world(generator, units=units, effect=effect) for _ in range(3)]
    return {
        name: compare_change(panel, design, at_least=10, **options)
        for name, panel in zip(("overall", "waiting", "attitude"), panels, strict=True)
    }


def test_the_farthest_of_78_in_every_outcome_stays_at_1_in_78_where_holm_would_not():
    effects = three(0.3)

    found = adjust_outcomes(effects)

    assert found.method == "step_down"
    assert [each.p for each in found.outcomes] == pytest.approx([1 / 78] * 3)
    assert {each.verdict for each in found.outcomes} == {"rose"}
    assert adjust([1 / 78] * 3).max() == pytest.approx(3 / 78)


def test_worked_by_hand():
    """Four sets, two outcomes: first the farther one against the larger of both, then the other alone, never smaller."""
    effects = three(0)
    a, b = np.array([3.0, -1, 2, 0]), np.array([2.0, -3, 1, -2.5])
    pair = {
        name: replace(effects["overall"], permutations=replace(effects["overall"].permutations, statistics=statistics))
        for name, statistics in (("a", a), ("b", b))
    }

    found = adjust_outcomes(pair)

    assert found.outcome("a").p == 2 / 4  # largest of both: 3, 3, 2, 2.5, so two sets reach 3
    assert found.outcome("b").p == 3 / 4  # alone: 2, 3, 1, 2.5


def test_the_primary_outcome_keeps_its_p_and_does_not_burden_the_others():
    effects = three(0.06, seed=5)

    found = adjust_outcomes(effects, primary="waiting")
    others = adjust_outcomes({name: effects[name] for name in ("overall", "attitude")})

    assert found.primary == "waiting"
    assert found.outcome("waiting").p == effects["waiting"].p
    assert [found.outcome(name).p for name in ("overall", "attitude")] == [each.p for each in others.outcomes]


def lacking(unit, *, seed=4):
    """A strong effect on an outcome of which one unit has no answers."""
    panel = world(np.random.default_rng(seed), effect=0.3)
    n = panel.n.copy()
    n[unit] = 0
    return compare_change(share_panel(n, np.minimum(panel.total, n)), design_of(names(13), names(2)), at_least=10)


def test_outcomes_that_all_use_other_units_are_adjusted_by_holm():
    effects = {"overall": three(0.3)["overall"], "waiting": lacking(12), "attitude": lacking(11)}

    found = adjust_outcomes(effects)

    assert found.method == "holm"
    assert [each.p for each in found.outcomes] == pytest.approx(adjust([each.p for each in effects.values()]).tolist())


def test_one_outcome_that_lacks_a_unit_does_not_cost_all_others_theirs():
    """Two groups of candidates: each has half of the level, where Holm over four would leave 4/78 > 0.05."""
    effects = three(0.3) | {"speed": lacking(12)}

    found = adjust_outcomes(effects)

    assert found.method == "grouped"
    assert [each.p for each in found.outcomes] == pytest.approx([2 / 78] * 3 + [2 / 66])
    assert {each.verdict for each in found.outcomes} == {"rose"}


def test_sampled_sets_of_another_seed_are_not_taken_for_the_same():
    effects = three(0.3, units=40, most=200)
    other = three(0.3, units=40, most=200, seed=2)
    panel = world(np.random.default_rng(9), units=40)
    other["waiting"] = compare_change(panel, design_of(names(40), names(2)), at_least=10, most=200, seed=7)

    assert adjust_outcomes(effects).method == "step_down"
    assert adjust_outcomes(other).method == "grouped"


def test_what_could_not_be_tested_does_not_count_among_the_tests():
    effects = three(0.3)
    silent = share_panel(np.zeros((13, 19)), np.zeros((13, 19)))
    effects["waiting"] = compare_change(silent, design_of(names(13), names(2)), at_least=10)

    found = adjust_outcomes(effects)

    assert found.outcome("waiting").verdict == "not_enough_data"
    assert found.outcome("overall").p == pytest.approx(1 / 78)


def test_a_design_that_cannot_conclude_still_cannot_with_many_outcomes():
    found = adjust_outcomes(three(0.3, units=5))

    assert {each.verdict for each in found.outcomes} == {"cannot_conclude"}


def test_one_outcome_stands_alone_and_none_is_refused():
    effects = three(0.3)

    alone = adjust_outcomes({"overall": effects["overall"]})
    assert (alone.method, alone.outcomes[0].p) == ("alone", effects["overall"].p)
    with pytest.raises(ValueError, match="must be one of no outcomes at all"):
        adjust_outcomes({})
    with pytest.raises(ValueError, match="primary == 'speed', must be one of overall, waiting, attitude"):
        adjust_outcomes(effects, primary="speed")


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_an_adjusted_p_is_never_smaller_than_its_own_and_keeps_the_order_of_the_statistics(seed):
    found = adjust_outcomes(three(0.03, seed=seed)).outcomes

    assert all(each.effect.p - 1e-12 <= each.p <= 1 for each in found)
    farthest_first = sorted(found, key=lambda each: -abs(each.effect.permutations.statistics[0]))
    assert [each.p for each in farthest_first] == sorted(each.p for each in found)


def test_even_one_false_claim_among_three_comes_in_at_most_one_of_twenty_districts():
    generator = np.random.default_rng(77)
    worlds, claims = 300, 0
    design = design_of(names(13), names(2))
    for _ in range(worlds):
        shared = generator.normal(0, 1, (13, 19))
        effects = {
            name: compare_change(
                means_panel(shared + generator.normal(0, 1, (13, 19)), np.full((13, 19), 30)), design, at_least=10
            )
            for name in ("a", "b", "c")
        }
        claims += any(each.verdict in ("rose", "fell") for each in adjust_outcomes(effects).outcomes)

    assert claims <= binom.ppf(0.99, worlds, 0.05)
