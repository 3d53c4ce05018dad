"""The command `hailong`: the composition root, which alone may open every room."""

import logging
import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine

from qr_codes import (
    BadCode,
    LoopbackAddress,
    draw_terminal,
    make_symbol,
)
from scoring import EditionFaults
from survey_app.backup.archive import BackupRefused
from survey_app.catalogue import CatalogueFaults, read_catalogue
from survey_app.cli_api_key import api_key
from survey_app.cli_backup import backup_command
from survey_app.cli_cards import qr
from survey_app.cli_check import check_command
from survey_app.cli_desk import desk
from survey_app.cli_effect import pilot
from survey_app.cli_events import events
from survey_app.cli_hours import calendar, hours
from survey_app.cli_migrate import migrate_command
from survey_app.cli_pilot_file import import_pilots_command
from survey_app.cli_purge import purge_command
from survey_app.cli_questionnaire import questionnaire
from survey_app.cli_register import imports
from survey_app.cli_restore import restore_command
from survey_app.cli_results import emulation, score_command
from survey_app.cli_roster import roster
from survey_app.cli_service import service
from survey_app.cli_tablet import tablet
from survey_app.cli_unit import unit
from survey_app.cli_user import user
from survey_app.cli_user_bind import user_bind, user_unbind
from survey_app.cli_webhook import webhook
from survey_app.command_line import Refused, command_settings, open_up_to_date
from survey_app.database_failure import FAILURES, explain_failure
from survey_app.db import UnknownRevision
from survey_app.door import local_now
from survey_app.first_register import begin_register
from survey_app.first_run import open_first_run
from survey_app.links import desk_address, desk_code
from survey_app.logs import set_up_logging
from survey_app.new_editions import note_new_editions
from survey_app.questionnaire import QuestionnaireFaults, load_questionnaire
from survey_app.reading import DEMO_DESK, DEMO_LOADED, read_desks_at_door, read_state
from survey_app.recording import record_catalogue, record_missing_links, record_questionnaire, record_state
from survey_app.register import Catalogue
from survey_app.serve import BusyAddress, serve, take_address
from survey_app.settings import Settings, SettingsFault, read_settings

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Hài Lòng: from a scanned desk to the committee's chart."
)
app.add_typer(qr, name="qr")
app.add_typer(user, name="user")
user.command("bind")(user_bind)
user.command("unbind")(user_unbind)
app.add_typer(events, name="events")
app.add_typer(api_key, name="api-key")
app.add_typer(webhook, name="webhook")
app.add_typer(questionnaire, name="questionnaire")
app.add_typer(imports, name="import")
app.add_typer(desk, name="desk")
app.add_typer(unit, name="unit")
app.add_typer(roster, name="roster")
app.add_typer(tablet, name="tablet")
imports.command("pilots")(import_pilots_command)
app.command("score")(score_command)
app.command("check")(check_command)
app.command("purge")(purge_command)
app.command("backup")(backup_command)
app.command("restore")(restore_command)
app.command("migrate")(migrate_command)
app.add_typer(pilot, name="pilot")
app.add_typer(service, name="service")
app.add_typer(hours, name="hours")
app.add_typer(calendar, name="calendar")
app.add_typer(emulation, name="emulation")
console = Console()


REFUSED = (
    SettingsFault,
    CatalogueFaults,
    QuestionnaireFaults,
    BusyAddress,
    BadCode,
    LoopbackAddress,
    EditionFaults,
    Refused,
    BackupRefused,
    UnknownRevision,
)


class Part(StrEnum):
    """What `serve --only` can be."""

    survey = "survey"
    dashboards = "dashboards"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; what the world refuses ends with one clear line and code 1.

    Args:
        arguments: the words after `hailong`; those of the command line when not given.
    """
    try:
        app(args=arguments)
    except REFUSED as error:
        _refuse(str(error))
    except FAILURES as error:
        _refuse(explain_failure(error, read_settings(make_key=False).database_url))
    except OSError as error:
        if error.filename is None:
            raise
        _refuse(f"{error.filename} cannot be used: {error.strerror}.")


def _refuse(reason: str) -> None:
    if os.environ.get("HAILONG_LOG_FORMAT") == "json":
        set_up_logging(form="json")
        logging.getLogger("hailong").error("Refused: %s", reason)
    else:
        print(reason, file=sys.stderr)
    sys.exit(1)


@app.command()
def init(
    *,
    other_key: Annotated[
        bool, typer.Option("--other-key", help="Go on with a key that is not the database's: codes are printed anew.")
    ] = False,
) -> None:
    """Make the database, or bring it up to date, and load what the seed documents say; nothing simulated."""
    with open_up_to_date(command_settings(), other_key=other_key) as engine:
        with engine.connect() as connection:
            demonstrates = read_state(connection, DEMO_LOADED) is not None
        catalogue = read_catalogue()
        _record_catalogue(engine, catalogue if demonstrates else catalogue.documented())
    print("The database is ready.")


def _record_catalogue(engine: Engine, catalogue: Catalogue) -> None:
    with engine.begin() as connection:
        record_catalogue(connection, catalogue)
        record_questionnaire(connection, load_questionnaire("desk"))


@app.command()
def demo(
    *, load_only: Annotated[bool, typer.Option("--load-only", help="Load the demonstration data and stop.")] = False
) -> None:
    """Serve form and dashboards on simulated data; a second time the same day starts in seconds."""
    settings = command_settings()
    taken = None if load_only else take_address(settings)
    with open_up_to_date(settings) as engine:
        _load_demo(engine)
        note_new_editions(engine, at=local_now())
        if taken is None:
            return
        _announce(engine, settings)
        serve(engine, settings, taken, open_dashboards=True)


def _load_demo(engine: Engine) -> None:
    """Catalogue, codes and simulated data up to today; what an interrupted start left is completed by the next.

    Raises:
        Refused: people have answered here, and not at a demonstration.
    """
    from survey_app.demo import is_for_the_demo, load_demo  # noqa: PLC0415 - only the demo needs the generator

    catalogue, today = read_catalogue(), local_now().date()
    with engine.connect() as connection:
        if not is_for_the_demo(connection):
            raise Refused(
                "This database holds people's answers or dossiers, and simulated ones would mix with them. "
                "Give the demonstration a folder of its own: HAILONG_DATA_DIR=var-demo, without HAILONG_DATABASE_URL."
            )
        if read_state(connection, DEMO_LOADED) == today.isoformat():
            return
    _record_catalogue(engine, catalogue)
    with engine.begin() as connection:
        record_missing_links(connection, catalogue, today=today)
        if catalogue.demo_desk is not None:
            record_state(connection, DEMO_DESK, catalogue.demo_desk.code)
    columns = (TextColumn("Simulating responses"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("")
        load_demo(
            engine,
            catalogue,
            load_questionnaire("desk"),
            today=today,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )


def _announce(engine: Engine, settings: Settings) -> None:
    with engine.connect() as connection:
        wanted = read_state(connection, DEMO_DESK)
        desk = next(
            (desk for desk in read_desks_at_door(connection, today=local_now().date()).values() if desk.code == wanted),
            None,
        )
    print(f"\nHài Lòng · dữ liệu mô phỏng (simulated data)\n\n  Start       {settings.public_url}/")
    if desk is not None:
        code, address = desk_code(desk, settings), desk_address(desk, settings)
        print(f"  Form        {settings.public_url}/r/{code}   {desk.name}, {desk.unit_name}")
        print(
            f"  Dashboards  {settings.public_url}/dashboards/\n\n{draw_terminal(make_symbol(address), colour=sys.stdout.isatty())}"
        )
    _tell_first_run(engine, settings)
    if settings.loopback:
        print("This computer only; for a phone on the same network: HAILONG_HOST=0.0.0.0 make demo")
    print("Stop with Ctrl+C.", flush=True)


def _tell_first_run(engine: Engine, settings: Settings) -> None:
    """Where nobody has an account yet: the page to make the first on, and the code that it asks for."""
    if code := open_first_run(engine, settings):
        print(f"  First run   {settings.public_url}/first-run   code {code}", flush=True)


ONLY_HERE = (
    "Only this computer opens that address, and no code can be printed with it. Before issuing codes, set the address that "
    "telephones open: HAILONG_PUBLIC_URL=https://HOST hailong serve"
)


@app.command("serve")
def serve_command(
    only: Annotated[Part | None, typer.Option(help="Serve only the form or only the dashboards.")] = None,
) -> None:
    """Serve form and dashboards on one port."""
    settings = command_settings()
    taken = take_address(settings)
    with open_up_to_date(settings) as engine:
        begin_register(engine)
        note_new_editions(engine, at=local_now())
        print(f"{settings.public_url}/", flush=True)
        if only is not Part.dashboards:
            if settings.loopback:
                print(ONLY_HERE, flush=True)
            _tell_first_run(engine, settings)
        serve(engine, settings, taken, survey=only is not Part.dashboards, dashboards=only is not Part.survey)
