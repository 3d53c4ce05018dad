"""`hailong user bind`: which account somebody of the province's own sign-in has here."""

from typing import Annotated

import typer

from survey_app.cli_user import COMMAND_LINE, Name
from survey_app.command_line import Refused, command_settings, open_up_to_date
from survey_app.contact import is_contact
from survey_app.door import local_now
from survey_app.oidc.id_token import LONGEST_SUBJECT
from survey_app.oidc.identity import email_identity, shown_identity, subject_identity
from survey_app.recording.people import TakenIdentity, record_audit, record_identity
from survey_app.settings import Settings
from survey_app.staff import sign_in_name


def user_bind(
    name: Name,
    subject: Annotated[str | None, typer.Option(help="How the province's sign-in calls this person (`sub`).")] = None,
    email: Annotated[
        str | None, typer.Option(help="Or their address there: whoever first comes with it, verified, is bound.")
    ] = None,
) -> None:
    """Let an account in by the province's own sign-in; every browser of it is signed out."""
    name, settings = sign_in_name(name), command_settings()
    identity = _identity(settings, subject, email)
    with open_up_to_date(settings) as engine, engine.begin() as connection:
        try:
            bound = record_identity(connection, name, identity, at=local_now())
        except TakenIdentity as error:
            raise Refused(f"Another account is bound to {shown_identity(identity)}. Unbind that first.") from error
        if not bound:
            raise Refused(f"No open account {name!r}. See them with: hailong user list")
        record_audit(
            connection, local_now(), COMMAND_LINE, "bind_user", name, detail={"by": "email" if email else "subject"}
        )
    print(f"{name} can sign in as {shown_identity(identity)}.")


def user_unbind(name: Name) -> None:
    """Let an account in by its own password only; every browser of it is signed out."""
    name = sign_in_name(name)
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        if not record_identity(connection, name, None, at=local_now()):
            raise Refused(f"No open account {name!r}. See them with: hailong user list")
        record_audit(connection, local_now(), COMMAND_LINE, "unbind_user", name)
    print(f"{name} can no longer sign in by the province's own sign-in.")


def _identity(settings: Settings, subject: str | None, email: str | None) -> str:
    if settings.oidc is None:
        raise Refused("HAILONG_OIDC_ISSUER is not set: there is no other sign-in to bind an account to.")
    if bool(subject) == bool(email):
        raise Refused("Expected --subject SUB or --email ADDRESS, one of them.")
    if subject:
        if len(subject) > LONGEST_SUBJECT or not subject.isprintable():
            raise Refused(f"--subject is {subject!r}; expected 1 to {LONGEST_SUBJECT} letters that can be printed.")
        return subject_identity(settings.oidc.issuer, subject)
    if not email or "@" not in email or not is_contact(email):
        raise Refused(f"--email is {email!r}; expected an address such as lan@tinh.gov.vn.")
    return email_identity(settings.oidc.issuer, email)
