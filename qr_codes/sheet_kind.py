"""The kinds of paper that a sheet is printed on, and how much room each has for the symbol."""

from dataclasses import dataclass

from qr_codes.reading_distance import LEAST_MODULE_MM

LABEL_EDGE_MM = 2.0  # label printers reach no nearer
TEXT_BESIDE_MM, TEXT_UNDER_MM = 20.0, 13.0  # at least
SHARE_BESIDE, SHARE_ABOVE = 0.48, 0.55  # of the label, at most, for the symbol
SMALLEST_LABEL_MM, LARGEST_LABEL_MM = 25.0, 210.0
_WIDE = 1.25  # from this ratio on, a label has its text beside the symbol


@dataclass(frozen=True, slots=True)
class SheetKind:
    """A paper format.

    name: as commands call it. template: file that lays it out. width_mm, height_mm: of one page. room_mm: side of the
    square that the symbol and its quiet zone may take. usual_cm: distance from which this kind is read, unless told.
    """

    name: str
    template: str
    width_mm: float
    height_mm: float
    room_mm: float
    usual_cm: float


A4 = SheetKind("a4", "poster.typ", 210, 297, room_mm=130, usual_cm=85)
A5 = SheetKind("a5", "poster.typ", 148, 210, room_mm=88, usual_cm=60)
TENT = SheetKind("tent", "tent.typ", 210, 297, room_mm=96, usual_cm=65)


def label_roll(width_mm: float = 70, height_mm: float = 50) -> SheetKind:
    """Stickers from a roll, a page each: text beside the symbol on a wide label, under it on another.

    Raises:
        ValueError: a side is outside 25..210 mm, or no symbol fits.
    """
    for name, side in (("width_mm", width_mm), ("height_mm", height_mm)):
        if not SMALLEST_LABEL_MM <= side <= LARGEST_LABEL_MM:
            raise ValueError(f"{name} == {side:g}, must be in {SMALLEST_LABEL_MM:g}..{LARGEST_LABEL_MM:g}.")
    if is_wide(width_mm, height_mm):
        room = min(
            height_mm - 2 * LABEL_EDGE_MM, width_mm * SHARE_BESIDE, width_mm - 2 * LABEL_EDGE_MM - TEXT_BESIDE_MM
        )
    else:
        room = min(width_mm - 2 * LABEL_EDGE_MM, height_mm * SHARE_ABOVE, height_mm - 2 * LABEL_EDGE_MM - TEXT_UNDER_MM)
    least = LEAST_MODULE_MM * 37  # of version 3, with its quiet zone
    if room < least:
        raise ValueError(
            f"label == {width_mm:g} × {height_mm:g} mm, leaves {room:.1f} mm for a symbol of {least:.1f} mm."
        )
    return SheetKind("roll", "label.typ", width_mm, height_mm, room_mm=room, usual_cm=40)


def is_wide(width_mm: float, height_mm: float) -> bool:
    """Whether a label of this size has its text beside the symbol."""
    return width_mm >= _WIDE * height_mm
