from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from scoring.design import Window
from scoring.effect import compare_change
from scoring.event_study import event_study
from tests.scoring.test_effect import MONTHS, STARTED, design_of, names, world
from tests.scoring.test_staggered import means_panel

DESIGN = design_of(names(13), names(2))


def test_over_all_months_it_is_the_difference_of_changes_and_each_month_is_shown():
    panel = world(np.random.default_rng(4), effect=0.15)

    study, effect = event_study(panel, DESIGN, at_least=10), compare_change(panel, DESIGN, at_least=10)

    assert study.overall.value == pytest.approx(effect.difference.value)
    assert (study.candidates, study.smallest_p) == (effect.candidates, effect.smallest_p)
    assert [each.event for each in study.by_event] == list(range(-12, 7))
    assert np.mean([each.estimate.value for each in study.by_event if each.event < 0]) == pytest.approx(0)
    assert study.verdict == "rose"
    assert study.pre_trend_p > 0.05


def test_sides_that_were_drifting_apart_already_are_seen_before_the_start():
    means = np.random.default_rng(1).normal(0, 0.3, (13, 19))
    means[:2] += 0.3 * np.arange(19)

    assert event_study(means_panel(means), DESIGN, at_least=10).pre_trend_p <= 0.05


def test_a_month_that_the_window_leaves_out_is_on_neither_side():
    window = Window(MONTHS[0], MONTHS[11], MONTHS[12], date(2024, 10, 1))
    means = np.random.default_rng(1).normal(0, 0.3, (13, 19))
    means[:2] += 5.0 * STARTED
    means[:2, 11] = 99

    study = event_study(means_panel(means), replace(DESIGN, window=window), at_least=10)

    assert study.overall.value == pytest.approx(5, abs=0.5)
    assert MONTHS[11] not in {cell.month for cell in study.cells}


@pytest.mark.parametrize(
    "design",
    [
        design_of(names(13), names(13)),
        replace(design_of(names(13), names(13)), kind="other_procedures"),
        replace(DESIGN, kind="triple_weekdays"),
    ],
    ids=lambda design: design.kind,
)
def test_a_design_without_other_units_has_no_event_study(design):
    with pytest.raises(ValueError, match=f"design.kind == '{design.kind}', must compare other units"):
        event_study(world(np.random.default_rng(3)), design, at_least=10)
