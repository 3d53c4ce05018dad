"""The address on the posters: reached as a phone would, and how long its certificate holds."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import httpx2

from survey_app.checks.finding import BROKEN, LOOK, WELL, Finding
from survey_app.checks.installation import Installation

ADDRESS, CERTIFICATE = "public address", "certificate"
SECONDS: Final = 5.0
LITTLE: Final = timedelta(days=14)
NEARLY_NONE: Final = timedelta(days=3)
OK = 200


def look_at_address(at: Installation) -> list[Finding]:
    """Whether somebody answers there as we do, and the certificate's last day."""
    url, settings = at.settings.public_url, at.settings
    if settings.loopback:
        told = f"{url} opens on this computer only; posters with it are refused. Set HAILONG_PUBLIC_URL."
        return [Finding(ADDRESS, LOOK, told)]
    found = [judge_answer(url, *ask(url))]
    if url.startswith("https:"):
        ends = read_end(url)
        if ends is not None:
            found.append(judge_certificate(ends, now=at.now))
    return found


def ask(url: str, *, tls: ssl.SSLContext | None = None) -> tuple[int, str]:
    """The status with which `/health` answers there, and what it says; 0 and the reason where nothing answers."""
    try:
        with httpx2.Client(trust_env=False, timeout=SECONDS, verify=tls or True) as client:
            answer = client.get(f"{url}/health")
    except (httpx2.HTTPError, OSError) as error:
        return 0, str(error) or type(error).__name__
    return answer.status_code, answer.text[:200]


def judge_answer(url: str, status: int, said: str) -> Finding:
    """Of what came back from there."""
    if not status:
        told = f"nothing answers at {url} ({said}). Does the server run, do its name and proxy lead here?"
        return Finding(ADDRESS, BROKEN, told)
    if status != OK or '"status"' not in said:
        told = f"{url}/health answers {status}, not as this program does. Does its name or proxy lead elsewhere?"
        return Finding(ADDRESS, BROKEN, told)
    if url.startswith("http:"):
        told = f"{url} answers, but without TLS: answers cross the network in clear. Put a proxy with TLS before it."
        return Finding(ADDRESS, LOOK, told)
    return Finding(ADDRESS, WELL, f"{url} answers.")


def read_end(url: str, *, tls: ssl.SSLContext | None = None) -> datetime | None:
    """When the certificate that is shown there ends; None where none can be had, which `ask` tells the reason of."""
    parts = urlsplit(url)
    try:
        with (
            socket.create_connection((parts.hostname or "", parts.port or 443), timeout=SECONDS) as plain,
            (tls or ssl.create_default_context()).wrap_socket(plain, server_hostname=parts.hostname) as shown,
        ):
            certificate = shown.getpeercert() or {}
    except OSError:
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)


def judge_certificate(ends: datetime, *, now: datetime) -> Finding:
    """Of the certificate's end."""
    left = ends - now
    said = f"holds for {left.days} days, until {ends:%d/%m/%Y}"
    if left < NEARLY_NONE:
        return Finding(CERTIFICATE, BROKEN, f"{said}. After that no phone opens a form: renew it today.")
    if left < LITTLE:
        return Finding(CERTIFICATE, LOOK, f"{said}. Did its renewal run?")
    return Finding(CERTIFICATE, WELL, f"{said}.")
