"""A unit's logo, checked before it is printed: a small picture that brings nothing else with it."""

import base64
import io
import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from PIL import Image, UnidentifiedImageError

MOST_BYTES = 1_000_000
MOST_PIXELS = 4000  # a side
MOST_SLENDER = 5.0  # width to height, or the other way round

_PNG = b"\x89PNG\r\n\x1a\n"
_SVG, _LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_NUMBER = re.compile(r"\s*([0-9.]+(?:e[0-9]+)?)\s*(?:px|pt|mm|cm|in)?\s*", re.IGNORECASE)
_SAYS_NOTHING = frozenset({"metadata", "title", "desc"})  # left out, as is all that an editor adds for itself
# What could run, reach out, multiply without end, or be drawn with a font that the printing computer lacks.
_NOT_A_SHAPE = frozenset(
    {"script", "foreignobject", "image", "feimage", "text", "use", "iframe", "audio", "video", "set", "a"}
)
_REACHES_OUT = re.compile(r"(?:https?|file|ftp|javascript|data):|@import|url\(\s*['\"]?\s*[^#'\"\s]", re.IGNORECASE)


class BadLogo(ValueError):
    """The file is no logo that can be printed; the message says why and what is expected."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A checked logo. svg: plain shapes, or the pixels of a PNG file without any metadata. ratio: width to height."""

    svg: str
    ratio: float


def read_logo(content: bytes) -> Logo:
    """The logo in a file's bytes.

    Args:
        content: of a PNG or SVG file, at most 1 MB.

    Raises:
        BadLogo: it is neither, damaged, too large, too slender, or an SVG that holds text, pictures, style sheets,
            scripts or addresses of other files.
    """
    if len(content) > MOST_BYTES:
        raise BadLogo(f"The logo has {len(content):,} bytes; expected at most {MOST_BYTES:,}.")
    logo = _read_png(content) if content.startswith(_PNG) else _read_svg(content)
    if not 1 / MOST_SLENDER <= logo.ratio <= MOST_SLENDER:
        raise BadLogo(f"The logo is {logo.ratio:.2f} times as wide as high; expected 1/5 to 5.")
    return logo


def _read_png(content: bytes) -> Logo:
    """The pixels alone, written anew: no place, date or author goes with them."""
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            _check_pixels(*picture.size)
            pixels = picture.convert("RGBA")
    except BadLogo:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as fault:
        raise BadLogo(f"The logo is a damaged PNG file: {fault}.") from fault
    written = io.BytesIO()
    pixels.save(written, format="PNG", optimize=True)
    inside = base64.b64encode(written.getvalue()).decode()
    width, height = pixels.size
    return Logo(
        f'<svg xmlns="{_SVG}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{inside}"/></svg>',
        width / height,
    )


def _check_pixels(width: int, height: int) -> None:
    if max(width, height) > MOST_PIXELS:
        raise BadLogo(f"The logo has {width} × {height} pixels; expected at most {MOST_PIXELS} a side.")


def _read_svg(content: bytes) -> Logo:
    try:
        root = _parse_plain_xml(content.decode("utf-8-sig"))
    except BadLogo:
        raise
    except (ET.ParseError, ValueError) as fault:  # what is not UTF-8 is a ValueError too
        raise BadLogo(f"The logo is neither a PNG nor an SVG file: {fault}.") from fault
    if _name(root.tag) != "svg":
        raise BadLogo(f"The logo is XML with the root <{_name(root.tag)}>; expected an SVG file.")
    _leave_out_what_says_nothing(root)
    for element in root.iter():
        _check_element(element)
    width, height = _size(root)
    ET.register_namespace("", _SVG)
    return Logo(ET.tostring(root, encoding="unicode"), width / height)


def _parse_plain_xml(text: str) -> ET.Element:
    """The root; a document type could expand without end, or read files."""
    if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
        raise BadLogo("The logo's SVG declares a document type; expected a plain SVG. Save it as «plain SVG».")
    return ET.fromstring(text)  # noqa: S314 - without a document type there is no entity to expand


def _leave_out_what_says_nothing(element: ET.Element) -> None:
    for child in list(element):
        if _space(child.tag) not in {"", _SVG} or _name(child.tag) in _SAYS_NOTHING:
            element.remove(child)
        else:
            _leave_out_what_says_nothing(child)
    for attribute in list(element.attrib):
        if _space(attribute) not in {"", _SVG, _LINK}:
            del element.attrib[attribute]


def _check_element(element: ET.Element) -> None:
    name = _name(element.tag)
    if name in _NOT_A_SHAPE or name.startswith("animate"):
        raise BadLogo(f"The logo's SVG holds <{name}>; expected shapes only. Turn text and clones into paths.")
    for attribute, value in (*element.attrib.items(), ("text", element.text or "")):
        short = _name(attribute)
        if short.startswith("on") or (short == "href" and not value.startswith("#")) or _REACHES_OUT.search(value):
            raise BadLogo(f"The logo's SVG refers to something outside itself ({short}); expected shapes only.")


def _size(root: ET.Element) -> tuple[float, float]:
    """Width and height, from the view box or from the attributes of these names."""
    box = (root.get("viewBox") or "").replace(",", " ").split()
    sides = box[2:] if len(box) == 4 else [root.get("width") or "", root.get("height") or ""]  # noqa: PLR2004 - x y w h
    found = [_NUMBER.fullmatch(side) for side in sides]
    try:
        width, height = (float(side[1]) if side else 0.0 for side in found)
    except ValueError:
        width, height = 0.0, 0.0
    if not (width > 0 and height > 0):
        raise BadLogo("The logo's SVG does not say how large it is; expected a viewBox, or width and height.")
    return width, height


def _space(tag: str) -> str:
    """The namespace of a tag or attribute."""
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def _name(tag: object) -> str:
    """The tag or attribute without its namespace; a comment or instruction has none."""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
