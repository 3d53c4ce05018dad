"""The whole road once: a printed code is read, its form answered, and the committee's page shows it."""

import re

import pytest
from sqlalchemy import func, select

from survey_app.door import local_now
from survey_app.recording import table
from survey_app.tables import ResponseRow
from tests.conftest import decode_poster

VERDICT = ".st-key-verdict h1 >> nth=0"
RECEIVED = re.compile(r"Hôm nay đã nhận ([\d.]+) lượt")


def count_answers(demo, day=None):
    """How many are stored, or how many of one day."""
    query = select(func.count()).select_from(table(ResponseRow))
    engine = demo.engine()
    with engine.connect() as connection:
        found = connection.execute(query if day is None else query.where(table(ResponseRow).c.local_date == day))
        count = found.scalar_one()
    engine.dispose()
    return count


@pytest.fixture
def phone(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.fixture
def committee(browser, demo):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{demo.address}/dashboards/")
    page.get_by_text(RECEIVED).wait_for(timeout=60_000)
    page.locator(VERDICT).wait_for(timeout=60_000)
    yield page
    context.close()


def received(page):
    return int(RECEIVED.search(page.get_by_text(RECEIVED).inner_text())[1].replace(".", ""))


def test_a_scanned_poster_is_answered_once_and_the_dashboard_counts_it(demo, phone, committee):
    day = local_now().date()
    before, stored, verdict = received(committee), count_answers(demo), committee.locator(VERDICT).inner_text()

    phone.goto(f"{demo.address}/")
    poster = phone.get_by_role("link", name=re.compile("A5")).get_attribute("href")
    address = decode_poster(f"{demo.address}{poster}")
    assert address.startswith(f"{demo.public_url.upper()}/R/")

    phone.goto(address)
    phone.get_by_role("radio", name="Hài lòng", exact=True).first.check()
    phone.get_by_role("button", name="Gửi đánh giá").click()
    phone.get_by_role("heading", name="Cảm ơn ông/bà.").wait_for()
    phone.go_back()
    phone.get_by_role("button", name="Gửi đánh giá").click()
    phone.get_by_role("heading", name="Cảm ơn ông/bà.").wait_for()

    assert count_answers(demo) == stored + 1
    today = local_now().date()
    committee.get_by_text(f"Hôm nay đã nhận {count_answers(demo, today)} lượt").wait_for(timeout=60_000)
    if today == day:  # at midnight the page begins another day, and perhaps another period
        assert count_answers(demo, day) == before + 1
        assert committee.locator(VERDICT).inner_text() == verdict


def test_the_form_can_be_answered_in_english(demo, phone):
    phone.goto(f"{demo.address}/?lang=en")
    phone.get_by_role("link", name="Open the form", exact=True).click()
    phone.get_by_role("radio", name="Satisfied", exact=True).first.check()
    phone.get_by_label("What did you come for today?").select_option(index=1)
    phone.get_by_role("button", name="Send").click()
    phone.wait_for_url("**/thanks?lang=en")
    assert phone.get_by_role("heading").inner_text() == "Thank you."


def test_the_demonstration_says_where_to_go_and_that_it_is_simulated(demo):
    for text in (f"{demo.public_url}/", f"{demo.public_url}/dashboards/", "dữ liệu mô phỏng"):
        assert text in demo.printed
    assert "▄" in demo.printed
