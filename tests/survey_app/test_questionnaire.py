import pytest

from scoring import load_edition
from survey_app.questionnaire import QuestionnaireFaults, load_questionnaire, parse_questionnaire

DESK = load_questionnaire("desk")


def test_the_desk_form_asks_nine_things_on_five_points_and_one_comment():
    assert [question.code for question in DESK.ratings] == [
        "overall", "waiting_place", "posted", "on_time", "polite", "answers", "guidance", "result", "feedback",
    ]  # fmt: skip
    assert DESK.points == (1, 2, 3, 4, 5)
    assert [question.code for question in DESK.questions if question.required] == ["overall"]
    assert DESK.of_kind("text").longest == 1000


def test_every_criterion_is_one_of_the_edition_and_all_five_elements_are_asked():
    nodes = {node.code: node for node in load_edition("sipas-2017").nodes}
    assert {nodes[criterion].parent for criterion in DESK.criteria.values()} == {"1", "2", "3", "4", "5"}


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
    with pytest.raises(QuestionnaireFaults) as caught:
        parse_questionnaire(broken, file="desk.toml")
    text = str(caught.value)
    assert "desk.toml: question: code 'posted' stands 2 times" in text
    assert "question[10].kind is 'essay'; expected one of rating, field, text" in text
    assert "question[1].text.en: missing" in text
    assert "scale: [4, 5] points by language" in text
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize(
    ("document", "fault"),
    [("code = ", "not TOML"), ('colour = "red"', "colour: unknown key"), ("", "question: missing")],
)
def test_a_file_that_is_no_questionnaire_says_why(document, fault):
    with pytest.raises(QuestionnaireFaults, match=fault):
        parse_questionnaire(document)
