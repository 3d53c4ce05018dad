"""A crowd of clients on keep-alive connections to this machine: how fast they were answered, and what was acknowledged.

A process of its own, so that it takes nothing from the server's. Requests are made before the clock starts.
"""

import asyncio
import json
import secrets
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlencode

import uvloop

HOST = "127.0.0.1"
PHONE = (
    "user-agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile\r\n"
    "accept: text/html\r\naccept-encoding: gzip, deflate\r\naccept-language: vi-VN,vi;q=0.9\r\n"
)
COMMENTS = ("Cán bộ nhiệt tình, trả lời rõ ràng.", "Chờ hơi lâu, nên có thêm quạt ở chỗ ngồi.", "Cảm ơn các cháu.")
EVERY_NTH_COMMENTS = 5


@dataclass(frozen=True)
class Job:
    """What to send. fields: names on the form as it was served; empty asks by GET. expected: the status that counts."""

    port: int
    path: str
    expected: int
    requests: int
    clients: int = 64
    fields: tuple[str, ...] = ()
    most_seconds: float = 60.0


@dataclass
class Outcome:
    """What came back. acknowledged, comments: ids answered with the expected status, and how many carried a comment.

    processor_us: what the server's process used for each request; whoever started it adds it.
    """

    per_second: float = 0.0
    median_ms: float = 0.0
    slowest_percent_ms: float = 0.0
    answered: int = 0
    other: int = 0
    acknowledged: tuple[str, ...] = ()
    comments: int = 0
    processor_us: float = 0.0


@dataclass(frozen=True, slots=True)
class Sent:
    """One request, ready for the wire."""

    wire: bytes
    form_id: str = ""
    comment: bool = False


def prepare(job: Job) -> list[Sent]:
    """All requests of a job; every form with an id of its own and nine ratings, every fifth with a comment."""
    if not job.fields:
        return [Sent(f"GET {job.path} HTTP/1.1\r\nhost: {HOST}:{job.port}\r\n{PHONE}\r\n".encode())] * job.requests
    return [_form(job, number) for number in range(job.requests)]


def _form(job: Job, number: int) -> Sent:
    form_id, comment = secrets.token_urlsafe(16), ""
    if number % EVERY_NTH_COMMENTS == 0:
        comment = COMMENTS[number % len(COMMENTS)]
    typed = {"id": form_id, "comment": comment, "field": "", "website": ""}
    body = urlencode({name: typed.get(name, str(1 + (number + i) % 5)) for i, name in enumerate(job.fields)})
    head = (
        f"POST {job.path} HTTP/1.1\r\nhost: {HOST}:{job.port}\r\n{PHONE}origin: http://{HOST}:{job.port}\r\n"
        f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return Sent((head + body).encode(), form_id, bool(comment))


class Client(asyncio.Protocol):
    """One connection: sends, waits for the whole answer, sends the next."""

    def __init__(self, waiting: Iterator[Sent], answers: list[tuple[Sent, int, float]], expected: bytes) -> None:
        self._waiting, self._answers, self._expected = waiting, answers, expected
        self._buffer, self._missing = b"", 0
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport) -> None:
        self._transport = transport

    def send(self) -> None:
        self._sent = next(self._waiting, None)
        if self._sent is None:
            self._transport.close()
            return
        self._started = time.perf_counter()
        self._transport.write(self._sent.wire)

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._buffer += data
            head, end, body = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            self._status = int(head[9:12])
            self._missing = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]) - len(body)
            self._buffer = b""
        if not self._missing:
            self._answers.append((self._sent, self._status, time.perf_counter() - self._started))
            self.send()

    def connection_lost(self, _error) -> None:
        self.closed.set_result(None)


async def run(job: Job) -> Outcome:
    """Connect everybody, then start the clock; ends with the last answer or after `most_seconds`."""
    loop, answers = asyncio.get_running_loop(), []
    waiting = iter(prepare(job))
    pairs = [
        await loop.create_connection(lambda: Client(waiting, answers, job.expected), HOST, job.port)
        for _ in range(job.clients)
    ]
    started = time.perf_counter()
    for _, client in pairs:
        client.send()
    await asyncio.wait([client.closed for _, client in pairs], timeout=job.most_seconds)
    return _outcome(job, answers, time.perf_counter() - started)


def _outcome(job: Job, answers: list[tuple[Sent, int, float]], seconds: float) -> Outcome:
    good = [(sent, took) for sent, status, took in answers if status == job.expected]
    if not good:
        return Outcome(other=len(answers))
    waits = sorted(took * 1000 for _, took in good)
    return Outcome(
        per_second=len(good) / seconds,
        median_ms=statistics.median(waits),
        slowest_percent_ms=waits[len(waits) * 99 // 100],
        answered=len(good),
        other=len(answers) - len(good),
        acknowledged=tuple(sent.form_id for sent, _ in good if sent.form_id),
        comments=sum(sent.comment for sent, _ in good),
    )


if __name__ == "__main__":
    wanted = json.load(sys.stdin)
    outcome = uvloop.run(run(Job(**wanted | {"fields": tuple(wanted["fields"])})))
    Path(sys.argv[1]).write_text(
        json.dumps(asdict(outcome)), encoding="utf-8"
    )  # with -u, print cuts what a pipe cannot take at once
