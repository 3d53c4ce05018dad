"""The door to Typst: a template and its data in, pages out. Data enters as strings and is only ever shown as text."""

import io
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import fontpkg_be_vietnam_pro
import typst
from PIL import Image

PictureFormat = Literal["svg", "png"]
PRINT_DPI = 300

_TEMPLATES = Path(__file__).parent / "templates"
_FONTS = fontpkg_be_vietnam_pro.ROOT / "files"
_MADE_AT = 0  # no clock: the same pages give the same bytes


def set_pdf(template: str, data: Mapping[str, object], *, title: str) -> bytes:
    """The pages as one PDF/UA-1 file, which is read aloud in order.

    Raises:
        ValueError: a name holds a character that the font lacks.
    """
    pdf = _compile(template, data, title, output="pdf", standards=["ua-1"])
    return pdf if isinstance(pdf, bytes) else b"".join(pdf)


def set_pictures(template: str, data: Mapping[str, object], *, title: str, picture: PictureFormat) -> list[bytes]:
    """Each page as an SVG file, type turned to shapes, or as a PNG of 300 dots an inch that says so.

    Raises:
        ValueError: as `set_pdf`.
    """
    pages = _compile(template, data, title, output=picture, standards=[])
    found = [pages] if isinstance(pages, bytes) else pages
    return [_with_density(page) for page in found] if picture == "png" else found


def _compile(
    template: str, data: Mapping[str, object], title: str, *, output: str, standards: Sequence[str]
) -> bytes | list[bytes]:
    try:
        return typst.compile(  # type: ignore[call-overload, no-any-return]
            _TEMPLATES / template,
            format=output,
            root=_TEMPLATES,
            font_paths=_fonts(),
            sys_inputs={"title": title, "data": json.dumps(data, ensure_ascii=False)},
            timestamp=_MADE_AT,
            pdf_standards=list(standards),
            ppi=PRINT_DPI,
        )
    except typst.TypstError as fault:
        if "could not be displayed with font" in str(fault):
            raise ValueError(f"A name on a sheet cannot be printed: {fault}.") from fault
        raise


def _with_density(png: bytes) -> bytes:
    written = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").save(written, format="PNG", dpi=(PRINT_DPI, PRINT_DPI))
    return written.getvalue()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[_FONTS])
