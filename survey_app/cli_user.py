"""`hailong user …`: the accounts of the staff. A password is asked for or read from a file, never an argument."""

import getpass
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from survey_app.command_line import Json, Refused, command_settings, open_up_to_date, print_rows
from survey_app.door import local_now
from survey_app.first_run import open_first_run
from survey_app.password import hash_password
from survey_app.reading.people import read_accounts, read_unit_names
from survey_app.recording.people import record_audit, record_disabled, record_password, record_user
from survey_app.staff import ROLES, password_faults, shown_name, sign_in_name, user_faults

user = typer.Typer(no_args_is_help=True, help="Accounts of the staff: who signs in, with which role.")
COMMAND_LINE = "hailong"

Name = Annotated[str, typer.Argument(help="The name to sign in with.")]
PasswordFile = Annotated[
    str | None, typer.Option("--password-file", help="Read the password from this file, - for standard input.")
]


@user.command("add")
def user_add(
    name: Name,
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")],
    unit: Annotated[str | None, typer.Option(help="The unit of the role unit, by its code.")] = None,
    shown: Annotated[
        str | None, typer.Option("--shown-name", help="How pages call this person; the name if not given.")
    ] = None,
    password_file: PasswordFile = None,
) -> None:
    """Make an account."""
    name, settings, now = sign_in_name(name), command_settings(), local_now()
    password = _read_new_password(password_file)
    if faults := user_faults(name, role, unit) + password_faults(name, password):
        raise Refused("\n".join(faults))
    with open_up_to_date(settings) as engine, engine.begin() as connection:
        if unit and unit not in read_unit_names(connection):
            raise Refused(
                f"No unit {unit!r}. The demonstration has xa.29926; a new database gets units by: hailong init"
            )
        if not record_user(
            connection,
            name=name,
            shown_name=shown_name(shown or "", name),
            role=role,
            unit=unit,
            password=hash_password(password),
            created=now.date(),
        ):
            raise Refused(f"The name {name} is taken. See the accounts with: hailong user list")
        record_audit(connection, now, COMMAND_LINE, "add_user", name, detail={"role": role, "unit": unit})
    print(f"{name} can sign in at {settings.public_url}/sign-in")


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
            f"{'  (disabled)' if row['disabled'] else ''}"
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


@user.command("disable")
def user_disable(name: Name) -> None:
    """Close an account; every browser of it is signed out at once."""
    name, now = sign_in_name(name), local_now()
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        if not record_disabled(connection, name, at=now):
            raise _no_account(name)
        record_audit(connection, now, COMMAND_LINE, "disable_user", name)
    print(f"{name} can no longer sign in.")


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
