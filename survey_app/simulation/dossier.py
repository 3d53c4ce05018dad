"""The dossiers of a unit: when each came, by which way, and when it was finished; service measures are counted from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtr

from scoring.calendar import OfficeHours, slots
from scoring.pilot import Session
from scoring.working_time import WorkingClock
from survey_app.register import Catalogue, Desk
from survey_app.simulation.attendance import Attendance
from survey_app.simulation.chance import random_ids, stream
from survey_app.simulation.office import Office, desk_shares
from survey_app.simulation.participation import takes_part
from survey_app.simulation.truth import PilotTruth, Truth
from survey_app.zone import ZONE

__all__ = ["DOSSIER_COLUMNS", "Drawn", "draw_dossiers", "finish_dossiers", "no_drawn", "procedures_by_field"]

Floats = NDArray[np.float64]

FINISHED: Final = 0.97
"""Share of dossiers that are ever finished."""
BACK_AT_COUNTER: Final = {False: (0.85, 0.10), True: (0.30, 0.20)}
"""Filed online or not → shares of results that leave at the counter and by post; the others leave online."""
ON_TIME, SUPPLEMENT, MONTHLY_SD = 1.9, -1.5, 0.1
"""As normal deviates at an average unit: 97 % on time; 7 % sent back once or twice."""
FOLLOWS_LEVEL: Final = 1.2
"""How much a unit's level, which the answers show too, moves the share on time."""
ON_THE_SPOT: Final = 0.25
"""Share of dossiers that are done while the applicant waits, in `SPOT_MINUTES`."""
SPOT_MINUTES: Final = (5.0, 45.0)
LIMITS, LIMIT_SHARES = (2, 3, 5, 7, 10), (0.3, 0.25, 0.2, 0.15, 0.1)
"""Working days that the others may take."""
LATE_BY: Final = 0.4
"""Mean delay of a late dossier, as a part of its limit."""
ONLINE_FROM, ONLINE_A_YEAR, ONLINE_MOST = 2019, 0.08, 0.9
"""Nobody files online before that year; each year so many more do, up to the most."""
DIGITISED_A_YEAR: Final = 0.1
PAID_ONLINE: Final = {False: 0.05, True: 0.45}
"""Filed online or not → share who pay online, of the 70 % of dossiers that cost a fee."""
FEE: Final = 0.7

DOSSIER_COLUMNS: Final[Mapping[str, pl.DataType]] = {
    "id": pl.String(),
    "unit": pl.String(),
    "desk": pl.String(),
    "procedure": pl.String(),
    "field": pl.String(),
    "received": pl.Datetime("us", ZONE.key),
    "due": pl.Datetime("us", ZONE.key),
    "finished": pl.Datetime("us", ZONE.key),
    "channel": pl.String(),
    "returned": pl.String(),
    "paid_online": pl.Boolean(),
    "digitised": pl.Boolean(),
    "supplements": pl.Int64(),
}
"""Columns of what is drawn; each is simulated."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """What chance decided of a month's dossiers, before working time is counted; columns of the same length.

    known: `desk`, `procedure`, `field`, `channel`, `returned`, `fee`, `paid_online`, `digitised`, `supplements`, `id`.
    received: local time. limit: working days allowed, 0 for at once. part: of the limit that it takes, or minutes on the spot.
    promised: done within the day because of a pilot's promise. done: whether it is ever finished.
    """

    known: dict[str, object]
    received: NDArray[np.datetime64]
    limit: Floats
    part: Floats
    promised: NDArray[np.bool_]
    done: NDArray[np.bool_]


def no_drawn() -> pl.DataFrame:
    """No dossiers."""
    return pl.DataFrame(schema=dict(DOSSIER_COLUMNS))


def procedures_by_field(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Codes of the procedures of each field, in the catalogue's order."""
    found: dict[str, list[str]] = {}
    for procedure in catalogue.procedures:
        found.setdefault(procedure.field, []).append(procedure.code)
    return {field: tuple(codes) for field, codes in found.items()}


def draw_dossiers(
    office: Office,
    month: date,
    attendance: Attendance,
    *,
    plain: float,
    held: Sequence[Session],
    truth: Truth,
    hours: OfficeHours,
    procedures: Mapping[str, Sequence[str]],
    seed: int,
) -> Drawn | None:
    """The dossiers that a unit receives in a month; None where nobody serves or comes.

    So many come as make `office.visits` visits to the counter in a plain month. Of what the sessions of pilots draw
    beyond it, `truth.displaced` would have come on other days of the month, so the whole month grows by the rest only.

    Args:
        office: the unit.
        month: its first day.
        attendance: when people come, sessions included.
        plain: how busy the month were without sessions, 1 for a usual one.
        held: sessions that took place.
        truth: what a pilot changes.
        hours: office hours.
        procedures: by field.
        seed: of all chance.
    """
    desks = office.desks_in(month)
    if not desks or not attendance.days:
        return None
    chance = stream(seed, "dossiers", office.unit, month.isoformat())
    online = min(max(ONLINE_A_YEAR * (month.year + month.month / 12 - ONLINE_FROM), 0.0), ONLINE_MOST)
    usual = plain + (1 - truth.displaced) * (attendance.usual - plain)
    answers = office.answers * attendance.usual
    least = int(answers + 4 * answers**0.5) + 1  # more than will answer, so that no rate is above 1
    people = max(int(chance.poisson(office.visits * usual / _visits_a_dossier(online))), least)
    rows = chance.choice(len(attendance.days), people, p=attendance.expected / attendance.usual)
    by_line = chance.random(people) < online
    by_line[np.flatnonzero(by_line)[: max(least - int((~by_line).sum()), 0)]] = False
    limit, part, promised = _work(office, attendance, rows, truth, chance)
    return Drawn(
        known=_known(desks, by_line, month, procedures, chance),
        received=_moments(attendance, rows, held, hours, chance),
        limit=limit,
        part=part,
        promised=promised,
        done=chance.random(people) < FINISHED,
    )


def _visits_a_dossier(online: float) -> float:
    at_counter, from_afar = (1 - online), online
    return at_counter * (1 + FINISHED * BACK_AT_COUNTER[False][0]) + from_afar * FINISHED * BACK_AT_COUNTER[True][0]


def _known(
    desks: Sequence[Desk],
    by_line: NDArray[np.bool_],
    month: date,
    procedures: Mapping[str, Sequence[str]],
    chance: np.random.Generator,
) -> dict[str, object]:
    """Everything of the dossiers but times."""
    people = len(by_line)
    cells = _cells(desks, desk_shares(desks), procedures)
    chosen = np.searchsorted(np.cumsum([share for *_, share in cells])[:-1], chance.random(people))
    back, fee = chance.random(people), chance.random(people) < FEE
    counter, post = (np.where(by_line, BACK_AT_COUNTER[True][way], BACK_AT_COUNTER[False][way]) for way in (0, 1))
    sent = ndtr(SUPPLEMENT + MONTHLY_SD * chance.standard_normal())
    again = chance.random(people)
    pays = chance.random(people) < np.where(by_line, PAID_ONLINE[True], PAID_ONLINE[False])
    digital = min(DIGITISED_A_YEAR * max(month.year - ONLINE_FROM, 0), ONLINE_MOST)
    return {
        "id": random_ids(chance, people),
        **{name: _picked(cells, place, chosen) for place, name in enumerate(("desk", "field", "procedure"))},
        "channel": np.where(by_line, "online", "counter"),
        "returned": np.where(back < counter, "counter", np.where(back < counter + post, "post", "online")),
        "fee": fee,
        "paid_online": pays,
        "digitised": chance.random(people) < digital,
        "supplements": (again < sent).astype(np.int64) + (again < sent / 10),
    }


def _cells(
    desks: Sequence[Desk], shares: Floats, procedures: Mapping[str, Sequence[str]]
) -> list[tuple[str, str | None, str | None, float]]:
    """Desk, field and procedure with their share of the dossiers; the fields of a desk, and their procedures, share alike."""
    found: list[tuple[str, str | None, str | None, float]] = []
    for desk, share in zip(desks, shares.tolist(), strict=True):
        for field in desk.fields or (None,):
            codes: Sequence[str | None] = procedures.get(field or "", ()) or (None,)
            each = share / max(len(desk.fields), 1) / len(codes)
            found += [(desk.code, field, code, each) for code in codes]
    return found


def _picked(
    cells: Sequence[tuple[str, str | None, str | None, float]], place: int, chosen: NDArray[np.int64]
) -> pl.Series:
    return pl.Series([cell[place] for cell in cells], dtype=pl.String)[chosen]


def _work(
    office: Office,
    attendance: Attendance,
    rows: NDArray[np.int64],
    truth: Truth,
    chance: np.random.Generator,
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Limit, the part of it that each dossier takes, and whether it is done within the day because of a pilot's promise."""
    people = len(rows)
    spot = chance.random(people) < ON_THE_SPOT
    on_time = chance.random(people) < ndtr(
        ON_TIME + FOLLOWS_LEVEL * office.level + MONTHLY_SD * chance.standard_normal()
    )
    limit = np.where(spot, 0.0, chance.choice(LIMITS, people, p=LIMIT_SHARES))
    in_time, late = chance.uniform(0.1, 1.0, people), 1 + chance.exponential(LATE_BY, people)
    factor, same_day = _pilot_work(office, attendance, truth)
    part = np.where(spot, chance.uniform(*SPOT_MINUTES, people), np.where(on_time, in_time, late) * factor[rows])
    return limit, part, ~spot & (chance.random(people) < same_day[rows])


def _pilot_work(office: Office, attendance: Attendance, truth: Truth) -> tuple[Floats, Floats]:
    """For each row of the month, the factor of the time taken, and the share done within the day, as pilots have them."""
    none = PilotTruth()
    by_day = {
        day: float(
            np.prod(
                [truth.pilots.get(one.pilot, none).waiting for one in office.participations if takes_part(one, day)]
            )
        )
        for day in set(attendance.days)
    }
    sessions = (truth.pilots.get(session, none).same_day if session else 0.0 for session in attendance.sessions)
    return np.array([by_day[day] for day in attendance.days]), np.array(list(sessions))


def _moments(
    attendance: Attendance,
    rows: NDArray[np.int64],
    held: Iterable[Session],
    hours: OfficeHours,
    chance: np.random.Generator,
) -> NDArray[np.datetime64]:
    """When each dossier came: within its slot, and within the session's window where a session was held."""
    bounds, windows = _slot_bounds(hours), {(each.date, each.pilot): each for each in held}
    starts, ends = np.array([bounds[slot] for slot in attendance.slots], dtype=np.float64).T
    for row, (day, pilot) in enumerate(zip(attendance.days, attendance.sessions, strict=True)):
        window = windows.get((day, pilot)) if pilot else None
        if window is not None:
            starts[row] = max(starts[row], _minute(window.starts))
            ends[row] = max(min(ends[row], _minute(window.ends)), starts[row] + 1)
    seconds = np.floor((starts[rows] + chance.random(len(rows)) * (ends - starts)[rows]) * 60)
    days = np.array(attendance.days, dtype="datetime64[D]")[rows]
    return days.astype("datetime64[us]") + seconds.astype("timedelta64[s]")


@lru_cache(maxsize=64)
def _slot_bounds(hours: OfficeHours) -> dict[str, tuple[float, float]]:
    return {slot.key: (_minute(slot.starts), _minute(slot.starts) + slot.minutes) for slot in slots(hours)}


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def finish_dossiers(
    unit: str, drawn: Sequence[Drawn], *, clock: WorkingClock, hours: OfficeHours, today: date
) -> pl.DataFrame:
    """The dossiers of a unit as its register has them at the beginning of a day.

    Those received from that day on are not there, and what is finished from then on is not finished yet: a later day only
    adds to both.

    Args:
        unit: its code.
        drawn: its months.
        clock: with days enough for all of them to be finished.
        hours: office hours; a limit of a day is as many.
        today: first day of which nothing is known.

    Returns:
        The columns of `DOSSIER_COLUMNS`.
    """
    if not drawn:
        return no_drawn()
    whole = pl.concat(
        pl.DataFrame({**each.known, "received": each.received, "limit": each.limit, "part": each.part}).with_columns(
            promised=pl.Series(each.promised), done=pl.Series(each.done)
        )
        for each in drawn
    ).with_columns(unit=pl.lit(unit), received=pl.col("received").dt.replace_time_zone(ZONE.key))
    opens, noon, reopens, closes = map(_minute, hours.bounds)
    day = noon - opens + closes - reopens
    limit, part = whole["limit"].to_numpy(), whole["part"].to_numpy()
    spot = limit == 0
    worked = clock.after(whole, np.where(spot, 1.0, limit * part * day))
    allowed = clock.after(whole, np.where(spot, 1.0, limit * day))
    received = pl.col("received")
    closing = received.dt.truncate("1d") + pl.duration(minutes=closes)
    at_once = received + pl.duration(minutes=pl.col("part").clip(upper_bound=SPOT_MINUTES[1]).cast(pl.Int64))
    whole = whole.with_columns(worked=worked, allowed=allowed, spot=pl.Series(spot))
    within = pl.min_horizontal(pl.col("worked"), received + (pl.max_horizontal(closing, at_once) - received) * 0.5)
    finished = pl.when("spot").then(at_once).when("promised").then(within).otherwise("worked")
    due = pl.when("spot").then(pl.max_horizontal(closing, at_once)).otherwise("allowed")
    midnight = pl.lit(today).cast(pl.Datetime("us")).dt.replace_time_zone(ZONE.key)
    known = whole.with_columns(due=due, finished=pl.when("done").then(finished)).filter(received < midnight)
    ended = pl.col("finished") < midnight
    return known.with_columns(
        finished=pl.when(ended).then("finished"),
        returned=pl.when(ended).then("returned"),
        paid_online=pl.when("fee").then("paid_online"),
    ).select(pl.col(name).cast(dtype) for name, dtype in DOSSIER_COLUMNS.items())
