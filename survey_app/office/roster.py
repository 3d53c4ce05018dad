"""`/office/roster`: who stood at which desk, from–to, by hand and by file; and a person's own index, for home affairs."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, responses

from scoring import Period, parse_period, period_of
from survey_app.name_order import by_name
from survey_app.office.desks import plain
from survey_app.office.one_file import alone, busy_page
from survey_app.office.words import in_words, page_not_found, show_day
from survey_app.prepared_change import parse_day
from survey_app.reading import read_register
from survey_app.reading.people import read_unit_names
from survey_app.reading.roster import read_roster
from survey_app.recording.roster import forget_shift, record_roster, record_shift_end
from survey_app.register import Catalogue, Desk
from survey_app.register_file.fault import RegisterFault, fault_table
from survey_app.register_file.template import as_csv
from survey_app.roster import (
    Overlap,
    Roster,
    Shift,
    StaffMember,
    Who,
    member_faults,
    overlaps,
    shift_faults,
    stands_already,
    within_desks,
)
from survey_app.roster_file import RosterFile, roster_csv, roster_workbook, template_csv, template_workbook
from survey_app.roster_import import look_at_roster, take_over
from survey_app.roster_words import half_words, overlap_words, person_words, roster_columns, roster_faults, shift_words
from survey_app.snapshot import Snapshot, SnapshotReader
from survey_app.staff import User
from survey_app.staff_door import FieldsDep, StaffDep, StaffDoor, allowed, office_page, page_language
from survey_app.staff_results import StaffResult, score_member
from survey_app.table_file.bounds import SMALL_TABLES
from survey_app.table_file.held_file import HeldFile, HeldFiles
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.upload import Upload, uploading
from survey_app.wording import Translate, translator

router = APIRouter(default_response_class=responses.HTMLResponse)
Reader = Annotated[User, Depends(allowed("read_roster"))]
Manager = Annotated[User, Depends(allowed("manage_roster"))]
Scorer = Annotated[User, Depends(allowed("read_staff_scores"))]
Uploaded = Annotated[Upload, Depends(uploading("manage_roster", most=SMALL_TABLES.file))]
READ = ["GET", "HEAD"]
HERE = "/office/roster"
SECONDS_TO_WAIT = 5
"""Until a roster that is looked at is done: many units bring theirs in the same week."""
_one_at_a_time = threading.Lock()
MOST_LISTED, MOST_FAULTS, MOST_OVERLAPS = 200, 100, 20
SUFFIXES = {".csv", ".txt", ".tsv", ".xlsx", ".xlsm"}
MEDIA = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
Fault = tuple[str, ...]
"""Our column, a word of `roster_words.roster_faults`, and the detail where it has one."""


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A person with the shifts that the list shows."""

    member: StaffMember
    unit_name: str
    shifts: tuple[Shift, ...]


@router.api_route("/roster", methods=READ)
def roster(request: Request, door: StaffDep, user: Reader, q: str = "", done: str = "") -> responses.Response:
    """The people of the units that this person sees, and their shifts."""
    return _list_page(request, door, user, q=q, done=bool(done))


@router.post("/roster")
def add(request: Request, door: StaffDep, fields: FieldsDep, user: Manager) -> responses.Response:
    """Keep a shift, and the person where they are new."""
    with door.engine.begin() as connection:
        register, known = read_register(connection), read_roster(connection).of(user.units)
        before, member, shift, faults = _shift_of_form(register, known, user, fields, today=door.today())
        faults += _again(request, shift, known, register) if shift is not None and not faults else []
        if shift is not None and not faults:
            record_roster(connection, [member], [shift])
            named = {} if before in {None, member} else {"name": _renamed(before, member)}
            door.audit(connection, user, "add_shift", str(shift.who), **_told(shift), **named)
    if shift is None or faults:
        return _list_page(request, door, user, typed=fields, faults=faults)
    return responses.RedirectResponse(f"{HERE}?done=1", status_code=303)


def _again(request: Request, shift: Shift, known: Roster, register: Catalogue) -> list[Fault]:
    """Somebody twice at one desk in one half-day: both shifts are named."""
    other = stands_already(shift, known.shifts)
    if other is None:
        return []
    language, desks = page_language(request), {desk.code: desk.name for desk in register.desks}
    _ = translator(language)
    kept, new = (shift_words(each, desks, _, lambda day: show_day(day, language)) for each in (other, shift))
    return [("starts", "again_known", _("«{kept}»; ca này là «{new}»").format(kept=kept, new=new))]


def _shift_of_form(
    register: Catalogue, known: Roster, user: User, fields: Mapping[str, str], *, today: date
) -> tuple[StaffMember | None, StaffMember, Shift | None, list[Fault]]:
    """Whose it is, before and as typed, the shift, and what is wrong. The unit of the desk keeps it: theirs is the number."""
    code, desks = fields.get("code", "").strip(), {desk.code: desk for desk in register.desks}
    desk = desks.get(fields.get("desk", ""))
    unit = desk.unit if desk else ""
    before = known.members.get(Who(unit, code))
    name = fields.get("name", "").strip()
    member = (
        replace(before, shown_name=name or before.shown_name)
        if before
        else StaffMember(code, unit, name or code, "office")
    )
    faults: list[Fault] = [each for each in member_faults(member, register) if desk is not None or each[0] != "unit"]
    if before is not None and before != member and fields.get("renamed") != "on":
        faults.append(("name", "renames", before.shown_name))
    starts, last = parse_day(fields.get("starts", "")), parse_day(fields.get("ends", ""))
    if starts is None:
        faults.append(("starts", "day"))
    if last is None and fields.get("ends", "").strip():
        faults.append(("ends", "day"))
    if starts is None:
        return before, member, None, faults
    ends = None if last is None or last == date.max else last + timedelta(days=1)
    shift = Shift(unit, code, fields.get("desk", ""), starts, fields.get("half", "day"), ends, "office")
    return before, member, shift, [*faults, *shift_faults(shift, desk, seen=user.units, today=today)]


def _renamed(before: StaffMember | None, after: StaffMember) -> dict[str, str]:
    return {"before": before.shown_name if before else "", "after": after.shown_name}


def _told(shift: Shift) -> dict[str, Any]:
    ends = shift.ends.isoformat() if shift.ends else None
    return {"desk": shift.desk, "starts": shift.starts.isoformat(), "half": shift.half, "ends": ends}


@router.post("/roster/shift")
def change(request: Request, door: StaffDep, fields: FieldsDep, user: Manager) -> responses.Response:
    """Set a shift's last day, or remove a shift that never was."""
    with door.engine.begin() as connection:
        register, known = read_register(connection), read_roster(connection).of(user.units)
        shift = _known_shift(known, fields)
        if shift is None:  # or another unit's, of which nobody learns whether it is
            return page_not_found(request)
        desk = next((each for each in register.desks if each.code == shift.desk), None)
        faults: list[Fault] = []
        if fields.get("act") == "remove":
            forget_shift(connection, shift)
            door.audit(connection, user, "remove_shift", str(shift.who), **_told(shift))
        else:
            ended, faults = _ended(shift, user, typed=fields.get("ends", ""), desk=desk, today=door.today())
            faults += [] if faults else _again(request, ended, known, register)
            if not faults:
                record_shift_end(connection, shift, ends=ended.ends)
                door.audit(connection, user, "end_shift", str(shift.who), before=_told(shift)["ends"], **_told(ended))
    if faults:
        return _list_page(request, door, user, faults=faults)
    return responses.RedirectResponse(f"{HERE}?done=1", status_code=303)


def _ended(shift: Shift, user: User, *, typed: str, desk: Desk | None, today: date) -> tuple[Shift, list[Fault]]:
    """The shift with the last day that was typed, and what is wrong with it."""
    last = parse_day(typed)
    if last is None and typed.strip():
        return shift, [("ends", "day")]
    ends = None if last is None or last == date.max else last + timedelta(days=1)
    ended = replace(shift, ends=ends)
    return ended, [*shift_faults(ended, desk, seen=user.units, today=today)]


def _known_shift(known: Roster, fields: Mapping[str, str]) -> Shift | None:
    who = Who(fields.get("unit", ""), fields.get("member", ""))
    key = who, fields.get("desk"), parse_day(fields.get("starts", "")), fields.get("half")
    return next((shift for shift in known.shifts if shift.key == key), None)


@router.api_route("/roster/template.{kind}", methods=READ)
def template(request: Request, door: StaffDep, user: Reader, kind: str) -> responses.Response:
    """A small file to fill in; a workbook offers the open desks that this person sees."""
    if kind not in MEDIA:
        return page_not_found(request)
    with door.engine.connect() as connection:
        desks = _open_desks(read_register(connection), user, door.today())
    content = template_csv() if kind == "csv" else template_workbook(desks)
    named = {"content-disposition": f'attachment; filename="mau-ca-truc.{kind}"'}
    return responses.Response(content, media_type=MEDIA[kind], headers=named)


@router.api_route("/roster/export.{kind}", methods=READ)
def export(request: Request, door: StaffDep, user: Reader, kind: str) -> responses.Response:
    """Every shift that this person sees, as a table that reads back."""
    if kind not in MEDIA:
        return page_not_found(request)
    with door.engine.begin() as connection:
        known, desks = (
            read_roster(connection).of(user.units),
            _open_desks(read_register(connection), user, door.today()),
        )
        if request.method == "GET":
            door.audit(connection, user, "export_table", f"ca-truc.{kind}")
    content = roster_csv(known) if kind == "csv" else roster_workbook(known, desks)
    named = {"content-disposition": f'attachment; filename="ca-truc.{kind}"'}
    return responses.Response(content, media_type=MEDIA[kind], headers=named)


def _open_desks(register: Catalogue, user: User, today: date) -> list[Desk]:
    """Where people stand today or will, as far as this person sees them."""
    seen = [desk for desk in register.desks if desk.kind == "counter" and desk.ends > today and user.sees(desk.unit)]
    return sorted(seen, key=lambda desk: (by_name(register.unit[desk.unit].name), desk.unit, by_name(desk.name)))


@router.post("/roster/file")
def bring(request: Request, door: StaffDep, upload: Uploaded) -> responses.Response:
    """Keep a file for an hour and show what is in it."""
    _ = translator(page_language(request))
    suffix = "." + upload.name.rpartition(".")[2].lower()
    try:
        if not upload.name:
            return _list_page(request, door, upload.user, refused=_("Chưa có tệp: xin chọn tệp."))
        if suffix not in SUFFIXES:
            return _list_page(request, door, upload.user, refused=UnreadableFile("kind", suffix=suffix).said(_))
        held = _files(door).hold(upload.save, name=upload.name, about="roster", user=upload.user.name)
    except UnreadableFile as refused:
        return _list_page(request, door, upload.user, refused=refused.said(_))
    finally:
        upload.close()
    return responses.RedirectResponse(f"{HERE}/held/{held.token}", status_code=303)


@router.api_route("/roster/held/{token}", methods=READ)
def look(request: Request, door: StaffDep, user: Manager, token: str) -> responses.Response:
    """What is in a file that was brought: every fault, or what taking it over would change."""
    held = _files(door).find(token, user=user.name)
    if held is None:
        return page_not_found(request)
    with alone(_one_at_a_time, wait=SECONDS_TO_WAIT) as mine:
        return _held_page(request, door, user, held) if mine else busy_page(request)


@router.api_route("/roster/held/{token}/faults.csv", methods=READ)
def faults(request: Request, door: StaffDep, user: Manager, token: str) -> responses.Response:
    """Every fault of a file, to work through."""
    held, _ = _files(door).find(token, user=user.name), translator(page_language(request))
    if held is None:
        return page_not_found(request)
    with alone(_one_at_a_time, wait=SECONDS_TO_WAIT) as mine:
        if not mine:
            return busy_page(request)
        try:
            with door.engine.connect() as connection:
                found = look_at_roster(connection, held.path, seen=user.units, today=door.today())
        except UnreadableFile:
            return page_not_found(request)
    rows = [(str(each.row), each.column, each.value, said) for each, said in _said_faults(found, _)]
    content = as_csv(fault_table(rows, _))
    named = {"content-disposition": 'attachment; filename="loi-ca-truc.csv"'}
    return responses.Response(content, media_type=MEDIA["csv"], headers=named)


@router.post("/roster/held/{token}")
def take(request: Request, door: StaffDep, fields: FieldsDep, user: Manager, token: str) -> responses.Response:
    """Take over exactly what was looked at, or discard it."""
    held = _files(door).find(token, user=user.name)
    if held is None:
        return page_not_found(request)
    if fields.get("act") == "discard":
        _files(door).forget(held)
        return responses.RedirectResponse(HERE, status_code=303)
    with alone(_one_at_a_time, wait=SECONDS_TO_WAIT) as mine:
        return _take(request, door, user, held, fields) if mine else busy_page(request)


def _take(
    request: Request, door: StaffDoor, user: User, held: HeldFile, fields: Mapping[str, str]
) -> responses.Response:
    try:
        with door.engine.begin() as connection:
            found = look_at_roster(connection, held.path, seen=user.units, today=door.today())
            agreed = fields.get("seen") == held.fingerprint(found.mark) and not found.faults.total
            if agreed:
                take_over(connection, found, name=held.name, user=user.name, at=door.clock())
    except UnreadableFile:
        agreed = False
    if not agreed:  # or somebody else changed the roster in the meantime: what it would change now is shown anew
        return _held_page(request, door, user, held)
    _files(door).forget(held)
    return responses.RedirectResponse(f"{HERE}?done=1", status_code=303)


@router.api_route("/roster/of/{unit}/{member}", methods=READ)
async def person(
    request: Request, door: StaffDep, user: Scorer, *, unit: str, member: str, period: str = ""
) -> responses.Response:
    """A person's own index in a period, with what it rests on and what it cannot say. Looking is an event."""
    today = door.today()
    try:
        chosen = parse_period(period) if period else period_of(today, "quarter").previous
    except ValueError:
        chosen = period_of(today, "quarter").previous
    result, unit_name = await asyncio.to_thread(_score, request, door, user, Who(unit, member), chosen)
    if result is None:
        return page_not_found(request)
    language = page_language(request)
    periods = [Period(today.replace(day=1), "month")]
    for _ in range(6):
        periods.append(periods[-1].previous)
    quarter, year = period_of(today, "quarter").previous, period_of(today, "year")
    offered = [*periods[1:], quarter, quarter.previous, year, year.previous]
    return office_page(
        request,
        "roster_member.html",
        result=result,
        unit_name=unit_name,
        offered={each.code: each.name(language) for each in offered} | {chosen.code: chosen.name(language)},
        chosen=chosen,
        **in_words(language),
    )


def _score(request: Request, door: StaffDoor, user: User, who: Who, period: Period) -> tuple[StaffResult | None, str]:
    with door.engine.begin() as connection:
        known = read_roster(connection).of(user.units)
        found = known.members.get(who)
        if found is None:
            return None, ""
        unit_name = read_unit_names(connection)[who.unit]
        door.audit(connection, user, "look_at_staff_score", str(who), period=period.code)
    return score_member(_snapshot(request, door), known.shifts, found, period), unit_name


def _snapshot(request: Request, door: StaffDoor) -> Snapshot:
    """The record as of now; one reader for all that ask here, made when the first does."""
    state = request.app.state
    if getattr(state, "staff_snapshots", None) is None:
        state.staff_snapshots = SnapshotReader(door.engine)
    return state.staff_snapshots.latest(now=door.clock())  # type: ignore[no-any-return]


def _files(door: StaffDoor) -> HeldFiles:
    return HeldFiles(door.settings.data_dir / "uploads", purpose="roster")


def _held_page(request: Request, door: StaffDoor, user: User, held: HeldFile) -> responses.Response:
    language = page_language(request)
    _ = translator(language)
    found, refused = None, ""
    try:
        with door.engine.connect() as connection:
            found = look_at_roster(connection, held.path, seen=user.units, today=door.today())
            register, known = read_register(connection), read_roster(connection).of(user.units)
    except UnreadableFile as error:
        refused = error.said(_)
    said = _file_values(found, register, known, language) if found is not None else {}
    return office_page(
        request,
        "roster_held.html",
        path=f"{HERE}/held/{held.token}",
        status=422 if refused or (found and found.faults.total) else 200,
        held=held,
        refused=refused,
        found=found,
        seen=held.fingerprint(found.mark) if found is not None else "",
        **said,
        **in_words(language),
    )


def _file_values(found: RosterFile, register: Catalogue, known: Roster, language: str) -> dict[str, Any]:
    _ = translator(language)
    after = Roster(known.members | {one.who: one for one in found.members}, ())
    units = _unit_names(register)
    before = {shift.key: shift for shift in known.shifts}
    return {
        "faults": list(islice(_said_faults(found, _), MOST_FAULTS)),
        "halves": half_words(_),
        "last_day": _last_day,
        "desks": {desk.code: desk.name for desk in register.desks},
        "newcomers": [person_words(one, units) for one in found.newcomers[:MOST_LISTED]],
        "more_newcomers": max(len(found.newcomers) - MOST_LISTED, 0),
        "renamed": [(person_words(old, units), new.shown_name) for old, new in found.renamed[:MOST_LISTED]],
        "more_renamed": max(len(found.renamed) - MOST_LISTED, 0),
        "shifts": [
            (person_words(after.members[shift.who], units), shift, before.get(shift.key))
            for shift in found.shifts[:MOST_LISTED]
        ],
        "more": max(len(found.shifts) - MOST_LISTED, 0),
        "overlaps": _overlap_lines(found.overlaps, after, register, language),
    }


def _said_faults(found: RosterFile, _: Translate) -> Iterator[tuple[RegisterFault, str]]:
    """Every fault of a file, with what was expected."""
    expected = roster_faults(_)
    return ((each, expected[each.kind].format(detail=each.detail)) for each in found.faults.in_order())


def _unit_names(register: Catalogue) -> dict[str, str]:
    return {unit.code: f"{unit.kind} {unit.name}" for unit in register.units}


def _last_day(shift: Shift) -> date | None:
    """The last day that counts, as people say it; None while it goes on."""
    return shift.ends - timedelta(days=1) if shift.ends else None


def _overlap_lines(found: Iterable[Overlap], known: Roster, register: Catalogue, language: str) -> list[str]:
    _, desks = translator(language), {desk.code: desk.name for desk in register.desks}
    return [
        overlap_words(each, known, desks, _, lambda day: show_day(day, language))
        for each in islice(found, MOST_OVERLAPS)
    ]


def _list_page(
    request: Request,
    door: StaffDoor,
    user: User,
    *,
    q: str = "",
    typed: Mapping[str, str] | None = None,
    faults: list[Fault] | None = None,
    refused: str = "",
    done: bool = False,
) -> responses.Response:
    language, today = page_language(request), door.today()
    _ = translator(language)
    with door.engine.connect() as connection:
        register, known = read_register(connection), read_roster(connection).of(user.units)
    names = _unit_names(register)
    desk_names = {desk.code: desk.name for desk in register.desks}
    stood = defaultdict[Who, list[Shift]](list)
    for shift in known.shifts:
        stood[shift.who].append(shift)
    lines = [
        RosterLine(one, names[one.unit], tuple(stood[who]))
        for who, one in known.members.items()
        if plain(q) in plain(f"{one.code} {one.shown_name} {names[one.unit]}")
    ]
    at_once = overlaps(within_desks(known.shifts, register))
    open_desks = _open_desks(register, user, today)
    columns, expected = roster_columns(_), roster_faults(_)
    return office_page(
        request,
        "roster.html",
        path=HERE,
        status=422 if faults or refused else 200,
        lines=lines[:MOST_LISTED],
        more=max(len(lines) - MOST_LISTED, 0),
        desks=[(desk, names[desk.unit]) for desk in open_desks],
        desk_names=desk_names,
        halves=half_words(_),
        overlaps=_overlap_lines(at_once, known, register, language),
        q=q,
        typed=typed or {},
        renames=any(word == "renames" for _column, word, *_detail in faults or []),
        faults=[
            f"{columns[column]}: {expected[word].format(detail=''.join(detail))}"
            for column, word, *detail in faults or []
        ],
        refused=refused,
        done=done,
        today=today,
        last_day=_last_day,
        may_score=user.may("read_staff_scores"),
        **in_words(language),
    )
