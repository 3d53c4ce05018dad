"""A small demonstration, an empty record, and pages opened on either as a reader would."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from dashboards import data
from scoring import (
    Measures,
    Ratio,
    ScoreSheet,
    Survey,
    Tally,
    count_answers,
    difference,
    load_edition,
    parse_period,
    score,
)
from survey_app.db import migrate, open_database
from survey_app.demo import load_demo
from survey_app.questionnaire import load_questionnaire
from survey_app.recording import record_catalogue, record_questionnaire
from survey_app.register import Catalogue
from survey_app.settings import read_settings
from survey_app.snapshot import Snapshot
from tests.conftest import shipped_catalogue
from tests.connected import connect_as

MAIN = Path(data.__file__).with_name("main.py")
LOCALITIES = {"tinh.82", "tinh.52", "tuy-phuoc"}
"""Today's units around Tân Hồng and Tuy Phước, and Tuy Phước's communes of the pilot's time: enough for every page."""

SIPAS = load_edition("sipas-2017")
CRITERIA = {"polite": "3.1", "guidance": "3.4"}
POINTS = dict.fromkeys(CRITERIA, pl.Int8())

OpenPage = Callable[..., AppTest]
Said = Callable[[AppTest], str]

_read_last: list[Path] = []


def record_of(folder: Path, catalogue: Catalogue | None = None) -> Engine:
    """A database in this folder with a catalogue, the packaged one unless given, the questionnaire, and no responses."""
    engine = open_database(read_settings({"HAILONG_DATA_DIR": str(folder)}).database_url)
    migrate(engine)
    with engine.begin() as connection:
        record_catalogue(connection, catalogue or shipped_catalogue())
        record_questionnaire(connection, load_questionnaire("desk"))
    return engine


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data of three localities, simulated once for the session."""
    folder, catalogue = tmp_path_factory.mktemp("demo"), shipped_catalogue()
    engine = record_of(folder)
    desks = tuple(desk for desk in catalogue.desks if catalogue.unit[desk.unit].parent in LOCALITIES)
    load_demo(engine, replace(catalogue, desks=desks), load_questionnaire("desk"), today=data.now().date())
    engine.dispose()
    return folder


@pytest.fixture
def demo(demo_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Snapshot]:
    """The dashboards read the small demonstration; its snapshot."""
    yield from _reading(demo_folder, monkeypatch)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Snapshot]:
    """The dashboards read a record to which nobody has answered yet; its snapshot."""
    record_of(tmp_path).dispose()
    yield from _reading(tmp_path, monkeypatch)


@pytest.fixture
def documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Snapshot]:
    """A record as `hailong init` leaves it: what the documents say, without what is simulated, and no responses."""
    engine = record_of(tmp_path, shipped_catalogue().documented())
    engine.dispose()
    yield from _reading(tmp_path, monkeypatch)


def _reading(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Snapshot]:
    monkeypatch.setenv("HAILONG_DATA_DIR", str(folder))
    monkeypatch.delenv("HAILONG_DATABASE_URL", raising=False)
    connect_as(monkeypatch)
    if folder not in _read_last:  # reading takes half a second: only where another record was read last
        data._record.clear()
        _read_last[:] = [folder]
    yield data.latest()


@pytest.fixture
def open_page() -> OpenPage:
    """Opens a page by its address: `open_page("units", unit="xa.29926", lang="en")`; refuses one that fails."""

    def opened(page: str, **query: str) -> AppTest:
        test = AppTest.from_file(str(MAIN), default_timeout=120)
        for name, value in query.items():
            test.query_params[name] = value
        test.run()
        if page != "overview":
            test.switch_page(f"views/{page}.py")
            for name, value in query.items():
                test.query_params[name] = value
            test.run()
        assert not test.exception, [error.message for error in test.exception]
        return test

    return opened


@pytest.fixture
def said() -> Said:
    """Everything that a page says in words, one text a line."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "warning")
    return lambda test: "\n".join(element.value for kind in kinds for element in test.get(kind))


def result_of(
    satisfied: int, n: int, *, before: tuple[int, int] = (0, 0), unit: str = "xa.29926", received: int | None = None
) -> data.GroupResult:
    """A unit of whose n answers to two questions so many are «hài lòng», the others «bình thường»."""
    period = parse_period("2026-Q4")
    frame = pl.DataFrame({code: [4] * satisfied + [3] * (n - satisfied) for code in CRITERIA}, schema_overrides=POINTS)
    now, tally = _sheet(frame, unit, "2026-Q4")
    earlier = pl.DataFrame(
        {code: [4] * before[0] + [3] * (before[1] - before[0]) for code in CRITERIA}, schema_overrides=POINTS
    )
    previous, _ = _sheet(earlier, unit, "2026-Q3")
    return data.GroupResult(
        units=(data.Unit(code=unit, kind="xã", name="Tân Hồng", source="test"),),
        period=period,
        sheet=now,
        previous=previous,
        change=difference(data.read_index(now), data.read_index(previous)),
        tally=tally,
        responses=Ratio(n, 2 * n) if n else None,
        days_without_scan=3,
        received=n if received is None else received,
    )


def _sheet(frame: pl.DataFrame, unit: str, period: str) -> tuple[ScoreSheet, Tally]:
    tally = count_answers(frame, CRITERIA, values=(0, 0, 0, 1, 1))
    return score(SIPAS, Measures(unit, period, "test", survey=Survey(tally, CRITERIA))), tally


@pytest.fixture
def make_result() -> Callable[..., data.GroupResult]:
    """Makes a result by hand: `make_result(864, 1000, before=(840, 1000))`."""
    return result_of
