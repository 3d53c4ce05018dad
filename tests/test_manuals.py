"""The manuals name only what there is: words of buttons and pages, addresses, commands, settings."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fastapi.routing import iter_route_contexts

import dashboards
import survey_app
from survey_app.app import ROUTERS
from tests.test_operations import fault_of

ROOT = Path(__file__).parent.parent
MANUALS = sorted((ROOT / "docs" / "manuals").glob("*.md"))
EXAMPLES = {"100 % hài lòng", "chị hoa", "nhưng có tốt hơn không"}
"""Quoted, but said by people, not by the program."""
every_manual = pytest.mark.parametrize("manual", MANUALS, ids=lambda manual: manual.stem)


@pytest.fixture(scope="module")
def words():
    """Every text of pages and dashboards, as a pattern: what is filled in may be anything."""
    texts = set()
    for room in (survey_app, dashboards):
        with (Path(room.__file__).parent / "locale" / "en.po").open(encoding="utf-8") as file:
            texts |= {message.id for message in read_po(file) if isinstance(message.id, str) and message.id}
    plain = [re.sub(r"^#+ |\*\*", "", text) for text in texts]
    patterns = "|".join(re.sub(r"\\\{\w+\\\}", ".+", re.escape(text)) for text in plain)
    return re.compile(f"(?:{patterns})", re.IGNORECASE)


def text_of(manual):
    return manual.read_text(encoding="utf-8")


@every_manual
def test_what_a_manual_quotes_stands_on_a_page(manual, words):
    quoted = [" ".join(each.split()) for each in re.findall(r"«([^»]+)»", text_of(manual).replace("> «", ""))]
    assert len(quoted) >= 2
    assert [each for each in quoted if not words.fullmatch(each) and each not in EXAMPLES] == []


def test_a_word_that_no_page_has_is_found(words):
    assert words.fullmatch("Nhập phiếu giấy")
    assert not words.fullmatch("Nhập phiếu bìa")


@every_manual
def test_a_manual_names_addresses_that_there_are(manual):
    known = {route.path for router in ROUTERS for route in iter_route_contexts(router.routes)}
    named = {each for each in re.findall(r"`(/[a-z][a-z/-]*)`", text_of(manual)) if not each.startswith("/var/")}
    assert {address for address in named if address not in known and f"{address}/" not in known} == set()


@every_manual
def test_a_manual_names_commands_that_there_are(manual):
    called = re.findall(r"`hailong ([^`]+)`", text_of(manual))
    assert [fault for words in called if (fault := fault_of(words.split()))] == []
