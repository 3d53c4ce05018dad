from dataclasses import replace

import numpy as np
import pytest

from scoring.clustered import clustered_errors
from scoring.difference_in_differences import difference_in_differences
from tests.scoring.test_effect import MONTHS, STARTED, compared, design_of, names, share_panel, world

DESIGN = design_of(names(13), names(2))


def test_in_a_full_table_the_value_is_that_of_the_permutation():
    panel = world(np.random.default_rng(2), effect=0.1)

    found, effect = clustered_errors(panel, DESIGN, at_least=10), compared(panel, [0, 1])

    assert found.cr1.estimate.value == pytest.approx(effect.difference.value)
    assert found.wild.value == pytest.approx(effect.difference.value)
    assert (found.cr1.clusters, found.cr1.treated_clusters, found.few) == (13, 2, True)


def test_six_on_each_side_are_not_few():
    found = clustered_errors(world(np.random.default_rng(2)), design_of(names(13), names(6)), at_least=10)

    assert not found.few


def test_months_of_too_few_answers_are_no_part_of_it():
    panel = world(np.random.default_rng(3))
    n = panel.n.copy()
    n[5, 3] = 9
    short = share_panel(n, np.minimum(panel.total, n))

    found = clustered_errors(short, DESIGN, at_least=10)

    means = panel.means(at_least=10).ravel()
    kept = np.arange(means.size) != 5 * 19 + 3
    unit, month = (index.ravel()[kept] for index in np.indices(panel.n.shape))
    treated = (unit < 2) & STARTED[month]
    expected = difference_in_differences(means[kept], treated.astype(int), unit=unit, period=month)
    assert found.cr1 == expected


def test_a_triple_difference_explains_the_gap():
    generator = np.random.default_rng(4)
    inside, outside = world(generator, effect=0.1), world(generator)

    found = clustered_errors(inside, replace(DESIGN, kind="triple_procedures"), at_least=10, outside=outside)

    gaps = inside.means(at_least=10) - outside.means(at_least=10)
    change = gaps[:, STARTED].mean(axis=1) - gaps[:, ~STARTED].mean(axis=1)
    assert found.cr1.estimate.value == pytest.approx(change[:2].mean() - change[2:].mean())


def test_nothing_to_compare_is_none():
    panel = world(np.random.default_rng(5))
    within = replace(DESIGN, kind="other_procedures", comparison=())
    silent = panel.n.copy()
    silent[:2] = 0

    assert clustered_errors(panel, within, at_least=10, outside=panel) is None
    assert clustered_errors(panel, design_of(names(13), names(13)), at_least=10) is None
    assert clustered_errors(share_panel(silent, np.zeros((13, len(MONTHS)))), DESIGN, at_least=10) is None
    assert clustered_errors(panel.only(names(13), MONTHS[:12]), DESIGN, at_least=10) is None


def test_a_design_and_its_second_panel_belong_together():
    panel = world(np.random.default_rng(1))

    with pytest.raises(ValueError, match="outside: must be left out"):
        clustered_errors(panel, DESIGN, at_least=10, outside=panel)
