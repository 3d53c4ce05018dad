"""The tamper-evident chain: every desk's slot that ended is one link, over all that was taken in, and over the link before.

A changed, added or removed answer changes the digest of its slot's link; a removed link breaks the chain. Digests are
keyed: whoever can write to the database, but has not the key of the installation, cannot make the chain fit again.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

FIRST = "0" * 64
SEALED = (
    "id", "unit", "desk", "local_date", "slot", "questionnaire", "channel", "language", "field", "answers", "source",
    "flags", "entered_date", "entered_slot", "batch",
)  # fmt: skip
"""What of a response its slot's seal covers: all that is kept of it."""


@dataclass(frozen=True, slots=True)
class SealedComment:
    """What somebody wrote to a question, the salt, the digest that goes into the seal of the slot, and a random id."""

    question: str
    text: str
    salt: str
    digest: str
    id: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A desk's slot in which answers reached the record; `label` is the slot's key."""

    desk: str
    day: date
    label: str

    def __str__(self) -> str:
        return f"desk {self.desk}, {self.day.isoformat()}, slot {self.label}"


@dataclass(frozen=True, slots=True)
class Seal:
    """One link of the chain. responses, comments: how many it covers; previous, digest: 64 hexadecimal digits."""

    number: int
    slot: Slot
    responses: int
    comments: int
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a slot holds: digests of its responses in the order of their random ids, and of its comments, sorted."""

    responses: tuple[bytes, ...] = ()
    comments: tuple[str, ...] = ()


def seal_comments(
    texts: Mapping[str, str], *, key: bytes, id_of: Callable[[str], str] | None = None
) -> tuple[SealedComment, ...]:
    """The written answers, by question, each with a fresh salt and its digest.

    Args:
        texts: question → what was written.
        key: of the installation.
        id_of: question → id, where the same form sent again must give the same; None: fresh ids.
    """
    salted = ((question, text, secrets.token_hex(16)) for question, text in texts.items() if text)
    return tuple(
        SealedComment(
            question,
            text,
            salt,
            digest_comment(text, salt, key=key),
            id=id_of(question) if id_of else secrets.token_urlsafe(16),
        )
        for question, text, salt in salted
    )


def digest_comment(text: str, salt: str, *, key: bytes) -> str:
    """The digest of a comment: says nothing of it once comment and salt are gone, nor to who has not the key."""
    return hmac.digest(key, f"hailong comment v1\x00{salt}\x00{text}".encode(), hashlib.sha256).hex()


def digest_response(row: Mapping[str, Any]) -> bytes:
    """The digest of all that is kept of a response, 32 bytes. row: at least the columns `SEALED`."""
    kept = {name: row[name] for name in SEALED if row[name] is not None}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False, default=str).encode()).digest()


def make_seal(slot: Slot, content: Content, *, after: Seal | None, key: bytes) -> Seal:
    """The link of a slot, after the last link of the chain."""
    number, previous = (after.number + 1, after.digest) if after else (1, FIRST)
    seal = Seal(number, slot, len(content.responses), len(content.comments), previous, "")
    return Seal(number, slot, seal.responses, seal.comments, previous, _digest(seal, content, key))


def _digest(seal: Seal, content: Content, key: bytes) -> str:
    answers = hashlib.sha256(b"".join(content.responses)).hexdigest()
    where = [seal.number, seal.slot.desk, seal.slot.day.isoformat(), seal.slot.label]
    covered = json.dumps([*where, answers, list(content.comments), seal.previous]).encode()
    return hmac.digest(key, b"hailong seal v1\x00" + covered, hashlib.sha256).hex()


def first_broken(seals: Sequence[Seal], contents: Mapping[Slot, Content], *, key: bytes) -> str | None:
    """What is wrong with the first link that does not fit, in words; None for a whole chain.

    Args:
        seals: every link, in order of number.
        contents: what each slot holds now.
        key: of the installation.
    """
    previous, sealed = None, set()
    for place, seal in enumerate(seals, 1):
        fault = _fault(seal, contents.get(seal.slot, Content()), place=place, previous=previous, key=key)
        if fault or seal.slot in sealed:
            return f"link {seal.number} ({seal.slot}): {fault or 'the slot was sealed before'}"
        previous = seal
        sealed.add(seal.slot)
    return None


def _fault(seal: Seal, content: Content, *, place: int, previous: Seal | None, key: bytes) -> str | None:
    if seal.number != place:
        return f"expected link {place}; a link is missing"
    if seal.previous != (previous.digest if previous else FIRST):
        return "it does not follow the link before it"
    for what, sealed, found in (
        ("answers", seal.responses, len(content.responses)),
        ("comment digests", seal.comments, len(content.comments)),
    ):
        if sealed != found:
            return f"{sealed} {what} were sealed, {found} are there"
    if not hmac.compare_digest(seal.digest, _digest(seal, content, key)):
        return "an answer was changed, or the key is another"
    return None


def gather(
    responses: Iterable[tuple[Slot, Mapping[str, Any]]], comments: Iterable[tuple[Slot, str]]
) -> dict[Slot, Content]:
    """What each slot holds, of responses in the order of their ids and of comment digests."""
    digests: dict[Slot, list[bytes]] = {}
    written: dict[Slot, list[str]] = {}
    for slot, row in responses:
        digests.setdefault(slot, []).append(digest_response(row))
    for slot, digest in comments:
        written.setdefault(slot, []).append(digest)
    return {
        slot: Content(tuple(digests.get(slot, ())), tuple(sorted(written.get(slot, ()))))
        for slot in digests.keys() | written.keys()
    }
