"""The walls between the rooms, held from the list in pyproject.toml."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_no_room_reaches_into_another_against_the_plan():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    found = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
    assert "4 kept, 0 broken" in found.stdout


def test_sql_has_two_rooms():
    doors = {"recording", "reading", "migrations"}
    for file in ROOT.glob("survey_app/**/*.py"):
        if file.name not in {"frame.py", "dossier_frame.py"} and not doors & set(file.parts):
            text = file.read_text(encoding="utf-8")
            found = re.search(
                r"(?<!\.)\b(select|insert|update|delete)\(", text
            )  # a frame's own .select() is none of these
            assert found is None, f"{file.name} has {found[0]}"


def test_no_view_computes():
    for file in ROOT.glob("dashboards/views/*.py"):
        text = file.read_text(encoding="utf-8")
        for word in ("import polars", "import numpy", "import pandas", "survey_app", "group_by", "mean(", "sum("):
            assert word not in text, f"{file.name} has {word!r}"
