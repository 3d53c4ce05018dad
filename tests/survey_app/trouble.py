"""A server in a process of its own, a crowd that does not give up, and what must hold whatever happened meanwhile."""

import asyncio
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode
from urllib.request import urlopen

from sqlalchemy import select

from qr_codes import make_code
from scoring import OfficeHours
from survey_app.db import migrate, open_database
from survey_app.door import local_now
from survey_app.questionnaire import load_questionnaire
from survey_app.recording import record_questionnaire, record_responses, table
from survey_app.tables import CommentRow, ResponseRow
from survey_app.ticket import read_ticket
from survey_app.upkeep import Upkeep, check_chain
from tests.conftest import ROOT, own_environment

from .conftest import KEY, record_office
from .test_recording import answered

FORM_TYPE = "content-type: application/x-www-form-urlencoded\r\n"
TICKET = re.compile(r'name="id" value="([^"]+)"')
ALREADY = "Phiếu này đã được ghi nhận."
SECONDS_TO_ANSWER = 120


@dataclass
class Server:
    """`hailong serve` on one address, to be started again and again."""

    database_url: str
    folder: str
    port: int
    code: str = ""
    process: subprocess.Popen | None = None

    def prepare(self):
        """The tables, one office, and answers of past slots, which the server seals when it starts."""
        engine = open_database(self.database_url)
        migrate(engine)
        self.code = make_code(record_office(engine), key=KEY.encode())
        with engine.begin() as connection:
            record_questionnaire(connection, load_questionnaire("desk"))
            days = [date(2026, 11, 1) + timedelta(days=number) for number in range(18)]
            old = [answered(local_date=day, slot=slot) for day in days for slot in ("08:00", "09:30", "14:00")]
            record_responses(connection, old)
        engine.dispose()
        return len(old)

    def start(self):
        settings = {
            "HAILONG_DATABASE_URL": self.database_url,
            "HAILONG_DATA_DIR": self.folder,
            "HAILONG_SECRET_KEY": KEY,
            "HAILONG_PORT": str(self.port),
            "HAILONG_RATE_LIMIT": "off",
        }
        call = [sys.executable, "-m", "survey_app", "serve", "--only", "survey"]
        self.process = subprocess.Popen(call, env=own_environment(**settings), cwd=ROOT, stderr=subprocess.DEVNULL)
        self.until_well()

    def until_well(self):
        """Until the server says that it is well."""
        until = time.monotonic() + SECONDS_TO_ANSWER
        while time.monotonic() < until:
            assert self.process.poll() is None, f"the server stopped with code {self.process.returncode}"
            with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5):
                return
            time.sleep(0.05)
        raise TimeoutError

    def kill(self):
        """As the power goes."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()


@dataclass
class Crowd:
    """People who open a form, send it until it is acknowledged, and begin again.

    acknowledged: ticket → the mark and the comment that were sent. statuses: of posts; 0 where the connection broke.
    lost: pages of a 503 on which the ticket or what was typed was missing. slowest: seconds that one waited for a 503.
    """

    server: Server
    people: int = 8
    acknowledged: dict = field(default_factory=dict)
    statuses: Counter = field(default_factory=Counter)
    lost: list = field(default_factory=list)
    slowest: float = 0.0
    enough: bool = False

    async def run(self):
        chances = [random.Random(seed) for seed in range(self.people)]  # noqa: S311 - marks, not secrets
        await asyncio.gather(*map(self._answer_again_and_again, chances))

    async def _answer_again_and_again(self, chance):
        while not self.enough:
            page = await self._ask(f"GET /r/{self.server.code} HTTP/1.1\r\n", "")
            found = TICKET.search(page[1])
            if found is None:
                await asyncio.sleep(0.1)
                continue
            comment = f"Ý kiến {chance.random()}" if chance.random() < 0.3 else ""
            await self._send_until_acknowledged(found[1], str(chance.randint(1, 5)), comment)

    async def _send_until_acknowledged(self, ticket, mark, comment):
        body = urlencode({"id": ticket, "overall": mark, "comment": comment})
        until = time.monotonic() + SECONDS_TO_ANSWER
        while time.monotonic() < until:
            began = time.monotonic()
            status, page = await self._ask(f"POST /r/{self.server.code} HTTP/1.1\r\n{FORM_TYPE}", body)
            self.statuses[status] += 1
            if status == 303 or (status == 200 and ALREADY in page):
                self.acknowledged[ticket] = (int(mark), comment)
                return
            if status == 503:
                self.slowest = max(self.slowest, time.monotonic() - began)
                if ticket not in page or comment not in page or f'value="{mark}" checked' not in page:
                    self.lost.append(page)
            elif status:
                self.lost.append(page)
            await asyncio.sleep(0.1)
        raise TimeoutError(ticket)

    async def _ask(self, head, body):
        sent = f"{head}host: x\r\nconnection: close\r\ncontent-length: {len(body)}\r\n\r\n{body}"
        try:
            async with asyncio.timeout(60):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
                try:
                    writer.write(sent.encode())
                    answer = (await reader.read(-1)).decode()
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return 0, ""
        return int(answer[9:12] or 0), answer


@contextmanager
def crowd_at(server, **options):
    """A crowd at a running server, in a thread of its own; all have their acknowledgement when the block is left."""
    crowd, failed = Crowd(server, **options), []

    def run():
        try:
            asyncio.run(crowd.run())
        except BaseException as error:  # noqa: BLE001 - told to the test
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield crowd
    finally:
        crowd.enough = True
        thread.join()
    assert failed == []


def wait_until(true, *, seconds=60.0):
    """Until something is true."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not become true"
        time.sleep(0.05)


def check_record(server, crowd, *, before=0):
    """Every acknowledged response is there once, with its mark and its comment; nothing else; the chain is whole.

    The server is stopped for it, so that only one seals what is left.
    """
    server.stop()
    now, key = local_now(), KEY.encode()
    sent = {
        read_ticket(ticket, key=key, at=now).response_id: ({"overall": mark}, comment)
        for ticket, (mark, comment) in crowd.acknowledged.items()
    }
    engine = open_database(server.database_url)
    try:
        columns = table(ResponseRow).c
        with engine.connect() as connection:
            rows = connection.execute(select(columns.id, columns.answers, columns.local_date)).all()
            comments = sorted(connection.execute(select(table(CommentRow).c.text)).scalars())
        kept = {row.id: row.answers for row in rows if row.local_date > date(2026, 11, 18)}
        assert len(rows) == len(kept) + before
        assert kept == {id_: answers for id_, (answers, _) in sent.items()}
        assert comments == sorted(comment for _, comment in sent.values() if comment)
        upkeep = Upkeep(engine, OfficeHours(), key=key)
        upkeep.run(now=now + timedelta(days=1))
        with engine.connect() as connection:
            assert check_chain(connection, key=key) is None
    finally:
        engine.dispose()


@contextmanager
def small_disk(folder, *, megabytes=12):
    """A folder on a disk of its own, small enough to fill; None where this machine lets nobody mount one."""
    folder.mkdir()
    call = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(call, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


def fill(folder):
    """Take every byte that is left; returns what to remove to have them back."""
    ballast = folder / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    return ballast


def limit_files(process, size):
    """No file of a process may grow beyond `size`: what is nearest to a full disk where none can be mounted."""
    import resource  # noqa: PLC0415 - only where there is such a limit

    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def largest_file(folder):
    """Size of the largest file of a database."""
    return max(path.stat().st_size for path in folder.glob("hailong.db*"))
