import numpy as np
import pytest

from scoring.start_sets import count_start_sets, list_start_sets, reachable_start_p


@pytest.mark.parametrize(("sizes", "ways"), [([2, 11], 78), ([1, 1, 1], 6), ([2, 3, 8], 12870), ([4], 1)])
def test_ways_to_hand_out_the_same_starts(sizes, ways):
    waves = np.repeat(np.arange(len(sizes)), sizes)

    sets = list_start_sets(waves, most=20_000, seed=1)

    assert count_start_sets(sizes) == ways == len(sets.waves) == len(np.unique(sets.waves, axis=0))
    assert (sets.waves[0] == waves).all()
    assert (np.sort(sets.waves, axis=1) == np.sort(waves)).all()


def test_many_ways_are_sampled_with_the_real_one_first():
    waves = np.array([2, 0, 1] * 10)

    sets = list_start_sets(waves, most=300, seed=5)

    assert (sets.exact, sets.waves.shape) == (False, (301, 30))
    assert (sets.waves[0] == waves).all()
    assert (np.sort(sets.waves, axis=1) == np.sort(waves)).all()


@pytest.mark.parametrize(("sizes", "p"), [([2, 11], 1 / 78), ([3, 3], 2 / 20), ([1, 1, 1], 1 / 6), ([4], 1)])
def test_the_smallest_p_of_these_waves(sizes, p):
    assert reachable_start_p(sizes) == p
