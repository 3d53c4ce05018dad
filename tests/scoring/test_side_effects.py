from dataclasses import replace

import numpy as np
import pytest

from scoring.effect import compare_change
from scoring.side_effects import (
    check_case_mix,
    check_crowding_out,
    check_displacement,
    check_response_rate,
    with_checks,
)
from scoring.threat import Threat
from tests.scoring.test_effect import STARTED, compared, design_of, means_panel, names, share_panel, world

DESIGN = design_of(names(13), names(2))
TREATED = (np.arange(13) < 2)[:, None]


def visits(moved, *, units=13):
    generator = np.random.default_rng(2)
    n = generator.poisson(300, (units, 19))
    return share_panel(n, generator.binomial(n, 0.2 + moved * STARTED * TREATED[:units]))


def hours(slower):
    generator = np.random.default_rng(3)
    return means_panel(
        generator.normal(20, 1, (13, 19)) + slower * STARTED * TREATED, np.full((13, 19), 80), variance=30
    )


def test_visits_that_moved_to_the_pilots_days_are_displacement():
    found = check_displacement(visits(0.1), DESIGN, at_least=10)

    assert (found.code, found.status) == ("displacement", "found")
    assert found.number == pytest.approx(0.1, abs=0.02)
    assert 0 < found.low < found.number < found.high


@pytest.mark.parametrize("moved", [0, -0.1])
def test_visits_that_did_not_move_there_are_none(moved):
    assert check_displacement(visits(moved), DESIGN, at_least=10).status == "not_found"


def test_matters_outside_the_pilot_that_became_slower_are_crowding_out():
    slower, same, faster = (check_crowding_out(hours(by), DESIGN, at_least=10) for by in (3, 0, -3))

    assert [each.status for each in (slower, same, faster)] == ["found", "not_found", "not_found"]
    assert slower.number == pytest.approx(3, abs=0.8)


def test_a_response_rate_that_changed_either_way_is_found():
    assert [check_response_rate(visits(by), DESIGN, at_least=10).status for by in (0.1, -0.1, 0)] == [
        "found",
        "found",
        "not_found",
    ]


def test_too_few_units_describe_and_nobody_to_compare_says_nothing():
    few = replace(DESIGN, comparison=names(5)[2:])
    nobody = replace(DESIGN, kind="none", comparison=())

    described = check_displacement(visits(0.1), few, at_least=10)
    assert described.status == "cannot_check"
    assert described.number == pytest.approx(0.1, abs=0.03)
    assert np.isnan(described.low)
    assert check_displacement(visits(0.1), nobody, at_least=10) == Threat("displacement", "cannot_check")
    assert check_crowding_out(hours(1), DESIGN, at_least=1000) == Threat("crowding_out", "cannot_check")


def test_a_triple_difference_checks_its_outside_against_other_units():
    triple = replace(DESIGN, kind="triple_procedures")

    assert check_crowding_out(hours(3), triple, at_least=10).status == "found"


def test_a_result_that_hangs_on_the_mix_of_matters_is_found():
    strong, none = (compared(world(np.random.default_rng(1), effect=by), [0, 1]) for by in (0.3, 0))

    assert check_case_mix(strong, strong) == Threat("mix_changed", "not_found", number=0)
    found = check_case_mix(strong, none)
    assert (found.code, found.status) == ("mix_changed", "found")
    assert found.number == pytest.approx(strong.difference.value - none.difference.value)
    few = compare_change(world(np.random.default_rng(1), units=4), design_of(names(4), names(1)), at_least=10)
    assert check_case_mix(few, few).status == "cannot_check"


def test_checks_that_were_made_stand_in_place_of_those_that_could_not_be():
    effect = compared(world(np.random.default_rng(1)), [0, 1])
    made = [Threat("displacement", "found", number=0.1), Threat("mix_changed", "not_found", number=0)]

    threats = with_checks(effect, made).threats

    assert {each.code for each in threats} == {each.code for each in effect.threats} | {"mix_changed"}
    assert threats[[each.code for each in threats].index("displacement")] is made[0]
    order = [each.status for each in threats]
    assert order == sorted(order, key=["found", "cannot_check", "not_found"].index)
