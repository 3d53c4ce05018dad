"""The process that reads a workbook, as the server holds it: asked, listened to, and gone when nobody needs it any more."""

import json
import os
import signal
import subprocess
import sys
import weakref
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from survey_app.table_file import workbook_reader
from survey_app.table_file.bounds import Bounds
from survey_app.table_file.unreadable import UnreadableFile

LONGEST_LINE = 1 << 28
SECONDS_TO_DIE = 5
_TOO_HEAVY = {-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU, workbook_reader.NO_MEMORY}
"""How it ends without the memory or the time that it wants; killed, it was by the system that had no more memory itself."""


class ReaderProcess:
    """A workbook that is read elsewhere. It ends when it is closed, and when nobody refers to it."""

    def __init__(self, path: Path, bounds: Bounds) -> None:
        command = [
            sys.executable,
            "-P",
            "-m",
            workbook_reader.__name__,
            str(path.resolve()),
            json.dumps(asdict(bounds)),
        ]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},  # none of the server's secrets
        )
        self.close = weakref.finalize(self, _end, self._process)
        """Kill it, if it still lives, and leave nothing of it behind."""

    def hear(self) -> Any:
        """What it says next.

        Raises:
            UnreadableFile: it refuses the workbook, or died of it.
        """
        line = self._process.stdout.readline(LONGEST_LINE)  # type: ignore[union-attr]
        if not line.endswith(b"\n"):
            raise self._died()
        told = json.loads(line)
        if isinstance(told, dict) and "refused" in told:
            self.close()
            raise UnreadableFile(told["refused"], **told["detail"])
        return told

    def ask(self, what: str, *numbers: int) -> Any:
        """What it says to a question.

        Raises:
            UnreadableFile: it refuses the workbook, or died of it.
        """
        try:
            self._process.stdin.write(" ".join((what, *map(str, numbers))).encode() + b"\n")  # type: ignore[union-attr]
            self._process.stdin.flush()  # type: ignore[union-attr]
        except BrokenPipeError as error:
            raise self._died() from error
        return self.hear()

    def ask_all(self, what: str, *numbers: int) -> Iterator[Any]:
        """What it says to a question that it answers in several lines."""
        told = self.ask(what, *numbers)
        while told is not None:
            yield from told
            told = self.hear()

    def _died(self) -> UnreadableFile:
        try:
            code = self._process.wait(SECONDS_TO_DIE)
        except subprocess.TimeoutExpired:
            code = 0
        self.close()
        return UnreadableFile("too_heavy") if code in _TOO_HEAVY else UnreadableFile("damaged", found=f"reader: {code}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(BrokenPipeError):  # a question that it never heard
            pipe.close()  # type: ignore[union-attr]
