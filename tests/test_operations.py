"""The page on operations and its files stay true between two runs of `make operations`, which executes them."""

import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import requires
from pathlib import Path

import pytest
import typer

from docs.operations import make_bundle
from survey_app.cli import app
from tests.operations.clean_debian import read_blocks

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "operations.md"
FILES = ROOT / "docs" / "operations"
UNITS = sorted([*FILES.glob("*.service"), *FILES.glob("*.timer")])
BLOCKS = read_blocks(PAGE)
COMMAND = re.compile(r"^ *hailong ([a-z-]+[^\n#;&|)]*)", re.MULTILINE)


def commands_of(text):
    """Every call of `hailong …` as a list of words."""
    return [found.split() for found in COMMAND.findall(text)]


def fault_of(words):
    """Why the command line does not know these words; empty if it does."""
    command = typer.main.get_command(app)
    while words and hasattr(command, "commands"):
        if words[0] not in command.commands:
            return f"no command {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
    return ", ".join(word for word in words if word.startswith("--") and word.partition("=")[0] not in known)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.script.partition("\n")[0][:40])
def test_every_block_is_a_script(block):
    done = subprocess.run(["sh", "-n"], input=block.script, text=True, capture_output=True, check=False)
    assert done.stderr == ""


def test_the_page_has_every_part_that_is_executed():
    assert [block.name for block in BLOCKS if block.name] == [
        "online",
        "certificate",
        "account",
        "backup",
        "upgrade",
        "rollback",
        "restore",
    ]


@pytest.mark.parametrize("script", sorted(FILES.glob("*.sh")), ids=lambda script: script.name)
def test_every_script_can_be_read(script):
    assert subprocess.run(["sh", "-n", script], capture_output=True, check=False).stderr == b""


def test_the_page_names_commands_and_options_that_there_are():
    text = "\n".join(block.script for block in BLOCKS)
    called = commands_of(text)
    assert len(called) >= 2
    assert [fault for words in called if (fault := fault_of(words))] == []


def test_a_command_that_there_is_not_is_found():
    assert fault_of(["serv"]) == "no command serv"
    assert fault_of(["serve", "--onyl", "survey"]) == "--onyl"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_what_there_is(unit):
    for line in re.findall(r"^ExecStart=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE):
        program, *words = line.split()
        if program == "/opt/hailong/current/bin/hailong":
            assert fault_of(words) == ""
        else:
            assert program == "/usr/bin/logger"


def test_the_files_name_settings_that_there_are():
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "survey_app").glob("*.py"))
    settings = set(re.findall(r"HAILONG_[A-Z_]+", code))
    settings |= {f"{name}_FILE" for name in settings}  # read_secret takes each secret from a file
    for file in [PAGE, *(path for path in FILES.iterdir() if path.is_file())]:
        named = set(re.findall(r"HAILONG_[A-Z]+(?:_[A-Z]+)*", file.read_text(encoding="utf-8")))
        assert named - settings == set(), file.name


def test_the_page_copies_files_that_there_are():
    for name in re.findall(r"/root/bundle/docs/operations/(\S+)", PAGE.read_text(encoding="utf-8")):
        assert list(FILES.glob(name)), name


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here to read the units")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_reads_every_unit_without_a_word(tmp_path, unit):
    for each in UNITS:
        text = each.read_text(encoding="utf-8").replace("/opt/hailong/current/bin/hailong", "/bin/true")
        (tmp_path / each.name).write_text(re.sub("(?m)^Documentation=.*\n", "", text))
    name = unit.name.replace("@", "@some")
    (tmp_path / name).write_text((tmp_path / unit.name).read_text())
    done = subprocess.run(["systemd-analyze", "verify", tmp_path / name], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if str(tmp_path) in line or "hailong" in line] == []


@pytest.mark.skipif(
    shutil.which("nginx") is None, reason="no nginx here; `make operations` tries the file on a clean Debian"
)
def test_nginx_takes_its_file(tmp_path):
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-days", "1"]
    subprocess.run([*words, "-keyout", "key.pem", "-out", "certificate.pem"], cwd=tmp_path, check=True)
    text = (FILES / "nginx.conf").read_text(encoding="utf-8")
    text = text.replace("/etc/hailong/tls", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    (tmp_path / "site.conf").write_text(text)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nerror_log {tmp_path}/log;\nevents {{}}\nhttp {{ include {tmp_path}/site.conf; }}\n"
    )
    done = subprocess.run(["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)
    assert "test is successful" in done.stderr, done.stderr


def test_nginx_writes_no_line_of_requests():
    text = (FILES / "nginx.conf").read_text(encoding="utf-8")
    assert text.count("server {") == text.count("access_log off;")
    assert set(re.findall(r"error_log \S+ (\w+);", text)) == {"crit"}


def test_every_request_carries_who_sent_it_and_to_which_host():
    locations = re.findall(r"(?m)^ *location [^{]*\{[^}]*\}", (FILES / "nginx.conf").read_text(encoding="utf-8"))
    assert len(locations) > 5
    assert [each for each in locations if "proxy_set_header" in each] == []  # one would drop those of the server


def test_the_bundle_pins_what_runs_and_the_units_codes_each_with_its_hash():
    lock = make_bundle.lock_of(ROOT)
    names = re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE)
    assert set(make_bundle.UNITS) | {"fontpkg-be-vietnam-pro", "streamlit", "psycopg-binary"} <= set(names)
    assert all("--hash=sha256:" in block for block in re.split(r"(?m)^(?=[a-z0-9])", lock)[1:])
    assert "://" not in lock


def test_the_bundle_has_all_that_the_official_codes_need():
    needed, looked = {"vietnamadminunits"}, set()
    while needed - looked:
        name = (needed - looked).pop()
        looked.add(name)
        plain = [each for each in requires(name) or () if "extra ==" not in each and "Windows" not in each]
        needed |= {re.match(r"[A-Za-z0-9-]+", each)[0].lower() for each in plain} - {"numpy"}
    assert needed == set(make_bundle.UNITS)


def test_the_projects_own_wheel_holds_every_file_of_its_packages(tmp_path):
    wheel = make_bundle.build(ROOT, tmp_path)
    packed = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", *make_bundle.PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [file for file in tracked.stdout.splitlines() if file not in packed] == []


def test_a_damaged_or_foreign_bundle_is_refused_and_nothing_is_left(tmp_path):
    shutil.copy(FILES / "install.sh", tmp_path)
    (tmp_path / "VERSION").write_text("1\n")
    (tmp_path / "PLATFORM").write_text("cp27 linux-pdp11\n")
    assert "This bundle is for cp27 linux-pdp11" in installed(tmp_path)
    (tmp_path / "PLATFORM").write_text(make_bundle.platform() + "\n")
    make_bundle.write_sums(tmp_path)
    (tmp_path / "VERSION").write_text("2\n")
    assert "The bundle is damaged: copy it again." in installed(tmp_path)
    assert not (tmp_path / "opt").exists()


def installed(bundle):
    words = ["env", f"PREFIX={bundle}/opt", f"PYTHON={sys.executable}", "sh", bundle / "install.sh"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stderr
