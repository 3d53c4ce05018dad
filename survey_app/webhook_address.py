"""Which addresses a webhook may have: our server must not be made to knock at doors inside the office's network."""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

LONGEST = 2000
NAT64 = ipaddress.ip_network("64:ff9b::/96")
PORTS = {"https": 443, "http": 80}


class RefusedAddress(Exception):
    """The address may not be written to; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect, judged: the address of the network, and the host that is asked for there."""

    url: str
    host: str
    host_header: str


def parse_address(text: str, *, private: bool) -> SplitResult:
    """The parts of an address that may be kept.

    Args:
        text: as somebody typed it.
        private: whether http and addresses inside a network are allowed.

    Raises:
        RefusedAddress: no https, a name or password in it, a fragment, or no address at all.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise RefusedAddress(f"{text!r} is no address: {error}") from error
    if parts.scheme not in (PORTS if private else {"https"}):
        raise RefusedAddress("the address must begin with https:// (http:// needs HAILONG_WEBHOOK_PRIVATE=on)")
    bad = parts.username is not None or parts.password is not None or parts.fragment or port == 0
    if not parts.hostname or bad or len(text) > LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        raise RefusedAddress("the address must be https://HOST/PATH, without a name, a password or a fragment in it")
    return parts


async def resolve(text: str, *, private: bool) -> Target:
    """Where to connect now: the name is looked up once, judged, and that very address is connected to.

    Raises:
        RefusedAddress: as `parse_address`, the name is unknown, or one of its addresses is not a public one.
    """
    parts = parse_address(text, private=private)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise RefusedAddress(f"{host} is not known") from error
    addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    if not addresses:
        raise RefusedAddress(f"{host} is not known")
    if not private and not all(is_public(each) for each in addresses):
        raise RefusedAddress(f"{host} leads inside a network (HAILONG_WEBHOOK_PRIVATE=on allows it)")
    chosen = f"[{addresses[0]}]" if addresses[0].version == 6 else str(addresses[0])  # noqa: PLR2004 - IPv6
    url = parts._replace(netloc=f"{chosen}:{port}").geturl()
    return Target(url, host, parts.netloc)


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is one of the whole internet, whatever it is wrapped in.

    >>> [is_public(ipaddress.ip_address(each)) for each in ("1.1.1.1", "10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1")]
    [True, False, False, False]
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast
