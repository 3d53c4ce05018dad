"""A shared tablet's queue, as the server takes it: each answer once, in the slot that the tablet stamped."""

import json
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from qr_codes import make_code
from scoring import OfficeHours, slot_of, slots
from survey_app.hours import OpeningDay
from survey_app.questionnaire import load_questionnaire, parse_questionnaire
from survey_app.queued import MOST_IN_A_BATCH, Term, is_early, parse_sent, stamp_fault
from survey_app.reading import read_tablet_days, read_tablets
from survey_app.recording import record_link, record_questionnaire, record_revocation, record_rows, table
from survey_app.submission import UnreadableForm
from survey_app.tables import CaseRow, CommentRow, FieldRow, LinkRow, ResponseRow, TabletDayRow
from survey_app.ticket import one_way

HOURS = OfficeHours()
ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what the database has no part in."""
TODAY = date(2026, 11, 19)  # a Thursday, 09:42, see `Clock`
YESTERDAY = date(2026, 11, 18)


@pytest.fixture
def tablet(office):
    """The code of a tablet at the office's desk, issued on 10 November."""
    with office.engine.begin() as connection:
        serial = record_link(connection, "xa.29926.1", issued=date(2026, 11, 10), kind="tablet")
    look_again(office)
    return make_code(serial, key=office.client.app.state.door.settings.secret_key)


def look_again(office):
    office.client.app.state.door.look_again()


def queued(office, id_="a" * 22, **other):
    version = office.client.app.state.door.questionnaire(
        next(iter(office.client.app.state.door.desks.values()))
    ).version
    return {
        "id": id_,
        "date": "2026-11-19",
        "slot": "09:30",
        "version": version,
        "language": "vi",
        "fields": [["overall", "4"]],
        "seconds": 12,
    } | other


def send(office, tablet, *answers, **more):
    return office.client.post(f"/k/{tablet}/answers", json={"answers": list(answers)} | more)


def statuses(answer):
    assert answer.status_code == 200, answer.text
    return [each["status"] for each in answer.json()["outcomes"]]


def reasons(answer):
    return [each["reason"] for each in answer.json()["outcomes"]]


def rows(office, row):
    with office.engine.connect() as connection:
        return [dict(each) for each in connection.execute(select(table(row))).mappings()]


def accepted(office):
    return {row["day"]: row["accepted"] for row in rows(office, TabletDayRow)}


def test_an_answer_is_stored_and_sent_again_it_counts_once(office, tablet):
    assert statuses(send(office, tablet, queued(office))) == [201]
    assert statuses(send(office, tablet, queued(office))) == [200]
    [row] = rows(office, ResponseRow)
    kept = (row["channel"], row["local_date"], row["slot"], row["entered_date"], row["entered_slot"], row["answers"])
    assert kept == ("tablet", TODAY, "09:30", None, None, {"overall": 4})
    assert accepted(office) == {TODAY: 1}


@ON_SQLITE
def test_the_tablets_own_id_is_not_kept(office, tablet):
    send(office, tablet, queued(office))
    assert [row["id"] for row in rows(office, ResponseRow)] == [one_way("response", "a" * 22)[:22]]


def test_the_same_id_with_other_content_is_told_apart_and_changes_nothing(office, tablet):
    send(office, tablet, queued(office))
    other = send(office, tablet, queued(office, fields=[["overall", "1"]]))
    assert (statuses(other), reasons(other)) == ([409], ["other_content"])
    assert [row["answers"] for row in rows(office, ResponseRow)] == [{"overall": 4}]
    assert accepted(office) == {TODAY: 1}


def test_the_same_answer_twice_in_one_batch_counts_once(office, tablet):
    assert sorted(statuses(send(office, tablet, queued(office), queued(office)))) == [200, 201]
    assert accepted(office) == {TODAY: 1}


def test_what_was_queued_keeps_its_slot_and_says_when_it_was_entered(office, tablet):
    late = queued(office, date="2026-11-18", slot="16:30")
    assert statuses(send(office, tablet, late)) == [201]
    [row] = rows(office, ResponseRow)
    assert (row["local_date"], row["slot"]) == (YESTERDAY, "16:30")
    assert (row["entered_date"], row["entered_slot"]) == (TODAY, "09:30")
    assert accepted(office) == {YESTERDAY: 1}


@ON_SQLITE
def test_no_minute_is_kept_whatever_was_sent(office, tablet):
    send(office, tablet, queued(office, slot="08:17"))
    assert [row["slot"] for row in rows(office, ResponseRow)] == ["08:00"]


def test_a_withdrawn_tablet_delivers_what_it_has_and_nothing_of_later_days(office, tablet):
    with office.engine.begin() as connection:
        [serial] = connection.execute(
            select(table(LinkRow).c.serial).where(table(LinkRow).c.kind == "tablet")
        ).scalars()
        record_revocation(connection, serial, on=YESTERDAY)
    look_again(office)
    before = queued(office, "b" * 22, date="2026-11-18", slot="15:00")
    after = queued(office, "c" * 22)
    answer = send(office, tablet, before, after)
    assert (statuses(answer), reasons(answer)) == ([201, 422], ["", "after_revocation"])
    assert answer.json()["open"] is False


@ON_SQLITE
def test_what_is_out_of_bounds_is_refused_and_a_later_slot_of_today_is_waited_for(office, tablet):
    stamps = [("2026-11-09", "09:00"), ("2026-11-20", "07:30"), ("2026-11-19", "10:00"), ("2026-11-19", "09:30")]
    answer = send(
        office, tablet, *(queued(office, f"{n}" * 22, date=day, slot=slot) for n, (day, slot) in enumerate(stamps))
    )
    assert reasons(answer) == ["before_issue", "in_future", "early", ""]
    assert statuses(answer) == [422, 422, 425, 201]
    office.clock.now += timedelta(minutes=30)
    assert statuses(send(office, tablet, queued(office, "2" * 22, slot="10:00"))) == [201]


@ON_SQLITE
def test_a_bad_answer_spoils_no_other(office, tablet):
    bad = [
        queued(office, "short"),
        queued(office, "1" * 22, fields=[["overall", "9"]]),
        queued(office, "2" * 22, fields=[["unheard", "1"]]),
        queued(office, "3" * 22, version="0" * 16),
        queued(office, "4" * 22, date="19/11/2026"),
        queued(office, "5" * 22, slot=None),
        queued(office, "6" * 22, fields={"overall": "5"}),
        {},
        None,
        "an answer",
    ]
    answer = send(office, tablet, *bad, queued(office, "9" * 22))
    assert statuses(answer) == [422] * len(bad) + [201]
    assert reasons(answer)[1:4] == ["answers", "answers", "unknown_version"]


@ON_SQLITE
def test_nothing_of_what_was_answered_comes_back(office, tablet):
    answer = send(office, tablet, queued(office, fields=[["overall", "77"], ["comment", "bí mật"]]))
    assert answer.json()["outcomes"] == [{"id": "a" * 22, "status": 422, "reason": "answers"}]
    assert "bí mật" not in answer.text


def test_an_answer_belongs_to_the_version_that_the_tablet_showed(office, tablet):
    old = load_questionnaire("desk")
    document = old.document.replace("Anything you would like to add?", "Anything else?")
    other = parse_questionnaire(document)
    with office.engine.begin() as connection:
        record_questionnaire(connection, other)
    assert statuses(send(office, tablet, queued(office, version=other.version))) == [201]
    assert [row["questionnaire"] for row in rows(office, ResponseRow)] == [other.version]


@ON_SQLITE
def test_a_field_that_the_desk_gave_up_meanwhile_is_still_taken(office, tablet):
    with office.engine.begin() as connection:
        record_rows(
            connection, FieldRow, [{"code": "dat-dai", "names": {"vi": "Đất đai", "en": "Land"}, "source": "t"}]
        )
    answer = send(office, tablet, queued(office, fields=[["overall", "4"], ["field", "dat-dai"]]))
    assert statuses(answer) == [201]
    assert statuses(send(office, tablet, queued(office, "b" * 22, fields=[["overall", "4"], ["field", "x"]]))) == [422]


def test_half_a_letter_does_not_stop_the_queue(office, tablet):
    body = json.dumps({"answers": [queued(office, fields=[["overall", "4"], ["comment", "x\ud83d y"]])]})
    answer = office.client.post(f"/k/{tablet}/answers", content=body, headers={"content-type": "application/json"})
    assert statuses(answer) == [201]
    assert [row["text"] for row in rows(office, CommentRow)] == ["x\N{REPLACEMENT CHARACTER} y"]


@ON_SQLITE
def test_a_tap_without_the_rest_counts_as_the_main_answer_alone(office, tablet):
    left = queued(office, only_main=True)
    assert statuses(send(office, tablet, left)) == [201]
    assert [row["answers"] for row in rows(office, ResponseRow)] == [{"overall": 4}]


@ON_SQLITE
def test_a_report_goes_to_the_inspectors_and_is_not_counted(office, tablet):
    quick = load_questionnaire("desk-quick")
    told = [["overall", "1"], ["extra_money", "1"], ["comment", "Họ xin tiền"]]
    answer = send(office, tablet, queued(office, version=quick.version, fields=told))
    assert statuses(answer) == [201]
    assert [row["answers"] for row in rows(office, ResponseRow)] == [{"overall": 1}]
    assert [(row["queue"], row["kind"]) for row in rows(office, CaseRow)] == [("inspector", "payment")]
    assert rows(office, CommentRow) == []


@ON_SQLITE
def test_flags_come_from_what_the_tablet_tells(office, tablet):
    send(
        office,
        tablet,
        queued(office, "1" * 22),
        queued(office, "2" * 22, seconds=1),
        queued(office, "3" * 22, recent=10),
        queued(office, "4" * 22, date="2026-11-15", slot="09:00"),  # a Sunday
        queued(office, "5" * 22, date="2026-11-18", slot="00:00"),
    )
    flags = {row["id"]: row["flags"] for row in rows(office, ResponseRow)}
    found = [flags[one_way("response", str(n) * 22)[:22]] for n in range(1, 6)]
    assert found == ["", "too_fast", "burst", "outside_hours", "outside_hours"]


def test_the_tablets_count_stands_beside_what_the_server_took(office, tablet):
    answer = send(office, tablet, queued(office), collected={"2026-11-19": 2, "2026-11-18": 1, "2026-11-01": 5, "x": 1})
    assert answer.json()["accepted"] == {"2026-11-19": 1, "2026-11-18": 0}
    serial = next(row["link"] for row in rows(office, TabletDayRow))
    with office.engine.connect() as connection:
        days = read_tablet_days(connection, serial, [TODAY, YESTERDAY])
        [listed] = read_tablets(connection)
    assert {day: (each.accepted, each.collected) for day, each in days.items()} == {TODAY: (1, 2), YESTERDAY: (0, 1)}
    assert (listed.last.day, listed.last.matches) == (TODAY, False)
    send(office, tablet, queued(office, "b" * 22), collected={"2026-11-19": 2})
    with office.engine.connect() as connection:
        assert read_tablets(connection)[0].last.matches


def test_an_outage_refuses_nothing_for_good_and_the_same_again_is_stored_once(office, tablet):
    with office.engine.begin() as connection:
        connection.execute(text("ALTER TABLE response RENAME TO response_away"))
    assert statuses(send(office, tablet, queued(office), queued(office, "b" * 22))) == [503, 503]
    with office.engine.begin() as connection:
        connection.execute(text("ALTER TABLE response_away RENAME TO response"))
    assert statuses(send(office, tablet, queued(office), queued(office, "b" * 22))) == [201, 201]
    assert accepted(office) == {TODAY: 2}


@ON_SQLITE
@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"answers": 1}', b"[" * 200_000, b"\xff"])
def test_what_is_no_queue_is_refused_whole(office, tablet, body):
    answer = office.client.post(f"/k/{tablet}/answers", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400


@ON_SQLITE
def test_only_a_tablets_own_code_delivers(office, tablet):
    assert send(office, office.code, queued(office)).status_code == 404  # a poster's code
    assert send(office, tablet[:-1] + ("0" if tablet[-1] != "0" else "1"), queued(office)).status_code == 404
    form = office.client.post(f"/k/{tablet}/answers", data={"answers": "[]"})
    assert form.status_code == 415  # another site's page can post a form, but not this
    too_many = [queued(office, f"{n:022d}") for n in range(MOST_IN_A_BATCH + 1)]
    assert send(office, tablet, *too_many).status_code == 400
    assert rows(office, ResponseRow) == []


DAYS = st.dates(date(2026, 10, 1), date(2026, 12, 31))


@given(day=DAYS, slot=st.sampled_from(slots(HOURS)), issued=DAYS, revoked=st.none() | DAYS, today=DAYS, at=st.times())
def test_exactly_the_stamps_within_the_code_s_term_are_taken(*, day, slot, issued, revoked, today, at):
    now = datetime.combine(today, at)
    within = issued <= day <= min(today, revoked or date.max)
    assert (stamp_fault(day, Term(issued, revoked), today=today) is None) == within
    if within and not is_early(day, slot, now=now, hours=HOURS):
        # What is taken is never later than the running slot.
        assert (day, slot.starts) <= (today, slot_of(at, HOURS).starts)


@given(DAYS, st.none() | DAYS, st.none() | DAYS)
def test_a_day_without_the_desk_is_refused(day, starts, ends):
    fault = stamp_fault(day, Term(date(2026, 9, 1), None, starts, ends), today=date(2027, 1, 1))
    assert (fault == "no_desk") == ((starts is not None and day < starts) or (ends is not None and day >= ends))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "date", "slot", "version", "fields", "answers", "collected", "seconds", "recent"]), inner, max_size=6), max_leaves=20))  # fmt: skip
def test_whatever_json_comes_is_read_or_refused(raw):
    try:
        sending = parse_sent(json.dumps({"answers": [raw], "collected": raw}).encode(), hours=HOURS)
    except UnreadableForm:
        return
    assert len(sending.answers) == 1


def test_a_slot_counts_as_open_where_anybody_can_have_been_served_in_it():
    windows = ((HOURS.morning_starts, HOURS.morning_ends), (HOURS.afternoon_starts, HOURS.afternoon_ends))
    day = OpeningDay(TODAY, windows)
    served = {slot.key for slot in slots(HOURS) if day.may_have_served("xa.29926", slot)}
    assert "00:00" not in served
    assert {slot.key for slot in slots(HOURS)} - served == {"00:00"}  # half an hour after closing is within the last
    assert not any(OpeningDay(TODAY).may_have_served("xa.29926", slot) for slot in slots(HOURS))
