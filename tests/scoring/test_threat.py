from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from scoring.design import Design, Excluded, Window
from scoring.effect import compare_change
from scoring.panel import Panel
from scoring.threat import Threat

MONTHS = tuple(date(2023 + month // 12, month % 12 + 1, 1) for month in range(24))
UNITS = tuple(f"u{number:02}" for number in range(13))
WINDOW = Window(date(2023, 1, 1), date(2024, 1, 1), date(2024, 1, 1), date(2025, 1, 1))
DESIGN = Design(
    "p", "other_units", UNITS[:2], UNITS[2:], (), (), WINDOW, before_contaminated=False, start_confirmed=True
)


def threats(design=DESIGN, *, n=100, trend=0.0, growth=1.0):
    generator = np.random.default_rng(3)
    answers = np.broadcast_to(n, (13, 24)).astype(float)
    answers[:2, 12:] *= growth
    level = np.full((13, 24), 0.6)
    level[:2] += trend * np.arange(24)
    total = generator.binomial(answers.astype(int), level)
    effect = compare_change(Panel(UNITS, MONTHS, answers, total, total), design, at_least=10)
    assert [each.code for each in effect.threats].count("not_by_lot") == 1
    return {each.code: each for each in effect.threats}


def test_nobody_drew_the_pilots_and_it_is_said_every_time():
    assert threats()["not_by_lot"].status == "found"


@pytest.mark.parametrize("code", ["displacement", "crowding_out", "other_events"])
def test_what_answers_cannot_show_is_said_not_to_be_checked(code):
    assert threats()[code].status == "cannot_check"


def test_what_was_found_comes_first_and_what_was_not_found_last():
    statuses = [each.status for each in threats().values()]

    assert statuses == sorted(statuses, key=["found", "cannot_check", "not_found"].index)


def test_earlier_measures_are_a_threat_where_the_document_continues_them():
    assert threats()["before_contaminated"].status == "not_found"
    assert threats(replace(DESIGN, before_contaminated=True))["before_contaminated"].status == "found"


def test_starts_that_are_not_confirmed_are_a_threat():
    assert threats()["start_unconfirmed"].status == "not_found"
    assert threats(replace(DESIGN, start_confirmed=False))["start_unconfirmed"].status == "found"


def test_treated_units_in_several_pilots_are_named():
    busy = replace(DESIGN, in_other_pilots=(Excluded("u01", "other_pilot", "q"), Excluded("u01", "other_pilot", "r")))

    assert threats()["several_pilots"].status == "not_found"
    assert threats(busy)["several_pilots"] == Threat("several_pilots", "found", ("u01",), 1)


def test_few_units_are_fewer_than_six():
    found = threats(replace(DESIGN, treated=UNITS[:6], comparison=UNITS[6:11]))

    assert threats()["few_treated"] == Threat("few_treated", "found", number=2)
    assert found["few_treated"] == Threat("few_treated", "not_found", number=6)
    assert found["few_compared"] == Threat("few_compared", "found", number=5)


def test_a_trend_that_was_there_before_the_start_is_found_by_the_same_comparison_before_it():
    assert threats()["different_trend"].status == "not_found"
    assert threats(trend=0.012)["different_trend"].status == "found"
    assert threats(trend=0.012)["different_trend"].number <= 0.05


def test_a_trend_cannot_be_checked_with_few_units_or_without_two_months():
    few = replace(DESIGN, treated=UNITS[:1], comparison=UNITS[1:4])
    short = replace(DESIGN, window=WINDOW._replace(before_from=date(2023, 12, 1)))

    assert threats(few)["different_trend"].status == "cannot_check"
    assert threats(short)["different_trend"].status == "cannot_check"


def test_answers_that_grew_on_one_side_only_are_found():
    assert threats()["answering_voluntary"] == Threat("answering_voluntary", "not_found", number=1)
    assert threats(growth=2)["answering_voluntary"] == Threat("answering_voluntary", "found", number=2)


def test_periods_with_other_calendar_months_are_found():
    seven = replace(DESIGN, window=WINDOW._replace(after_until=date(2024, 8, 1)))

    assert threats()["seasonality"].status == "not_found"
    assert threats(seven)["seasonality"] == Threat("seasonality", "found", number=7)


def test_units_with_months_left_out_are_named():
    n = np.full((13, 24), 100)
    n[4, 7] = 9

    assert threats()["left_out"].status == "not_found"
    assert threats(n=n)["left_out"] == Threat("left_out", "found", ("u04",), 1)


def test_without_a_comparison_the_threats_to_comparing_are_not_listed():
    alone = threats(replace(DESIGN, kind="none", treated=UNITS, comparison=()))

    assert "few_compared" not in alone
    assert "different_trend" not in alone
    assert alone["answering_voluntary"].status == "cannot_check"


def test_units_that_changed_in_their_last_two_months_before_the_start_are_found():
    panel_change = np.zeros((13, 24))
    panel_change[:2, 10:12] = 0.25
    generator = np.random.default_rng(3)
    n = np.full((13, 24), 100)
    total = generator.binomial(n, 0.6 + panel_change)

    early = {
        each.code: each for each in compare_change(Panel(UNITS, MONTHS, n, total, total), DESIGN, at_least=10).threats
    }

    assert early["early_change"].status == "found"
    assert early["early_change"].number <= 0.05
    assert threats()["early_change"].status == "not_found"


def test_an_early_change_cannot_be_seen_in_few_months_or_among_few_units():
    few = replace(DESIGN, treated=UNITS[:1], comparison=UNITS[1:4])
    short = replace(DESIGN, window=WINDOW._replace(before_from=date(2023, 8, 1)))

    assert threats(few)["early_change"].status == "cannot_check"
    assert threats(short)["early_change"].status == "cannot_check"


def test_units_compared_with_themselves_may_share_a_cause_and_it_is_said():
    assert "shared_cause" not in threats()
    n = np.full((13, 24), 100.0)
    side = Panel(UNITS, MONTHS, n, n * 0.6, n * 0.6)
    within = replace(DESIGN, kind="other_procedures", treated=UNITS, comparison=())
    found = compare_change(side, within, at_least=10, outside=side)

    assert Threat("shared_cause", "cannot_check") in found.threats
    assert "no_shared_cause" in within.assumptions
