from datetime import date, time

import polars as pl

from scoring import Session, SessionOutcome
from survey_app.reading import ServiceMeasure
from survey_app.service_measures import FROM_DOSSIERS, INFERRED, SIMULATED, measure_services

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def counts(*rows: tuple) -> pl.DataFrame:
    schema = {
        "unit": pl.String,
        "month": pl.Date,
        "measure": pl.String,
        "n": pl.Int64,
        "total": pl.Float64,
        "squares": pl.Float64,
        "simulated": pl.Boolean,
    }
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def outcome(unit: str, day: date, state: str, *, planned: bool = True) -> SessionOutcome:
    return SessionOutcome(Session("p", unit, day, time(7, 30), time(11, 30)), state, "recorded", 0, 0, planned=planned)


def recorded(unit: str, month: date, measure: str) -> ServiceMeasure:
    return ServiceMeasure(unit, month, measure, 1, 2, simulated=False, source="Sổ")


def test_shares_and_visits_are_those_of_the_dossiers():
    found = measure_services(
        counts(
            ("a", OCTOBER, "on_time", 20, 18.0, 18.0, False),
            ("a", OCTOBER, "counter_visits", 31, 31.0, 31.0, True),
            ("a", OCTOBER, "waiting_hours", 20, 90.0, 700.0, False),
        ),
        (),
        (),
        simulated=False,
    )
    assert found == (
        ServiceMeasure("a", OCTOBER, "counter_visits", 31, 1, simulated=True, source=SIMULATED),
        ServiceMeasure("a", OCTOBER, "on_time", 18, 20, simulated=False, source=FROM_DOSSIERS),
    )


def test_monthly_counts_stand_only_where_their_units_month_has_no_dossiers():
    found = measure_services(
        counts(("a", OCTOBER, "on_time", 20, 18.0, 18.0, False)),
        (),
        [
            recorded("a", OCTOBER, "on_time"),
            recorded("a", OCTOBER, "online"),
            recorded("a", NOVEMBER, "on_time"),
            recorded("b", OCTOBER, "on_time"),
            recorded("a", OCTOBER, "months_taken_part"),
        ],
        simulated=False,
    )
    assert [(each.unit, each.month.month, each.measure, each.numerator) for each in found] == [
        ("a", 10, "months_taken_part", 1),
        ("a", 10, "on_time", 18),
        ("b", 10, "on_time", 1),
        ("a", 11, "on_time", 1),
    ]


def test_sessions_held_are_those_shown_of_all_planned_in_months_of_which_anything_is_known():
    found = measure_services(
        counts(),
        [
            outcome("a", date(2026, 10, 3), "held"),
            outcome("a", date(2026, 10, 10), "missed"),
            outcome("a", date(2026, 10, 17), "unknown"),
            outcome("a", date(2026, 10, 18), "held", planned=False),
            outcome("a", date(2026, 11, 7), "unknown"),
            outcome("b", date(2026, 10, 3), "missed"),
            outcome("c", date(2026, 10, 3), "held"),
        ],
        [recorded("c", OCTOBER, "sessions_held")],
        simulated=False,
    )
    assert found == (
        ServiceMeasure("a", OCTOBER, "sessions_held", 1, 3, simulated=False, source=INFERRED),
        ServiceMeasure("b", OCTOBER, "sessions_held", 0, 1, simulated=False, source=INFERRED),
        recorded("c", OCTOBER, "sessions_held"),
    )
