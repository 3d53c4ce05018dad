"""Units and desks that change from a day on: written as the steps say, never over what was before."""

from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from survey_app.catalogue import as_document
from survey_app.recording.rows import record_rows, table
from survey_app.recording.state import record_register_change
from survey_app.register import Desk, Unit
from survey_app.register_change import NewDesk, Steps
from survey_app.tables import DeskRow, ParticipationRow, SuccessorRow, UnitRow


def record_steps(connection: Connection, steps: Steps, *, on: date) -> None:
    """Keep everything that a change does, in the transaction that also keeps its event. on: the day it is made."""
    for unit in steps.units:
        record_unit(connection, unit, on=on)
    desks, units = table(DeskRow), table(UnitRow)
    for new in steps.desks:
        _record_new_desk(connection, new, on=on)
    for end in steps.ended_desks:
        values = {"valid_to": end.on, "followed_by": end.followed_by, "edited": on}
        connection.execute(update(desks).where(desks.c.code == end.code).values(**values))
    for code in steps.undone:
        values = {"valid_to": None, "followed_by": None, "edited": on}
        connection.execute(update(desks).where(desks.c.code == code).values(**values))
    for code in steps.removed:
        connection.execute(delete(desks).where(desks.c.code == code))
    for code, ends in steps.ended_units.items():
        connection.execute(update(units).where(units.c.code == code).values(valid_to=ends, edited=on))
    links = [{"old": link.old, "new": link.new, "part": link.part, "source": link.source} for link in steps.links]
    record_rows(connection, SuccessorRow, links)
    _record_participations(connection, steps)
    record_register_change(connection)


def record_unit(connection: Connection, unit: Unit, *, on: date) -> None:
    """Take up a unit that the register does not know."""
    values = {name: getattr(unit, name) for name in unit.__slots__}
    connection.execute(insert(table(UnitRow)).values(**values, edited=on))
    record_register_change(connection)


def record_unit_names(connection: Connection, unit: Unit, *, on: date) -> None:
    """What a unit is called and its official code, from now on."""
    columns = table(UnitRow)
    values = {"kind": unit.kind, "name": unit.name, "official_code": unit.official_code, "edited": on}
    connection.execute(update(columns).where(columns.c.code == unit.code).values(**values))
    record_register_change(connection)


def record_desk_values(connection: Connection, desk: Desk, *, questionnaire: str, on: date) -> None:
    """What a desk is called, where it stands, which fields it serves and what it asks, from now on."""
    columns = table(DeskRow)
    values = {"name": desk.name, "place": desk.place, "fields": list(desk.fields), "edited": on}
    connection.execute(update(columns).where(columns.c.code == desk.code).values(**values, questionnaire=questionnaire))
    record_register_change(connection)


def _record_new_desk(connection: Connection, new: NewDesk, *, on: date) -> None:
    desks = table(DeskRow)
    asked = select(desks.c.questionnaire).where(desks.c.code == new.like).scalar_subquery()
    names = ("code", "unit", "name", "place", "valid_from", "valid_to", "simulated", "source", "kind")
    values = {name: getattr(new.desk, name) for name in names} | {"fields": list(new.desk.fields), "edited": on}
    connection.execute(insert(desks).values(**values, questionnaire=asked))


def _record_participations(connection: Connection, steps: Steps) -> None:
    rows = table(ParticipationRow)
    for one in steps.gone:
        key = rows.c.pilot == one.pilot, rows.c.unit == one.unit, rows.c.starts == one.starts
        connection.execute(delete(rows).where(*key))
    record_rows(
        connection,
        ParticipationRow,
        [
            {"pilot": one.pilot, "unit": one.unit, "starts": one.starts, "document": as_document(one)}
            for _, one in steps.shortened
        ],
    )
