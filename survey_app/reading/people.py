"""People of the staff and the browsers they are signed in with."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from survey_app.name_order import by_name
from survey_app.recording import table
from survey_app.sign_in_rule import Proofs, SignIn
from survey_app.staff import User
from survey_app.tables import SignInRow, UnitRow, UserRow


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the administrator lists it, without its password.

    password_set: whether it can be signed in with a password; second_factor: whether a code is asked for besides.
    """

    name: str
    shown_name: str
    role: str
    unit: str | None
    created: date
    disabled: date | None
    password_set: bool
    second_factor: bool


def read_accounts(connection: Connection) -> list[Account]:
    """Every account, by name."""
    return [Account(**row) for row in connection.execute(_accounts().order_by(table(UserRow).c.name)).mappings()]


def read_account(connection: Connection, name: str) -> Account | None:
    """One account; None if there is none of that name."""
    row = connection.execute(_accounts().where(table(UserRow).c.name == name)).mappings().one_or_none()
    return Account(**row) if row else None


def _accounts() -> Select[Any]:
    users = table(UserRow).c
    told = (users.name, users.shown_name, users.role, users.unit, users.created, users.disabled)
    return select(
        *told, (users.password != "").label("password_set"), users.second_factor.is_not(None).label("second_factor")
    )


def has_accounts(connection: Connection) -> bool:
    """Whether anybody has an account, open or closed."""
    return connection.execute(select(table(UserRow).c.name).limit(1)).first() is not None


def read_password(connection: Connection, name: str) -> str | None:
    """The kept hash of an open account; None when there is none of that name."""
    users = table(UserRow).c
    kept: str | None = connection.execute(
        select(users.password).where(users.name == name, users.disabled.is_(None))
    ).scalar()
    return kept


def read_proofs(connection: Connection, name: str) -> Proofs | None:
    """By what an open account can be signed in; None when there is none of that name."""
    users = table(UserRow).c
    kept = select(users.password, users.second_factor, users.subject).where(
        users.name == name, users.disabled.is_(None)
    )
    row = connection.execute(kept).one_or_none()
    return Proofs(*row) if row else None


def read_bound(connection: Connection, identity: str) -> str | None:
    """The name of the open account that is bound to somebody of the province's sign-in. identity: see `oidc.identity`."""
    users = table(UserRow).c
    name: str | None = connection.execute(
        select(users.name).where(users.subject == identity, users.disabled.is_(None))
    ).scalar()
    return name


def read_signed_in(connection: Connection, token_hash: str) -> tuple[User, SignIn] | None:
    """Who a browser's cookie belongs to, whether it still holds or not; None for an unknown or a closed account."""
    users, rows, units = table(UserRow).c, table(SignInRow).c, table(UnitRow).c
    found = (
        connection.execute(
            select(
                *(users.name, users.shown_name, users.role, users.unit, users.second_factor),
                *(rows.began, rows.seen, rows.ended, rows.way),
                *(units.kind, units.name.label("unit_name")),
            )
            .join_from(table(SignInRow), table(UserRow), rows.user == users.name)
            .outerjoin(table(UnitRow), users.unit == units.code)
            .where(rows.token_hash == token_hash, users.disabled.is_(None))
        )
        .mappings()
        .one_or_none()
    )
    if found is None:
        return None
    seen = read_units_below(connection, found["unit"]) if found["role"] == "unit" else None
    proved = found["second_factor"] is not None or found["way"] == "oidc"
    unit_name = f"{found['kind']} {found['unit_name']}" if seen is not None and found["kind"] else ""
    user = User(found["name"], found["shown_name"], found["role"], seen, second_factor=proved, unit_name=unit_name)
    return user, SignIn(token_hash, found["name"], found["began"], found["seen"], found["ended"])


def read_units_below(connection: Connection, unit: str) -> frozenset[str]:
    """The unit and all that stand under it, at any depth; a ring of parents ends the walk, it does not hang."""
    return frozenset(connection.execute(_walk("parent", "code"), {"unit": unit}).scalars())


def read_units_above(connection: Connection, unit: str) -> frozenset[str]:
    """The unit and all that it stands under."""
    return frozenset(connection.execute(_walk("code", "parent"), {"unit": unit}).scalars())


@cache
def _walk(start: str, end: str) -> Select[Any]:
    """From a unit on, in the database: each look at a page asks this, and a country's units are too many to read for one."""
    columns = table(UnitRow).c
    found = select(bindparam("unit", type_=columns.code.type).label("code")).cte("found", recursive=True)
    steps = select(columns[end]).join_from(found, table(UnitRow), columns[start] == found.c.code)
    return select(found.union(steps.where(columns[end].is_not(None))).c.code)


def read_unit_names(connection: Connection, *, on: date | None = None) -> dict[str, str]:
    """Code → «xã Tân Hồng» of every unit, or of those that stand on a day; by name."""
    columns = table(UnitRow).c
    query = select(columns.code, columns.kind, columns.name).order_by(columns.code)
    if on is not None:
        begun = columns.valid_from.is_(None) | (columns.valid_from <= on)
        query = query.where(begun, columns.valid_to.is_(None) | (columns.valid_to > on))
    rows = sorted(connection.execute(query), key=lambda row: by_name(row.name))
    return {row.code: f"{row.kind} {row.name}" for row in rows}
