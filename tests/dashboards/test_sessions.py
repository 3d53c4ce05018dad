"""A pilot's sessions in words and pictures, by hand-made outcomes."""

from dataclasses import replace
from datetime import date, time

import pytest

from dashboards import data
from dashboards.figures.adherence import draw_adherence
from dashboards.figures.session_calendar import CalendarDay, days_in, draw_session_calendar, years_of
from dashboards.session_words import calendar_alt, dose_sentence, kept_sentence, session_states
from dashboards.theme import LIGHT
from scoring import Adherence, Session, SessionOutcome

HELD, MISSED, UNKNOWN = "held", "missed", "unknown"


def outcome(day, state, unit="a", *, dossiers=0, answers=0):
    session = Session("p", unit, day, time(7, 30), time(8))
    basis = {HELD: "dossiers", MISSED: "silence", UNKNOWN: "few"}[state]
    return SessionOutcome(session, state, basis, dossiers, answers)


def adherence(unit, outcomes, minimum, *, hours=1.0):
    return Adherence(
        pilot="p", unit=unit, since=date(2024, 1, 1), until=date(2024, 2, 1), outcomes=tuple(outcomes), minimum=minimum,
        short=(), hours=hours, working_days=20, decided=True, reason="",
    )  # fmt: skip


DAYS = [date(2024, 1, day) for day in (5, 12, 19, 26)]
OUTCOMES = [
    outcome(DAYS[0], HELD, dossiers=4, answers=2),
    outcome(DAYS[0], HELD, "b", dossiers=1),
    outcome(DAYS[1], HELD, answers=3),
    outcome(DAYS[1], MISSED, "b"),
    outcome(DAYS[2], MISSED),
    outcome(DAYS[2], UNKNOWN, "b"),
    outcome(DAYS[3], UNKNOWN),
]


def test_each_day_is_what_became_of_its_sessions_together(demo):
    ahead = Session("p", "a", date(2024, 2, 2), time(7, 30), time(8))
    result = replace(
        data.pilot_result(demo, "30-phut"),
        sessions=(ahead,),
        outcomes=tuple(OUTCOMES),
        possible=(*DAYS, date(2024, 2, 2), date(2024, 2, 9)),
    )
    days = session_states(result, "vi")
    expected = ["held", "part", "missed", "unknown", "ahead", "possible"]
    assert [each.state for each in days] == expected
    assert days[0].words == "05/01/2024: 2 phiên đã giữ, 0 bỏ, 0 chưa rõ; 5 hồ sơ, 2 lượt đánh giá"
    assert [each.state for each in session_states(result, "vi", unit="b")][:3] == ["held", "missed", "unknown"]
    assert "đậm: mọi đơn vị giữ phiên (1 ngày)" in calendar_alt(days, "vi")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_calendar_marks_every_day_once_by_shape(language):
    days = [CalendarDay(day, state, "") for day, state in zip(DAYS, ("held", "part", "missed", "unknown"), strict=True)]
    figure = draw_session_calendar(days, LIGHT, language)
    marked = {trace.name: (list(trace.x), list(trace.y), trace.marker.symbol) for trace in figure.data if len(trace.x)}
    assert marked == {
        "held": ([5], [0], "square"),
        "part": ([12], [0], "square"),
        "missed": ([19], [0], "x-thin"),
        "unknown": ([26], [0], "square-open"),
    }


def test_days_are_offered_by_the_year():
    days = [CalendarDay(date(year, 5, 3), "held", "") for year in (2024, 2023, 2024)]
    assert years_of(days) == (2023, 2024)
    assert len(days_in(days, 2024)) == 2


def test_what_was_held_is_said_beside_what_the_rule_asks_for():
    kept = [adherence("a", OUTCOMES[:4:2], 4), adherence("b", [OUTCOMES[3], OUTCOMES[5]], 4)]
    assert kept_sentence(kept, "vi") == (
        "Biết chắc đã giữ 2 phiên, mức tối thiểu là 8 (ít nhất 25\u00a0%). 1 phiên bỏ, 1 phiên chưa rõ có giữ hay không."
    )
    assert kept_sentence(kept[:1], "vi") == (
        "Đã giữ 2 phiên, mức tối thiểu là 4 (50\u00a0%). 0 phiên bỏ, 0 phiên chưa rõ."
    )
    assert dose_sentence(kept, "en") == "In the sessions held: 2 hours, 4 dossiers, 5 answers."


def test_where_nothing_is_known_of_any_session_no_number_is_claimed():
    kept = [adherence("a", OUTCOMES[5:], 4)]
    assert kept_sentence(kept, "en") == (
        "Of no session is it known whether it was held: 2 have no record, dossier or answer."
    )
    assert dose_sentence(kept, "en") == ""


def test_without_any_dossier_none_is_counted():
    kept = [adherence("a", [replace(OUTCOMES[0], dossiers=0)], 4)]
    assert dose_sentence(kept, "en") == (
        f"In the sessions held: {kept[0].hours:.0f} hours, {kept[0].answers} answers; there are no figures of dossiers."
    )


def test_without_a_minimum_no_share_is_claimed():
    assert kept_sentence([adherence("a", OUTCOMES[:1], 0)], "vi") == (
        "Đã giữ 1 phiên; văn bản không nêu số phiên tối thiểu. 0 phiên bỏ, 0 phiên chưa rõ."
    )
    assert kept_sentence([adherence("a", [], 3)], "vi") == ""


def test_bars_hold_the_share_and_behind_it_what_is_not_known():
    kept = [
        adherence("a", [outcome(DAYS[0], HELD), outcome(DAYS[1], UNKNOWN)], 2),
        adherence("b", [outcome(DAYS[0], HELD), outcome(DAYS[1], HELD)], 2),
    ]
    figure = draw_adherence(kept, {"a": "xã A", "b": "xã B"}, LIGHT, "vi")
    bars = {trace.name: list(trace.x) for trace in figure.data}
    assert bars == {"unknown": [1.0, 1.0], "held": [0.5, 1.0]}
    assert list(figure.layout.yaxis.ticktext) == ["xã A", "xã B"]


@pytest.mark.parametrize(("most", "expected"), [(1, [0, 0.5, 1]), (2, [0, 1, 2]), (6, [0, 2, 4, 6])])
def test_the_axis_of_the_bars_never_has_more_marks_than_a_phone_has_room_for(most, expected):
    held = [outcome(DAYS[0], HELD)] * most
    figure = draw_adherence([adherence("a", held, 1)], {"a": "xã A"}, LIGHT, "vi")
    assert list(figure.layout.xaxis.tickvals) == expected
    assert figure.layout.margin.r >= 60  # «119/1098» behind the longest bar
