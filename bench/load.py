"""A crowd of clients on keep-alive connections to this machine: how fast they were answered, and what was acknowledged.

A process of its own, and a cheap one, for it shares the machine with the server: what does not depend on the server's
answers is made before the clock starts, and of a compressed form only the ticket is read, which lies in it as it is.
"""

import asyncio
import json
import re
import secrets
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import uvloop

HOST = "127.0.0.1"
PHONE = (
    "user-agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile\r\n"
    "accept: text/html\r\naccept-encoding: gzip, deflate\r\naccept-language: vi-VN,vi;q=0.9\r\n"
)
COMMENTS = ("Cán bộ nhiệt tình, trả lời rõ ràng.", "Chờ hơi lâu, nên có thêm quạt ở chỗ ngồi.", "Cảm ơn các cháu.")
EVERY_NTH_COMMENTS = EVERY_NTH_ANSWERED_TODAY = 5
TICKET = re.compile(rb"[\w-]{22}~\d[\w~-]*\.[\w-]+\.[\w-]{43}")
CONTENT_LENGTH = b"content-length: "
OK, SEE_OTHER = 200, 303


@dataclass(frozen=True)
class Job:
    """What to do. codes: of desks, taken by turns.

    opens: path of what is asked by GET, `{code}` in it; empty where tickets are given.
    posts: path that the form is posted to; empty where nothing is.
    fields: names on the form as it was served. tickets: of forms opened before, for posts alone.
    rate: how many begin in a second whatever became of those before; 0 lets each client begin when it has its answer.
    addresses: each sequence says that a proxy heard it from an address of its own.
    """

    port: int
    codes: tuple[str, ...]
    times: int
    opens: str = ""
    posts: str = ""
    fields: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    clients: int = 64
    rate: float = 0.0
    addresses: bool = False
    most_seconds: float = 60.0


@dataclass
class Outcome:
    """What came back. answered: whole sequences. other: every other status and how often.

    acknowledged, comments: tickets answered with 303, and how many of them carried a comment. opens_ms, posts_ms,
    whole_ms: for each step and for the sequence the wait that half, 99 % and all did not exceed; an arrival at a fixed
    rate waits from when it was due. processor_us: what the server's process used for each sequence; whoever started
    the crowd adds it.
    """

    seconds: float = 0.0
    per_second: float = 0.0
    answered: int = 0
    other: dict[str, int] = field(default_factory=dict)
    acknowledged: tuple[str, ...] = ()
    comments: int = 0
    opens_ms: tuple[float, ...] = ()
    posts_ms: tuple[float, ...] = ()
    whole_ms: tuple[float, ...] = ()
    processor_us: float = 0.0


class Client(asyncio.Protocol):
    """One connection: sends a request, and says when the whole answer is here."""

    def __init__(self) -> None:
        self._buffer, self._missing, self._status = b"", 0, 0
        self._told: Callable[[int, bytes], None] | None = None

    def connection_made(self, transport) -> None:
        self._transport = transport

    def ask(self, wire: bytes, told: Callable[[int, bytes], None]) -> None:
        self._told, self._buffer, self._missing = told, b"", 0
        self._transport.write(wire)

    def data_received(self, data: bytes) -> None:
        self._buffer = data = self._buffer + data if self._buffer else data
        if not self._missing:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                return
            self._status = int(data[9:12])
            at = data.find(CONTENT_LENGTH, 0, end)
            length = int(data[at + len(CONTENT_LENGTH) : data.find(b"\r\n", at)]) if at > 0 else 0
            self._missing = end + 4 + length
        if len(data) >= self._missing:
            self._told(self._status, data)

    def connection_lost(self, _error) -> None:
        if self._told is not None:
            self._told(0, b"")

    def close(self) -> None:
        self._told = None
        self._transport.close()


class Crowd:
    """Everybody who answers; keeps what came back."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.begun = self.ended = 0
        self.other: Counter[str] = Counter()
        self.acknowledged: list[str] = []
        self.comments = 0
        self.waits: tuple[list[float], list[float], list[float]] = ([], [], [])
        self._gets = [self._head("GET", job.opens.format(code=code)) + b"\r\n" for code in job.codes]
        self._posts = [self._head("POST", job.posts.format(code=code)) + _FORM for code in job.codes]
        self._rests = [_rest(job.fields, number) for number in range(15)] if job.posts else []
        self._asked: deque[float] = deque()
        self._free: deque[Client] = deque()

    def _head(self, method: str, path: str) -> bytes:
        host = f"{HOST}:{self.job.port}"
        return f"{method} {path} HTTP/1.1\r\nhost: {host}\r\n{PHONE}origin: http://{host}\r\n".encode()

    def free(self, client: Client) -> None:
        """A client that may begin: at once, or with the next arrival."""
        if self.job.rate:
            self._free.append(client)
            self._serve()
        elif self.begun < self.job.times:
            self._begin(client, time.perf_counter())

    def arrive(self, began: float) -> None:
        """Everybody who is due by now arrives; the next is waited for."""
        loop, rate = asyncio.get_running_loop(), self.job.rate
        now = time.perf_counter()
        while (number := self.begun + len(self._asked)) < self.job.times and began + number / rate <= now:
            self._asked.append(began + number / rate)
        self._serve()
        if number < self.job.times:
            loop.call_later(max(began + number / rate - time.perf_counter(), 0), self.arrive, began)

    def _serve(self) -> None:
        while self._asked and self._free:
            self._begin(self._free.popleft(), self._asked.popleft())

    def _begin(self, client: Client, due: float) -> None:
        number, self.begun = self.begun, self.begun + 1
        if self.job.tickets:
            self._post(client, number, self.job.tickets[number].encode(), due, due)
            return
        wire = self._gets[number % len(self._gets)]

        def opened(status: int, page: bytes) -> None:
            now = time.perf_counter()
            self.waits[0].append(now - due)
            found = TICKET.search(page) if status == OK and self.job.posts else None
            if found:
                self._post(client, number, found[0], due, now)
            else:
                self._end(client, status, due, good=status == OK and not self.job.posts)

        client.ask(self._said_by_proxy(wire, number), opened)

    def _post(self, client: Client, number: int, ticket: bytes, due: float, now: float) -> None:
        comment, rest = self._rests[number % len(self._rests)]
        # every fifth has answered somewhere today, and its phone remembers that
        cookie = b"" if number % EVERY_NTH_ANSWERED_TODAY else b"cookie: hl=%s\r\n" % secrets.token_hex(8).encode()
        head = self._posts[number % len(self._posts)]
        wire = b"%s%scontent-length: %d\r\n\r\nid=%s%s" % (head, cookie, len(ticket) + len(rest) + 3, ticket, rest)

        def answered(status: int, _: bytes) -> None:
            self.waits[1].append(time.perf_counter() - now)
            if status == SEE_OTHER:
                self.acknowledged.append(ticket.decode())
                self.comments += comment
            self._end(client, status, due, good=status == SEE_OTHER)

        client.ask(self._said_by_proxy(wire, number), answered)

    def _said_by_proxy(self, wire: bytes, number: int) -> bytes:
        if not self.job.addresses:
            return wire
        address = b"x-forwarded-for: 10.%d.%d.%d\r\n" % (number >> 16 & 255, number >> 8 & 255, number & 255)
        return wire.replace(b"\r\n", b"\r\n" + address, 1)

    def _end(self, client: Client, status: int, due: float, *, good: bool) -> None:
        self.ended += 1
        if good:
            self.waits[2].append(time.perf_counter() - due)
        else:
            self.other[str(status)] += 1
        if self.ended == self.job.times and not self.done.done():
            self.done.set_result(None)
        if status:
            self.free(client)

    def outcome(self, seconds: float) -> Outcome:
        """What came back within so many seconds."""
        opens, posts, whole = (quantiles_ms(waits) for waits in self.waits)
        answered = len(self.waits[2])
        return Outcome(
            seconds,
            answered / seconds,
            answered,
            dict(self.other),
            tuple(self.acknowledged),
            self.comments,
            opens,
            posts,
            whole,
        )


_FORM = b"content-type: application/x-www-form-urlencoded\r\n"


def _rest(fields: tuple[str, ...], number: int) -> tuple[bool, bytes]:
    """Whether there is a comment, and what follows the ticket: every rating given, every fifth with a comment."""
    comment = COMMENTS[number % len(COMMENTS)] if number % EVERY_NTH_COMMENTS == 0 else ""
    typed = {"comment": comment, "field": "", "website": ""}
    values = {name: typed.get(name, str(1 + (number + i) % 5)) for i, name in enumerate(fields) if name != "id"}
    return bool(comment), b"&" + urlencode(values).encode()


def quantiles_ms(waits: list[float]) -> tuple[float, ...]:
    """Half, 99 % and all waited at most so many milliseconds."""
    if not waits:
        return ()
    ordered = sorted(wait * 1000 for wait in waits)
    return ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100], ordered[-1]


async def run(job: Job) -> Outcome:
    """Connect everybody, then start the clock; ends with the last answer or after `most_seconds`."""
    loop, crowd = asyncio.get_running_loop(), Crowd(job)
    clients = [(await loop.create_connection(Client, HOST, job.port))[1] for _ in range(job.clients)]
    started = time.perf_counter()
    for client in clients:
        crowd.free(client)
    if job.rate:
        crowd.arrive(started)
    await asyncio.wait([crowd.done], timeout=job.most_seconds)
    seconds = time.perf_counter() - started
    for client in clients:
        client.close()
    return crowd.outcome(seconds)


if __name__ == "__main__":
    wanted = {name: tuple(each) if isinstance(each, list) else each for name, each in json.load(sys.stdin).items()}
    outcome = uvloop.run(run(Job(**wanted)))
    # with -u, print cuts what a pipe cannot take at once
    Path(sys.argv[1]).write_text(json.dumps(asdict(outcome)), encoding="utf-8")
