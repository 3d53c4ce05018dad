from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.ticket import GOOD_FOR, BadTicket, OpenedBy, issue_ticket, read_ticket

SEVEN = OpenedBy(link=7)
KEY = b"a key of thirty-two characters or more"
OPENED = datetime(2026, 11, 19, 2, 42, 7, tzinfo=UTC)


def test_a_ticket_tells_what_it_was_issued_for_and_when():
    ticket = read_ticket(issue_ticket(SEVEN, key=KEY, at=OPENED), key=KEY, at=OPENED + timedelta(seconds=40))
    assert (ticket.link, ticket.card, ticket.source, ticket.opened) == (7, "", None, OPENED)
    assert len(ticket.form_id) == 22


@given(
    st.integers(0, 10**9),
    st.from_regex("[0-9a-f]{0,32}", fullmatch=True),
    st.from_regex("[a-z0-9-]{0,20}", fullmatch=True),
    st.from_regex("([0-9a-f]{16})?", fullmatch=True),
)
def test_whatever_opened_a_form_is_found_again(link, card, source, version):
    opened_by = OpenedBy(link, card, source, version)
    assert read_ticket(issue_ticket(opened_by, key=KEY, at=OPENED), key=KEY, at=OPENED).opened_by == opened_by


@pytest.mark.parametrize(("late", "good"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_a_form_is_good_for_24_hours(late, good):
    text, at = issue_ticket(SEVEN, key=KEY, at=OPENED), OPENED + GOOD_FOR + late
    if good:
        assert read_ticket(text, key=KEY, at=at).link == 7
    else:
        with pytest.raises(BadTicket):
            read_ticket(text, key=KEY, at=at)


def test_a_ticket_of_another_key_or_of_the_future_is_refused():
    text = issue_ticket(SEVEN, key=KEY, at=OPENED)
    with pytest.raises(BadTicket):
        read_ticket(text, key=KEY + b"!", at=OPENED)
    with pytest.raises(BadTicket):
        read_ticket(text, key=KEY, at=OPENED - timedelta(minutes=1))


def test_a_changed_letter_anywhere_is_refused():
    text = issue_ticket(SEVEN, key=KEY, at=OPENED)
    for place, letter in enumerate(text):
        changed = text[:place] + ("A" if letter != "A" else "B") + text[place + 1 :]
        if place == len(text) - 1:
            continue  # the last letter of base64 carries bits that no signature has
        with pytest.raises(BadTicket):
            read_ticket(changed, key=KEY, at=OPENED)


@given(st.text())
def test_any_text_is_refused_as_a_ticket(text):
    with pytest.raises(BadTicket):
        read_ticket(text, key=KEY, at=OPENED)


def test_the_response_and_the_case_of_a_form_have_nothing_in_common_that_could_join_them():
    ticket = read_ticket(issue_ticket(SEVEN, key=KEY, at=OPENED), key=KEY, at=OPENED)
    again = read_ticket(issue_ticket(SEVEN, key=KEY, at=OPENED), key=KEY, at=OPENED)
    assert len({ticket.form_id, ticket.response_id, again.response_id, ticket.case_secret, again.case_secret}) == 5
    assert ticket.form_id not in ticket.response_id
