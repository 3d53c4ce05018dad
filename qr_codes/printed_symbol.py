"""A symbol as it stands on paper: checked to be readable by phones, and as large as its reader's distance asks."""

from dataclasses import dataclass

from qr_codes.address import check_printable
from qr_codes.colours import BLACK_ON_WHITE, Colours
from qr_codes.draw import draw_bare_svg
from qr_codes.reading_distance import fitted_module_mm, modules_with_quiet_zone
from qr_codes.symbol import ErrorLevel, Symbol, make_symbol


@dataclass(frozen=True, slots=True)
class PrintedSymbol:
    """A symbol, the width of its modules in millimetres, and its colours."""

    symbol: Symbol
    module_mm: float
    colours: Colours

    @property
    def side_mm(self) -> float:
        """Width on paper, quiet zone included."""
        return self.module_mm * modules_with_quiet_zone(self.symbol)

    def data(self) -> dict[str, object]:
        """What a template reads."""
        return {
            "svg": draw_bare_svg(self.symbol, colours=self.colours),
            "side": self.side_mm,
            "alternative": f"Mã QR: {self.symbol.address}",
        }


def print_symbol(
    address: str,
    *,
    room_mm: float,
    usual_cm: float,
    distance_cm: float | None = None,
    colours: Colours = BLACK_ON_WHITE,
    error_level: ErrorLevel = "Q",
) -> PrintedSymbol:
    """The symbol of an address for a square room on paper.

    Args:
        address: as `printed_address` makes it.
        room_mm: side of the room, quiet zone included.
        usual_cm: the usual reading distance, which is kept if the room bears it.
        distance_cm: one that must be kept.
        colours: dark on light.
        error_level: as in `make_symbol`.

    Raises:
        LoopbackAddress: the address opens on this computer only.
        ValueError: the address is longer than a symbol holds, or the modules would be too small.
    """
    check_printable(address)
    symbol = make_symbol(address, error_level=error_level)
    module = fitted_module_mm(symbol, room_mm=room_mm, distance_cm=distance_cm, usual_cm=usual_cm)
    return PrintedSymbol(symbol, module, colours)
