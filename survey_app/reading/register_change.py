"""What the record holds that a change of units or desks touches."""

from collections import Counter
from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, func, or_, select

from survey_app.recording import table
from survey_app.register import Catalogue
from survey_app.register_change import Facts
from survey_app.tables import (
    CardBatchRow,
    CaseRow,
    DeskRow,
    LinkRow,
    PaperBatchRow,
    ResponseRow,
    ShiftRow,
    TapRow,
    UserRow,
)

OPEN_CASES = ("received", "assigned")


def read_facts(connection: Connection, register: Catalogue, units: Collection[str], *, today: date) -> Facts:
    """Answers, codes, shifts, open cases and accounts of some units and of all their desks."""
    desks = [desk.code for desk in register.desks if desk.unit in units]
    desks += [desk.followed_by for desk in register.desks if desk.unit in units and desk.followed_by]
    answers, last = _answers(connection, units)
    return Facts(
        answers=answers,
        last=last,
        codes=_codes(connection, desks),
        shifts=_shifts(connection, desks, today),
        cases=_cases(connection, units),
        accounts=read_accounts_of(connection, units),
    )


def _answers(connection: Connection, units: Collection[str]) -> tuple[dict[str, int], dict[str, date]]:
    """By desk: how many answers, and the last day with one; a tap that is still open, a batch of paper forms that is too."""
    rows, taps, batches = table(ResponseRow).c, table(TapRow).c, table(PaperBatchRow).c
    query = select(rows.desk, func.count().label("n"), func.max(rows.local_date).label("last"))
    found = connection.execute(query.where(rows.unit.in_(units)).group_by(rows.desk)).all()
    last = {row.desk: row.last for row in found}
    tapped = select(taps.desk, func.max(taps.local_date).label("last")).where(taps.unit.in_(units)).group_by(taps.desk)
    open_batches = batches.closed.is_(None), batches.voided.is_(None), batches.unit.in_(units)
    typed = select(batches.desk, func.max(batches.filled).label("last")).where(*open_batches).group_by(batches.desk)
    for row in (*connection.execute(tapped), *connection.execute(typed)):
        last[row.desk] = max(row.last, last.get(row.desk, row.last))
    return {row.desk: row.n for row in found}, last


def _codes(connection: Connection, desks: Collection[str]) -> Counter[str]:
    links, cards = table(LinkRow).c, table(CardBatchRow).c
    printed = connection.execute(select(links.desk).where(links.revoked.is_(None), links.desk.in_(desks))).scalars()
    given = connection.execute(select(cards.desk).where(cards.revoked.is_(None), cards.desk.in_(desks))).scalars()
    return Counter([*printed, *given])


def _shifts(connection: Connection, desks: Collection[str], today: date) -> Counter[str]:
    shifts = table(ShiftRow).c
    running = or_(shifts.ends.is_(None), shifts.ends > today)
    found = select(shifts.desk, shifts.unit, shifts.member).where(shifts.desk.in_(desks), running).distinct()
    return Counter(row.desk for row in connection.execute(found))


def _cases(connection: Connection, units: Collection[str]) -> Counter[str]:
    """Of the units' own queue: of what lies with the inspectors nobody else is told that there is any."""
    cases = table(CaseRow).c
    wanted = cases.unit.in_(units), cases.queue == "unit", cases.state.in_(OPEN_CASES)
    return Counter(connection.execute(select(cases.unit).where(*wanted)).scalars())


def read_accounts_of(connection: Connection, units: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Unit → the shown names of its open accounts."""
    users, found = table(UserRow).c, dict[str, tuple[str, ...]]()
    query = select(users.unit, users.shown_name).where(users.unit.in_(units), users.disabled.is_(None))
    for row in connection.execute(query.order_by(users.name)):
        found[row.unit] = (*found.get(row.unit, ()), row.shown_name)
    return found


def read_desk_questionnaires(connection: Connection) -> dict[str, str]:
    """Code of each desk → code of the questionnaire that it asks."""
    desks = table(DeskRow).c
    return {row.code: row.questionnaire for row in connection.execute(select(desks.code, desks.questionnaire))}
