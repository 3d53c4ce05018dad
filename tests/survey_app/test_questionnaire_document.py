"""A questionnaire written as TOML is the same questionnaire."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.condition import Condition
from survey_app.questionnaire import (
    Choice,
    Question,
    Questionnaire,
    list_questionnaires,
    load_questionnaire,
    parse_questionnaire,
)
from survey_app.questionnaire_document import write_questionnaire


def as_read(questionnaire):
    written = write_questionnaire(questionnaire)
    return replace(parse_questionnaire(written), document="", version="")


@pytest.mark.parametrize("code", list_questionnaires())
def test_a_shipped_questionnaire_written_anew_is_the_same(code):
    shipped = load_questionnaire(code)
    assert as_read(shipped) == replace(shipped, document="", version="")


word = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(
    lambda text: unicodedata.normalize("NFC", f'“{text}"\\')
)
texts = st.fixed_dictionaries({"vi": word, "pt-BR": word})
codes = st.from_regex(r"q[a-z0-9_]{0,8}", fullmatch=True)


@st.composite
def forms(draw):
    """A form of a rating and, behind it, one question of each other kind, with whatever texts."""
    scale = {language: tuple(draw(st.lists(word, min_size=5, max_size=5))) for language in ("vi", "pt-BR")}
    choices = tuple(Choice(code, draw(texts)) for code in ("a", "b-1"))
    first, *others = draw(st.lists(codes, min_size=6, max_size=6, unique=True))
    point = draw(
        st.sampled_from([Condition(first, one_of=(2,)), Condition(first, one_of=(1, 5)), Condition(first, at_most=2)])
    )
    made = [
        Question(first, "rating", draw(texts), required=True, main=True, scale=scale),
        Question(others[0], "choice", draw(texts), choices=choices, not_applicable=True, show_if=point),
        Question(others[1], "choices", draw(texts), choices=choices, hint=draw(texts), section=draw(texts)),
        Question(others[2], "yes_no", draw(texts), report=True, show_if=Condition(others[1], one_of=("b-1",))),
        Question(others[3], "number", draw(texts), least=0.5, most=9, decimals=1, unit=draw(texts)),
        Question(others[4], "text", draw(texts), longest=9, show_if=Condition(others[3], at_least=1, at_most=2)),
    ]
    return Questionnaire(
        "trial", "", ("vi", "pt-BR"), tuple(made), "", scale=scale, not_applicable=draw(texts), source=draw(word)
    )


@given(forms())
def test_any_texts_and_kinds_come_back_as_they_were(form):
    assert as_read(form) == form
