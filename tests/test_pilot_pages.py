"""The pilots' pages in every choice, on the whole demonstration: each design and each verdict stands on one of them."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import data
from dashboards.plan_words import place_names
from tests.conftest import ROOT, shipped_catalogue
from tests.connected import connect_as


@pytest.fixture
def reading(demo, monkeypatch):
    """The dashboards read the running demonstration's record."""
    monkeypatch.setenv("HAILONG_DATA_DIR", str(demo.folder))
    monkeypatch.delenv("HAILONG_DATABASE_URL", raising=False)
    connect_as(monkeypatch)
    data._record.clear()
    yield data.latest()
    data._record.clear()


def open_page(view, **query):
    """A page as a reader's address opens it, who has chosen nothing before; whatever fails in it is told."""
    page = AppTest.from_file(str(ROOT / "dashboards" / "main.py"), default_timeout=120)
    page.query_params.update(query)
    page.run().switch_page(f"views/{view}.py")
    page.query_params.update(query)
    page.run()
    assert [(query, error.message) for error in page.exception] == []
    return page


PILOTS = [pilot.code for pilot in shipped_catalogue().pilots]


@pytest.mark.parametrize("pilot", PILOTS)
def test_a_pilot_can_be_looked_at_by_its_outcomes(reading, pilot):
    """Each outcome on some pilots, each pilot by some outcomes: all by all takes a minute more than it tells."""
    assert reading.dossiers.height > 0
    for outcome in list(data.outcomes_of(reading))[PILOTS.index(pilot) % 3 :: 3]:
        assert open_page("pilot", pilot=pilot, outcome=outcome).selectbox[1].value == outcome
    assert open_page("pilot", pilot=pilot, outcome="waiting_hours", lang="en", flags="all").markdown


def test_all_pilots_can_be_set_beside_one_another_by_every_outcome(reading):
    for outcome in data.outcomes_of(reading):
        assert open_page("pilots", outcome=outcome).selectbox[0].value == outcome


def test_every_place_can_be_planned_for(reading):
    for place in place_names(reading, "vi"):
        assert open_page("plan", place=place, outcome="on-time").selectbox[0].value == place
