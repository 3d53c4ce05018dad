import pytest
from sqlalchemy import select

from survey_app.oidc.identity import email_identity, subject_identity
from survey_app.recording import table
from survey_app.tables import AuditRow, UserRow
from tests.survey_app.conftest import PASSWORD
from tests.survey_app.test_cli import database, run

ISSUER = "https://sso.tinh.gov.vn"
PROVINCE = {"HAILONG_OIDC_ISSUER": ISSUER, "HAILONG_OIDC_CLIENT_ID": "hailong", "HAILONG_OIDC_CLIENT_SECRET": "x"}


@pytest.fixture
def home(tmp_path):
    run(tmp_path, "init")
    (tmp_path / "password.txt").write_text(PASSWORD, encoding="utf-8")
    for name in ("noi-vu", "lan"):
        run(tmp_path, "user", "add", name, "--role", "home_affairs", "--password-file", str(tmp_path / "password.txt"))
    return tmp_path


def kept(home):
    with database(home) as connection:
        users, events = table(UserRow).c, table(AuditRow).c
        subject = connection.execute(select(users.subject).where(users.name == "noi-vu")).scalar()
        acts = connection.execute(select(events.act, events.detail).where(events.act.like("%bind%"))).all()
        return subject, [(act, detail) for act, detail in acts]


def test_an_account_is_bound_to_a_subject_or_an_address_and_unbound_and_each_is_an_event(home):
    bound = run(home, "user", "bind", "Noi-Vu", "--subject", "8f1c", **PROVINCE)
    assert bound.stdout == f"noi-vu can sign in as subject 8f1c at {ISSUER}.\n", bound.stderr
    assert kept(home)[0] == subject_identity(ISSUER, "8f1c")
    assert run(home, "user", "bind", "noi-vu", "--email", "Lan@tinh.gov.vn", **PROVINCE).returncode == 0
    assert kept(home)[0] == email_identity(ISSUER, "lan@tinh.gov.vn")
    assert run(home, "user", "unbind", "noi-vu").returncode == 0
    assert kept(home) == (
        None,
        [("bind_user", {"by": "subject"}), ("bind_user", {"by": "email"}), ("unbind_user", {})],
    )


@pytest.mark.parametrize(
    ("words", "province", "expected"),
    [
        (("noi-vu", "--subject", "x"), {}, "HAILONG_OIDC_ISSUER is not set"),
        (("noi-vu",), PROVINCE, "one of them"),
        (("noi-vu", "--subject", "x", "--email", "a@b.vn"), PROVINCE, "one of them"),
        (("noi-vu", "--email", "not an address"), PROVINCE, "expected an address"),
        (("noi-vu", "--email", "0912345678"), PROVINCE, "expected an address"),
        (("noi-vu", "--subject", "a\nb"), PROVINCE, "letters that can be printed"),
        (("noi-vu", "--subject", "a" * 256), PROVINCE, "1 to 255 letters"),
        (("khong-co", "--subject", "x"), PROVINCE, "No open account 'khong-co'"),
        (("noi-vu", "--subject", "taken"), PROVINCE, "Another account is bound to subject taken"),
    ],
)
def test_what_cannot_be_bound_is_refused_and_changes_nothing(home, words, province, expected):
    run(home, "user", "bind", "lan", "--subject", "taken", **PROVINCE)
    refused = run(home, "user", "bind", *words, **province)
    assert refused.returncode == 1
    assert expected in refused.stderr
    assert kept(home)[0] is None
    assert len(kept(home)[1]) == 1


def test_nobody_is_unbound_who_has_no_account(home):
    assert "No open account" in run(home, "user", "unbind", "khong-co").stderr
