"""`/metrics`: what Prometheus reads. No desk, no unit, no code, no address, and nothing by which a minute could be told."""

import asyncio
import contextlib
import hmac
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Final

from fastapi import FastAPI, HTTPException, Request, responses
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scoring import OfficeHours, slot_of
from survey_app.health import RELEASE, state_of
from survey_app.integrity import is_within, parse_address
from survey_app.limiter import address_of
from survey_app.reading.health import read_last_backup
from survey_app.reading.seals import count_sealed
from survey_app.request_counts import BOUNDS, RequestCounts, group_of
from survey_app.settings import Settings
from survey_app.writer import Writer

SECONDS_BETWEEN_LOOKS = 1.0
WAITING_BY: Final = 10
"""Answers that wait are told in tens: a single one would tell that somebody is answering now."""
UP: Final = "Whether the database answers, and takes answers"
_MEBIBYTE: Final = 1 << 20
_SAID_OF_OTHERS: Final = frozenset({b"x-forwarded-for", b"x-real-ip", b"forwarded", b"via"})


class Measured(Collector):
    """What a server counted, and what its database holds, as Prometheus names it."""

    def __init__(self, counts: RequestCounts, engine: Engine, writer: Callable[[], Writer | None]) -> None:
        self._counts, self._engine, self._writer = counts, engine, writer
        self._started = time.time()
        self._sealed, self._one_at_a_time = (0, 0), threading.Lock()

    def collect(self) -> Iterator[Metric]:
        """Every family, each time anew."""
        yield from self._of_requests()
        yield from self._of_database()
        yield from self._of_process()

    def _of_requests(self) -> Iterator[Metric]:
        names = ("group", "status")
        waits = HistogramMetricFamily(
            "hailong_request_seconds", "How long requests took; citizens' by slots that are over", labels=names
        )
        for (group, status), row in sorted(dict(self._counts.told).items()):
            below, buckets = 0.0, []
            for bound, n in zip((*map(str, BOUNDS), "+Inf"), row[2:], strict=True):
                below += n
                buckets.append((bound, below))
            waits.add_metric((group, f"{status}xx"), buckets, row[1])
        yield waits
        yield CounterMetricFamily("hailong_failed", "Requests answered with 500 or more", self._counts.failed)
        yield CounterMetricFamily("hailong_refused", "Requests refused with 429", self._counts.refused)
        yield CounterMetricFamily("hailong_sign_in_failures", "Sign-ins refused", self._counts.sign_ins_failed)

    def _of_database(self) -> Iterator[Metric]:
        try:
            with self._one_at_a_time, self._engine.connect() as connection:
                last, more = count_sealed(connection, after=self._sealed[0])
                self._sealed = (max(last, self._sealed[0]), self._sealed[1] + more)
                backup = read_last_backup(connection)
        except SQLAlchemyError:
            yield GaugeMetricFamily("hailong_database_up", UP, 0)
            return
        writer = self._writer()
        yield GaugeMetricFamily("hailong_database_up", UP, int(writer is None or state_of(writer) == "ok"))
        yield CounterMetricFamily("hailong_sealed_links", "Links of the chain of answers", self._sealed[0])
        yield CounterMetricFamily("hailong_sealed_responses", "Answers of slots that are sealed", self._sealed[1])
        if backup is not None:
            told = "When the last backup was made, seconds since 1970"
            yield GaugeMetricFamily("hailong_last_backup_timestamp_seconds", told, int(backup.timestamp()))

    def _of_process(self) -> Iterator[Metric]:
        writer = self._writer()
        if writer is not None:
            told = f"Answers that wait to be stored, in steps of {WAITING_BY}"
            yield GaugeMetricFamily("hailong_writer_waiting", told, writer.waiting // WAITING_BY * WAITING_BY)
        about = GaugeMetricFamily("hailong_release", "The release that runs", labels=("release",))
        about.add_metric((RELEASE,), 1)
        yield about
        memory = resident_bytes() // _MEBIBYTE * _MEBIBYTE
        yield GaugeMetricFamily("process_resident_memory_bytes", "Memory of this process, in whole MiB", memory)
        yield GaugeMetricFamily("process_start_time_seconds", "When this process started", int(self._started))


class Measuring:
    """Counts every request that passes."""

    def __init__(self, app: ASGIApp, counts: RequestCounts) -> None:
        self._app, self._counts = app, counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count how it was answered; one that was never answered counts as failed."""
        group = group_of(scope["path"]) if scope["type"] == "http" else ""
        if not group:
            await self._app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def send_and_see(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_see)
        finally:
            self._counts.count(group, status, time.perf_counter() - began)


def add_metrics(app: FastAPI, engine: Engine, settings: Settings, counts: RequestCounts) -> None:
    """`/metrics`, for those who may read it; for others there is no such page."""
    registry = CollectorRegistry()
    registry.register(Measured(counts, engine, lambda: _writer(app)))

    @app.api_route("/metrics", methods=["GET", "HEAD"], include_in_schema=False)
    def metrics(request: Request) -> responses.Response:
        if not may_read(request.scope, settings):
            raise HTTPException(404)
        return responses.Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})


def _writer(app: FastAPI) -> Writer | None:
    door = getattr(app.state, "door", None)
    return None if door is None else door.writer


def may_read(scope: Scope, settings: Settings) -> bool:
    """Whether a request comes from this machine or a network that may, or carries the token.

    Behind a proxy that nobody counts (`HAILONG_TRUSTED_PROXIES` is 0) everybody comes from this machine; what such a
    proxy adds to a request gives it away, and then only the token counts.
    """
    headers = dict(scope["headers"])
    said = headers.get(b"authorization", b"")
    if settings.metrics_token and hmac.compare_digest(said, b"Bearer " + settings.metrics_token.encode()):
        return True
    if not settings.trusted_proxies and not _SAID_OF_OTHERS.isdisjoint(headers):
        return False
    address = address_of(scope, settings)
    parsed = parse_address(address)
    return (parsed is not None and parsed.is_loopback) or is_within(address, settings.metrics_networks)


async def keep_releasing(counts: RequestCounts, clock: Callable[[], datetime], hours: OfficeHours) -> None:
    """Let what citizens' pages counted be read when its slot is over, until cancelled; whoever reads cannot hasten it."""

    def running() -> tuple[date, str]:
        now = clock()
        return now.date(), slot_of(now.time(), hours).key

    slot = running()
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        if running() != slot:
            slot = running()
            counts.release()


def resident_bytes() -> int:
    """The memory that this process holds now; where the system does not tell, the most that it held."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
