import math
from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.estimate import Estimate
from scoring.release import LEVELS, WITHHELD, Thresholds, hide_small, release_levels

START = datetime(2024, 1, 29)  # noqa: DTZ001, local times carry no zone here
UNIT_OF = {"a.1": "a", "a.2": "a", "b.1": "b"}


def entry(desk, session, day, half_hour, answers):
    """One slot of a cell: (desk, session, date, end, answers)."""
    date = START + timedelta(days=day)
    return desk, session, date, date + timedelta(minutes=30 * (half_hour + 1)), answers


entries = st.lists(
    st.tuples(
        st.sampled_from(sorted(UNIT_OF)),
        st.sampled_from([None, "sang-thu-bay"]),
        st.sampled_from([0, 1, 2, 3, 4, 32, 33]),  # 29 January to 2 February and 1 and 2 March: three months
        st.sampled_from([14, 15, 47]),
        st.integers(0, 13),
    ),
    max_size=40,
).map(lambda all_entries: [entry(*each) for each in all_entries])
looks = st.integers(0, 40 * 48).map(lambda half_hours: START + timedelta(minutes=30 * half_hours))


def levels_of(record, now, **settings_of_rule):
    columns = list(zip(*record, strict=True)) if record else [[]] * 5
    cells = {"desk": columns[0], "unit": [UNIT_OF[desk] for desk in columns[0]], "session": columns[1]}
    cells = {name: np.array(values, dtype=object) for name, values in cells.items()}
    times = [np.array(column, dtype="datetime64[s]") for column in columns[2:4]]
    return release_levels(cells, *times, list(columns[4]), now=now, **settings_of_rule)


def figures(record, released):
    """Answers that each figure rests on: (level, month, cell) → n."""
    shown = Counter()
    for (desk, session, date, _, answers), at in zip(record, released.tolist(), strict=True):
        names = {"desk": desk, "unit": UNIT_OF[desk], "session": session}
        for level, columns in enumerate(LEVELS):
            if 0 <= at <= level:
                shown[level, date.month, tuple(names[column] for column in columns)] += answers
    return shown


def recorded_by(record, now):
    """What the record held at that time: of a slot still open only half the answers."""
    return [(*rest, end, answers if end <= now else answers // 2) for *rest, end, answers in record]


@given(entries, looks, looks)
@settings(max_examples=300, deadline=None)
def test_between_two_looks_no_figure_moves_by_fewer_than_ten(record, one, other):
    first, second = sorted([one, other])
    seen_first = recorded_by(record, first)
    before = figures(seen_first, levels_of(seen_first, first))
    seen_second = recorded_by(record, second)
    after = figures(seen_second, levels_of(seen_second, second))
    assert all(after[cell] - before[cell] == 0 or after[cell] - before[cell] >= 10 for cell in before | after)


@given(entries, looks)
@settings(max_examples=300, deadline=None)
def test_a_coarser_figure_less_its_finer_ones_is_nothing_or_at_least_ten(record, now):
    shown = figures(record, levels_of(record, now))
    parent_of = {
        0: lambda cell: (cell[0],),
        1: lambda cell: (UNIT_OF[cell[0]],),
    }
    for level, parent in parent_of.items():
        rest = Counter({key[1:]: n for key, n in shown.items() if key[0] == level + 1})
        for (at, month, cell), n in shown.items():
            if at == level:
                rest[month, parent(cell)] -= n
        assert all(n == 0 or n >= 10 for n in rest.values())


@given(entries, looks, looks)
@settings(max_examples=200, deadline=None)
def test_what_was_released_stays_released_at_its_level(record, one, other):
    first, second = sorted([one, other])
    early = levels_of(recorded_by(record, first), first)
    late = levels_of(recorded_by(record, second), second)
    assert np.array_equal(early[early != WITHHELD], late[early != WITHHELD])


@given(entries, looks)
@settings(deadline=None)
def test_nothing_of_a_slot_still_open_is_released(record, now):
    released = levels_of(record, now)
    assert all(level == WITHHELD for level, entry_ in zip(released, record, strict=True) if entry_[3] > now)


@given(entries, looks, st.randoms())
@settings(deadline=None)
def test_the_order_of_the_record_does_not_matter(record, now, random):
    order = list(range(len(record)))
    random.shuffle(order)
    shuffled = levels_of([record[i] for i in order], now)
    assert np.array_equal(levels_of(record, now)[order], shuffled)


@given(entries)
@settings(deadline=None)
def test_when_a_month_is_over_fewer_than_ten_answers_of_a_unit_stay_withheld(record):
    released = levels_of(record, START + timedelta(days=400))
    withheld = Counter()
    for (desk, _, date, _, answers), level in zip(record, released, strict=True):
        withheld[UNIT_OF[desk], date.month] += answers * (level == WITHHELD)
    assert all(answers < 10 for answers in withheld.values())


def test_a_batch_is_full_with_the_tenth_answer_and_the_next_one_starts():
    record = [entry("a.1", None, 3, slot, answers) for slot, answers in enumerate([4, 5, 1, 12, 9, 0])]
    evening = START + timedelta(days=3, hours=23)
    assert levels_of(record, evening).tolist() == [0, 0, 0, 0, WITHHELD, WITHHELD]
    before_the_third_ended = START + timedelta(days=3, minutes=89)
    assert levels_of(record, before_the_third_ended).tolist() == [WITHHELD] * 6
    assert levels_of(record, before_the_third_ended + timedelta(minutes=1)).tolist() == [0, 0, 0, *[WITHHELD] * 3]


def test_what_one_slot_brought_stays_together_even_in_two_entries():
    record = [entry("a.1", None, 3, 1, 12), entry("a.1", None, 3, 1, 6), entry("a.1", None, 3, 2, 1)]
    assert levels_of(record, START + timedelta(days=4)).tolist() == [0, 0, WITHHELD]


def test_leftovers_of_a_month_are_put_together_by_desk_then_unit():
    record = [
        entry("a.1", None, 3, 1, 6),
        entry("a.1", "sang-thu-bay", 4, 1, 5),  # with the one above: 11 at the desk
        entry("a.2", None, 3, 1, 9),  # alone in its unit: the other desk's are a batch already
        entry("a.1", None, 32, 1, 9),  # another month
        entry("a.2", None, 32, 1, 3),  # with the one above: 12 of the unit
        entry("b.1", None, 32, 1, 9),  # another unit
    ]
    assert levels_of(record, START + timedelta(days=30)).tolist() == [WITHHELD] * 6
    assert levels_of(record, START + timedelta(days=200)).tolist() == [1, 1, WITHHELD, 2, 2, WITHHELD]


@given(entries, entries, looks)
@settings(deadline=None)
def test_questions_are_released_as_if_each_were_asked_alone(one, other, now):
    both = [(*rest, 0) for *rest, _ in one] + other
    answers = np.stack([[each[-1] for each in one] + [0] * len(other), [each[-1] for each in both]], axis=1)
    columns = list(zip(*both, strict=True)) if both else [[]] * 5
    cells = {"desk": columns[0], "unit": [UNIT_OF[desk] for desk in columns[0]], "session": columns[1]}
    cells = {name: np.array(values, dtype=object) for name, values in cells.items()}
    times = [np.array(column, dtype="datetime64[s]") for column in columns[2:4]]
    together = release_levels(cells, *times, answers.reshape(len(both), 2), now=now)
    alone = [release_levels(cells, *times, column, now=now) for column in answers.reshape(len(both), 2).T]
    assert np.array_equal(together, np.stack(alone, axis=1))


def test_a_slot_that_ends_at_midnight_belongs_to_the_month_it_began_in():
    record = [entry("a.1", None, 2, 47, 9), entry("a.1", "sang-thu-bay", 2, 46, 1)]
    at_midnight = datetime(2024, 2, 1)  # noqa: DTZ001 - local time, as the rule takes it
    assert levels_of(record, at_midnight - timedelta(seconds=1)).tolist() == [WITHHELD] * 2
    assert levels_of(record, at_midnight).tolist() == [1, 1]


def test_another_size_of_batch_and_other_levels_may_be_asked_for():
    record = [entry("a.1", None, 3, 1, 2), entry("a.2", None, 3, 1, 2)]
    by_unit = levels_of(record, START + timedelta(days=90), levels=[("unit",), ()], at_least=4)
    assert by_unit.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answers": [-1, 5]}, r"answers == \[-1, 5\], must be one row of whole numbers, 0 or more\."),
        ({"answers": [1.5, 5]}, r"answers == \[1\.5, 5\.0\], must be"),
        ({"answers": [1, 2, 3]}, r"local_dates\.shape == \(2,\), must be \(3,\)"),
        (
            {"slot_ends": ["2024-03-02T10:00", "2024-03-01T10:00"]},
            r"slot_ends == 2024-03-02T10:00:00, must be on 2024-03-01",
        ),
        ({"now": datetime(2024, 3, 2, tzinfo=UTC)}, r"must be local time without a zone\."),
        ({"at_least": 0}, r"at_least == 0, must be 1 or more\."),
        ({"levels": [("desk",), ("session",), ()]}, r"each cell of \('desk',\) must lie in one of \('session',\)"),
        ({"cells": {"desk": ["x"], "session": ["s", "t"]}}, r"cells have shape \(1,\), must be \(2,\)"),
    ],
)
def test_a_wrong_argument_is_refused_with_name_value_and_bound(change, message):
    arguments = {
        "cells": {"desk": ["x", "x"], "session": ["s", "t"]},
        "local_dates": ["2024-03-01", "2024-03-01"],
        "slot_ends": ["2024-03-01T10:00", "2024-03-01T10:00"],
        "answers": [5, 5],
        "now": datetime(2024, 4, 2),  # noqa: DTZ001 - local time, as the rule takes it
        "levels": [("desk", "session"), ("desk",), ()],
        **change,
    }
    with pytest.raises(ValueError, match=message):
        release_levels(**arguments)


@given(st.lists(st.integers(0, 40), max_size=12))
def test_hidden_cells_are_two_or_more_with_ten_answers_together_or_all_there_are(counts):
    numbers = np.array(counts, dtype=np.int64)
    hidden = hide_small(numbers)
    assert not ((numbers > 0) & (numbers < 10) & ~hidden).any()
    assert not hidden[numbers == 0].any()
    if numbers.sum() >= 10:
        assert hidden.sum() != 1
        assert numbers[hidden].sum() == 0 or numbers[hidden].sum() >= 10
    else:
        assert np.array_equal(numbers > 0, hidden)


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([30, 20, 10], [False, False, False]),
        ([30, 20, 9], [False, True, True]),
        ([3, 3, 20, 40], [True, True, True, False]),
        ([5, 5, 40], [True, True, False]),
        ([6], [True]),
        ([], []),
    ],
)
def test_the_smallest_cell_still_shown_hides_what_subtraction_would_give_away(counts, hidden):
    assert hide_small(np.array(counts, dtype=int)).tolist() == hidden


def test_hiding_refuses_what_is_no_count():
    with pytest.raises(ValueError, match=r"counts == \[-1, 4\], must be one row of whole numbers, 0 or more\."):
        hide_small([-1, 4])
    with pytest.raises(ValueError, match=r"at_least == 0, must be 1 or more\."):
        hide_small([1, 4], at_least=0)


@pytest.mark.parametrize(
    ("n", "half_width", "verdict"),
    [(0, math.nan, "hidden"), (9, 0.01, "hidden"), (10, 0.01, "weak"), (30, 0.051, "weak"), (30, 0.05, "enough")],
)
def test_a_number_is_hidden_weak_or_enough(n, half_width, verdict):
    assert Thresholds().verdict(Estimate(0.0, -half_width, half_width, n)) == verdict
