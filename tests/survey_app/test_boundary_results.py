"""A run of months across a change of units, and where a pilot's units are today."""

from datetime import date, datetime

import pytest

from survey_app.boundary_results import change_of, read_boundaries, series_across, units_on
from survey_app.door import ZONE
from survey_app.pilot_today import units_of_pilot_today
from survey_app.questionnaire import load_questionnaire
from survey_app.recording import record_questionnaire, record_rows
from survey_app.register import Catalogue, Successor, Unit
from survey_app.snapshot import SnapshotReader
from survey_app.tables import DeskRow, ResponseRow, SuccessorRow, UnitRow
from tests.conftest import shipped_catalogue

CHANGE = date(2025, 7, 1)
JUNE, JULY, AUGUST = date(2025, 6, 1), date(2025, 7, 1), date(2025, 8, 1)
NOW = datetime(2026, 2, 10, 12, 0, tzinfo=ZONE)
COUNTS = {
    ("a", JUNE): 20, ("b", JUNE): 30, ("c", JUNE): 6, ("d", JUNE): 15,
    ("x", JULY): 40, ("y", JULY): 25, ("x", AUGUST): 4, ("same", JUNE): 11, ("same", JULY): 12,
}  # fmt: skip
"""Answers by unit and month. a and b became x, b a little of y too; c became y; d ended without a successor."""
LINKS = [("a", "x", "main"), ("b", "x", "main"), ("b", "y", "partial"), ("c", "y", "main")]


@pytest.fixture
def snapshot(sqlite_engine):
    spans = dict.fromkeys("abcd", (None, CHANGE)) | dict.fromkeys("xy", (CHANGE, None)) | {"same": (None, None)}
    with sqlite_engine.begin() as connection:
        record_questionnaire(connection, load_questionnaire("desk"))
        record_rows(
            connection,
            UnitRow,
            [
                {"code": code, "kind": "xã", "name": code, "source": "test", "valid_from": starts, "valid_to": ends}
                for code, (starts, ends) in spans.items()
            ],
        )
        record_rows(
            connection,
            SuccessorRow,
            [{"old": old, "new": new, "part": part, "source": "test"} for old, new, part in LINKS],
        )
        record_rows(
            connection,
            DeskRow,
            [
                {"code": f"{code}.1", "unit": code, "name": "Quầy", "place": "Một cửa", "fields": [], "questionnaire": "desk", "source": "test"}
                for code in spans
            ],
        )  # fmt: skip
        record_rows(
            connection,
            ResponseRow,
            [
                {
                    "id": f"{unit}-{month}-{number}", "unit": unit, "desk": f"{unit}.1", "local_date": month.replace(day=4),
                    "slot": "09:00", "questionnaire": load_questionnaire("desk").version, "channel": "poster",
                    "language": "vi", "answers": {"polite": 5 if number else 1}, "simulated": False,
                }
                for (unit, month), answers in COUNTS.items()
                for number in range(answers)
            ],
        )  # fmt: skip
    return SnapshotReader(sqlite_engine).latest(now=NOW)


def across(snapshot, *codes, kind="new", until=date(2026, 1, 1)):
    return series_across(snapshot, [snapshot.register.unit[code] for code in codes], kind, until=until)


def shown(series):
    return {month.month: month.index.n for month in series.months if month.index.n}


def codes(units):
    return [unit.code for unit in units]


def test_on_new_boundaries_a_commune_of_today_has_the_months_of_those_it_took_over(snapshot):
    series = across(snapshot, "x")
    assert shown(series) == {JUNE: 50, JULY: 40}
    assert round(next(month for month in series.months if month.month == JUNE).index.value, 4) == 0.96  # 48 of 50
    assert [(codes(place.before), codes(place.after)) for place in series.places] == [(["a", "b"], ["x"])]
    assert (codes(series.in_part), codes(series.apart), codes(series.silent)) == (["b"], [], [])
    assert codes(series.elsewhere) == []
    assert series.change == CHANGE


def test_an_old_commune_asked_for_is_followed_to_the_unit_that_has_it(snapshot):
    assert shown(across(snapshot, "a")) == shown(across(snapshot, "x")) == shown(across(snapshot, "a", "b", "x"))


def test_no_figure_across_holds_what_is_released_for_no_single_unit(snapshot):
    series = across(snapshot, "y")
    assert shown(series) == {JULY: 25}, "six answers of c are too few, and b's part in y is not known"
    assert (codes(series.silent), codes(series.elsewhere)) == (["c"], ["b"])


def test_on_old_boundaries_all_that_share_a_successor_are_one_group(snapshot):
    series = across(snapshot, "a", kind="old")
    assert shown(series) == {JUNE: 50, JULY: 65}
    assert [(codes(place.before), codes(place.after)) for place in series.places] == [(["a", "b", "c"], ["x", "y"])]
    assert (codes(series.in_part), codes(series.elsewhere)) == ([], [])


def test_a_unit_without_a_successor_is_left_out_and_named(snapshot):
    series = across(snapshot, "x", "d")
    assert shown(series) == {JUNE: 50, JULY: 40}
    assert codes(series.apart) == ["d"]


def test_a_unit_that_stayed_is_counted_as_ever_and_alone_has_no_series_across(snapshot):
    assert shown(across(snapshot, "x", "same")) == {JUNE: 61, JULY: 52}
    same = snapshot.register.unit["same"]
    assert change_of(snapshot.register, [same]) is None
    assert change_of(snapshot.register, [same, snapshot.register.unit["x"]]) == CHANGE
    with pytest.raises(ValueError, match=r"units == \['same'\]"):
        across(snapshot, "same")


@pytest.mark.parametrize(
    ("until", "first", "last"),
    [
        (date(2025, 7, 1), date(2025, 1, 1), date(2025, 12, 1)),
        (date(2025, 10, 1), date(2025, 1, 1), date(2025, 12, 1)),
        (date(2026, 2, 1), date(2025, 1, 1), date(2026, 1, 1)),
        (date(2026, 12, 1), date(2025, 1, 1), date(2026, 2, 1)),
    ],
)
def test_the_run_shows_half_a_year_of_either_side_and_goes_on_to_the_period_never_beyond_today(
    snapshot, until, first, last
):
    months = [month.month for month in across(snapshot, "x", until=until).months]
    assert (months[0], months[-1]) == (first, last)


def test_every_answer_released_is_in_the_series_of_all_units_once(snapshot):
    units = tuple(snapshot.register.unit.values())
    for kind in ("new", "old"):
        counted = units_on(snapshot.register, units, kind)
        assert sorted(codes(counted)) == ["a", "b", "c", "same", "x", "y"]


def test_in_the_catalogue_every_commune_moved_whole_and_districts_stay_apart():
    catalogue = shipped_catalogue()
    found = read_boundaries(catalogue, "new")
    communes = [code for code in found.whole if catalogue.unit[code].level == "commune"]
    assert (len(communes), found.in_part) == (17 + 8 + 16 + 13 + 9, ())
    assert {"na-ri", "bac-kan", "thanh-ha", "tuy-phuoc", "tan-hong"} <= set(found.apart)


def test_the_units_of_ngoai_gio_are_today_in_tan_hong_and_tan_thanh():
    catalogue = shipped_catalogue()
    found = units_of_pilot_today(catalogue, catalogue.pilot["ngoai-gio"], on=date(2026, 11, 20))
    assert [(each.unit.name, [(unit.code, part) for unit, part in each.today]) for each in found] == [
        ("Sa Rài", [("xa.29926", "main")]),
        ("Tân Thành A", [("xa.29938", "main")]),
    ]
    assert units_of_pilot_today(catalogue, catalogue.pilot["ngoai-gio"], on=date(2025, 6, 30)) == ()


def test_a_split_unit_of_a_pilot_is_followed_to_all_that_have_a_part_of_it_also_through_a_second_change():
    later = date(2030, 1, 1)
    catalogue = shipped_catalogue()
    pilot = catalogue.pilot["zalo"]
    units = [
        Unit("p", "xã", "P", "test", valid_from=later),
        Unit("q", "xã", "Q", "test", valid_from=later),
        Unit("tan-hong.sa-rai", "thị trấn", "Sa Rài", "test", valid_to=CHANGE),
        Unit("x", "xã", "X", "test", valid_from=CHANGE, valid_to=later),
    ]
    links = [("tan-hong.sa-rai", "x", "main"), ("tan-hong.sa-rai", "q", "partial"), ("x", "p", "main")]
    register = Catalogue(
        units=tuple(units),
        successors=tuple(Successor(*link, source="test") for link in links),
        pilots=(pilot,),
        participations=catalogue.participations_in("zalo"),
    )
    [found] = units_of_pilot_today(register, pilot, on=date(2031, 1, 1))
    assert [(unit.code, part) for unit, part in found.today] == [("p", "main"), ("q", "partial")]
    assert found.split
