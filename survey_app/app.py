"""The web application: routes, headers, and what opens and closes with the server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import fontpkg_be_vietnam_pro
from fastapi import FastAPI, responses
from sqlalchemy import Engine, text
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from survey_app import cases, citizen, office, screen, sign_in, static_files, tablet
from survey_app.api import API_PATH, document_of, make_api
from survey_app.courier import Courier
from survey_app.door import Clock, Door, local_now
from survey_app.limiter import Limiter
from survey_app.office.cases import OFFICE_REFUSALS, office_refusal
from survey_app.office.dossiers import held_files
from survey_app.pages import page_policy
from survey_app.refusal import REFUSALS, refusal
from survey_app.settings import Settings
from survey_app.staff_door import STAFF_REFUSALS, StaffDoor, staff_refusal
from survey_app.tablet_pages import tablet_policy
from survey_app.tablet_queue import TabletQueue
from survey_app.writer import WriterStopped

# Address and minute of a request would tell who answered what: no variable of the environment may send them anywhere.
NO_TELEMETRY = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
ROUTERS = (
    citizen.router,
    cases.router,
    tablet.router,
    static_files.router,
    screen.router,
    sign_in.router,
    office.router,
)
FONTS = fontpkg_be_vietnam_pro.ROOT / "files"


def make_app(
    engine: Engine,
    settings: Settings,
    *,
    clock: Clock = local_now,
    survey: bool = True,
    dashboards: Any | None = None,
) -> FastAPI:
    """The form's application.

    Args:
        engine: a database that is up to date.
        settings: where to listen and what signs the codes.
        clock: gives the local time; tests hand in their own.
        survey: whether the citizen's pages are served here.
        dashboards: an ASGI application with a `lifespan()`, mounted under `/dashboards`; None when it runs apart.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as opened:
            if survey:
                app.state.door = Door(engine, settings, clock=clock)
                app.state.tablets, app.state.tablet_queue = tablet.Tablets(app.state.door), TabletQueue(app.state.door)
                opened.callback(app.state.door.close)
                opened.callback(asyncio.create_task(app.state.door.keep_looking()).cancel)
                opened.callback(asyncio.create_task(held_files(settings).keep_forgetting()).cancel)
                opened.callback(asyncio.create_task(Courier(engine, settings, clock=clock).keep_delivering()).cancel)
            if dashboards is not None:
                await opened.enter_async_context(dashboards.lifespan()(app))
            yield

    app = FastAPI(
        title="Hài Lòng", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan, telemetry=NO_TELEMETRY
    )
    app.state.dashboards = dashboards is not None
    if survey:
        _add_pages(app, StaffDoor(engine, settings, clock))
        _add_api(app, make_api(engine, settings, clock, citizens=lambda: app.state.door))
    for error in REFUSALS:
        app.add_exception_handler(error, refusal)
    _add_health(app, engine, survey=survey)
    if dashboards is not None:
        _add_dashboards(app, dashboards)
    if settings.rate_limit:
        app.add_middleware(Limiter, settings=settings)
    app.add_middleware(CarefulHeaders)
    return app


def _add_health(app: FastAPI, engine: Engine, *, survey: bool) -> None:
    @app.api_route("/health", methods=["GET", "HEAD"], include_in_schema=False)
    def health() -> dict[str, str]:
        if survey and not app.state.door.writer.alive:
            raise WriterStopped
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        return {"status": "ok"}


def _add_api(app: FastAPI, api: FastAPI) -> None:
    """The API for programs, and the document of its routes alone."""

    @app.api_route("/openapi.json", methods=["GET", "HEAD"], include_in_schema=False)
    def document() -> dict[str, Any]:
        return document_of(api)

    app.mount(API_PATH, api)


def _add_dashboards(app: FastAPI, dashboards: ASGIApp) -> None:
    @app.api_route("/dashboards", methods=["GET", "HEAD"], include_in_schema=False)
    def to_dashboards() -> responses.RedirectResponse:
        return responses.RedirectResponse("/dashboards/", status_code=308)

    app.mount("/fonts", StaticFiles(directory=FONTS))
    app.mount("/dashboards", dashboards)


def _add_pages(app: FastAPI, staff: StaffDoor) -> None:
    """The pages of citizens and of the staff."""
    app.state.staff = staff
    app.router.routes.extend(citizen.HOT_ROUTES)
    for router in ROUTERS:
        app.include_router(router)
    for errors, page in (
        (STAFF_REFUSALS, staff_refusal),
        (cases.CASE_REFUSALS, cases.case_refusal),
        (OFFICE_REFUSALS, office_refusal),
    ):
        for error in errors:
            app.add_exception_handler(error, page)


def _headers(*, kept: bool, referrer: str, policy: str = "") -> list[tuple[bytes, bytes]]:
    return [
        (b"content-security-policy", (policy or page_policy()).encode()),
        (b"cache-control", b"private, no-cache" if kept else b"no-store"),
        (b"referrer-policy", referrer.encode()),
        (b"x-content-type-options", b"nosniff"),
    ]


STAFF_PATHS = ("/office", "/sign-in", "/sign-out", "/api")
SCREEN_PATHS = ("/s/", "/S/")
CASE_PATHS = ("/c/", "/C/")
TABLET_PATHS = ("/k/", "/K/", "/static/")


class CarefulHeaders:
    """Adds the security headers to our own pages; Streamlit's keep their own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        # A citizen's form may be kept: going back must show it with the same id, so that sending it again counts once.
        self._forms = _headers(kept=True, referrer="no-referrer")
        self._cases = _headers(kept=False, referrer="no-referrer")
        # With no-referrer a browser sends `Origin: null`, by which a form of ours could not be told from another's.
        self._staffs = _headers(kept=False, referrer="same-origin")
        # What the last person typed on a shared tablet must not come back with the page.
        self._tablets = _headers(kept=False, referrer="no-referrer", policy=tablet_policy())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; our answers get the headers."""
        if scope["type"] != "http" or scope["path"].startswith("/dashboards"):
            await self._app(scope, receive, send)
            return

        added = self._added(scope["path"])

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _added(self, path: str) -> list[tuple[bytes, bytes]]:
        if path.startswith(STAFF_PATHS):
            return self._staffs
        if path.startswith(TABLET_PATHS):
            return self._tablets
        return self._cases if path.startswith(CASE_PATHS + SCREEN_PATHS) else self._forms
