"""The address that a symbol carries: all in capitals, short enough for large modules, and open to a phone."""

import re
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from qr_codes.check import kind_of, read_code
from qr_codes.symbol import make_symbol

SHORT_ADDRESS = 47  # alphanumeric characters in a symbol of version 3, level Q (ISO/IEC 18004, table 7)
SHORT_VERSION = 3

_LABEL = "[A-Z0-9]([A-Z0-9-]{0,61}[A-Z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*(:[0-9]{{1,5}})?")
_NUMBER = re.compile(r"[0-9]+|0[Xx][0-9A-Fa-f]*")
"""A host whose last part is one is no name: browsers read it as an IPv4 address."""
_LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"})


class LoopbackAddress(Exception):
    """The address opens on the server's own computer only, so paper must not carry it; the message says what to do."""


@dataclass(frozen=True, slots=True)
class LongAddress:
    """A warning: the address takes a larger symbol, so smaller modules on the same paper.

    characters: length of the address. most: what would keep the symbol at version 3. version: of the symbol it takes.
    """

    characters: int
    most: int
    version: int


def printed_address(base_url: str, code: str, *, tablet: bool = False) -> str:
    """The address that a symbol carries, all in capitals so that it takes the dense alphanumeric mode.

    Scheme and host mean the same in capitals (RFC 3986, 6.2.2.1), and the server takes `/R/` as `/r/`.

    Args:
        base_url: where the server is reached: scheme, host and, if need be, port; no path, for its case would be lost.
        code: of any kind; a case's gives the case's page, any other opens a form.
        tablet: the form's page for a shared tablet.

    Raises:
        ValueError: `base_url` cannot be written this way.
        BadCode: `code` is none.

    >>> printed_address("https://hailong.example.vn", "0007-34fc-68h")
    'HTTPS://HAILONG.EXAMPLE.VN/R/000734FC68H'
    """
    door = "C" if kind_of(code) == "case" else "K" if tablet else "R"
    return f"{printed_base(base_url)}/{door}/{read_code(code)}"


def printed_base(base_url: str) -> str:
    """Scheme and host in capitals; raises ValueError as `printed_address` does.

    >>> printed_base("https://hailong.example.vn/")
    'HTTPS://HAILONG.EXAMPLE.VN'
    """
    parts = _split(base_url)
    return f"{parts.scheme}://{parts.netloc}".upper()


def check_printable(address: str) -> None:
    """Refuses an address that no phone can open.

    Raises:
        LoopbackAddress: it is `localhost` or one of 127.0.0.0/8, in any spelling, or no address of a host (0.0.0.0).

    >>> check_printable("HTTPS://HAILONG.EXAMPLE.VN/R/000734FC68H")
    """
    if is_loopback(address):
        raise LoopbackAddress(
            f"{address} opens on this computer only, so it is not printed: no phone could follow it. "
            "Set HAILONG_PUBLIC_URL to the address that phones reach, such as https://hailong.example.vn, "
            "or start with HAILONG_HOST=0.0.0.0 to serve this network."
        )


def is_loopback(address: str) -> bool:
    """Whether only the server's own computer can open the address.

    >>> is_loopback("http://127.0.0.1:8000"), is_loopback("https://hailong.example.vn")
    (True, False)
    """
    host = urlsplit(address).hostname or ""
    named = host in _LOOPBACK_NAMES or host.endswith(".localhost")
    return named or host == "::1" or _first_byte(host) in {0, 127}


def long_address(address: str) -> LongAddress | None:
    """The warning to show for an address that takes a larger symbol than version 3 at level Q, or None.

    >>> long_address("HTTPS://HAILONG.DICHVUCONG.DONGTHAP.GOV.VN/R/000734FC68H")
    LongAddress(characters=56, most=47, version=4)
    """
    version = make_symbol(address).version
    return LongAddress(len(address), SHORT_ADDRESS, version) if version > SHORT_VERSION else None


def _first_byte(host: str) -> int | None:
    """Of an IPv4 address in any spelling that browsers take (127.1, 0x7f000001), None of a name."""
    try:
        return socket.inet_aton(host)[0]
    except OSError:
        return None


def _split(base_url: str) -> SplitResult:
    """Scheme and host of an address that has nothing else."""
    expected = "must be http:// or https://, a host of A-Z 0-9 . - (and a port), and nothing after it"
    try:
        parts = urlsplit(base_url)
        port_fits = parts.port != 0
    except ValueError as fault:
        raise ValueError(f"base_url == {base_url!r}, {expected}.") from fault
    numeric = _NUMBER.fullmatch((parts.hostname or "").rpartition(".")[2])
    if numeric and _first_byte(parts.hostname or "") is None:
        raise ValueError(f"base_url == {base_url!r}, must be an IPv4 address where its host ends with a number.")
    plain = base_url.isascii() and base_url.removesuffix("/").lower() == f"{parts.scheme}://{parts.netloc}".lower()
    if not (plain and port_fits and parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.netloc.upper())):
        raise ValueError(f"base_url == {base_url!r}, {expected}.")
    return parts
