"""The web application: routes, headers, and what opens and closes with the server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import fontpkg_be_vietnam_pro
from fastapi import APIRouter, FastAPI, responses
from sqlalchemy import Engine
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from scoring import OfficeHours
from survey_app import cases, citizen, first_run, invitation, office, privacy, screen, sign_in, static_files, tablet
from survey_app.api import API_PATH, document_of, make_api
from survey_app.courier import Courier
from survey_app.dashboard_door import DashboardDoor
from survey_app.dead_end import DEAD_ENDS, dead_end
from survey_app.door import Clock, Door, local_now
from survey_app.fault_page import PlainFaults
from survey_app.headers import CarefulHeaders
from survey_app.health import add_health
from survey_app.limiter import Limiter
from survey_app.metrics import Measuring, add_metrics, keep_releasing
from survey_app.office.cases import OFFICE_REFUSALS, office_refusal
from survey_app.office.dossiers import held_files
from survey_app.oidc import routes as oidc_routes
from survey_app.refusal import REFUSALS, refusal
from survey_app.request_counts import RequestCounts
from survey_app.settings import Settings
from survey_app.staff_door import STAFF_REFUSALS, StaffDoor, staff_refusal
from survey_app.tablet_queue import TabletQueue

# Address and minute of a request would tell who answered what: no variable of the environment may send them anywhere.
NO_TELEMETRY = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
ROUTERS = (
    citizen.router,
    cases.router,
    tablet.router,
    static_files.router,
    screen.router,
    privacy.router,
    sign_in.router,
    first_run.router,
    oidc_routes.router,
    invitation.router,
    office.router,
)
PAGES = APIRouter()
"""All of them, put together once for every application of this process."""
for each in ROUTERS:
    PAGES.include_router(each)
FONTS = fontpkg_be_vietnam_pro.ROOT / "files"


def make_app(
    engine: Engine,
    settings: Settings,
    *,
    clock: Clock = local_now,
    survey: bool = True,
    dashboards: Any | None = None,
    open_dashboards: bool = False,
) -> FastAPI:
    """The form's application.

    Args:
        engine: a database that is up to date.
        settings: where to listen and what signs the codes.
        clock: gives the local time; tests hand in their own.
        survey: whether the citizen's pages are served here.
        dashboards: an ASGI application with a `lifespan()`, mounted under `/dashboards`; None when it runs apart.
        open_dashboards: whether nobody need sign in to look at them, as in the demonstration.
    """
    counts = RequestCounts()

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
            opened.callback(asyncio.create_task(keep_releasing(counts, clock, OfficeHours())).cancel)
            if dashboards is not None:
                await opened.enter_async_context(dashboards.lifespan()(app))
            yield

    app = FastAPI(
        title="Hài Lòng", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan, telemetry=NO_TELEMETRY
    )
    # Behind a proxy the process that serves them has the same address as this one.
    app.state.dashboards = dashboards is not None or settings.trusted_proxies > 0
    staff = StaffDoor(engine, settings, clock)
    app.state.counts = counts
    if survey:
        _add_pages(app, staff)
        _add_api(app, make_api(engine, settings, clock, citizens=lambda: app.state.door))
    for error in REFUSALS:
        app.add_exception_handler(error, refusal)
    for dead in DEAD_ENDS:
        app.add_exception_handler(dead, dead_end)
    add_health(app, engine, survey=survey)
    add_metrics(app, engine, settings, counts)
    if dashboards is not None:
        sign_in = "/sign-in" if survey else f"{settings.public_url}/sign-in"
        _add_dashboards(app, DashboardDoor(dashboards, staff, open_to_all=open_dashboards, sign_in=sign_in))
    if settings.rate_limit:
        app.add_middleware(Limiter, settings=settings)
    app.add_middleware(PlainFaults)
    app.add_middleware(CarefulHeaders, settings=settings)
    app.add_middleware(Measuring, counts=counts)
    return app


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
    app.router.routes.extend([*citizen.HOT_ROUTES, *PAGES.routes])
    for errors, page in (
        (STAFF_REFUSALS, staff_refusal),
        (cases.CASE_REFUSALS, cases.case_refusal),
        (OFFICE_REFUSALS, office_refusal),
    ):
        for error in errors:
            app.add_exception_handler(error, page)
