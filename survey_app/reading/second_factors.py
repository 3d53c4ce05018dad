"""Second factors: of whom, and how many recovery codes are left."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from survey_app.recording import table
from survey_app.tables import RecoveryCodeRow, UserRow


@dataclass(frozen=True, slots=True)
class KeptFactor:
    """A second factor as it is kept. sealed: its secret, encrypted; step: the last whose code was used."""

    sealed: str
    step: int | None


def read_factor(connection: Connection, name: str) -> KeptFactor | None:
    """The second factor of an open account; None where there is none."""
    users = table(UserRow).c
    row = connection.execute(
        select(users.second_factor, users.second_factor_step).where(users.name == name, users.disabled.is_(None))
    ).one_or_none()
    return KeptFactor(row.second_factor, row.second_factor_step) if row and row.second_factor else None


def count_recovery_codes(connection: Connection, name: str) -> int:
    """How many codes for a lost telephone are left to somebody."""
    codes = table(RecoveryCodeRow).c
    unused = select(func.count()).select_from(table(RecoveryCodeRow)).where(codes.user == name, codes.used.is_(None))
    return int(connection.execute(unused).scalar_one())
