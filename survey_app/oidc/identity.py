"""Which account of ours somebody of the province's sign-in is: what is kept beside the account."""

import json
import unicodedata


def subject_identity(issuer: str, subject: str) -> str:
    """Somebody by the provider's own unchanging name for them. Another issuer's same name is somebody else.

    >>> subject_identity("https://sso.tinh.gov.vn", "8f1c")
    '["subject","https://sso.tinh.gov.vn","8f1c"]'
    """
    return _kept("subject", issuer, subject)


def email_identity(issuer: str, email: str) -> str:
    """Whoever first comes with this address, verified by the provider; from then on it is their subject that counts.

    >>> email_identity("https://sso.tinh.gov.vn", " Lan@Tinh.gov.vn")
    '["email","https://sso.tinh.gov.vn","lan@tinh.gov.vn"]'
    """
    return _kept("email", issuer, unicodedata.normalize("NFC", email).strip().lower())


def shown_identity(kept: str) -> str:
    """What is kept, for a person.

    >>> shown_identity(subject_identity("https://sso.tinh.gov.vn", "8f1c"))
    'subject 8f1c at https://sso.tinh.gov.vn'
    """
    way, issuer, value = json.loads(kept)
    return f"{way} {value} at {issuer}"


def _kept(way: str, issuer: str, value: str) -> str:
    return json.dumps([way, issuer, value], ensure_ascii=False, separators=(",", ":"))
