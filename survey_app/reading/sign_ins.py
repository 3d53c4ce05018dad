"""The browsers that somebody is signed in with, and invitations that are open."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from survey_app.recording import table
from survey_app.recording.people import seconds
from survey_app.sign_in_rule import SignIn, handle_of
from survey_app.tables import InvitationRow, SignInRow, UserRow


@dataclass(frozen=True, slots=True)
class OpenSignIn:
    """A browser that is signed in. handle: what a form names it by; began, seen: seconds since 1970, UTC."""

    handle: str
    token_hash: str
    began: int
    seen: int
    way: str


def read_sign_ins(connection: Connection, user: str, *, at: datetime) -> list[OpenSignIn]:
    """The sign-ins of somebody that hold at a time, the one seen last first."""
    rows = table(SignInRow).c
    query = select(rows.token_hash, rows.began, rows.seen, rows.way).where(rows.user == user, rows.ended.is_(None))
    return [
        OpenSignIn(handle_of(row.token_hash), row.token_hash, row.began, row.seen, row.way)
        for row in connection.execute(query.order_by(rows.seen.desc(), rows.token_hash))
        if SignIn(row.token_hash, user, row.began, row.seen).holds(at=seconds(at))
    ]


def read_invited(connection: Connection, code_hash: str, *, at: datetime) -> str | None:
    """Whose open account an invitation is for; None if it is over, was used, or never was."""
    rows, users = table(InvitationRow).c, table(UserRow).c
    name: str | None = connection.execute(
        select(rows.user)
        .join_from(table(InvitationRow), table(UserRow), rows.user == users.name)
        .where(rows.hash == code_hash, rows.ends > seconds(at), users.disabled.is_(None))
    ).scalar()
    return name
