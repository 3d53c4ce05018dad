"""The province's sign-in as we speak with it: where its doors are, its keys, and a code for a token."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlencode

import httpx2
from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from survey_app.oidc.client import OidcClient, over_tls
from survey_app.oidc.id_token import Person, UnknownKey, read_id_token
from survey_app.oidc.started import Started

SECONDS_KEPT = 3600
SECONDS_BETWEEN_NEW_KEYS = 60
SECONDS_TO_ANSWER = 10
SECONDS_BELIEVED_SILENT = 15
ASKING_AT_ONCE = 2
"""Of the server's few threads; all others are for those who sign in otherwise while the province's sign-in hangs."""
MOST_BYTES = 1_000_000


class SilentProvider(Exception):
    """It does not answer, or not as a provider does; the message says what, for the log."""


class RefusedCode(Exception):
    """The provider gives no token for this code."""


@dataclass(frozen=True, slots=True)
class Discovered:
    """Where the provider's doors are. by_basic: whether our secret goes in the header, else in the form."""

    authorize: str
    token: str
    keys: str
    by_basic: bool


class Provider:
    """Asks the provider; what it says of itself and its keys is kept for an hour, in this process; its silence for a moment.

    Every call may wait for the network: in a thread, through `gate`.
    """

    def __init__(self, client: OidcClient, redirect_uri: str, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self.client, self._redirect_uri, self._ticks = client, redirect_uri, ticks
        self._lock = Lock()
        self.gate = asyncio.Semaphore(ASKING_AT_ONCE)
        self._found: tuple[float, Discovered] | None = None
        self._silent_since: float | None = None
        self._keys: tuple[float, KeySet] | None = None

    def address(self, started: Started) -> str:
        """Where the browser goes to sign in.

        Raises:
            SilentProvider: nobody knows where.
        """
        door = self._discovered().authorize
        asked = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "openid email",
            "state": started.state,
            "nonce": started.nonce,
            "code_challenge": started.challenge,
            "code_challenge_method": "S256",
        }
        return f"{door}{'&' if '?' in door else '?'}{urlencode(asked)}"

    def person(self, code: str, started: Started, *, at: int) -> Person:
        """Who comes back with a code.

        Raises:
            SilentProvider: the provider does not answer.
            RefusedCode: it knows no such code, or not for this browser.
            WrongToken: what it gave for it does not hold.
        """
        tokens = self._redeem(code, started)
        given = {"client": self.client, "nonce": started.nonce, "access_token": tokens.get("access_token"), "at": at}
        try:
            return read_id_token(tokens["id_token"], keys=self._known_keys(), **given)
        except UnknownKey:
            return read_id_token(tokens["id_token"], keys=self._known_keys(anew=True), **given)

    def _redeem(self, code: str, started: Started) -> Mapping[str, Any]:
        found, client = self._discovered(), self.client
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "client_id": client.client_id,
            "code_verifier": started.verifier,
        }
        if found.by_basic:
            answer = self._ask("POST", found.token, data=form, auth=_basic(client))
        else:
            answer = self._ask("POST", found.token, data=form | {"client_secret": client.secret})
        if not isinstance(answer.get("id_token"), str):
            raise RefusedCode(str(answer.get("error", "no token"))[:100])
        return answer

    def _discovered(self) -> Discovered:
        with self._lock:
            now = self._ticks()
            if self._found is not None and now - self._found[0] <= SECONDS_KEPT:
                return self._found[1]
            if self._silent_since is not None and now - self._silent_since < SECONDS_BELIEVED_SILENT:
                raise SilentProvider("it was silent a moment ago")
            self._silent_since = now
            found = self._discover()
            self._found, self._silent_since = (now, found), None
            return found

    def _discover(self) -> Discovered:
        said = self._ask("GET", get_well_known_url(self.client.issuer, external=True))
        if said.get("issuer") != self.client.issuer:
            raise SilentProvider("it says to be another issuer than HAILONG_OIDC_ISSUER")
        doors = [said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        if not all(isinstance(door, str) and over_tls(door) for door in doors):
            raise SilentProvider("it names no addresses over TLS for signing in, tokens and keys")
        ways = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return Discovered(doors[0], doors[1], doors[2], by_basic="client_secret_basic" in ways)  # type: ignore[arg-type]

    def _known_keys(self, *, anew: bool = False) -> KeySet:
        address = self._discovered().keys
        with self._lock:
            age = SECONDS_KEPT + 1 if self._keys is None else self._ticks() - self._keys[0]
            if self._keys is None or age > (SECONDS_BETWEEN_NEW_KEYS if anew else SECONDS_KEPT):
                try:
                    self._keys = self._ticks(), KeySet.import_key_set(self._ask("GET", address))  # type: ignore[arg-type]
                except (JoseError, ValueError, TypeError, KeyError) as error:
                    raise SilentProvider("its keys cannot be read") from error
            return self._keys[1]

    def _ask(self, method: str, address: str, **sent: Any) -> Mapping[str, Any]:
        """One question, without redirects, and an answer of a bounded size."""
        try:
            with (
                httpx2.Client(timeout=SECONDS_TO_ANSWER, follow_redirects=False) as client,
                client.stream(method, address, headers={"accept": "application/json"}, **sent) as answer,
            ):
                read = _read_json(answer)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            raise SilentProvider(f"{type(error).__name__} at {address}") from error
        if not isinstance(read, dict) or (method == "GET" and answer.status_code != httpx2.codes.OK):
            raise SilentProvider(f"answer {answer.status_code} at {address}")
        return read


def _read_json(answer: httpx2.Response) -> Any:
    text = b""
    for piece in answer.iter_bytes():
        text += piece
        if len(text) > MOST_BYTES:
            raise ValueError(f"answer > {MOST_BYTES} bytes")
    return json.loads(text)


def _basic(client: OidcClient) -> tuple[str, str]:
    """Name and secret as a form would write them (RFC 6749 §2.3.1)."""
    name, secret = (urlencode({"": text})[1:] for text in (client.client_id, client.secret))
    return name, secret
