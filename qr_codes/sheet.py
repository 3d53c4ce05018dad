"""What the printed sheet of one desk shows, whatever paper it is printed on."""

from dataclasses import dataclass

from qr_codes.check import read_code
from qr_codes.colours import BLACK_ON_WHITE, Colours
from qr_codes.logo import Logo
from qr_codes.printed_name import check_name
from qr_codes.sheet_wording import SHEET_WORDING, SheetWording
from qr_codes.symbol import ErrorLevel


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet's content.

    unit_name, place_name, desk_name: 1..120 characters each, in one line, such as «UBND xã Tân Hồng», «Bộ phận Một
    cửa», «Quầy 3 – Hộ tịch». address: what the symbol carries, as `printed_address` makes it. code: the code in that
    address, shown for typing. simulated: the sheet belongs to simulated data and says so. logo: the unit's, if any.
    """

    unit_name: str
    place_name: str
    desk_name: str
    address: str
    code: str
    simulated: bool
    logo: Logo | None = None
    colours: Colours = BLACK_ON_WHITE
    wording: SheetWording = SHEET_WORDING
    error_level: ErrorLevel = "Q"

    def __post_init__(self) -> None:
        for name in ("unit_name", "place_name", "desk_name"):
            check_name(name, getattr(self, name))
        check_code_in_address(self.code, self.address)

    @property
    def typed_address(self) -> str:
        """What comes before the code when the address is typed: small letters, and https:// left to the browser."""
        return typed_start(self.address)


def typed_start(address: str) -> str:
    """The printed address up to its code, as a hand types it.

    >>> typed_start("HTTPS://HAILONG.EXAMPLE.VN/R/000734FC68H")
    'hailong.example.vn/r/'
    """
    return address[: address.rindex("/") + 1].lower().removeprefix("https://")


def check_code_in_address(code: str, address: str) -> None:
    """Refuses a code for typing that is not the one in the symbol.

    Raises:
        ValueError: they differ.
        BadCode: `code` is none.
    """
    if address.upper().rpartition("/")[2] != read_code(code):
        raise ValueError(f"code == {code!r}, must be the one in address == {address!r}.")
