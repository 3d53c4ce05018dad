"""`/office/comments`: what people wrote, screened by home affairs before their unit reads it."""

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request, responses

from survey_app.reading.comments import (
    Comment,
    count_comments,
    read_comment,
    read_comments,
    read_screened,
    read_unscreened,
)
from survey_app.reading.people import read_unit_names
from survey_app.recording.comments import record_screening
from survey_app.screening import ENOUGH, has_ended, mask, readable_months
from survey_app.staff import User
from survey_app.staff_door import FieldsDep, NotAllowed, StaffDep, StaffDoor, allowed, office_page, page_language
from survey_app.wording import month_name

router = APIRouter(default_response_class=responses.HTMLResponse)
READ = ["GET", "HEAD"]
ON_A_PAGE = 50
TO_SCREEN = 20
LONGEST_SCREENED = 6000

Reader = Annotated[User, Depends(allowed("read_comments"))]
Screener = Annotated[User, Depends(allowed("screen_comments"))]


@router.api_route("/comments", methods=READ)
def months(request: Request, user: Reader, door: StaffDep) -> responses.Response:
    """The months that may be read, by unit; for who screens, also those with comments left to screen."""
    language = page_language(request)
    with door.engine.connect() as connection:
        counts = count_comments(connection, units=user.units)
        names = read_unit_names(connection)
        unscreened = (
            read_unscreened(connection, before=door.today().replace(day=1)) if user.may("screen_comments") else []
        )
    readable = [
        (names[unit], unit, month, month_name(month, language), months[month])
        for unit, months in counts.items()
        for month in readable_months(months, today=door.today())
    ]
    place = {code: number for number, code in enumerate(names)}
    readable.sort(key=lambda line: (-line[2].toordinal(), place[line[1]]))
    left = [
        (names[each.unit], each, month_name(each.month, language), each.received >= ENOUGH)
        for each in unscreened
        if each.unscreened
    ]
    return office_page(request, "comments.html", readable=readable, left=left, enough=ENOUGH)


@router.api_route("/comments/{unit}/{month}", methods=READ)
def read(
    unit: str, month: date, *, request: Request, user: Reader, door: StaffDep, after: str = ""
) -> responses.Response:
    """The screened comments of a unit's month, if it has ended and enough came."""
    with door.engine.connect() as connection:
        counts = count_comments(connection, units=[unit] if user.sees(unit) else []).get(unit, {})
        if month not in readable_months(counts, today=door.today()):
            raise NotAllowed("read_comments")
        comments = read_screened(connection, unit=unit, month=month, at_most=ON_A_PAGE + 1, after=after)
        name = read_unit_names(connection)[unit]
    return office_page(
        request,
        "comments_read.html",
        unit_name=name,
        month=month_name(month, page_language(request)),
        comments=comments[:ON_A_PAGE],
        more=comments[ON_A_PAGE - 1].id if len(comments) > ON_A_PAGE else "",
        received=counts[month],
    )


@router.api_route("/screening/{unit}/{month}", methods=READ)
def screen(unit: str, month: date, request: Request, user: Screener, door: StaffDep) -> responses.Response:
    """Comments of an ended month that nobody has screened, each with what the program took out."""
    if not has_ended(month, door.today()):
        raise NotAllowed("screen_comments")
    with door.engine.begin() as connection:
        names = read_unit_names(connection)
        comments = read_comments(connection, unit=unit, month=month, unscreened_only=True, at_most=TO_SCREEN)
        door.audit(connection, user, "look_at_unscreened_comments", unit, month=month.isoformat(), n=len(comments))
    return office_page(
        request,
        "screening.html",
        unit_name=names.get(unit, unit),
        month=month_name(month, page_language(request)),
        address=f"/office/screening/{unit}/{month.isoformat()}",
        comments=[(comment, mask(comment.text)) for comment in comments],
        longest=LONGEST_SCREENED,
    )


@router.post("/screening/{unit}/{month}")
async def decide(unit: str, month: date, user: Screener, door: StaffDep, fields: FieldsDep) -> responses.Response:
    """Pass all on the page as the program masked them, pass one as corrected by hand, or withhold one."""
    await asyncio.to_thread(_decide, door, user, unit, month, dict(fields))
    return responses.RedirectResponse(f"/office/screening/{unit}/{month.isoformat()}", status_code=303)


def _decide(door: StaffDoor, user: User, unit: str, month: date, fields: dict[str, str]) -> None:
    with door.engine.begin() as connection:
        ids = fields.get("comments", "").split()[:TO_SCREEN]
        found = [read_comment(connection, each) for each in ids]
        chosen = [each for each in found if each is not None and _is_of(each, unit, month, today=door.today())]
        withheld = fields.get("act") == "withhold"
        by_hand = fields.get("text", "").strip()[:LONGEST_SCREENED]
        texts = {each.id: "" if withheld else _passed(each, by_hand, alone=len(ids) == 1) for each in chosen}
        if texts:
            outcome = "withheld" if withheld else "shown"
            record_screening(connection, texts, outcome=outcome, on=door.today(), by=user.name)
            door.audit(
                connection, user, "screen_comments", unit, month=month.isoformat(), n=len(texts), outcome=outcome
            )


def _is_of(comment: Comment, unit: str, month: date, *, today: date) -> bool:
    return (comment.unit, comment.month) == (unit, month) and has_ended(month, today)


def _passed(comment: Comment, by_hand: str, *, alone: bool) -> str:
    """The text that a unit reads: what was corrected by hand, masked once more, or what the program made of it."""
    return mask(by_hand) if alone and by_hand else mask(comment.text)
