"""A questionnaire goes out as a workbook and comes back the same; other programs take it."""

import io
import time
import unicodedata
from dataclasses import replace
from typing import get_args

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook
from pyxform.xls2xform import convert

from survey_app.condition import Condition
from survey_app.questionnaire import Choice, Kind, Question, Questionnaire, list_questionnaires, load_questionnaire
from survey_app.questionnaire_template import model_questionnaire, questionnaire_template
from survey_app.xlsform import Unwritable, read_xlsform, write_xlsform
from survey_app.xlsform.letters import unfit_letter


def same(questionnaire):
    """What a questionnaire says, without the text that it was read from."""
    return replace(questionnaire, document="", version="")


def there_and_back(questionnaire):
    read = read_xlsform(write_xlsform(questionnaire), file="form.xlsx")
    assert read.left_out == ()
    return same(read.questionnaire)


@pytest.mark.parametrize("code", list_questionnaires())
def test_a_shipped_questionnaire_goes_out_and_comes_back_the_same(code):
    shipped = load_questionnaire(code)
    assert there_and_back(shipped) == same(shipped)


@pytest.mark.parametrize("code", list_questionnaires())
def test_other_programs_take_our_workbook_without_a_warning(code):
    warnings = []
    shipped = load_questionnaire(code)
    made = convert(xlsform=write_xlsform(shipped), warnings=warnings)
    assert warnings == []
    for question in shipped.questions:
        assert f"{question.code}:label" in made.xform


def test_the_same_questionnaire_is_the_same_file():
    first = write_xlsform(load_questionnaire("desk"))
    time.sleep(1.1)  # a file says when it was made, to the second
    assert write_xlsform(load_questionnaire("desk")) == first


def _fits(text):
    return unfit_letter(text) is None and "${" not in text and unicodedata.normalize("NFC", text).strip()


letters = st.characters(exclude_categories=["Cs", "Cc"])
word = st.one_of(
    st.sampled_from(["=1+1", "+84", "-3", "@a", "'x", "**x**", "${", "Tốt\nlắm", "_x0041_", "a, b", '"', "1.0", "TRUE"]),
    st.text(letters, min_size=1, max_size=8),
).filter(_fits)  # fmt: skip
word = word.map(lambda text: unicodedata.normalize("NFC", text).strip().replace("\r", " ")).filter(bool)
texts = st.fixed_dictionaries({"vi": word, "pt-BR": word})
some_texts = st.one_of(st.just({}), texts)
codes = st.from_regex(r"[a-z][A-Za-z0-9_]{0,6}", fullmatch=True).map(lambda code: f"q{code}")
choice_codes = st.lists(
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,4}", fullmatch=True).filter(lambda code: code != "na"),
    min_size=2,
    max_size=4,
    unique=True,
)
numbers = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9, allow_nan=False))


@st.composite
def scales(draw, length):
    return {language: tuple(draw(word) for _ in range(length)) for language in ("vi", "pt-BR")}


@st.composite
def conditions(draw, asked):
    """A condition that some answer to the question meets."""
    if asked.kind in {"rating", "faces"}:
        points = draw(st.lists(st.sampled_from(asked.points), min_size=1, max_size=3, unique=True))
        low, high = min(points), max(points)
        one_of = Condition(asked.code, one_of=tuple(points))
        bounds = [Condition(asked.code, at_least=low), Condition(asked.code, at_most=high)]
        return draw(st.sampled_from([one_of, *bounds, Condition(asked.code, at_least=low, at_most=high)]))
    if asked.kind in {"choice", "choices"}:
        some = st.lists(st.sampled_from([choice.code for choice in asked.choices]), min_size=1, max_size=2, unique=True)
        return Condition(asked.code, one_of=tuple(draw(some)))
    if asked.kind == "yes_no":
        return Condition(asked.code, one_of=(draw(st.booleans()),))
    return Condition(asked.code, at_least=asked.least, at_most=asked.most)


@st.composite
def questions(draw, code, kind, form_scale, earlier):
    keys = {"hint": draw(some_texts), "section": draw(some_texts), "required": draw(st.booleans())}
    if kind in {"rating", "faces", "choice", "yes_no"}:
        keys["not_applicable"] = draw(st.booleans())
    if kind == "faces":
        keys["scale"] = draw(scales(5))
    if kind == "rating":
        own = scales(draw(st.integers(2, 11)))
        keys["scale"] = draw(st.one_of(st.just(form_scale), own) if form_scale else own)
    if kind in {"choice", "choices"}:
        keys["choices"] = tuple(Choice(each, draw(texts)) for each in draw(choice_codes))
    if kind == "number":
        keys |= {"decimals": draw(st.integers(0, 2)), "unit": draw(some_texts)}
        keys["least"], keys["most"] = sorted(draw(st.tuples(numbers, numbers)))
    if kind == "text":
        keys["longest"] = draw(st.integers(1, 5000))
    keys["criterion"] = draw(st.sampled_from([None, "1.1", "02"]))
    asked = [each for each in earlier if each.kind not in {"text", "field"}]
    if asked and draw(st.booleans()):
        keys["show_if"] = draw(conditions(draw(st.sampled_from(asked))))
    return Question(code, kind, draw(texts), report=kind == "yes_no" and draw(st.booleans()), **keys)


@st.composite
def forms(draw):
    """Any questionnaire: kinds, texts, lists, conditions and parts as they fall."""
    form_scale = draw(st.one_of(st.just({}), scales(3)))
    made = []
    kinds = st.sampled_from(["rating", "faces", "choice", "choices", "yes_no", "number", "text"])
    for code in draw(st.lists(codes, min_size=1, max_size=6, unique=True)):
        made.append(draw(questions(code, draw(kinds), form_scale, made)))
    if draw(st.booleans()):
        made.append(Question("field", "field", draw(texts)))
    first = made[0]
    if first.kind in {"rating", "faces", "choice", "yes_no"} and draw(st.booleans()):
        made[0] = replace(first, main=True)
    return Questionnaire(
        code=draw(st.from_regex(r"[a-z0-9][A-Za-z0-9_-]{0,9}", fullmatch=True)),
        version="0123456789abcdef",
        languages=("vi", "pt-BR"),
        questions=tuple(made),
        document="",
        name=draw(some_texts),
        scale=form_scale,
        not_applicable=draw(texts),
        edition=draw(st.sampled_from([None, "sipas-2017"])),
        source=draw(word),
    )


@given(forms())
def test_any_questionnaire_goes_out_and_comes_back_the_same(form):
    assert there_and_back(form) == same(form)


@settings(max_examples=30)
@given(forms())
def test_other_programs_take_any_questionnaire_of_ours(form):
    made = convert(xlsform=write_xlsform(form), warnings=[])
    assert all(f"/{question.code}" in made.xform for question in form.questions)


def one_text(text, **keys):
    asked = Question("one", "text", {"vi": text}, longest=10)
    return Questionnaire("trial", "", ("vi",), (asked,), "", source="test", **keys)


def label_cells(data):
    rows = load_workbook(io.BytesIO(data)).get_sheet_by_name("survey").to_python()
    return [row[rows[0].index("label::Tiếng Việt (vi)")] for row in rows[1:]]


def test_accents_stand_in_the_workbook_as_one_letter_each():
    (label,) = label_cells(write_xlsform(one_text("Ông/bà có hài lòng với thủ tục?")))
    assert label == "Ông/bà có hài lòng với thủ tục?"
    assert unicodedata.is_normalized("NFC", label)


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+84 912", "-3 độ", "@SUM(A1)"])
def test_a_text_that_begins_like_a_formula_stays_a_text_that_a_spreadsheet_marks_as_one(text):
    data = write_xlsform(one_text(text))
    assert label_cells(data) == [text]
    cell = openpyxl.load_workbook(io.BytesIO(data))["survey"]["C2"]
    assert (cell.value, cell.data_type, cell.quotePrefix, cell.number_format) == (text, "s", True, "@")


@pytest.mark.parametrize(
    ("form", "why"),
    [
        (one_text("Chào ${ten}"), "'label::Tiếng Việt [(]vi[)]': 'Chào [$]{ten}' holds [$]{, which XLSForm takes for"),
        (one_text("Tốt\u202eắml"), r"row 2, column 'label.*holds the invisible letter U\+202E; take it out"),
        (one_text("dài" * 11_000), "33,000 letters; a cell holds 32,767"),
        (replace(one_text("?"), questions=(Question("meta", "text", {"vi": "?"}, longest=1),)), "question 'meta'"),
    ],
)
def test_what_no_workbook_can_hold_is_told_and_not_cut(form, why):
    with pytest.raises(Unwritable, match=why):
        write_xlsform(form)


def test_the_questionnaire_to_begin_from_comes_back_whole_with_its_guide_passed_over():
    read = read_xlsform(questionnaire_template(), file="mau.xlsx")
    assert (same(read.questionnaire), read.left_out) == (same(model_questionnaire()), ())
    with load_workbook(io.BytesIO(questionnaire_template())) as workbook:
        assert workbook.sheet_names == ["_huong_dan", "survey", "choices", "settings"]
    kinds = {question.kind for question in model_questionnaire().questions}
    assert kinds == set(get_args(Kind)) - {"field"}
