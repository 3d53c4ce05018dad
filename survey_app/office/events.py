"""`/office/events`: who did what, for the administrator to read and to take away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, responses
from sqlalchemy import Engine

from survey_app.event_file import csv_lines
from survey_app.event_words import act_words, detail_text
from survey_app.office.sign_in_lines import show_moment
from survey_app.reading.events import Event, EventFilter, read_acts, read_events, walk_events
from survey_app.reading.people import read_accounts
from survey_app.staff import User
from survey_app.staff_door import StaffDep, allowed, office_page, page_language
from survey_app.submission import clean
from survey_app.wording import translator

router = APIRouter(default_response_class=responses.HTMLResponse)
Reader = Annotated[User, Depends(allowed("read_audit"))]
A_PAGE = 100
OTHERS = ("hailong", "server", "author")
"""What acts without an account: the command line, the server by night, the author of a case."""


@dataclass(frozen=True, slots=True)
class EventLine:
    """A line of the table."""

    number: int
    at: str
    user: str
    act: str
    about: str
    detail: str


@router.api_route("/events", methods=["GET", "HEAD"])
def events(request: Request, door: StaffDep, user: Reader) -> responses.Response:  # noqa: ARG001 - only who may
    """A page of the events wanted, the latest first."""
    asked, language = _asked(request.query_params), page_language(request)
    wanted, before = _filter(asked), asked["before"]
    with door.engine.connect() as connection:
        found = read_events(connection, wanted, before=int(before) if before else None, most=A_PAGE + 1)
        people, acts = [account.name for account in read_accounts(connection)], read_acts(connection)
    words = act_words(translator(language))
    chosen = {name: value for name, value in asked.items() if value and name != "before"}
    older = urlencode(chosen | {"before": found[A_PAGE - 1].number}) if len(found) > A_PAGE else ""
    return office_page(
        request,
        "events.html",
        lines=[_line(event, words, language) for event in found[:A_PAGE]],
        asked=asked,
        people=[*people, *OTHERS],
        acts=sorted(((act, words.get(act, act)) for act in acts), key=lambda each: each[1]),
        older=older,
        newest=urlencode(chosen) if before else "",
        export=urlencode(chosen),
    )


@router.api_route("/events/file", methods=["GET", "HEAD"])
def events_file(request: Request, door: StaffDep, user: Reader) -> responses.Response:
    """All events wanted as CSV; that it was taken is an event too."""
    asked = _asked(request.query_params)
    chosen = {name: value for name, value in asked.items() if value and name != "before"}
    with door.engine.begin() as connection:
        door.audit(connection, user, "export_events", "", filter=chosen)
    named = {"content-disposition": f'attachment; filename="hailong-events-{door.today().isoformat()}.csv"'}
    lines = _walk(door.engine, _filter(asked))
    return responses.StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=named)


def _walk(engine: Engine, wanted: EventFilter) -> Iterator[bytes]:
    with engine.connect() as connection:
        yield from csv_lines(walk_events(connection, wanted))


def _asked(query: Mapping[str, str]) -> dict[str, str]:
    """What the address asks for, as text; what cannot be is left out."""
    asked = {name: clean(query.get(name, ""))[:200].strip() for name in ("user", "act", "about")}
    days = {name: query.get(name, "") for name in ("since", "until")}
    before = query.get("before", "")
    return {
        **asked,
        **{name: text if _day(text) else "" for name, text in days.items()},
        "before": before if before.isascii() and before.isdecimal() and len(before) < 19 else "",  # noqa: PLR2004 - 64 bits
    }


def _filter(asked: Mapping[str, str]) -> EventFilter:
    days = {name: _day(asked[name]) for name in ("since", "until")}
    return EventFilter(user=asked["user"], act=asked["act"], about=asked["about"], **days)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 < day.year < 9999 else None  # noqa: PLR2004 - what a day's seconds can be counted for


def _line(event: Event, words: Mapping[str, str], language: str) -> EventLine:
    return EventLine(
        event.number,
        show_moment(event.at, language),
        event.user,
        words.get(event.act, event.act),
        event.about,
        detail_text(event.detail),
    )
