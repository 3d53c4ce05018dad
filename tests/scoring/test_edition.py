"""Editions: files that add up exactly, or every fault at once."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.edition import Edition
from scoring.edition_file import EditionFaults, edition_codes, load_edition, parse_edition
from scoring.node import CONFIDENCE, round_half_up

GOOD = """
code = "try"
name = { vi = "Thử", en = "Try" }
source = { vi = "Văn bản thử", en = "Trial text" }
confidence = "ours"
total = "100"
near_cut = "value"

[in_force]
from = 2026-01-01

[rounding]
decimals = 2

[thresholds]
privacy = 10
evidence = 30
half_width = "0.05"

[scale]
points = [1, 2, 3, 4, 5]
satisfied = [4, 5]
zero = "0"

[[band]]
from = "50"
name = { vi = "Đạt", en = "Reached" }

[[band]]
from = "0"
name = { vi = "Chưa đạt", en = "Not reached" }

[[node]]
code = "total"
name = { vi = "Tổng", en = "Total" }
rule = "sum"

[[node]]
code = "people"
parent = "total"
name = { vi = "Người dân", en = "People" }
rule = "weighted_sum"
max = "70"

[[node]]
code = "a"
parent = "people"
name = { vi = "A", en = "A" }
rule = "share"
weight = "1/3"

[[node]]
code = "b"
parent = "people"
name = { vi = "B", en = "B" }
rule = "share"
weight = "2/3"

[[node]]
code = "register"
parent = "total"
name = { vi = "Sổ", en = "Register" }
rule = "ratio"
full_at = "0.9"
empty_denominator = "zero"
max = "30"
"""


def parse(text: str) -> Edition:
    return parse_edition(text, file="try.toml")


def faults_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(EditionFaults) as caught:
        parse(text)
    assert all(fault.file == "try.toml" and fault.expected for fault in caught.value.faults)
    return [(fault.key, fault.value) for fault in caught.value.faults]


def changed(*changes: tuple[str, str]) -> str:
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_a_good_file_becomes_a_tree_whose_maxima_add_up():
    edition = parse(GOOD)
    # 70 × 1/3, 70 × 2/3 and 30 make 100 exactly, in thirds
    assert {node.code: node.maximum for node in edition.nodes} == {
        "total": 100,
        "people": 70,
        "a": Fraction(70, 3),
        "b": Fraction(140, 3),
        "register": 30,
    }
    assert edition.root.code == "total"
    assert [node.code for node in edition.children("people")] == ["a", "b"]


def test_every_edition_of_the_package_parses_and_says_where_it_comes_from():
    assert set(edition_codes()) >= {"qd766-2022", "sipas-2017", "thi-dua-2026-mau"}
    for code in edition_codes():
        edition = load_edition(code)
        assert edition.code == code
        assert edition.source.vi
        assert edition.source.en
        for node in edition.nodes:
            parts = [
                below.maximum
                for below in edition.children(node.code)
                if below.rule not in ("bonus", "penalty", "shown")
            ]
            if node.rule in ("sum", "weighted_sum"):
                assert sum(parts) == node.maximum, f"{code} {node.code}"
        assert all(node.source.vi and node.name.en and node.confidence in CONFIDENCE for node in edition.nodes)


def test_sipas_2017_has_five_elements_and_22_criteria_of_one_weight():
    edition = load_edition("sipas-2017")
    elements = list(edition.children("total"))
    criteria = [list(edition.children(element.code)) for element in elements]
    # domain: 2640/QĐ-BNV, 4 + 5 + 6 + 3 + 4
    assert [len(each) for each in criteria] == [4, 5, 6, 3, 4]
    assert {node.maximum for each in criteria for node in each} == {Fraction(100, 22)}
    assert [node.code for each in criteria for node in each if node.confidence == "seen"] == [
        *("2.1", "2.5", "3.1", "3.3", "3.4", "3.6", "5.4"),
    ]
    assert edition.confidence == "seen"
    assert edition.root.confidence == "inferred"
    assert edition.bands == ()


def test_sipas_2017_was_in_force_until_the_end_of_2020():
    edition = load_edition("sipas-2017")
    assert not edition.in_force(date(2017, 10, 9))
    assert edition.in_force(date(2017, 10, 10))
    assert edition.in_force(date(2020, 12, 31))
    assert not edition.in_force(date(2021, 1, 1))


def test_both_definitions_of_satisfied_are_offered_and_labelled():
    share, mean = load_edition("sipas-2017"), load_edition("sipas-2017", definition="mean")
    assert share.definition is not None
    assert mean.definition is not None
    assert (share.definition.rule, share.definition.confidence) == ("share", "recalled")
    assert (mean.definition.rule, mean.definition.name.vi) == ("mean", "điểm trung bình ÷ 5")
    assert {node.rule for node in mean.nodes} == {"mean", "weighted_sum"}
    assert share.digest != mean.digest


def test_a_definition_that_an_edition_does_not_offer_is_refused_by_name():
    with pytest.raises(ValueError, match="definition == 'median', must be one that sipas-2017 offers: share, mean"):
        load_edition("sipas-2017", definition="median")


def test_an_edition_that_does_not_exist_is_refused_with_the_ones_that_do():
    with pytest.raises(ValueError, match=r"edition == 'sipas-1999', must be one of .*qd766-2022, sipas-2017"):
        load_edition("sipas-1999")


def test_the_emulation_sample_takes_the_whole_satisfaction_index_into_half_its_points():
    edition = load_edition("thi-dua-2026-mau")
    node = {node.code: node for node in edition.nodes}
    assert edition.confidence == "ours"
    assert [(each.code, each.maximum) for each in edition.children("total")] == [
        ("satisfaction", 50),
        ("on_time", 30),
        ("pilot", 20),
    ]
    assert node["satisfaction"].rule == "weighted_sum"
    assert node["1.1"].maximum == Fraction(50, 22)
    assert "2640/QĐ-BNV" in node["1.1"].source.vi
    assert edition.definition is not None
    assert edition.definition.rule == "share"
    assert [band.cut for band in edition.bands] == [90, 70, 50, 0]


@pytest.mark.parametrize(
    ("points", "name"),
    [
        ("100", "Xuất sắc"),
        ("90.00", "Xuất sắc"),
        ("89.99", "Tốt"),
        ("80", "Tốt"),
        ("79.99", "Khá"),
        ("70", "Khá"),
        ("69.99", "Trung bình"),
        ("50", "Trung bình"),
        ("49.99", "Yếu"),
        ("0", "Yếu"),
    ],
)
def test_a_cut_belongs_to_the_higher_class(points: str, name: str):
    band = load_edition("qd766-2022").band_of(Decimal(points))
    assert band is not None
    assert band.name.vi == name


def test_the_digest_sees_what_is_said_and_not_how_it_is_laid_out():
    other_layout = "# a remark\n" + GOOD.replace('total = "100"', 'total  =  "100.0"')
    assert parse(GOOD).digest == parse(other_layout).digest
    other_cut = parse(changed(('from = "50"', 'from = "51"'), ("[[band]]", "[[band]]")))
    assert parse(GOOD).digest != other_cut.digest


def test_every_fault_of_a_file_comes_at_once():
    text = changed(
        ('source = { vi = "Văn bản thử", en = "Trial text" }\n', ""),
        ('confidence = "ours"', 'confidence = "sure"'),
        ("privacy = 10", "privacy = -1"),
        ('half_width = "0.05"', "half_width = 0.05"),
        ("satisfied = [4, 5]", "satisfied = [3, 5]"),
        ('from = "50"', 'from = "-5"'),
        ('rule = "ratio"', 'rule = "magic"'),
        ('weight = "2/3"', 'weight = "0.66"'),
        ('code = "b"', 'code = "a"'),
        ('max = "70"', 'max = "70"\ncolour = "red"'),
        ("[rounding]", '[rounding]\nhow = "bankers"'),
    )
    assert set(faults_of(text)) == {
        ("source", "(missing)"),
        ("confidence", "'sure'"),
        ("thresholds.privacy", "-1"),
        ("thresholds.half_width", "0.05"),
        ("scale.satisfied", "[3, 5]"),
        ("band[0].from", "'-5'"),
        ('node["register"].rule', "'magic'"),
        ('node["register"].full_at', "'0.9'"),
        ('node["register"].empty_denominator', "'zero'"),
        ('node["people"].rule', "149/150"),
        ('node["a"].code', "'a'"),
        ('node["people"].colour', "'red'"),
        ("rounding.how", "'bankers'"),
    }


@pytest.mark.parametrize(
    ("old", "new", "key", "value"),
    [
        # 1/3 + 0.66 = 149/150: off by 1/150; 69.99 + 30 = 99.99: off by 0.01
        ('weight = "2/3"', 'weight = "0.66"', 'node["people"].rule', "149/150"),
        ('max = "70"', 'max = "69.99"', 'node["total"].rule', "9999/100"),
        ('max = "30"\n', "", 'node["register"].max', "(missing)"),
        ('weight = "1/3"', 'max = "5"\nweight = "1/3"', 'node["a"].max', "'5'"),
        ('max = "30"', 'max = "30"\nweight = "1/2"', 'node["register"].weight', "'1/2'"),
        ('rule = "sum"', 'rule = "sum"\nmax = "100"', 'node["total"].max', "'100'"),
        ('max = "30"', 'max = "1e2"', 'node["register"].max', "'1e2'"),
        ('weight = "1/3"', 'weight = "1/0"', 'node["a"].weight', "'1/0'"),
        ('total = "100"', 'total = "0"', "total", "'0'"),
        ('parent = "people"', 'parent = "nobody"', 'node["a"].parent', "'nobody'"),
        ('code = "register"\nparent = "total"', 'code = "register"', "node", "total, register"),
        ('code = "b"', 'code = "a"', 'node["a"].code', "'a'"),
        ('parent = "people"', 'parent = "register"', 'node["register"].rule', "'ratio'"),
        ('empty_denominator = "zero"\n', "", 'node["register"].empty_denominator', "(missing)"),
        ("[rounding]\ndecimals = 2", "[rounding]", "rounding.decimals", "(missing)"),
        ("from = 2026-01-01", 'from = "2026"', "in_force.from", "'2026'"),
        ("from = 2026-01-01", "from = 2026-01-01\nto = 2025-01-01", "in_force.to", "datetime.date(2025, 1, 1)"),
        ('from = "50"', 'from = "0"', "band[1].from", "'0'"),
        ('from = "0"', 'from = "1"', "band[1].from", "'1'"),
        ('from = "50"', 'from = "101"', "band[0].from", "'101'"),
        ('name = { vi = "A", en = "A" }', 'name = { vi = "A" }', 'node["a"].name', "{'vi': 'A'}"),
        ('name = { vi = "A", en = "A" }', 'name = "A"', 'node["a"].name', "'A'"),
        ('full_at = "0.9"', 'full_at = "0"', 'node["register"].full_at', "'0'"),
        ('rule = "share"', 'rule = "edition"\nedition = "nowhere"', 'node["a"].edition', "'nowhere'"),
        ("points = [1, 2, 3, 4, 5]", "points = [5]", "scale.points", "[5]"),
        ('zero = "0"', 'zero = "2"', "scale.zero", "'2'"),
    ],
)
def test_each_fault_names_its_key_and_value(old: str, new: str, key: str, value: str):
    assert (key, value) in faults_of(changed((old, new)))


def test_parents_that_go_round_in_a_circle_are_named():
    text = changed(
        ('code = "people"\nparent = "total"', 'code = "people"\nparent = "a"'),
        ('max = "70"', 'weight = "1"'),
    )
    found = faults_of(text)
    assert ('node["people"].parent', "'a'") in found
    assert ('node["a"].parent', "'people'") in found
    assert ('node["b"].parent', "'people'") not in found


def test_a_child_with_its_parents_code_is_a_fault_and_no_endless_walk():
    assert ('node["total"].code', "'total'") in faults_of(changed(('code = "people"', 'code = "total"')))


def test_a_survey_rule_without_a_scale_is_a_fault():
    text = changed(('[scale]\npoints = [1, 2, 3, 4, 5]\nsatisfied = [4, 5]\nzero = "0"\n', ""))
    assert [key for key, _ in faults_of(text)] == ['node["a"].rule', 'node["b"].rule']


def test_a_file_without_nodes_is_a_fault():
    assert ("node", "(none)") in faults_of(GOOD[: GOOD.index("[[node]]")])


def test_an_edition_that_includes_one_with_its_own_codes_is_a_fault():
    text = GOOD + '[[node]]\ncode = "x"\nparent = "total"\nname = { vi = "X", en = "X" }\nrule = "edition"\n'
    text = text.replace('max = "30"', 'max = "20"') + 'edition = "good"\nmax = "10"\n'
    with pytest.raises(EditionFaults) as caught:
        parse_edition(text, file="try.toml", find=lambda _: parse(GOOD))
    assert {fault.key for fault in caught.value.faults} == {'node["x"].code'}
    assert "'register' is there twice" in str(caught.value)


def test_a_slip_of_syntax_is_named_by_its_line():
    found = faults_of(changed(('total = "100"', 'total = "100')))
    assert found == [("line 6", "'total = \"100'")]


def test_a_file_that_breaks_off_is_named_by_its_end():
    assert faults_of('code = "x"\nname = { vi = ') == [("line 2", "'name = { vi ='")]


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_an_edition_or_a_list_of_faults(text: str):
    with pytest.raises(EditionFaults) as caught:
        parse(text)
    assert caught.value.faults


@settings(deadline=None)
@given(st.sampled_from(GOOD.splitlines()))
def test_a_file_that_misses_a_line_never_crashes(line: str):
    try:
        parse(GOOD.replace(line + "\n", "", 1))
    except EditionFaults as caught:
        assert caught.faults  # noqa: PT017, some lines are optional


@pytest.mark.parametrize(
    ("number", "decimals", "rounded"),
    [("2.675", 2, "2.68"), ("0.5", 0, "1"), ("89.995", 2, "90.00"), ("89.9949", 2, "89.99"), ("-0.125", 2, "-0.13")],
)
def test_a_five_is_rounded_up_on_the_exact_number(number: str, decimals: int, rounded: str):
    assert str(round_half_up(Fraction(number), decimals)) == rounded


def test_criteria_under_another_rule_than_the_first_definition_are_a_fault():
    definition = '[[definition]]\nrule = "mean"\nname = { vi = "Đ", en = "M" }\nconfidence = "ours"\n\n[[band]]'
    found = faults_of(changed(("[[band]]", definition)))
    assert found == [('node["a"].rule', "'share'"), ('node["b"].rule', "'share'")]


def test_the_sets_of_questions_are_those_that_meet_in_a_line():
    criteria = {"polite": "3.1", "answers": "3.3", "posted": "2.1"}
    sets = load_edition("sipas-2017").question_sets(criteria)
    assert sets == (frozenset(criteria), frozenset({"polite", "answers"}))


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("decimals = 2", f"decimals = {'9' * 5000}", "(whole file)"),
        ("decimals = 2", f"decimals = {'[' * 5000}", "(whole file)"),
        ("decimals = 2", f"decimals = 0x{'F' * 5000}", "rounding.decimals"),
        ("decimals = 2", "decimals = 99999999999", "rounding.decimals"),
        ('max = "70"', f'max = "{"9" * 5000}"', 'node["people"].max'),
    ],
)
def test_a_number_too_long_to_be_meant_is_a_fault_and_not_a_traceback(old: str, new: str, key: str):
    assert key in [found for found, _ in faults_of(changed((old, new)))]


NAMED = '{ vi = "V", en = "E" }'
ONE_CHOICE = (
    GOOD[: GOOD.index("[[node]]")]
    + f'[[node]]\ncode = "top"\nname = {NAMED}\nrule = "bands"\nof = "sum"\n'
    + 'band = [{ from = "0.5", points = "100" }, { from = "0", points = "0" }]\n'
    + f'[[node]]\ncode = "choice"\nparent = "top"\nname = {NAMED}\nrule = "points"\nmax = "100"\n'
    + f'option = [{{ points = "100", name = {NAMED} }}, {{ points = "50", name = {NAMED} }}]\n'
)
TAKEN = f'[[node]]\ncode = "taken"\nparent = "total"\nname = {NAMED}\nrule = "edition"\nedition = "one"\nmax = "30"\n'


def test_an_edition_that_is_taken_over_brings_its_totals_curve_and_its_options_scaled():
    text = GOOD[: GOOD.index('[[node]]\ncode = "register"')] + TAKEN
    edition = parse_edition(text, file="try.toml", find=lambda _: parse(ONE_CHOICE))
    taken, choice = edition.nodes[-2:]
    assert taken.curve == parse(ONE_CHOICE).root.curve
    assert (choice.maximum, [option.points for option in choice.options]) == (30, [30, 15])


def test_an_edition_of_one_criterion_can_be_taken_over():
    one = GOOD[: GOOD.index("[[node]]")] + f'[[node]]\ncode = "only"\nname = {NAMED}\nrule = "share"\n'
    text = GOOD[: GOOD.index('[[node]]\ncode = "register"')] + TAKEN
    edition = parse_edition(text, file="try.toml", find=lambda _: parse(one))
    assert (edition.nodes[-1].code, edition.nodes[-1].rule, edition.nodes[-1].scale) == (
        "taken",
        "share",
        parse(one).root.scale,
    )


def test_two_curves_over_one_total_are_a_fault():
    curved = TAKEN.replace('rule = "edition"', 'rule = "bands"\nof = "edition"')
    curved += 'band = [{ from = "0.5", points = "30" }, { from = "0", points = "0" }]\n'
    with pytest.raises(EditionFaults) as caught:
        parse_edition(
            GOOD[: GOOD.index('[[node]]\ncode = "register"')] + curved, file="t", find=lambda _: parse(ONE_CHOICE)
        )
    assert [fault.key for fault in caught.value.faults] == ['node["taken"].of']


def test_other_weights_take_the_options_along():
    text = GOOD.replace('code = "b"', f'code = "b"\noption = [{{ points = "140/3", name = {NAMED} }}]')
    text = text.replace('rule = "share"\nweight = "2/3"', 'rule = "points"\nweight = "2/3"')
    edition = parse(text).weighted({"a": "1/2", "b": "1/2"})
    assert [option.points for option in edition.nodes[3].options] == [35]
    assert ('node["b"].option', "[{'points': '2', 'name': {'vi': 'V', 'en': 'E'}}]") in faults_of(
        text.replace('"140/3"', '"2"')
    )


def test_other_weights_of_an_edition_with_lines_only_shown():
    shown = "".join(
        f'[[node]]\ncode = "{code}"\nparent = "{parent}"\nname = {NAMED}\nrule = "shown"\n'
        for code, parent in (("s", "register"), ("s2", "s"))
    )
    assert parse(GOOD + shown).weighted({"a": "1/2", "b": "1/2"}).nodes[-1].maximum == 0


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('rule = "share"\nweight = "1/3"', 'rule = "sum"\nweight = "1/3"', 'node["a"].rule'),
        ('rule = "weighted_sum"\nmax = "70"', 'rule = "sum"\nover = "keep"\nmax = "70"', 'node["people"].over'),
    ],
)
def test_a_sum_of_nothing_and_a_line_that_passes_its_maximum_are_faults(old: str, new: str, key: str):
    bonus = f'[[node]]\ncode = "gift"\nparent = "a"\nname = {NAMED}\nrule = "bonus"\nmax = "3"\n'
    assert key in [found for found, _ in faults_of(changed((old, new)) + bonus)]


@pytest.mark.parametrize("rule", ["shown", "bonus", "penalty"])
def test_a_total_that_brings_no_points_of_its_own_is_a_fault(rule: str):
    text = GOOD[: GOOD.index("[[node]]")] + f'[[node]]\ncode = "t"\nname = {NAMED}\nrule = "{rule}"\n'
    assert faults_of(text) == [('node["t"].rule', repr(rule))]


def test_what_does_not_add_up_below_a_parent_that_is_misspelt_comes_with_it():
    inner = f'[[node]]\ncode = "c"\nparent = "register"\nname = {NAMED}\nrule = "points"\nmax = "29.99"\n'
    text = changed(
        ('code = "register"\nparent = "total"', 'code = "register"\nparent = "totl"'),
        ('rule = "ratio"\nfull_at = "0.9"\nempty_denominator = "zero"', 'rule = "sum"'),
    )
    assert {('node["register"].parent', "'totl'"), ('node["register"].rule', "2999/100")} <= set(
        faults_of(text + inner)
    )


def test_two_definitions_by_one_rule_are_a_fault():
    one = '[[definition]]\nrule = "share"\nname = { vi = "Đ", en = "S" }\nconfidence = "ours"\n\n'
    assert [key for key, _ in faults_of(changed(("[[band]]", f"{one}{one}[[band]]")))] == ["definition"]
