"""A plan from what the record tells of a locality, and the command that says it."""

import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import date, datetime
from io import StringIO

import pytest

from survey_app.cli import main
from survey_app.db import migrate, open_database
from survey_app.demo import load_demo
from survey_app.door import ZONE
from survey_app.pilot_plan import PlanRequest, plan_pilot, read_past
from survey_app.questionnaire import load_questionnaire
from survey_app.recording import record_catalogue
from survey_app.snapshot import SnapshotReader
from tests.conftest import shipped_catalogue

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    """Tuy Phước, simulated."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('plan')}/hailong.db")
    migrate(engine)
    catalogue = shipped_catalogue()
    kept = replace(
        catalogue,
        pilots=tuple(each for each in catalogue.pilots if each.locality == "tuy-phuoc"),
        participations=tuple(each for each in catalogue.participations if each.unit.startswith("tuy-phuoc.")),
    )
    with engine.begin() as connection:
        record_catalogue(connection, catalogue)
    load_demo(engine, kept, load_questionnaire("desk"), today=TODAY)
    yield SnapshotReader(engine).latest(now=datetime(2026, 11, 20, 12, tzinfo=ZONE))
    engine.dispose()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    run(folder, "init")
    return folder


def run(home, *arguments):
    said, refused = StringIO(), StringIO()
    code = 0
    with pytest.MonkeyPatch.context() as own, redirect_stdout(said), redirect_stderr(refused):
        own.setenv("HAILONG_DATA_DIR", str(home))
        try:
            main(arguments)
        except SystemExit as end:
            code = end.code
    return code, said.getvalue(), refused.getvalue()


def test_the_record_tells_who_could_be_chosen_how_many_answer_and_where_they_stand(snapshot):
    past = read_past(snapshot, "tuy-phuoc", "satisfied")
    panel_n = [n for (unit, _), n in zip(snapshot.by_unit.groups, snapshot.by_unit.respondents.tolist(), strict=True)
               if str(unit).startswith("tuy-phuoc.")]  # fmt: skip
    assert (len(past.units), past.months) == (13, 12)
    assert min(panel_n) / 5 < past.answers < max(panel_n) / 4
    assert 0.5 < past.share < 1
    assert past.simulated


def test_units_that_were_in_a_pilot_do_not_tell_how_units_differ_by_themselves(snapshot):
    past = read_past(snapshot, "tuy-phuoc", "satisfied")
    assert set(past.in_pilots) >= {one.unit for one in snapshot.register.participations if one.unit in past.in_pilots}
    assert past.spread is None or past.spread.units <= 13 - len(past.in_pilots)


def test_a_locality_s_record_goes_before_the_assumptions_and_what_is_said_before_the_record(snapshot):
    past = read_past(snapshot, "tuy-phuoc", "satisfied")
    plan = plan_pilot(PlanRequest(locality="tuy-phuoc", treated=2), past)
    assert (13, past.answers, past.share) == (plan.planned.units, plan.planned.answers, plan.planned.share)
    assert "answers" not in plan.assumed
    said = plan_pilot(PlanRequest(locality="tuy-phuoc", treated=2, answers=33, drift=0.01), past)
    assert (said.planned.answers, said.planned.spread.change) == (33, 0.01)
    assert not {"answers", "drift", "share"} & set(said.assumed)


def test_on_time_shares_come_from_the_service_records(snapshot):
    past = read_past(snapshot, "tuy-phuoc", "on-time")
    assert 0.5 < past.share < 1


def test_what_nobody_said_and_nothing_tells_is_assumed_and_named():
    plan = plan_pilot(PlanRequest(units=13, treated=2), None)
    assert plan.assumed == ("answers", "share", "drift", "month_drift")
    assert plan.planned.spread.assumed


def test_more_treated_than_the_locality_has_units_are_refused(snapshot):
    past = read_past(snapshot, "tuy-phuoc", "satisfied")
    with pytest.raises(ValueError, match=r"treated == 13, must be a whole number, in 1\.\.12\."):
        plan_pilot(PlanRequest(locality="tuy-phuoc", treated=13), past)


def test_the_command_answers_in_one_sentence_and_a_table(home):
    code, said, _ = run(home, "pilot", "plan", "--units", "13", "--treated", "2", "--answers", "9.2", "--share", "0.7")
    assert code == 0
    assert said.startswith(
        "Với 2 đơn vị thí điểm trong 13, 26 tuần trước và 26 tuần sau, mỗi đơn vị 9,2 lượt đánh giá một tuần: "
        "chỉ thấy được thay đổi tỷ lệ hài lòng từ 13,1 điểm phần trăm trở lên (80 % số trường hợp).\n"
    )
    assert "Giả định vì chưa có số liệu: --drift, --month-drift." in said
    assert "tuần \\ lượt đánh giá mỗi tuần        5    9.2" in said


def test_the_same_as_json_holds_the_table_for_a_page(home):
    code, said, _ = run(
        home, "pilot", "plan", "--locality", "tuy-phuoc", "--outcome", "on-time", "--json", "--lang", "en"
    )
    row = json.loads(said)
    assert (code, row["units"], row["outcome"]) == (0, 13, "on-time")
    assert len(row["table"]["weeks"]) == len(row["table"]["effects"])
    assert len(row["table"]["answers"]) == len(row["table"]["effects"][0])
    assert row["sentence"].startswith("With 2 pilot units of 13")
    assert row["answers_needed"] is None  # five points among units that drift by three: no number suffices


def test_a_design_that_can_show_nothing_is_told_what_would_help(home):
    _, said, _ = run(home, "pilot", "plan", "--units", "4", "--treated", "1", "--lang", "en")
    assert "no number of answers suffices. At least 20 units" in said
    assert "weeks \\" not in said


def test_everything_wrong_is_refused_at_once_by_the_names_that_were_typed(home):
    code, _, refused = run(
        home, "pilot", "plan", "--treated", "0", "--weeks", "2", "--weeks-before", "999", "--level", "95",
        "--share", "85", "--outcome", "x", "--answers", "0", "--month-drift", "2", "--power", "1", "--effect", "5",
    )  # fmt: skip
    assert code == 1
    assert refused.splitlines() == [
        "--locality, --units: one of them must be given.",
        "--outcome == 'x', must be one of satisfied, on-time.",
        "--treated == 0, must be a whole number, in 1..9999.",
        "--weeks == 2, must be a whole number, in 5..520.",
        "--weeks-before == 999, must be a whole number, in 5..520.",
        "--answers == 0.0, must be above 0 and finite.",
        "--share == 85.0, must be in (0, 1).",
        "--month-drift == 2.0, must be in (0, 1).",
        "--effect == 5.0, must be in (0, 1).",
        "--level == 95.0, must be in (0, 1).",
        "--power == 1.0, must be in (0, 1).",
    ]


def test_a_place_that_is_none_is_refused_with_what_a_code_looks_like(home):
    code, _, refused = run(home, "pilot", "plan", "--locality", "nowhere")
    assert (code, refused) == (1, "No locality 'nowhere' with communes. Codes are like tuy-phuoc; or say --units.\n")
