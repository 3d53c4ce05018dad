"""Who may look at the dashboards: pages, files and the websocket are for those who signed in, each message as much as the first."""

import asyncio
import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlsplit

from itsdangerous import BadSignature, Signer
from sqlalchemy import Engine
from starlette.datastructures import Headers, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from survey_app.pages import chosen_language
from survey_app.reading.people import read_signed_in
from survey_app.recording.people import record_audit, seconds
from survey_app.settings import Settings
from survey_app.sign_in_rule import SECONDS_BETWEEN_MARKS, comes_from_us, hash_token
from survey_app.staff import User
from survey_app.staff_door import StaffDoor, find_signed_in, owes_second_factor

READER = "x-hailong-reader"
"""What the door tells the pages of whoever is behind a connection; what a browser sends under this name is dropped."""
EVERYBODY = "everybody"
OPEN = User(name="", shown_name="", role="committee")
"""Who looks at the open dashboards of the demonstration."""
STATIC = "/dashboards/static/"
"""Streamlit's own scripts and styles, which everybody can have from its publisher."""
STREAM = "/dashboards/_stcore/stream"
NEEDED = frozenset({"/dashboards/_stcore/health", "/dashboards/_stcore/host-config"})
"""What a page asks of Streamlit's own addresses, besides its websocket."""
OWN = ("_stcore", "component", "auth", "oauth2callback")
"""Where those begin: files taken into memory, counts of the server, calls of programs, other people's sign-ins."""
READ = frozenset({"GET", "HEAD"})
SAID_LANGUAGE = b'<html lang="en">'
"""How Streamlit's document begins. Our languages have two letters as well, so that it stays as long as it says."""
ENDED = 4401
OK = 200
FILE_NAME = re.compile(r'filename="([^"]+)"')
SECONDS_OF_A_DOWNLOAD = 10
"""A browser fetches what a button offers twice: to see whether it is there, and to keep it."""
MOST_ASKED = 12
"""Choices of a page's address that an event of a table keeps."""


class DashboardDoor:
    """Stands before the dashboards.

    Args:
        app: the dashboards.
        staff: where sign-ins are looked up.
        open_to_all: whether nobody need sign in; only the demonstration is so.
        sign_in: where the page to sign in is.
    """

    def __init__(self, app: ASGIApp, staff: StaffDoor, *, open_to_all: bool = False, sign_in: str = "/sign-in") -> None:
        self._app, self._staff, self._open, self._sign_in = app, staff, open_to_all, sign_in
        self._taken: dict[tuple[str, str], int] = {}
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request or a connection through, with a word about who it is; or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        if scope["type"] == "http":
            send = _without_cookies(send)
        if scope["path"].startswith(STATIC) and scope.get("method") in READ:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        token = cookie_parser(headers.get("cookie", "")).get(self._staff.cookie, "")
        token_hash = hash_token(token) if token else ""
        user = await self._find_reader(token_hash) if token else None
        known = user is not None
        if scope["type"] == "websocket" and not comes_from_us(headers, public_url=self._staff.settings.public_url):
            known, allowed = False, False
        else:
            allowed = known or self._open
        if not allowed:
            await self._refuse(scope, headers, receive, send)
            return
        if not is_needed(scope):
            await _refuse_needless(scope, receive, send)
            return
        # The origin was judged here; Streamlit would ask a service on the internet for this machine's own address.
        told = tell_reader(token_hash if known else EVERYBODY, self._staff.settings)
        through = {
            **scope,
            "headers": [*_without(scope["headers"], READER, "origin"), (READER.encode(), told.encode())],
        }
        if scope["type"] == "http" and _is_page(headers):
            # Made here anew for its language: neither packed nor compared with what a browser kept.
            through["headers"] = _without(through["headers"], "accept-encoding", "if-none-match", "if-modified-since")
            asked = QueryParams(scope.get("query_string", b"")).get("lang")
            send = _in_language(chosen_language(asked), send)
        if user is not None and _takes_table(scope):
            through["headers"] = _without(through["headers"], "range")  # whole or not at all: one download, one event
            send = _emptied(send) if _only_looks(headers) else self._noting(user, headers, send, path=scope["path"])
        watched = self._watched(receive, token_hash) if known and scope["type"] == "websocket" else receive
        await self._app(through, watched, send)

    async def _find_reader(self, token_hash: str) -> User | None:
        user = await asyncio.to_thread(find_signed_in, self._staff, token_hash, at=self._staff.clock())
        return None if user is None or owes_second_factor(user, self._staff.settings) else user

    def _noting(self, user: User, headers: Headers, send: Send, *, path: str) -> Send:
        """Keeps that a table is taken away before its first byte leaves, by the button or by its address alike."""

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == OK:
                named = FILE_NAME.search(Headers(raw=list(message["headers"])).get("content-disposition", ""))
                about = named[1] if named else path.rpartition("/")[2]
                asked = dict(parse_qsl(urlsplit(headers.get("referer", "")).query)[:MOST_ASKED])
                kept = {key[:80]: value[:80] for key, value in asked.items()}
                async with self._one_at_a_time:  # the second fetch waits for what is noted of the first
                    await self._note_once(user, path, about, kept)
            await send(message)

        return noted

    async def _note_once(self, user: User, path: str, about: str, asked: dict[str, str]) -> None:
        now = seconds(self._staff.clock())
        recent = {one: at for one, at in self._taken.items() if now < at + SECONDS_OF_A_DOWNLOAD}
        if (user.name, path) not in recent:
            await asyncio.to_thread(self._note, user, about, asked)
            recent[user.name, path] = now
        self._taken = recent

    def _note(self, user: User, about: str, asked: dict[str, str]) -> None:
        with self._staff.engine.begin() as connection:
            record_audit(
                connection, self._staff.clock(), user.name, "export_table", about[:200], detail={"asked": asked}
            )

    async def _refuse(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": ENDED, "reason": "not signed in"})
        elif scope["method"] in READ and _is_page(headers):
            query = scope.get("query_string", b"").decode("latin-1")
            wanted = scope["path"] + (f"?{query}" if query else "")
            answer = RedirectResponse(f"{self._sign_in}?next={quote(wanted, safe='')}", status_code=303)
            await answer(scope, receive, send)
        else:
            await PlainTextResponse("not signed in", status_code=401)(scope, receive, send)

    def _watched(self, receive: Receive, token_hash: str) -> Receive:
        """What a reader does keeps the sign-in awake; what a page asks by itself every few seconds does not."""
        marked = seconds(self._staff.clock())

        async def watched() -> Message:
            nonlocal marked
            message = await receive()
            now = seconds(self._staff.clock())
            if now >= marked + SECONDS_BETWEEN_MARKS and not is_automatic(message.get("bytes") or b""):
                marked = now
                await self._find_reader(token_hash)
            return message

        return watched


def is_needed(scope: Scope) -> bool:
    """Whether a page of the dashboards asks this: reads a page or a file that it made, or opens its websocket."""
    if scope["type"] == "websocket":
        return scope["path"] == STREAM
    first = scope["path"].removeprefix("/dashboards").strip("/").partition("/")[0]
    return scope["method"] in READ and (first not in OWN or scope["path"] in NEEDED)


async def _refuse_needless(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": "nothing here"})
    elif scope["method"] in READ:
        await PlainTextResponse("nothing here", status_code=404)(scope, receive, send)
    else:
        allowed = {"allow": ", ".join(sorted(READ))}
        await PlainTextResponse("read only", status_code=405, headers=allowed)(scope, receive, send)


def _without_cookies(send: Send) -> Send:
    """Streamlit's cookie is for files that pages take in, which ours do not: no browser need keep it."""

    async def send_without(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = _without(message.get("headers", ()), "set-cookie")
        await send(message)

    return send_without


def _takes_table(scope: Scope) -> bool:
    """Whether a table that a page offers to keep is asked for; its address works for as long as the page stands open."""
    return scope["type"] == "http" and scope["method"] == "GET" and scope["path"].lower().endswith(".csv")


def _only_looks(headers: Headers) -> bool:
    """Whether a page's own script asks, as Streamlit's does of each button at every look, to see whether the table is there."""
    return headers.get("sec-fetch-mode", "navigate") != "navigate"


def _emptied(send: Send) -> Send:
    """An answer without what it would bring: nothing is taken away, so nothing is to be noted."""

    async def send_emptied(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = _without(message["headers"], "content-length", "content-encoding")
        elif message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return send_emptied


def _is_page(headers: Headers) -> bool:
    """Whether a browser asks for a page to show."""
    return "text/html" in headers.get("accept", "")


def _in_language(language: str, send: Send) -> Send:
    """Streamlit's document says that it is English, whatever is written in it; ours says which language it is in."""

    async def send_in_language(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = message.get("body", b"").replace(
                SAID_LANGUAGE, SAID_LANGUAGE.replace(b"en", language.encode())
            )
        await send(message)

    return send_in_language


def is_automatic(message: bytes) -> bool:
    """Whether a page sent this by itself and no reader did anything."""
    from google.protobuf.message import DecodeError  # noqa: PLC0415 - Streamlit's, which only a server of dashboards loads
    from streamlit.proto.BackMsg_pb2 import BackMsg  # noqa: PLC0415

    try:
        said = BackMsg.FromString(message)
    except DecodeError:
        return True
    return not said.HasField("rerun_script") or said.rerun_script.is_auto_rerun


def _without(headers: Iterable[tuple[bytes, bytes]], *names: str) -> list[tuple[bytes, bytes]]:
    return [(key, value) for key, value in headers if key.lower().replace(b"_", b"-").decode("latin-1") not in names]


def tell_reader(reader: str, settings: Settings) -> str:
    """The header's value: a sign-in's hash or `EVERYBODY`, signed so that nobody else can say it."""
    return _signer(settings).sign(reader).decode()


def _signer(settings: Settings) -> Signer:
    return Signer(
        settings.secret_key, salt="reader of the dashboards", key_derivation="hmac", digest_method=hashlib.sha256
    )


def find_reader(engine: Engine, settings: Settings, told: str, *, at: datetime) -> User | None:
    """Who a connection's header tells of, if the sign-in holds at this moment; None for nobody.

    Args:
        engine: the database.
        settings: whose key signed the header.
        told: the header's value; empty where a connection did not come through the door.
        at: now; an aware time.
    """
    try:
        reader = _signer(settings).unsign(told).decode()
    except (BadSignature, UnicodeDecodeError):
        return None
    if reader == EVERYBODY:
        return OPEN
    with engine.connect() as connection:
        found = read_signed_in(connection, reader)
    if found is None or not found[1].holds(at=seconds(at)) or owes_second_factor(found[0], settings):
        return None
    return found[0]
