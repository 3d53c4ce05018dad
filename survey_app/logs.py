"""What the server writes to its log: what happened to it, never who asked for what.

No record names an address, a code or what a form held. An error's own words stay out, for they may quote any of these:
of an exception its kind is written and where it arose, line by line. A fault has a short id, which the page shows too.
"""

import logging
import secrets
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import datetime
from types import TracebackType
from typing import Any, Final, TextIO

from pythonjsonlogger.json import JsonFormatter

from survey_app.zone import ZONE

FORMATS: Final = ("text", "json")
OURS: Final = ("hailong", "survey_app", "dashboards", "scoring", "qr_codes")
THEIRS: Final = ("uvicorn", "streamlit", "websockets")
"""Loggers that bring handlers of their own, which would write what ours leaves out."""
ANONYMOUS: Final = {"anonymous": True}
"""Marks, as `extra`, a record of a citizen's request: its time is written by the half-hour."""
MOST_LINKS = 8
MINUTES = 30
_Failure = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


def fault_id() -> str:
    """A short id for a fault, to be read aloud on the telephone."""
    return secrets.token_hex(4).upper()


def set_up_logging(*, form: str = "text", level: str = "warning", stream: TextIO | None = None) -> logging.Handler:
    """Write every record once, with care. form: of `FORMATS`; level: of our own records, others from warnings on."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(CarefulJson() if form == "json" else CarefulText())
    root = logging.getLogger()
    for before in [each for each in root.handlers if isinstance(each.formatter, (CarefulJson, CarefulText))]:
        root.removeHandler(before)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())
    return handler


def take_over() -> None:
    """Let what libraries, threads and failed records would print themselves come to our handler, or nowhere."""
    logging.raiseExceptions = False  # a record that cannot be written would be printed with all that it was given
    threading.excepthook = _tell_ended_thread
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in THEIRS:
            release(logging.getLogger(name))


def release(logger: logging.Logger) -> None:
    """Take a library's logger its handlers: warnings and errors come to ours, and nothing else anywhere."""
    logger.handlers.clear()
    logger.propagate = True
    logger.setLevel(logging.WARNING)


def _tell_ended_thread(ended: threading.ExceptHookArgs) -> None:
    failure = (ended.exc_type, ended.exc_value, ended.exc_traceback)
    logging.getLogger("hailong").error("A thread ended with an error", exc_info=failure)  # type: ignore[arg-type]


def said_of(failure: _Failure) -> str:
    """An exception without its words: kind and places, and those of what it arose from."""
    return "\n".join(_lines(failure[1]))


def _lines(error: BaseException | None) -> Iterator[str]:
    for _ in range(MOST_LINKS):
        if error is None:
            return
        yield f"{type(error).__module__}.{type(error).__qualname__}"
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def careful_message(record: logging.LogRecord) -> str:
    """A record's words on one line; of asyncio's, which describe the failed task with its error, the first sentence."""
    message = record.getMessage()
    return message.partition("\n")[0] if record.name == "asyncio" else " ".join(message.split())


def written_time(record: logging.LogRecord) -> str:
    """The time of a record in Viet Nam; of a citizen's request the beginning of its half-hour."""
    at = datetime.fromtimestamp(record.created, ZONE)
    if getattr(record, "anonymous", False):
        at = at.replace(minute=at.minute // MINUTES * MINUTES, second=0)
    return at.isoformat(timespec="seconds")


class CarefulText(logging.Formatter):
    """One line a record, for a person."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line, and below it where an error arose."""
        line = f"{written_time(record)} {record.levelname.lower():<8} {record.name}: {careful_message(record)}"
        return f"{line}\n{said_of(record.exc_info)}" if record.exc_info else line


class CarefulJson(JsonFormatter):
    """One JSON object a record, for a program."""

    def __init__(self) -> None:
        super().__init__(json_ensure_ascii=False)

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        said: dict[str, Any] = {
            "time": written_time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": careful_message(record),
        }
        if fault := getattr(record, "fault", ""):
            said["fault"] = fault
        if record.exc_info:
            said["error"] = said_of(record.exc_info).split("\n")
        return str(self.serialize_log_record(said))
