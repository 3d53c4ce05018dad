"""Questionnaires in and out on the command line, and what desks ask."""

import json
import tomllib
from datetime import date

import pytest
from sqlalchemy import select

from survey_app.questionnaire import list_questionnaires, load_questionnaire, parse_questionnaire
from survey_app.reading import read_current_questionnaires, read_desks_asking, read_questionnaire_versions
from survey_app.recording import Answered, record_questionnaire, record_responses, table
from survey_app.submission import Submission
from survey_app.tables import AuditRow, ResponseRow

from .books import SURVEY, book
from .test_cli import database, record_desk, run

DESK = load_questionnaire("desk")
CHANGED = DESK.document.replace("Ông/bà có hài lòng không?", "Ông/bà thấy thế nào?")

CHANGE = """  ~ question overall
      wording (Tiếng Việt): «Ông/bà có hài lòng không?» → «Ông/bà thấy thế nào?»
"""


@pytest.fixture
def home(tmp_path):
    run(tmp_path, "init")
    record_desk(tmp_path, "xa.29926.1")
    record_desk(tmp_path, "xa.29926.2")
    return tmp_path


def written(home, name, content):
    file = home / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def asked(home, code="desk"):
    with database(home) as connection:
        return read_current_questionnaires(connection).get(code)


def audit(home):
    with database(home) as connection:
        columns = table(AuditRow).c
        return [tuple(row) for row in connection.execute(select(columns.act, columns.about))]


def test_every_questionnaire_is_listed_with_its_version_and_its_desks(home):
    said = json.loads(run(home, "questionnaire", "list", "--json").stdout)
    assert [row["code"] for row in said] == list(list_questionnaires())
    (desk,) = [row for row in said if row["code"] == "desk"]
    assert (desk["version"], desk["packaged"], desk["questions"], desk["desks"]) == (DESK.version, True, 11, 2)
    assert (
        f"desk                 {DESK.version}   11 questions     2 desks  vi, en"
        in run(home, "questionnaire", "list").stdout
    )


def test_show_prints_the_file_and_json_its_version_too(home):
    assert run(home, "questionnaire", "show", "desk").stdout == DESK.document
    said = json.loads(run(home, "questionnaire", "show", "desk", "--json").stdout)
    assert said == {"code": "desk", "version": DESK.version, "document": DESK.document}


@pytest.mark.parametrize("command", [("show", "dest"), ("export", "dest", "--out", "x.toml")])
def test_an_unknown_code_is_told_with_those_that_there_are(home, command):
    said = run(home, "questionnaire", *command)
    assert (said.returncode, said.stderr) == (
        1,
        f"No questionnaire 'dest'. There are: {', '.join(list_questionnaires())}.\n",
    )


@pytest.mark.parametrize("suffix", ["toml", "xlsx"])
def test_what_was_exported_and_comes_back_unchanged_is_the_same_version(home, suffix):
    file = home / f"out.{suffix}"
    assert run(home, "questionnaire", "export", "desk", "--out", str(file)).stdout == (
        f"{file}: desk, version {DESK.version}, 11 questions\n"
    )
    said = run(home, "import", "questionnaire", str(file))
    assert said.stdout == f"desk: version {DESK.version} is asked as before; 11 questions, 2 desks.\n"
    assert audit(home) == []


def test_a_changed_file_is_a_new_version_that_is_asked_and_answers_before_keep_theirs(home):
    answer = Answered(
        Submission("a" * 22, {"overall": 5}), "xa.29926", "xa.29926.1", date(2026, 11, 19), "09:30", DESK.version, "poster", "vi"
    )  # fmt: skip
    with database(home) as connection:
        record_questionnaire(connection, DESK)
    with database(home) as connection:
        record_responses(connection, [answer])
    new = parse_questionnaire(CHANGED)
    said = run(home, "import", "questionnaire", str(written(home, "desk.toml", CHANGED)))
    assert said.stdout == (
        f"desk: version {new.version} is asked from now on, before {DESK.version}; 11 questions, 2 desks.\n" + CHANGE
    )
    assert asked(home) == new
    assert audit(home) == [("import_questionnaire", "desk")]
    with database(home) as connection:
        assert read_questionnaire_versions(connection).keys() >= {DESK.version, new.version}
        assert connection.execute(select(table(ResponseRow).c.questionnaire)).scalar_one() == DESK.version


def test_a_dry_run_says_what_would_be_asked_otherwise_and_stores_nothing(home):
    new, file = parse_questionnaire(CHANGED), str(written(home, "desk.toml", CHANGED))
    assert run(home, "import", "questionnaire", file, "--dry-run").stdout == (
        f"desk: version {new.version} would be asked from now on, before {DESK.version}; 11 questions, 2 desks.\n"
        + CHANGE
        + "Dry run: nothing was stored.\n"
    )
    told = json.loads(run(home, "import", "questionnaire", file, "--dry-run", "--json").stdout)
    (change,) = told["changes"]
    (part,) = change["parts"]
    assert (told["stored"], told["dry_run"]) == (False, True)
    assert (change["kind"], change["code"], part["what"], part["language"], part["new"]) == (
        "altered", "overall", "text", "vi", "Ông/bà thấy thế nào?",
    )  # fmt: skip
    assert (asked(home), audit(home)) == (DESK, [])


def test_a_new_questionnaire_is_told_with_its_questions(home):
    new = DESK.document.replace('code = "desk"', 'code = "moi"')
    lines = run(home, "import", "questionnaire", str(written(home, "moi.toml", new)), "--dry-run").stdout.splitlines()
    wordings = [line for line in lines if line.startswith("  + question ")]
    assert wordings == [f"  + question {each.code} «{each.text['vi']}»" for each in DESK.questions]


def test_a_workbook_edited_in_a_spreadsheet_is_taken_over_and_a_desk_is_let_ask_it(home):
    file = written(home, "trial.xlsx", book())
    said = run(home, "import", "questionnaire", str(file), "--leave-out", "--json")
    told = json.loads(said.stdout)
    assert (said.returncode, told["code"], told["before"], told["desks"], len(told["left_out"])) == (
        0,
        "trial",
        None,
        [],
        2,
    )
    assert asked(home, "trial").version == told["version"]
    said = run(home, "desk", "questionnaire", "xa.29926.1", "xa.29926.2", "trial")
    assert said.stdout == f"xa.29926.1, xa.29926.2: asks trial, version {told['version']}, within seconds.\n"
    rows = json.loads(run(home, "desk", "list", "--json").stdout)
    assert {row["code"]: row["questionnaire"] for row in rows} == {"xa.29926.1": "trial", "xa.29926.2": "trial"}
    assert {"valid_from", "valid_to"} <= rows[0].keys()


def test_what_would_be_left_out_is_told_first_and_nothing_is_stored_without_a_word(home):
    said = run(home, "import", "questionnaire", str(written(home, "trial.xlsx", book())))
    lines = said.stderr.splitlines()
    assert said.returncode == 1
    assert lines[0] == "Left out of trial.xlsx (2):"
    assert lines[-1] == "Nothing was stored. To go on without these: --leave-out"
    assert asked(home, "trial") is None


def test_what_is_refused_is_told_all_at_once_even_when_told_to_leave_out(home):
    survey = [*SURVEY, ["geopoint", "where", "Ở đâu?", "Where?", ""], ["calculate", "sum", "", "", ""]]
    said = run(home, "import", "questionnaire", str(written(home, "trial.xlsx", book(survey))), "--leave-out")
    assert said.returncode == 1
    assert (
        "Refused in trial.xlsx (2):\n  sheet 'survey', row 5, column 'type': found 'geopoint'; no such" in said.stderr
    )
    assert said.stderr.endswith("Nothing was stored.\n")
    assert asked(home, "trial") is None


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.toml", b"\xff\xfe", 'invalid start byte", expected TOML in UTF-8'),
        ("a.toml", "code = 3", "a.toml: code: found 3, expected letters, digits, _ and -"),
        ("a.toml", "a = " + "[" * 5000, "expected values nested at most 20 deep"),
        ("a.xlsx", b"code = 3", "this is another kind of file"),
        ("a.xlsm", b"", "found 'an empty file'"),
        ("a.xlsx", b" " * 10_000_001, "has 10,000,001 bytes; a questionnaire has at most 10,000,000"),
    ],
)
def test_a_file_that_is_none_ends_with_what_to_do_and_no_traceback(home, name, content, why):
    said = run(home, "import", "questionnaire", str(written(home, name, content)))
    assert said.returncode == 1
    assert why in said.stderr
    assert "Traceback" not in said.stderr


def test_a_file_of_another_kind_or_of_nowhere_is_wrong_usage(home):
    assert run(home, "import", "questionnaire", str(written(home, "a.csv", "a"))).returncode == 2
    assert run(home, "questionnaire", "export", "desk", "--out", "a.pdf").returncode == 2
    said = run(home, "import", "questionnaire", str(home / "nowhere.toml"))
    assert (said.returncode, said.stderr) == (1, f"{home}/nowhere.toml cannot be used: No such file or directory.\n")


def test_a_code_whose_answers_would_not_compare_is_refused(home):
    overall = next(question for question in DESK.questions if question.code == "overall")
    shorter = 'scale = { vi = ["Không", "Tạm", "Có"], en = ["No", "So-so", "Yes"] }'
    changed = DESK.document.replace('code = "overall"\n', f'code = "overall"\n{shorter}\n').replace(
        f'kind = "{overall.kind}"', 'kind = "rating"'
    )
    said = run(home, "import", "questionnaire", str(written(home, "desk.toml", changed)))
    assert said.returncode == 1
    assert (
        "question 'overall' was answered by a scale of 5 and now by a scale of 3: answers under one code" in said.stderr
    )
    assert asked(home) == DESK


def test_a_criterion_that_the_edition_has_not_is_refused(home):
    document = DESK.document.replace('criterion = "1.1"', 'criterion = "9.9"')
    if "edition" not in tomllib.loads(document):
        document = document.replace('code = "desk"', 'code = "desk"\nedition = "sipas-2017"', 1)
    said = run(home, "import", "questionnaire", str(written(home, "desk.toml", document)))
    assert "question 'waiting_place': edition 'sipas-2017' has no criterion '9.9'." in said.stderr
    unknown = document.replace('"sipas-2017"', '"sipas-1999"')
    said = run(home, "import", "questionnaire", str(written(home, "desk.toml", unknown)))
    assert "edition 'sipas-1999'" in said.stderr


def test_no_desk_is_changed_where_one_is_unknown(home):
    said = run(
        home, "desk", "questionnaire", "xa.29926.1", "xa.29926.9", "nd61" if "nd61" in list_questionnaires() else "desk"
    )
    assert (said.returncode, said.stderr) == (
        1, "No desk 'xa.29926.9'. See them with: hailong desk list. Nothing was changed.\n",
    )  # fmt: skip
    with database(home) as connection:
        assert read_desks_asking(connection).keys() == {"desk"}
