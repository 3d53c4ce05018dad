"""Receipt cards from the draw to the PDF: the codes exist on the paper alone."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import Connection, Engine

from qr_codes import CardBatch, check_printable, draw_card_codes, draw_cards
from survey_app.cards import card_hash
from survey_app.reading.desks import OfficeDesk
from survey_app.recording.cards import record_card_batch, record_cards_revoked
from survey_app.settings import Settings

NOT_PRINTED = "printing failed"


def print_cards(
    engine: Engine,
    settings: Settings,
    desk: OfficeDesk,
    count: int,
    *,
    today: date,
    progress: Callable[[int, int], None],
    witness: Callable[[Connection, str], None],
) -> tuple[str, bytes]:
    """Draw the codes of a batch, keep their hashes, and print them.

    Args:
        engine: where the batch is kept, in one transaction, before anything is printed.
        settings: key and address.
        desk: for which the cards are good.
        count: 1 to `MOST_CARDS`.
        today: when the batch is made.
        progress: told how many steps are done of how many.
        witness: writes, in the transaction that makes the batch, that somebody made it.

    Returns:
        The batch's id, and the PDF. If printing fails the batch is withdrawn: nobody could hold a card of it.

    Raises:
        LoopbackAddress: no phone could open the address.
    """
    check_printable(settings.public_url)
    codes = draw_card_codes(count)
    hashes = [card_hash(code, key=settings.secret_key) for code in codes]
    with engine.begin() as connection:
        batch = record_card_batch(connection, desk.code, hashes, made=today)
        witness(connection, batch)
    printed = False
    try:
        pdf = draw_cards(_sheet(desk, settings, codes), progress=progress)
        printed = True
    finally:
        if not printed:
            with engine.begin() as connection:
                record_cards_revoked(connection, batch, on=today, note=NOT_PRINTED)
    return batch, pdf


def _sheet(desk: OfficeDesk, settings: Settings, codes: tuple[str, ...]) -> CardBatch:
    return CardBatch(
        unit_name=desk.unit_name,
        place_name=desk.place,
        desk_name=desk.name,
        base_url=settings.public_url,
        codes=codes,
        simulated=desk.simulated,
    )
