"""Whose answers may be told apart: by hand, and by trying every combination of what is shown."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import people_told


def test_a_person_alone_at_a_desk_all_month_is_told():
    assert people_told({(1, "an"): 10, (2, "an"): 14}) == {"an"}


def test_two_who_took_turns_by_half_days_are_told_once_enough_of_both_lie_in_every_batch_together():
    mixed = {(batch, person): 5 for batch in range(2) for person in ("an", "binh")}
    assert people_told(mixed) == {"an", "binh"}  # 2 × min(5, 5) == 10 answers are left over at least


def test_one_of_two_is_not_told_while_the_others_few_answers_would_be_left_over():
    assert people_told({(1, "an"): 30, (1, "binh"): 9}) == frozenset()
    assert people_told({(1, "an"): 30, (1, "binh"): 10}) == {"an", "binh"}


def test_few_answers_that_are_nobodys_alone_are_not_given_away_by_the_rest():
    assert people_told({(1, "an"): 12, (1, ""): 3}) == frozenset()
    assert people_told({(1, "an"): 12, (1, ""): 12}) == {"an"}


def test_fewer_than_ten_of_ones_own_are_never_told():
    assert people_told({(1, "an"): 9, (2, "binh"): 40}) == {"binh"}
    assert people_told({}) == frozenset()


@pytest.mark.parametrize(("atoms", "at_least"), [({(1, "an"): -1}, 10), ({}, 0)])
def test_what_are_no_counts_is_refused(atoms, at_least):
    with pytest.raises(ValueError, match="must"):
        people_told(atoms, at_least=at_least)


PEOPLE = ("an", "binh", "chi", "")
counts = st.dictionaries(st.tuples(st.integers(0, 3), st.sampled_from(PEOPLE)), st.integers(0, 14), max_size=12)


@given(counts)
def test_no_addition_or_subtraction_of_what_is_shown_is_about_fewer_than_ten(atoms):
    """Every weight of −2…2 on each shown sum and each batch; what is left with a weight other than 0 is what it is about."""
    told = sorted(people_told(atoms))
    batches = sorted({batch for batch, _ in atoms})
    weights = range(-2, 3)
    for of_people in itertools.product(weights, repeat=len(told)):
        if not any(of_people):
            continue
        weight = dict(zip(told, of_people, strict=True))
        # Each batch's own weight is chosen to leave as little over as it can.
        left = sum(
            min(
                sum(n for (at, person), n in atoms.items() if at == batch and weight.get(person, 0) + own != 0)
                for own in range(-2, 3)
            )
            for batch in batches
        )
        assert left == 0 or left >= 10
