"""Somebody's own index: their half-days alone, never fewer than ten, nothing of others by subtraction."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import DayException, OfficeBook, Period, UnitDay, WorkingCalendar
from scoring import slots as slots_of_day
from survey_app.door import ZONE
from survey_app.questionnaire import load_questionnaire
from survey_app.recording import record_questionnaire, record_rows
from survey_app.register import Catalogue, Desk, Unit
from survey_app.roster import Shift, StaffMember, Stood, half_days, half_of, overlaps, shift_faults, within_desks
from survey_app.snapshot import DESK_LEVEL, SnapshotReader
from survey_app.staff_results import _answers, _atoms, score_member
from survey_app.tables import DeskRow, ResponseRow, UnitRow

OCTOBER, NOW = Period(date(2026, 10, 1), "month"), datetime(2026, 11, 19, 12, tzinfo=ZONE)
AN, BINH = (StaffMember(code, "xa.1", code.upper(), "test") for code in ("an", "binh"))
MONDAY = date(2026, 10, 5)


def shift(member, desk="xa.1.1", half="day", starts=date(2026, 9, 1), ends=None):
    return Shift("xa.1", member, desk, starts, half, ends, "test")


@pytest.fixture
def record(sqlite_engine):
    """Answers: (day, slot) → points of `polite`, at one desk unless another is named."""
    with sqlite_engine.begin() as connection:
        record_questionnaire(connection, load_questionnaire("desk"))
        unit = {"code": "xa.1", "kind": "xã", "name": "Một", "source": "test", "valid_from": date(2025, 7, 1)}
        record_rows(connection, UnitRow, [unit, unit | {"code": "xa.2", "name": "Hai"}])
        desk = {"unit": "xa.1", "name": "Quầy", "place": "x", "fields": [], "questionnaire": "desk", "source": "test"}
        codes = ("xa.1.1", "xa.1.2", "xa.2.1")
        record_rows(connection, DeskRow, [desk | {"code": code, "unit": code.rpartition(".")[0]} for code in codes])

    def made(answers, desk="xa.1.1", unit="xa.1"):
        rows = [
            {
                "id": f"{desk}-{day}-{slot}-{number}", "unit": unit, "desk": desk, "local_date": day, "slot": slot,
                "questionnaire": load_questionnaire("desk").version, "channel": "poster", "language": "vi",
                "answers": {"polite": point}, "simulated": False,
            }
            for (day, slot), points in answers.items()
            for number, point in enumerate(points)
        ]  # fmt: skip
        with sqlite_engine.begin() as connection:
            record_rows(connection, ResponseRow, rows)
        return SnapshotReader(sqlite_engine).latest(now=NOW)

    return made


def days(n):
    return [MONDAY + timedelta(days=number) for number in range(n)]


def test_who_stood_alone_all_month_has_the_desks_own_index(record):
    snapshot = record({(day, "09:00"): [5] * 9 + [1] for day in days(4)})
    result = score_member(snapshot, [shift("an")], AN, OCTOBER)
    assert (round(result.index.value, 4), result.index.n, result.received, result.shown) == (0.9, 40, 40, 40)
    assert result.verdict == "weak"
    assert result.half_days == 44  # of 22 working days


def test_half_days_are_those_of_working_days_in_months_that_are_over_each_once(record):
    snapshot = record({})
    october = date(2026, 10, 1)
    twice = [shift("an", starts=october), shift("an", starts=MONDAY), shift("an", half="morning", starts=MONDAY)]
    assert score_member(snapshot, twice, AN, OCTOBER).half_days == 44
    assert (
        score_member(snapshot, twice, AN, Period(october, "quarter")).half_days == 44
    )  # of the quarter, November goes on
    off = DayException(MONDAY, "closed", "bão", "CV 1")
    for unit, expected in (("", 42), ("xa.1", 42), ("xa.2", 44)):
        book = OfficeBook(days=(UnitDay(unit, off),))
        assert score_member(replace(snapshot, book=book), twice, AN, OCTOBER).half_days == expected
    assert score_member(snapshot, twice, AN, Period(date(2026, 11, 1), "month")).half_days == 0


def test_of_two_who_took_turns_each_has_the_answers_of_their_own_half_days(record):
    answers = {(day, slot): points for day in days(5) for slot, points in (("09:00", [5] * 6), ("14:00", [1] * 6))}
    roster = [shift("an", half="morning"), shift("binh", half="afternoon")]
    snapshot = record(answers)
    mine = score_member(snapshot, roster, AN, OCTOBER)
    others = score_member(snapshot, roster, BINH, OCTOBER)
    assert (mine.index.value, mine.index.n) == (1.0, 30)
    assert (others.index.value, others.index.n) == (0.0, 30)


def test_answers_of_a_half_day_with_two_at_the_desk_are_nobodys(record):
    snapshot = record({(day, "09:00"): [5] * 12 for day in days(3)})
    roster = [shift("an"), shift("binh", starts=MONDAY, ends=MONDAY + timedelta(days=1))]
    assert score_member(snapshot, roster, AN, OCTOBER).index.n == 24
    assert score_member(snapshot, roster, BINH, OCTOBER).received == 0


def test_who_is_entered_at_two_desks_at_once_has_no_answers_of_either(record):
    record({(MONDAY, "09:00"): [5] * 12})
    snapshot = record({(MONDAY, "09:00"): [5] * 12}, desk="xa.1.2")
    assert score_member(snapshot, [shift("an"), shift("an", "xa.1.2")], AN, OCTOBER).received == 0


def test_few_answers_of_a_colleague_are_not_given_away_by_the_difference_from_the_desks_figure(record):
    snapshot = record({(MONDAY, "09:00"): [5] * 20, (MONDAY, "14:00"): [1] * 4})
    roster = [shift("an", half="morning"), shift("binh", half="afternoon")]
    # 20 of an's lie in batches of their own (two slots, two batches); binh's 4 are in none.
    assert score_member(snapshot, roster, AN, OCTOBER).index.n == 20
    assert score_member(snapshot, roster, BINH, OCTOBER).index.n == 0


def test_a_batch_that_two_share_with_few_of_one_tells_of_neither(record):
    answers = {(MONDAY, "09:00"): [5] * 7, (MONDAY, "14:00"): [1] * 4}
    roster = [shift("an", half="morning"), shift("binh", half="afternoon")]
    snapshot = record(answers)
    assert [score_member(snapshot, roster, one, OCTOBER).index.n for one in (AN, BINH)] == [0, 0]
    assert score_member(snapshot, roster, AN, OCTOBER).verdict == "hidden"


def test_fewer_than_ten_are_never_shown_and_no_answers_at_all_are_none(record):
    snapshot = record({(MONDAY, "09:00"): [5] * 9})
    result = score_member(snapshot, [shift("an")], AN, OCTOBER)
    assert (result.received, result.index.n) == (9, 0)
    assert score_member(snapshot, [], AN, OCTOBER).index.n == 0


def test_a_month_that_is_not_over_tells_of_nobody(record):
    snapshot = record({(date(2026, 11, 3), "09:00"): [5] * 30})
    result = score_member(snapshot, [shift("an")], AN, Period(date(2026, 11, 1), "month"))
    assert (result.months, result.index.n) == ((), 0)


def test_answers_before_and_after_office_hours_and_at_noon_are_nobodys(record):
    snapshot = record({(MONDAY, slot): [5] * 12 for slot in ("00:00", "11:30", "17:00", "day")})
    assert score_member(snapshot, [shift("an")], AN, OCTOBER).received == 0


def test_a_desk_that_closed_ends_its_shifts():
    desk = Desk("d", "xa.1", "Quầy", "x", "test", valid_to=date(2026, 10, 9))
    register = Catalogue(units=(Unit("xa.1", "xã", "Một", "test"),), desks=(desk,))
    [found] = within_desks([shift("an", "d"), shift("an", "gone")], register)
    assert found.ends == date(2026, 10, 9)
    assert half_days([(found, WorkingCalendar())], since=date(2026, 10, 1), until=date(2026, 11, 1)) == 12


def test_validity_of_a_shift_is_half_open():
    stood = Stood([shift("an", ends=MONDAY)])
    assert stood.alone("xa.1.1", MONDAY - timedelta(days=1), "morning") == AN.who
    assert stood.alone("xa.1.1", MONDAY, "morning") is None
    assert stood.alone("xa.1.1", MONDAY - timedelta(days=1), None) is None


def test_overlaps_are_told_and_halves_that_differ_are_none():
    found = overlaps(
        [shift("an"), shift("binh", half="morning", ends=MONDAY), shift("an", "xa.1.2", "afternoon", MONDAY)]
    )
    assert [(each.kind, each.starts, each.ends) for each in found] == [
        ("two_people", date(2026, 9, 1), MONDAY), ("two_desks", MONDAY, None),
    ]  # fmt: skip
    assert overlaps([shift("an", half="morning"), shift("binh", half="afternoon")]) == []


DESKS = {
    "d": Desk("d", "xa.1", "Quầy", "x", "test", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 1)),
    "o": Desk("o", "xa.1", "Trực tuyến", "x", "test", kind="online"),
}


@pytest.mark.parametrize(
    ("values", "unit", "expected"),
    [
        ({}, "xa.1", []),
        ({}, "xa.2", ["foreign_unit", "desk_elsewhere"]),  # whoever is of another unit stands at none of this one's
        ({"desk": "none"}, "xa.1", ["desk_unknown"]),
        ({"desk": "o"}, "xa.1", ["desk_online"]),
        ({"half": "night"}, "xa.1", ["half"]),
        ({"ends": date(2026, 9, 1)}, "xa.1", ["reversed"]),
        ({"ends": date(2026, 8, 1)}, "xa.1", ["reversed"]),
        ({"starts": date(2025, 1, 1)}, "xa.1", ["desk_closed"]),
        ({"ends": date(2027, 1, 1)}, "xa.1", ["desk_closed"]),
        ({"ends": date(2062, 1, 1)}, "xa.1", ["far", "desk_closed"]),
        ({"starts": date(2036, 11, 2)}, "xa.1", ["far", "desk_closed"]),
        ({"starts": date(1, 1, 1)}, "xa.1", ["far", "desk_closed"]),
    ],
)
def test_everything_wrong_with_a_shift_is_told(values, unit, expected):
    made = replace(shift(**({"member": "an", "desk": "d"} | values)), unit=unit)
    found = shift_faults(made, DESKS.get(made.desk), seen={"xa.1"}, today=NOW.date())
    assert [word for _, word in found] == expected


@pytest.mark.parametrize("seed", range(4))
def test_the_batches_found_anew_are_those_that_were_released(record, seed):
    """Each holds ten answers or more, and together they hold what the desk's figure counts."""
    chance = np.random.default_rng(seed)
    slots = ("08:00", "09:30", "10:30", "14:00", "16:30", "17:00")
    answers = {
        (day, slot): [int(chance.integers(1, 6))] * int(chance.integers(0, 5)) for day in days(20) for slot in slots
    }
    snapshot = record(answers)
    roster = [shift("an", half="morning"), shift("binh", half="afternoon")]
    found = _answers(snapshot, {"xa.1.1"}, (OCTOBER.starts,), Stood(roster))
    ends = {slot.key: number for number, slot in enumerate(slots_of_day(snapshot.hours))}
    released = found.filter((pl.col("level.polite") <= DESK_LEVEL) & pl.col("polite").is_not_null())
    columns = ("session", "channel", "entered_date", "entered_slot", "person", "level.polite")
    atoms = _atoms([tuple(row) for row in released.group_by(*columns).len().iter_rows()], ends)
    batches = Counter()
    for (batch, _), n in atoms.items():
        batches[batch] += n
    assert min(batches.values()) >= 10
    assert batches.total() == int(snapshot.by_desk.respondents.sum())
    assert max(batches.values()) < 10 + 4 or any("rest" in batch for batch in batches)


NUMBERS, PLACES = ("CB-01", "CB-02"), ("xa.1.1", "xa.1.2", "xa.2.1")
DRAWN = st.lists(
    st.builds(
        Shift,
        st.sampled_from(("xa.1", "xa.2")),
        st.sampled_from(NUMBERS),
        st.sampled_from(PLACES),
        st.sampled_from([MONDAY - timedelta(days=30), *days(6)]),
        st.sampled_from(("day", "morning", "afternoon")),
        st.sampled_from([None, *(MONDAY + timedelta(days=number) for number in (7, 9, 40))]),
    ),
    max_size=8,
)


def test_no_shift_of_one_unit_and_number_ever_counts_for_another(record):
    """Whose an answer is hangs on the unit's own shifts alone: not on what others are called, nor on where they stand."""
    for desk in PLACES:
        snapshot = record({(day, slot): [5] for day in days(9) for slot in ("09:00", "14:00")}, desk, desk[:4])
    units = {desk.code: desk.unit for desk in snapshot.register.desks}

    def whose(shifts):
        stood = Stood(within_desks(shifts, snapshot.register))
        found = _answers(snapshot, set(PLACES), (OCTOBER.starts,), stood).filter(pl.col("person") != "")
        return set(found.select("person", "desk", "local_date", "slot").iter_rows())

    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(DRAWN)
    def law(shifts):
        found = whose(shifts)
        renumbered = [replace(each, member=f"X-{each.member}") if each.unit == "xa.2" else each for each in shifts]
        assert whose(renumbered) == {(who.replace("xa.2/", "xa.2/X-"), *rest) for who, *rest in found}
        for unit in ("xa.1", "xa.2"):
            alone = whose([each for each in shifts if each.unit == unit])
            assert {each for each in found if each[0].startswith(f"{unit}/")} == alone
        for person, desk, day, slot in found:
            covering = [
                each for each in shifts if each.desk == desk and each.covers(day, half_of(slot, snapshot.hours))
            ]
            assert {str(each.who) for each in covering if units[each.desk] == each.unit} == {person}

    law()
