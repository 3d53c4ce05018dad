"""Ten dossiers of one unit and a few of another, every count worked by hand."""

import math
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.dossier import DOSSIER_SCHEMA, DossierFaults, no_dossiers
from scoring.measures import Ratio
from scoring.office_hours import OfficeBook
from scoring.pilot import LOCAL
from scoring.service import (
    COUNTER_VISITS,
    SHARES,
    WAITING_HOURS,
    count_service,
    describe_waiting,
    service_panel,
    service_ratio,
)
from scoring.working_time import working_clock

BOOK = OfficeBook()
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


def at(day: int, hour: int, minute: int = 0, *, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LOCAL)


def dossier(**known) -> dict:
    return {
        "unit": "a",
        "channel": "counter",
        "received": at(5, 8),
        "supplements": 0,
        "simulated": False,
        **known,
    }


def frame(*dossiers: dict) -> pl.DataFrame:
    return pl.DataFrame(list(dossiers), schema=dict(DOSSIER_SCHEMA), orient="row")


def counted(dossiers: pl.DataFrame, **group) -> dict[str, tuple[float, float]]:
    """total and n by measure."""
    counts = count_service(dossiers, BOOK).filter(**group)
    return {measure: (total, n) for measure, total, n in counts.select("measure", "total", "n").iter_rows()}


# Monday 5/10/2026 is an ordinary day.
MONDAY = frame(
    # the same day, before its due day: 2 hours
    dossier(due=at(6, 17), finished=at(5, 10), returned="counter", digitised=True),
    # the same day, on its due day: 8:00–11:30, 13:30–14:00
    dossier(due=at(5, 17), finished=at(5, 14), returned="counter", digitised=False),
    # the next day, on time to the minute: 3.5 + 3.5 + 0.5
    dossier(due=at(6, 8), finished=at(6, 8), returned="post", supplements=2),
    # the next day, a minute late, online and paid so
    dossier(due=at(6, 8), finished=at(6, 8, 1), channel="online", returned="online", paid_online=True),
    # late by a day
    dossier(due=at(6, 17), finished=at(7, 8), channel="online", paid_online=False),
    # no due date
    dossier(finished=at(5, 8), supplements=1),
    # not finished yet
    dossier(due=at(6, 17), channel="post"),
    # received in September, finished in October
    dossier(received=at(30, 16, month=9), due=at(1, 9), finished=at(1, 8), returned="counter"),
)


def test_shares_of_what_was_finished_count_in_the_month_of_finishing():
    assert {name: each for name, each in counted(MONDAY, month=OCTOBER).items() if name in SHARES} == {
        "on_time": (4, 6),
        "early": (1, 6),
        "same_day": (3, 7),
        "supplement": (2, 7),
        "online": (2, 7),
        "paid_online": (1, 2),
        "digitised": (1, 2),
    }


def test_how_a_dossier_came_counts_in_the_month_of_its_receipt():
    assert counted(MONDAY, month=SEPTEMBER) == {"online": (0, 1), COUNTER_VISITS: (1, 1)}


def test_visits_are_what_was_received_at_the_counter_and_what_was_returned_there():
    assert counted(MONDAY, month=OCTOBER)[COUNTER_VISITS] == (4 + 3, 7)


def test_waiting_is_counted_in_working_hours_with_what_a_panel_needs():
    hours = [2, 4, 7.5, 7.5 + 1 / 60, 15, 0, 1 + 0.5]
    counts = count_service(MONDAY, BOOK).filter(measure=WAITING_HOURS)
    assert counts.select("month", "n").rows() == [(OCTOBER, 7)]
    assert counts["total"][0] == pytest.approx(sum(hours))
    assert counts["squares"][0] == pytest.approx(sum(each**2 for each in hours))


def test_mean_median_and_the_ninetieth_percentile_of_waiting():
    """Sorted hours 0, 1.5, 2, 4, 7.5, 7.5167, 15: the median is the fourth, R's type 7 at 0.9 lies 0.4 past the sixth."""
    clock = working_clock(MONDAY, BOOK)
    (row,) = describe_waiting(MONDAY, clock, at_least=7).to_dicts()
    assert (row["unit"], row["month"], row["n"], row["median"]) == ("a", OCTOBER, 7, 4)
    assert row["mean"] == pytest.approx((37.5 + 1 / 60) / 7)
    assert row["p90"] == pytest.approx(7.5 + 1 / 60 + 0.4 * (15 - 7.5 - 1 / 60))
    (hidden,) = describe_waiting(MONDAY, clock).to_dicts()
    assert (hidden["n"], hidden["mean"], hidden["median"], hidden["p90"]) == (7, None, None, None)


def test_a_share_of_fewer_than_ten_dossiers_is_not_shown():
    counts = count_service(MONDAY, BOOK)
    assert service_ratio(counts, "on_time") == Ratio(0, 0)
    assert service_ratio(counts, "on_time", at_least=6) == Ratio(4, 6)
    twice = pl.concat([counts, counts])
    assert service_ratio(twice, "on_time") == Ratio(8, 12)
    assert service_ratio(counts.clear(), "on_time", at_least=0) == Ratio(0, 0)


def test_nobody_and_nothing_finished():
    assert count_service(no_dossiers(), BOOK).height == 0
    open_only = frame(dossier(), dossier(channel=None))
    assert counted(open_only) == {"online": (0, 1), COUNTER_VISITS: (1, 1)}
    assert describe_waiting(open_only, working_clock(open_only, BOOK)).height == 0


def test_groups_may_be_procedures_or_days_of_the_week():
    mixed = frame(
        dossier(procedure="birth", finished=at(5, 9), due=at(5, 17)),
        dossier(procedure="birth", finished=at(8, 9), due=at(5, 17)),
        dossier(procedure="land", finished=at(5, 9), due=at(5, 17), simulated=True),
        dossier(unit="b", finished=at(5, 9), due=at(5, 17)),
    )
    found = count_service(mixed, BOOK, by=("unit", "procedure")).filter(measure="on_time")
    assert found.select("unit", "procedure", "total", "n", "simulated").rows() == [
        ("a", "birth", 1, 2, False),
        ("a", "land", 1, 1, True),
        ("b", None, 1, 1, False),
    ]


def test_a_panel_of_on_time_and_of_waiting_has_a_row_a_unit_and_a_column_a_month():
    both = pl.concat([MONDAY, MONDAY.with_columns(unit=pl.lit("b").cast(pl.Categorical))])
    later = frame(dossier(unit="b", received=at(2, 8, month=11), finished=at(2, 9, month=11), due=at(2, 8, month=11)))
    counts = count_service(pl.concat([both, later]), BOOK)
    panel = service_panel(counts, "on_time")
    assert (panel.units, panel.months) == (("a", "b"), (OCTOBER, date(2026, 11, 1)))
    assert (panel.n.tolist(), panel.total.tolist()) == ([[6, 0], [6, 1]], [[4, 0], [4, 0]])
    assert panel.bounds == (0, 1)
    waiting = service_panel(counts, WAITING_HOURS)
    assert waiting.bounds == (0, math.inf)
    assert waiting.means(at_least=7)[:, 0] == pytest.approx([(37.5 + 1 / 60) / 7] * 2)
    with pytest.raises(ValueError, match=r"measure == 'counter_visits', must be one of on_time, .*, waiting_hours"):
        service_panel(counts, COUNTER_VISITS)
    with pytest.raises(ValueError, match=r"measure == 'waiting_hours', must be one of on_time"):
        service_ratio(counts, WAITING_HOURS)


def test_what_is_no_dossier_frame_is_refused():
    with pytest.raises(DossierFaults, match="finished, row 0"):
        count_service(frame(dossier(finished=at(4, 8))), BOOK)


# Laws

some = st.lists(
    st.builds(
        lambda unit, start, length, due, supplements: dossier(
            unit=unit,
            received=at(1, 8, month=9) + timedelta(hours=start),
            finished=None if length is None else at(1, 8, month=9) + timedelta(hours=start + length),
            due=None if due is None else at(1, 8, month=9) + timedelta(hours=start + due),
            supplements=supplements,
        ),
        st.sampled_from("ab"),
        st.integers(0, 1500),
        st.none() | st.integers(0, 300),
        st.none() | st.integers(0, 300),
        st.integers(0, 2),
    ),
    max_size=25,
)


@given(some, some)
def test_counts_of_two_parts_add_up_to_those_of_the_whole(one, other):
    keys = ["unit", "month", "measure"]
    parts = pl.concat([count_service(frame(*one), BOOK), count_service(frame(*other), BOOK)])
    added = parts.group_by(keys).agg(pl.col("n", "total", "squares").sum()).sort(keys)
    whole = count_service(frame(*one, *other), BOOK).drop("simulated").sort(keys)
    assert added.select(*keys, "n").equals(whole.select(*keys, "n"))
    np.testing.assert_allclose(added.select("total", "squares"), whole.select("total", "squares"))


@given(some)
def test_whatever_is_early_is_on_time_and_no_share_is_above_one(dossiers):
    counts = count_service(frame(*dossiers), BOOK)
    wide = counts.pivot("measure", index=["unit", "month"], values="total")
    if {"early", "on_time"} <= set(wide.columns):
        assert (wide["early"].fill_null(0) <= wide["on_time"].fill_null(0)).all()
    shares = counts.filter(pl.col("measure").is_in(list(SHARES)))
    assert (shares["total"] <= shares["n"]).all()


@given(some, st.randoms())
def test_neither_the_order_of_dossiers_nor_the_names_of_units_change_a_count(dossiers, random):
    shuffled = [{**each, "unit": {"a": "z", "b": "y"}[each["unit"]]} for each in dossiers]
    random.shuffle(shuffled)
    renamed = count_service(frame(*shuffled), BOOK).with_columns(pl.col("unit").replace({"z": "a", "y": "b"}))
    plain, keys = count_service(frame(*dossiers), BOOK), ["unit", "month", "measure", "n"]
    assert renamed.sort(keys).select(keys).equals(plain.sort(keys).select(keys))
