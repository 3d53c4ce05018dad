"""How to reach the author of a case: encrypted, with consent only, and gone by a day that was told."""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEPT_FOR: Final = timedelta(days=90)
LONGEST: Final = 120
_PHONE = re.compile(r"\+?[0-9(][0-9 ().-]{6,22}[0-9]")
_EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\"]{2,}")
FEWEST_DIGITS, MOST_DIGITS = 8, 15


class LostContact(Exception):
    """What is kept cannot be opened: the installation's key is another, or the row was changed."""


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact to keep. sealed: encrypted; consent: the sentence that was agreed to; purge_on: the day it goes."""

    sealed: str
    consent: str
    given: date
    purge_on: date


def is_contact(text: str) -> bool:
    """Whether this could be a telephone number or an e-mail address."""
    if len(text) > LONGEST:
        return False
    digits = sum(letter.isdigit() for letter in text)
    return bool(_EMAIL.fullmatch(text) or (_PHONE.fullmatch(text) and FEWEST_DIGITS <= digits <= MOST_DIGITS))


def seal_contact(text: str, *, case: str, on: date, consent: str, key: bytes) -> NewContact:
    """The contact, encrypted for this case.

    Args:
        text: the telephone number or e-mail address.
        case: id of the case; what is sealed for one case cannot be read as another's.
        on: the day. Fernet writes the second of sealing in clear; midnight is written instead, for the second tells who.
        consent: the sentence that the author agreed to.
        key: of the installation.
    """
    midnight = int(datetime.combine(on, time(), tzinfo=UTC).timestamp())
    sealed = _box(key).encrypt_at_time(f"{case}\n{text}".encode(), current_time=midnight)
    return NewContact(sealed.decode(), consent, on, on + KEPT_FOR)


def open_contact(sealed: str, *, case: str, key: bytes) -> str:
    """The contact in clear.

    Raises:
        LostContact: it was sealed with another key, for another case, or was changed.
    """
    try:
        owner, _, text = _box(key).decrypt(sealed).decode().partition("\n")
    except InvalidToken as error:
        raise LostContact(case) from error
    if owner != case:
        raise LostContact(case)
    return text


def _box(key: bytes) -> Fernet:
    """Of a key of its own for contacts, so that nothing else made with the installation's secret opens them."""
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"hailong contact v1").derive(key)
    return Fernet(base64.urlsafe_b64encode(made))
