"""A connection that may be slow or hostile: limits that uvicorn leaves to a proxy, for an office that has none."""

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 16_384
SECONDS_FOR_A_REQUEST = 30.0
"""Within which a request must be here whole; a larger body gets as long again for each `BYTES_IN_TIME` that came."""
BYTES_IN_TIME = 65_536
MOST_OF_AN_ADDRESS = 512
"""Connections open at once: forty people on one Wi-Fi, with six of each browser, need half of it."""
MOST_FILES = 8192
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)


class CarefulConnection(HttpToolsProtocol):
    """Closes a connection that sends nothing, sends too slowly, or sends too long a head.

    A slow connection occupies no thread, only a socket; so what is limited is how long it does, and how many of them
    one address may hold. Behind a proxy every connection is the proxy's, and none is counted.
    """

    _open_of: ClassVar[Counter[str]] = Counter()
    scheme_at_proxy = ""
    """What people speak with the proxies in front; empty where there are none."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._timer: asyncio.TimerHandle | None = None
        self._received = self._raw_head = self._read_head = 0
        self._in_head, self._peer = True, ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody connected."""
        super().connection_made(transport)
        if self.scheme_at_proxy:
            self.scheme = self.scheme_at_proxy  # type: ignore[assignment]
        elif self.client:
            self._peer = self.client[0]
            self._open_of[self._peer] += 1
            if self._open_of[self._peer] > MOST_OF_AN_ADDRESS:
                transport.abort()
                return
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection ended."""
        self._expect_nothing()
        super().connection_lost(exc)
        if self._peer:
            self._open_of[self._peer] -= 1
            if not self._open_of[self._peer]:
                del self._open_of[self._peer]

    def data_received(self, data: bytes) -> None:
        """Some of a request came."""
        if self._timer is None:
            self._expect()
        self._received += len(data)
        self._raw_head += len(data) if self._in_head else 0
        super().data_received(data)
        if self._raw_head > MOST_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("")

    def on_message_begin(self) -> None:
        """The first letter of a request is here."""
        self._read_head = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A part of the address is here."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header is here whole."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def _count(self, length: int) -> None:
        self._read_head += length
        if self._read_head > MOST_HEAD_BYTES:
            raise ValueError(f"The head of a request has more than {MOST_HEAD_BYTES} bytes.")  # the parser stops

    def on_headers_complete(self) -> None:
        """The head of a request is here."""
        self._in_head, self._raw_head = False, 0
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read; too long a head is told as that."""
        if max(self._raw_head, self._read_head) <= MOST_HEAD_BYTES:
            super().send_400_response(msg)
            return
        self.transport.write(_TOO_LARGE)
        self.transport.close()

    def on_message_complete(self) -> None:
        """A request is here whole."""
        self._in_head = True
        self._expect_nothing()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """The connection becomes another protocol's, with limits of its own."""
        self._expect_nothing()
        super().handle_websocket_upgrade()

    def _expect(self) -> None:
        self._received = 0
        self._timer = self.loop.call_later(SECONDS_FOR_A_REQUEST, self._look)

    def _expect_nothing(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        if self._received >= BYTES_IN_TIME:
            self._expect()
        else:
            self.transport.abort()


def allow_many_files() -> None:
    """Let this process have as many sockets open as the system lets it, up to `MOST_FILES`."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
