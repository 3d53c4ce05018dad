"""A limit on the requests of one address, in front of everything else; generous, for forty people share one Wi-Fi."""

import ipaddress
import math
import time
from array import array

from limits import RateLimitItem, parse
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from survey_app.integrity import client_address, parse_address
from survey_app.pages import chosen_language, draw
from survey_app.settings import Settings
from survey_app.wording import translator

UNLIMITED = ("/dashboards", "/fonts", "/health", "/metrics")
"""The dashboards speak over one websocket and load many small files; who may open them is another matter."""


def address_of(scope: Scope, settings: Settings) -> str:
    """The address of whoever sent a request, by the proxies that are trusted. It is kept nowhere."""
    # Some proxies add a line of their own below what others wrote, which is the same as a word more at its end.
    forwarded = ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for")
    peer = scope["client"][0] if scope.get("client") else ""
    return client_address(peer, forwarded, trusted_proxies=settings.trusted_proxies)


def counted_as(address: str) -> str:
    """What is counted together: an IPv4 address; of IPv6 the /64, for whoever has one of its addresses has all.

    >>> counted_as("2001:db8:1:2:3:4:5:6"), counted_as("::ffff:203.0.113.9"), counted_as("203.0.113.9")
    ('2001:db8:1:2::/64', '203.0.113.9', '203.0.113.9')
    """
    parsed = parse_address(address) if ":" in address else None
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return address if parsed is None else str(parsed)


class RequestCounts:
    """Requests of each address in the running window and in the one before: two tables that never grow.

    An address is kept as its place in the table, under a hash that only this process knows. Two addresses may meet at a
    place, seldom (one in 26 where 10,000 ask), and then share a limit.
    """

    PLACES = 1 << 18

    def __init__(self, limit: RateLimitItem) -> None:
        self._most, self._seconds = limit.amount, limit.get_expiry()
        self._window = 0
        self._running, self._before = self._empty(), self._empty()

    def wait(self, address: str, *, at: float) -> float:
        """Count a request, and 0; or how many seconds to wait, if it is one too many within the time of the limit.

        Args:
            address: as `counted_as` spells it.
            at: seconds of a clock that never goes back.
        """
        window, into = divmod(at, self._seconds)
        self._turn_to(int(window))
        place = hash(address) % self.PLACES
        before, running = self._before[place], self._running[place]
        left, room = 1 - into / self._seconds, self._most - running - 1
        if before * left <= room:
            self._running[place] += 1
            return 0.0
        # Room comes as the window before fades; where there is none by then, as the running one fades after it.
        share = left - room / before if room >= 0 else left + 1 - (self._most - 1) / running
        return share * self._seconds

    def _turn_to(self, window: int) -> None:
        if window != self._window:
            self._before = self._running if window == self._window + 1 else self._empty()
            self._running, self._window = self._empty(), window

    def _empty(self) -> "array[int]":
        return array("I", bytes(4 * self.PLACES))


class Limiter:
    """Answers 429 where an address asked too often; counts in the memory of this process alone."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._counts = RequestCounts(parse(settings.rate_limit))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        answering = self._app
        if scope["type"] == "http" and not scope["path"].startswith(UNLIMITED):
            address = counted_as(address_of(scope, self._settings))
            if wait := self._counts.wait(address, at=time.monotonic()):
                answering = _too_many(Request(scope), math.ceil(wait))
        await answering(scope, receive, send)


def _too_many(request: Request, seconds: int) -> Response:
    headers = {"retry-after": str(seconds)}
    if request.url.path.startswith("/api/"):
        detail = f"Too many requests from this address. Try again in {seconds} seconds."
        return JSONResponse({"detail": detail}, 429, headers)
    language = chosen_language(request.query_params.get("lang"))
    _ = translator(language)
    page = draw(
        "message.html",
        language,
        where="Hài Lòng",
        heading=_("Xin đợi một chút."),
        sentences=[
            _("Nhiều người cùng mạng đang gửi. Xin thử lại sau {seconds} giây; phiếu đang mở vẫn dùng được.").format(
                seconds=seconds
            ),
            _("Nếu không tiện đợi, xin dùng mạng của điện thoại, hoặc xin phiếu giấy tại Bộ phận Một cửa."),
        ],
    )
    return HTMLResponse(page, 429, headers)
