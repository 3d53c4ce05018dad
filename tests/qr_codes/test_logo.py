import base64
import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from qr_codes import BadLogo, CardBatch, Sheet, draw_cards, draw_sheets, read_logo
from tests.qr_codes.printed import pages, photographed

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">{}</svg>'
RED = '<path fill="#a61c28" d="M0 0h20v10H0z"/>'


def svg(inside, **attributes):
    return (
        SVG.format(inside)
        .replace("viewBox", " ".join(f'{k}="{v}"' for k, v in attributes.items()) + " viewBox")
        .encode()
    )


def png(size=(40, 20), *, mode="RGB", colour=(166, 28, 40), info=None):
    content = io.BytesIO()
    Image.new(mode, size, colour).save(content, format="PNG", pnginfo=info)
    return content.getvalue()


def test_a_plain_svg_and_a_png_are_taken_with_their_ratio():
    assert read_logo(svg(RED)).ratio == 2
    assert read_logo(png()).ratio == 2
    assert read_logo(b'<svg xmlns="http://www.w3.org/2000/svg" width="30mm" height="40mm"/>').ratio == 0.75


@pytest.mark.parametrize("content", [svg(RED), png(), png(mode="L", colour=0), png(mode="P", colour=3)])
def test_a_logo_is_printed(content):
    sheet = Sheet(
        "UBND xã", "Một cửa", "Quầy 1", "HTTPS://A.VN/R/000734FC68H", "000734FC68H", False, logo=read_logo(content)
    )
    (page,) = pages(draw_sheets([sheet]))
    (bare,) = pages(draw_sheets([Sheet("UBND xã", "Một cửa", "Quầy 1", sheet.address, sheet.code, False)]))
    assert (photographed(page)[:150] != photographed(bare)[:150]).any()
    batch = CardBatch("UBND xã", "Một cửa", "Quầy 1", "https://a.vn", ("000000000000Q",), False, logo=sheet.logo)
    assert draw_cards(batch).startswith(b"%PDF")


def test_a_png_keeps_its_pixels_alone_no_place_or_author():
    info = PngInfo()
    info.add_text("Author", "Nguyen Van A")
    content = png(info=info)
    assert b"Nguyen" in content
    inside = base64.b64decode(read_logo(content).svg.partition("base64,")[2].partition('"')[0])
    assert b"Nguyen" not in inside
    assert Image.open(io.BytesIO(inside)).convert("RGB").getpixel((0, 0)) == (166, 28, 40)


def test_what_an_editor_adds_for_itself_is_left_out():
    content = (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:i="http://www.inkscape.org/namespaces/inkscape"'
        b' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" viewBox="0 0 2 2" i:export-filename="/home/me/a.png">'
        b'<metadata><rdf:RDF rdf:about="http://a.vn"/></metadata><title>Me</title><i:grid/><path d="M0 0h2v2z"/></svg>'
    )
    logo = read_logo(content).svg
    assert "path" in logo
    assert all(word not in logo for word in ("inkscape", "home", "a.vn", "Me<", "grid"))


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<g onload="alert(1)"/>',
        '<image href="http://a.vn/logo.png"/>',
        '<image href="data:image/png;base64,AAAA"/>',
        "<text>UBND</text>",
        "<foreignObject/>",
        '<g xmlns:x="http://www.w3.org/1999/xlink"><use x:href="#a"/></g>',
        '<path fill="url(http://a.vn/#a)" d="M0 0"/>',
        '<path style="fill:url(\'file:///etc/passwd\')" d="M0 0"/>',
        "<style>@import 'http://a.vn/a.css';</style>",
        "<style>path { fill: url(a.svg#b) }</style>",
        '<animate attributeName="x"/>',
        '<a href="javascript:alert(1)"/>',
    ],
)
def test_an_svg_that_runs_reaches_out_or_needs_a_font_is_refused(inside):
    with pytest.raises(BadLogo, match=r"expected shapes only"):
        read_logo(svg(inside))


def test_a_gradient_of_its_own_is_taken():
    inside = '<defs><linearGradient id="a"><stop stop-color="#a61c28"/></linearGradient></defs><path fill="url(#a)" d="M0 0h9v9z"/>'
    assert "linearGradient" in read_logo(svg(inside)).svg


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "neither a PNG nor an SVG"),
        (b"GIF89a", "neither a PNG nor an SVG"),
        (b"\xff\xfe\x00", "neither a PNG nor an SVG"),
        (b"<html/>", "root <html>; expected an SVG"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "document type"),
        ("<!DOCTYPE svg><svg/>".encode("utf-16"), "neither a PNG nor an SVG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "does not say how large"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%"/>', "does not say how large"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 5"/>', "does not say how large"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 51 10"/>', "5.10 times as wide as high"),
        (png((10, 51)), "0.20 times as wide as high"),
        (png()[:60], "damaged PNG"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "damaged PNG"),
        (png((4001, 1000), mode="1", colour=0), "4001 × 1000 pixels; expected at most 4000"),
        (b" " * 1_000_001, "1,000,001 bytes; expected at most 1,000,000"),
    ],
)
def test_what_is_no_logo_is_refused_with_what_is_expected(content, said):
    with pytest.raises(BadLogo, match=said):
        read_logo(content)


def test_a_png_that_claims_to_be_endless_is_refused_before_it_is_unpacked():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 2**30, 2**30, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    with pytest.raises(BadLogo):
        read_logo(content)
