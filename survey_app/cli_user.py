"""`hailong user …`: the accounts of the staff. A password is asked for or read from a file, never an argument."""

import getpass
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

from survey_app.command_line import Json, Refused, command_settings, open_up_to_date, print_rows
from survey_app.door import ZONE, local_now
from survey_app.first_run import open_first_run
from survey_app.invitation import make_invitation
from survey_app.password import hash_password
from survey_app.reading.people import read_account, read_accounts, read_unit_names
from survey_app.reading.sign_ins import read_sign_ins
from survey_app.recording.accounts import record_enabled, record_role, record_shown_name
from survey_app.recording.people import (
    LastAdministrator,
    record_audit,
    record_disabled,
    record_password,
    record_sign_out_of,
    record_sign_outs,
    record_user,
)
from survey_app.recording.second_factors import record_factor_removed
from survey_app.staff import ROLES, password_faults, role_faults, shown_name, sign_in_name, user_faults

user = typer.Typer(no_args_is_help=True, help="Accounts of the staff: who signs in, with which role.")
COMMAND_LINE = "hailong"

Name = Annotated[str, typer.Argument(help="The name to sign in with.")]
Role = Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")]
Unit = Annotated[str | None, typer.Option(help="The unit of the role unit, by its code.")]
Shown = Annotated[str | None, typer.Option("--shown-name", help="How pages call this person; the name if not given.")]
PasswordFile = Annotated[
    str | None, typer.Option("--password-file", help="Read the password from this file, - for standard input.")
]


@user.command("add")
def user_add(
    name: Name,
    role: Role,
    unit: Unit = None,
    shown: Shown = None,
    password_file: PasswordFile = None,
    *,
    invite: Annotated[
        bool, typer.Option("--invite", help="Print an address at which the person chooses the password, once.")
    ] = False,
) -> None:
    """Make an account."""
    name, settings, now = sign_in_name(name), command_settings(), local_now()
    faults = user_faults(name, role, unit)
    password = "" if invite else _read_new_password(password_file)
    if faults := faults + ([] if invite else password_faults(name, password)):
        raise Refused("\n".join(faults))
    with open_up_to_date(settings) as engine, engine.begin() as connection:
        _check_unit(connection, unit)
        if not record_user(
            connection,
            name=name,
            shown_name=shown_name(shown or "", name),
            role=role,
            unit=unit,
            password=hash_password(password) if password else "",  # none fits an empty hash
            created=now.date(),
        ):
            raise Refused(f"The name {name} is taken. See the accounts with: hailong user list")
        record_audit(connection, now, COMMAND_LINE, "add_user", name, detail={"role": role, "unit": unit})
        if invite:
            _tell_invitation(connection, name)
    if not invite:
        print(f"{name} can sign in at {settings.public_url}/sign-in")


def _check_unit(connection: Connection, unit: str | None) -> None:
    if unit and unit not in read_unit_names(connection):
        raise Refused(f"No unit {unit!r}. The demonstration has xa.29926; a new database gets units by: hailong init")


def _tell_invitation(connection: Connection, name: str) -> None:
    now = local_now()
    address = make_invitation(connection, name, command_settings(), at=now)
    if not address:
        raise _no_account(name)
    record_audit(connection, now, COMMAND_LINE, "invite_user", name)
    print(f"{address}\n{name} chooses a password there, once, within three days; any password before fits no more.")


@user.command("list")
def user_list(*, as_json: Json = False) -> None:
    """Every account with its role."""
    with open_up_to_date(command_settings()) as engine, engine.connect() as connection:
        rows = [asdict(account) for account in read_accounts(connection)]
    print_rows(
        rows,
        as_json=as_json,
        line=lambda row: (
            f"{row['name']:<20} {row['role']:<14} {row['unit'] or '–':<12} {row['shown_name']}"
            f"{'  (disabled)' if row['disabled'] else '' if row['password_set'] else '  (no password)'}"
            f"{'  (second factor)' if row['second_factor'] else ''}"
        ),
    )


@user.command("password")
def user_password(name: Name, password_file: PasswordFile = None) -> None:
    """Give an account a new password; every browser of it is signed out."""
    name, now = sign_in_name(name), local_now()
    password = _read_new_password(password_file)
    if faults := password_faults(name, password):
        raise Refused("\n".join(faults))
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        if not record_password(connection, name, password=hash_password(password), at=now):
            raise _no_account(name)
        record_audit(connection, now, COMMAND_LINE, "change_password", name)
    print(f"{name} has a new password and is signed out everywhere.")


@user.command("invite")
def user_invite(name: Name) -> None:
    """Print an address at which somebody chooses a new password, once; the one before fits no more."""
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        _tell_invitation(connection, sign_in_name(name))


@user.command("disable")
def user_disable(name: Name) -> None:
    """Close an account; every browser of it is signed out at once."""
    name, now = sign_in_name(name), local_now()
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        try:
            closed = record_disabled(connection, name, at=now)
        except LastAdministrator as error:
            raise _last(name) from error
        if not closed:
            raise _no_account(name)
        record_audit(connection, now, COMMAND_LINE, "disable_user", name)
    print(f"{name} can no longer sign in.")


@user.command("enable")
def user_enable(name: Name) -> None:
    """Open a closed account again and print an address at which its owner chooses a password."""
    name, now = sign_in_name(name), local_now()
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        if not record_enabled(connection, name):
            raise Refused(f"No closed account {name!r}. See them with: hailong user list")
        record_audit(connection, now, COMMAND_LINE, "enable_user", name)
        _tell_invitation(connection, name)


@user.command("role")
def user_role(name: Name, role: Role, unit: Unit = None) -> None:
    """Give somebody another role; every open browser follows at once."""
    name = sign_in_name(name)
    if faults := role_faults(role, unit):
        raise Refused("\n".join(faults))
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        _change_role(connection, name, role, unit)
    print(f"{name} has the role {role}{f' of {unit}' if unit else ''}.")


@user.command("unit")
def user_unit(name: Name, unit: Annotated[str, typer.Argument(help="The unit's code.")]) -> None:
    """Give somebody of the role unit another unit; every open browser follows at once."""
    name = sign_in_name(name)
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        account = read_account(connection, name)
        if account is not None and account.role != "unit":
            raise Refused(f"{name} has the role {account.role}, which sees every unit; see: hailong user role --help")
        _change_role(connection, name, "unit", unit)
    print(f"{name} is of {unit}.")


def _change_role(connection: Connection, name: str, role: str, unit: str | None) -> None:
    _check_unit(connection, unit)
    before = read_account(connection, name)
    try:
        if before is None or not record_role(connection, name, role=role, unit=unit):
            raise _no_account(name)
    except LastAdministrator as error:
        raise _last(name) from error
    detail = {"from": [before.role, before.unit], "to": [role, unit]}
    record_audit(connection, local_now(), COMMAND_LINE, "change_role", name, detail=detail)


@user.command("shown-name")
def user_shown_name(name: Name, shown: Annotated[str, typer.Argument(help="How pages call this person.")]) -> None:
    """Call somebody otherwise."""
    name = sign_in_name(name)
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        if not record_shown_name(connection, name, shown_name(shown, name)):
            raise _no_account(name)
        record_audit(connection, local_now(), COMMAND_LINE, "change_shown_name", name)
    print(f"{name} is called {shown_name(shown, name)}.")


@user.command("reset-second-factor")
def user_reset_second_factor(name: Name) -> None:
    """Take away the second factor of who lost telephone and recovery codes; every browser is signed out."""
    name, now = sign_in_name(name), local_now()
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        if not record_factor_removed(connection, name):
            raise Refused(f"No account {name!r} with a second factor. See the accounts with: hailong user list")
        record_sign_outs(connection, name, at=now)
        record_audit(connection, now, COMMAND_LINE, "reset_second_factor", name)
    print(f"{name} signs in by password alone, and can set up another telephone.")


@user.command("sessions")
def user_sessions(name: Name, *, as_json: Json = False) -> None:
    """The browsers that somebody is signed in with."""
    with open_up_to_date(command_settings()) as engine, engine.connect() as connection:
        found = read_sign_ins(connection, sign_in_name(name), at=local_now())
    rows = [
        {"id": each.handle, "began": _moment(each.began), "seen": _moment(each.seen), "way": each.way} for each in found
    ]
    print_rows(
        rows, as_json=as_json, line=lambda row: f"{row['id']}  began {row['began']}  seen {row['seen']}  {row['way']}"
    )


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, ZONE).isoformat()


@user.command("sign-out")
def user_sign_out(
    name: Name,
    session: Annotated[str | None, typer.Option(help="Only this one, by its id of: hailong user sessions")] = None,
) -> None:
    """Sign somebody out everywhere, or of one browser."""
    name, now = sign_in_name(name), local_now()
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        if session is None:
            ended = record_sign_outs(connection, name, at=now)
        else:
            ended = int(record_sign_out_of(connection, name, session, at=now))
        if ended:
            record_audit(connection, now, COMMAND_LINE, "end_sign_ins", name, detail={"n": ended})
        elif session is not None or read_account(connection, name) is None:
            raise Refused(f"Nothing of that name is open. See: hailong user sessions {name}")
    print(f"{name} is signed out of {ended} browser{'' if ended == 1 else 's'}.")


def _last(name: str) -> Refused:
    return Refused(f"{name} is the last administrator; make somebody else one first: hailong user role NAME --role …")


@user.command("first-code")
def user_first_code() -> None:
    """Show again the code that /first-run asks for, while nobody has an account."""
    settings = command_settings()
    with open_up_to_date(settings) as engine:
        code = open_first_run(engine, settings)
    if not code:
        raise Refused("Somebody has an account already. See them with: hailong user list")
    print(f"{settings.public_url}/first-run   code {code}")


def _no_account(name: str) -> Refused:
    return Refused(f"No open account {name!r}. See them with: hailong user list")


def _read_new_password(file: str | None) -> str:
    if file == "-":
        return sys.stdin.readline().rstrip("\r\n")
    if file is not None:
        with open(file, encoding="utf-8") as opened:  # noqa: PTH123 - the error names what was typed
            return opened.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Refused("No terminal to ask for the password; give it by --password-file FILE, or - for standard input.")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise Refused("The two passwords differ; nothing was changed.")
    return password
