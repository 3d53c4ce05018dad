"""People of the staff, the browsers they are signed in with, and what they did."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from survey_app.recording.rows import insert_new, table
from survey_app.sign_in_rule import HANDLE_LENGTH, Proofs
from survey_app.tables import AuditRow, SignInRow, UserRow


def record_audit(
    connection: Connection, at: datetime, user: str, act: str, about: str, *, detail: dict[str, Any] | None = None
) -> None:
    """Keep what somebody did that matters.

    Args:
        connection: of the transaction that does it, so that neither stands without the other.
        at: when; an aware time.
        user: the name that signed in; `COMMAND_LINE` for a command; empty for nobody.
        act: a verb, such as `look_at_contact`.
        about: what it was done to: a code, a name.
        detail: more, never a secret and nothing of a citizen.
    """
    connection.execute(
        insert(table(AuditRow)).values(at=seconds(at), user=user, act=act, about=about, detail=detail or {})
    )


def seconds(at: datetime) -> int:
    """An aware time as seconds since 1970, UTC.

    Raises:
        ValueError: the time has no zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"at == {at!r}, must have a zone.")
    return int(at.timestamp())


def record_user(
    connection: Connection, *, name: str, shown_name: str, role: str, unit: str | None, password: str, created: date
) -> bool:
    """Keep a new account; False if the name is taken. password: its hash."""
    new = insert_new(connection, UserRow).returning(table(UserRow).c.name)
    values = {"name": name, "shown_name": shown_name, "role": role, "unit": unit}
    return bool(connection.execute(new, [values | {"password": password, "created": created}]).scalars().one_or_none())


def record_password(connection: Connection, name: str, *, password: str, at: datetime, keep: str = "") -> bool:
    """Replace the hash of a password and end every browser's sign-in; False if there is no such open account.

    keep: the hash of the cookie of the browser that stays signed in, if one does.
    """
    users = table(UserRow)
    changed = connection.execute(
        update(users).where(users.c.name == name, users.c.disabled.is_(None)).values(password=password)
    ).rowcount
    record_sign_outs(connection, name, at=at, keep=keep)
    return bool(changed)


class TakenIdentity(Exception):
    """Another account is bound to the same person."""


def record_identity(connection: Connection, name: str, identity: str | None, *, at: datetime) -> bool:
    """Bind an account to somebody of the province's sign-in, or to nobody; every browser of it is signed out.

    Args:
        connection: of the transaction.
        name: the account's.
        identity: see `oidc.identity`; None for nobody.
        at: when.

    Returns:
        False if there is no such open account.

    Raises:
        TakenIdentity: another account is bound to them.
    """
    users = table(UserRow)
    bound = update(users).where(users.c.name == name, users.c.disabled.is_(None)).values(subject=identity)
    try:
        with connection.begin_nested():
            changed = connection.execute(bound).rowcount
    except IntegrityError as error:
        raise TakenIdentity(identity) from error
    record_sign_outs(connection, name, at=at)
    return bool(changed)


def record_bound_subject(connection: Connection, email: str, subject: str) -> str | None:
    """From now on the account that waits for somebody with this address is theirs; its name, None if none waits.

    Args:
        connection: of the transaction.
        email: `oidc.identity.email_identity`.
        subject: `oidc.identity.subject_identity`.
    """
    users = table(UserRow)
    bound = update(users).where(users.c.subject == email, users.c.disabled.is_(None)).values(subject=subject)
    name: str | None = connection.execute(bound.returning(users.c.name)).scalar()
    return name


def record_disabled(connection: Connection, name: str, *, at: datetime) -> bool:
    """Close an account and end every browser's sign-in; False if there is no such open account.

    Raises:
        LastAdministrator: nobody could make accounts any more.
    """
    users = table(UserRow)
    keep_an_administrator(connection, name)
    changed = connection.execute(
        update(users).where(users.c.name == name, users.c.disabled.is_(None)).values(disabled=at.date())
    ).rowcount
    record_sign_outs(connection, name, at=at)
    return bool(changed)


def hold_account(connection: Connection, name: str) -> Proofs | None:
    """By what an open account can be signed in, none of which anybody changes until this transaction ends.

    A write that changes nothing, since SQLite locks no rows. None if there is no such open account.
    """
    users = table(UserRow)
    held = update(users).where(users.c.name == name, users.c.disabled.is_(None)).values(name=name)
    row = connection.execute(held.returning(users.c.password, users.c.second_factor, users.c.subject)).one_or_none()
    return Proofs(*row) if row else None


def record_sign_in(connection: Connection, token_hash: str, user: str, *, at: datetime, way: str = "password") -> None:
    """A browser signed in. way: how, of `SignInRow.way`."""
    now = seconds(at)
    values = {"token_hash": token_hash, "user": user, "began": now, "seen": now, "way": way}
    connection.execute(insert(table(SignInRow)).values(values))


def record_seen(connection: Connection, token_hash: str, *, at: datetime) -> None:
    """A browser that is signed in asked for a page."""
    rows = table(SignInRow)
    connection.execute(update(rows).where(rows.c.token_hash == token_hash).values(seen=seconds(at)))


def record_sign_out(connection: Connection, token_hash: str, *, at: datetime) -> bool:
    """One browser's sign-in ends; False if it had ended before or never began."""
    rows = table(SignInRow)
    ended = update(rows).where(rows.c.token_hash == token_hash, rows.c.ended.is_(None)).values(ended=seconds(at))
    return bool(connection.execute(ended).rowcount)


def record_sign_outs(connection: Connection, user: str, *, at: datetime, keep: str = "") -> int:
    """Every browser's sign-in of a user ends, but for one whose cookie's hash is to be kept; returns how many."""
    rows = table(SignInRow)
    mine = (rows.c.user == user, rows.c.ended.is_(None), rows.c.token_hash != keep)
    return int(connection.execute(update(rows).where(*mine).values(ended=seconds(at))).rowcount)


def record_sign_out_of(connection: Connection, user: str, handle: str, *, at: datetime) -> bool:
    """One of a user's sign-ins ends, told by its `handle_of`; False if this user has no such open one."""
    rows = table(SignInRow)
    named = func.substr(rows.c.token_hash, 1, HANDLE_LENGTH) == handle
    mine = update(rows).where(rows.c.user == user, rows.c.ended.is_(None), named)
    return bool(connection.execute(mine.values(ended=seconds(at))).rowcount)


class LastAdministrator(Exception):
    """It would leave nobody who can make accounts."""


def keep_an_administrator(connection: Connection, name: str) -> None:
    """See that somebody else is an administrator who can sign in, before this one no longer is.

    Locks them all, so that of two who close each other at the same time the second is refused.

    Raises:
        LastAdministrator: nobody else is.
    """
    users = table(UserRow)
    if (
        connection.dialect.name == "sqlite"
    ):  # which locks no rows: a write that changes nothing lets one after the other
        connection.execute(update(users).where(users.c.name == name).values(name=name))
    able = (users.c.role == "administrator", users.c.disabled.is_(None))
    proofs = (
        select(users.c.name, users.c.password, users.c.subject).where(*able).order_by(users.c.name).with_for_update()
    )
    found = {row.name: bool(row.password or row.subject) for row in connection.execute(proofs)}
    if name in found and not any(able for other, able in found.items() if other != name):
        raise LastAdministrator(name)
