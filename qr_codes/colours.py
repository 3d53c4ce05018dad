"""The two colours of a symbol, refused when a reader could not tell them apart."""

import re
from dataclasses import dataclass

LEAST_CONTRAST = 0.70  # the best grade, 4, of symbol contrast in ISO/IEC 15415; paper and toner take some of it away

_HEX = re.compile("#[0-9a-f]{6}")
# Share of each of red, green and blue in what an eye or a camera's grey picture sees (ITU-R BT.709).
_LUMINANCE = (0.2126, 0.7152, 0.0722)
_RED_LIGHT = (1.0, 0.0, 0.0)  # hand scanners shine at about 660 nm


@dataclass(frozen=True, slots=True)
class Colours:
    """Colours of the dark and of the light modules, as `#rrggbb`; together dark on light enough to be read.

    Raises:
        ValueError: a colour is written otherwise, or their contrast is below 0.70.
    """

    dark: str = "#000000"
    light: str = "#ffffff"

    def __post_init__(self) -> None:
        for name, colour in (("dark", self.dark), ("light", self.light)):
            if not _HEX.fullmatch(colour):
                raise ValueError(f"{name} == {colour!r}, must be #rrggbb in small letters.")
        contrast = symbol_contrast(self.dark, self.light)
        if contrast < LEAST_CONTRAST:
            raise ValueError(
                f"contrast of {self.dark} on {self.light} == {contrast:.2f}, must be at least {LEAST_CONTRAST:.2f}, "
                "dark on light."
            )


def symbol_contrast(dark: str, light: str) -> float:
    """How much more of the light the light modules give back than the dark ones, in [−1, 1].

    The lesser of what a camera sees and of what a scanner with red light sees: red ink is light to the second. Negative
    when the symbol is inverted.

    Source:
        ISO/IEC 15415, symbol contrast: difference of the extreme reflectances; grades 4, 3, 2, 1 from 0.70, 0.55, 0.40,
        0.20. Reflectance is taken from sRGB (IEC 61966-2-1).

    >>> symbol_contrast("#000000", "#ffffff"), round(symbol_contrast("#a61c28", "#ffffff"), 2)
    (1.0, 0.62)
    """
    return min(_reflectance(light, seen) - _reflectance(dark, seen) for seen in (_LUMINANCE, _RED_LIGHT))


def _reflectance(colour: str, seen: tuple[float, float, float]) -> float:
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return sum(weight * _linear(part) for weight, part in zip(seen, parts, strict=True))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - the standard's own


BLACK_ON_WHITE = Colours()
