"""Encryption with a passphrase, as the tool `age` does it (age-encryption.org/v1, `scrypt`), as a stream.

`pyrage` does the same, but only for what fits in memory twice; the tests hold the two against each other.
"""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from survey_app.backup.archive import BackupRefused, Reader

INTRODUCTION = b"age-encryption.org/v1\n"
STANZA = b"-> scrypt "
WORK, MOST_WORK = 18, 22
"""Powers of two: 18 takes about a second and 256 MB, as `age` itself asks; what asks for more than 22 is refused."""
CHUNK, TAG = 65536, 16
MOST_HEAD = 1024


def encrypted(pieces: Iterable[bytes], passphrase: str) -> Iterator[bytes]:
    """The pieces as an age file that the passphrase opens."""
    salt, file_key, nonce = (secrets.token_bytes(16) for _ in range(3))
    wrapped = ChaCha20Poly1305(_wrapping_key(passphrase, salt, WORK)).encrypt(bytes(12), file_key, None)
    head = INTRODUCTION + STANZA + _base64(salt) + f" {WORK}\n".encode() + _base64(wrapped) + b"\n---"
    yield head + b" " + _base64(_mac(file_key, head)) + b"\n" + nonce
    cipher, number, waiting = ChaCha20Poly1305(_derived(file_key, nonce, b"payload")), 0, bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) > CHUNK:
            yield cipher.encrypt(_nonce(number, last=False), bytes(waiting[:CHUNK]), None)
            del waiting[:CHUNK]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(waiting), None)


def decrypted(reader: Reader, passphrase: str) -> Iterator[bytes]:
    """What an age file holds, each piece once it is known to be authentic.

    Raises:
        BackupRefused: the passphrase is another, or the file is damaged or cut off.
    """
    file_key, nonce = _opened(reader, passphrase)
    cipher, number = ChaCha20Poly1305(_derived(file_key, nonce, b"payload")), 0
    chunk = _read(reader, CHUNK + TAG)
    while True:
        following = _read(reader, CHUNK + TAG)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), chunk, None)
        except InvalidTag:
            raise BackupRefused("The file is damaged or cut off: what it holds is not what was encrypted.") from None
        if not following:
            return
        chunk, number = following, number + 1


def _opened(reader: Reader, passphrase: str) -> tuple[bytes, bytes]:
    """The key of the file and the nonce of its payload."""
    lines = [_line(reader) for _ in range(4)]
    try:
        _, _, salt, work = lines[1].split(b" ")
        if int(work) > MOST_WORK:
            raise BackupRefused(f"The file asks for 2^{int(work)} rounds to try a passphrase; at most 2^{MOST_WORK}.")
        file_key = _file_key(passphrase, _bytes(salt), int(work), _bytes(lines[2]))
    except ValueError:
        raise BackupRefused("The file is damaged: its head is not that of an age file.") from None
    told = b"\n".join([*lines[:3], b"---"])
    if not hmac.compare_digest(lines[3], b"--- " + _base64(_mac(file_key, told))):
        raise BackupRefused("The file is damaged: its head is not as it was written.")
    return file_key, _read(reader, 16)


def _file_key(passphrase: str, salt: bytes, work: int, wrapped: bytes) -> bytes:
    """What the passphrase opens, as it was typed or as another keyboard composes the same letters."""
    for spelled in dict.fromkeys([passphrase, *(unicodedata.normalize(form, passphrase) for form in ("NFC", "NFD"))]):
        try:
            return ChaCha20Poly1305(_wrapping_key(spelled, salt, work)).decrypt(bytes(12), wrapped, None)
        except InvalidTag:
            continue
    raise BackupRefused("The passphrase is not the one that the file was encrypted with.")


def _wrapping_key(passphrase: str, salt: bytes, work: int) -> bytes:
    return Scrypt(b"age-encryption.org/v1/scrypt" + salt, 32, n=2**work, r=8, p=1).derive(passphrase.encode())


def _mac(file_key: bytes, head: bytes) -> bytes:
    return hmac.digest(_derived(file_key, b"", b"header"), head, hashlib.sha256)


def _derived(file_key: bytes, salt: bytes, what: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=what).derive(file_key)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _base64(content: bytes) -> bytes:
    return base64.b64encode(content).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)


def _line(reader: Reader) -> bytes:
    found = bytearray()
    while (letter := reader.read(1)) not in {b"", b"\n"}:
        found += letter
        if len(found) > MOST_HEAD:
            raise BackupRefused("The file is damaged: its head is not that of an age file.")
    return bytes(found)


def _read(reader: Reader, size: int) -> bytes:
    found = bytearray()
    while len(found) < size and (more := reader.read(size - len(found))):
        found += more
    return bytes(found)
