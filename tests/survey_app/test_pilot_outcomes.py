"""What dossiers tell of a pilot, on dossiers made by a stated truth."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from scoring import DOSSIER_SCHEMA, Participation, PilotRule, sentence
from survey_app.pilot_outcomes import outcomes_of, read_clustered, read_family, read_months, read_outcome
from survey_app.pilot_results import read_pilot
from survey_app.recording import record_catalogue
from survey_app.register import Pilot
from survey_app.snapshot import SnapshotReader
from tests.conftest import shipped_catalogue

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
START = date(2024, 3, 1)
DAYS = [day for day in (date(2023, 6, 1) + timedelta(days=n) for n in range(480)) if day.isoweekday() < 6]
TREATED = ("tuy-phuoc.phuoc-nghia", "tuy-phuoc.phuoc-quang")
RULE = PilotRule("ninth", "sessions", START, days="working", weekdays=("friday",), windows=("whole-day",))
NINTH = Pilot(
    RULE, {"vi": "Mô hình thứ chín", "en": "A ninth pilot"}, "tuy-phuoc", "test", procedures="named",
    named=("khai-sinh",),
)  # fmt: skip


@pytest.fixture
def empty(sqlite_engine):
    """The catalogue with a ninth pilot at two of thirteen communes, which are in no other."""
    with sqlite_engine.begin() as connection:
        record_catalogue(connection, shipped_catalogue())
    snapshot = SnapshotReader(sqlite_engine).latest(now=datetime(2024, 9, 24, 12, tzinfo=HANOI))
    others = tuple(one for one in snapshot.register.participations if not one.unit.startswith("tuy-phuoc"))
    mine = tuple(Participation("ninth", unit, START) for unit in TREATED)
    register = replace(snapshot.register, pilots=(*snapshot.register.pilots, NINTH), participations=(*others, *mine))
    return replace(snapshot, register=register)


def with_dossiers(
    snapshot, *, hours, friday_share=lambda _unit, _day: 0.2, on_time=lambda *_: 0.9, field=lambda *_: 0.5
):
    """Eight dossiers a unit and working day, all done before noon; each function tells of (unit, day) or of one dossier's marks."""
    chance = np.random.default_rng(8)
    rows = []
    units = [unit.code for unit in snapshot.register.units if unit.parent == "tuy-phuoc"]
    level = dict(zip(units, chance.normal(0, 0.15, len(units)), strict=True))
    for unit in units:
        for day in DAYS:
            share = friday_share(unit, day) * 5
            for _ in range(chance.poisson(8 * (share if day.isoweekday() == 5 else (5 - share) / 4))):
                inside = chance.random() < 0.5
                land = chance.random() < field(unit, day)
                received = datetime(day.year, day.month, day.day, 7, 30, tzinfo=HANOI) + timedelta(
                    minutes=int(chance.integers(15))
                )
                worked = max(hours(unit, day, inside) + level[unit] + chance.normal(0, 0.2), 0.1)
                finished = received + timedelta(hours=worked)
                late = chance.random() > on_time(unit, day, land)
                due = finished + timedelta(hours=-1 if late else 1)
                rows.append(
                    (
                        unit,
                        "khai-sinh" if inside else "khac",
                        "land" if land else "civil",
                        received,
                        max(due, received),
                        finished,
                    )
                )
    names = ("unit", "procedure", "field", "received", "due", "finished")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names), orient="row").with_columns(
        channel=pl.lit("counter"), returned=pl.lit("counter"), desk=None, paid_online=None, digitised=None,
        supplements=0, simulated=True,
    )  # fmt: skip
    return replace(snapshot, dossiers=frame.select(pl.col(name).cast(kind) for name, kind in DOSSIER_SCHEMA.items()))


def same(_unit, _day, _inside):
    return 2.0


def quicker_inside(unit, day, inside):
    return 1.0 if unit in TREATED and day >= START and inside else 2.0


def slower_outside(unit, day, inside):
    return 3.0 if unit in TREATED and day >= START and not inside else 2.0


def threat(effect, code):
    return next(each for each in effect.threats if each.code == code)


def kinds(told):
    return [each.choice.design.kind for each in told.compared]


def test_units_that_can_tell_nothing_are_no_candidates(empty):
    full = with_dossiers(empty, hours=quicker_inside)
    kept = (*TREATED, "tuy-phuoc.phuoc-hoa", "tuy-phuoc.phuoc-son", "tuy-phuoc.phuoc-thang")
    few = replace(full, dossiers=full.dossiers.filter(pl.col("unit").cast(pl.String).is_in(kept)), kept={})
    told = read_outcome(few, NINTH, "on_time")
    whole = next(each.choice.design for each in told.compared if each.choice.design.kind == "other_units")
    assert (whole.comparison, whole.candidates, told.silent) == (kept[2:], 10, 8)
    assert not whole.can_conclude()
    assert read_outcome(full, NINTH, "on_time").silent == 0


def test_before_anybody_answered_only_units_with_a_desk_are_candidates(empty):
    desks = tuple(desk for desk in empty.register.desks if desk.unit in (*TREATED, "tuy-phuoc.phuoc-hoa"))
    few = replace(empty, register=replace(empty.register, desks=desks), kept={})
    effect = read_outcome(few, NINTH, "satisfied").effect
    assert (effect.verdict, effect.design.comparison) == ("not_enough_data", ("tuy-phuoc.phuoc-hoa",))
    assert sentence(effect, "vi").endswith(
        "Dù có đủ, thiết kế này cũng không thể kết luận: p nhỏ nhất có thể đạt là 0,33, lớn hơn 0,05."
    )
    assert read_pilot(few, NINTH).effect.design == effect.design
    bare = replace(empty, register=replace(empty.register, desks=()), kept={})
    nowhere = read_outcome(bare, NINTH, "satisfied").effect
    assert (len(nowhere.design.comparison), nowhere.never_concludes) == (11, False)
    assert "Dù có đủ" not in sentence(nowhere, "vi")


def test_without_dossiers_only_what_the_form_asks_is_an_outcome(empty):
    assert list(outcomes_of(empty)) == ["satisfied", *(f"element-{number}" for number in range(1, 6))]


def test_a_pilot_that_halves_the_time_of_its_own_procedures_is_found_by_other_units(empty):
    told = read_outcome(with_dossiers(empty, hours=quicker_inside), NINTH, "waiting_hours")
    assert (told.effect.verdict, told.effect.candidates) == ("fell", 78)
    assert told.effect.p == pytest.approx(1 / 78)
    assert told.effect.difference.value == pytest.approx(-0.5, abs=0.1)  # half of the dossiers by an hour
    assert {"other_procedures", "other_weekdays", "triple_procedures", "triple_weekdays"} <= set(kinds(told))


def test_the_triple_difference_tells_the_whole_hour_and_two_units_alone_conclude_nothing(empty):
    told = read_outcome(with_dossiers(empty, hours=quicker_inside), NINTH, "waiting_hours")
    found = {each.choice.design.kind: each.effect for each in told.compared}
    assert found["triple_procedures"].difference.value == pytest.approx(-1.0, abs=0.15)
    assert found["triple_procedures"].verdict == "fell"
    assert found["other_procedures"].verdict == "cannot_conclude"
    assert found["triple_weekdays"].verdict == "no_difference_shown"


def test_a_pilot_that_does_nothing_is_shown_to_do_nothing(empty):
    snapshot = with_dossiers(empty, hours=same)
    for code in ("waiting_hours", "on_time"):
        told = read_outcome(snapshot, NINTH, code)
        assert told.effect.verdict == "no_difference_shown"
        assert [threat(told.effect, each).status for each in ("displacement", "crowding_out", "mix_changed")] == [
            "not_found"
        ] * 3


def test_visits_that_move_to_the_pilots_day_are_named(empty):
    def moved(unit, day):
        return 0.5 if unit in TREATED and day >= START else 0.2

    told = read_outcome(with_dossiers(empty, hours=same, friday_share=moved), NINTH, "waiting_hours")
    displacement = threat(told.effect, "displacement")
    assert displacement.status == "found"
    assert displacement.number == pytest.approx(0.3, abs=0.03)


def test_matters_outside_the_pilot_that_become_slower_are_named(empty):
    told = read_outcome(with_dossiers(empty, hours=slower_outside), NINTH, "waiting_hours")
    crowding = threat(told.effect, "crowding_out")
    assert crowding.status == "found"
    assert crowding.number == pytest.approx(1.0, abs=0.15)


def test_an_easier_mix_of_fields_is_told_from_a_better_service(empty):
    def easier(unit, day):
        return 0.1 if unit in TREATED and day >= START else 0.6

    def late_land(_unit, _day, land):
        return 0.6 if land else 0.98

    told = read_outcome(with_dossiers(empty, hours=same, field=easier, on_time=late_land), NINTH, "on_time")
    assert told.effect.verdict == "rose"
    assert told.standardised.verdict == "no_difference_shown"
    assert threat(told.effect, "mix_changed").status == "found"


def test_the_first_question_of_the_form_is_the_primary_outcome_whatever_is_found(empty):
    outcomes, family = read_family(with_dossiers(empty, hours=quicker_inside), NINTH)
    assert family.primary == "satisfied"
    assert outcomes["satisfied"].effect.verdict == "not_enough_data"
    assert family.outcome("waiting_hours").verdict == "fell"


def test_textbook_errors_are_those_of_the_comparison_used(empty):
    snapshot = with_dossiers(empty, hours=quicker_inside)
    told = read_outcome(snapshot, NINTH, "waiting_hours")
    textbook = read_clustered(snapshot, NINTH, told)
    assert textbook.few
    assert textbook.cr1.estimate.value == pytest.approx(told.effect.difference.value, abs=0.02)


def test_one_start_is_told_month_by_month_against_the_units_compared_and_several_by_waves(empty):
    snapshot = with_dossiers(empty, hours=quicker_inside)
    told = read_outcome(snapshot, NINTH, "waiting_hours")
    months = read_months(snapshot, NINTH, told)
    assert [(wave.starts, len(wave.units)) for wave in months.by_wave] == [(START, 2)]
    assert months.overall.value == pytest.approx(told.effect.difference.value, abs=0.02)
    assert months.pre_trend_p > 0.05
    late = Participation("ninth", "tuy-phuoc.phuoc-hoa", date(2024, 6, 1))
    register = replace(snapshot.register, participations=(*snapshot.register.participations, late))
    staged = replace(snapshot, register=register, kept={})
    waves = read_months(staged, NINTH, read_outcome(staged, NINTH, "waiting_hours"))
    assert [wave.starts for wave in waves.by_wave] == [START, date(2024, 6, 1)]


def test_units_compared_with_themselves_have_no_months_beside_others(empty):
    snapshot = with_dossiers(empty, hours=quicker_inside)
    everyone = tuple(unit.code for unit in snapshot.register.units if unit.parent == "tuy-phuoc")
    all_in = tuple(Participation("ninth", unit, START) for unit in everyone)
    alone = replace(snapshot, register=replace(snapshot.register, participations=all_in), kept={})
    told = read_outcome(alone, NINTH, "waiting_hours")
    assert (told.effect.design.kind, told.effect.verdict) == ("other_procedures", "no_difference_shown")
    assert read_months(alone, NINTH, told) is None
