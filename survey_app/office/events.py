"""`/office/events`: who did what, for the administrator to read and to take away."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, responses
from sqlalchemy import Engine

from survey_app.event_chain import Event
from survey_app.event_file import csv_lines
from survey_app.event_words import act_words, other_words
from survey_app.name_order import by_name
from survey_app.office.event_detail import detail_text
from survey_app.office.sign_in_lines import show_moment
from survey_app.reading.events import EventFilter, read_acts, read_events, walk_events
from survey_app.reading.people import read_accounts
from survey_app.staff import User
from survey_app.staff_door import StaffDep, StaffDoor, allowed, office_page, page_language
from survey_app.submission import clean
from survey_app.wording import Translate, translator

router = APIRouter(default_response_class=responses.HTMLResponse)
Reader = Annotated[User, Depends(allowed("read_audit"))]
A_PAGE = 100


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
    return _page(request, door)


def _page(request: Request, door: StaffDoor) -> responses.Response:
    """The events wanted; none, and which part of the filter nobody can read, where there is such a part."""
    asked, language = _asked(request.query_params), page_language(request)
    wanted, before = _filter(asked), asked["before"]
    with door.engine.connect() as connection:
        people, acts = [account.name for account in read_accounts(connection)], read_acts(connection)
        unread = _unread(request.query_params, asked, acts)
        found = read_events(connection, wanted, before=int(before) if before else None, most=A_PAGE + 1)
    if unread:
        found = []
    words, others = act_words(translator(language)), other_words(translator(language))
    chosen = {name: value for name, value in asked.items() if value and name != "before"}
    older = urlencode(chosen | {"before": found[A_PAGE - 1].number}) if len(found) > A_PAGE else ""
    return office_page(
        request,
        "events.html",
        status=422 if unread else 200,
        unread=", ".join(part_words(translator(language))[name] for name in unread),
        lines=[_line(event, words, others, language) for event in found[:A_PAGE]],
        asked=asked,
        people={name: name for name in people} | others,
        acts=sorted(((act, words.get(act, act)) for act in acts), key=lambda each: by_name(each[1])),
        older=older,
        newest=urlencode(chosen) if before else "",
        export=urlencode(chosen),
    )


@router.api_route("/events/file", methods=["GET", "HEAD"])
def events_file(request: Request, door: StaffDep, user: Reader) -> responses.Response:
    """All events wanted as CSV; that it was taken is an event too."""
    asked = _asked(request.query_params)
    chosen = {name: value for name, value in asked.items() if value and name != "before"}
    with door.engine.connect() as connection:
        unread = _unread(request.query_params, asked, read_acts(connection))
    if unread:  # a file of everything is not what was wanted
        return _page(request, door)
    with door.engine.begin() as connection:
        door.audit(connection, user, "export_events", "", filter=chosen)
    named = {"content-disposition": f'attachment; filename="hailong-events-{door.today().isoformat()}.csv"'}
    lines = _walk(door.engine, _filter(asked))
    return responses.StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=named)


def _walk(engine: Engine, wanted: EventFilter) -> Iterator[bytes]:
    with engine.connect() as connection:
        yield from csv_lines(walk_events(connection, wanted))


def _asked(query: Mapping[str, str]) -> dict[str, str]:
    """What the address asks for, as text; what cannot be is left out, and `_unread` names it."""
    asked = {name: clean(query.get(name, ""))[:200].strip() for name in ("user", "act", "about")}
    days = {name: query.get(name, "") for name in ("since", "until")}
    before = query.get("before", "")
    return {
        **asked,
        **{name: text if _day(text) else "" for name, text in days.items()},
        "before": before if before.isascii() and before.isdecimal() and len(before) < 19 else "",  # noqa: PLR2004 - 64 bits
    }


def _unread(query: Mapping[str, str], asked: Mapping[str, str], acts: Collection[str]) -> list[str]:
    """The parts of the filter that say something, but nothing that can be looked for."""
    unread = [name for name, value in asked.items() if query.get(name, "").strip() != value]
    known = {"", *acts, *act_words(str)}
    return unread if asked["act"] in known or "act" in unread else ["act", *unread]


def part_words(_: Translate) -> dict[str, str]:
    """Parts of the filter as the page calls them."""
    return {
        "user": _("Người"),
        "act": _("Việc đã làm"),
        "about": _("Về"),
        "since": _("Từ ngày"),
        "until": _("Đến ngày"),
        "before": _("Cũ hơn"),
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


def _line(event: Event, words: Mapping[str, str], others: Mapping[str, str], language: str) -> EventLine:
    return EventLine(
        event.number,
        show_moment(event.at, language),
        others.get(event.user, event.user),
        words.get(event.act, event.act),
        event.about,
        detail_text(event.detail, act=event.act, language=language),
    )
