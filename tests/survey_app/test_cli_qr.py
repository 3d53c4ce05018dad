import io

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from rich.console import Console

from survey_app.cli import _announce
from survey_app.door import local_now
from survey_app.progress_bar import progress_bar
from survey_app.recording import record_link
from survey_app.settings import read_settings
from tests.survey_app.test_cli import DESK, Said, database, record_desk, run

URL = "https://hailong.example.vn"
PUBLIC = {"HAILONG_PUBLIC_URL": URL}
STAR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#a61c28" d="M0 0h9v9z"/></svg>'


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with what the documents say and two desks."""
    folder = tmp_path_factory.mktemp("home")
    run(folder, "init")
    record_desk(folder, DESK)
    record_desk(folder, f"{DESK}b", name="Quầy 2")
    return folder


def sizes(pdf):
    return [[round(side * 25.4 / 72) for side in page.get_size()] for page in pypdfium2.PdfDocument(pdf)]


def read_picture(file):
    with Image.open(file) as picture:
        return {symbol.text.rpartition("/")[0] for symbol in zxingcpp.read_barcodes(picture)}


def test_a_printed_sheet_has_a_poster_for_each_open_desk(home, tmp_path):
    record_desk(home, "xa.29926.ended", valid_to=local_now().date())
    out = tmp_path / "sheet.pdf"
    answer = run(home, "qr", "sheet", "--unit", "xa.29926", "--out", str(out), **PUBLIC)
    assert answer == Said(0, f"{out}: 2 sheets (a5) for {URL}\n", "")
    assert sizes(out) == [[148, 210]] * 2
    ended = run(home, "qr", "terminal", "xa.29926.ended")
    assert (ended.returncode, ended.stderr.split(" with")[0]) == (1, "No open desk 'xa.29926.ended'")


@pytest.mark.parametrize(
    ("arguments", "size"),
    [
        (["--kind", "a4"], [210, 297]),
        (["--kind", "tent", "--distance", "70"], [210, 297]),
        (["--kind", "roll"], [70, 50]),
        (["--kind", "roll", "--label", "50x30"], [50, 30]),
        (["--ink", "#0B3D2E"], [148, 210]),
    ],
)
def test_a_sheet_is_printed_on_the_paper_that_is_asked_for(home, tmp_path, arguments, size):
    out = tmp_path / "sheet.pdf"
    assert run(home, "qr", "sheet", *arguments, "--out", str(out), **PUBLIC).returncode == 0
    assert sizes(out) == [size] * 2


def test_codes_of_tablets_screens_and_invitations_are_not_put_on_a_wall(tmp_path):
    run(tmp_path, "init")
    poster = record_desk(tmp_path, DESK)
    with database(tmp_path) as connection:
        for kind in ("tablet", "screen", "invitation"):
            record_link(connection, DESK, issued=local_now().date(), kind=kind)
    out = tmp_path / "sheet.pdf"
    assert run(tmp_path, "qr", "sheet", "--out", str(out), **PUBLIC).returncode == 0
    assert sizes(out) == [[148, 210]]
    picture = tmp_path / "code.png"
    assert run(tmp_path, "qr", "draw", DESK, "--out", str(picture), **PUBLIC).stdout.endswith(f"/R/{poster}\n")


def test_a_sheet_bears_the_unit_s_logo(home, tmp_path):
    logo, out = tmp_path / "logo.svg", tmp_path / "sheet.pdf"
    logo.write_text(STAR)
    assert run(home, "qr", "sheet", "--logo", str(logo), "--out", str(out), **PUBLIC).returncode == 0
    page = pypdfium2.PdfDocument(out)[0].render(scale=1).to_pil().crop((0, 0, 420, 100))  # above the desk's red name
    assert (166, 28, 40) in set(page.get_flattened_data() if hasattr(page, "get_flattened_data") else page.getdata())


def test_several_sheets_as_pictures_are_a_file_each(home, tmp_path):
    out = tmp_path / "sheet.png"
    assert run(home, "qr", "sheet", "--out", str(out), **PUBLIC).returncode == 0
    files = sorted(each.name for each in tmp_path.iterdir())
    assert files == [f"sheet-{DESK}.png", f"sheet-{DESK}b.png"]
    assert read_picture(tmp_path / files[0]) == {f"{URL.upper()}/R"}


def test_a_code_is_drawn_as_a_picture_that_decodes(home, tmp_path):
    png, svg = tmp_path / "code.png", tmp_path / "code.SVG"
    for out in (png, svg):
        assert run(home, "qr", "draw", DESK, "--out", str(out), **PUBLIC).returncode == 0
    assert read_picture(png) == {f"{URL.upper()}/R"}
    assert svg.read_text(encoding="utf-8").startswith("<svg")
    other = run(home, "qr", "draw", DESK, "--out", str(tmp_path / "code.gif"), **PUBLIC)
    assert other.returncode == 2
    assert not (tmp_path / "code.gif").exists()


@pytest.mark.parametrize("command", [["sheet"], ["draw", DESK]], ids=["sheet", "draw"])
def test_a_loopback_address_is_refused_on_paper_and_told_what_to_set(home, tmp_path, command):
    out = tmp_path / "out.png"
    answer = run(home, "qr", *command, "--out", str(out))
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert "HAILONG_PUBLIC_URL" in answer.stderr
    assert "HAILONG_HOST=0.0.0.0" in answer.stderr
    assert not out.exists()


def test_on_a_screen_a_loopback_address_may_be_shown(home):
    assert "HTTP://127.0.0.1:8000/R/" in run(home, "qr", "terminal", DESK).stdout


@pytest.mark.parametrize("command", [["sheet"], ["draw", DESK]], ids=["sheet", "draw"])
def test_an_address_that_makes_a_larger_symbol_is_warned_of_and_printed(home, tmp_path, command):
    out = tmp_path / "out.svg"
    longer = {"HAILONG_PUBLIC_URL": "https://hailong.tanhong.dongthap.gov.vn"}
    answer = run(home, "qr", *command, "--out", str(out), **longer)
    assert answer.returncode == 0
    assert answer.stderr.startswith("Warning: HTTPS://HAILONG.TANHONG.DONGTHAP.GOV.VN/R/")
    assert "has 53 characters; more than 47 take a symbol of version 4" in answer.stderr
    assert run(home, "qr", *command, "--out", str(out), **PUBLIC).stderr == ""


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["sheet", "--distance", "200"], 1, "distance_cm == 200, must be at most 69 on this sheet"),
        (["sheet", "--logo", "{folder}/none.svg"], 1, "none.svg cannot be used"),
        (["sheet", "--logo", "{folder}/bad.svg"], 1, "bad.svg: The logo is neither a PNG nor an SVG file"),
        (["sheet", "--ink", "#cccccc"], 2, "must be at least 0.70"),
        (["sheet", "--ink", "red"], 2, "must be #rrggbb"),
        (["sheet", "--kind", "roll", "--label", "10x10"], 2, "must be in 25..210"),
        (["sheet", "--kind", "roll", "--label", "wide"], 2, "WIDTHxHEIGHT"),
        (["sheet", "--kind", "a3"], 2, "a3"),
        (["draw", DESK, "--ink", "#999999"], 2, "must be at least 0.70"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_what_is_expected(home, tmp_path, arguments, code, said):
    (tmp_path / "bad.svg").write_text("no picture")
    out = tmp_path / "out.svg"
    given = [each.format(folder=tmp_path) for each in arguments]
    answer = run(home, "qr", *given, "--out", str(out), **PUBLIC)
    plain = " ".join(answer.stderr.replace("│", " ").split())
    assert answer.returncode == code
    assert said in plain
    assert not out.exists()


def test_a_file_that_cannot_be_written_is_told_by_name(home):
    for command in (["sheet"], ["draw", DESK]):
        answer = run(home, "qr", *command, "--out", "/nowhere/out.svg", **PUBLIC)
        assert answer.returncode == 1
        assert "cannot be used" in answer.stderr
    assert run(home, "qr", "sheet", "--out", "/nowhere/out.gif", **PUBLIC).returncode == 2


def bar_of(seconds):
    """What a terminal shows of work whose three steps come `seconds` apart."""
    times = iter([0.0, seconds, 2 * seconds, 3 * seconds])
    shown = io.StringIO()
    with progress_bar(
        "Drawing sheets", clock=lambda: next(times), console=Console(file=shown, force_terminal=True, width=80)
    ) as tell:
        for done in (1, 2, 3):
            tell(done, 3)
    return shown.getvalue()


def test_a_bar_is_shown_for_what_takes_longer_than_two_seconds_and_none_before():
    assert bar_of(0.6) == ""
    assert "Drawing sheets" in bar_of(0.7)


def test_a_demonstration_on_this_computer_only_says_how_to_let_a_phone_in(home, capsys):
    settings = read_settings({"HAILONG_DATA_DIR": str(home)})
    with database(home) as connection:
        _announce(connection.engine, settings)
    assert "HAILONG_HOST=0.0.0.0 make demo" in capsys.readouterr().out
    with database(home) as connection:
        _announce(connection.engine, read_settings({"HAILONG_DATA_DIR": str(home)} | PUBLIC))
    assert "HAILONG_HOST" not in capsys.readouterr().out
