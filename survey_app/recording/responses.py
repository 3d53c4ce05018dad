"""Responses and what comes with them, each response once, all of it in one transaction."""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, delete, func, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from survey_app.new_case import NewCase
from survey_app.recording.cases import record_cases
from survey_app.recording.comments import CommentPlace, record_comments
from survey_app.recording.rows import add_new_rows, one_of, record_rows, table
from survey_app.recording.state import record_state
from survey_app.recording.tablets import count_accepted
from survey_app.seal import SealedComment
from survey_app.submission import Submission
from survey_app.tables import (
    CardRow,
    CommentRow,
    DeviceRow,
    DossierRow,
    ResponseRow,
    ServiceMeasureRow,
    SessionRecordRow,
    TapRow,
)

KEPT_FROM_THE_TAP = frozenset({"repeated_device", "burst"})
REPEATED_DEVICE = "repeated_device"
TRIAL: Final = "trial"
TRIAL_BYTES: Final = 32_000
"""As much as an answer changes on the disk with its indexes: eight pages."""
Stored = TypeVar("Stored")


@dataclass(frozen=True, slots=True)
class Answered:
    """A submission and where, when and how it came: all that is kept of it.

    card: hash of the single-use card; device: hash of the device's cookie under a key of the day; tablet: serial of the
    tablet's link; batch: of paper forms. entered_date, entered_slot: when it reached the record, if not in its own slot.
    tapped: only the main answer, the rest of the form is still open. case: what is to be answered, kept apart.
    """

    submission: Submission
    unit: str
    desk: str
    local_date: date
    slot: str
    questionnaire: str
    channel: str
    language: str
    simulated: bool = False
    source: str | None = None
    flags: tuple[str, ...] = ()
    comments: tuple[SealedComment, ...] = ()
    card: str | None = None
    device: str | None = None
    tablet: int | None = None
    batch: str | None = None
    entered_date: date | None = None
    entered_slot: str | None = None
    tapped: bool = False
    case: NewCase | None = None

    def with_flag(self, flag: str) -> "Answered":
        """The same with one more flag."""
        return replace(self, flags=tuple(sorted({*self.flags, flag})))


class Recorded(Enum):
    """What became of a response: new, the same again, its id already taken by other answers, or its card used before."""

    NEW = "new"
    SAME = "same"
    OTHER = "other"
    USED_CARD = "used card"


def record_apart(engine: Engine, group: Sequence[Answered]) -> list[Recorded | SQLAlchemyError]:
    """Store a group in one transaction; if a row is bad, each alone, so that it spoils no other.

    When the database is away, locked or full, all get the same error at once: trying each would wait for each. Where
    only the connection was lost, for the server was started anew, the group is tried once more on another: what the
    first attempt may have stored after all counts once, by its id.
    """
    try:
        return _once_more(engine, lambda connection: list(record_responses(connection, group)))
    except (IntegrityError, DataError) as error:
        if len(group) == 1:
            return [error]
        return [outcome for answered in group for outcome in record_apart(engine, [answered])]
    except SQLAlchemyError as error:
        return [error] * len(group)


def try_to_store(engine: Engine) -> bool:
    """Whether an answer could be stored now: something of an answer's size is, and taken out again."""
    try:
        for text in (secrets.token_hex(TRIAL_BYTES // 2), ""):
            _once_more(engine, lambda connection, text=text: record_state(connection, TRIAL, text))  # type: ignore[misc]
    except SQLAlchemyError:
        return False
    return True


def _once_more(engine: Engine, store: Callable[[Connection], Stored]) -> Stored:
    try:
        with engine.begin() as connection:
            return store(connection)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
    with engine.begin() as connection:
        return store(connection)


def record_responses(connection: Connection, group: Sequence[Answered]) -> list[Recorded]:
    """Insert responses and what comes with them; the database alone decides which ids are new."""
    whole = [answered for answered in group if not answered.tapped]
    outcomes = iter(_record_whole(connection, whole) if whole else ())
    tapped = [answered for answered in group if answered.tapped]
    taps = iter(_record_taps(connection, tapped) if tapped else ())
    return [next(taps) if answered.tapped else next(outcomes) for answered in group]


def _record_whole(connection: Connection, group: Sequence[Answered]) -> list[Recorded]:
    first = _with_device_flags(connection, _first_of_each(group), _take_taps(connection, group))
    new = add_new_rows(connection, ResponseRow, [_response_values(answered) for answered in first])
    refused = _refused_cards(connection, [answered for answered in first if answered.submission.id in new])
    if refused:
        connection.execute(delete(table(ResponseRow)).where(table(ResponseRow).c.id.in_(refused)))
    kept = [answered for answered in first if answered.submission.id in new - refused]
    _record_beside(connection, kept)
    if len(kept) == len(group):
        return [Recorded.NEW] * len(group)
    return _told_apart(connection, group, {answered.submission.id for answered in kept}, refused)


def _first_of_each(group: Sequence[Answered]) -> list[Answered]:
    return list({answered.submission.id: answered for answered in reversed(group)}.values())[::-1]


def _take_taps(connection: Connection, group: Sequence[Answered]) -> dict[str, str]:
    """Remove the taps that these responses follow; id → their flags."""
    columns = table(TapRow).c
    ids = [answered.submission.id for answered in group]
    theirs = one_of(connection, columns.id, ids)
    taken = connection.execute(delete(table(TapRow)).where(theirs).returning(columns.id, columns.flags))
    return {row.id: row.flags for row in taken}


def _with_device_flags(connection: Connection, group: list[Answered], taps: dict[str, str]) -> list[Answered]:
    """The group with the flags that came with a tap, and with `repeated_device` where its device answered today."""
    asking = [answered for answered in group if answered.device and answered.submission.id not in taps]
    repeated = _repeated_devices(connection, asking)
    found = []
    for answered in group:
        more = KEPT_FROM_THE_TAP & set(taps.get(answered.submission.id, "").split())
        if answered.submission.id in repeated:
            more |= {REPEATED_DEVICE}
        found.append(replace(answered, flags=tuple(sorted({*answered.flags, *more}))) if more else answered)
    return found


def _repeated_devices(connection: Connection, group: Sequence[Answered]) -> set[str]:
    """Ids of the responses whose device had answered before, today; the devices are remembered for the day."""
    if not group:
        return set()
    devices = {answered.device: answered.local_date for answered in group}
    new = add_new_rows(connection, DeviceRow, [{"hash": device, "day": day} for device, day in devices.items()])
    repeated = set()
    for answered in group:
        if answered.device in new:
            new.remove(answered.device)
        else:
            repeated.add(answered.submission.id)
    return repeated


def _refused_cards(connection: Connection, group: Sequence[Answered]) -> set[str]:
    """Mark the cards of these responses as used; ids of the responses whose card was used before."""
    with_card = [answered for answered in group if answered.card]
    if not with_card:
        return set()
    columns = table(CardRow).c
    wanted = {answered.card for answered in with_card}
    marking = update(table(CardRow)).where(columns.hash.in_(wanted), columns.used.is_(False)).values(used=True)
    free = set(connection.execute(marking.returning(columns.hash)).scalars())
    refused = set()
    for answered in with_card:
        if answered.card in free:
            free.remove(answered.card)
        else:
            refused.add(answered.submission.id)
    return refused


def _record_beside(connection: Connection, kept: Sequence[Answered]) -> None:
    """What comes with new responses: comments and their digests, a tablet's count."""
    comments = [(comment, beside_comment(answered)) for answered in kept for comment in answered.comments]
    record_comments(connection, comments)
    cases = [(answered.case, beside_case(answered)) for answered in kept if answered.case is not None]
    record_cases(connection, cases)
    count_accepted(connection, [(answered.tablet, answered.local_date) for answered in kept if answered.tablet])


def _told_apart(
    connection: Connection, group: Sequence[Answered], new: set[str], refused: Collection[str]
) -> list[Recorded]:
    columns = table(ResponseRow).c
    repeats = {answered.submission.id for answered in group}
    kept = {
        row.id: (row.desk, row.field, row.answers)
        for row in connection.execute(
            select(columns.id, columns.desk, columns.field, columns.answers).where(columns.id.in_(repeats))
        )
    }
    outcomes = []
    for answered in group:
        submission = answered.submission
        if submission.id in new:
            new.remove(submission.id)
            outcomes.append(Recorded.NEW)
        elif submission.id in refused:
            outcomes.append(Recorded.USED_CARD)
        elif kept[submission.id] == (answered.desk, submission.field, submission.answers):
            outcomes.append(Recorded.SAME)
        else:
            outcomes.append(Recorded.OTHER)
    return outcomes


def _record_taps(connection: Connection, group: Sequence[Answered]) -> list[Recorded]:
    """Keep the main answers of open forms, the last one of each form; a form that was sent whole is left as it is."""
    responses, taps = table(ResponseRow).c, table(TapRow).c
    last = {answered.submission.id: answered for answered in group}
    sent = set(connection.execute(select(responses.id).where(responses.id.in_(last))).scalars())
    known = set(connection.execute(select(taps.id).where(taps.id.in_(last))).scalars())
    new = [answered for id_, answered in last.items() if id_ not in sent | known]
    repeated = _repeated_devices(connection, [answered for answered in new if answered.device])
    record_rows(
        connection,
        TapRow,
        [_tap_values(each.with_flag(REPEATED_DEVICE) if each.submission.id in repeated else each) for each in new],
    )
    for id_ in known - sent:
        connection.execute(update(table(TapRow)).where(taps.id == id_).values(answers=last[id_].submission.answers))
    return [Recorded.SAME if answered.submission.id in sent else Recorded.NEW for answered in group]


def record_ended_taps(connection: Connection, ended: Collection[tuple[date, str]]) -> int:
    """Make responses of the taps of these days and slots, of which the rest never came; returns how many."""
    columns = ("unit", "desk", "local_date", "slot", "questionnaire", "channel", "language", "source", "card")
    taps = [
        Answered(
            Submission(row["id"], row["answers"]),
            flags=tuple(row["flags"].split()),
            **{name: row[name] for name in columns},
        )
        for row in connection.execute(select(table(TapRow)).order_by(table(TapRow).c.id)).mappings()
        if (row["local_date"], row["slot"]) in ended
    ]
    return len(record_responses(connection, taps))


def _response_values(answered: Answered) -> dict[str, Any]:
    return {
        "id": answered.submission.id,
        "unit": answered.unit,
        "desk": answered.desk,
        "local_date": answered.local_date,
        "slot": answered.slot,
        "questionnaire": answered.questionnaire,
        "channel": answered.channel,
        "language": answered.language,
        "field": answered.submission.field,
        "answers": answered.submission.answers,
        "simulated": answered.simulated,
        "source": answered.source,
        "flags": " ".join(answered.flags),
        "entered_date": answered.entered_date,
        "entered_slot": answered.entered_slot,
        "batch": answered.batch,
    }


def _tap_values(answered: Answered) -> dict[str, Any]:
    names = ("unit", "desk", "local_date", "slot", "questionnaire", "channel", "language", "source", "card")
    return {name: getattr(answered, name) for name in names} | {
        "id": answered.submission.id,
        "answers": answered.submission.answers,
        "flags": " ".join(answered.flags),
    }


def beside_comment(answered: Answered) -> CommentPlace:
    """Where the comments of a form come from."""
    return CommentPlace(
        unit=answered.unit,
        month=answered.local_date.replace(day=1),
        language=answered.language,
        simulated=answered.simulated,
        desk=answered.desk,
        entered_date=answered.entered_date or answered.local_date,
        entered_slot=answered.entered_slot or answered.slot,
    )


def beside_case(answered: Answered) -> dict[str, Any]:
    """What a case is told by its response: nothing of desk, slot or marks."""
    return {
        "unit": answered.unit,
        "language": answered.language,
        "received": answered.entered_date or answered.local_date,  # days are counted from when we had it
        "simulated": answered.simulated,
    }


def forget_simulated(connection: Connection) -> int:
    """Remove every simulated response, comment, service measure, dossier and session record; returns how many responses."""
    count = connection.execute(
        select(func.count()).select_from(table(ResponseRow)).where(table(ResponseRow).c.simulated)
    ).scalar_one()
    for row in (ResponseRow, CommentRow, ServiceMeasureRow, DossierRow, SessionRecordRow):
        connection.execute(delete(table(row)).where(table(row).c.simulated))
    return int(count)
