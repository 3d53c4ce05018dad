"""What the provider signed about somebody, believed only where all of it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from survey_app.oidc.client import OidcClient

SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""With a key that only the provider has: never `none`, and nothing that our own secret or a public key could sign."""
SECONDS_CLOCKS_DIFFER = 60
LONGEST_SUBJECT = 255


class WrongToken(Exception):
    """It does not hold; the message names what, for the log, and repeats nothing of the token."""


class UnknownKey(WrongToken):
    """It was signed with a key that is not among those we know; the provider may have a new one."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the provider. subject: never given to another; email: only if the provider verified it, else empty."""

    subject: str
    email: str = ""


def read_id_token(
    token: str, *, keys: KeySet, client: OidcClient, nonce: str, access_token: str | None, at: int
) -> Person:
    """Who signed in.

    Args:
        token: as the provider gave it for the code.
        keys: the provider's public ones.
        client: issuer and audience that must stand in it.
        nonce: what we asked with.
        access_token: what came beside it; its hash is compared where the token holds one.
        at: seconds since 1970, UTC.

    Raises:
        WrongToken: signature, algorithm, issuer, audience, time or nonce are not what they must be.
    """
    try:
        read = jwt.decode(token, keys, algorithms=list(SIGNED_BY))
        options: dict[str, Any] = {
            "iss": {"essential": True, "value": client.issuer},
            "aud": {"essential": True, "value": client.client_id},
        }
        asked = {"nonce": nonce, "client_id": client.client_id, "access_token": access_token}
        claims = CodeIDToken(read.claims, read.header, options, asked)
        claims.validate(now=at, leeway=SECONDS_CLOCKS_DIFFER)
    except InvalidKeyIdError as error:
        raise UnknownKey(type(error).__name__) from None
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise WrongToken(f"{type(error).__name__} {getattr(error, 'claim', '')}".strip()) from None
    return _person(claims)


def _person(claims: Mapping[str, Any]) -> Person:
    subject, email = claims["sub"], claims.get("email")
    if not subject or len(subject) > LONGEST_SUBJECT or not subject.isprintable():
        raise WrongToken("sub")
    verified = claims.get("email_verified") is True and isinstance(email, str)
    return Person(subject, email if verified else "")
