"""Every sentence that a questionnaire's faults say is known in the reader's language too."""

import ast
from pathlib import Path

import pytest

import survey_app
from survey_app.questionnaire_fault_words import say_expected, sentences
from survey_app.wording import translator
from survey_app.xlsform import columns, constraint, languages, look, question_type, relevance, texts, workbook

ROOM = Path(survey_app.__file__).parent
OWN = (
    "entry",
    "questionnaire_keys",
    "questionnaire_misfits",
    "questionnaire_change",
    "questionnaire_file",
    "toml_file",
)
FILES = [*(ROOM / f"{name}.py" for name in OWN), *(ROOM / "xlsform").glob("*.py")]
SAID = {
    "refused": 0, "left_out": 0, "missing": 1, "Misfit": 2, "Key": 0, "CatalogueFault": 3, "fault": 2, "_type_cell": 2,
    "RefusedQuestionnaire": 0, "Unreadable": 1,
}  # fmt: skip
"""Who is told an expectation, and as which argument."""
GAPS = {"OWN": columns.OWN}


def text(node):
    """What a literal or an f-string says, each gap of it a number; None where it is neither."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else GAPS.get(ast.unparse(part.value), "7")
            for part in node.values
        )
    return None


def expected(tree):
    """Every expectation that a file writes: an argument of those in SAID, or what it yields."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in SAID and len(node.args) > SAID[name]:
                yield node.args[SAID[name]]
        elif isinstance(node, ast.Yield) and node.value is not None:
            yield node.value.elts[-1] if isinstance(node.value, ast.Tuple) else node.value


def written():
    found = {text(node) for file in FILES for node in expected(ast.parse(file.read_text(encoding="utf-8")))}
    tables = [*columns.REFUSED.values(), *columns.LEFT_OUT.values(), constraint.EXPECTED, question_type.NOT_ASKED]
    tables.append(workbook.OTHER_SHEETS)
    found |= {why for table in (*tables, look._PARAMETERS) for why in table.values()}
    found |= {why for _, why in columns._UNKNOWN.values()}
    found = {each for each in found if each and not each.endswith(":")}  # a heading, with its faults below
    return found | {
        languages.EXPECTED,
        relevance.EXPECTED,
        question_type.EXPECTED,
        question_type.OR_OTHER,
        texts.MARKS_SHOWN,
    }


def test_whatever_a_fault_expects_is_said_in_vietnamese_and_stays_as_it_is_in_english():
    said = written()
    assert len(said) > 100
    assert {each for each in said if say_expected(each, str) == each} == set()
    assert {each for each in said if say_expected(each, translator("en")) != each} == set()


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("points of 'overall', 1 to 5", "mức của 'overall', từ 1 đến 5"),
        ("one of rating, faces", "một trong: rating, faces"),
        ("0 to 2", "từ 0 đến 2"),
        ("something else to be said", "something else to be said"),
    ],
)
def test_what_stands_in_the_gaps_is_kept_and_what_is_not_known_stays(english, vietnamese):
    assert say_expected(english, str) == vietnamese


def test_no_sentence_is_taken_for_another():
    english = sentences(translator("en"))
    assert [
        say_expected(each.replace("{{", "{").replace("}}", "}"), translator("en"))
        for each in english
        if "{" not in each
    ] == [each for each in english if "{" not in each]
