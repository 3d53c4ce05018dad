"""A form's ticket: which form it is, through what it was opened, and when; signed, so that nobody makes one up.

The ticket leaves with the page and comes back with the answers; nothing of it is kept. A code is judged when its form
opens, and the ticket says that it was: what became of the code meanwhile does not matter for 24 hours.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, TimestampSigner

GOOD_FOR = timedelta(hours=24)
ID_LETTERS = 22
_SALT = "hailong form ticket v1"


class BadTicket(Exception):
    """The form's ticket is not one of ours, or older than a form may be."""


@dataclass(frozen=True, slots=True)
class OpenedBy:
    """Through what a form was opened, and what it asked.

    link: serial number; card: hash of a card; source: where an invitation stood; version: of the questionnaire.
    """

    link: int = 0
    card: str = ""
    source: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """An opened form. form_id: random, 22 letters; opened: when, UTC, to the second."""

    form_id: str
    opened_by: OpenedBy
    opened: datetime

    @property
    def link(self) -> int:
        """Serial number of the link, 0 where a card opened the form."""
        return self.opened_by.link

    @property
    def card(self) -> str:
        """Hash of the card, empty where a link opened the form."""
        return self.opened_by.card

    @property
    def source(self) -> str | None:
        """Where the invitation stood, if that was said."""
        return self.opened_by.source or None

    @property
    def version(self) -> str:
        """Version of the questionnaire that the form showed; empty where it does not say."""
        return self.opened_by.version

    @property
    def response_id(self) -> str:
        """The id of the response: a one-way hash, so that what else is derived from the form cannot be joined to it."""
        return one_way("response", self.form_id)[:ID_LETTERS]

    def comment_id(self, question: str) -> str:
        """The id of what is written to a question: another one-way hash, so that a comment sent again is known by it."""
        return one_way("comment", f"{question}\x00{self.form_id}")[:ID_LETTERS]

    @property
    def case_secret(self) -> bytes:
        """What the code of a case is made of: another one-way hash, so that the same form always has the same case."""
        return _digest("case", self.form_id)


class _Signer(TimestampSigner):
    """Signs as of a moment that is handed in."""

    def __init__(self, key: bytes, at: datetime) -> None:
        super().__init__(key, salt=_SALT, digest_method=hashlib.sha256)
        self._at = int(at.timestamp())

    def get_timestamp(self) -> int:
        return self._at


def issue_ticket(opened_by: OpenedBy, *, key: bytes, at: datetime) -> str:
    """The text that a newly opened form carries.

    Args:
        opened_by: the link or card.
        key: secret of the installation.
        at: now, aware.
    """
    said = (new_form_id(), str(opened_by.link), opened_by.card, opened_by.source, opened_by.version)
    content = "~".join(said).rstrip("~")
    return _Signer(key, at).sign(content.encode()).decode()


def read_ticket(text: str, *, key: bytes, at: datetime) -> Ticket:
    """The ticket in a posted form.

    Raises:
        BadTicket: it is not ours, comes from the future, or was issued more than 24 hours ago.
    """
    signer = _Signer(key, at)
    try:
        signed, opened = signer.unsign(text, max_age=int(GOOD_FOR.total_seconds()), return_timestamp=True)
    except (BadSignature, ValueError) as error:  # a lone surrogate cannot even be encoded
        raise BadTicket(str(error)) from error
    form_id, link, card, source, version = (signed.decode() + "~~~").split("~")[:5]
    return Ticket(form_id, OpenedBy(int(link), card, source, version), opened.astimezone(UTC))


def new_form_id() -> str:
    """The form's own random id: 128 bits, so nobody can guess another's."""
    return secrets.token_urlsafe(16)


def one_way(purpose: str, text: str) -> str:
    """A hash of a text that has 128 random bits of its own; for each purpose another, in letters safe in an address."""
    return urlsafe_b64encode(_digest(purpose, text)).decode().rstrip("=")


def _digest(purpose: str, text: str) -> bytes:
    return hashlib.sha256(f"hailong {purpose} v1\x00{text}".encode()).digest()
