"""One small office with a desk, a server on it, and a form filled in."""

import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest
import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine
from starlette.testclient import TestClient

from qr_codes import make_code
from survey_app.app import make_app
from survey_app.door import ZONE
from survey_app.password import one_spelling
from survey_app.recording import record_link, record_rows
from survey_app.recording.people import record_user
from survey_app.settings import Settings, read_settings
from survey_app.tables import DeskRow, FieldRow, UnitRow
from survey_app.ticket import OpenedBy, issue_ticket, read_ticket

KEY = "a key of thirty-two characters or more"


@dataclass
class Clock:
    """The time as a test sets it: Thursday, 19 November 2026, 09:42 in Viet Nam."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 19, 9, 42, tzinfo=ZONE))

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Office:
    """A desk's server and its printed code."""

    client: TestClient
    engine: Engine
    code: str
    serial: int
    clock: Clock

    def ticket(self) -> str:
        """What a form that opens now carries."""
        return issue_ticket(OpenedBy(link=self.serial), key=KEY.encode(), at=self.clock())

    def response_id(self, ticket: str) -> str:
        """The id of the response to a form."""
        return read_ticket(ticket, key=KEY.encode(), at=self.clock()).response_id

    def post(self, **fields: str) -> object:
        """Post the form with a new ticket unless one is given."""
        return self.client.post(
            f"/r/{self.code}", data={"id": self.ticket(), "overall": "5"} | fields, follow_redirects=False
        )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    public = {"HAILONG_PUBLIC_URL": "http://hailong.example"}  # a loopback address is not printed
    return read_settings({"HAILONG_DATA_DIR": str(tmp_path), "HAILONG_SECRET_KEY": KEY} | public)


def record_office(engine: Engine) -> int:
    """xã Tân Hồng with one desk and one printed code; its serial number."""
    with engine.begin() as connection:
        record_rows(
            connection,
            FieldRow,
            [{"code": "ho-tich", "names": {"vi": "Hộ tịch", "en": "Civil status"}, "source": "test"}],
        )
        record_rows(
            connection,
            UnitRow,
            [{"code": "xa.29926", "kind": "xã", "name": "Tân Hồng", "valid_from": date(2025, 7, 1), "source": "test"}],
        )
        record_rows(
            connection,
            DeskRow,
            [
                {
                    "code": "xa.29926.1",
                    "unit": "xa.29926",
                    "name": "Quầy 1 – Hộ tịch",
                    "place": "Trung tâm Phục vụ hành chính công",
                    "fields": ["ho-tich"],
                    "questionnaire": "desk",
                    "source": "test",
                }
            ],
        )
        return record_link(connection, "xa.29926.1", issued=date(2026, 11, 1))


@pytest.fixture
def office(engine: Engine, settings: Settings) -> Iterator[Office]:
    serial, clock = record_office(engine), Clock()
    with TestClient(make_app(engine, settings, clock=clock)) as client:
        yield Office(client, engine, make_code(serial, key=settings.secret_key), serial, clock)


PASSWORD = "bốn từ dễ nhớ đây"  # noqa: S105 - of the tests
STAFF = {
    "mot-cua": ("unit", "xa.29926"),
    "noi-vu": ("home_affairs", None),
    "thanh-tra": ("inspector", None),
    "quan-tri": ("administrator", None),
    "ban-chi-dao": ("committee", None),
}
"""Name → role and unit of one account for each role."""


@cache
def _kept_password() -> str:
    """Argon2id as the office keeps it, but of the least work: thousands of tests sign in."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(one_spelling(PASSWORD))


def record_staff(engine: Engine, accounts: Mapping[str, tuple[str, str | None]] = STAFF) -> None:
    """Accounts by name, role and unit, all with `PASSWORD`; one for each role unless others are given."""
    with engine.begin() as connection:
        for name, (role, unit) in accounts.items():
            record_user(
                connection,
                name=name,
                shown_name=f"Cán bộ {name}",
                role=role,
                unit=unit,
                password=_kept_password(),
                created=date(2026, 11, 1),
            )


def sign_in(client: TestClient, name: str, password: str = PASSWORD, **fields: str) -> Response:
    """What the server says to a name and a password; the client keeps the cookie."""
    return client.post("/sign-in", data={"name": name, "password": password} | fields, follow_redirects=False)


def form_token(client: TestClient, page: str = "/office/") -> str:
    """The token that the forms of a page carry."""
    return re.search(r'name="form_token" value="([^"]+)"', client.get(page).text)[1]


@contextmanager
def serving(app: FastAPI, port: int = 0) -> Iterator[str]:
    """The address of a real server on an application, in a thread of this process."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.02)
            yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
