"""How large a module must be printed, so that a phone reads the symbol from where people stand."""

from qr_codes.symbol import QUIET_MODULES, Symbol

# GS1 General Specifications 5.12.3.1: the smallest module of a QR code at a point of sale. A little above four dots of
# a 300 dpi label printer (0.33 mm), which DENSO WAVE, who made the code, asks for (qrcode.com/en/howto/cell.html).
LEAST_MODULE_MM = 0.396
# The rule of thumb, a symbol a tenth of the distance wide, said per module for version 3 (29 modules), so that a symbol
# of more modules grows with them. An old phone's preview, 1,080 pixels over 60°, then sees a module as 3.2 pixels.
MODULES_IN_DISTANCE = 290
NEAREST_CM, FARTHEST_CM = 5, 1000


def needed_module_mm(distance_cm: float) -> float:
    """Width of a module in millimetres that is read from a distance.

    Raises:
        ValueError: the distance is outside 5..1000 cm.

    >>> round(needed_module_mm(58), 2), needed_module_mm(10)
    (2.0, 0.396)
    """
    if not NEAREST_CM <= distance_cm <= FARTHEST_CM:
        raise ValueError(f"distance_cm == {distance_cm:g}, must be in {NEAREST_CM}..{FARTHEST_CM}.")
    return max(LEAST_MODULE_MM, distance_cm * 10 / MODULES_IN_DISTANCE)


def farthest_cm(module_mm: float) -> float:
    """The greatest distance in centimetres from which modules of this width are read.

    >>> farthest_cm(2.0)
    58.0
    """
    return module_mm * MODULES_IN_DISTANCE / 10


def fitted_module_mm(symbol: Symbol, *, room_mm: float, distance_cm: float | None, usual_cm: float) -> float:
    """Width of a module in millimetres for a symbol that must fit, with its quiet zone, into a square room.

    Args:
        symbol: what is printed.
        room_mm: side of the room.
        distance_cm: where people stand who read it; refused when the room is too small for that. None: the usual
            distance, or what the room bears if that is less.
        usual_cm: the usual distance for this kind of sheet.

    Raises:
        ValueError: the module would be smaller than the distance, or than any reader, asks for.
    """
    most = room_mm / modules_with_quiet_zone(symbol)
    needed = needed_module_mm(usual_cm if distance_cm is None else distance_cm)
    if most < LEAST_MODULE_MM:
        raise ValueError(
            f"module == {most:.3f} mm, must be at least {LEAST_MODULE_MM} mm: a symbol of {symbol.size} modules and "
            f"its quiet zone need {modules_with_quiet_zone(symbol) * LEAST_MODULE_MM:.1f} mm, and have {room_mm:.1f} mm."
        )
    if distance_cm is not None and most < needed:
        raise ValueError(
            f"distance_cm == {distance_cm:g}, must be at most {farthest_cm(most):.0f} on this sheet for a symbol of "
            f"{symbol.size} modules. Take a larger sheet or a shorter address."
        )
    return min(most, needed)


def modules_with_quiet_zone(symbol: Symbol) -> int:
    """Modules a side with the light margin on both sides."""
    return symbol.size + 2 * QUIET_MODULES
