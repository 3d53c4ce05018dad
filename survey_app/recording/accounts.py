"""What an administrator changes of an account, and the invitation by which somebody chooses the password."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, or_, update

from survey_app.recording.people import keep_an_administrator, record_password, seconds
from survey_app.recording.rows import table
from survey_app.tables import InvitationRow, UserRow

INVITATION_HOLDS: Final = timedelta(days=3)


def record_shown_name(connection: Connection, name: str, shown_name: str) -> bool:
    """Call somebody otherwise; False if there is no such account."""
    users = table(UserRow)
    changed = update(users).where(users.c.name == name).values(shown_name=shown_name)
    return bool(connection.execute(changed).rowcount)


def record_role(connection: Connection, name: str, *, role: str, unit: str | None) -> bool:
    """Give an open account another role or unit, which holds from the next request on; False if there is no such one.

    Raises:
        LastAdministrator: nobody could make accounts any more.
    """
    users = table(UserRow)
    if role != "administrator":
        keep_an_administrator(connection, name)
    changed = update(users).where(users.c.name == name, users.c.disabled.is_(None)).values(role=role, unit=unit)
    return bool(connection.execute(changed).rowcount)


def record_enabled(connection: Connection, name: str) -> bool:
    """Open a closed account again, without a password until an invitation is used; False if it was not closed."""
    users = table(UserRow)
    closed = update(users).where(users.c.name == name, users.c.disabled.is_not(None))
    return bool(connection.execute(closed.values(disabled=None, password="")).rowcount)  # none fits an empty hash


def record_invitation(connection: Connection, name: str, code_hash: str, *, at: datetime) -> bool:
    """Invite somebody to choose a password: the one before fits no more, every browser is signed out.

    False if there is no such open account. Invitations of before are good no more, and those that are over go.
    """
    invitations = table(InvitationRow)
    if not record_password(connection, name, password="", at=at):
        return False
    over = invitations.c.ends <= seconds(at)
    connection.execute(delete(invitations).where(or_(invitations.c.user == name, over)))
    ends = seconds(at + INVITATION_HOLDS)
    connection.execute(insert(invitations).values(hash=code_hash, user=name, ends=ends))
    return True


def record_invitation_used(connection: Connection, name: str, code_hash: str, *, password: str, at: datetime) -> bool:
    """Keep the password that somebody invited chose; False if the invitation is over, or another was faster."""
    rows = table(InvitationRow)
    open_one = delete(rows).where(rows.c.hash == code_hash, rows.c.user == name, rows.c.ends > seconds(at))
    return bool(connection.execute(open_one).rowcount) and record_password(connection, name, password=password, at=at)
