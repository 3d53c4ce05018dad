"""Every text of the dashboards is there in English, and nothing is translated that is no longer shown."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from dashboards import wording
from dashboards.level_words import too_few_sentence
from dashboards.wording import show_date, show_estimate, show_month, show_number, show_points, show_share, translator
from scoring import Estimate, wilson

ROOM = Path(wording.__file__).parent
CATALOGUE = ROOM / "locale" / "en.po"


def texts_in(tree: ast.AST) -> Iterator[str]:
    """First arguments of `_("…")`, `page._("…")` and `translator(…)("…")`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called, text = node.func, node.args[0].value
            translates = (
                (isinstance(called, ast.Name) and called.id == "_")
                or (isinstance(called, ast.Attribute) and called.attr == "_")
                or (isinstance(called, ast.Call) and getattr(called.func, "id", "") == "translator")
            )
            if translates and isinstance(text, str):
                yield text


def texts_shown() -> set[str]:
    return {text for path in ROOM.rglob("*.py") for text in texts_in(ast.parse(path.read_text(encoding="utf-8")))}


def translations() -> dict[str, str]:
    with CATALOGUE.open(encoding="utf-8") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def test_every_text_that_is_shown_is_translated():
    assert sorted(texts_shown() - translations().keys()) == []
    assert [text for text, english in translations().items() if not english] == []


def test_nothing_is_translated_that_is_not_shown():
    assert sorted(translations().keys() - texts_shown()) == []


def test_a_translation_has_the_same_places_to_fill():
    places = re.compile(r"\{\w+\}")
    different = {
        text: english
        for text, english in translations().items()
        if sorted(set(places.findall(text))) != sorted(set(places.findall(english)))
    }
    assert different == {}


def test_vietnamese_is_shown_as_it_is_written():
    assert translator("vi")("Thi đua") == "Thi đua"
    assert translator("en")("Thi đua") == "Emulation"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("vi", ("1.234,5", "86,4\u00a0%", "19/11/2026", "11/2026")),
        ("en", ("1,234.5", "86.4%", "19 Nov 2026", "Nov 2026")),
    ],
)
def test_numbers_and_dates_follow_the_language(language, expected):
    day = date(2026, 11, 19)
    shown = (
        show_number(1234.5, language),
        show_share(0.864, language),
        show_date(day, language),
        show_month(day, language),
    )
    assert shown == expected


def test_a_change_too_small_to_be_shown_is_zero_without_a_sign():
    assert show_number(-0.04, "vi") == "0,0"
    assert show_number(-0.06, "en") == "-0.1"
    assert show_points(Estimate(-0.0002, -0.012, 0.012, 900), "vi") == "0,0 (−1,2 … 1,2)"


def test_no_answer_is_a_dash_and_never_a_zero():
    assert show_estimate(wilson(0, 0), "vi") == show_points(wilson(0, 0), "en") == "–"
    assert show_estimate(Estimate(0.864, 0.849, 0.878, 900), "vi") == "86,4\u00a0% (84,9–87,8)"
    assert show_points(Estimate(-0.021, -0.038, -0.004, 900), "vi") == "−2,1 (−3,8 … −0,4)"


@pytest.mark.parametrize(("n", "said"), [(1, "Only 1 response so far"), (2, "Only 2 responses so far")])
def test_a_count_stands_with_the_word_that_goes_with_it(n, said):
    assert too_few_sentence(n, "en").startswith(said)
    assert too_few_sentence(n, "vi").startswith(f"Mới có {n} lượt đánh giá")
