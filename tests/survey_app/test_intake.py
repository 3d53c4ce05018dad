"""What comes with an answer: the tap before it, its card, its screen, its flags."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from qr_codes import draw_card_codes, make_code
from survey_app.cards import card_hash
from survey_app.channel import CHANNELS
from survey_app.integrity import (
    BURST_SECONDS,
    FLAGS,
    MOST_AT_A_DESK,
    Circumstances,
    RecentAnswers,
    client_address,
    find_flags,
)
from survey_app.recording import record_link, record_register_change, table
from survey_app.tables import CardBatchRow, CardRow, DeviceRow, ResponseRow, ScanRow, TapRow

from .conftest import KEY


def rows(office, row):
    with office.engine.connect() as connection:
        return [dict(each) for each in connection.execute(select(table(row))).mappings()]


def print_card(office, **batch):
    """A batch of one card for the office's desk; its code."""
    [code] = draw_card_codes(1)
    with office.engine.begin() as connection:
        values = {"id": "batch", "desk": "xa.29926.1", "made": date(2026, 11, 18), "cards": 1, "note": ""} | batch
        connection.execute(insert(table(CardBatchRow)).values(**values))
        hashed = card_hash(code, key=KEY.encode())
        connection.execute(insert(table(CardRow)).values(hash=hashed, batch="batch", used=False))
    return code


def open_form(office, code):
    """The ticket of a form opened as a browser does."""
    page = office.client.get(f"/r/{code}")
    assert page.status_code == 200, page.text
    return page.text.partition('name="id" value="')[2].partition('"')[0]


def post(office, code, **fields):
    return office.client.post(f"/r/{code}", data={"overall": "5"} | fields, follow_redirects=False)


def tap(office, ticket, point):
    return office.client.post(f"/r/{office.code}/tap", data={"id": ticket, "overall": point})


def new_link(office, kind):
    with office.engine.begin() as connection:
        serial = record_link(connection, "xa.29926.1", issued=date(2026, 11, 1), kind=kind)
        record_register_change(connection)
    office.client.app.state.door.look_again()
    return serial, make_code(serial, key=KEY.encode())


def due(office):
    office.client.app.state.door.do_what_is_due()


def test_a_tap_alone_counts_when_its_slot_has_ended(office):
    ticket = office.ticket()
    assert tap(office, ticket, "2").status_code == 204
    assert tap(office, ticket, "4").status_code == 204
    due(office)
    assert [row["answers"] for row in rows(office, TapRow)] == [{"overall": 4}]
    assert rows(office, ResponseRow) == []
    office.clock.now += timedelta(minutes=19)
    due(office)
    assert rows(office, TapRow) == []
    [row] = rows(office, ResponseRow)
    assert (row["answers"], row["slot"], row["id"]) == ({"overall": 4}, "09:30", office.response_id(ticket))


def test_the_whole_form_takes_the_place_of_its_tap(office):
    ticket = office.ticket()
    tap(office, ticket, "2")
    assert office.post(id=ticket, overall="3", polite="1").status_code == 303
    assert rows(office, TapRow) == []
    assert [row["answers"] for row in rows(office, ResponseRow)] == [{"overall": 3, "polite": 1}]


def test_a_tap_after_its_form_changes_nothing(office):
    ticket = office.ticket()
    office.post(id=ticket, overall="3")
    assert tap(office, ticket, "5").status_code == 204
    assert (len(rows(office, TapRow)), rows(office, ResponseRow)[0]["answers"]) == (0, {"overall": 3})


@pytest.mark.parametrize(
    "fields", [{"overall": "9"}, {"overall": ""}, {"overall": "5", "polite": "4"}, {"id": "made up"}]
)
def test_a_tap_that_is_more_or_less_than_the_main_answer_is_refused(office, fields):
    answer = office.client.post(f"/r/{office.code}/tap", data={"id": office.ticket(), "overall": "5"} | fields)
    assert (answer.status_code, rows(office, TapRow)) == (422, [])


def test_a_card_opens_one_form_and_is_then_told_to_be_used(office):
    code = print_card(office)
    first, second = open_form(office, code), open_form(office, code)
    answer = post(office, code, id=first)
    assert answer.status_code == 303
    assert "Cảm ơn ông/bà." in office.client.get(answer.headers["location"]).text
    assert post(office, code, id=first).status_code == 303
    for refused in (post(office, code, id=second, overall="1"), office.client.get(f"/r/{code}")):
        assert refused.status_code == 410
        assert "Thẻ này đã dùng." in refused.text
    assert [(row["channel"], row["answers"]) for row in rows(office, ResponseRow)] == [("card", {"overall": 5})]
    assert [row["used"] for row in rows(office, CardRow)] == [True]


def test_a_tapped_card_is_used_when_its_slot_ends(office):
    code = print_card(office)
    ticket = open_form(office, code)
    office.client.post(f"/r/{code}/tap", data={"id": ticket, "overall": "4"})
    assert [row["used"] for row in rows(office, CardRow)] == [False]
    office.clock.now += timedelta(minutes=19)
    due(office)
    assert [row["used"] for row in rows(office, CardRow)] == [True]
    assert office.client.get(f"/r/{code}").status_code == 410


def test_the_database_holds_nothing_of_a_card_but_its_hash_and_whether_it_was_used(office):
    code = print_card(office)
    post(office, code, id=open_form(office, code))
    [card], [response] = rows(office, CardRow), rows(office, ResponseRow)
    assert set(card) == {"hash", "batch", "used"}
    assert code not in str(card) + str(response)
    assert card["hash"] not in str(response)


def test_a_withdrawn_batch_opens_no_form(office):
    code = print_card(office, revoked=date(2026, 11, 19))
    assert office.client.get(f"/r/{code}").status_code == 410


def test_a_screen_shows_another_code_every_five_minutes_and_an_opened_form_stays_good(office):
    serial, own = new_link(office, "screen")
    door = office.client.app.state.door
    code = door.screen_code(door.desks[serial])
    ticket = open_form(office, code)
    office.clock.now += timedelta(minutes=5)
    assert door.screen_code(door.desks[serial]) != code
    assert office.client.get(f"/r/{code}").status_code == 200
    office.clock.now += timedelta(minutes=5)
    late = office.client.get(f"/r/{code}")
    assert (late.status_code, "Mã trên màn hình đã đổi." in late.text) == (410, True)
    answer = post(office, code, id=ticket)
    assert answer.status_code == 303
    assert office.client.get(answer.headers["location"]).status_code == 200
    assert [row["channel"] for row in rows(office, ResponseRow)] == ["screen"]
    assert office.client.get(f"/r/{own}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "kept"), [("zalo", "zalo"), ("ZALO", "zalo"), ("x" * 21, None), ("a~b", None), ("", None)]
)
def test_an_invitation_keeps_where_it_stood_and_is_a_channel_of_its_own(office, asked, kept):
    _, code = new_link(office, "invitation")
    ticket = open_form(office, f"{code}?source={asked}")
    post(office, code, id=ticket)
    assert [(row["channel"], row["source"]) for row in rows(office, ResponseRow)] == [("online", kept)]


def test_a_second_answer_from_one_device_on_a_day_is_flagged_and_the_next_day_forgets(office):
    office.clock.now += timedelta(minutes=1)
    for _ in range(2):
        ticket = office.ticket()
        office.clock.now += timedelta(seconds=30)
        office.post(id=ticket)
    first, second = sorted(rows(office, ResponseRow), key=lambda row: len(row["flags"]))
    assert (first["flags"], second["flags"]) == ("", "")  # the cookie came with the first answer
    ticket = office.ticket()
    office.clock.now += timedelta(seconds=30)
    office.post(id=ticket)
    assert sorted(row["flags"] for row in rows(office, ResponseRow)) == ["", "", "repeated_device"]
    cookie = office.client.cookies["hl"]
    assert all(cookie not in str(row) for row in rows(office, DeviceRow) + rows(office, ResponseRow))
    office.clock.now += timedelta(days=1)
    due(office)
    assert rows(office, DeviceRow) == []


def test_a_device_is_known_again_at_an_address_in_capitals_as_codes_are_printed(office):
    for _ in range(3):
        sent = {"id": office.ticket(), "overall": "5"}
        assert office.client.post(f"/R/{office.code}", data=sent, follow_redirects=False).status_code == 303
    assert ["repeated_device" in row["flags"] for row in rows(office, ResponseRow)].count(True) == 1
    assert office.client.cookies["hl"]


def test_an_answer_is_flagged_for_speed_and_hour_and_is_kept_all_the_same(office):
    office.clock.now = office.clock.now.replace(hour=22)
    office.post(website="http://x", overall="4")
    [row] = rows(office, ResponseRow)
    assert row["flags"] == "honeypot outside_hours too_fast"


def test_scans_are_counted_by_day(office):
    for _ in range(3):
        open_form(office, office.code)
    office.client.head(f"/r/{office.code}")
    due(office)
    open_form(office, office.code)
    due(office)
    assert rows(office, ScanRow) == [{"link": office.serial, "day": date(2026, 11, 19), "forms": 4}]


@pytest.mark.parametrize("channel", CHANNELS)
def test_device_and_network_say_nothing_of_shared_tablets_and_of_staff(channel):
    found = find_flags([5], Circumstances(channel, seconds=60, from_staff=True))
    assert found == (() if channel in {"tablet", "paper", "assisted"} else ("staff_network",))


def test_the_eleventh_answer_at_a_desk_within_two_minutes_is_a_burst():
    recent = RecentAnswers()
    found = [recent.is_burst("desk", str(i), at=float(i)) for i in range(MOST_AT_A_DESK + 1)]
    assert found == [False] * MOST_AT_A_DESK + [True]
    assert not recent.is_burst("another desk", "x", at=10.0)
    assert recent.is_burst("desk", "0", at=11.0), "the same form again is not one more, yet still one of too many"
    assert not recent.is_burst("desk", "y", at=11.0 + BURST_SECONDS)


def test_every_flag_has_its_rule():
    everything = Circumstances("poster", seconds=0, in_hours=False, from_staff=True, burst=True, honeypot=True)
    assert {*find_flags([3] * 5, everything), "repeated_device"} == set(FLAGS)


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "expected"),
    [
        ("10.0.0.2", "1.1.1.1, 2.2.2.2", 0, "10.0.0.2"),
        ("10.0.0.2", "1.1.1.1, 2.2.2.2", 1, "2.2.2.2"),
        ("10.0.0.2", "1.1.1.1, 2.2.2.2", 2, "1.1.1.1"),
        ("10.0.0.2", "1.1.1.1", 3, "1.1.1.1"),
        ("10.0.0.2", "", 1, "10.0.0.2"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(peer, forwarded, proxies, expected):
    assert client_address(peer, forwarded, trusted_proxies=proxies) == expected
