"""From the record to the emulation sheet and the pilots' effects, on the simulated localities with their stated truth."""

import math
from collections import Counter
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select

from scoring import edition_codes, parse_period
from survey_app.db import migrate, open_database
from survey_app.demo import load_demo
from survey_app.door import ZONE
from survey_app.pilot_results import pilot_sessions, read_pilot
from survey_app.questionnaire import load_questionnaire
from survey_app.recording import record_catalogue, record_rows, table
from survey_app.results import prepare_unit_emulation, score_group
from survey_app.snapshot import SnapshotReader
from survey_app.tables import ServiceMeasureRow
from tests.conftest import shipped_catalogue

TODAY = date(2026, 11, 20)
LOCALITIES = ("tuy-phuoc", "tan-hong")


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """Tuy Phước and Tân Hồng, simulated."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('results')}/hailong.db")
    migrate(engine)
    catalogue = shipped_catalogue()
    kept = replace(
        catalogue,
        pilots=tuple(each for each in catalogue.pilots if each.locality in LOCALITIES),
        participations=tuple(each for each in catalogue.participations if each.unit.split(".")[0] in LOCALITIES),
    )
    with engine.begin() as connection:
        record_catalogue(connection, catalogue)
    load_demo(engine, kept, load_questionnaire("desk"), today=TODAY)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def snapshot(engine):
    return SnapshotReader(engine).latest(now=datetime(2026, 11, 20, 9, 0, tzinfo=ZONE))


def effect(snapshot, code):
    return read_pilot(snapshot, snapshot.register.pilot[code]).effect


def test_the_effect_that_was_put_in_is_found_where_the_design_can_find_it(snapshot):
    found = effect(snapshot, "hanh-chinh-phuc-vu")
    assert found.verdict == "rose"
    assert (found.candidates, found.p) == (78, pytest.approx(1 / 78))
    assert (len(found.treated), len(found.comparison)) == (2, 11)
    assert 0 < found.difference.low < found.difference.value < found.difference.high


@pytest.mark.parametrize(
    ("code", "candidates", "smallest"), [("ngoai-gio", 10, 0.1), ("zalo", 4, 0.25), ("hai-trong-mot", 10, 0.1)]
)
def test_a_design_too_small_to_conclude_gives_no_interval(snapshot, code, candidates, smallest):
    found = effect(snapshot, code)
    assert found.verdict == "cannot_conclude"
    assert (found.candidates, found.smallest_p) == (candidates, pytest.approx(smallest))
    assert math.isnan(found.difference.low)


def test_sessions_end_with_the_unit(snapshot):
    sessions = pilot_sessions(snapshot, snapshot.register.pilot["ngoai-gio"])
    days = sorted({session.date for session in sessions})
    assert days[:5] == [date(2020, 10, day) for day in (3, 4, 10, 11, 17)]
    assert days[-1] <= date(2025, 6, 30)
    assert {session.unit for session in sessions} == {"tan-hong.sa-rai", "tan-hong.tan-thanh-a"}


def test_a_continuous_pilot_has_no_sessions_and_no_inside_to_compare(snapshot):
    found = read_pilot(snapshot, snapshot.register.pilot["zalo"])
    assert (found.sessions, found.inside_outside) == ((), None)


def test_answers_in_sessions_are_told_from_those_outside(snapshot):
    found = read_pilot(snapshot, snapshot.register.pilot["ngoai-gio"])
    assert found.inside_outside.inside.n >= 10
    assert found.inside_outside.outside.n > found.inside_outside.inside.n
    assert {each.session for each in found.outcomes if each.answers} <= set(found.sessions)


def test_emulation_takes_satisfaction_dossiers_on_time_and_taking_part(snapshot, engine):
    sheet = prepare_unit_emulation(snapshot, snapshot.units_of("tan-hong"), parse_period("2021-Q2"))
    standing = sheet.standing("tan-hong.sa-rai")
    nodes = {code: standing.sheet.node(code) for code in ("satisfaction", "on_time", "pilot")}
    assert [float(node.maximum_used) for node in nodes.values()] == [50, 30, 20]
    columns = table(ServiceMeasureRow).c
    with engine.connect() as connection:
        rows = connection.execute(
            select(columns.numerator, columns.denominator).where(
                columns.unit == "tan-hong.sa-rai",
                columns.month.between(date(2021, 4, 1), date(2021, 6, 1)),
                columns.measure == "months_taken_part",
            )
        ).all()
    assert len(rows) == 3  # Zalo, by months; out of hours by its sessions, as far as anybody can tell
    states = Counter(
        each.state
        for each in snapshot.outcomes
        if each.session.unit == "tan-hong.sa-rai" and date(2021, 4, 1) <= each.session.date < date(2021, 7, 1)
    )
    assert 24 < states.total() < 32  # weekends, 21/4, 30/4 and 3/5
    kept = sum(row[0] for row in rows) + states["held"]
    assert float(nodes["pilot"].achieved) == kept / (sum(row[1] for row in rows) + states.total())
    assert standing.sheet.simulated


def test_a_unit_in_no_pilot_is_not_judged_on_pilots(snapshot):
    sheet = prepare_unit_emulation(snapshot, snapshot.units_of("tan-hong"), parse_period("2021-Q2"))
    outside = sheet.standing("tan-hong.thong-binh").sheet
    assert outside.node("pilot").state == "not_applicable"
    assert float(outside.node("satisfaction").maximum_used) == 62.5


def test_a_snapshot_is_read_again_when_a_service_record_comes(engine, snapshot):
    reader = SnapshotReader(engine)
    now = datetime(2026, 11, 20, 9, 0, tzinfo=ZONE)
    assert reader.latest(now=now) is reader.latest(now=now)
    with engine.begin() as connection:
        record_rows(
            connection,
            ServiceMeasureRow,
            [
                {
                    "unit": "xa.29926",
                    "month": date(2018, 11, 1),  # without dossiers
                    "measure": "on_time",
                    "numerator": 1,
                    "denominator": 1,
                    "simulated": True,
                    "source": "test",
                }
            ],
        )
    assert len(reader.latest(now=datetime(2026, 11, 20, 9, 31, tzinfo=ZONE)).services) == len(snapshot.services) + 1


@pytest.mark.parametrize("edition", edition_codes())
def test_every_edition_gives_a_sheet_and_measures_only_what_the_form_asks_of_it(snapshot, edition):
    units = [unit for unit in snapshot.units_now if unit.code.startswith("xa.")]
    sheet = score_group(snapshot, units, parse_period("2026-Q3"), rules=edition)
    asked = {node.code for node in sheet.nodes if node.state == "measured" and node.rule in ("share", "mean")}
    made_of_sipas_2017 = edition in ("sipas-2017", "thi-dua-2026-mau", "par-xa-mau")
    assert asked >= set(snapshot.questionnaire.criteria.values()) if made_of_sipas_2017 else not asked
