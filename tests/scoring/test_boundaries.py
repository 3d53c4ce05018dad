"""Series on new and on old boundaries: nobody lost, nobody twice, and what cannot be divided said."""

from collections import Counter
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Succession, UnitSpan, count_answers, new_boundaries, old_boundaries, panel_of_counts

CHANGE = date(2025, 7, 1)
JUNE, JULY = date(2025, 6, 1), CHANGE


def old(*codes):
    return [UnitSpan(code, ends=CHANGE) for code in codes]


def new(*codes):
    return [UnitSpan(code, CHANGE) for code in codes]


def main(*pairs):
    return [Succession(*pair, "main") for pair in pairs]


def partial(*pairs):
    return [Succession(*pair, "partial") for pair in pairs]


TAN_HONG = old("sa-rai", "binh-phu", "tan-cong-chi", "thong-binh", "tan-thanh-a") + new("29926", "29938")
TAN_HONG_LINKS = main(
    ("sa-rai", "29926"),
    ("binh-phu", "29926"),
    ("tan-cong-chi", "29926"),
    ("thong-binh", "29938"),
    ("tan-thanh-a", "29938"),
)
SPLIT = old("a", "b", "c") + new("x", "y")
SPLIT_LINKS = main(("a", "x"), ("b", "x"), ("c", "y")) + partial(("b", "y"))
"""b went to x for the most part and to y for a little: what its people said is of x alone."""


def test_on_new_boundaries_old_communes_are_added_into_their_successor():
    found = new_boundaries(TAN_HONG, TAN_HONG_LINKS)
    assert dict(found.members) == {
        "29926": ("29926", "binh-phu", "sa-rai", "tan-cong-chi"),
        "29938": ("29938", "tan-thanh-a", "thong-binh"),
    }
    assert found.whole == ("binh-phu", "sa-rai", "tan-cong-chi", "tan-thanh-a", "thong-binh")
    assert (found.in_part, found.apart, found.partial) == ((), (), ())


def test_a_split_unit_goes_to_its_main_successor_alone_and_is_named():
    found = new_boundaries(SPLIT, SPLIT_LINKS)
    assert dict(found.members) == {"x": ("a", "b", "x"), "y": ("c", "y")}
    assert (found.whole, found.in_part, found.apart) == (("a", "c"), ("b",), ())
    assert found.partial == (Succession("b", "y", "partial"),)


@pytest.mark.parametrize(
    "links", [main(("a", "x"), ("a", "y")), partial(("a", "x")), partial(("a", "x"), ("a", "y")), []]
)
def test_a_unit_with_two_main_successors_or_none_stays_apart_and_is_named(links):
    found = new_boundaries(old("a", "b") + new("x", "y"), [*links, *main(("b", "x"))])
    assert found.place["a"] == "a"
    assert (found.whole, found.apart) == (("b",), ("a",))
    assert found.partial == tuple(links)


def test_a_unit_is_followed_through_a_later_change_as_well():
    later = date(2030, 1, 1)
    units = [*old("a"), UnitSpan("x", CHANGE, later), UnitSpan("p", later), UnitSpan("q", later)]
    found = new_boundaries(units, main(("a", "x"), ("x", "p")) + partial(("x", "q")))
    assert dict(found.members) == {"p": ("a", "p", "x"), "q": ("q",)}
    assert found.in_part == ("a", "x"), "nobody knows of whom in a the part that went to q was"


def test_on_old_boundaries_units_that_share_a_successor_are_one_group_before_and_after():
    found = old_boundaries(TAN_HONG, TAN_HONG_LINKS)
    assert dict(found.members) == {
        "binh-phu+sa-rai+tan-cong-chi": ("29926", "binh-phu", "sa-rai", "tan-cong-chi"),
        "tan-thanh-a+thong-binh": ("29938", "tan-thanh-a", "thong-binh"),
    }


def test_on_old_boundaries_a_split_unit_joins_the_groups_of_all_its_successors():
    assert dict(old_boundaries(SPLIT, SPLIT_LINKS).members) == {"a+b+c": ("a", "b", "c", "x", "y")}


def test_a_unit_that_was_only_renamed_is_a_series_of_its_own_on_either_boundaries():
    units, links = old("a") + new("x"), main(("a", "x"))
    assert dict(new_boundaries(units, links).members) == {"x": ("a", "x")}
    assert dict(old_boundaries(units, links).members) == {"a": ("a", "x")}


def answers(*rows):
    """A tally of one question by unit and month; rows of unit, month, answers, satisfied."""
    frame = pl.DataFrame(
        [(unit, month, 5 if i < satisfied else 1) for unit, month, n, satisfied in rows for i in range(n)],
        schema={"unit": pl.String, "month": pl.Date, "q": pl.Int8},
        orient="row",
    )
    return count_answers(frame, ["q"], by=("unit", "month"), values=(0, 0, 0, 1, 1))


def test_a_tally_by_unit_and_month_is_regrouped_with_its_counts_people_and_moments():
    tally = answers(("a", JUNE, 10, 8), ("b", JUNE, 20, 20), ("c", JUNE, 5, 0), ("x", JULY, 12, 6), ("y", JULY, 7, 7))
    found = new_boundaries(SPLIT, SPLIT_LINKS).regroup(tally)
    assert found.groups == (("x", JUNE), ("x", JULY), ("y", JUNE), ("y", JULY))
    assert found.satisfied().ravel().tolist() == [28, 6, 0, 7]
    assert found.respondents.tolist() == [30, 12, 5, 7]
    assert found.moments.total.ravel().tolist() == [28, 6, 0, 7]
    together = old_boundaries(SPLIT, SPLIT_LINKS).regroup(tally)
    assert dict(zip(together.groups, together.respondents.tolist(), strict=True)) == {
        ("a+b+c", JUNE): 35,
        ("a+b+c", JULY): 19,
    }


def test_a_panel_is_regrouped_alike():
    groups = [("a", JUNE), ("b", JUNE), ("c", JUNE), ("x", JULY), ("y", JULY)]
    panel = panel_of_counts(groups, [[2, 8], [0, 20], [5, 0], [6, 6], [0, 7]], (0, 1))
    found = new_boundaries(SPLIT, SPLIT_LINKS).regroup_panel(panel)
    assert (found.units, found.months, found.bounds) == (("x", "y"), (JUNE, JULY), (0.0, 1.0))
    assert found.n.tolist() == [[30, 12], [5, 7]]
    assert found.total.tolist() == [[28, 6], [0, 7]]
    assert found.squares.tolist() == [[28, 6], [0, 7]]


def test_a_tally_that_was_not_counted_by_unit_is_refused():
    with pytest.raises(ValueError, match="column == 'unit', must be of"):
        new_boundaries([], []).regroup(answers(("a", JUNE, 1, 1)).merged(["month"]))


@pytest.mark.parametrize(
    ("units", "links", "said"),
    [
        (old("a", "a"), [], "units has 'a' twice"),
        (old("a"), main(("a", "x")), "links names 'x'"),
        (new("x", "y"), main(("x", "y")), "links follows 'x', must follow units that ended"),
        (old("a", "b"), main(("a", "b")), "must lead to a unit that outlived it"),
        (old("a") + new("x"), main(("a", "x")) * 2, "links has 'a' → 'x' twice"),
        (old("a") + new("x"), [Succession("a", "x", "half")], "part == 'half'"),
    ],
)
def test_links_that_cannot_be_are_refused_with_the_reason(units, links, said):
    for make in (new_boundaries, old_boundaries):
        with pytest.raises(ValueError, match=said):
            make(units, links)


@st.composite
def changes(draw):
    """Old units, new ones, some that stay, and any links from old to new."""
    olds = [f"o{i}" for i in range(draw(st.integers(0, 6)))]
    news = [f"n{i}" for i in range(draw(st.integers(1, 4)))]
    stay = [f"s{i}" for i in range(draw(st.integers(0, 2)))]
    pairs = draw(st.lists(st.tuples(st.sampled_from(olds), st.sampled_from(news)), unique=True)) if olds else []
    links = [Succession(*pair, draw(st.sampled_from(["main", "partial"]))) for pair in pairs]
    return old(*olds) + new(*news) + [UnitSpan(code) for code in stay], links


@st.composite
def changes_with_counts(draw):
    units, links = draw(changes())
    rows = [
        (unit.code, month, n, draw(st.integers(0, n)))
        for unit in units
        for month in (JUNE, JULY)
        if (n := draw(st.integers(0, 5)))
    ]
    return units, links, rows


MAKERS = pytest.mark.parametrize("make", [new_boundaries, old_boundaries], ids=["new", "old"])


@MAKERS
@given(changes_with_counts())
def test_every_answer_is_counted_exactly_once_and_the_totals_of_each_month_stay(make, change):
    units, links, rows = change
    found, tally = make(units, links), answers(*rows)
    assert Counter(unit for units in found.members.values() for unit in units) == Counter(list(found.place))
    regrouped = found.regroup(tally)
    assert regrouped.merged(["month"]).same_as(tally.merged(["month"]))
    for code, members in found.members.items():
        assert regrouped.only(unit=code).merged().same_as(tally.only(unit=set(members)).merged())
    panel = panel_of_counts(tally.groups, tally.counts[:, 0, :], (0, 0, 0, 1, 1))
    again = found.regroup_panel(panel)
    for name in ("n", "total", "squares"):
        assert np.array_equal(getattr(again, name).sum(axis=0), getattr(panel, name).sum(axis=0))


@MAKERS
@given(changes_with_counts())
def test_where_nothing_changed_nothing_is_regrouped(make, change):
    units, _, rows = change
    found = make([UnitSpan(unit.code, unit.starts) for unit in units], [])
    assert dict(found.place) == {unit.code: unit.code for unit in units}
    assert (found.whole, found.in_part, found.apart) == ((), (), ())
    assert found.regroup(answers(*rows)).same_as(answers(*rows))


@given(changes())
def test_every_ended_unit_is_named_once_and_old_groups_hold_whole_new_ones(change):
    units, links = change
    ended = {unit.code for unit in units if unit.ends}
    after, before = new_boundaries(units, links), old_boundaries(units, links)
    assert Counter((*after.whole, *after.in_part, *after.apart)) == Counter(ended)
    for link in links:
        assert before.place[link.old] == before.place[link.new], "what shares a successor is never told apart"
    for members in after.members.values():
        assert len({before.place[unit] for unit in members}) == 1, "a series of today lies in one group of before"


@given(changes_with_counts())
def test_regrouping_twice_is_regrouping_once(change):
    units, links, rows = change
    found = new_boundaries(units, links)
    once = found.regroup(answers(*rows))
    assert found.regroup(once).same_as(once)
