"""The A5 poster of a desk: what the citizen sees, scans or types; many posters make one PDF."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import fontpkg_be_vietnam_pro
import typst

from qr_codes.check import read_code, show_code
from qr_codes.draw import draw_svg
from qr_codes.symbol import QUIET_MODULES, ErrorLevel, make_symbol

LONGEST_NAME = 120

_TEMPLATE = Path(__file__).parent / "templates" / "poster.typ"
_FONTS = fontpkg_be_vietnam_pro.ROOT / "files"
_MADE_AT = 0  # no clock: the same posters give the same bytes
_LONG_WORD = re.compile(r"\S{24,}")
_BREAK = "\u200b"  # where a line may break though no space stands there
# Line ends, controls, lone surrogates; and what turns the direction of the text after it.
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One text of the poster: Vietnamese in large type, English small beside it."""

    vietnamese: str
    english: str


@dataclass(frozen=True, slots=True)
class PosterWording:
    """Every text of a poster that is not a name."""

    served: Phrase = Phrase("Ông/bà vừa được phục vụ tại", "You were just served at this desk.")
    question: Phrase = Phrase("Ông/bà có hài lòng không?", "Were you satisfied?")
    scan: Phrase = Phrase("Quét mã bằng điện thoại", "Scan the code with your phone")
    type: Phrase = Phrase("hoặc gõ", "or type the address")
    promise: Phrase = Phrase(
        "Không cần ghi tên. Không lưu số điện thoại nếu ông/bà không để lại. Cán bộ ở quầy không xem được từng phiếu.",
        "No name needed. No phone number kept unless you leave one. Desk staff cannot see single answers.",
    )
    simulated: Phrase = Phrase("Dữ liệu mô phỏng – không dùng tại quầy", "Simulated data – not for use at a desk")


WORDING = PosterWording()


@dataclass(frozen=True, slots=True)
class Poster:
    """What one poster shows.

    unit_name, place_name, desk_name: 1..120 characters each, in one line, such as «UBND xã Tân Hồng», «Bộ phận Một
    cửa», «Quầy 3 – Hộ tịch». address: what the symbol carries, as `printed_address` makes it. code: the code in that
    address, shown for typing. simulated: the poster belongs to simulated data and says so.
    """

    unit_name: str
    place_name: str
    desk_name: str
    address: str
    code: str
    simulated: bool
    wording: PosterWording = WORDING
    error_level: ErrorLevel = "Q"

    def __post_init__(self) -> None:
        for name in ("unit_name", "place_name", "desk_name"):
            _check_name(name, getattr(self, name))
        if not self.address.upper().endswith("/R/" + read_code(self.code)):
            raise ValueError(f"code == {self.code!r}, must be the one in address == {self.address!r}.")

    @property
    def typed_address(self) -> str:
        """What comes before the code when the address is typed: small letters, and https:// left to the browser."""
        start = self.address[: self.address.rindex("/") + 1].lower()
        return start.removeprefix("https://")


def draw_posters(posters: Sequence[Poster]) -> bytes:
    """The posters as one PDF (PDF/UA-1, so read aloud in order), a page each, in the order given.

    Equal posters give equal bytes. A name that is too long for its place is set smaller, never cut.

    Raises:
        ValueError: there are no posters, an address is longer than a symbol holds, or a name has a character that the
            font lacks.
    """
    if not posters:
        raise ValueError("len(posters) == 0, must be at least 1.")
    pages = json.dumps([_page(poster) for poster in posters], ensure_ascii=False)
    try:
        return typst.compile(
            _TEMPLATE,
            format="pdf",
            root=_TEMPLATE.parent,
            font_paths=_fonts(),
            sys_inputs={"title": _title(posters), "posters": pages},
            timestamp=_MADE_AT,
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as fault:
        if "could not be displayed with font" in str(fault):
            raise ValueError(f"A name on a poster cannot be printed: {fault}.") from fault
        raise


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[_FONTS])


def _title(posters: Sequence[Poster]) -> str:
    """What a PDF reader shows above the window."""
    first = posters[0]
    if len(posters) > 1:
        return f"{len(posters)} áp phích mã QR"
    return unicodedata.normalize("NFC", f"{first.desk_name} · {first.unit_name}")


def _page(poster: Poster) -> dict[str, object]:
    """The poster as the template reads it: strings, numbers and the symbol's picture."""
    symbol = make_symbol(poster.address, error_level=poster.error_level)
    return {
        "unit": _set(poster.unit_name),
        "place": _set(poster.place_name),
        "desk": _set(poster.desk_name),
        "typed": poster.typed_address,
        "code": show_code(poster.code),
        "svg": draw_svg(symbol),
        "side": symbol.size + 2 * QUIET_MODULES,
        "quiet": QUIET_MODULES,
        "alternative": f"Mã QR: {poster.address}",
        "simulated": poster.simulated,
        "wording": asdict(poster.wording),
    }


def _set(name: str) -> str:
    """The name as it is set: accents on their letters, and a word longer than a line may break anywhere."""
    return _LONG_WORD.sub(lambda word: _BREAK.join(word.group()), unicodedata.normalize("NFC", name))


def _check_name(name: str, text: str) -> None:
    if not (text.strip() and len(unicodedata.normalize("NFC", text)) <= LONGEST_NAME):
        raise ValueError(f"{name} == {text!r}, must have 1..{LONGEST_NAME} characters.")
    strange = [c for c in text if unicodedata.category(c) in _UNPRINTABLE or c in _TURNING]
    if strange:
        raise ValueError(f"{name} == {text!r}, must be one line of plain text, without {strange[0]!r}.")
