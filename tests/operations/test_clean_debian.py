"""The page on operations, executed on a clean Debian without a network, then used through nginx: `make operations`."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.operations.clean_debian import CleanDebian, missing_tools, read_blocks

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "operations.md"
HOST = "hailong.example.vn"
ADDRESS = f"https://{HOST}"
PASSWORD = "quầy số ba mở lúc bảy giờ"  # noqa: S105 - of a machine that lives for minutes
LATER = "0.1.999"
LATER_STEPS = {"account", "backup", "upgrade", "rollback", "restore"}
pytestmark = pytest.mark.skipif(bool(missing_tools()), reason=f"a clean Debian needs {missing_tools()}")


@pytest.fixture(scope="module")
def folder():
    """Where the Debian lies: not below /tmp, which may be small."""
    place = ROOT / "build" / "operations"
    place.mkdir(parents=True, exist_ok=True)
    return place


@pytest.fixture(scope="module")
def debian(folder):
    """The page up to nginx, executed."""
    system = CleanDebian(folder / "root")
    system.make(folder / "base", suite="bookworm")
    shutil.copy(bundle(ROOT, folder), system.root / "root")
    for file in certificate(folder):
        shutil.copy(file, system.root / "root")
    blocks = [block for block in read_blocks(PAGE) if block.name not in LATER_STEPS]
    for block in blocks:
        if block.name == "online":
            system.run_online(block.script)
    try:
        system.start()
        system.run(f"echo '127.0.0.1 {HOST}' >> /etc/hosts")
        for block in blocks:
            if block.name != "online":
                system.run(block.script)
            if "hailong migrate" in block.script:
                system.run("hailong demo --load-only", seconds=600)  # something to answer and to look at
        yield system
    finally:
        system.stop()
    shutil.rmtree(system.root)


@pytest.fixture(scope="module")
def browser(debian, folder):
    """A Chromium of this machine, in the network of that one."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    inside = debian.program_in_its_network(chromium, folder / "chromium.sh")
    with sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu", f"--host-resolver-rules=MAP {HOST} 127.0.0.1"]
        opened = playwright.chromium.launch(executable_path=str(inside), args=quiet)
        yield opened.new_context(ignore_https_errors=True)
        opened.close()


def bundle(source, folder, *, version=None):
    """The bundle of this project, or of a copy of it that says another version."""
    if version:
        copy = folder / "later"
        shutil.rmtree(copy, ignore_errors=True)
        kept = ("survey_app", "scoring", "dashboards", "qr_codes", "docs")
        for name in kept:
            shutil.copytree(source / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        for file in [*source.glob("*.md"), *source.glob("*.lock"), source / "LICENSE"]:
            shutil.copy(file, copy / file.name)
        text = (source / "pyproject.toml").read_text(encoding="utf-8")
        (copy / "pyproject.toml").write_text(re.sub(r'(?m)^version = ".*"', f'version = "{version}"', text))
        source = copy
    words = [sys.executable, str(ROOT / "docs/operations/make_bundle.py"), "--source", str(source)]
    said = subprocess.run([*words, "--out", str(folder)], capture_output=True, text=True, check=True).stdout
    return Path(said.rsplit(maxsplit=2)[0])


def certificate(folder):
    """A certificate of nobody's for the host, good for a day, and its key."""
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={HOST}"]
    names = ["-addext", f"subjectAltName=DNS:{HOST}", "-keyout", "key.pem", "-out", "certificate.pem"]
    subprocess.run([*words, *names], cwd=folder, check=True, capture_output=True)
    return folder / "certificate.pem", folder / "key.pem"


def step(debian, name):
    """Execute the page's block of this name."""
    (block,) = [block for block in read_blocks(PAGE) if block.name == name]
    return debian.run(block.script, seconds=600)


def curl(debian, path, *words):
    """What nginx answers, its certificate verified."""
    return debian.run(f"curl --silent --show-error --cacert /root/certificate.pem {' '.join(words)} '{ADDRESS}{path}'")


def responses(debian):
    """How many answers the record holds."""
    return int(debian.run('runuser -u hailong -- psql -At -d hailong -c "SELECT count(*) FROM response"'))


def answer_a_form(debian, browser):
    """Open the form of the demonstration's desk and send it, as a citizen does."""
    code = re.search(r"/r/([0-9A-Z]+)\?", curl(debian, "/"))[1]
    page = browser.new_page()
    page.goto(f"{ADDRESS}/r/{code}")
    page.locator("label.face, .faces label").first.click()
    page.get_by_role("button", name="Gửi đánh giá").click()
    page.wait_for_url("**/thanks*")
    page.close()
    return code


def sign_in(browser, name="quan-tri"):
    """Sign in, as the administrator of the page or as another; the browser forgets who it was."""
    browser.clear_cookies()
    page = browser.new_page()
    page.goto(f"{ADDRESS}/sign-in")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit], main button").first.click()
    page.wait_for_url("**/office**")
    return page


def test_there_is_no_network_but_its_own(debian):
    assert [line.split()[1] for line in debian.run("cat /proc/net/dev").splitlines()[2:] if "lo:" not in line] == []


def test_both_processes_run_under_their_units(debian):
    assert debian.run("systemctl is-active hailong-survey hailong-dashboards").split() == ["active", "active"]
    for port in (8000, 8001):
        assert json.loads(debian.run(f"curl --silent --fail http://127.0.0.1:{port}/health"))["status"] == "ok"


def test_the_first_account_is_made_with_the_code_of_the_journal(debian, browser):
    code = step(debian, "account").split()[-1]
    page = browser.new_page()
    page.goto(f"{ADDRESS}/first-run")
    page.locator("input[name=code]").fill(code)
    page.locator("input[name=name]").fill("quan-tri")
    page.locator("input[name=shown_name]").fill("Trần Thị Lan")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_role("button", name="Lập tài khoản và vào").click()
    page.wait_for_url("**/office/**")
    page.close()


def test_a_form_is_answered_through_nginx_and_kept(debian, browser):
    before = responses(debian)
    answer_a_form(debian, browser)
    assert responses(debian) == before + 1


def test_somebody_signs_in_and_the_dashboards_open_with_their_websocket(debian, browser):
    debian.run(f"printf '%s\\n' '{PASSWORD}' | hailong user add noi-vu --role home_affairs --password-file -")
    page = sign_in(browser, "noi-vu")
    opened = []
    page.on("websocket", lambda socket: opened.append(socket.url))
    page.goto(f"{ADDRESS}/dashboards/")
    page.locator(".js-plotly-plot").first.wait_for(timeout=180_000)
    assert opened == [f"wss://{HOST}/dashboards/_stcore/stream"]
    page.close()


def test_nothing_tells_who_answered_what(debian, browser):
    code = answer_a_form(debian, browser)
    debian.run("systemctl reload nginx")
    assert debian.says(f"grep --recursive --files-with-matches --ignore-case '{code}' /var/log/nginx") == ""
    assert code not in debian.says("journalctl --no-pager --unit hailong-survey --unit nginx")


def test_what_monitoring_reads_stays_inside(debian):
    assert curl(debian, "/metrics", "--output /dev/null --write-out '%{http_code}'") == "404"


def test_plain_http_leads_to_tls(debian):
    said = debian.run(f"curl --silent --head http://{HOST}/r/ABC?lang=en")
    assert f"Location: {ADDRESS}/r/ABC?lang=en" in said


def test_the_key_is_roots_alone_and_the_unit_has_it(debian):
    assert debian.run("stat --format '%U %a' /etc/hailong/secret.key").strip() == "root 600"
    assert "Permission denied" in debian.says("runuser -u hailong -- cat /etc/hailong/secret.key 2>&1")
    assert not (debian.root / "var/lib/hailong/secret.key").exists()


@pytest.mark.parametrize("unit", ["hailong-survey", "hailong-dashboards", "hailong-backup", "hailong-check"])
def test_systemd_finds_no_fault_in_a_unit_and_little_exposure(debian, unit):
    assert debian.says(f"systemd-analyze verify {unit}.service 2>&1") == ""
    assert "OK" in debian.run(f"systemd-analyze security --no-pager --threshold=30 {unit}.service | tail -n 1")


def test_a_backup_is_made_by_its_unit_and_is_whole(debian):
    said = step(debian, "backup")
    assert debian.run("systemctl is-active hailong-backup.timer hailong-check.timer").split() == ["active", "active"]
    assert debian.run("systemctl show --property Result hailong-backup.service").strip() == "Result=success"
    assert "hailong hailong" in said


def test_a_look_every_morning_tells_in_the_journal_what_is_wrong(debian):
    debian.says("systemctl start hailong-check.service")
    told = debian.says("journalctl --no-pager --output cat --unit hailong-check.service")
    assert "chain" in told


def test_a_new_release_goes_in_and_the_one_before_comes_back_with_every_answer(debian, browser, folder):
    shutil.copy(bundle(ROOT, folder, version=LATER), debian.root / "root")
    before = responses(debian)
    step(debian, "upgrade")
    assert debian.run("readlink -f /opt/hailong/current").strip() == f"/opt/hailong/releases/{LATER}"
    answer_a_form(debian, browser)
    assert responses(debian) == before + 1
    step(debian, "rollback")
    assert LATER not in debian.run("readlink -f /opt/hailong/current")
    answer_a_form(debian, browser)
    assert responses(debian) == before + 2


def test_everything_is_again_as_it_was_at_the_backup(debian, browser):
    step(debian, "backup")
    at_the_backup = responses(debian)
    answer_a_form(debian, browser)
    step(debian, "restore")
    assert responses(debian) == at_the_backup
    answer_a_form(debian, browser)
    assert responses(debian) == at_the_backup + 1
    sign_in(browser).close()
