"""What a newcomer is told when the machine is not ready: one clear line, and nothing half made."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"sys.version_info": 1}, "is older than Python 3.11"),
        ({"ensurepip": 1}, "has no venv module; install it (Debian: apt install python3-venv)"),
    ],
)
def test_a_machine_that_is_not_ready_gets_one_line(tmp_path, answers, said):
    python = tmp_path / "python"
    cases = "".join(f"*{word}*) exit {code};; " for word, code in answers.items())
    python.write_text(f'#!/bin/sh\ncase "$*" in {cases}esac\nexit 0\n')
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    answer = make("demo", f"PYTHON={python}", f"VENV={tmp_path}/venv")
    assert answer.returncode == 2
    assert said in answer.stdout
    assert len(answer.stdout.splitlines()) == 1
    assert not (tmp_path / "venv").exists()


def test_no_python_at_all_is_told(tmp_path):
    answer = make("demo", "PYTHON=", f"VENV={tmp_path}/venv")
    assert "Hài Lòng needs Python 3.11 or newer" in answer.stdout


def test_the_makefile_says_what_it_can_do():
    assert "make demo" in make().stdout


def make(*arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
