"""Units and desks that change from a day on, by hand and by law: nothing of the past is rewritten.

Each change is stored as the program stores it, and the register read again.
"""

import shutil
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import Participation
from survey_app.boundary_results import read_boundaries
from survey_app.db import open_database
from survey_app.reading import read_register
from survey_app.reading.desk_rows import desk_on
from survey_app.recording import record_catalogue
from survey_app.recording.register_change import record_steps
from survey_app.register import Catalogue, Desk, Unit
from survey_app.register_change import (
    DeskMove,
    Facts,
    UnitChange,
    desks_of,
    plan_closing,
    plan_move,
    plan_reopening,
    plan_units,
    unit_faults,
)
from survey_app.register_change_words import all_faults
from survey_app.register_conflict import register_conflicts
from survey_app.register_file.columns import COLUMNS
from survey_app.register_file.file_table import read_table
from survey_app.register_file.importing import JUDGES
from survey_app.register_file.stated import Known
from survey_app.register_file.template import as_csv, register_rows
from survey_app.wording import translator
from tests.conftest import shipped_catalogue

START, TODAY, DAY = date(2025, 7, 1), date(2026, 11, 19), date(2026, 12, 1)


def unit(code, **values):
    return Unit(**({"code": code, "kind": "xã", "name": code.upper(), "source": "test", "valid_from": START} | values))


def desk(code, owner, **values):
    named = {"name": f"Quầy {code}", "place": "Một cửa", "source": "test", "valid_from": START}
    return Desk(**({"code": code, "unit": owner} | named | values))


REGISTER = Catalogue(
    units=(unit("a"), unit("b"), unit("c")),
    desks=(desk("a.1", "a", name="Quầy 1"), desk("a.2", "a", name="Quầy 2"), desk("b.1", "b", name="Quầy 1")),
)


class Database:
    engine = None


@pytest.fixture(scope="module", autouse=True)
def _database(tmp_path_factory, _migrated_file):
    """One SQLite database, in which nothing stays."""
    path = tmp_path_factory.mktemp("changes") / "hailong.db"
    shutil.copy(_migrated_file, path)
    Database.engine = open_database(f"sqlite:///{path}")
    yield
    Database.engine.dispose()


@contextmanager
def stored(register):
    """The register in the database: a function that stores the steps of a change and reads the register again."""
    with Database.engine.connect() as connection:
        record_catalogue(connection, register)

        def after(steps):
            record_steps(connection, steps, on=TODAY)
            return read_register(connection)

        yield after


def kept(register, *changes):
    """The register as it is read after some changes."""
    with stored(register) as after:
        return [after(steps) for steps in changes][-1]


def ended(register, code):
    return next((each.valid_to, each.followed_by) for each in register.desks if each.code == code)


def reasons(faults):
    return [fault.reason for fault in faults]


def merge(register=REGISTER, *, old=("a", "b"), into="n", on=DAY, **values):
    """Two communes into a new one, their desks too."""
    new = () if into in register.unit else (unit(into, valid_from=on),)
    desks = {each.code: into for each in desks_of(register, old, on)}
    links = tuple((code, into, "main") for code in old)
    return UnitChange(on, old, new, links, **({"desks": desks} | values))


def test_a_desk_that_closes_ends_on_its_day_and_nothing_takes_over_its_codes():
    steps, faults = plan_closing(REGISTER, "a.1", on=DAY, facts=Facts(), today=TODAY)
    assert faults == ()
    assert ended(kept(REGISTER, steps), "a.1") == (DAY, None)


def test_a_desk_that_moves_to_another_unit_ends_there_and_begins_here_the_same_day():
    move = DeskMove("a.1", DAY, "c", "Quầy 1", "Một cửa")
    steps, _ = plan_move(REGISTER, move, facts=Facts(), today=TODAY)
    after = kept(REGISTER, steps)
    assert ended(after, "a.1") == (DAY, "c.1")
    new = after.desks[-1]
    assert (new.code, new.unit, new.valid_from, new.valid_to, new.source) == ("c.1", "c", DAY, None, "office")
    assert steps.desks[0].like == "a.1"


def test_a_code_that_is_withdrawn_opens_nothing_after_the_move():
    move = DeskMove("a.1", DAY, "c", "Quầy 1", "Một cửa", codes_go_on=False)
    steps, _ = plan_move(REGISTER, move, facts=Facts(), today=TODAY)
    assert ended(kept(REGISTER, steps), "a.1") == (DAY, None)


def test_a_desk_that_moves_within_its_unit_gets_a_code_of_its_own():
    steps, _ = plan_move(REGISTER, DeskMove("a.1", DAY, "a", "Quầy 1", "Nhà B"), facts=Facts(), today=TODAY)
    assert steps.desks[0].desk.code == "a.1_2"


@pytest.mark.parametrize(
    ("on", "values", "expected"),
    [
        (date(9999, 12, 31), {}, ["far"]),
        (date(1, 1, 1), {}, ["far", "before_start"]),
        (START, {}, ["before_start"]),
        (TODAY, {"last": {"a.1": TODAY}}, ["answered"]),
        (TODAY, {"last": {"a.1": TODAY - timedelta(days=1)}}, []),
    ],
)
def test_a_day_that_would_contradict_what_was_answered_or_lies_out_of_sight_is_refused(on, values, expected):
    _, faults = plan_closing(REGISTER, "a.1", on=on, facts=Facts(**values), today=TODAY)
    assert reasons(faults) == expected


def test_a_move_to_a_unit_that_is_not_there_that_day_is_refused_with_everything_else():
    register = replace(REGISTER, units=(*REGISTER.units, unit("old", valid_to=DAY)))
    _, faults = plan_move(register, DeskMove("a.1", DAY, "old", " ", "Một\x00cửa"), facts=Facts(), today=TODAY)
    assert reasons(faults) == ["name_empty", "name_letters", "unit_not_there"]
    _, faults = plan_move(REGISTER, DeskMove("a.1", DAY, "c", "a" * 201, ""), facts=Facts(), today=TODAY)
    assert reasons(faults) == ["name_long", "place_empty"]


def test_a_closing_that_has_not_come_is_called_off_and_what_would_have_followed_goes():
    moved, _ = plan_move(REGISTER, DeskMove("a.1", DAY, "c", "Quầy 1", "x"), facts=Facts(), today=TODAY)
    after = kept(REGISTER, moved)
    steps, _ = plan_reopening(after, "a.1", on=TODAY, facts=Facts(), today=TODAY)
    assert kept(REGISTER, moved, steps) == REGISTER
    _, faults = plan_reopening(after, "a.1", on=TODAY, facts=Facts(shifts={"c.1": 1}), today=TODAY)
    assert reasons(faults) == ["in_use"]


def test_a_desk_that_closed_begins_again_as_another_that_its_codes_open():
    closing, _ = plan_closing(REGISTER, "a.1", on=TODAY, facts=Facts(), today=TODAY)
    closed = kept(REGISTER, closing)
    again = TODAY + timedelta(days=9)
    steps, _ = plan_reopening(closed, "a.1", on=again, facts=Facts(), today=TODAY)
    after = kept(REGISTER, closing, steps)
    assert ended(after, "a.1") == (TODAY, "a.1_2")
    assert [each.valid_from for each in after.desks if each.code == "a.1_2"] == [again]
    _, faults = plan_reopening(closed, "a.1", on=TODAY - timedelta(days=1), facts=Facts(), today=TODAY)
    assert reasons(faults) == ["before_closing"]


def test_units_that_merge_end_and_their_desks_begin_anew_under_names_that_can_be_told_apart():
    steps, faults = plan_units(REGISTER, merge(), facts=Facts(), today=TODAY)
    assert faults == ()
    after = kept(REGISTER, steps)
    assert [(each.code, each.valid_from, each.valid_to) for each in after.units] == [
        ("a", START, DAY), ("b", START, DAY), ("c", START, None), ("n", DAY, None),
    ]  # fmt: skip
    assert [(link.old, link.new, link.part) for link in after.successors] == [("a", "n", "main"), ("b", "n", "main")]
    assert [(new.desk.code, new.desk.name) for new in steps.desks] == [
        ("n.1", "Quầy 1"), ("n.2", "Quầy 2"), ("n.1_2", "Quầy 1 (B)"),
    ]  # fmt: skip
    assert dict(read_boundaries(after, "new").members) == {"c": ("c",), "n": ("a", "b", "n")}
    assert dict(read_boundaries(after, "old").members) == {"a+b": ("a", "b", "n"), "c": ("c",)}


def test_a_merger_on_the_day_of_a_move_names_the_desk_and_what_to_do():
    moved, _ = plan_move(REGISTER, DeskMove("a.1", DAY, "b", "Quầy 7", "x"), facts=Facts(), today=TODAY)
    register = kept(REGISTER, moved)
    _, faults = plan_units(register, merge(register), facts=Facts(), today=TODAY)
    [said] = all_faults(faults, translator("vi"), lambda day: f"{day:%d/%m/%Y}")
    assert said.startswith("Quầy 7, xã B (b.1_2) ← Quầy 1 (a.1) chuyển sang từ ngày 01/12/2026: xin chọn ngày sau đó")
    assert "«Mở lại» quầy cũ" in said
    later = merge(register, on=DAY + timedelta(days=1))
    assert plan_units(register, later, facts=Facts(), today=TODAY)[1] == ()
    earlier = merge(register, on=DAY - timedelta(days=1))
    lines = all_faults(plan_units(register, earlier, facts=Facts(), today=TODAY)[1], translator("vi"), str)
    assert any(line.startswith("Quầy 1, xã A (a.1) đã hẹn đóng hoặc chuyển từ ngày 2026-12-01") for line in lines)
    back = kept(REGISTER, moved, plan_reopening(register, "a.1", on=TODAY, facts=Facts(), today=TODAY)[0])
    assert plan_units(back, merge(back), facts=Facts(), today=TODAY)[1] == ()


def test_no_two_desks_of_a_unit_have_one_name_at_a_time_by_a_move_an_opening_or_a_closing_called_off():
    _, faults = plan_move(REGISTER, DeskMove("a.1", DAY, "a", "quầy  2", "x"), facts=Facts(), today=TODAY)
    assert [(fault.reason, fault.about) for fault in faults] == [("same_name", "Quầy 2 (a.2)")]
    closed = replace(REGISTER, desks=(desk("a.1", "a", name="Quầy 1", valid_to=TODAY), *REGISTER.desks[1:]))
    taken = replace(closed, desks=(*closed.desks, desk("a.9", "a", name="Quầy 1", valid_from=DAY)))
    assert reasons(plan_reopening(taken, "a.1", on=TODAY, facts=Facts(), today=TODAY)[1]) == ["same_name"]
    ahead = replace(taken, desks=(replace(taken.desks[0], valid_to=DAY), *taken.desks[1:]))
    assert reasons(plan_reopening(ahead, "a.1", on=TODAY, facts=Facts(), today=TODAY)[1]) == ["same_name"]


def test_desks_that_come_together_are_told_apart_however_many_have_the_name():
    long = "Quầy " + "x" * 195
    units = (*REGISTER.units[:2], unit("c", name="B"))
    desks = [desk(f"{each.code}.1", each.code, name=long) for each in units]
    steps, _ = plan_units(
        replace(REGISTER, units=units, desks=tuple(desks)), merge(old=("b", "c"), into="a", desks={"b.1": "a", "c.1": "a"}),
        facts=Facts(), today=TODAY,
    )  # fmt: skip
    assert [new.desk.name for new in steps.desks] == [f"{long[:196]} (B)", f"{long[:194]} (B 2)"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": " a "}, ["same_name"]),
        ({"official_code": "29926"}, ["same_official"]),
        ({"official_code": "299"}, ["official_code"]),
        ({"official_code": "không"}, ["official_code"]),
        ({"name": "Xã Bé", "kind": "phường"}, ["other_kind"]),
        ({"name": "=Bé"}, ["name_formula"]),
        ({"name": "A", "kind": "phường"}, []),
        ({"name": "A", "parent": "t"}, []),
        ({"valid_from": START - timedelta(days=1), "parent": "t"}, ["parent_later"]),
        ({"valid_from": None, "parent": "t"}, []),
        ({"valid_from": None, "parent": "e"}, ["parent_ends"]),
    ],
)
def test_a_unit_is_called_and_placed_by_the_rule_of_tables(values, expected):
    province = unit("t", kind="tỉnh", name="T")
    first = unit("a", official_code="29926")
    register = Catalogue(units=(first, province, replace(province, code="e", name="E", valid_to=DAY)))
    assert reasons(unit_faults(register, unit("new", **values))) == expected


def test_a_new_unit_may_have_the_name_and_the_official_code_of_one_that_it_takes_over():
    register = replace(REGISTER, units=(unit("a", official_code="29926"), *REGISTER.units[1:]))
    new = replace(unit("n", name="A", official_code="29926"), valid_from=DAY)
    taken_over = replace(merge(register), new=(new,))
    assert plan_units(register, taken_over, facts=Facts(), today=TODAY)[1] == ()
    beside = replace(taken_over, new=(replace(new, name="C"),))
    assert reasons(plan_units(register, beside, facts=Facts(), today=TODAY)[1]) == ["same_name"]


def test_a_unit_that_splits_has_one_main_part_and_its_desks_go_where_they_are_sent():
    change = UnitChange(
        DAY,
        ("a",),
        (unit("n", valid_from=DAY), unit("m", valid_from=DAY)),
        (("a", "n", "main"), ("a", "m", "partial")),
        {"a.1": "m", "a.2": ""},
    )
    steps, faults = plan_units(REGISTER, change, facts=Facts(), today=TODAY)
    assert faults == ()
    after = kept(REGISTER, steps)
    assert (ended(after, "a.1"), ended(after, "a.2")) == ((DAY, "m.1"), (DAY, None))
    both_main = replace(change, links=(("a", "n", "main"), ("a", "m", "main")))
    assert reasons(plan_units(REGISTER, both_main, facts=Facts(), today=TODAY)[1]) == ["one_main"]


def test_invitations_of_units_that_merge_open_one_desk_of_the_new_one():
    online = [desk(f"{code}.online", code, kind="online", name="Trực tuyến") for code in "ab"]
    register = replace(REGISTER, desks=tuple(online))
    steps, _ = plan_units(register, merge(register), facts=Facts(), today=TODAY)
    assert [new.desk.code for new in steps.desks] == ["n.online"]
    assert [end.followed_by for end in steps.ended_desks] == ["n.online", "n.online"]


def test_a_pilot_ends_with_the_unit_and_one_that_would_begin_later_does_not():
    pilot = shipped_catalogue().pilots[0]
    running = Participation(pilot.code, "a", START, source="test")
    later = Participation(pilot.code, "a", DAY + timedelta(days=30), source="test")
    elsewhere = Participation(pilot.code, "c", START, source="test")
    register = replace(REGISTER, pilots=(pilot,), participations=(running, later, elsewhere))
    steps, _ = plan_units(register, merge(register), facts=Facts(), today=TODAY)
    assert kept(register, steps).participations == (replace(running, ends=DAY), elsewhere)


def test_everything_that_stands_against_a_merge_is_told_at_once():
    register = replace(
        REGISTER,
        units=(*REGISTER.units, unit("d", kind="huyện", name="D"), unit("e", parent="d"), unit("f", valid_to=TODAY)),
        desks=(*REGISTER.desks, desk("e.1", "e", valid_from=DAY)),
    )
    change = UnitChange(
        DAY,
        ("d", "e", "f", "none"),
        (unit("a", valid_from=DAY), unit("X!", kind="làng", name="", valid_from=DAY)),
        (("d", "c", "main"), ("e", "zzz", "main"), ("e", "e", "part")),
        {"a.1": "c", "e.1": "b"},
    )
    _, faults = plan_units(register, change, facts=Facts(), today=TODAY)
    assert set(reasons(faults)) == {
        "units_below", "begins_later", "ended", "no_unit", "unit_known", "unit_code", "kind", "name_empty", "level",
        "which_units", "takes_nobody", "no_desk", "not_successor",
    }  # fmt: skip


# Laws: whatever follows whatever.

UNITS = [f"u{number}" for number in range(4)]
BEGINNING = Catalogue(
    units=tuple(unit(code) for code in UNITS),
    desks=tuple(desk(f"{code}.{number}", code) for code in UNITS for number in (1, 2)),
)


@st.composite
def pasts(draw, *, called_off=False):
    """A register as it was after each of some changes, each on a later day, and every day and desk at which people answered
    before it. called_off: whether some changes are planned and called off before they come.
    """
    register, day, answers, seen = BEGINNING, START + timedelta(days=5), [], [BEGINNING]
    kinds = ["merge", "absorb", "split", "close", "move", *(["call off"] if called_off else [])]
    with stored(BEGINNING) as after:
        for number in range(draw(st.integers(1, 6))):
            answers += [
                (each, at)
                for each in register.desks
                for at in (day - timedelta(days=1),)
                if each.starts <= at < each.ends
            ]
            facts = Facts(
                last={each.code: max(at for one, at in answers if one.code == each.code) for each, _ in answers}
            )
            open_units = [one.code for one in register.units if one.valid_to is None]
            open_desks = [each.code for each in register.desks if each.valid_to is None]
            kind = draw(st.sampled_from(kinds))
            planned = None
            if kind in {"merge", "absorb"} and len(open_units) > 2:
                old = tuple(draw(st.permutations(open_units))[:2])
                into = f"n{number}" if kind == "merge" else next(code for code in open_units if code not in old)
                planned = plan_units(register, merge(register, old=old, into=into, on=day), facts=facts, today=TODAY)
            elif kind == "split":
                old = draw(st.sampled_from(open_units))
                new = tuple(unit(f"s{number}{part}", valid_from=day) for part in "xy")
                links = ((old, new[0].code, "main"), (old, new[1].code, "partial"))
                going = desks_of(register, [old], day)
                desks = {each.code: draw(st.sampled_from(["", *(one.code for one in new)])) for each in going}
                planned = plan_units(register, UnitChange(day, (old,), new, links, desks), facts=facts, today=TODAY)
            elif kind == "close" and open_desks:
                planned = plan_closing(register, draw(st.sampled_from(open_desks)), on=day, facts=facts, today=TODAY)
            elif open_desks:
                at = day + timedelta(days=90) if kind == "call off" else day
                move = DeskMove(
                    draw(st.sampled_from(open_desks)), at, draw(st.sampled_from(open_units)), f"Mới {number}", "Nơi mới"
                )
                planned = plan_move(register, move, facts=facts, today=TODAY)
                if kind == "call off":
                    seen.append(after(planned[0]))
                    planned = plan_reopening(seen[-1], move.code, on=day, facts=facts, today=day)
                    assert after(planned[0]) == register
                    planned = None
            if planned is not None:
                assert planned[1] == ()
                register = after(planned[0])
                seen.append(register)
            day += timedelta(days=draw(st.integers(1, 40)))
    return seen, [(each.code, each.unit, at) for each, at in answers]


def histories():
    """A register after some changes, and what people answered before it."""
    return pasts().map(lambda found: (found[0][-1], found[1]))


@settings(max_examples=40)
@given(histories())
def test_every_past_answer_has_exactly_one_desk_and_one_unit_at_its_date(found):
    register, answers = found
    for code, owner, at in answers:
        [kept] = [each for each in register.desks if each.code == code]
        assert kept.unit == owner
        assert kept.starts <= at < kept.ends
        assert register.unit[owner].starts <= at < register.unit[owner].ends


@settings(max_examples=40)
@given(histories(), st.integers(0, 400))
def test_validity_is_half_open_and_a_printed_code_opens_at_most_one_desk_on_any_day(found, later):
    register, _ = found
    day = START + timedelta(days=later)
    desks = {each.code: each for each in register.desks}
    followers = {code: (each.valid_to, each.followed_by) for code, each in desks.items() if each.followed_by}
    for code, each in desks.items():
        assert each.starts < each.ends
        owner = register.unit[each.unit]
        assert owner.starts <= each.starts
        assert each.ends <= owner.ends or owner.valid_to is None
        if each.followed_by:
            assert desks[each.followed_by].starts == each.ends
        opened = desks[desk_on(code, day, followers)]
        if each.starts <= day:
            assert opened.starts <= day


@settings(max_examples=40)
@given(histories())
def test_on_either_boundaries_every_unit_is_counted_in_exactly_one_place(found):
    register, _ = found
    for kind in ("new", "old"):
        members = read_boundaries(register, kind).members
        assert sorted(code for units in members.values() for code in units) == sorted(register.unit)


@settings(max_examples=40)
@given(pasts(called_off=True), st.data())
def test_no_earlier_export_puts_a_unit_or_a_desk_in_two_places(tmp_path_factory, found, data):
    seen, _ = found
    register = after = seen[-1]
    earlier, kind = data.draw(st.sampled_from(seen)), data.draw(st.sampled_from(["units", "desks"]))
    emptied = data.draw(st.sets(st.sampled_from(["last_day", "valid_from", "code", "replaces"])), label="emptied")
    places = [at for at, column in enumerate(COLUMNS[kind]) if column.name in emptied]
    rows = [
        ["" if at and place in places else cell for place, cell in enumerate(cells)]
        for at, cells in enumerate(register_rows(kind, earlier, {}))
    ]
    file = tmp_path_factory.mktemp("earlier") / "a.csv"
    file.write_bytes(as_csv(rows))
    table, faults = read_table(file, kind)
    stated = JUDGES[kind](table, Known(register, TODAY), faults, source="x")
    if not faults.total:
        after = taken_over(register, stated)
    assert register_conflicts(after) == ()
    for which in ("new", "old"):
        members = read_boundaries(after, which).members
        assert sorted(code for units in members.values() for code in units) == sorted(after.unit)
    now = {each.code: each for each in (*after.units, *after.desks)}
    told = {each.code: each.valid_to for each in (*earlier.units, *earlier.desks)}
    for before in (*register.units, *register.desks):
        assert before.valid_from == now[before.code].valid_from
        ends = now[before.code].valid_to
        # An end that was planned when the file was made, and called off since, is a day that the table states.
        assert before.valid_to in {None, ends} or ends == told[before.code] is not None


def taken_over(register, stated):
    """The register with everything that a table states."""
    return replace(
        register,
        units=tuple(({one.code: one for one in register.units} | stated.units).values()),
        successors=tuple(({(one.old, one.new): one for one in register.successors} | stated.successors).values()),
        desks=tuple(({each.code: each for each in register.desks} | stated.desks).values()),
    )
