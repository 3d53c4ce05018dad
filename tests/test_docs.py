"""The project's own words stay true: what the pages name is there, and their code gives what they show."""

import doctest
import re
import tomllib
from pathlib import Path

import pytest

import scoring
from scoring import edition_codes

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_every_link_and_picture_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("https://"):
            assert (page.parent / target).exists(), target


def test_the_table_of_indices_names_every_edition():
    assert set(re.findall(r"^\| `([a-z0-9-]+)`", README, re.MULTILINE)) == set(edition_codes())


def test_what_the_readme_says_of_scoring_can_be_imported():
    table = README.split("Behind them, in `scoring`")[1].split("##")[0]
    for name in re.findall(r"`(\w+)`", table):
        assert hasattr(scoring, name), name


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["dev"], *extras["spark"]]
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    names = {re.match(r"[A-Za-z0-9-]+", each)[0] for each in wanted}
    told = {name.strip() for row in re.findall(r"^\| ([^|]+) \|", reasons, re.MULTILINE) for name in row.split(",")}
    assert names - told == set()


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-dev.lock", "requirements-spark.lock"])
def test_pins_have_hashes_and_name_no_index(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9][^\s=]*==", text, re.MULTILINE)
    assert len(pins) > 40
    assert all("--hash=sha256:" in block for block in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:])
    assert "://" not in text
    assert "index" not in re.sub(r"[a-z-]+==", "", text)


def test_the_guide_shows_what_its_code_gives(monkeypatch):
    monkeypatch.chdir(ROOT)
    found = doctest.testfile(str(ROOT / "docs" / "guide.md"), module_relative=False, encoding="utf-8")
    assert found.attempted > 10
    assert found.failed == 0


def test_the_page_on_statistics_names_what_can_be_imported():
    page = (ROOT / "docs" / "statistics.md").read_text(encoding="utf-8")
    table = page.split("## What there is")[1].split("##")[0]
    calls = [
        name for row in re.findall(r"^\|[^|]*\|([^|]*)\|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    ]
    methods = {"mean", "total", "share", "ratio"}  # of SurveyDesign
    assert len(calls) > 35
    assert [name for name in calls if not hasattr(scoring, name) and name not in methods] == []
