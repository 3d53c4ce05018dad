"""A batch of receipt cards as A4 pages of ten, with marks to cut along."""

from dataclasses import asdict

from qr_codes.card import CardBatch
from qr_codes.check import show_code
from qr_codes.printed_name import set_name
from qr_codes.printed_symbol import print_symbol
from qr_codes.progress import Progress, no_progress, steps
from qr_codes.typesetting import set_pdf

CARD_MM = (85.0, 54.0)  # as a bank card: fits a purse, and a common cutter
CARDS_A_PAGE = 10
ROOM_MM = 33.0  # of the symbol and its quiet zone
USUAL_CM = 25  # a card is held in the hand


def draw_cards(batch: CardBatch, *, distance_cm: float | None = None, progress: Progress = no_progress) -> bytes:
    """The cards as one PDF of A4 pages, ten cards of 85 × 54 mm a page.

    Args:
        batch: what is printed; a logo and the names are on every card.
        distance_cm: from where the symbol must be read; 25 cm when not given.
        progress: told after each symbol, and once more when the pages are set.

    Raises:
        LoopbackAddress: the address opens on this computer only.
        ValueError: the symbol's modules would be too small, or a name has a character that the font lacks.
    """
    cards: list[dict[str, object]] = []
    total = steps(len(batch.codes))
    for done, (code, address) in enumerate(zip(batch.codes, batch.addresses, strict=True), 1):
        symbol = print_symbol(address, room_mm=ROOM_MM, usual_cm=USUAL_CM, distance_cm=distance_cm)
        cards.append({"code": show_code(code), "symbol": symbol.data()})
        progress(done, total)
    pdf = set_pdf("cards.typ", _data(batch, cards), title=f"{len(cards)} thẻ đánh giá · {batch.desk_name}")
    progress(total, total)
    return pdf


def _data(batch: CardBatch, cards: list[dict[str, object]]) -> dict[str, object]:
    width, height = CARD_MM
    return {
        "kind": {"width": width, "height": height, "page": CARDS_A_PAGE},
        "unit": set_name(batch.unit_name),
        "place": set_name(batch.place_name),
        "desk": set_name(batch.desk_name),
        "typed": batch.typed_address,
        "logo": None if batch.logo is None else asdict(batch.logo),
        "simulated": batch.simulated,
        "wording": asdict(batch.wording),
        "cards": cards,
    }
