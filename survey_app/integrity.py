"""Flags: what makes an answer doubtful. A flag never removes it; an edition says which flags its index leaves out."""

import ipaddress
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from survey_app.channel import SHARED_OR_STAFF, Channel

FLAGS = ("all_alike", "burst", "honeypot", "outside_hours", "repeated_device", "staff_network", "too_fast")
FEWEST_ALIKE = 5
SECONDS_AT_LEAST, SECONDS_A_RATING = 2.0, 0.5
MOST_AT_A_DESK, BURST_SECONDS = 10, 120.0
MOST_KEPT_OF_A_DESK = 64

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How an answer came. seconds: from the opening of the form to its sending, None where it was typed in for another.

    in_hours: within opening hours or a pilot's session. from_staff: from the staff's network. burst: more than
    `MOST_AT_A_DESK` answers at the desk within two minutes.
    """

    channel: Channel
    seconds: float | None = None
    in_hours: bool = True
    from_staff: bool = False
    burst: bool = False
    honeypot: bool = False


def find_flags(ratings: Sequence[int], came: Circumstances) -> tuple[str, ...]:
    """The flags of one answer, sorted; `repeated_device` is the record's to find.

    Args:
        ratings: the points that were given, one a question.
        came: how the answer came.

    >>> find_flags([5, 5, 5, 5, 5], Circumstances("poster", seconds=3.0))
    ('all_alike', 'too_fast')
    >>> find_flags([5], Circumstances("tablet", seconds=4.0, from_staff=True))
    ()
    """
    own_device = came.channel not in SHARED_OR_STAFF
    least = SECONDS_AT_LEAST + SECONDS_A_RATING * max(len(ratings) - 1, 0)
    found = {
        "all_alike": len(ratings) >= FEWEST_ALIKE and len(set(ratings)) == 1,
        "burst": came.burst,
        "honeypot": came.honeypot,
        "outside_hours": not came.in_hours,
        "staff_network": came.from_staff and own_device,
        "too_fast": came.seconds is not None and came.seconds < least,
    }
    return tuple(name for name in FLAGS if found.get(name))


def count_flags(flags: Iterable[str]) -> dict[str, int]:
    """Flag → how many answers bear it, of the answers' flags as they are kept."""
    counted = Counter(word for words in flags for word in words.split())
    return {name: counted[name] for name in FLAGS}


@dataclass
class RecentAnswers:
    """The forms answered in the last two minutes at each desk, in memory alone; of many no more than tell that."""

    _forms: defaultdict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))

    def is_burst(self, desk: str, form: str, *, at: float) -> bool:
        """Whether a form, answered at so many seconds of a clock, is one of too many at the desk; each form counts once."""
        forms = self._forms[desk]
        while forms and (oldest := next(iter(forms.items())))[1] < at - BURST_SECONDS:
            del forms[oldest[0]]
        if form not in forms:
            forms[form] = at
        if len(forms) > MOST_KEPT_OF_A_DESK:
            del forms[next(iter(forms))]
        return len(forms) > MOST_AT_A_DESK


def client_address(peer: str, forwarded: str, *, trusted_proxies: int) -> str:
    """The address that a request came from.

    Args:
        peer: the other end of the connection.
        forwarded: the X-Forwarded-For header, to which each proxy added whom it heard.
        trusted_proxies: how many proxies of our own stand in front; what others wrote further left is not believed.

    >>> client_address("10.0.0.2", "6.6.6.6, 203.0.113.9", trusted_proxies=1)
    '203.0.113.9'
    >>> client_address("203.0.113.9", "6.6.6.6", trusted_proxies=0)
    '203.0.113.9'
    """
    heard = [each.strip() for each in forwarded.split(",") if each.strip()] if trusted_proxies else []
    return ([peer, *reversed(heard)][: trusted_proxies + 1])[-1]


def is_within(address: str, networks: Collection[Network]) -> bool:
    """Whether an address lies in one of the networks; what is no address lies in none.

    >>> is_within("::ffff:10.20.0.1", [ipaddress.ip_network("10.20.0.0/16")])
    True
    """
    parsed = parse_address(address) if networks else None
    return parsed is not None and any(parsed in network for network in networks)


def parse_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address; IPv4 as itself also where it was heard through IPv6; None of what is no address."""
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
