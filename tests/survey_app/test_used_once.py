"""On both databases, with several at the same time: what counts once counts once, and an administrator stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from survey_app.reading.people import read_accounts
from survey_app.recording.accounts import record_invitation, record_invitation_used, record_role
from survey_app.recording.people import LastAdministrator, record_disabled
from survey_app.recording.second_factors import record_factor, record_recovery_code_used, record_step
from tests.survey_app.conftest import Clock, record_office, record_staff

NOW = Clock()()


@pytest.fixture
def staffed(engine):
    record_office(engine)
    record_staff(engine)
    record_staff(engine, {"quan-tri-2": ("administrator", None)})
    with engine.begin() as connection:
        record_factor(connection, "mot-cua", sealed="x", step=10, recovery_hashes=["a", "b"])
        record_invitation(connection, "noi-vu", "h", at=NOW)
    return engine


def at_once(engine, *works):
    """What each work says of a transaction of its own, all at the same time."""

    def run(work):
        with engine.begin() as connection:
            return work(connection)

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, works))


def test_of_eight_at_once_one_uses_the_code_of_a_step(staffed):
    used = at_once(staffed, *[lambda connection: record_step(connection, "mot-cua", 11)] * 8)
    assert used == [False] * 7 + [True]
    assert at_once(staffed, lambda connection: record_step(connection, "mot-cua", 10)) == [False]


def test_of_eight_at_once_one_uses_a_recovery_code(staffed):
    def use(connection):
        return record_recovery_code_used(connection, "mot-cua", "a", on=NOW.date())

    assert at_once(staffed, *[use] * 8) == [False] * 7 + [True]


def test_of_eight_at_once_one_uses_an_invitation(staffed):
    def use(connection):
        return record_invitation_used(connection, "noi-vu", "h", password="p", at=NOW)  # noqa: S106

    assert at_once(staffed, *[use] * 8) == [False] * 7 + [True]


def test_an_invitation_of_three_days_ago_is_over(staffed):
    late = NOW + timedelta(days=3)
    with staffed.begin() as connection:
        assert not record_invitation_used(connection, "noi-vu", "h", password="p", at=late)  # noqa: S106


def test_of_two_administrators_who_close_each_other_at_once_one_stays(staffed):
    def close(name):
        def work(connection):
            try:
                return record_disabled(connection, name, at=NOW)
            except LastAdministrator:
                return False

        return work

    assert at_once(staffed, close("quan-tri"), close("quan-tri-2")) == [False, True]
    with staffed.connect() as connection:
        able = [each.name for each in read_accounts(connection) if each.role == "administrator" and not each.disabled]
    assert len(able) == 1


def test_who_was_invited_and_has_no_password_yet_is_no_administrator_to_rely_on(staffed):
    with staffed.begin() as connection:
        record_invitation(connection, "quan-tri-2", "k", at=NOW)
    with pytest.raises(LastAdministrator), staffed.begin() as connection:
        record_role(connection, "quan-tri", role="committee", unit=None)
