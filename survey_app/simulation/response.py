"""Who comes to a unit in a month, what they answer and what some of them write."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from survey_app.register import Desk
from survey_app.simulation.answers import draw_points
from survey_app.simulation.attendance import Attendance
from survey_app.simulation.chance import random_ids, stream
from survey_app.simulation.comment import Comment, comment_on
from survey_app.simulation.office import Office, desk_shares
from survey_app.simulation.participation import pilot_effect
from survey_app.simulation.truth import Truth
from survey_app.simulation.world import World

__all__ = ["Response", "draw_responses"]


class Response(NamedTuple):
    """One person's answers, by question code; a question without an answer is not there."""

    id: str
    desk: str
    local_date: date
    slot: str
    language: str
    field: str | None
    answers: dict[str, int]


def draw_responses(
    world: World, office: Office, month: date, attendance: Attendance
) -> tuple[list[Response], list[Comment]]:
    """The responses of a month, and the comments of people who gave them.

    The whole month is always drawn and then cut, so that a response does not depend on what day it is today.
    """
    desks = office.desks_in(month)
    chance = stream(world.seed, "responses", office.unit, month.isoformat())
    people = int(chance.poisson(office.answers * attendance.usual)) if desks else 0
    if people == 0:
        return [], []
    rows = chance.choice(len(attendance.days), people, p=attendance.expected / attendance.usual)
    points = draw_points(_levels(world, office, month, attendance)[rows], world.truth, chance)
    drawn = _responses(desks, attendance, rows, points, truth=world.truth, chance=chance)
    writers = np.flatnonzero(chance.random(people) < world.truth.comments).tolist()
    ids, phrases = random_ids(chance, len(writers)), chance.random(len(writers)).tolist()
    overall = next(iter(world.truth.questions))
    comments = [
        comment_on(drawn[writer].answers[overall], id_=id_, month=month, language=drawn[writer].language, draw=draw)
        for writer, id_, draw in zip(writers, ids, phrases, strict=True)
        if _is_given(world, drawn[writer])
    ]
    return [response for response in drawn if _is_given(world, response)], comments


def _is_given(world: World, response: Response) -> bool:
    return world.is_given(response.desk, response.local_date)


def _levels(world: World, office: Office, month: date, attendance: Attendance) -> NDArray[np.float64]:
    """The level in each row of the month."""
    moments = list(zip(attendance.days, attendance.sessions, strict=True))
    effects = {
        (day, session): pilot_effect(office.participations, world.truth, day, session) for day, session in set(moments)
    }
    return office.level + world.shock(office, month) + np.array([effects[moment] for moment in moments])


def _responses(
    desks: Sequence[Desk],
    attendance: Attendance,
    rows: NDArray[np.int64],
    points: NDArray[np.int8],
    *,
    truth: Truth,
    chance: np.random.Generator,
) -> list[Response]:
    people, codes = len(rows), list(truth.questions)
    columns = zip(
        random_ids(chance, people),
        (desks[place] for place in chance.choice(len(desks), people, p=desk_shares(desks)).tolist()),
        rows.tolist(),
        (chance.random(people) < truth.english).tolist(),
        np.where(chance.random(people) < truth.field_chosen, chance.random(people), -1).tolist(),
        points.tolist(),
        strict=True,
    )
    return [
        Response(
            id_,
            desk.code,
            attendance.days[row],
            attendance.slots[row],
            "en" if english else "vi",
            desk.fields[int(field * len(desk.fields))] if desk.fields and field >= 0 else None,
            {code: point for code, point in zip(codes, chosen, strict=True) if point},
        )
        for id_, desk, row, english, field, chosen in columns
    ]
