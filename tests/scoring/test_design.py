import math
from datetime import date

import pytest

from scoring.design import Excluded, Window, allowed_designs, choose_design
from scoring.pilot import Participation

TUY_PHUOC = [
    "tt-tuy-phuoc",
    "tt-dieu-tri",
    "phuoc-thuan",
    "phuoc-nghia",
    "phuoc-loc",
    "phuoc-son",
    "phuoc-hoa",
    "phuoc-thang",
    "phuoc-hiep",
    "phuoc-hung",
    "phuoc-quang",
    "phuoc-an",
    "phuoc-thanh",
]
COMMUNES = [unit for unit in TUY_PHUOC if not unit.startswith("tt-")]
FIRST_TWO = ("phuoc-nghia", "phuoc-quang")

TAN_HONG = [
    "sa-rai",
    "binh-phu",
    "tan-cong-chi",
    "thong-binh",
    "tan-thanh-a",
    "tan-thanh-b",
    "tan-ho-co",
    "tan-phuoc",
    "an-phuoc",
]
BEGUN = date(2020, 10, 1)
TAN_HONG_PILOTS = [
    Participation("ngoai-gio", "sa-rai", BEGUN),
    Participation("ngoai-gio", "tan-thanh-a", BEGUN),
    Participation("zalo", "sa-rai", BEGUN),
    Participation("hai-trong-mot", "tan-cong-chi", BEGUN),
    Participation("hai-trong-mot", "an-phuoc", BEGUN),
    Participation("cap-xa-tiep-nhan", "tan-phuoc", BEGUN),
    Participation("cap-xa-tiep-nhan", "tan-ho-co", BEGUN),
]


def tuy_phuoc(units=tuple(TUY_PHUOC), *, confirmed=True):
    first, later = date(2024, 3, 1), date(2024, 10, 1)
    return [
        Participation(
            "hanh-chinh-phuc-vu", unit, first if unit in FIRST_TWO else later, confirmed=confirmed or unit in FIRST_TWO
        )
        for unit in units
    ]


def test_a_staged_roll_out_compares_with_those_not_yet_started_until_they_start():
    design = choose_design("hanh-chinh-phuc-vu", TUY_PHUOC, tuy_phuoc())

    assert design.kind == "not_yet_started"
    assert design.treated == FIRST_TWO
    assert set(design.comparison) == set(TUY_PHUOC) - set(FIRST_TWO)
    assert design.window == Window(date(2023, 3, 1), date(2024, 3, 1), date(2024, 3, 1), date(2024, 10, 1))
    assert (design.window.months_before, design.window.months_after) == (12, 7)
    assert (design.candidates, design.smallest_p) == (78, 1 / 78)
    assert design.can_conclude()
    assert "start_kept" in design.assumptions


def test_among_communes_alone_two_of_eleven():
    design = choose_design("hanh-chinh-phuc-vu", COMMUNES, tuy_phuoc())

    assert (design.candidates, design.smallest_p) == (55, 1 / 55)


def test_starts_that_the_document_does_not_settle_are_marked():
    assert choose_design("hanh-chinh-phuc-vu", TUY_PHUOC, tuy_phuoc()).start_confirmed
    assert not choose_design("hanh-chinh-phuc-vu", TUY_PHUOC, tuy_phuoc(confirmed=False)).start_confirmed


@pytest.mark.parametrize(
    ("pilot", "treated", "candidates", "smallest_p"),
    [
        ("ngoai-gio", ("sa-rai", "tan-thanh-a"), 10, 1 / 10),
        ("zalo", ("sa-rai",), 4, 1 / 4),
        ("hai-trong-mot", ("an-phuoc", "tan-cong-chi"), 10, 1 / 10),
        ("cap-xa-tiep-nhan", ("tan-ho-co", "tan-phuoc"), 10, 1 / 10),
    ],
)
def test_only_units_in_no_other_pilot_are_a_clean_comparison(pilot, treated, candidates, smallest_p):
    design = choose_design(pilot, TAN_HONG, TAN_HONG_PILOTS)

    assert design.kind == "other_units"
    assert design.treated == treated
    assert design.comparison == ("binh-phu", "tan-thanh-b", "thong-binh")
    assert (design.candidates, design.smallest_p) == (candidates, smallest_p)
    assert not design.can_conclude()
    assert design.window == Window(date(2019, 10, 1), BEGUN, BEGUN, date(2021, 10, 1))


def test_excluded_units_and_treated_units_in_other_pilots_are_named_with_the_pilot():
    design = choose_design("ngoai-gio", TAN_HONG, TAN_HONG_PILOTS)

    assert Excluded("an-phuoc", "other_pilot", "hai-trong-mot") in design.excluded
    assert len(design.excluded) == 4
    assert design.in_other_pilots == (Excluded("sa-rai", "other_pilot", "zalo"),)


def test_where_everybody_takes_part_nobody_is_left_to_compare():
    friday = [Participation("thu-sau-khong-cho", unit, date(2023, 9, 25)) for unit in "abcd"]

    design = choose_design("thu-sau-khong-cho", "abcd", friday)

    assert (design.kind, design.comparison, design.candidates, design.assumptions) == ("none", (), 0, ())
    assert math.isnan(design.smallest_p)
    assert not design.can_conclude()


def test_where_each_unit_chose_one_of_two_pilots_nobody_is_left_either():
    chosen = [Participation("30-phut", unit, date(2024, 1, 1), date(2024, 7, 1)) for unit in "abc"]
    chosen += [Participation("sang-thu-bay", unit, date(2024, 1, 1), date(2024, 7, 1)) for unit in "de"]

    design = choose_design("30-phut", "abcde", chosen, before_contaminated=True)

    assert design.kind == "none"
    assert design.before_contaminated
    assert [each.unit for each in design.excluded] == ["d", "e"]
    assert design.window.after_until == date(2024, 7, 1)


def test_the_month_in_which_a_pilot_starts_is_used_only_if_it_starts_on_the_first():
    window = choose_design("p", "ab", [Participation("p", "a", date(2023, 9, 25))]).window

    assert window == Window(date(2022, 9, 1), date(2023, 9, 1), date(2023, 10, 1), date(2024, 10, 1))
    months = [date(2023, month, 1) for month in (7, 8, 9, 10)]
    assert window.before(months) == tuple(months[:2])
    assert window.after(months) == tuple(months[3:])


def test_the_window_ends_with_the_last_whole_month_of_data_or_participation():
    short = [Participation("p", "a", date(2024, 1, 1), date(2024, 6, 20))]

    assert choose_design("p", "ab", short).window.after_until == date(2024, 6, 1)
    assert choose_design("p", "ab", short, until=date(2024, 4, 15)).window.after_until == date(2024, 4, 1)


def test_a_pilot_of_the_future_has_no_months_after():
    window = choose_design("p", "ab", [Participation("p", "a", date(2024, 1, 1))], until=date(2023, 11, 20)).window

    assert window.months_after == 0
    assert window.after_until == window.after_from == date(2024, 1, 1)


def test_another_pilot_that_had_ended_before_the_window_leaves_a_unit_clean():
    parts = [Participation("p", "a", date(2024, 1, 1)), Participation("q", "b", date(2020, 1, 1), date(2023, 1, 1))]

    assert choose_design("p", "abc", parts).comparison == ("b", "c")
    overlapping = [parts[0], Participation("q", "b", date(2020, 1, 1), date(2023, 1, 2))]
    assert choose_design("p", "abc", overlapping).comparison == ("c",)


def test_every_comparison_that_the_dates_allow_is_listed():
    starts = {"a": date(2024, 1, 1), "b": date(2024, 2, 1), "c": date(2024, 8, 1)}
    parts = [Participation("p", unit, start) for unit, start in starts.items()]

    designs = allowed_designs("p", "abcde", parts)

    assert [(design.kind, design.comparison, design.window.months_after) for design in designs] == [
        ("other_units", ("d", "e"), 12),
        ("not_yet_started", ("b", "c", "d", "e"), 1),
        ("not_yet_started", ("c", "d", "e"), 7),
    ]
    assert designs[0].excluded == (Excluded("b", "started", "p"), Excluded("c", "started", "p"))


def test_a_comparison_that_can_conclude_is_chosen_before_a_longer_one_that_cannot():
    later = [Participation("p", f"later{number:02}", date(2024, 6, 1)) for number in range(30)]
    parts = [Participation("p", "first", date(2024, 1, 1)), *later]
    units = ["first", "never", *(part.unit for part in later)]

    design = choose_design("p", units, parts)

    assert design.kind == "not_yet_started"
    assert (len(design.comparison), design.window.months_after) == (31, 5)


def test_one_unit_that_starts_early_does_not_cut_the_comparison_short():
    parts = [Participation("p", "first", date(2024, 1, 1)), Participation("p", "early", date(2024, 2, 1))]
    parts += [Participation("p", f"later{number:02}", date(2024, 9, 1)) for number in range(30)]

    design = choose_design("p", [part.unit for part in parts], parts)

    assert design.window.months_after == 8
    assert "early" not in design.comparison


def test_participations_of_units_elsewhere_are_passed_over():
    parts = [Participation("p", "a", date(2024, 1, 1)), Participation("p", "elsewhere", date(2023, 1, 1))]

    assert choose_design("p", "abc", parts).treated == ("a",)


def test_a_pilot_without_a_participating_unit_is_refused():
    with pytest.raises(ValueError, match="pilot == 'q', must be one that a unit of units takes part in"):
        choose_design("q", "ab", [Participation("p", "a", date(2024, 1, 1))])
