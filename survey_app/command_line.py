"""What every command shares: settings, an up-to-date database, rows as text or JSON."""

import json
import logging
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from survey_app.backup.before_migration import migrate_safely
from survey_app.backup.waiting_key import settle_waiting
from survey_app.db import open_database, read_revision
from survey_app.door import local_now
from survey_app.logs import set_up_logging
from survey_app.own_key import keep_key
from survey_app.progress_bar import progress_bar
from survey_app.serve import network_address
from survey_app.settings import KEY_FILE, Settings, read_settings

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program instead of text for a person.")]


class Refused(Exception):
    """The command cannot do what was asked; the message says what to do."""


def command_settings(*, make_key: bool = True, settle: bool = True) -> Settings:
    """The settings of the environment.

    Args:
        make_key: whether an installation without a key is given one.
        settle: whether a key that a killed restore left waiting is put in its place, or removed.
    """
    settings = read_settings(network_address=network_address(), make_key=make_key)
    settled = settle and settle_waiting(settings.data_dir / KEY_FILE, settings.database_url)
    if settled:
        settings = read_settings(network_address=network_address(), make_key=make_key)
    set_up_logging(form=settings.log_format, level=settings.log_level)
    if settled:
        logging.getLogger("hailong").warning(
            "A restore had been killed after its database was in place: now the key that came with it is %s too",
            settings.data_dir / KEY_FILE,
        )
    return settings


@contextmanager
def ended_tidily() -> Iterator[None]:
    """Let whoever ends this process, or closes its terminal, end it as Ctrl+C does: what it began is removed first."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    kept = {}
    if threading.current_thread() is threading.main_thread():
        for each in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            if signal.getsignal(each) == signal.SIG_DFL:  # `nohup` ignores one, and so it stays
                kept[each] = signal.signal(each, end)
    try:
        yield
    finally:
        for each, before in kept.items():
            signal.signal(each, before)


@contextmanager
def open_as_it_is(settings: Settings) -> Iterator[Engine]:
    """The database as it is: its tables are not changed, whatever release they are of, and none is made.

    Raises:
        Refused: there is none, or it has no tables.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise Refused(f"There is no database at {url.database}. Is HAILONG_DATA_DIR or HAILONG_DATABASE_URL right?")
    engine = open_database(url)
    try:
        with engine.connect() as connection:
            if read_revision(connection) is None:
                raise Refused(f"The database {url.database} has no tables of Hài Lòng. Make them with: hailong init")
        yield engine
    finally:
        engine.dispose()


@contextmanager
def open_up_to_date(settings: Settings, *, other_key: bool = False) -> Iterator[Engine]:
    """The database, its tables brought up to date; one that is in use is backed up before they change.

    other_key: whether to go on with the key that is here, where codes, contacts and seals are of another.
    """
    engine = open_database(settings.database_url)
    try:
        with progress_bar("Backing up before the tables change") as bar:
            taken = migrate_safely(engine, settings, at=local_now(), told=bar)
        if taken:
            print(f"The tables were changed for this release; as they were before: {taken.path}", file=sys.stderr)
        if told := keep_key(
            engine, settings.secret_key, settings.data_dir, other_key=other_key, today=local_now().date()
        ):
            logging.getLogger("hailong").error(told)
        yield engine
    finally:
        engine.dispose()


def print_rows(rows: list[dict[str, Any]], *, as_json: bool, line: Callable[[dict[str, Any]], str]) -> None:
    """Rows for a program as JSON, or one line each for a person."""
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
    else:
        for row in rows:
            print(line(row))


def one_line(text: str) -> str:
    """A text of a file on one line of the terminal, without marks that turn its direction."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+", " ", text)
