"""Questionnaires as files: what they may say, and what is told of one that says something else."""

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from scoring import load_edition
from survey_app.condition import Condition
from survey_app.questionnaire import QuestionnaireFaults, list_questionnaires, load_questionnaire, parse_questionnaire
from survey_app.questionnaire_keys import KINDS

DESK = load_questionnaire("desk")
SHIPPED = list_questionnaires()
PAGE = (Path(__file__).parents[2] / "docs" / "questionnaires.md").read_text(encoding="utf-8")
STEPS = {"N1", "N2", "N3", "N4"}
FORM = """
code = "trial"
languages = ["vi"]
scale.vi = ["Không", "Có"]
not_applicable.vi = "Không áp dụng"
source = "test"
"""
EVERY_KIND = (
    FORM
    + """
[[question]]
code = "overall"
kind = "faces"
required = true
main = true
scale.vi = ["1", "2", "3", "4", "5"]
text.vi = "Ông/bà có hài lòng không?"

[[question]]
code = "likely"
kind = "rating"
scale.vi = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]
text.vi = "Ông/bà có giới thiệu không?"

[[question]]
code = "channel_used"
kind = "choice"
text.vi = "Ông/bà nộp ở đâu?"
choice = [{ code = "desk", text.vi = "Tại quầy" }, { code = "online", text.vi = "Trên mạng" }]

[[question]]
code = "reasons"
kind = "choices"
show_if = { question = "overall", at_most = 2 }
text.vi = "Điều gì chưa tốt?"
choice = [{ code = "slow", text.vi = "Chậm" }, { code = "rude", text.vi = "Thái độ" }]

[[question]]
code = "asked_extra"
kind = "yes_no"
report = true
text.vi = "Có ai gợi ý chi thêm tiền không?"

[[question]]
code = "extra"
kind = "number"
least = 0
most = 5
decimals = 1
unit.vi = "triệu đồng"
show_if = { question = "asked_extra", equals = true }
text.vi = "Bao nhiêu?"

[[question]]
code = "field"
kind = "field"
text.vi = "Hôm nay ông/bà làm việc gì?"

[[question]]
code = "comment"
kind = "text"
longest = 300
text.vi = "Ông/bà muốn nói thêm điều gì?"
hint.vi = "Xin đừng ghi tên."
"""
)


def question(**keys):
    """A form of one question, said as lines of TOML: the keys that are given, and a text."""
    lines = {"code": '"one"', "kind": '"rating"', "text": '{ vi = "Câu hỏi" }'} | keys
    return FORM + "[[question]]\n" + "\n".join(f"{key} = {value}" for key, value in lines.items() if value) + "\n"


def faults_of(document):
    with pytest.raises(QuestionnaireFaults) as caught:
        parse_questionnaire(document, file="trial.toml")
    return str(caught.value).splitlines()


def test_the_desk_form_asks_nine_things_on_five_points_and_one_comment():
    assert [question.code for question in DESK.ratings] == [
        "overall", "waiting_place", "posted", "on_time", "polite", "answers", "guidance", "result", "feedback",
    ]  # fmt: skip
    assert DESK.points == (1, 2, 3, 4, 5)
    assert [question.code for question in DESK.questions if question.required] == ["overall"]
    assert [question.longest for question in DESK.questions if question.kind == "text"] == [1000]


def test_every_criterion_is_one_of_the_edition_and_all_five_elements_are_asked():
    nodes = {node.code: node for node in load_edition("sipas-2017").nodes}
    assert {nodes[criterion].parent for criterion in DESK.criteria.values()} == {"1", "2", "3", "4", "5"}


def test_six_questionnaires_are_shipped_each_with_its_name_and_source():
    assert list_questionnaires() == ("desk", "desk-quick", "nd61", "pilot", "sipas-2017", "sipas-2023-service")
    assert all(load_questionnaire(code).source and load_questionnaire(code).name["vi"] for code in SHIPPED)
    assert {load_questionnaire(code).languages for code in SHIPPED} == {("vi", "en")}
    assert {load_questionnaire(code).main.code for code in SHIPPED} == {"overall", "useful"}


def test_the_same_code_asks_the_same_in_every_questionnaire():
    asked = defaultdict(set)
    for form in map(load_questionnaire, SHIPPED):
        for question in form.questions:
            what = replace(question, required=False, main=False, criterion=None, show_if=None, section={})
            asked[question.code].add(repr(replace(what, not_applicable=False)))
            if question.criterion:
                asked[f"{question.code}, {form.edition}"].add(question.criterion)
    assert {code for code, questions in asked.items() if len(questions) > 1} == set()
    assert len(asked["overall"]) == 1


@pytest.mark.parametrize("code", SHIPPED)
def test_every_criterion_is_a_leaf_of_the_edition_that_the_form_names_and_is_asked_once(code):
    form = load_questionnaire(code)
    asked = [question.criterion for question in form.questions if question.criterion]
    parents = {node.parent for node in load_edition(form.edition).nodes} if form.edition else set()
    leaves = {node.code for node in load_edition(form.edition).nodes} - parents if form.edition else set()
    assert set(asked) <= leaves
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize(
    ("code", "part", "criteria"),
    [("sipas-2017", "", 22), ("sipas-2023-service", "S", 19), ("nd61", "N", 9), ("desk", "", 8)],
)
def test_a_form_made_for_an_edition_asks_all_that_it_measures(code, part, criteria):
    form = load_questionnaire(code)
    asked = {question.criterion for question in form.questions if question.criterion}
    nodes = load_edition(form.edition).nodes
    leaves = {node.code for node in nodes} - {node.parent for node in nodes}
    measured = {leaf for leaf in leaves if leaf.startswith(part)}
    assert (len(asked), asked <= measured) == (criteria, True)
    assert code == "desk" or asked == measured


def test_the_form_of_decree_61_has_the_twelve_items_of_the_portal_and_steps_worth_the_decrees_points():
    form = load_questionnaire("nd61")
    items = [question for question in form.questions if question.kind != "text"]
    assert len(items) == 12
    steps = {
        question.code: [choice.code for choice in question.choices] for question in items if question.criterion in STEPS
    }
    assert steps == {code: ["2", "1", "0"] for code in ("total_time", "agency_time", "contacts", "agencies")}


def test_a_yes_that_reports_harassment_or_money_is_marked_wherever_it_is_asked():
    reports = {
        form.code: [question.code for question in form.questions if question.report]
        for form in map(load_questionnaire, SHIPPED)
    }
    assert reports == {
        "desk": [],
        "desk-quick": ["extra_money"],
        "nd61": [],
        "pilot": [],
        "sipas-2017": ["trouble", "extra_money"],
        "sipas-2023-service": ["report_harassment", "extra_money"],
    }


def test_what_was_not_seen_in_the_decision_is_marked_as_inferred():
    form = load_questionnaire("sipas-2023-service")
    lines = [line for line in form.document.splitlines() if line.startswith("criterion")]
    assert [line for line in lines if "# inferred" not in line] == [f'criterion = "S1.{n}"' for n in (1, 2, 3)]
    assert "suy ra" in form.source


def test_every_kind_of_question_is_read_with_what_its_kind_needs():
    form = parse_questionnaire(EVERY_KIND)
    by_code = {question.code: question for question in form.questions}
    assert by_code["overall"].points == (1, 2, 3, 4, 5)
    assert by_code["likely"].points == tuple(range(1, 12))
    assert [choice.code for choice in by_code["reasons"].choices] == ["slow", "rude"]
    assert by_code["reasons"].show_if == Condition("overall", at_most=2)
    assert by_code["extra"].show_if == Condition("asked_extra", one_of=(True,))
    assert (by_code["extra"].least, by_code["extra"].most, by_code["extra"].decimals) == (0, 5, 1)
    assert by_code["extra"].unit == {"vi": "triệu đồng"}
    assert by_code["comment"].hint == {"vi": "Xin đừng ghi tên."}
    assert [question.code for question in form.questions if question.report] == ["asked_extra"]
    assert form.ratings == (by_code["overall"], by_code["likely"])


def test_the_main_question_is_the_one_that_says_so_or_else_the_first_required_rating():
    assert parse_questionnaire(EVERY_KIND).main.code == "overall"
    assert DESK.main.code == "overall"
    assert parse_questionnaire(question(required="true")).main.code == "one"
    assert parse_questionnaire(question()).main is None


def test_not_applicable_is_allowed_where_a_rating_may_be_left_out_unless_said_otherwise():
    def allowed(**keys):
        return parse_questionnaire(question(**keys)).questions[0].not_applicable

    assert [allowed(), allowed(required="true"), allowed(kind='"yes_no"')] == [True, False, False]
    assert [allowed(not_applicable="false"), allowed(required="true", not_applicable="true")] == [False, True]
    assert allowed(kind='"yes_no"', not_applicable="true")


@pytest.mark.parametrize(
    ("condition", "answer", "holds"),
    [
        (Condition("a", at_most=2), 2, True),
        (Condition("a", at_most=2), 3, False),
        (Condition("a", at_least=2, at_most=3), 3, True),
        (Condition("a", at_least=2, at_most=3), 1, False),
        (Condition("a", at_least=2, at_most=3), 2, True),
        (Condition("a", one_of=(1, 5)), 5, True),
        (Condition("a", one_of=(1, 5)), 4, False),
        (Condition("a", one_of=(True,)), 1, True),
        (Condition("a", one_of=(False,)), 1, False),
        (Condition("a", one_of=("slow",)), ["rude", "slow"], True),
        (Condition("a", one_of=("slow",)), ["rude"], False),
        (Condition("a", one_of=("slow",)), "slow", True),
        (Condition("a", at_least=0), None, False),
        (Condition("a", one_of=("slow",)), None, False),
    ],
)
def test_a_condition_holds_for_the_answers_that_it_names_and_never_for_none(condition, answer, holds):
    assert condition.holds(answer) is holds


def test_another_content_is_another_version():
    changed = DESK.document.replace("Chỗ ngồi chờ", "Ghế ngồi chờ")
    assert parse_questionnaire(changed).version != DESK.version
    assert parse_questionnaire(DESK.document).version == DESK.version


def test_every_fault_of_a_file_comes_at_once_with_its_key():
    broken = (
        DESK.document.replace('kind = "text"', 'kind = "essay"')
        .replace('code = "polite"', 'code = "posted"')
        .replace('text.en = "The place to wait"\n', "")
        .replace('"Very satisfied"]', "]")
    )
    assert faults_of(broken) == [
        "trial.toml: question[1].text.en: found nothing, expected a text that is not blank",
        f"trial.toml: question[10].kind: found 'essay', expected one of {', '.join(KINDS)}",
        "trial.toml: question.code: found 'posted', expected each code once; this one stands 2 times",
        "trial.toml: scale: found {'vi': 5, 'en': 4}, expected the same number of points in each language",
    ]


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ("code = ", r"document: found 'Invalid value .*', expected TOML"),
        ('colour = "red"', "colour: found 'red', expected no such key; known are code, edition"),
        ("", r"question: found nothing, expected one \[\[question\]\] or more"),
        ("question = 3", r"question: found 3, expected one \[\[question\]\] or more"),
        ("question = [3]", r"question\[0\]: found 3, expected a table"),
        (
            FORM.replace('["vi"]', '["vi", "vi"]'),
            "languages: found .*, expected a list of at most 20 codes of languages",
        ),
        (
            FORM.replace('["vi"]', '["vi", "../en"]'),
            "languages: found .*, expected a list of at most 20 codes of languages",
        ),
        (FORM.replace('"trial"', '"../desk"'), "code: found '../desk', expected letters, digits, _ and -"),
        (FORM.replace('["vi"]', '"vi"') + question()[len(FORM) :], "languages: found 'vi', expected a list"),
        (question(code='"hai lòng"'), r"question\[0\].code: found 'hai lòng', expected letters, digits and _"),
        (question(code='"desk"'), r"question\[0\].code: found 'desk', expected another word than batch, channel"),
        (question(code='"field"'), r"question\[0\].code: found 'field', expected another word than"),
        (question(longest="5"), r"question\[0\].longest: found 5, expected no such key; known are code, criterion"),
        (question(scale='{ vi = ["Một"] }'), r"question\[0\].scale: found {'vi': 1}, expected 2 to 11 points"),
        (question(kind='"faces"'), r"question\[0\].scale: found {'vi': 2}, expected 5 points for faces"),
        (
            question().replace('scale.vi = ["Không", "Có"]', ""),
            r"question\[0\].scale: found nothing, expected the words of its points, here or for the whole form",
        ),
        (
            question().replace('not_applicable.vi = "Không áp dụng"', ""),
            "not_applicable: found nothing, expected the words for it, for some question allows it",
        ),
        (question(kind='"text"', longest="9000"), r"question\[0\].longest: found 9000, expected 1 to 5000 characters"),
        (question(kind='"choice"'), r"question\[0\].choice: found nothing, expected two or more"),
        (
            question(kind='"choice"', choice='[{ code = "na", text.vi = "A" }, { code = "b" }]'),
            r"question\[0\].choice\[0\].code: found 'na', .*\n.*choice\[1\].text: found nothing",
        ),
        (
            question(kind='"choice"', choice='[{ code = "a", text.vi = "A" }, { code = "a", text.vi = "B" }]'),
            r"question\[0\].choice.code: found 'a', expected each code once; this one stands 2 times",
        ),
        (question(kind='"number"', least="3", most="2"), r"question\[0\].most: found 2, expected at least 3"),
        (question(kind='"number"', decimals="3"), r"question\[0\].decimals: found 3, expected 0 to 2"),
        (EVERY_KIND.replace('"yes_no"', '"yes_no"\nmain = true'), "question.main: found True, expected one main"),
        (EVERY_KIND.replace('"comment"\nkind = "text"\nlongest = 300', '"c2"\nkind = "field"'), "question.kind: found"),
    ],
)
def test_a_file_that_is_no_questionnaire_says_why(document, fault):
    with pytest.raises(QuestionnaireFaults, match=fault):
        parse_questionnaire(document)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (
            'question = "overal", at_most = 2',
            "show_if.question: found 'overal', expected the code of an earlier question",
        ),
        ('question = "comment", equals = "a"', "show_if.question: found 'comment', expected an earlier question"),
        ('question = "reasons", equals = "slow"', "show_if.question: found 'reasons', expected an earlier question"),
        ('question = "overall", at_most = 0', "show_if: found .*, expected points of 'overall', 1 to 5"),
        ('question = "overall", equals = 6', "show_if: found .6., expected points of 'overall', 1 to 5"),
        ('question = "overall", one_of = [1, "a"]', "show_if: found .*, expected points of 'overall', 1 to 5"),
        ('question = "overall", at_least = 3, at_most = 2', "show_if: found .*, expected points of 'overall', 1 to 5"),
        ('question = "channel_used", equals = "post"', "with choices of 'channel_used': desk, online"),
        ('question = "channel_used", at_least = 1', "with choices of 'channel_used': desk, online"),
        ('question = "channel_used", equals = ["desk"]', "with choices of 'channel_used': desk, online"),
        ('question = "overall"', "expected one of equals, one_of, at_least, at_most, or the last two together"),
        ('question = "overall", equals = 1, at_most = 2', "expected one of equals, one_of, at_least, at_most"),
        ("at_most = 2", "show_if.question: found nothing"),
    ],
)
def test_a_condition_that_can_never_hold_or_asks_what_is_not_known_is_refused(said, fault):
    changed = EVERY_KIND.replace('question = "overall", at_most = 2', said)
    with pytest.raises(QuestionnaireFaults, match=fault):
        parse_questionnaire(changed)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ('question = "asked_extra", equals = 1', "equals = true or false"),
        ('question = "asked_extra", at_least = 1', "equals = true or false"),
        ('question = "extra", at_least = 6', "a number that 'extra' may have"),
        ('question = "extra", equals = "a"', "a number that 'extra' may have"),
        ('question = "field", equals = "a"', "what a desk does is not known here"),
    ],
)
def test_a_condition_is_held_against_the_kind_of_question_that_it_is_on(said, expected):
    changed = EVERY_KIND.replace("longest = 300", f"longest = 300\nshow_if = {{ {said} }}")
    assert [fault for fault in faults_of(changed) if "question[7].show_if" in fault and expected in fault]


def test_a_file_of_before_is_read_as_it_was():
    old = FORM + '[[question]]\ncode = "polite"\nkind = "rating"\ncriterion = "3.1"\ntext.vi = "Thái độ"\n'
    assert parse_questionnaire(old).criteria == {"polite": "3.1"}


def test_the_page_on_questionnaires_shows_a_form_of_every_kind_that_is_read_and_names_all_that_are_shipped():
    [example] = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    form = parse_questionnaire(example, file="kiosk.toml")
    assert {question.kind for question in form.questions} == set(KINDS)
    kinds = re.findall(r"^\| `(\w+)` \| .* \| .* \| .* \|$", PAGE, flags=re.MULTILINE)
    assert kinds == list(KINDS)
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \| [^|]+ \| [^|]+ \|$", PAGE, flags=re.MULTILINE)) == set(SHIPPED)


def test_the_page_on_questionnaires_shows_the_faults_that_a_faulty_file_gets():
    [example] = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    broken = example.replace("at_most = 2", "equals = 6").replace('text.en = "How courteous the staff were"\n', "")
    with pytest.raises(QuestionnaireFaults) as caught:
        parse_questionnaire(broken, file="kiosk.toml")
    told = [line for line in PAGE.splitlines() if line.startswith("kiosk.toml: ")]
    assert sorted(map(str, caught.value.faults)) == sorted(told)
