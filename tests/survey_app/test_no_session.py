"""A pilot without a session says why."""

from datetime import date

import pytest

from scoring import Participation, PilotRule
from survey_app.no_session import why_no_session
from survey_app.register import Catalogue, Pilot

FRIDAYS = {"kind": "sessions", "days": "working", "windows": ("morning",)}
START = date(2024, 1, 1)


def said(parts, *, unit=None, language="en", **rule):
    pilot = Pilot(PilotRule("p", starts=START, **(rule or FRIDAYS)), {"vi": "P"}, "huyen", "test")
    register = Catalogue(pilots=(pilot,), participations=tuple(Participation("p", one, START) for one in parts))
    return why_no_session(register, pilot, unit=unit, language=language)


@pytest.mark.parametrize(
    ("parts", "unit", "rule", "expected"),
    [
        ("a", None, {"kind": "continuous"}, "units take part all the time"),
        ("", None, {}, "No unit is recorded as taking part"),
        ("ab", "c", {}, "c does not take part in this pilot; those that do: a, b."),
        ("ab", "b", FRIDAYS | {"unit_chooses": ("days",)}, "The days or the window that b chose are not known"),
        ("a", None, {}, "No day on which a take part fits the rule"),
    ],
    ids=["continuous", "nobody", "other unit", "undecided", "no day"],
)
def test_each_reason_is_told_apart(parts, unit, rule, expected):
    assert expected in said(parts, unit=unit, **rule)


def test_the_reason_is_told_in_vietnamese_first():
    assert said("", language="vi") == "Chưa có đơn vị nào được ghi là tham gia mô hình này, nên chưa có phiên."
