"""A limit on the requests of one address, in front of everything else; generous, for forty people share one Wi-Fi."""

import time

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from survey_app.integrity import client_address
from survey_app.pages import chosen_language, draw
from survey_app.settings import Settings
from survey_app.wording import translator

UNLIMITED = ("/dashboards", "/fonts", "/health", "/metrics")
"""The dashboards speak over one websocket and load many small files; who may open them is another matter."""


def address_of(scope: Scope, settings: Settings) -> str:
    """The address of whoever sent a request, by the proxies that are trusted. It is kept nowhere."""
    forwarded = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"), "")
    peer = scope["client"][0] if scope.get("client") else ""
    return client_address(peer, forwarded, trusted_proxies=settings.trusted_proxies)


class Limiter:
    """Answers 429 where an address asked too often; counts in the memory of this process alone."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._limit = parse(settings.rate_limit)
        self._counts = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or scope["path"].startswith(UNLIMITED):
            await self._app(scope, receive, send)
            return
        address = address_of(scope, self._settings)
        if self._counts.hit(self._limit, address):
            await self._app(scope, receive, send)
            return
        window = self._counts.get_window_stats(self._limit, address)
        wait = max(1, round(window.reset_time - time.time()))
        await _too_many(Request(scope), wait)(scope, receive, send)


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
