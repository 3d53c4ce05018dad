import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.password import hash_password, password_fits
from survey_app.sign_in_rule import (
    IDLE_SECONDS,
    LONGEST_SECONDS,
    SECONDS_BETWEEN_MARKS,
    SignIn,
    comes_from_us,
    is_form_token,
    local_path,
    make_form_token,
)
from survey_app.staff import ACTS, ROLES, User, password_faults, units_below, user_faults

KEY = b"a key of thirty-two characters or more"
OURS = "https://danhgia.tanhong.gov.vn"


def test_every_act_is_for_known_roles_and_an_administrator_reads_neither_cases_nor_comments():
    assert all(roles <= set(ROLES) and roles for roles in ACTS.values())
    administrator = User("quan-tri", "Quản trị", "administrator")
    assert [act for act in ACTS if "case" in act or "comment" in act if administrator.may(act)] == []


def test_the_committee_reads_results_keeps_its_own_account_and_does_nothing_else():
    may = {act for act in ACTS if User("ban", "Ban", "committee").may(act)}
    assert may == {"own_account", "read_pilots", "read_results"}


def test_a_unit_sees_itself_and_those_below_and_nobody_beside_or_above():
    parents = {"tinh": None, "xa.1": "tinh", "thon.1": "xa.1", "xa.2": "tinh"}
    user = User("mot-cua", "Một cửa", "unit", units_below("xa.1", parents))
    assert {unit for unit in parents if user.sees(unit)} == {"xa.1", "thon.1"}


def test_a_ring_of_parents_ends():
    assert units_below("a", {"a": "b", "b": "a"}) == {"a", "b"}


@pytest.mark.parametrize(("role", "units"), [("unit", None), ("inspector", frozenset({"xa.1"})), ("boss", None)])
def test_a_user_whose_role_and_units_do_not_go_together_is_not_made(role, units):
    with pytest.raises(ValueError, match="must be"):
        User("x", "X", role, units)


@pytest.mark.parametrize("kept", [None, "", "x"])
def test_no_password_fits_an_account_that_has_none_not_even_the_one_that_is_hashed_in_its_place(kept):
    assert not password_fits("", kept)
    assert not password_fits("no account has this; checking it takes as long as checking a real one", kept)


def test_a_password_fits_only_itself_whichever_way_its_letters_are_typed():
    kept = hash_password("mật khẩu thứ nhất")
    assert kept.startswith("$argon2id$")
    assert password_fits("mật khẩu thứ nhất", kept)  # the same letters, marks typed apart
    assert not password_fits("mật khẩu thứ hai", kept)
    assert not password_fits("mật khẩu thứ nhất", None)
    assert not password_fits("mật khẩu thứ nhất", "no hash")


@pytest.mark.parametrize(
    ("name", "role", "unit", "password", "said"),
    [
        ("X", "unit", "xa.1", "đủ dài để dùng", "name is 'X'"),
        ("mot-cua", "boss", None, "đủ dài để dùng", "--role is 'boss'"),
        ("mot-cua", "unit", None, "đủ dài để dùng", "--unit is missing"),
        ("mot-cua", "inspector", "xa.1", "đủ dài để dùng", "--unit is xa.1"),
        ("mot-cua", "inspector", None, "ngắn", "the password has 4 characters"),
        ("mot-cua", "inspector", None, "mot-cua-2026", "holds the name"),
        ("mot-cua", "inspector", None, "password2026", "everybody tries first"),
        ("mot-cua", "inspector", None, "Mật khẩu 1234", "everybody tries first"),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_the_reason_and_without_the_password(
    name, role, unit, password, said
):
    [fault] = user_faults(name, role, unit) + password_faults(name, password)
    assert said in fault
    assert password not in fault


def test_a_sign_in_ends_after_half_an_hour_of_silence_and_after_twelve_hours_of_work():
    fresh = SignIn("h", "mot-cua", began=1000, seen=1000)
    silent = 1000 + IDLE_SECONDS + SECONDS_BETWEEN_MARKS
    assert [fresh.holds(at=at) for at in (999, 1000, silent - 1, silent)] == [False, True, True, False]
    busy = SignIn("h", "mot-cua", began=1000, seen=1000 + LONGEST_SECONDS - 1)
    assert [busy.holds(at=1000 + LONGEST_SECONDS + late) for late in (-1, 0)] == [True, False]
    assert not SignIn("h", "mot-cua", began=1000, seen=1000, ended=1001).holds(at=1002)


def test_a_form_token_is_good_for_its_browser_and_key_only():
    token = make_form_token("a" * 64, key=KEY)
    assert is_form_token(token, "a" * 64, key=KEY)
    assert not is_form_token(token, "b" * 64, key=KEY)
    assert not is_form_token(token, "a" * 64, key=KEY[::-1])
    assert not is_form_token("", "a" * 64, key=KEY)
    assert not is_form_token("ă", "a" * 64, key=KEY)


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site", "origin": OURS}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"origin": OURS, "host": "10.0.0.5:8000"}, True),
        ({"origin": "http://10.0.0.5:8000", "host": "10.0.0.5:8000"}, True),
        ({"origin": "https://evil.example", "host": "danhgia.tanhong.gov.vn"}, False),
        ({"origin": "null", "host": "danhgia.tanhong.gov.vn"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
    ],
)
def test_only_pages_of_ours_may_send_what_changes_something(headers, ours):
    assert comes_from_us(headers, public_url=OURS) is ours


@pytest.mark.parametrize(
    "wanted",
    ["", "/", "//evil.example", "https://evil.example/office/", "/office", "/office/../r/X", "/office/\\evil",
     "/office/ x", "/office/\nSet-Cookie: a=b", "javascript:alert(1)", "/office/ă", "/office/%2E%2e//evil.example", "/dashboards/.%2e/x"],
)  # fmt: skip
def test_after_signing_in_nobody_is_led_elsewhere(wanted):
    assert local_path(wanted, otherwise="/office/") == "/office/"


@given(st.text())
def test_what_is_led_to_is_always_a_page_of_the_office(wanted):
    assert local_path(wanted, otherwise="/office/").startswith("/office/")
