"""Text as it was written, where Markdown or a picture's marks would be read: a name is a name, whatever stands in it."""

import re
from typing import Final

_MARKS: Final = re.compile(r"[\\`*_\[\]<>~$|&#!]")
_BEGINS: Final = re.compile(r"^(\d*)([-+.)])(?=\s)")
"""What would begin a list."""
_JOINED: Final = re.compile(
    r"(?<=www)(?=\.)|(?<=@)(?=\w)|(?<=:)(?=[^\W\d]|[/+-]|\d+:)|(?<=[-<>=])(?=[-<>=])", re.IGNORECASE
)
"""Where an address, a symbol's name between colons or an arrow holds together: they are looked for after Markdown is read."""
_JOINER: Final = "\u2060"
"""A word joiner: it takes no room and no line is broken there, and what looks for an address does not go across it."""


class Strong(str):
    """A cell's text that is shown in bold."""

    __slots__ = ()


def plain(text: str) -> str:
    r"""The text for Markdown that shows it letter by letter: no link, picture, emphasis, formula, colour or symbol.

    >>> print(plain("Tân Hồng [Đăng nhập lại](//evil.example) *1*"))
    Tân Hồng \[Đăng nhập lại\](//evil.example) \*1\*
    """
    joined = _JOINED.sub(_JOINER, " ".join(text.split("\n")).strip())
    return _BEGINS.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", joined))


def plain_label(text: str) -> str:
    """The text for a picture's label, which takes some tags of HTML.

    >>> plain_label("<a href='//evil.example'>Quầy 1 & 2</a>")
    "&lt;a href='//evil.example'&gt;Quầy 1 &amp; 2&lt;/a&gt;"
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
