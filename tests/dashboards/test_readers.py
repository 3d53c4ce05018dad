"""What each role sees of the dashboards, and whoever came round the server's door."""

import re
from dataclasses import replace
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import data
from survey_app.dashboard_door import READER, tell_reader
from survey_app.recording.people import record_disabled, record_sign_in, record_user
from survey_app.settings import read_settings
from survey_app.sign_in_rule import hash_token
from tests.conftest import shipped_catalogue
from tests.connected import connect_as, hear
from tests.dashboards.conftest import MAIN, record_of

OWN = "xa.29926"
EVERYWHERE = ("overview", "units", "emulation")
PILOTS = ("pilots", "pilot", "plan")


@pytest.fixture
def sign_in_as(demo, monkeypatch):  # noqa: ARG001 - its record is what they sign in to
    """Signs somebody in and says so to the pages: `sign_in_as("unit", unit="xa.29926")`; the account's name."""
    engine = data._record().snapshots.engine

    def sign_in(role, *, unit=None):
        name, token_hash = f"{role}-{unit}-{data.now():%H%M%S%f}", hash_token(f"{role} {unit} {data.now()}")
        with engine.begin() as connection:
            record_user(
                connection,
                name=name,
                shown_name=f"Bà <{role}>",
                role=role,
                unit=unit,
                password="",
                created=date.today(),  # noqa: DTZ011
            )
            record_sign_in(connection, token_hash, name, at=data.now(), way="password")
        connect_as(monkeypatch, token_hash)
        return name

    return sign_in


def everything_on(test):
    """All texts that a page sends to the browser: words, choices, pictures, addresses."""
    return "\n".join(str(element.proto) for element in test.main) + str([each.options for each in test.selectbox])


def try_page(view, **query):
    """A page, whether there is one for this reader or not."""
    test = AppTest.from_file(str(MAIN), default_timeout=120)
    test.query_params.update(query)
    test.run()
    if view != "overview":
        test.switch_page(f"views/{view}.py")
        test.query_params.update(query)
        test.run()
    return test


@pytest.mark.parametrize("view", EVERYWHERE)
def test_a_unit_reads_of_itself_alone_whatever_the_address_asks(demo, sign_in_as, view):
    others = [unit for unit in demo.units_now if unit.code != OWN]
    sign_in_as("unit", unit=OWN)
    districts = [unit.code for unit in demo.districts]
    for asked in (
        {},
        {"unit": others[0].code},
        {"place": "tinh.82"},
        {"unit": "all", "place": "all"},
        {"unit": districts[0], "place": districts[0]},
    ):
        for more in ({}, {"flags": "all", "lang": "en"}, {"boundaries": "new"}):
            shown = try_page(view, **asked, **more)
            assert not shown.exception
            text = everything_on(shown)
            assert "Tân Hồng" in text
            named = [unit.name for unit in others if re.search(rf"\b{unit.kind} {unit.name}\b", text)]
            assert named == []


def test_a_province_reads_of_the_units_below_it(demo, sign_in_as):
    sign_in_as("unit", unit="tinh.82")
    below = [unit for unit in demo.units_now if unit.parent == "tinh.82"]
    elsewhere = [unit for unit in demo.units_now if unit.parent != "tinh.82"]
    text = everything_on(try_page("units"))
    assert all(f"{unit.kind} {unit.name}" in text for unit in below)
    assert not [unit.name for unit in elsewhere if f"{unit.kind} {unit.name}" in text]


@pytest.mark.parametrize("view", PILOTS)
def test_a_unit_has_no_page_of_pilots(sign_in_as, view):
    sign_in_as("unit", unit=OWN)
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        try_page(view)


@pytest.mark.parametrize("role", ["home_affairs", "inspector", "administrator", "committee"])
def test_every_other_role_reads_every_page(sign_in_as, role):
    name = sign_in_as(role)
    for view in (*EVERYWHERE, *PILOTS):
        shown = try_page(view)
        assert not shown.exception
        assert "Bà &lt;" in everything_on(shown)
    assert name


@pytest.mark.usefixtures("demo")
def test_who_came_round_the_door_sees_nothing(monkeypatch):
    for headers in ([], [(READER, "everybody")], [(READER, "everybody.abc")], [("x-hailong-Reader", "")]):
        hear(monkeypatch, headers)
        shown = AppTest.from_file(str(MAIN), default_timeout=120).run()
        assert [info.value for info in shown.info] == [
            "Phiên đăng nhập đã hết, hoặc tài khoản đã thay đổi. Xin đăng nhập lại."
        ]
        assert not shown.selectbox
        assert "Tân Hồng" not in everything_on(shown)


def test_a_closed_account_loses_the_page_it_looks_at(sign_in_as):
    name = sign_in_as("committee")
    shown = AppTest.from_file(str(MAIN), default_timeout=120).run()
    assert shown.selectbox
    with data._record().snapshots.engine.begin() as connection:
        record_disabled(connection, name, at=data.now())
    shown.run()
    assert not shown.selectbox
    assert "đăng nhập lại" in shown.info[0].value


@pytest.mark.usefixtures("demo")
def test_the_word_of_the_door_is_signed_with_this_installations_key():
    assert tell_reader("everybody", read_settings()) != tell_reader(
        "everybody", read_settings({"HAILONG_SECRET_KEY": "k" * 40})
    )


def test_a_single_unit_is_set_beside_nothing_and_told_its_own_level_and_class(sign_in_as, said):
    sign_in_as("unit", unit=OWN)
    units, emulation = try_page("units"), try_page("emulation")
    assert "Mức hài lòng" in said(units)
    assert "«Khác rõ»" not in said(units)
    assert re.search(r"xã Tân Hồng: \d+,\d+ \(\d+,\d+–\d+,\d+\) điểm – ", said(emulation))
    assert "Tất cả đơn vị" not in said(emulation)
    assert [box.label for box in (*units.selectbox, *emulation.selectbox)] == ["Nơi", "Kỳ", "Nơi", "Kỳ"]


@pytest.mark.parametrize("view", ["overview", "units", "pilots", "pilot", "emulation"])
def test_an_empty_register_says_where_it_is_filled(tmp_path, monkeypatch, view):
    monkeypatch.setenv("HAILONG_DATA_DIR", str(tmp_path))
    connect_as(monkeypatch)
    data._record.clear()
    shown = try_page(view)
    data._record.clear()
    assert not shown.exception
    assert "/office/register" in shown.info[0].value


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("view", ["overview", "emulation"])
def test_before_the_first_answer_the_next_step_is_said_with_the_way_to_it(open_page, view):
    page = open_page(view)
    assert [each.value for each in page.info] == [
        "Chưa quầy nào có mã để quét. Cán bộ Nội vụ cấp mã ở trang của cán bộ."
    ]
    assert not page.get("plotly_chart")  # nothing to draw yet
    styles = ["Đến nội dung chính" in each.proto.body for each in page.get("html")]
    assert any(styles)  # in place of Streamlit's own English words
    assert not any("Đến nội dung" in each.proto.body for each in open_page(view, lang="en").get("html"))


def test_an_office_with_one_pilot_of_its_own_sees_that_one(tmp_path, monkeypatch):
    catalogue = shipped_catalogue()
    own = tuple(pilot for pilot in catalogue.pilots if pilot.locality == "na-ri")[:1]
    engine = record_of(
        tmp_path, replace(catalogue, pilots=own, participations=catalogue.participations_in(own[0].code), tasks=())
    )
    engine.dispose()
    monkeypatch.setenv("HAILONG_DATA_DIR", str(tmp_path))
    connect_as(monkeypatch)
    data._record.clear()
    shown = try_page("pilot")
    data._record.clear()
    assert not shown.exception
    assert own[0].names["vi"] in shown.selectbox[0].options[0]
