from datetime import date

import pytest

from scoring.design import Excluded
from scoring.design_list import list_designs, list_starts, rank_designs
from scoring.pilot import Participation
from tests.scoring.test_design import BEGUN, TAN_HONG, TAN_HONG_PILOTS, TUY_PHUOC, tuy_phuoc

KINDS = {unit: "thị trấn" if unit.startswith("tt-") else "xã" for unit in TUY_PHUOC}


def test_tuy_phuoc_allows_two_of_thirteen_and_openly_two_of_the_eleven_communes():
    found = list_designs("hanh-chinh-phuc-vu", TUY_PHUOC, tuy_phuoc(), kinds=KINDS)

    compared = [(design.candidates, design.smallest_p) for design in found if design.comparison]
    assert compared == [(78, 1 / 78), (55, 1 / 55)]
    communes = next(design for design in found if design.candidates == 55)
    assert Excluded("tt-tuy-phuoc", "other_kind", "") in communes.excluded
    assert [choice.reason for choice in rank_designs(found)][:2] == ["chosen", "fewer_units"]


def test_units_all_of_one_kind_offer_nothing_more():
    assert len(list_designs("zalo", TAN_HONG, TAN_HONG_PILOTS, kinds=dict.fromkeys(TAN_HONG, "xã"))) == 1


def test_a_kind_that_leaves_the_same_comparison_or_nobody_is_not_offered_twice():
    """Sa Rài is Tân Hồng's only thị trấn, and in another pilot: without it the xã are compared as they were."""
    kinds = {unit: "thị trấn" if unit == "sa-rai" else "xã" for unit in TAN_HONG}

    assert len(list_designs("hai-trong-mot", TAN_HONG, TAN_HONG_PILOTS, kinds=kinds)) == 1
    assert len(list_designs("zalo", TAN_HONG, TAN_HONG_PILOTS, kinds=kinds)) == 1


def test_same_unit_comparisons_are_offered_for_each_wave_and_triple_ones_where_other_units_are():
    found = list_designs("hanh-chinh-phuc-vu", TUY_PHUOC, tuy_phuoc(), contrasts=["procedures"])

    within = [design for design in found if design.kind == "other_procedures"]
    assert [(design.window.after_from, len(design.treated)) for design in within] == [
        (date(2024, 3, 1), 2),
        (date(2024, 10, 1), 11),
    ]
    assert [(design.candidates, design.smallest_p) for design in within] == [(4, 0.5), (2048, 2 / 2048)]
    triple = [design for design in found if design.kind == "triple_procedures"]
    assert [(design.candidates, design.smallest_p) for design in triple] == [(78, 1 / 78)]
    assert all(design.needs_outside for design in (*within, *triple))


def test_where_everybody_takes_part_only_the_units_themselves_are_left():
    friday = [Participation("thu-sau", unit, date(2023, 9, 1)) for unit in "abcdef"]

    best, *others = rank_designs(list_designs("thu-sau", "abcdef", friday, contrasts=["weekdays"]))

    assert (best.design.kind, best.design.smallest_p, best.design.can_conclude()) == ("other_weekdays", 1 / 32, True)
    assert [(choice.design.kind, choice.reason) for choice in others] == [("none", "cannot_conclude")]
    assert "either_way" in best.design.assumptions
    assert "exchangeable" not in best.design.assumptions


def test_other_units_come_before_the_units_themselves_although_those_have_more_candidates():
    ranked = rank_designs(list_designs("hanh-chinh-phuc-vu", TUY_PHUOC, tuy_phuoc(), contrasts=["procedures"]))

    assert ranked[0].design.kind == "not_yet_started"
    reasons = {(choice.design.kind, len(choice.design.treated)): choice.reason for choice in ranked[1:]}
    assert reasons["other_procedures", 11] == "weaker_comparison"
    assert reasons["other_procedures", 2] == "cannot_conclude"


@pytest.mark.parametrize(("pilot", "p"), [("ngoai-gio", 1 / 10), ("zalo", 1 / 4)])
def test_tan_hong_cannot_conclude_against_other_units_whatever_is_listed(pilot, p):
    ranked = rank_designs(list_designs(pilot, TAN_HONG, TAN_HONG_PILOTS, contrasts=["weekdays"]))

    assert not any(choice.design.can_conclude() for choice in ranked)
    assert p in [choice.design.smallest_p for choice in ranked]
    assert {choice.reason for choice in ranked} <= {"chosen", "weaker_comparison", "fewer_units", "fewer_months"}


def test_nothing_to_rank_is_nothing():
    assert rank_designs([]) == ()


def test_starts_of_a_roll_out_leave_out_units_that_are_in_another_pilot_meanwhile():
    taking_part = [
        *TAN_HONG_PILOTS,
        Participation("ngoai-gio", "binh-phu", date(2021, 4, 1)),
        Participation("ngoai-gio", "thong-binh", date(2022, 1, 1)),
    ]

    found = list_starts("ngoai-gio", TAN_HONG, taking_part, until=date(2021, 10, 15))

    assert found.starts == {
        "binh-phu": date(2021, 4, 1),
        "sa-rai": BEGUN,
        "tan-thanh-a": BEGUN,
        "tan-thanh-b": None,
        "thong-binh": None,
    }
    assert {each.unit for each in found.excluded} == {"an-phuoc", "tan-cong-chi", "tan-ho-co", "tan-phuoc"}
    assert found.in_other_pilots == (Excluded("sa-rai", "other_pilot", "zalo"),)
    assert found.waves == 2
    assert (found.since, found.until) == (date(2019, 10, 1), date(2021, 10, 1))
    assert found.months([date(2019, 9, 1), date(2019, 10, 1), date(2021, 9, 1), date(2021, 10, 1)]) == (
        date(2019, 10, 1),
        date(2021, 9, 1),
    )


def test_another_pilot_that_ended_before_or_begins_after_is_no_reason_to_leave_a_unit_out():
    begun = [
        Participation("p", "a", date(2024, 3, 1)),
        Participation("q", "b", date(2020, 1, 1), date(2022, 1, 1)),
        Participation("q", "c", date(2026, 1, 1)),
    ]

    found = list_starts("p", "abc", begun, until=date(2025, 3, 1))

    assert (found.starts, found.excluded) == ({"a": date(2024, 3, 1), "b": None, "c": None}, ())


def test_nobody_who_starts_is_no_roll_out():
    found = list_starts("p", "ab", [Participation("p", "a", date(2024, 3, 1))], until=date(2024, 3, 1))

    assert (found.waves, found.since, found.until) == (0, date(2024, 3, 1), date(2024, 3, 1))
