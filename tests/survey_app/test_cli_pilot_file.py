"""`hailong import pilots`: a ninth pilot out of one TOML file, as a person runs it."""

import json

import pytest
from sqlalchemy import select

from survey_app.db import open_database
from survey_app.reading import read_register
from survey_app.recording import table
from survey_app.settings import read_settings
from survey_app.tables import AuditRow
from tests.survey_app.test_catalogue import NINTH
from tests.survey_app.test_cli import Said, run

PILOT = "thu-nam-hen-gio"
UNIT = "tan-hong.binh-phu"
FRIDAY = "thu-sau-khong-cho"


@pytest.fixture
def home(tmp_path):
    """A folder with what the documents say."""
    assert run(tmp_path, "init").returncode == 0
    return tmp_path


def written(home, text=NINTH, name="ninth.toml"):
    path = home / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def record(home):
    """The register, and the events about pilots."""
    engine = open_database(read_settings({"HAILONG_DATA_DIR": str(home)}).database_url)
    with engine.connect() as connection:
        events = connection.execute(select(table(AuditRow)).where(table(AuditRow).c.act == "import_pilots")).mappings()
        found = read_register(connection), [dict(event) for event in events]
    engine.dispose()
    return found


def test_a_ninth_pilot_comes_with_its_file_and_is_an_event(home):
    said = run(home, "import", "pilots", written(home))
    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines()[:3] == [
        "ninth.toml: 2 changes stored.",
        f"  + pilot {PILOT}",
        f"  + participation {PILOT}, {UNIT} from 2024-03-01",
    ]
    register, [event] = record(home)
    assert len(register.pilots) == 9
    assert [one.unit for one in register.participations_in(PILOT)] == [UNIT]
    assert (event["user"], event["about"], event["detail"]["file"]) == ("hailong", PILOT, "ninth.toml")
    assert "07/03/2024" in run(home, "pilot", "sessions", PILOT).stdout


def test_the_same_file_twice_changes_nothing_and_is_no_second_event(home):
    path = written(home)
    run(home, "import", "pilots", path)
    said = run(home, "import", "pilots", path).stdout
    assert said.startswith("ninth.toml: the register says all of this already; nothing was changed.\n")
    assert len(record(home)[1]) == 1


def test_a_dry_run_says_what_would_change_and_stores_nothing(home):
    said = json.loads(run(home, "import", "pilots", written(home), "--dry-run", "--json").stdout)
    assert (said["stored"], len(said["changes"])) == (False, 2)
    register, events = record(home)
    assert (PILOT in register.pilot, events) == (False, [])
    assert "2 changes would be stored; nothing was." in run(home, "import", "pilots", written(home), "--dry-run").stdout


def test_a_changed_file_says_each_key_that_changes_and_takes_out_who_no_longer_takes_part(home):
    run(home, "import", "pilots", written(home))
    changed = NINTH.replace('"afternoon"', '"morning"').replace(UNIT, "tan-hong.thong-binh")
    said = run(home, "import", "pilots", written(home, changed)).stdout.splitlines()
    assert said[:4] == [
        "ninth.toml: 3 changes stored.",
        f"  ~ pilot {PILOT}: windows ['afternoon'] → ['morning']",
        f"  + participation {PILOT}, tan-hong.thong-binh from 2024-03-01",
        f"  - participation {PILOT}, {UNIT} from 2024-03-01",
    ]
    assert [one.unit for one in record(home)[0].participations_in(PILOT)] == ["tan-hong.thong-binh"]


def test_a_unit_joins_a_pilot_that_is_known_by_a_file_of_its_own(home):
    text = (
        '[[participation]]\npilot = "zalo"\nunit = "tan-hong.binh-phu"\nstarts = 2024-01-01\nsource = "tan-hong-2020"\n'
    )
    said = run(home, "import", "pilots", written(home, text)).stdout
    assert "+ participation zalo, tan-hong.binh-phu from 2024-01-01" in said
    assert [one.unit for one in record(home)[0].participations_in("zalo")] == ["tan-hong.binh-phu", "tan-hong.sa-rai"]


BROKEN = (
    ('days = "working"', 'days = "working"\nweekdays_ = 1', "ninth.toml: pilot[0].weekdays_: found 1, expected"),
    ('weekdays = ["thursday"]', 'weekdays = ["saturday"]', "a pattern that some day fits: this rule never fires"),
    ("ends = 2024-04-01", "ends = 2024-02-01", "pilot[0].ends: found '2024-02-01', expected after starts (2024-03-01)"),
    (f'unit = "{UNIT}"', 'unit = "xa.29926"', "expected in the validity of xa.29926, 2025-07-01 to before 9999-12-31"),
    (f'unit = "{UNIT}"', 'unit = "nowhere"', "participation[0].unit: found 'nowhere', expected the code of a unit"),
    ('source = "qd-9"\n\n[[part', 'source = "qd-10"\n\n[[part', "pilot[0].source: found 'qd-10', expected the code of a doc"),
    (f'code = "{PILOT}"', 'code = "zalo"', "hailong init would restore it"),
    ("[[document]]", '[[unit]]\ncode = "x"\nkind = "xã"\nname = "X"\nsource = "qd-9"\n[[document]]', "unit[0]: found 'unit', expected one of document"),
    (
        "[[participation]]",
        f'[[participation]]\npilot = "{PILOT}"\nunit = "{UNIT}"\nstarts = 2024-03-10\nsource = "qd-9"\n[[participation]]',
        f"no overlap with ninth.toml, participation[0] ({UNIT} in {PILOT})",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("there", "instead", "expected"), BROKEN, ids=range(len(BROKEN)))
def test_a_faulty_file_is_told_with_key_value_and_expectation_and_nothing_is_stored(home, there, instead, expected):
    assert there in NINTH
    said = run(home, "import", "pilots", written(home, NINTH.replace(there, instead, 1)))
    assert (said.returncode, said.stdout) == (1, "")
    assert expected in said.stderr
    assert PILOT not in record(home)[0].pilot


def test_all_faults_of_a_file_are_told_at_once(home):
    text = NINTH.replace('"afternoon"', '"evening"').replace(f'unit = "{UNIT}"', 'unit = "nowhere"')
    lines = run(home, "import", "pilots", written(home, text)).stderr.splitlines()
    assert len(lines) == 2, lines


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.toml", b"[[pilot]\n", "a.toml: line 1"),
        ("b.toml", b"\xff\xfe", "b.toml: (whole file)"),
        ("d.toml", b'[pilot]\ncode = "x"', "d.toml: pilot: found {'code': 'x'}, expected a list of tables, [[pilot]]"),
        (
            "h.toml",
            NINTH.replace("2024-03-01", "0001-03-01").encode(),
            "h.toml: pilot[0].starts: found datetime.date(1",
        ),
        ("c.toml", b"", "c.toml: pilot: found 'nothing', expected at least one [[pilot]] or [[participation]]"),
    ],
)
def test_what_is_no_file_of_pilots_is_told_without_a_traceback(home, name, content, expected):
    (home / name).write_bytes(content)
    said = run(home, "import", "pilots", str(home / name))
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith(expected)
    assert run(home, "import", "pilots", str(home / "none.toml")) == Said(
        1,
        "",
        f"{home / 'none.toml'} is no file; expected a TOML file with [[pilot]] or [[participation]], or a table.\n",
    )


def everybody(home):
    """The ninth pilot with every commune of Tân Hồng taking part."""
    register = record(home)[0]
    units = [unit.code for unit in register.units if unit.parent == "tan-hong"]
    parts = [
        f'[[participation]]\npilot = "{PILOT}"\nunit = "{unit}"\nstarts = 2024-03-01\nsource = "qd-9"' for unit in units
    ]
    return "\n".join([NINTH[: NINTH.index("[[participation]]")], *parts])


def test_what_a_pilot_s_dates_cannot_show_is_said_with_the_reason(home):
    said = run(home, "import", "pilots", written(home, everybody(home))).stdout
    assert f"To know: {PILOT}: no unit is left to compare with; before and after alone show no effect." in said
    assert f"To know: {PILOT}: tan-hong.sa-rai is in ngoai-gio as well; what each changed cannot be told apart." in said
    nobody = NINTH[: NINTH.index("[[participation]]")]
    said = run(home, "import", "pilots", written(home, nobody)).stdout
    assert f"To know: {PILOT}: no unit takes part yet, so there is no session and no effect to look at." in said
    one = run(home, "import", "pilots", written(home)).stdout
    assert f"{PILOT}: tan-hong.tan-thanh-a is in ngoai-gio, so it is no clean comparison." in one
    assert "so this design cannot conclude." in one


def test_a_unit_that_has_not_chosen_is_said_to_have_no_session(home):
    text = NINTH.replace('weekdays = ["thursday"]', 'unit_chooses = ["days"]')
    said = run(home, "import", "pilots", written(home, text)).stdout
    assert f"{UNIT} has not chosen its days or window, so none of its sessions is planned." in said


def test_a_pilot_without_a_session_says_why_on_the_command_line(home):
    assert (
        run(home, "pilot", "sessions", "zalo").stdout
        == "Mô hình này các đơn vị tham gia liên tục, nên không có phiên.\n"
    )
    assert "No unit is recorded" in run(home, "pilot", "sessions", "30-phut", "--lang", "en").stdout
    assert json.loads(run(home, "pilot", "sessions", "zalo", "--json").stdout) == []


def test_a_pilot_that_nobody_takes_part_in_has_no_effect_and_no_traceback(home):
    said = run(home, "pilot", "effect", "30-phut")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("No unit takes part in 30-phut, so there is nothing to compare.")


def strict(text):
    """What a program reads that knows no NaN."""
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def test_a_pilot_with_nothing_to_tell_is_json_for_every_program_and_names_no_comparison_as_used(home):
    told = strict(run(home, "pilot", "effect", FRIDAY, "--json").stdout)
    assert (told["verdict"], told["difference"], told["low"], told["p"]) == ("not_enough_data", None, None, None)
    lines = run(home, "pilot", "effect", FRIDAY, "--lang", "en").stdout.splitlines()
    assert [line for line in lines if line.startswith("- No unit")] == ["- No unit is left to compare with."]


@pytest.mark.parametrize("word", ["on_time", "on-time"])
def test_an_outcome_of_dossiers_says_that_there_are_none(home, word):
    said = run(home, "pilot", "effect", FRIDAY, "--outcome", word)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == "on_time needs dossiers, and there are none yet. See: hailong import dossiers --help\n"


def test_a_record_without_pilots_says_where_they_come_from(tmp_path):
    assert run(tmp_path, "pilot", "list").stdout == (
        "No pilot is recorded yet: hailong init loads those of the documents.\n"
    )
    assert json.loads(run(tmp_path, "pilot", "list", "--json").stdout) == []
    assert "hailong init" in run(tmp_path, "pilot", "effect", "zalo").stderr


def test_the_help_of_a_file_of_pilots_names_its_tables(tmp_path):
    assert "[[pilot]], [[participation]]" in " ".join(run(tmp_path, "import", "pilots", "--help").stdout.split())


def test_what_was_imported_outlives_the_next_init(home):
    run(home, "import", "pilots", written(home))
    assert run(home, "init").returncode == 0
    register, _ = record(home)
    assert (len(register.pilots), len(register.participations_in(PILOT))) == (9, 1)
