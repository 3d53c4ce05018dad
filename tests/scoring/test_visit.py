from datetime import date, datetime

import polars as pl
import pytest

from scoring.case_mix import case_mix_weights
from scoring.dossier import DOSSIER_SCHEMA, no_dossiers
from scoring.measures import Ratio
from scoring.office_hours import OfficeBook
from scoring.pilot import LOCAL
from scoring.visit import count_mix, counter_visits, response_rates
from scoring.working_time import working_clock

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=LOCAL)


def frame(*dossiers: dict) -> pl.DataFrame:
    known = {"unit": "a", "supplements": 0, "simulated": False}
    return pl.DataFrame([known | each for each in dossiers], schema=dict(DOSSIER_SCHEMA), orient="row")


DOSSIERS = frame(
    {
        "channel": "counter",
        "returned": "counter",
        "received": at(5, 8),
        "finished": at(6, 14),
        "field": "land",
        "desk": "1",
    },
    {"channel": "counter", "returned": "post", "received": at(5, 9), "finished": at(6, 14), "field": "civil"},
    {
        "channel": "online",
        "returned": "counter",
        "received": at(5, 9),
        "finished": at(6, 15),
        "field": "land",
        "desk": "1",
    },
    {"channel": "counter", "received": at(10, 9), "desk": "2"},  # a Saturday, not finished
    {"channel": "online", "returned": "online", "received": at(5, 9), "finished": at(6, 15), "field": "land"},
)


def test_a_visit_is_a_dossier_received_at_the_counter_or_a_result_that_left_there():
    visits = counter_visits(DOSSIERS).sort("at", "act")
    assert visits.select("at", "act", pl.col("field").cast(pl.String)).rows() == [
        (at(5, 8), "received", "land"),
        (at(5, 9), "received", "civil"),
        (at(6, 14), "returned", "land"),
        (at(6, 15), "returned", "land"),
        (at(10, 9), "received", None),
    ]
    assert counter_visits(no_dossiers()).height == 0


def test_the_case_mix_counts_all_visits_on_every_margin():
    visits = counter_visits(DOSSIERS)
    mix = count_mix(visits, working_clock(DOSSIERS, OfficeBook()))
    assert mix == {
        "field": {"": 1, "civil": 1, "land": 3},
        "desk": {"": 1, "1": 3, "2": 1},
        "half_day": {"afternoon": 2, "morning": 3},
    }
    weighted = case_mix_weights({"half_day": ["morning", "afternoon"]}, {"half_day": mix["half_day"]}, at_least=1)
    assert weighted.weighting.weights == pytest.approx([1.2, 0.8])


def test_the_response_rate_is_answers_of_visits_by_unit_and_month():
    found = response_rates({("b", OCTOBER): 3}, {("b", OCTOBER): 30, ("a", OCTOBER): 10, ("a", NOVEMBER): 0})
    assert found.rates == {("a", OCTOBER): Ratio(0, 10), ("b", OCTOBER): Ratio(3, 30)}
    assert found.faults == ()
    assert found.together() == Ratio(3, 40)


def test_everybody_answered_is_a_rate_and_one_more_is_a_fault_named_with_unit_month_and_both_numbers():
    found = response_rates(
        {("a", OCTOBER): 10, ("b", OCTOBER): 11, ("b", NOVEMBER): 2, ("c", OCTOBER): 1},
        {("a", OCTOBER): 10, ("b", OCTOBER): 10, ("b", NOVEMBER): 10},
        simulated=True,
    )
    assert found.rates == {("a", OCTOBER): Ratio(10, 10, simulated=True), ("b", NOVEMBER): Ratio(2, 10, simulated=True)}
    assert list(map(str, found.faults)) == [
        "b, 10/2026: 11 answers of 10 counter visits, must be no more",
        "c, 10/2026: 1 answers of 0 counter visits, must be no more",
    ]
    assert found.together() == Ratio(12, 20, simulated=True)


@pytest.mark.parametrize("answers", [{}, {("a", OCTOBER): 1}])
def test_without_visits_there_is_no_rate(answers):
    assert response_rates(answers, {}).together() == Ratio(0, 0)
