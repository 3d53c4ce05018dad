"""`/office/dossiers`: a file out of the one-stop system is brought, looked at, and imported as it was looked at."""

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request, responses
from starlette.background import BackgroundTask

from survey_app.door import ZONE
from survey_app.dossiers.column_map import ColumnMap
from survey_app.dossiers.fault import column_names
from survey_app.dossiers.headings import COLUMNS, is_personal
from survey_app.dossiers.importing import SOURCE, Imported, import_dossiers, open_file
from survey_app.dossiers.importing import Request as ImportRequest
from survey_app.dossiers.plain_words import CHANNELS
from survey_app.dossiers.template import csv_template, workbook_template
from survey_app.office.one_file import alone, busy_page
from survey_app.office.words import in_words, page_not_found
from survey_app.reading.dossiers import read_dossier_files, read_dossier_sources
from survey_app.reading.people import read_unit_names
from survey_app.settings import Settings
from survey_app.staff import User
from survey_app.staff_door import FieldsDep, StaffDep, StaffDoor, allowed, office_page, page_language
from survey_app.table_file.held_file import HeldFile, HeldFiles
from survey_app.table_file.opening import TEXTS, WORKBOOKS, digest_of
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.upload import Upload, uploading
from survey_app.wording import Translate, translator

router = APIRouter(default_response_class=responses.HTMLResponse)
ACT = "import_dossiers"
Importer = Annotated[User, Depends(allowed(ACT))]
guarded = [Depends(allowed(ACT))]
Uploaded = Annotated[Upload, Depends(uploading(ACT))]
HERE = "/office/dossiers"
MOST_SHOWN = 100
MOST_WORDS = 5
TEMPLATES = {
    "csv": (csv_template, "text/csv; charset=utf-8"),
    "xlsx": (workbook_template, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_one_at_a_time = threading.Lock()


class Busy(Exception):
    """Another file is being looked at."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a held file turned out to be: judged, or refused as a whole; and its headings, where they were found."""

    imported: Imported | None
    refused: UnreadableFile | None
    headings: tuple[str, ...] = ()


@router.api_route("/dossiers", methods=["GET", "HEAD"], dependencies=guarded)
def dossiers(request: Request, door: StaffDep) -> responses.Response:
    """The files that were imported, and the form that brings another."""
    return _start_page(request, door)


@router.post("/dossiers")
def bring(request: Request, door: StaffDep, upload: Uploaded) -> responses.Response:
    """Keep a file for an hour and show what is in it."""
    _ = translator(page_language(request))
    source = (upload.fields.get("new_source", "") or upload.fields.get("source", "")).strip().lower()
    suffix = "." + upload.name.rpartition(".")[2].lower()
    try:
        if not upload.name:
            return _start_page(request, door, fault=_("Chưa có tệp: xin chọn tệp."), source=source)
        if not SOURCE.fullmatch(source):
            said = _("Xin chọn nguồn, hoặc đặt mã cho nguồn mới: 2 đến 40 chữ thường không dấu, số, gạch nối.")
            return _start_page(request, door, fault=said, source=source)
        if suffix not in TEXTS | WORKBOOKS:
            said = UnreadableFile("kind", suffix=suffix).said(_)
            return _start_page(request, door, fault=said, source=source)
        held = _files(door).hold(upload.save, name=upload.name, about=source, user=upload.user.name)
    except UnreadableFile as refused:
        return _start_page(request, door, fault=refused.said(_), source=source)
    finally:
        upload.close()
    return responses.RedirectResponse(f"{HERE}/held/{held.token}", status_code=303)


@router.api_route("/dossiers/template.{kind}", methods=["GET", "HEAD"], dependencies=guarded)
def template(request: Request, kind: str) -> responses.Response:
    """A small file to fill in."""
    if kind not in TEMPLATES:
        return page_not_found(request)
    make, media_type = TEMPLATES[kind]
    named = {"content-disposition": f'attachment; filename="mau-ho-so.{kind}"'}
    return responses.Response(make(), media_type=media_type, headers=named)


@router.api_route("/dossiers/held/{token}", methods=["GET", "HEAD"])
def look(request: Request, door: StaffDep, user: Importer, token: str) -> responses.Response:
    """What is in a file that was brought: every fault, or what importing it would change."""
    held = _files(door).find(token, user=user.name)
    if held is None:
        return _gone_page(request)
    return _held_page(request, door, held)


@router.post("/dossiers/held/{token}")
def ask(request: Request, door: StaffDep, fields: FieldsDep, user: Importer, token: str) -> responses.Response:
    """Say which heading is which column, and what holds where the file says nothing; then look again."""
    held = _files(door).find(token, user=user.name)
    if held is None:
        return _gone_page(request)
    _files(door).ask(held, asdict(_asked(fields)))
    return responses.RedirectResponse(f"{HERE}/held/{token}", status_code=303)


@router.post("/dossiers/held/{token}/import")
def take(request: Request, door: StaffDep, fields: FieldsDep, user: Importer, token: str) -> responses.Response:
    """Import exactly what was looked at; a file or a column that changed since is looked at again."""
    held = _files(door).find(token, user=user.name)
    if held is None:
        return _gone_page(request)
    if fields.get("seen") != held.fingerprint(digest_of(held.path)):
        return _held_page(request, door, held)
    try:
        done = _import(door, held, dry_run=False)
    except Busy:
        return busy_page(request)
    except UnreadableFile:
        return _held_page(request, door, held)
    if not done.judged.sound:
        return _held_page(request, door, held)
    _files(door).forget(held)
    return _start_page(request, door, done=done, name=held.name)


@router.post("/dossiers/held/{token}/discard")
def discard(door: StaffDep, user: Importer, token: str) -> responses.Response:
    """Remove a file that was brought."""
    held = _files(door).find(token, user=user.name)
    if held is not None:
        _files(door).forget(held)
    return responses.RedirectResponse(HERE, status_code=303)


@router.api_route("/dossiers/held/{token}/faults.csv", methods=["GET", "HEAD"])
def faults(request: Request, door: StaffDep, user: Importer, token: str) -> responses.Response:
    """Every fault of a file, however many."""
    held = _files(door).find(token, user=user.name)
    if held is None:
        return _gone_page(request)
    out = held.path.with_suffix(".faults")
    try:
        done = _import(door, held, dry_run=True, faults_out=out, words=translator(page_language(request)))
    except Busy:
        return busy_page(request)
    except UnreadableFile:
        return _held_page(request, door, held)
    if done.judged.sound:
        return page_not_found(request)
    named = {"content-disposition": 'attachment; filename="loi-ho-so.csv"'}
    away = BackgroundTask(out.unlink, missing_ok=True)
    return responses.FileResponse(out, media_type="text/csv; charset=utf-8", headers=named, background=away)


def held_files(settings: Settings) -> HeldFiles:
    """Where files lie that were brought and not yet imported."""
    return HeldFiles(settings.data_dir / "uploads", purpose="dossiers")


def _files(door: StaffDoor) -> HeldFiles:
    return held_files(door.settings)


def _import(
    door: StaffDoor, held: HeldFile, *, dry_run: bool, faults_out: Path | None = None, words: Translate = str
) -> Imported:
    request = ImportRequest(
        held.path, held.name, held.about, ColumnMap(**held.asked), held.user, door.clock(), dry_run=dry_run
    )
    with alone(_one_at_a_time) as mine:
        if not mine:
            raise Busy
        return import_dossiers(door.engine, door.settings.secret_key, request, words=words, faults_out=faults_out)


def _asked(fields: Mapping[str, str]) -> ColumnMap:
    """What the form below a file says of its columns."""
    columns = {column: fields[f"column.{column}"] for column in COLUMNS if fields.get(f"column.{column}")}
    defaults = {
        column: fields[f"default.{column}"] for column in ("unit", "channel") if fields.get(f"default.{column}")
    }
    if defaults.get("channel", "counter") not in CHANNELS:
        del defaults["channel"]
    return ColumnMap(columns, defaults, {}, fields.get("under") or None)


def _look(door: StaffDoor, held: HeldFile) -> Look:
    headings: tuple[str, ...] = ()
    try:
        headings = open_file(held.path).headings
        return Look(_import(door, held, dry_run=True), None, headings)
    except UnreadableFile as refused:
        return Look(None, refused, headings)


def _start_page(
    request: Request,
    door: StaffDoor,
    *,
    fault: str = "",
    source: str = "",
    done: Imported | None = None,
    name: str = "",
) -> responses.Response:
    with door.engine.connect() as connection:
        files, sources = read_dossier_files(connection), list(read_dossier_sources(connection))
    return office_page(
        request,
        "dossiers.html",
        path=HERE,
        status=422 if fault else 200,
        files=files,
        sources=sources,
        source=source,
        fault=fault,
        done=done,
        done_name=name,
        local=lambda at: datetime.fromtimestamp(at, tz=ZONE),
        most_mb=door.settings.upload_bytes // 1_000_000,
        **in_words(page_language(request)),
    )


def _held_page(request: Request, door: StaffDoor, held: HeldFile) -> responses.Response:
    language = page_language(request)
    _ = translator(language)
    try:
        seen = _look(door, held)
    except Busy:
        return busy_page(request)
    with door.engine.connect() as connection:
        units = read_unit_names(connection)
    judged = seen.imported.judged if seen.imported else None
    wrong = seen.refused is not None or (judged is not None and not judged.sound)
    return office_page(
        request,
        "dossiers_held.html",
        path=f"{HERE}/held/{held.token}",
        status=422 if wrong else 200,
        held=held,
        asked=ColumnMap(**held.asked),
        refused=seen.refused.said(_) if seen.refused else "",
        judged=judged,
        changes=seen.imported.changes if seen.imported else None,
        seen=held.fingerprint(seen.imported.digest) if seen.imported else "",
        faults=[(each, each.expected(_)) for each in judged.faults.first[:MOST_SHOWN]] if judged else [],
        names=column_names(_),
        columns=judged.columns if judged else None,
        headings=[heading for heading in seen.headings if heading and not is_personal(heading)],
        unknown={column: words.most_common(MOST_WORDS) for column, words in judged.unknown.items()} if judged else {},
        channels=channel_words(_),
        units=units,
        **in_words(language),
    )


def channel_words(_: Translate) -> dict[str, str]:
    """How a dossier comes in, in words."""
    return {"counter": _("trực tiếp"), "online": _("trực tuyến"), "post": _("bưu chính")}


def _gone_page(request: Request) -> responses.Response:
    _ = translator(page_language(request))
    sentence = _("Tệp tải lên chỉ được giữ một giờ, cho người đã tải. Chưa có gì được nhập; xin tải lại.")
    return office_page(request, "message.html", status=404, heading=_("Tệp này không còn ở đây."), sentences=[sentence])
