"""The demonstration's roster: small, marked, and such that a page shows something."""

from datetime import date

from survey_app.reading.roster import read_roster
from survey_app.recording import record_catalogue
from survey_app.recording.roster import forget_simulated_roster, record_roster
from survey_app.roster import Shift, StaffMember, overlaps, shift_faults
from survey_app.simulation.roster import simulate_roster
from tests.conftest import shipped_catalogue

TODAY = date(2026, 11, 20)
CATALOGUE = shipped_catalogue()


def test_every_simulated_shift_is_sound_and_none_overlaps_another():
    members, shifts = simulate_roster(CATALOGUE, today=TODAY)
    desks = {desk.code: desk for desk in CATALOGUE.desks}
    assert len({one.who for one in members}) == len(members)
    assert 5 <= len(members) <= 30
    assert all(one.simulated for one in members)
    assert [shift_faults(each, desks[each.desk], seen=None, today=TODAY) for each in shifts] == [[]] * len(shifts)
    assert overlaps(shifts) == []
    assert CATALOGUE.demo_desk.code in {each.desk for each in shifts}


def test_loading_it_anew_keeps_people_who_are_real_and_doubles_nobody(engine):
    members, shifts = simulate_roster(CATALOGUE, today=TODAY)
    real = StaffMember("CB-01", CATALOGUE.demo_desk.unit, "An", "office")
    with engine.begin() as connection:
        record_catalogue(connection, CATALOGUE)
        record_roster(connection, [real], [Shift(*real.who, CATALOGUE.demo_desk.code, TODAY, "day", None, "office")])
        for _ in range(2):
            forget_simulated_roster(connection)
            record_roster(connection, members, shifts)
        found = read_roster(connection)
    assert len(found.members) == len(members) + 1
    assert len(found.shifts) == len(shifts) + 1
