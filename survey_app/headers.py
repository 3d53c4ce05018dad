"""The headers that keep a page to itself: what it may load, who may frame it, what it may ask of the device."""

import base64
import hashlib
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from survey_app.pages import page_policy
from survey_app.settings import Settings
from survey_app.tablet_pages import tablet_policy

Headers = list[tuple[bytes, bytes]]

STAFF_PATHS = ("/office", "/sign-in", "/sign-out", "/first-run", "/invitation", "/api")
SCREEN_PATHS = ("/s/", "/S/")
CASE_PATHS = ("/c/", "/C/")
TABLET_PATHS = ("/k/", "/K/", "/static/")
DASHBOARD_PATHS = ("/dashboards",)

ASKS_NOTHING = ", ".join(
    f"{name}=()"
    for name in ("accelerometer", "autoplay", "camera", "display-capture", "geolocation", "gyroscope", "hid",
                 "magnetometer", "microphone", "midi", "payment", "serial", "usb")
)  # fmt: skip
"""What no page of ours ever asks of a device. The tablet's full screen and the dashboards' copying are not among it."""
SECONDS_OVER_TLS = 31_536_000
"""A year: for so long browsers that came over TLS come over nothing else. Other hosts of the same domain are not ours."""


class CarefulHeaders:
    """Adds the security headers to every answer: strict ones to our own pages, what Streamlit needs to the dashboards."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._shared = _shared_headers(over_tls=settings.public_url.startswith("https:"))
        # A citizen's form may be kept: going back must show it with the same id, so that sending it again counts once.
        self._forms = self._shared + _page_headers(kept=True, referrer="no-referrer")
        self._cases = self._shared + _page_headers(kept=False, referrer="no-referrer")
        # With no-referrer a browser sends `Origin: null`, by which a form of ours could not be told from another's.
        self._staffs = self._shared + _page_headers(kept=False, referrer="same-origin")
        # What the last person typed on a shared tablet must not come back with the page.
        self._tablets = self._shared + _page_headers(kept=False, referrer="no-referrer", policy=tablet_policy())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; the answer gets the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        added = self._added(scope["path"])
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*(_led_here(*each, host) for each in message["headers"]), *added]
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _added(self, path: str) -> Headers:
        if path.startswith(DASHBOARD_PATHS):
            return self._shared + _dashboard_headers()
        if path.startswith(STAFF_PATHS):
            return self._staffs
        if path.startswith(TABLET_PATHS):
            return self._tablets
        return self._cases if path.startswith(CASE_PATHS + SCREEN_PATHS) else self._forms


def _led_here(name: bytes, value: bytes, host: bytes) -> tuple[bytes, bytes]:
    """A redirect without the host that the request named: the framework repeats it where only a slash is amiss."""
    if name.lower() != b"location":
        return name, value
    scheme, found, rest = value.partition(b"://" + host + b"/")
    return name, b"/" + rest.lstrip(b"/") if host and found and scheme in {b"http", b"https"} else value


def _shared_headers(*, over_tls: bool) -> Headers:
    shared = [
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", ASKS_NOTHING.encode()),
    ]
    return [*shared, (b"strict-transport-security", b"max-age=%d" % SECONDS_OVER_TLS)] if over_tls else shared


def _page_headers(*, kept: bool, referrer: str, policy: str = "") -> Headers:
    return [
        (b"content-security-policy", (policy or page_policy()).encode()),
        (b"cache-control", b"private, no-cache" if kept else b"no-store"),
        (b"referrer-policy", referrer.encode()),
    ]


def _dashboard_headers() -> Headers:
    return [
        (b"content-security-policy", dashboard_policy().encode()),
        (b"referrer-policy", b"same-origin"),
    ]


@lru_cache(maxsize=1)
def dashboard_policy() -> str:
    """What the dashboards may load: Streamlit's own files and its one inline script by its hash; never from elsewhere.

    Streamlit and Plotly write styles as they draw, so those cannot be named by hashes; the reader of its messages counts in
    WebAssembly; its formulas' type stands in its style sheet. Scripts that are typed in, made of text (`eval`) or come from
    another host are refused.
    """
    scripts = " ".join(f"'sha256-{digest}'" for digest in _inline_scripts())
    return (
        f"default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def _inline_scripts() -> list[str]:
    """The hashes of the scripts that stand in Streamlit's page, as it is installed here."""
    found = find_spec("streamlit")
    if found is None or found.origin is None:
        return []
    page = (Path(found.origin).parent / "static" / "index.html").read_text(encoding="utf-8")
    texts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    return [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
