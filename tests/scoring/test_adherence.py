"""Minimum, dose and reasons, counted by hand."""

import math
from dataclasses import replace
from datetime import date, time

import pytest

from scoring.adherence import measure_adherence
from scoring.adherence_wording import REASONS, adherence_sentence, outcome_text, reason_text
from scoring.held_session import SessionOutcome
from scoring.office_hours import OfficeBook
from scoring.pilot import Dose, Participation, PilotRule, Session, plan_sessions

BOOK = OfficeBook()
MORNING = (time(7, 30), time(11, 30))
SATURDAYS = PilotRule(
    code="sang-thu-bay",
    kind="sessions",
    starts=date(2024, 1, 1),
    ends=date(2024, 7, 1),
    days="weekend",
    weekdays=("saturday",),
    windows=("morning",),
    dose=Dose(1, 2, "month"),
    unit_chooses=("days",),
)
FRIDAYS = PilotRule(
    code="thu-sau",
    kind="sessions",
    starts=date(2023, 9, 25),
    days="working",
    weekdays=("friday",),
    windows=("whole-day",),
)
CHOSEN = Participation("sang-thu-bay", "a", date(2024, 1, 1), weeks_of_month=(1, 3))


def outcomes(rule: PilotRule, one: Participation, states: str, until: date = date(2024, 7, 1)) -> list[SessionOutcome]:
    """The planned sessions in order, each held (h), missed (m) or unknown (u); two dossiers and an answer in each."""
    names = {"h": ("held", "dossiers"), "m": ("missed", "silence"), "u": ("unknown", "few")}
    planned = plan_sessions(rule, one, book=BOOK, until=until)
    return [SessionOutcome(each, *names[state], 2, 1) for each, state in zip(planned, states, strict=False)]


def measure(rule, one, found, *, since=date(2024, 1, 1), until=date(2024, 7, 1)):
    return measure_adherence(rule, one, found, book=BOOK, since=since, until=until)


def test_adherence_is_sessions_held_of_the_lower_end_of_the_dose_in_each_month():
    """Planned: 6/1 20/1 3/2 17/2 2/3 16/3 6/4 20/4 18/5 1/6 15/6; one a month is asked for."""
    found = measure(SATURDAYS, CHOSEN, outcomes(SATURDAYS, CHOSEN, "hhmmmuhmhmm"))
    assert (found.minimum, found.held, found.count("missed"), found.count("unknown")) == (6, 4, 6, 1)
    assert found.share == pytest.approx(4 / 6)
    assert found.most == pytest.approx(5 / 6)
    assert found.short == (date(2024, 2, 1), date(2024, 6, 1))  # March may have had its session
    assert (found.hours, found.dossiers, found.answers) == (16, 8, 4)
    assert (found.reason, found.decided) == ("", True)


def test_more_than_the_minimum_is_a_share_above_one():
    found = measure(SATURDAYS, CHOSEN, outcomes(SATURDAYS, CHOSEN, "h" * 11))
    assert (found.held, found.minimum, found.short) == (11, 6, ())
    assert found.share == pytest.approx(11 / 6)


def test_a_month_that_is_not_over_asks_for_nothing_yet():
    found = measure(SATURDAYS, CHOSEN, outcomes(SATURDAYS, CHOSEN, "hh"), until=date(2024, 2, 15))
    assert (found.minimum, found.held) == (1, 2)
    begun = measure(SATURDAYS, CHOSEN, [], until=date(2024, 1, 20))
    assert (begun.reason, begun.minimum) == ("nothing_due", 0)


def test_a_month_that_the_pilots_end_cuts_is_over():
    cut = replace(SATURDAYS, ends=date(2024, 6, 10))
    found = measure(cut, CHOSEN, outcomes(cut, CHOSEN, "h" * 10), until=date(2024, 6, 20))
    assert (found.minimum, found.held) == (6, 10)


def test_a_month_that_the_look_cuts_at_its_beginning_is_left_out():
    found = measure(SATURDAYS, CHOSEN, outcomes(SATURDAYS, CHOSEN, "h" * 11), since=date(2024, 1, 15))
    assert (found.minimum, found.held) == (5, 10)


def test_weeks_begin_on_monday_and_ask_for_no_more_than_the_holidays_leave():
    """Of Tết 2024, 8/2 and 13/2 were the Thursday and the Tuesday that the unit chose."""
    rule = replace(SATURDAYS, days="working", weekdays=(), windows=("start-of-morning",), dose=Dose(2, 3, "week"))
    one = Participation("sang-thu-bay", "a", date(2024, 1, 29), weekdays=("tuesday", "thursday"))
    found = measure(rule, one, outcomes(rule, one, "hhhhmh", until=date(2024, 2, 26)), until=date(2024, 2, 26))
    assert found.minimum == 2 + 1 + 1 + 2
    assert [each.session.date.day for each in found.outcomes] == [30, 1, 6, 15, 20, 22]
    assert found.short == (date(2024, 2, 19),)
    assert found.hours == 2.5


def test_without_a_dose_every_planned_session_is_asked_for():
    one = Participation("thu-sau", "a", date(2023, 9, 25))
    until = date(2023, 11, 1)
    found = measure(FRIDAYS, one, outcomes(FRIDAYS, one, "hhhmu", until), since=date(2023, 9, 1), until=until)
    assert (found.minimum, found.held, found.hours) == (5, 3, 22.5)  # 29/9–27/10; without the noon break
    assert found.share == pytest.approx(0.6)
    assert found.working_days == 27


def test_sessions_recorded_outside_the_rule_are_named_and_not_asked_for():
    sunday = Session("thu-sau", "a", date(2023, 10, 1), *MORNING)
    one = Participation("thu-sau", "a", date(2023, 9, 25))
    extra = SessionOutcome(sunday, "held", "recorded", 1, 0, planned=False)
    found = measure(
        FRIDAYS,
        one,
        [*outcomes(FRIDAYS, one, "h", date(2023, 10, 1)), extra],
        since=date(2023, 9, 1),
        until=date(2023, 10, 2),
    )
    assert (found.minimum, found.held, found.outside_rule, found.recorded) == (1, 2, (extra,), 1)


# Never a silent zero

NEVER = PilotRule("never", "sessions", date(2024, 1, 1), days="off", weekdays=("monday",), windows=("morning",))


@pytest.mark.parametrize(
    ("rule", "one", "states", "span", "reason"),
    [
        (SATURDAYS, replace(CHOSEN, starts=date(2024, 3, 1)), "", (date(2024, 1, 1), date(2024, 3, 1)), "not_started"),
        (SATURDAYS, CHOSEN, "", (date(2024, 7, 1), date(2024, 8, 1)), "ended"),
        (
            PilotRule("zalo", "continuous", date(2024, 1, 1)),
            Participation("zalo", "a", date(2024, 1, 1)),
            "",
            (date(2024, 1, 1), date(2024, 2, 1)),
            "continuous",
        ),
        (
            NEVER,
            Participation("never", "a", date(2024, 1, 1)),
            "",
            (date(2024, 3, 4), date(2024, 4, 1)),  # no Monday of March 2024 is free
            "never_fires",
        ),
        (SATURDAYS, replace(CHOSEN, weeks_of_month=()), "", (date(2024, 1, 1), date(2024, 7, 1)), "undecided"),
        (
            replace(SATURDAYS, dose=Dose(0, 2, "month")),
            CHOSEN,
            "hh",
            (date(2024, 1, 1), date(2024, 7, 1)),
            "no_minimum",
        ),
        (SATURDAYS, CHOSEN, "uuu", (date(2024, 1, 1), date(2024, 7, 1)), "unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_where_there_is_no_adherence_the_reason_stands_instead_of_a_zero(rule, one, states, span, reason):
    found = measure(rule, one, outcomes(rule, one, states), since=span[0], until=span[1])
    assert found.reason == reason
    assert math.isnan(found.share)
    for language in ("vi", "en"):
        assert adherence_sentence(found, language) == reason_text(reason, language) != ""


def test_reversed_dates_are_refused():
    with pytest.raises(ValueError, match=r"until == 2024-01-01, must be after since \(2024-01-01\)"):
        measure(SATURDAYS, CHOSEN, [], since=date(2024, 1, 1), until=date(2024, 1, 1))


def test_records_count_where_the_units_choice_is_not_known_and_nothing_is_said_of_the_rest():
    open_ = replace(CHOSEN, weeks_of_month=())
    held = SessionOutcome(
        Session("sang-thu-bay", "a", date(2024, 1, 6), *MORNING), "held", "recorded", 0, 0, planned=False
    )
    found = measure(SATURDAYS, open_, [held])
    assert (found.reason, found.decided, found.short) == ("", False, ())
    assert found.share == pytest.approx(1 / 6)
    assert math.isnan(found.most)


def test_the_sentence_says_what_is_not_known():
    found = measure(SATURDAYS, CHOSEN, outcomes(SATURDAYS, CHOSEN, "hhmmmuhmhmm"))
    assert adherence_sentence(found, "vi") == (
        "Tổ chức 4 phiên; quy định đòi hỏi ít nhất 6 (66,7%); 1 phiên chưa rõ, nên nhiều nhất là 83,3%."
    )
    assert adherence_sentence(found, "en") == (
        "4 sessions held; the rule asks for 6 at least (66.7%); 1 not known, so 83.3% at most."
    )
    assert outcome_text(found.outcomes[0], "en") == "held (inferred from dossiers in its window)"
    assert set(REASONS) | {""} == {"", *REASONS}
