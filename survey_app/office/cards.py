"""`/office/cards`: receipt cards by batch: printed, handed out, left over, answered. Nothing is shown of a single card."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, responses
from sqlalchemy import Connection

from qr_codes import LoopbackAddress
from survey_app.card_batch import FEWEST_HANDED_OUT, MOST_CARDS, CardBatch, parse_count, pointed_at
from survey_app.card_printing import print_cards
from survey_app.office.codes import loopback_page
from survey_app.office.words import in_words, page_not_found
from survey_app.reading.cards import read_card_batches
from survey_app.reading.desks import OfficeDesk, read_office_desks
from survey_app.recording.cards import record_card_counts, record_cards_revoked
from survey_app.staff import User
from survey_app.staff_door import FieldsDep, NotAllowed, StaffDep, StaffDoor, allowed, office_page, page_language
from survey_app.wording import translator

router = APIRouter(default_response_class=responses.HTMLResponse)
Reader = Annotated[User, Depends(allowed("read_codes"))]
Counter = Annotated[User, Depends(allowed("count_cards"))]
Manager = Annotated[User, Depends(allowed("manage_codes"))]
HERE = "/office/cards"


@router.api_route("/cards", methods=["GET", "HEAD"])
def cards(request: Request, door: StaffDep, user: Reader) -> responses.Response:
    """The batches of the units that this person sees."""
    return _page(request, door, user)


@router.post("/cards")
def make(request: Request, door: StaffDep, fields: FieldsDep, user: Manager) -> responses.Response:
    """Draw a batch, keep the hashes of its codes, and give it out as a PDF: the one time that the codes are to be had."""
    _ = translator(page_language(request))
    count = parse_count(fields.get("cards", ""), "0")
    with door.engine.connect() as connection:
        desk = _desks(connection, door, user).get(fields.get("desk", ""))
    if desk is None or count is None or count[0] < 1:
        said = _("Chưa in được: xin chọn quầy và số thẻ từ 1 đến {most}.").format(most=MOST_CARDS)
        return _page(request, door, user, fault=said, status=422)

    def witness(connection: Connection, batch: str) -> None:
        door.audit(connection, user, "print_cards", batch, desk=desk.code, cards=count[0])

    try:
        batch, pdf = print_cards(
            door.engine,
            door.settings,
            desk,
            count[0],
            today=door.today(),
            progress=lambda _done, _total: None,
            witness=witness,
        )
    except LoopbackAddress:
        return loopback_page(request, user)
    named = {"content-disposition": f'attachment; filename="{desk.code}-{batch}.pdf"'}
    return responses.Response(pdf, media_type="application/pdf", headers=named)


@router.post("/cards/{batch_id}/count")
def count_cards(
    request: Request, door: StaffDep, fields: FieldsDep, user: Counter, batch_id: str
) -> responses.Response:
    """Keep how many cards the desk handed out and how many are left over, in place of the counts before."""
    _ = translator(page_language(request))
    counts = parse_count(fields.get("handed_out", ""), fields.get("left_over", ""))
    with door.engine.begin() as connection:
        batch = _batch(connection, door, user, batch_id)
        if batch is None:
            return page_not_found(request)
        if counts is None:
            said = _("Chưa ghi được: xin ghi hai số nguyên từ 0 đến {most}.").format(most=MOST_CARDS)
            return _page(request, door, user, fault=said, status=422)
        record_card_counts(connection, batch.id, handed_out=counts[0], left_over=counts[1], on=door.today())
        door.audit(connection, user, "count_cards", batch.id, handed_out=counts[0], left_over=counts[1])
    return responses.RedirectResponse(HERE, status_code=303)


@router.post("/cards/{batch_id}/revoke")
def revoke_cards(request: Request, door: StaffDep, user: Manager, batch_id: str) -> responses.Response:
    """Withdraw every card of a batch; who holds one is told to ask for another."""
    with door.engine.begin() as connection:
        batch = _batch(connection, door, user, batch_id)
        if batch is None:
            return page_not_found(request)
        if record_cards_revoked(connection, batch.id, on=door.today()):
            door.audit(connection, user, "revoke_cards", batch.id)
    return responses.RedirectResponse(HERE, status_code=303)


def _batch(connection: Connection, door: StaffDoor, user: User, batch_id: str) -> CardBatch | None:
    """The batch, or None if there is none.

    Raises:
        NotAllowed: it is of a unit that this person does not see.
    """
    batch = next(iter(read_card_batches(connection, batch=batch_id, today=door.today())), None)
    if batch is not None and not user.sees(batch.unit):
        raise NotAllowed("read_codes")
    return batch


def _desks(connection: Connection, door: StaffDoor, user: User) -> dict[str, OfficeDesk]:
    return {
        code: desk
        for code, desk in read_office_desks(connection, units=user.units).items()
        if desk.kind == "counter" and desk.exists_on(door.today())
    }


def _page(request: Request, door: StaffDoor, user: User, *, fault: str = "", status: int = 200) -> responses.Response:
    with door.engine.connect() as connection:
        batches = read_card_batches(connection, units=user.units, today=door.today())
        desks = _desks(connection, door, user) if user.may("manage_codes") else {}
    return office_page(
        request,
        "cards.html",
        path=HERE,
        status=status,
        batches=batches,
        pointed=pointed_at(batches),
        fewest=FEWEST_HANDED_OUT,
        desks=desks,
        fault=fault,
        most=MOST_CARDS,
        may_manage=user.may("manage_codes"),
        may_count=user.may("count_cards"),
        **in_words(page_language(request)),
    )
