"""Second factors set up, used and taken away; each code counts once, whichever of two at the same time comes first."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, delete, insert, or_, update

from survey_app.recording.rows import table
from survey_app.tables import RecoveryCodeRow, UserRow


def record_factor(connection: Connection, name: str, *, sealed: str, step: int, recovery_hashes: Sequence[str]) -> None:
    """Keep a second factor with its recovery codes in place of what was there. step: whose code proved it."""
    users = table(UserRow)
    connection.execute(update(users).where(users.c.name == name).values(second_factor=sealed, second_factor_step=step))
    record_recovery_codes(connection, name, recovery_hashes)


def record_recovery_codes(connection: Connection, name: str, hashes: Sequence[str]) -> None:
    """Keep new recovery codes; the ones before are good no more."""
    codes = table(RecoveryCodeRow)
    connection.execute(delete(codes).where(codes.c.user == name))
    if hashes:
        connection.execute(insert(codes), [{"hash": each, "user": name} for each in hashes])


def record_factor_removed(connection: Connection, name: str) -> bool:
    """Take a second factor and its recovery codes away; False if there was none."""
    users = table(UserRow)
    removed = connection.execute(
        update(users)
        .where(users.c.name == name, users.c.second_factor.is_not(None))
        .values(second_factor=None, second_factor_step=None)
    ).rowcount
    record_recovery_codes(connection, name, ())
    return bool(removed)


def record_step(connection: Connection, name: str, step: int) -> bool:
    """The code of a step was used; False if it, or a later one, was before."""
    users = table(UserRow)
    fresh = or_(users.c.second_factor_step.is_(None), users.c.second_factor_step < step)
    used = update(users).where(users.c.name == name, users.c.second_factor.is_not(None), fresh)
    return bool(connection.execute(used.values(second_factor_step=step)).rowcount)


def record_recovery_code_used(connection: Connection, name: str, code_hash: str, *, on: date) -> bool:
    """A recovery code was used; False if it is none of this person's, or was used before."""
    codes = table(RecoveryCodeRow)
    used = update(codes).where(codes.c.hash == code_hash, codes.c.user == name, codes.c.used.is_(None))
    return bool(connection.execute(used.values(used=on)).rowcount)
