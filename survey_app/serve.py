"""Starts the server: the address is taken before anything else, so a busy one is told at once."""

import gc
import logging
import signal
import socket
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from sqlalchemy import Engine
from starlette.types import ASGIApp

from survey_app.app import make_app
from survey_app.connection import CarefulConnection, allow_many_files
from survey_app.health import RELEASE
from survey_app.logs import fault_id, release, take_over
from survey_app.settings import Settings

logger = logging.getLogger("hailong")
DASHBOARDS = Path(__file__).parent.parent / "dashboards" / "main.py"


class BusyAddress(Exception):
    """Another program listens there, or the address is not this machine's; the message is the one line to show."""


def take_address(settings: Settings) -> socket.socket:
    """A listening socket on the wanted address.

    Raises:
        BusyAddress: it cannot be had.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((settings.host, settings.port))
        taken.listen(2048)
    except (OSError, UnicodeError) as error:  # a name that no network knows is one or the other
        taken.close()
        raise BusyAddress(
            f"Port {settings.port} on {settings.host} cannot be used ({getattr(error, 'strerror', error)}). "
            f"Stop the program that uses it, or choose another: HAILONG_PORT={settings.port + 1}"
        ) from error
    return taken


def network_address() -> str:
    """This machine's address as its network sees it; empty without a network. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # reserved for documentation: names a direction, not a host
            return str(probe.getsockname()[0])
        except OSError:
            return ""


def make_dashboards() -> Any:
    """The dashboards as an ASGI application."""
    import streamlit as st  # noqa: PLC0415 - takes a second to import; the form alone does not need it
    from streamlit import logger as streamlit_logger  # noqa: PLC0415 - as above

    streamlit_logger.setup_formatter = release  # it gives its loggers and uvicorn's a handler anew, again and again
    return st.App(DASHBOARDS, on_script_error=_tell_failure)


def _tell_failure(error: Exception) -> bool:
    """What a reader sees when a page fails: what to do, in both languages, and nothing of the inside."""
    import streamlit as st  # noqa: PLC0415 - as above

    fault = fault_id()
    logger.error("Fault %s: a page of the dashboards failed", fault, exc_info=error, extra={"fault": fault})
    st.error(
        f"Trang này gặp lỗi; lỗi đã được ghi lại. Xin tải lại trang, nếu vẫn lỗi thì báo người quản trị mã lỗi {fault}.\n\n"
        f"This page failed and the failure was noted. Please reload; if it stays, tell the administrator: fault {fault}."
    )
    return True


def serve(
    engine: Engine,
    settings: Settings,
    taken: socket.socket,
    *,
    survey: bool = True,
    dashboards: bool = True,
    open_dashboards: bool = False,
) -> None:
    """Serve until stopped. open_dashboards: whether nobody need sign in to look at them, as in the demonstration."""
    made = make_dashboards() if dashboards else None
    run_app(
        make_app(engine, settings, survey=survey, dashboards=made, open_dashboards=open_dashboards), settings, taken
    )


class _Server(uvicorn.Server):
    """Says that it has stopped and why, at a level that is always written: a server that died says nothing."""

    _asked_by: str = "itself"

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._asked_by = signal.Signals(sig).name
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)  # the signal ends the process at once after this
        logger.warning("Stopped by %s", self._asked_by)


def run_app(app: ASGIApp, settings: Settings, taken: socket.socket) -> None:
    """Serve an application until stopped. Requests are not logged: address and minute would tell who answered what."""
    # Streamlit gives uvicorn's loggers handlers of its own, so a level or `access_log=False` alone is not enough.
    take_over()
    logging.getLogger("uvicorn.access").addFilter(lambda _: False)
    logging.getLogger("uvicorn.error").addFilter(lambda record: record.levelno >= logging.WARNING)
    allow_many_files()
    gc.collect()
    gc.freeze()  # what is loaded by now stays; searching it for garbage kept everyone waiting for 0.1 to 0.8 s
    logger.info("Started: release %s on %s port %s", RELEASE, settings.host, settings.port)
    _Server(server_config(app, settings)).run(sockets=[taken])


def server_config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How the server speaks with the world."""
    return uvicorn.Config(
        app,
        log_config=None,
        log_level=settings.log_level,
        access_log=False,
        server_header=False,
        # What proxies say of whom they heard is believed by HAILONG_TRUSTED_PROXIES alone, not by where they stand.
        proxy_headers=False,
        http=_connections(settings),
        ws="websockets-sansio",
        timeout_graceful_shutdown=3,
    )


def _connections(settings: Settings) -> type[CarefulConnection]:
    scheme = settings.public_url.partition(":")[0] if settings.trusted_proxies else ""
    return type("Connection", (CarefulConnection,), {"scheme_at_proxy": scheme})
