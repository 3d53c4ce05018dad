"""`/office/entry`: forms on paper are typed in, a batch at a time, by keyboard alone."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, responses
from sqlalchemy import Connection

from scoring import slot_of
from survey_app.door import Door
from survey_app.integrity import Circumstances, find_flags
from survey_app.new_case import take_case
from survey_app.office.words import in_words, page_not_found
from survey_app.pages import fault_text
from survey_app.paper import (
    MOST_FORMS,
    PAPER_CHANNELS,
    WHOLE_DAY,
    PaperBatch,
    keys_of,
    lines_of,
    make_paper_id,
    parse_new_batch,
    response_id,
    typed_fields,
)
from survey_app.questionnaire import Questionnaire
from survey_app.reading import read_current_questionnaires
from survey_app.reading.desks import OfficeDesk, read_office_desks
from survey_app.reading.paper import (
    CLOSE_BATCH,
    read_paper_batch,
    read_paper_batches,
    read_paper_form,
    read_questionnaire,
)
from survey_app.recording import Answered, Recorded, record_questionnaire
from survey_app.recording.paper import (
    record_batch_closed,
    record_batch_voided,
    record_paper_batch,
    record_paper_form,
)
from survey_app.seal import seal_comments
from survey_app.staff import User
from survey_app.staff_door import FieldsDep, NotAllowed, StaffDep, StaffDoor, allowed, office_page, page_language
from survey_app.submission import Submission, parse_submission
from survey_app.wording import Translate, translator

router = APIRouter(default_response_class=responses.HTMLResponse)
ACT = "enter_responses"
Typist = Annotated[User, Depends(allowed(ACT))]
FORM, TOKEN = "form", "form_token"
LONGEST_REASON = 500
NAMED_APART = "q_"
"""Before a question's code in the page's fields, so that none is taken for a field of the page itself."""


def channel_word(channel: str, _: Translate) -> str:
    """A channel of the staff in words."""
    return {"paper": _("Phiếu giấy"), "assisted": _("Cán bộ ghi hộ")}[channel]


@router.api_route("/entry", methods=["GET", "HEAD"])
def batches(request: Request, door: StaffDep, user: Typist) -> responses.Response:
    """The batches of the units that this person sees, and the form that begins another."""
    return _batches_page(request, door, user, {}, ())


@router.post("/entry")
def begin(request: Request, door: StaffDep, fields: FieldsDep, user: Typist) -> responses.Response:
    """Begin a batch, or say what is wrong with what was filled in."""
    with door.engine.begin() as connection:
        desks, asked = _desks(connection, user), read_current_questionnaires(connection)
        batch, slips = parse_new_batch(
            fields,
            desks={code: desk.questionnaire for code, desk in desks.items()},
            questionnaires=list(asked),
            today=door.today(),
        )
        if batch is None or not desks[batch.desk].exists_on(batch.filled):
            return _batches_page(request, door, user, fields, slips or ("filled",), status=422)
        questionnaire = asked[batch.questionnaire]
        record_questionnaire(connection, questionnaire)
        batch_id = record_paper_batch(
            connection,
            batch,
            unit=desks[batch.desk].unit,
            questionnaire=questionnaire.version,
            entered=door.today(),
            by=user.name,
        )
        door.audit(connection, user, "begin_batch", batch_id, desk=batch.desk, forms=batch.expected)
    return responses.RedirectResponse(f"/office/entry/{batch_id}", status_code=303)


@router.api_route("/entry/{batch_id}", methods=["GET", "HEAD"])
def next_form(request: Request, door: StaffDep, user: Typist, batch_id: str, last: str = "") -> responses.Response:
    """The page of the next form of an open batch; what became of a batch that takes no more."""
    with door.engine.connect() as connection:
        batch = _batch(connection, user, batch_id)
        if batch is None:
            return page_not_found(request)
        form = _form(connection, batch)
        entered = read_paper_form(connection, batch.id, last) if last and batch.entered_by == user.name else None
    return _form_page(request, door, user, batch, form, entered=entered)


@router.post("/entry/{batch_id}")
def enter(request: Request, door: StaffDep, fields: FieldsDep, user: Typist, batch_id: str) -> responses.Response:
    """Store one form, once; or show every fault with what was typed kept."""
    key, language = door.settings.secret_key, page_language(request)
    with door.engine.begin() as connection:
        batch = _batch(connection, user, batch_id)
        if batch is None:
            return page_not_found(request)
        desk, questionnaire = _form(connection, batch)
        form_id = response_id(fields.get(FORM, ""), batch.id, key=key)
        typed = _typed(fields)
        submission, faults, _posted = parse_submission(
            questionnaire,
            typed_fields(questionnaire, typed, list(desk.fields)),
            served_fields=desk.fields,
            form_id=form_id or "-",
        )
        if submission is None or form_id is None:
            said = [(fault.field, fault_text(fault, questionnaire, language)) for fault in faults]
            kept = {"typed": typed, "faults": said, "form_id": fields.get(FORM, "") if form_id else ""}
            return _form_page(request, door, user, batch, (desk, questionnaire), status=422, **kept)
        answered = _answered(batch, questionnaire, submission, key=key, simulated=desk.simulated)
        outcome = record_paper_form(connection, replace(answered, **_entered_now(request, door)))
    if outcome is None or outcome is Recorded.OTHER:
        return _refused(request, batch, closed=outcome is None)
    return responses.RedirectResponse(f"/office/entry/{batch.id}?last={form_id}", status_code=303)


@router.post("/entry/{batch_id}/close")
def close(request: Request, door: StaffDep, fields: FieldsDep, user: Typist, batch_id: str) -> responses.Response:
    """End a batch: as many forms as the pile has, or a reason."""
    reason = fields.get("reason", "").strip()[:LONGEST_REASON]
    with door.engine.begin() as connection:
        batch = _batch(connection, user, batch_id)
        if batch is None:
            return page_not_found(request)
        if not batch.complete and not reason:
            return _form_page(request, door, user, batch, _form(connection, batch), status=422, missing="close")
        if record_batch_closed(connection, batch.id, on=door.today()):
            counts = {"pile": batch.expected, "entered": batch.forms}
            door.audit(connection, user, CLOSE_BATCH, batch.id, **counts, reason=reason)
    return responses.RedirectResponse("/office/entry", status_code=303)


@router.post("/entry/{batch_id}/void")
def void(request: Request, door: StaffDep, fields: FieldsDep, user: Typist, batch_id: str) -> responses.Response:
    """Take a batch out of every figure, with a reason; it stays in the record and in the chain of seals.

    Raises:
        NotAllowed: neither the home affairs office nor who typed it in.
    """
    reason = fields.get("reason", "").strip()[:LONGEST_REASON]
    with door.engine.begin() as connection:
        batch = _batch(connection, user, batch_id)
        if batch is None:
            return page_not_found(request)
        if not _may_void(user, batch):
            raise NotAllowed("void_batch")
        if not reason:
            return _form_page(request, door, user, batch, _form(connection, batch), status=422, missing="void")
        if record_batch_voided(connection, batch.id, on=door.today(), by=user.name, reason=reason):
            door.audit(connection, user, "void_batch", batch.id, forms=batch.forms, reason=reason)
    return responses.RedirectResponse("/office/entry", status_code=303)


def _may_void(user: User, batch: PaperBatch) -> bool:
    return batch.voided is None and (user.may("void_batch") or batch.entered_by == user.name)


def _desks(connection: Connection, user: User) -> dict[str, OfficeDesk]:
    """The desks at which forms can have been filled in, of the units that this person sees."""
    desks = read_office_desks(connection, units=user.units)
    return {code: desk for code, desk in desks.items() if desk.kind == "counter"}


def _batch(connection: Connection, user: User, batch_id: str) -> PaperBatch | None:
    """The batch, or None if there is none.

    Raises:
        NotAllowed: it is of a unit that this person does not see.
    """
    batch = read_paper_batch(connection, batch_id)
    if batch is not None and not user.sees(batch.unit):
        raise NotAllowed(ACT)
    return batch


def _form(connection: Connection, batch: PaperBatch) -> tuple[OfficeDesk, Questionnaire]:
    desk = read_office_desks(connection, code=batch.desk)[batch.desk]
    return desk, read_questionnaire(connection, batch.questionnaire)


def _typed(fields: Mapping[str, str]) -> dict[str, str]:
    apart = len(NAMED_APART)
    return {name[apart:]: text for name, text in fields.items() if name.startswith(NAMED_APART)}


def _answered(
    batch: PaperBatch, questionnaire: Questionnaire, submission: Submission, *, key: bytes, simulated: bool
) -> Answered:
    """The form as it is kept: of the day on it and of no slot of that day."""
    rated = {question.code for question in questionnaire.ratings}
    ratings = [answer for code, answer in submission.answers.items() if code in rated and isinstance(answer, int)]
    counted, case = take_case(questionnaire, submission, on=batch.filled, key=key)
    return Answered(
        counted,
        unit=batch.unit,
        desk=batch.desk,
        local_date=batch.filled,
        slot=WHOLE_DAY,
        questionnaire=batch.questionnaire,
        channel=batch.channel,
        language=questionnaire.languages[0],
        simulated=simulated,
        flags=find_flags(ratings, Circumstances("paper")),
        comments=seal_comments(counted.comments, key=key),
        case=case,
        batch=batch.id,
    )


def _entered_now(request: Request, door: StaffDoor) -> dict[str, Any]:
    opened: Door = request.app.state.door
    now = door.clock()
    return {"entered_date": now.date(), "entered_slot": slot_of(now.time(), opened.hours).key}


def _refused(request: Request, batch: PaperBatch, *, closed: bool) -> responses.Response:
    _ = translator(page_language(request))
    heading = _("Xấp phiếu này đã đóng.") if closed else _("Phiếu này đã được ghi nhận.")
    sentence = _("Phiếu vừa gõ chưa được ghi.") if closed else _("Phiếu đã nhập thì xem được, không sửa được.")
    again = (f"/office/entry/{batch.id}", _("Về xấp phiếu"))
    return office_page(request, "message.html", status=409, heading=heading, sentences=[sentence], again=again)


def _batches_page(
    request: Request, door: StaffDoor, user: User, typed: Mapping[str, str], slips: Any, *, status: int = 200
) -> responses.Response:
    _ = translator(page_language(request))
    with door.engine.connect() as connection:
        desks = _desks(connection, user)
        listed = read_paper_batches(connection, units=user.units)
        asked = read_current_questionnaires(connection)
    said = {
        "desk": _("Chưa chọn quầy."),
        "channel": _("Chưa chọn phiếu giấy hay ghi hộ."),
        "questionnaire": _("Chưa chọn phiếu hỏi."),
        "filled": _("Ngày trên phiếu phải là một ngày trong năm qua, không sau hôm nay, và quầy có hoạt động ngày đó."),
        "expected": _("Số phiếu trong xấp phải từ 1 đến {most}.").format(most=MOST_FORMS),
    }
    return office_page(
        request,
        "entry.html",
        path="/office/entry",
        status=status,
        batches=listed,
        desks=desks,
        today=door.today(),
        questionnaires=_names(asked, page_language(request)),
        channels={channel: channel_word(channel, _) for channel in PAPER_CHANNELS},
        typed=typed,
        slips={slip: said[slip] for slip in slips},
        most=MOST_FORMS,
        state_words={"open": _("đang nhập"), "closed": _("đã đóng"), "voided": _("đã hủy")},
        **in_words(page_language(request)),
    )


def _names(asked: Mapping[str, Questionnaire], language: str) -> dict[str, str]:
    """What people call each; the code behind it where two are called the same."""
    names = {code: _name(each, language) for code, each in asked.items()}
    times = Counter(names.values())
    return {code: name if times[name] == 1 else f"{name} ({code})" for code, name in names.items()}


def _name(questionnaire: Questionnaire, language: str) -> str:
    return questionnaire.name.get(questionnaire.language(language)) or questionnaire.code


def _form_page(
    request: Request,
    door: StaffDoor,
    user: User,
    batch: PaperBatch,
    form: tuple[OfficeDesk, Questionnaire],
    *,
    status: int = 200,
    entered: Mapping[str, Any] | None = None,
    typed: Mapping[str, str] | None = None,
    faults: list[tuple[str, str]] | None = None,
    form_id: str = "",
    missing: str = "",
) -> responses.Response:
    desk, questionnaire = form
    language = page_language(request)
    _ = translator(language)
    lines = lines_of(questionnaire, desk.fields, language, _)
    return office_page(
        request,
        "entry_form.html",
        path=f"/office/entry/{batch.id}",
        status=status,
        batch=batch,
        desk=desk,
        lines=lines,
        channel=channel_word(batch.channel, _),
        asked=_name(questionnaire, language),
        form_id=form_id or make_paper_id(batch.id, key=door.settings.secret_key),
        name=NAMED_APART,
        typed=typed or {},
        faults=faults or [],
        fault_of=dict(faults or []),
        missing=missing,
        last=_last(lines, entered, desk),
        mine=batch.entered_by == user.name,
        may_void=_may_void(user, batch),
        **in_words(language),
    )


def _last(lines: Any, entered: Mapping[str, Any] | None, desk: OfficeDesk) -> list[tuple[str, str, str]]:
    """Of the form typed in last: each question, the keys, what they stand for. Comments and reports are kept apart."""
    if entered is None:
        return []
    shown = []
    for line in lines:
        answer = entered["field"] if line.question.kind == "field" else entered["answers"].get(line.question.code)
        keys, words = keys_of(line.question, answer, list(desk.fields)), dict(line.keys)
        if line.question.kind != "text" and not line.question.report:
            shown.append((line.text, keys, ", ".join(words[key] for key in keys.split() if key in words)))
    return shown
