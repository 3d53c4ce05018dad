"""An address as a QR symbol: a square of dark and light modules (ISO/IEC 18004)."""

from dataclasses import dataclass, field
from typing import Literal, get_args

import qrcode
from qrcode import constants
from qrcode.exceptions import DataOverflowError
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, RE_ALPHA_NUM, QRData

ErrorLevel = Literal["L", "M", "Q", "H"]
ERROR_LEVELS: tuple[ErrorLevel, ...] = get_args(ErrorLevel)
QUIET_MODULES = 4  # the light margin that a reader needs on every side (ISO/IEC 18004, 5.3.8)

_CORRECTION = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """The modules of a QR symbol, row by row from the top, True is dark; without the quiet zone.

    version: 1..40, the symbol has 17 + 4 · version modules a side. error_level: about 7 % (L), 15 % (M), 25 % (Q) or
    30 % (H) of the codewords may be lost. address: what a reader finds in it.
    """

    address: str
    version: int
    error_level: ErrorLevel
    modules: tuple[tuple[bool, ...], ...] = field(repr=False)

    def __post_init__(self) -> None:
        if self.error_level not in ERROR_LEVELS:
            raise ValueError(f"error_level == {self.error_level!r}, must be one of {', '.join(ERROR_LEVELS)}.")
        side = 17 + 4 * self.version
        sides = {len(self.modules), *map(len, self.modules)}
        if sides != {side}:
            raise ValueError(f"sides of modules == {sorted(sides)}, must all be {side} in version {self.version}.")

    @property
    def size(self) -> int:
        """Modules a side, without the quiet zone."""
        return len(self.modules)


def make_symbol(address: str, *, error_level: ErrorLevel = "Q") -> Symbol:
    """The smallest symbol that carries the address.

    An address in capitals, as `printed_address` makes it, takes the alphanumeric mode: 5.5 bits a character instead of
    8, so larger modules on the same paper. Anything else is carried as UTF-8 bytes.

    Args:
        address: 1 character or more.
        error_level: Q bears a quarter of the codewords scratched or covered, which is right for paper on a desk.

    Raises:
        ValueError: the address is empty or longer than any symbol holds, or the level is none of L M Q H.

    >>> make_symbol("HTTPS://HAILONG.EXAMPLE.VN/R/0A1BC2D3EF")
    Symbol(address='HTTPS://HAILONG.EXAMPLE.VN/R/0A1BC2D3EF', version=3, error_level='Q')
    """
    if error_level not in ERROR_LEVELS:
        raise ValueError(f"error_level == {error_level!r}, must be one of {', '.join(ERROR_LEVELS)}.")
    content = address.encode()
    if not content:
        raise ValueError("len(address) == 0, must be at least 1.")
    mode = MODE_ALPHA_NUM if RE_ALPHA_NUM.match(content) else MODE_8BIT_BYTE
    drawing: qrcode.QRCode[qrcode.image.base.BaseImage] = qrcode.QRCode(
        error_correction=_CORRECTION[error_level], border=0
    )
    drawing.add_data(QRData(content, mode=mode))
    try:
        drawing.make()
    except (DataOverflowError, ValueError) as fault:  # qrcode 8.2 means the first and raises the second
        raise ValueError(
            f"len(address) == {len(content)} bytes, more than a symbol of level {error_level} holds."
        ) from fault
    modules = tuple(tuple(map(bool, row)) for row in drawing.modules)
    return Symbol(address=address, version=drawing.version, error_level=error_level, modules=modules)
