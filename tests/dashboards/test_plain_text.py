"""Names of the record stay names on every page, whatever stands in them."""

import json
import re
import shutil
from html import escape

import pytest
from markdown_it import MarkdownIt
from sqlalchemy import select, update

from dashboards import data
from dashboards.plain_text import Strong, plain, plain_label
from survey_app.db import open_database
from survey_app.recording import record_register_change, table
from survey_app.settings import read_settings
from survey_app.tables import DeskRow, PilotRow, ProcedureRow, UnitRow
from tests.dashboards.conftest import _reading

EVIL = " [vào](https://evil.example) ![](//evil.example) **a** _b_ `c` $d$ ~~e~~ :red[f] :smile: <a href='//evil.example'>g</a> | www.evil.example x@evil.example &amp;"
JOINER = "\u2060"
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def text_of(markdown):
    """What a reader sees of Markdown, and the tags that it made."""
    inline = [part for token in PARSER.parse(markdown) for part in token.children or ()]
    return "".join(part.content for part in inline).replace(JOINER, ""), {part.tag for part in inline if part.tag}


@pytest.mark.parametrize("text", [EVIL, "1. một", "- một", "+ một", "# một", "> một", "\\", "a\\|b", "12) b", "a -> b"])
def test_plain_text_is_read_letter_by_letter(text):
    assert text_of(plain(text)) == (text.strip(), set())
    (table_row,) = re.findall(r"<td>(.*)</td>", PARSER.render(f"| a |\n| --- |\n| {plain(text)} |"))
    assert table_row.replace(JOINER, "") == escape(text.strip(), quote=False).replace('"', "&quot;")


def test_addresses_symbols_and_arrows_do_not_hold_together():
    """Streamlit looks for these when Markdown has been read, so that no mark of Markdown keeps them apart."""
    shown = PARSER.render(plain(EVIL))
    for whole in ("https://", "www.", "x@evil", ":smile:", ":red["):
        assert whole not in shown
    assert plain("lúc 07:30, p = 0,013; nhóm A: 2") == "lúc 07:30, p = 0,013; nhóm A: 2"
    assert plain_label("<b>&") == "&lt;b&gt;&amp;"
    assert isinstance(Strong("a"), str)


@pytest.fixture(scope="module")
def hostile_folder(demo_folder, tmp_path_factory):
    """The small demonstration with such a name at every unit, desk, procedure and pilot."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(demo_folder, folder, dirs_exist_ok=True)
    engine = open_database(read_settings({"HAILONG_DATA_DIR": str(folder)}).database_url)
    with engine.begin() as connection:
        for row in (UnitRow, DeskRow, ProcedureRow):
            connection.execute(update(table(row)).values(name=table(row).c.name + EVIL))
        pilots = table(PilotRow)
        for code, document in connection.execute(select(pilots.c.code, pilots.c.document)).all():
            names = {language: name + EVIL for language, name in document["names"].items()}
            changed = update(pilots).where(pilots.c.code == code).values(document=document | {"names": names})
            connection.execute(changed)
        record_register_change(connection)
    engine.dispose()
    return folder


@pytest.fixture
def hostile(hostile_folder, monkeypatch):
    yield from _reading(hostile_folder, monkeypatch)


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize(
    ("view", "query"),
    [
        ("overview", {"unit": "xa.29938"}),
        ("overview", {"unit": "xa.29938", "boundaries": "new"}),
        ("units", {}),
        ("pilots", {}),
        ("pilot", {"pilot": "hanh-chinh-phuc-vu"}),
        ("pilot", {"pilot": data.TASKS}),
        ("plan", {"place": "tuy-phuoc"}),
        ("emulation", {}),
    ],
)
def test_a_hostile_name_is_only_a_name_on_every_page(open_page, view, query):
    page = open_page(view, **query)
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "warning")
    said = [element.value for kind in kinds for element in page.get(kind)]
    said += [link.proto.label for link in page.get("page_link")]
    named = [text for text in said if "evil" in text]
    for text in named:
        shown, tags = text_of(text)
        assert "[vào](https://evil.example)" in shown
        assert tags <= {"strong"}
        assert "https://evil" not in text
    drawn = [chart.proto.spec for chart in page.get("plotly_chart")]
    html = [element.proto.body for element in page.get("html")]
    assert not any("<a href='//evil" in each for each in (*map(json.dumps, drawn), *html))
    assert named or any("evil" in each for each in (*drawn, *html)) or view == "plan"
