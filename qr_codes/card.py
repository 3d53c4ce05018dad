"""Receipt cards: handed out at a desk, each good for one answer, and telling nothing of whom they were given to."""

from dataclasses import dataclass

from qr_codes.address import printed_address, printed_base
from qr_codes.card_codes import read_card_code
from qr_codes.logo import Logo
from qr_codes.printed_name import check_name
from qr_codes.sheet import typed_start
from qr_codes.sheet_wording import CARD_WORDING, CardWording

MOST_CARDS = 5000


@dataclass(frozen=True, slots=True)
class CardBatch:
    """The cards of one desk, each with its own code.

    unit_name, place_name, desk_name: 1..120 characters each, in one line. base_url: where the server is reached. codes:
    1..5,000, all different, as `draw_card_codes` draws them, printed in this order; nothing on a card tells its place in
    it. simulated: the batch belongs to simulated data and says so.
    """

    unit_name: str
    place_name: str
    desk_name: str
    base_url: str
    codes: tuple[str, ...]
    simulated: bool
    logo: Logo | None = None
    wording: CardWording = CARD_WORDING

    def __post_init__(self) -> None:
        for name in ("unit_name", "place_name", "desk_name"):
            check_name(name, getattr(self, name))
        printed_base(self.base_url)
        if not 1 <= len(self.codes) <= MOST_CARDS:
            raise ValueError(f"len(codes) == {len(self.codes)}, must be in 1..{MOST_CARDS}.")
        if len({read_card_code(code) for code in self.codes}) < len(self.codes):
            raise ValueError("codes must all be different: each is good for one answer.")

    @property
    def addresses(self) -> tuple[str, ...]:
        """What the symbols carry, in the order of the codes."""
        return tuple(printed_address(self.base_url, code) for code in self.codes)

    @property
    def typed_address(self) -> str:
        """What comes before the code when the address is typed."""
        return typed_start(printed_address(self.base_url, self.codes[0]))
