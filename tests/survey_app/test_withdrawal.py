"""A consent that is withdrawn: gone at once, told by its day, copies seen to within the law's days, none back from a backup."""

from datetime import date, datetime, timedelta

import pytest

from survey_app.door import ZONE
from survey_app.recording.people import seconds
from survey_app.tables import AuditRow, ContactRow
from survey_app.withdrawal import ERASE, LOOK, WITHDRAW, Withdrawal, WithdrawnFile, open_withdrawals

from .conftest import form_token, record_staff
from .test_cases import do, record_case, rows, say, signed_in
from .test_purge import due

NOW = date(2026, 11, 19)


@pytest.fixture
def office(office):
    """The small office, whose server has done what the day asks for: it removes nothing more before the next."""
    office.client.app.state.door.do_what_is_due()
    return office


def event(act, day=NOW, user="mot-cua", case="c"):
    return act, day, user, case


def test_only_a_contact_that_somebody_saw_leaves_something_to_do():
    assert open_withdrawals([event(WITHDRAW)]) == []
    assert open_withdrawals([event(LOOK)]) == []
    assert open_withdrawals([event(LOOK), event(LOOK, user="hai"), event(LOOK), event(WITHDRAW, user="author")]) == [
        Withdrawal("c", NOW, ("mot-cua", "hai"))
    ]
    assert open_withdrawals([event(LOOK), event(WITHDRAW), event(LOOK, user="later"), event(ERASE)]) == []
    assert open_withdrawals([event(LOOK, case="b"), event(WITHDRAW)]) == []


def test_the_last_day_is_the_fifteenth():
    withdrawal = Withdrawal("c", NOW, ("a",))
    assert withdrawal.last_day == date(2026, 12, 4)
    assert [withdrawal.days_left(NOW + timedelta(days=days)) for days in (0, 15, 16)] == [15, 0, -1]


@pytest.fixture
def seen(office):
    """A case whose contact the clerk has looked at."""
    record_staff(office.engine)
    record_case(office.engine, contact="0912345678")
    signed_in(office, "mot-cua")
    do(office, "case-0", "assign", note="mot-cua")
    assert "0912345678" in do(office, "case-0", "contact").text
    return office


def test_the_author_withdraws_and_the_event_has_the_day_and_no_minute(seen):
    say(seen, act="withdraw")
    say(seen, act="withdraw")
    [event] = [row for row in rows(seen.engine, AuditRow) if row["act"] == WITHDRAW]
    assert (event["user"], event["about"], event["at"]) == (
        "author",
        "case-0",
        seconds(datetime(2026, 11, 19, tzinfo=ZONE)),
    )
    assert rows(seen.engine, ContactRow) == []


def test_who_saw_the_contact_is_asked_to_erase_copies_until_somebody_says_that_it_is_done(seen):
    say(seen, act="withdraw")
    page = seen.client.get("/office/cases/case-0").text
    assert "Đã có người xem: Cán bộ mot-cua." in page
    assert "chậm nhất ngày 04/12/2026. Còn 15 ngày." in page.replace("\n", " ")
    assert "Còn 15 ngày." in seen.client.get("/office/cases").text
    signed_in(seen, "noi-vu")
    assert "còn bản chép liên hệ phải xóa" in seen.client.get("/office/cases?state=done").text
    assert "<b>1" not in seen.client.get("/office/cases").text
    assert do(seen, "case-0", "copies").status_code == 303
    assert do(seen, "case-0", "copies").status_code == 303
    assert "bản chép" not in seen.client.get("/office/cases/case-0").text
    assert "bản chép" not in seen.client.get("/office/cases").text
    assert [row["act"] for row in rows(seen.engine, AuditRow)].count(ERASE) == 1


def test_after_the_fifteenth_day_it_is_late(seen):
    say(seen, act="withdraw")
    seen.clock.now += timedelta(days=17)
    signed_in(seen, "noi-vu")
    assert "Quá hạn 2 ngày." in seen.client.get("/office/cases").text
    assert "Days late: 2." in seen.client.get("/office/cases/case-0?lang=en").text


def test_other_queues_and_units_are_told_nothing(seen):
    say(seen, act="withdraw")
    for name in ("thanh-tra",):
        signed_in(seen, name)
        assert "bản chép" not in seen.client.get("/office/cases").text
        token = form_token(seen.client)
        for act in ("withdraw", "copies"):
            assert seen.client.post(f"/office/cases/case-0/{act}", data={"form_token": token}).status_code == 404


def test_the_staff_removes_a_contact_for_an_author_who_telephoned(seen):
    assert "Người viết rút lại đồng ý" in seen.client.get("/office/cases/case-0").text
    assert do(seen, "case-0", "withdraw").status_code == 303
    assert rows(seen.engine, ContactRow) == []
    [event] = [row for row in rows(seen.engine, AuditRow) if row["act"] == WITHDRAW]
    assert event["user"] == "mot-cua"
    page = seen.client.get("/office/cases/case-0").text
    assert "Người viết đã rút lại đồng ý ngày 19/11/2026" in page
    assert "Người viết rút lại đồng ý…" not in page


def test_a_restored_backup_does_not_bring_a_withdrawn_contact_back(seen):
    say(seen, act="withdraw")
    kept = seen.client.app.state.door.settings.data_dir / "withdrawn.txt"
    assert kept.read_text() == "2026-11-19 case-0\n"
    assert kept.stat().st_mode & 0o077 == 0
    record_contact_again(seen.engine)
    assert len(rows(seen.engine, ContactRow)) == 1
    due(seen, days=1)
    assert rows(seen.engine, ContactRow) == []
    last = rows(seen.engine, AuditRow)[-1]
    assert (last["act"], last["user"], last["detail"]) == (WITHDRAW, "server", {"again": "after a restore"})


def record_contact_again(engine):
    """The contact as an older backup holds it."""
    from sqlalchemy import insert  # noqa: PLC0415

    from survey_app.recording import table  # noqa: PLC0415

    values = {"case": "case-0", "sealed": "x", "consent": "y", "given": NOW, "purge_on": date(2027, 2, 17)}
    with engine.begin() as connection:
        connection.execute(insert(table(ContactRow)).values(values))


def test_lines_that_are_old_or_no_lines_are_passed_over(tmp_path):
    file = WithdrawnFile(tmp_path / "withdrawn.txt")
    assert file.cases(today=NOW) == []
    file.path.write_bytes(b"2026-01-01 old\n\xff\xfe\nsoon new\n2026-11-01 \n2026-11-01 kept\n")
    assert file.cases(today=NOW) == ["kept"]
    file.add("more", on=NOW)
    assert file.cases(today=NOW) == ["kept", "more"]
