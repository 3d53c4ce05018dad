import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sqlalchemy import delete, event, update

from scoring import OfficeBook, OfficeHours, Period
from survey_app.door import ZONE
from survey_app.frame import SCHEMA, read_answers, with_doubt, with_release_levels, with_sessions
from survey_app.questionnaire import load_questionnaire
from survey_app.reading import DEMO_LOADED, count_received
from survey_app.recording import (
    Answered,
    record_questionnaire,
    record_register_change,
    record_responses,
    record_rows,
    record_state,
    table,
)
from survey_app.register import Catalogue
from survey_app.results import compare_periods, prepare_unit_emulation, questions_of, read_index, score_group
from survey_app.snapshot import Snapshot, SnapshotReader
from survey_app.submission import Submission
from survey_app.tables import PaperBatchRow, ResponseRow, ServiceMeasureRow
from survey_app.ticket import new_form_id

from .conftest import record_office

QUESTIONNAIRE = load_questionnaire("desk")
TODAY = date(2026, 11, 19)


@pytest.fixture
def shop(engine):
    record_office(engine)
    with engine.begin() as connection:
        record_questionnaire(connection, QUESTIONNAIRE)
    return engine


CAME = {"channel", "flags", "batch", "entered_date", "entered_slot"}


def record(engine, times, *, day=TODAY, slot="09:30", **answers):
    came = {"channel": "poster"} | {name: answers.pop(name) for name in CAME & answers.keys()}
    with engine.begin() as connection:
        record_responses(
            connection,
            [
                Answered(
                    Submission(new_form_id(), answers or {"overall": 5, "polite": 5}),
                    unit="xa.29926",
                    desk="xa.29926.1",
                    local_date=day,
                    slot=slot,
                    questionnaire=QUESTIONNAIRE.version,
                    language="vi",
                    **came,
                )
                for _ in range(times)
            ],
        )


def at(hour, minute=0, day=TODAY):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def shown(engine, now, reader=None):
    """What a page shows: the satisfied share's n, and the number received."""
    snapshot = (reader or SnapshotReader(engine)).latest(now=now)
    with engine.connect() as connection:
        received = count_received(connection, since=TODAY, until=TODAY + timedelta(days=1))
    result = compare_periods(snapshot, snapshot.units_now, Period(date(2026, 11, 1), "month"))
    return read_index(result.sheet).n, received


def test_answers_are_read_as_one_small_column_a_question(shop):
    record(shop, 2, overall=4, polite=5)
    with shop.connect() as connection:
        frame = read_answers(connection, ["overall", "polite", "posted"])
    assert frame.select("overall", "polite", "posted").rows() == [(4, 5, None)] * 2
    assert "id" not in frame.columns


def test_an_empty_record_has_the_same_columns(shop):
    with shop.connect() as connection:
        empty = read_answers(connection, ["overall"])
    record(shop, 1)
    with shop.connect() as connection:
        assert read_answers(connection, ["overall"]).schema == empty.schema


def test_the_number_received_moves_at_once_and_the_index_only_when_the_slot_has_ended(shop):
    record(shop, 10)
    assert shown(shop, at(9, 42)) == (0, 10)
    assert shown(shop, at(10, 1)) == (10, 10)


def test_fewer_than_ten_new_answers_move_nothing(shop):
    record(shop, 12, slot="09:30")
    record(shop, 9, slot="10:00")
    assert shown(shop, at(11)) == (12, 21)
    record(shop, 1, slot="10:30")
    assert shown(shop, at(11, 1)) == (22, 22)


def test_a_reader_that_looked_before_moves_like_one_that_looks_first_now(shop):
    reader = SnapshotReader(shop)
    record(shop, 15, day=TODAY - timedelta(days=1))
    assert shown(shop, at(9), reader)[0] == 15
    record(shop, 10)
    assert shown(shop, at(10), reader)[0] == 15
    assert shown(shop, at(10, 1), reader)[0] == shown(shop, at(10, 1))[0] == 25


def test_answers_that_come_late_to_a_past_day_are_not_lost_to_a_reader(shop):
    reader = SnapshotReader(shop)
    record(shop, 10, day=TODAY - timedelta(days=2))
    assert shown(shop, at(9), reader)[0] == 10
    record(shop, 10, day=TODAY - timedelta(days=1))
    assert shown(shop, at(9, 31), reader)[0] == 20


def test_a_period_that_is_over_scores_to_the_same_bytes_whenever_it_is_asked_for_and_whatever_came_since(shop):
    reader, october = SnapshotReader(shop), Period(date(2026, 10, 1), "month")
    record(shop, 12, day=date(2026, 10, 1))
    record(shop, 4, day=date(2026, 10, 31), slot="16:30")

    def scored(now):
        snapshot = reader.latest(now=now)
        points = prepare_unit_emulation(snapshot, snapshot.units_now, october).rows()
        return json.dumps([score_group(snapshot, snapshot.units_now, october).to_json(), points])

    running = scored(at(18, day=date(2026, 10, 31)))
    first = scored(at(0, 2, day=date(2026, 11, 1)))
    assert first != running
    assert "2026-11-01T00:00+0700 \\u00b7 12" in first
    assert scored(at(10, 48)) == first
    record(shop, 30)
    assert scored(at(11, 4)) == first
    record(shop, 30, day=date(2026, 10, 1), entered_date=date(2026, 11, 2), entered_slot="09:30")
    assert scored(at(11, 34)) == first


def test_too_few_answers_have_no_index_but_a_number_received_and_waiting(shop):
    record(shop, 7)
    snapshot = SnapshotReader(shop).latest(now=at(18))
    result = compare_periods(snapshot, snapshot.units_now, Period(date(2026, 11, 1), "month"))
    assert read_index(result.sheet).n == 0
    assert (result.received, result.waiting) == (7, 7)


def test_the_index_is_the_share_satisfied_of_the_criteria_asked(shop):
    record(shop, 30, overall=5, polite=5, posted=2)
    snapshot = SnapshotReader(shop).latest(now=at(18))
    result = compare_periods(snapshot, snapshot.units_now, Period(date(2026, 11, 1), "month"))
    index = read_index(result.sheet)
    # polite: element 3 of 6/22; posted: element 2 of 5/22; the others are not measured and their weight is shared out.
    assert index.value == pytest.approx(6 / 11)
    assert index.low < 6 / 11 < index.high
    assert result.sheet.coverage.vi.startswith("2/22")


def test_a_working_day_without_an_answer_is_a_day_without_a_scan(shop):
    record(shop, 10, day=date(2026, 11, 3))
    snapshot = SnapshotReader(shop).latest(now=at(9, day=date(2026, 11, 6)))
    result = compare_periods(snapshot, snapshot.units_now, Period(date(2026, 11, 1), "month"))
    # 1 November 2026 is a Sunday: Monday 2, Wednesday 4 and Thursday 5 had none.
    assert result.days_without_scan == 3


def polite_of(engine, now, *, reader=None):
    """What a page says of one optional question: answers per point."""
    snapshot = (reader or SnapshotReader(engine)).latest(now=now)
    result = compare_periods(snapshot, snapshot.units_now, Period(date(2026, 11, 1), "month"))
    return next(each.counts for each in questions_of(result) if each.code == "polite")


def test_one_answer_to_a_question_that_few_answered_waits_for_nine_more(shop):
    record(shop, 12, slot="08:00", overall=5, polite=5)
    record(shop, 9, slot="08:30", overall=5)
    record(shop, 1, slot="08:30", overall=1, polite=1)
    assert polite_of(shop, at(9, 15)) == (0, 0, 0, 0, 12)
    record(shop, 9, slot="09:00", overall=5, polite=4)
    assert polite_of(shop, at(9, 45)) == (1, 0, 0, 9, 12)


def test_an_answer_that_is_stored_just_after_its_slot_waits_with_those_of_its_slot(shop):
    reader = SnapshotReader(shop)
    record(shop, 10)
    assert shown(shop, at(10), reader)[0] == 0
    record(shop, 1)  # came at 09:59:59, stored at 10:00:01
    assert shown(shop, at(10, 1), reader)[0] == shown(shop, at(10, 31), reader)[0] == 11


def test_figures_are_called_simulated_as_soon_as_anything_of_them_is(shop):
    def simulated():
        return SnapshotReader(shop).latest(now=at(18)).simulated

    record(shop, 10)
    assert not simulated()
    with shop.begin() as connection:
        record_state(connection, DEMO_LOADED, "")  # being loaded
    assert simulated()


@pytest.mark.parametrize("row", [ResponseRow, ServiceMeasureRow])
def test_simulated_rows_are_called_so_when_their_loading_was_interrupted(shop, row):
    record(shop, 10)
    with shop.begin() as connection:
        if row is ResponseRow:
            connection.execute(update(table(row)).values(simulated=True))
        else:
            counts = {"unit": "xa.29926", "month": date(2026, 11, 1), "measure": "on_time", "source": "test"}
            record_rows(connection, row, [counts | {"numerator": 1, "denominator": 1, "simulated": True}])
    assert SnapshotReader(shop).latest(now=at(18)).simulated


def test_a_slot_that_is_in_no_office_hours_of_today_ends_with_its_day(shop):
    record(shop, 10, slot="08:17")
    assert shown(shop, at(23))[0] == 0
    assert shown(shop, at(0, 1, day=TODAY + timedelta(days=1)))[0] == 10


def test_at_midnight_only_the_day_that_ended_is_added(shop):
    reader, tomorrow = SnapshotReader(shop), TODAY + timedelta(days=1)
    record(shop, 10, day=TODAY - timedelta(days=1))
    record(shop, 10)
    reader.latest(now=at(18))
    with shop.begin() as connection:  # as many rows of days that are over, so they are not read again
        answers = table(ResponseRow)
        connection.execute(update(answers).where(answers.c.local_date < TODAY).values(answers={"overall": 1}))
    assert polite_of(shop, at(9, day=tomorrow), reader=reader) == (0, 0, 0, 0, 20)
    assert polite_of(shop, at(9, day=tomorrow)) == (0, 0, 0, 0, 10)


def test_as_many_other_answers_are_noticed_when_the_register_has_changed(shop):
    reader = SnapshotReader(shop)
    record(shop, 10, day=TODAY - timedelta(days=1), overall=5, polite=5)
    assert polite_of(shop, at(9), reader=reader) == (0, 0, 0, 0, 10)
    with shop.begin() as connection:
        connection.execute(delete(table(ResponseRow)))
        record_register_change(connection)
    record(shop, 10, day=TODAY - timedelta(days=1), overall=1, polite=1)
    assert polite_of(shop, at(9, 5), reader=reader) == (10, 0, 0, 0, 0)


def test_two_looks_in_one_slot_make_the_same_sheet(shop):
    record(shop, 30)

    def sheet(now):
        snapshot = SnapshotReader(shop).latest(now=now)
        return compare_periods(snapshot, snapshot.units_now, Period(date(2026, 11, 1), "month")).sheet.to_json()

    first = sheet(at(10, 2))
    record(shop, 3, slot="10:00")
    assert sheet(at(10, 29)) == first
    assert sheet(at(10, 31)) != first


def test_answers_that_the_edition_leaves_out_are_counted_only_when_asked_for(shop):
    record(shop, 30, overall=5, polite=5)
    record(shop, 12, overall=1, polite=1, flags=("burst",))
    record(shop, 10, overall=2, polite=2, flags=("all_alike",))
    snapshot = SnapshotReader(shop).latest(now=at(18))
    month, units = Period(date(2026, 11, 1), "month"), snapshot.units_now

    def polite(of):
        return next(each.counts for each in questions_of(compare_periods(of, units, month)) if each.code == "polite")

    assert polite(snapshot) == (0, 10, 0, 0, 30)
    assert polite(snapshot.with_doubtful) == (12, 10, 0, 0, 30)


def flags_counted(shop, *, when):
    snapshot = SnapshotReader(shop).latest(now=when)
    codes = [unit.code for unit in snapshot.units_now]
    return snapshot.count_flags(codes, since=date(2026, 11, 1), until=date(2026, 12, 1))


def test_flags_are_counted_when_their_month_is_over_and_ten_answers_came_in_it(shop):
    december = datetime(2026, 12, 1, 8, tzinfo=ZONE)
    record(shop, 9, overall=1, polite=1, flags=("burst", "all_alike"))
    assert flags_counted(shop, when=december) == (0, 0, {})
    record(shop, 1, overall=5, polite=5)
    assert flags_counted(shop, when=at(18)) == (0, 0, {})
    assert flags_counted(shop, when=december) == (10, 9, {"burst": 9, "all_alike": 9})


def test_fewer_than_ten_answers_that_are_left_out_cannot_be_told_by_looking_with_and_without_them(shop):
    record(shop, 30, overall=5, polite=5)
    record(shop, 9, overall=1, polite=1, flags=("burst",))
    snapshot = SnapshotReader(shop).latest(now=at(18))
    assert snapshot.by_unit.answered.sum() == snapshot.with_doubtful.by_unit.answered.sum()


def test_paper_forms_that_were_voided_are_in_no_figure(shop):
    record(shop, 20)
    with shop.begin() as connection:
        values = {"id": "p", "unit": "xa.29926", "desk": "xa.29926.1", "channel": "paper", "questionnaire": "desk"}
        when = {"filled": TODAY, "entered": TODAY, "entered_by": "an", "voided": None}
        record_rows(connection, PaperBatchRow, [values | when])
    record(shop, 15, batch="p", channel="paper")
    reader = SnapshotReader(shop)
    assert reader.latest(now=at(18)).by_unit.answered.max() == 35
    with shop.begin() as connection:
        connection.execute(update(table(PaperBatchRow)).values(voided=TODAY))
        record_register_change(connection)
        assert count_received(connection, since=TODAY, until=TODAY + timedelta(days=1)) == 20
    assert reader.latest(now=at(18)).by_unit.answered.max() == 20


def test_an_answer_that_reaches_the_record_later_counts_in_the_month_in_which_it_came(shop):
    record(shop, 12, day=date(2026, 10, 30), entered_date=TODAY, entered_slot="08:00")
    snapshot = SnapshotReader(shop).latest(now=at(18))
    assert {month for _, month in snapshot.by_unit.groups} == {date(2026, 11, 1)}
    assert snapshot.received(["xa.29926"], since=date(2026, 11, 1), until=date(2026, 12, 1)) == 12


def test_what_a_page_asks_every_three_seconds_reads_no_answers_of_other_days(sqlite_engine):
    record_office(shop := sqlite_engine)
    with shop.begin() as connection:
        record_questionnaire(connection, QUESTIONNAIRE)
    record(shop, 2)
    record(shop, 3, day=date(2026, 10, 30))
    record(shop, 4, day=date(2026, 10, 30), entered_date=TODAY, entered_slot="08:00")
    plans: list[str] = []

    @event.listens_for(shop, "after_cursor_execute")
    def explain(_connection, cursor, statement, parameters, *_rest):
        plans.extend(row[3] for row in cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    with shop.connect() as connection:
        for units, expected in ((None, 6), (["xa.29926"], 6), (["xa.1"], 0)):
            found = count_received(connection, since=TODAY, until=TODAY + timedelta(days=1), units=units)
            assert found == expected
    read = [plan for plan in plans if "response" in plan]
    assert read
    assert all("date>" in plan for plan in read)


QUESTIONS = tuple(question.code for question in QUESTIONNAIRE.ratings)
SESSIONS = {("a", date(2026, 10, 31), "08:00"): "sang-thu-bay", ("b", date(2026, 11, 7), "09:00"): "sang-thu-bay"}
visits = st.lists(
    st.tuples(
        st.sampled_from(["a.1", "a.2", "b.1"]),
        st.sampled_from([date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 2), date(2026, 11, 7)]),
        st.sampled_from(["08:00", "09:00", "17:00"]),
        st.sampled_from([("overall",), ("overall", "polite"), ("overall", "polite", "posted"), ("overall", "posted")]),
        st.integers(1, 11),
        st.sampled_from(["poster", "poster", "card"]),
        st.sampled_from(["", "", "all_alike", "burst too_fast"]),
        st.sampled_from([0, 0, 3]),
    ),
    max_size=25,
)
looks = st.integers(0, 10 * 48).map(
    lambda half_hours: datetime(2026, 10, 30, 8, tzinfo=ZONE) + timedelta(minutes=30 * half_hours)
)


def snapshot_of(record_of_visits, now):
    """A snapshot of these visits: (desk, day, slot, questions answered, people, channel, flags, days late)."""
    rows = [
        {"unit": desk[0], "desk": desk, "slot": slot, "local_date": day, "channel": channel, "flags": flags}
        | {"entered_date": day + timedelta(days=late), "entered_slot": "17:00" if late else slot}
        | dict.fromkeys(asked, 4)
        for desk, day, slot, asked, people, channel, flags, late in record_of_visits
        if (day + timedelta(days=late), "17:00" if late else slot) <= (now.date(), f"{now:%H:%M}")
        for _ in range(people)
    ]
    frame = pl.DataFrame(rows, schema=SCHEMA | dict.fromkeys(QUESTIONS, pl.Int8()))
    answers = with_doubt(with_sessions(frame, SESSIONS), ["burst", "honeypot"])
    released = with_release_levels(answers, QUESTIONS, now=now, hours=OfficeHours())
    return Snapshot(now, released, Catalogue(), (), QUESTIONNAIRE, OfficeBook(), OfficeHours(), simulated=False)


def figures(snapshot) -> Iterator[tuple[str, tuple[object, ...], NDArray[np.int64]]]:
    """Every figure by kind, cell and month: answers to each question."""
    more = snapshot.with_doubtful
    kinds = (
        snapshot.by_unit,
        snapshot.by_desk,
        snapshot.by_session,
        snapshot.by_channel,
        more.by_unit,
        more.by_channel,
    )
    for number, tally in enumerate(kinds):
        for group, answered in zip(tally.groups, tally.answered, strict=True):
            yield f"{number} {tally.by[-2]}", group, answered


def nothing_or_ten(changes):
    return all(((change == 0) | (change >= 10)).all() for change in changes)


@given(visits, looks, looks)
@settings(max_examples=15, deadline=None)
def test_between_two_looks_no_question_of_any_figure_moves_by_fewer_than_ten(record_of_visits, one, other):
    first, second = sorted([one, other])
    before = {(kind, cell): n for kind, cell, n in figures(snapshot_of(record_of_visits, first))}
    after = {(kind, cell): n for kind, cell, n in figures(snapshot_of(record_of_visits, second))}
    assert before.keys() <= after.keys()
    assert nothing_or_ten(after[figure] - before.get(figure, 0) for figure in after)


@given(visits, looks)
@settings(max_examples=25, deadline=None)
def test_no_subtraction_of_units_months_desks_or_sessions_leaves_fewer_than_ten_answers_to_a_question(
    record_of_visits, now
):
    snapshot = snapshot_of(record_of_visits, now)
    units, desks, sessions = snapshot.by_unit, snapshot.by_desk, snapshot.by_session
    whole = units.merged().answered
    assert nothing_or_ten(whole - units.only(unit=unit).merged().answered for unit in "ab")
    assert nothing_or_ten(whole - units.only(month=date(2026, month, 1)).merged().answered for month in (10, 11))
    for unit in "ab":
        of_unit, of_desks = units.only(unit=unit).merged(), desks.only(unit=unit)
        kept = [of_desks.merged(), of_desks.only(desk=f"{unit}.1").merged(), sessions.only(unit=unit).merged()]
        assert nothing_or_ten(of_unit.answered - some.answered for some in kept)
        inside = sessions.only(unit=unit, session="sang-thu-bay").merged()
        assert nothing_or_ten([of_desks.merged().answered - inside.answered])
        channels, more = snapshot.by_channel.only(unit=unit), snapshot.with_doubtful.by_unit.only(unit=unit).merged()
        assert nothing_or_ten(
            of_unit.answered - channels.only(channel=one).merged().answered for one in ("poster", "card")
        )
        assert nothing_or_ten([of_unit.answered - channels.merged().answered, more.answered - of_unit.answered])
    every_pair = np.diagonal(units.merged().moments.n, axis1=1, axis2=2)
    assert np.array_equal(every_pair, whole)
