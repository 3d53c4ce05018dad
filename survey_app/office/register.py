"""`/office/register`: the register out of spreadsheets, each brought, looked at, and imported as it was looked at."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, responses

from survey_app import questionnaire_file
from survey_app.office.one_file import alone, busy_page
from survey_app.office.register_look import (
    Look,
    list_changes,
    list_faults,
    look_at_pilots,
    look_at_questionnaire,
    look_at_table,
)
from survey_app.office.words import in_words, page_not_found
from survey_app.questionnaire import Questionnaire
from survey_app.questionnaire_template import questionnaire_template
from survey_app.reading import read_current_questionnaires, read_desks_asking, read_register
from survey_app.reading.official_units import NoOfficialUnits, read_official_provinces
from survey_app.register_file.columns import DESKS, PILOTS, PROCEDURES, UNITS
from survey_app.register_file.meanings import sheet_names
from survey_app.register_file.official import official_name, official_table
from survey_app.register_file.pilot_importing import TOML
from survey_app.register_file.template import as_csv, as_workbook, example_rows, register_rows
from survey_app.staff import User
from survey_app.staff_door import FieldsDep, StaffDep, StaffDoor, allowed, office_page, page_language
from survey_app.table_file.bounds import SMALL_TABLES
from survey_app.table_file.held_file import HeldFile, HeldFiles
from survey_app.table_file.opening import TEXTS, WORKBOOKS
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.upload import Upload, bounded, uploading
from survey_app.wording import Translate, translator
from survey_app.xlsform import Unwritable, write_xlsform

router = APIRouter(default_response_class=responses.HTMLResponse)
ACT = "manage_register"
Manager = Annotated[User, Depends(allowed(ACT))]
guarded = [Depends(allowed(ACT))]
Uploaded = Annotated[Upload, Depends(uploading(ACT, most=SMALL_TABLES.file))]
HERE = "/office/register"
TABLES = (UNITS, PROCEDURES, DESKS)
QUESTIONNAIRES = "questionnaires"
LOOKS: Mapping[str, Callable[..., Look]] = dict.fromkeys(TABLES, look_at_table) | {
    PILOTS: look_at_pilots,
    QUESTIONNAIRES: look_at_questionnaire,
}
"""Kind of file → what is made of it, in the order in which an office needs them."""
SUFFIXES: Mapping[str, frozenset[str]] = dict.fromkeys(TABLES, TEXTS | WORKBOOKS) | {
    PILOTS: TEXTS | WORKBOOKS | {TOML},
    QUESTIONNAIRES: questionnaire_file.SUFFIXES,
}
MEDIA = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_one_at_a_time = threading.Lock()


@router.api_route("/register", methods=["GET", "HEAD"], dependencies=guarded)
def register(request: Request, door: StaffDep) -> responses.Response:
    """What the register has, and the imports in the order in which they are needed."""
    with door.engine.connect() as connection:
        kept = read_register(connection)
        questionnaires = len(read_current_questionnaires(connection))
    counts = {
        "units": len(kept.units),
        "procedures": len(kept.procedures),
        "desks": len(kept.desks),
        "pilots": len(kept.pilots),
        "questionnaires": questionnaires,
    }
    return _page(request, "register.html", counts=counts, kinds=list(LOOKS))


@router.api_route("/register/held/{token}", methods=["GET", "HEAD"])
def look(request: Request, door: StaffDep, user: Manager, token: str) -> responses.Response:
    """What is in a file that was brought: every fault, or what importing it would change."""
    held = _files(door).find(token, user=user.name)
    return _gone_page(request) if held is None else _held_page(request, door, held)


@router.post("/register/held/{token}/import")
def take(request: Request, door: StaffDep, fields: FieldsDep, user: Manager, token: str) -> responses.Response:
    """Import exactly what was looked at; what would change otherwise now is looked at again."""
    held = _files(door).find(token, user=user.name)
    if held is None:
        return _gone_page(request)
    with alone(_one_at_a_time) as mine:
        if not mine:
            return busy_page(request)
        done = LOOKS[held.about](door, held, translator(page_language(request)), seen=fields.get("seen", ""))
    if not done.stored:
        return _held_page(request, door, held)
    _files(door).forget(held)
    return _page(request, "register_done.html", path=HERE, done=done, held=held, kind=held.about)


@router.post("/register/held/{token}/discard")
def discard(door: StaffDep, user: Manager, token: str) -> responses.Response:
    """Remove a file that was brought."""
    held = _files(door).find(token, user=user.name)
    if held is not None:
        _files(door).forget(held)
    return responses.RedirectResponse(HERE, status_code=303)


@router.api_route("/register/held/{token}/faults.csv", methods=["GET", "HEAD"])
def faults(request: Request, door: StaffDep, user: Manager, token: str) -> responses.Response:
    """Every fault of a file, to work through."""
    return _listed(request, door, user, token, make=list_faults, name="loi-danh-muc.csv")


@router.api_route("/register/held/{token}/changes.csv", methods=["GET", "HEAD"])
def changes(request: Request, door: StaffDep, user: Manager, token: str) -> responses.Response:
    """Everything that a file would change, to check against the paper."""
    return _listed(request, door, user, token, make=list_changes, name="thay-doi-danh-muc.csv")


@router.post("/register/official")
def official(request: Request, door: StaffDep, fields: FieldsDep, user: Manager) -> responses.Response:
    """A province's official units as a file of units, looked at as any other."""
    _ = translator(page_language(request))
    province = fields.get("province", "")
    try:
        content = official_table(province, with_before=fields.get("before") == "on")
    except (NoOfficialUnits, KeyError):
        return _start_page(request, door, UNITS, fault=_("Xin chọn một tỉnh trong danh sách."))
    name = official_name(province, _)
    try:
        held = _files(door).hold(lambda path: _write(path, content), name=name, about=UNITS, user=user.name)
    except UnreadableFile as refused:
        return _start_page(request, door, UNITS, fault=refused.said(_))
    return responses.RedirectResponse(f"{HERE}/held/{held.token}", status_code=303)


@router.api_route("/register/{kind}", methods=["GET", "HEAD"], dependencies=guarded)
def start(request: Request, door: StaffDep, kind: str) -> responses.Response:
    """The form that brings a file of one kind, and its templates."""
    return _start_page(request, door, kind) if kind in LOOKS else page_not_found(request)


@router.post("/register/{kind}")
def bring(request: Request, door: StaffDep, upload: Uploaded, kind: str) -> responses.Response:
    """Keep a file for an hour and show what is in it."""
    _ = translator(page_language(request))
    try:
        if kind not in LOOKS:
            return page_not_found(request)
        if not upload.name:
            return _start_page(request, door, kind, fault=_("Chưa có tệp: xin chọn tệp."))
        suffix = "." + upload.name.rpartition(".")[2].lower()
        if suffix not in SUFFIXES[kind]:
            return _start_page(request, door, kind, fault=_wrong_suffix(kind, suffix, _))
        held = _files(door).hold(upload.save, name=upload.name, about=kind, user=upload.user.name)
    except UnreadableFile as refused:
        return _start_page(request, door, kind, fault=refused.said(_))
    finally:
        upload.close()
    return responses.RedirectResponse(f"{HERE}/held/{held.token}", status_code=303)


@router.api_route("/register/questionnaires/asked/{code}.xlsx", methods=["GET", "HEAD"])
def asked(request: Request, door: StaffDep, user: Manager, code: str) -> responses.Response:
    """The version of a questionnaire that is asked, as an XLSForm workbook to change and bring again."""
    form = _questionnaires(door).get(code)
    if form is None:
        return page_not_found(request)
    try:
        content = write_xlsform(form)
    except Unwritable as error:
        _ = translator(page_language(request))
        return office_page(
            request, "message.html", status=409, heading=_("Phiếu hỏi này không ghi được thành bảng tính."), sentences=[str(error)]
        )  # fmt: skip
    _note_export(request, door, user, f"{code}.xlsx")
    named = {"content-disposition": f'attachment; filename="{quote(code)}.xlsx"'}
    return responses.Response(content, media_type=MEDIA["xlsx"], headers=named)


def _questionnaires(door: StaffDoor) -> dict[str, Questionnaire]:
    with door.engine.connect() as connection:
        return read_current_questionnaires(connection)


@router.api_route("/register/{kind}/{table}.{suffix}", methods=["GET", "HEAD"])
def table(request: Request, door: StaffDep, user: Manager, *, kind: str, table: str, suffix: str) -> responses.Response:
    """A template with an example, or everything that the register has, as a table to fill in."""
    offered = {"template", "register"} if kind in TABLES else {"template"} if kind == PILOTS else set()
    if kind == QUESTIONNAIRES and (table, suffix) == ("template", "xlsx"):
        named = {"content-disposition": 'attachment; filename="mau-phieu-hoi.xlsx"'}
        return responses.Response(questionnaire_template(), media_type=MEDIA[suffix], headers=named)
    if table not in offered or suffix not in MEDIA:
        return page_not_found(request)
    with door.engine.connect() as connection:
        kept = read_register(connection)
        asking = {desk: code for code, desks in read_desks_asking(connection).items() for desk in desks}
        codes = sorted(read_current_questionnaires(connection))
    rows = example_rows(kind) if table == "template" else register_rows(kind, kept, asking)
    words = translator(page_language(request))
    content = as_csv(rows) if suffix == "csv" else as_workbook(kind, rows, kept, codes, words)
    name = f"{'mau' if table == 'template' else 'danh-muc'}-{FILE_NAMES[kind]}.{suffix}"
    if table != "template":
        _note_export(request, door, user, name)
    named = {"content-disposition": f'attachment; filename="{name}"'}
    return responses.Response(content, media_type=MEDIA[suffix], headers=named)


def _note_export(request: Request, door: StaffDoor, user: User, name: str) -> None:
    """Keep that somebody took a file of the register away; who asks for its headers alone does not."""
    if request.method == "GET":
        with door.engine.begin() as connection:
            door.audit(connection, user, "export_table", name)


def _listed(
    request: Request,
    door: StaffDoor,
    user: User,
    token: str,
    *,
    make: Callable[[Look, Translate], list[list[str]] | None],
    name: str,
) -> responses.Response:
    """What is made of a file that was brought, as a table to take away."""
    held = _files(door).find(token, user=user.name)
    if held is None:
        return _gone_page(request)
    with alone(_one_at_a_time) as mine:
        if not mine:
            return busy_page(request)
        _ = translator(page_language(request))
        rows = make(LOOKS[held.about](door, held, _, most=None), _)
    if rows is None:
        return page_not_found(request)
    named = {"content-disposition": f'attachment; filename="{name}"'}
    return responses.Response(as_csv(rows), media_type=MEDIA["csv"], headers=named)


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)


def _official_provinces() -> dict[str, str]:
    """None without the package."""
    try:
        return read_official_provinces()
    except NoOfficialUnits:
        return {}


FILE_NAMES = {UNITS: "don-vi", PROCEDURES: "thu-tuc", DESKS: "quay", PILOTS: "mo-hinh"}


def _files(door: StaffDoor) -> HeldFiles:
    """Where files of the register lie that were brought and not yet imported."""
    return HeldFiles(door.settings.data_dir / "uploads", purpose="register")


def _wrong_suffix(kind: str, suffix: str, _: Callable[[str], str]) -> str:
    if kind in TABLES:
        return UnreadableFile("kind", suffix=suffix).said(_)
    expected = ", ".join(sorted(SUFFIXES[kind]))
    return _("Tệp có đuôi {suffix}; cần {expected}.").format(suffix=suffix, expected=expected)


def _page(
    request: Request, template: str, *, status: int = 200, path: str = "", **values: object
) -> responses.Response:
    language = page_language(request)
    names = sheet_names(translator(language))
    return office_page(request, template, status=status, path=path, names=names, **values, **in_words(language))


def _start_page(request: Request, door: StaffDoor, kind: str, *, fault: str = "") -> responses.Response:
    return _page(
        request,
        "register_kind.html",
        path=f"{HERE}/{kind}",
        status=422 if fault else 200,
        kind=kind,
        fault=fault,
        accepted=",".join(sorted(SUFFIXES[kind])),
        is_table=kind in TABLES,
        questionnaires=_questionnaires(door) if kind == QUESTIONNAIRES else {},
        provinces=_official_provinces() if kind == UNITS else {},
        most_mb=bounded(SMALL_TABLES.file, door.settings.upload_bytes) // 1_000_000,
    )


def _held_page(request: Request, door: StaffDoor, held: HeldFile) -> responses.Response:
    with alone(_one_at_a_time) as mine:
        if not mine:
            return busy_page(request)
        seen = LOOKS[held.about](door, held, translator(page_language(request)))
    status = 200 if seen.sound else 422
    path = f"{HERE}/held/{held.token}"
    return _page(request, "register_held.html", status=status, path=path, held=held, seen=seen, kind=held.about)


def _gone_page(request: Request) -> responses.Response:
    _ = translator(page_language(request))
    sentence = _("Tệp tải lên chỉ được giữ một giờ, cho người đã tải. Chưa có gì được nhập; xin tải lại.")
    return office_page(request, "message.html", status=404, heading=_("Tệp này không còn ở đây."), sentences=[sentence])
