"""The API as an application: its routes, its errors, its OpenAPI document."""

from typing import Any

from fastapi import FastAPI
from sqlalchemy import Engine

from survey_app.api import places, posting, reading, results
from survey_app.api.door import ApiDoor
from survey_app.api.problem import HANDLED, problem
from survey_app.door import Clock
from survey_app.fault_page import PlainFaults
from survey_app.settings import Settings

API_PATH = "/api/v1"
ROUTERS = (posting.router, reading.router, results.router, places.router)
DESCRIPTION = """Answers, figures and the register of Hài Lòng, for programs; what leaves when, and why, is in docs/api.md.

Every request carries a key: `Authorization: Bearer hlk_…` or `X-API-Key: hlk_…`, made with `hailong api-key add`.
A key reads, writes, or both, and may be bound to one unit and those below it. No key reads comments, and none reads
an answer before its month is over."""
TAGS = [
    {"name": "answers", "description": "Single answers: posted at once, read once their month is over."},
    {"name": "figures", "description": "What ten answers or more make: at once, by the release rule of the pages."},
    {"name": "register", "description": "Units, desks, questionnaires."},
]


def make_api(engine: Engine, settings: Settings, clock: Clock, citizens: Any) -> FastAPI:
    """The application that stands at `API_PATH`.

    Args:
        engine: of the database.
        settings: of the installation.
        clock: gives the local time.
        citizens: gives the citizens' door once the server has opened it.
    """
    api = FastAPI(
        title="Hài Lòng API",
        version="1",
        description=DESCRIPTION,
        openapi_tags=TAGS,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    api.state.door = ApiDoor(engine, settings, clock, citizens)
    for router in ROUTERS:
        api.include_router(router)
    for error in HANDLED:
        api.add_exception_handler(error, problem)
    api.add_middleware(PlainFaults, as_json=True)
    return api


def document_of(api: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with whole addresses."""
    document = api.openapi()
    return document | {"paths": {API_PATH + path: routes for path, routes in document["paths"].items()}}
