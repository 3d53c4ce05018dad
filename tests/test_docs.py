"""The project's own words stay true: what the pages name is there, and their code gives what they show."""

import doctest
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

import scoring
from scoring import edition_codes
from survey_app.pilot_file import read_pilot_file
from tests.conftest import shipped_catalogue

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


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


def test_the_page_on_pilots_shows_what_its_code_gives():
    found = doctest.testfile(str(ROOT / "docs" / "pilots.md"), module_relative=False, encoding="utf-8")
    assert found.attempted > 10
    assert found.failed == 0


def test_the_ninth_pilot_of_the_page_on_pilots_is_taken_over(tmp_path):
    page = (ROOT / "docs" / "pilots.md").read_text(encoding="utf-8")
    file = tmp_path / "ninth.toml"
    file.write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    change = read_pilot_file(file, shipped_catalogue(), today=date(2024, 2, 1))
    assert [line.split()[:2] for line in change.lines] == [["+", "pilot"], ["+", "participation"]]


def test_the_page_on_pilots_shows_that_no_family_claims_too_much():
    page = (ROOT / "docs" / "pilots.md").read_text(encoding="utf-8")
    measured = page.split("<!-- measured: begins -->")[1].split("<!-- measured: ends -->")[0]
    bounds = [float(bound) for bound in re.findall(r"\(≥ (\d+\.\d) %\)", measured)]
    assert len(bounds) >= 18
    assert max(bounds) <= 5
    assert "exceeds 5 % in no family" in measured
