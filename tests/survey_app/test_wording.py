import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import survey_app
from survey_app.event_words import act_words
from survey_app.wording import LANGUAGES, translator

ROOM = Path(survey_app.__file__).parent


@pytest.fixture(scope="module")
def written():
    """Every Vietnamese text in templates and code that is asked for by `_("…")`."""
    methods = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
    return {message for _, _, message, _, _ in extract_from_dir(ROOM, methods, keywords={"_": None})}


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "vi"])
def test_every_text_is_translated_and_no_translation_is_left_over(written, language):
    with (ROOM / "locale" / f"{language}.po").open(encoding="utf-8") as file:
        translated = {message.id for message in read_po(file) if message.id and message.string}
    assert written - translated == set()
    assert translated - written == set()


def test_no_text_is_translated_twice():
    begins = [
        line
        for line in (ROOM / "locale" / "en.po").read_text(encoding="utf-8").splitlines()
        if line.startswith("msgid ")
    ]
    assert [line for line, n in Counter(begins).items() if n > 1 and line != 'msgid ""'] == []


def test_every_act_that_the_program_keeps_an_event_of_is_in_words():
    """Add a new one to `event_words.py`; the administrator reads it at `/office/events`."""
    kept = set()
    for file in ROOM.rglob("*.py"):
        for call in re.finditer(
            r"(?:record_audit|\.audit)\(((?:[^()]|\([^()]*\))*)\)", file.read_text(encoding="utf-8")
        ):
            kept.update(re.findall(r'"([a-z]+(?:_[a-z]+)+|purge|backup|restore)"', call[1]))
    assert len(kept) > 40
    assert kept - act_words(str).keys() == set()


def test_vietnamese_stays_as_it_is_written():
    assert translator("vi")("Gửi đánh giá") == "Gửi đánh giá"
    assert translator("en")("Gửi đánh giá") == "Send"
