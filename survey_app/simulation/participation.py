"""Which pilots a unit was in, what they changed, and which of the planned sessions were held."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time
from typing import NamedTuple

from scoring.pilot import Participation, Session
from survey_app.register import Catalogue
from survey_app.simulation.chance import stream
from survey_app.simulation.truth import PilotTruth, Truth

__all__ = ["HeldRecord", "held_sessions", "participations_of", "pilot_effect", "session_records", "takes_part"]

NONE = PilotTruth()


class HeldRecord(NamedTuple):
    """What a unit recorded of a session of a pilot."""

    pilot: str
    day: date
    starts: time
    held: bool


def participations_of(catalogue: Catalogue, unit: str) -> tuple[Participation, ...]:
    """A unit's participations, each ended where its pilot's own rule ends."""
    ended = []
    for one in catalogue.participations:
        if one.unit == unit:
            ends = [end for end in (one.ends, catalogue.pilot[one.pilot].rule.ends) if end is not None]
            ended.append(replace(one, ends=min(ends, default=None)))
    return tuple(ended)


def takes_part(participation: Participation, day: date) -> bool:
    """Whether the day lies in the participation."""
    return participation.starts <= day < (participation.ends or date.max)


def pilot_effect(participations: Iterable[Participation], truth: Truth, day: date, session: str | None) -> float:
    """What pilots add to the level of an answer given that day, inside the session of a pilot or outside any."""
    pilots = {one.pilot for one in participations if takes_part(one, day)}
    everywhere = sum(truth.pilots.get(pilot, NONE).everywhere for pilot in pilots)
    return everywhere + (truth.pilots.get(session, NONE).in_session if session else 0.0)


def held_sessions(planned: Sequence[Session], truth: Truth, *, seed: int) -> tuple[Session, ...]:
    """Those of a unit's planned sessions of one month that took place."""
    if not planned:
        return ()
    draws = stream(seed, "held", planned[0].unit, planned[0].date.isoformat()[:7]).random(len(planned))
    return tuple(session for session, draw in zip(planned, draws, strict=True) if draw < truth.adherence)


def session_records(
    planned: Sequence[Session], held: Sequence[Session], truth: Truth, *, seed: int, today: date
) -> tuple[HeldRecord, ...]:
    """What a unit recorded of its sessions of one month that are over: not of all, and always what is true."""
    if not planned:
        return ()
    took_place = set(held)
    draws = stream(seed, "recorded", planned[0].unit, planned[0].date.isoformat()[:7]).random(len(planned))
    return tuple(
        HeldRecord(session.pilot, session.date, session.starts, session in took_place)
        for session, draw in zip(planned, draws, strict=True)
        if draw < truth.recorded and session.date < today
    )
