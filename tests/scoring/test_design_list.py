from datetime import date

import pytest

from scoring.design import Excluded
from scoring.design_list import list_designs, rank_designs
from scoring.pilot import Participation
from tests.scoring.test_design import TAN_HONG, TAN_HONG_PILOTS, TUY_PHUOC, tuy_phuoc

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
