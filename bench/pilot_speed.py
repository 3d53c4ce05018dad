"""Speed of the full analysis of one pilot: a million responses, a million dossiers, 10,000 permutations an outcome."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
from scipy import stats

from bench.districts import AT_LEAST
from bench.scores import compared
from scoring import (
    DOSSIER_SCHEMA,
    OfficeBook,
    Panel,
    Participation,
    PilotEffect,
    adjust_outcomes,
    choose_design,
    clustered_errors,
    compare_change,
    count_answers,
    count_service,
    panel_of_counts,
    panel_of_questions,
    service_panel,
)
from scoring.change import unit_changes
from scoring.permutation import list_assignments, permutation_p, shift_interval, studentise

UNITS = [f"xa.{number:02}" for number in range(40)]
TREATED = UNITS[:10]
SETS = 10_000  # drawn of the 847,660,528 ways to choose 10 of 40 units
MONTHS = [date(2024 + month // 12, month % 12 + 1, 1) for month in range(24)]
QUESTIONS = ("overall", "clear", "polite", "quick")
SATISFIED = (0, 0, 0, 1, 1)
DESIGN = choose_design(
    "pilot", UNITS, [Participation("pilot", unit, date(2025, 1, 1)) for unit in TREATED], until=date(2026, 1, 1)
)


def responses(rows: int) -> pl.DataFrame:
    random = np.random.default_rng(1)
    columns = {
        "unit": pl.Series(UNITS)[random.integers(0, len(UNITS), rows)].cast(pl.Categorical),
        "month": pl.Series(MONTHS)[random.integers(0, len(MONTHS), rows)],
    }
    for code in QUESTIONS:
        columns[code] = pl.Series(random.choice(5, rows, p=[0.03, 0.05, 0.12, 0.4, 0.4]).astype(np.int8) + 1)
    return pl.DataFrame(columns)


def dossiers(rows: int) -> pl.DataFrame:
    """Received in office hours over two years, due after a working week, mostly finished before it."""
    random = np.random.default_rng(2)
    started = datetime(2024, 1, 2, 7, 30)  # noqa: DTZ001 - the clock on the wall; its zone is put on below
    minutes = random.integers(0, 720, rows) * 1440 + random.integers(0, 240, rows)
    lasting = random.gamma(2, 2 * 1440, rows).astype(int)

    def moments(after: np.ndarray | int) -> pl.Series:
        return (
            (pl.Series(minutes + after) * timedelta(minutes=1) + started)
            .cast(pl.Datetime("us"))
            .dt.replace_time_zone("Asia/Ho_Chi_Minh")
        )

    words = {
        "unit": UNITS,
        "desk": ["mot-cua-1", "mot-cua-2"],
        "procedure": [f"tt.{number}" for number in range(20)],
        "field": ["ho-tich", "chung-thuc", "dat-dai"],
        "channel": ["counter", "online"],
        "returned": ["counter", "online"],
    }
    columns = {
        name: pl.Series(choices)[random.integers(0, len(choices), rows)].cast(pl.Categorical)
        for name, choices in words.items()
    }
    columns |= {"received": moments(0), "due": moments(7 * 1440), "finished": moments(lasting)}
    columns |= {name: pl.Series(random.random(rows) < 0.5) for name in ("paid_online", "digitised")}
    columns["supplements"] = pl.Series((random.random(rows) < 0.1).astype(np.int16))
    columns["simulated"] = pl.repeat(value=True, n=rows, eager=True)
    return pl.DataFrame(columns).select(pl.col(name).cast(dtype) for name, dtype in DOSSIER_SCHEMA.items())


def full_analysis(frames: tuple[pl.DataFrame, pl.DataFrame]) -> dict[str, PilotEffect]:
    """What the page of a pilot computes: four outcomes with intervals and threats, clustered errors, adjusted together."""
    counted = panels(*frames)
    effects = {name: compare_change(panel, DESIGN, at_least=AT_LEAST, most=SETS) for name, panel in counted.items()}
    clustered_errors(counted["satisfied"], DESIGN, at_least=AT_LEAST)
    adjust_outcomes(effects, primary="satisfied")
    return effects


def panels(answers: pl.DataFrame, service: pl.DataFrame) -> dict[str, Panel]:
    tally = count_answers(answers, QUESTIONS, by=("unit", "month"))
    counts = count_service(service, OfficeBook())
    groups = [(str(unit), month) for unit, month in tally.groups]
    return {
        "satisfied": panel_of_counts(groups, tally.asking("overall").counts[:, 0, :], SATISFIED),
        "an element": panel_of_questions(groups, tally.counts[:, 1:, :], SATISFIED),
        "on time": service_panel(counts, "on_time"),
        "waiting": service_panel(counts, "waiting_hours"),
    }


def counts_in_polars(frames: tuple[pl.DataFrame, pl.DataFrame]) -> object:
    """The counts alone, as most would write them: no office hours, no effect."""
    answers, service = frames
    points = [(pl.col(code) == point).sum().alias(f"{code} {point}") for code in QUESTIONS for point in range(1, 6)]
    on_time = (pl.col("finished") <= pl.col("due")).sum()
    hours = (pl.col("finished") - pl.col("received")).dt.total_minutes() / 60
    month = pl.col("finished").dt.truncate("1mo").alias("month")
    return (
        answers.lazy().group_by("unit", "month").agg(points).collect(),
        service.lazy().group_by("unit", month).agg(pl.len(), on_time, hours.sum().alias("hours")).collect(),
    )


def permutations(panel: Panel) -> object:
    """10,000 sets, studentised, and the interval that they leave."""
    changes = unit_changes(panel, UNITS, MONTHS[:12], MONTHS[12:], at_least=AT_LEAST)
    sets = list_assignments(np.isin(changes.units, TREATED), most=SETS, seed=1)
    _, statistics = studentise(changes.values, changes.variances, sets)
    return permutation_p(statistics), shift_interval(changes.values, changes.variances, sets, level=0.95)


def scipy_permutations(panel: Panel) -> object:
    """SciPy's test of a difference of means over as many sets: a p, no interval."""
    changes = unit_changes(panel, UNITS, MONTHS[:12], MONTHS[12:], at_least=AT_LEAST)
    treated = np.isin(changes.units, TREATED)

    def difference(first: np.ndarray, second: np.ndarray, axis: int) -> np.ndarray:
        return first.mean(axis=axis) - second.mean(axis=axis)

    sides = changes.values[treated], changes.values[~treated]
    return stats.permutation_test(sides, difference, n_resamples=SETS - 1, vectorized=True, random_state=1).pvalue


def run(*, quick: bool) -> list[dict]:
    rows = 100_000 if quick else 1_000_000
    frames = responses(rows), dossiers(rows)
    panel = panels(*frames)["satisfied"]
    what = f"effect of a pilot on four outcomes, {rows:,} responses, {rows:,} dossiers, 10,000 permutations each"
    return [
        compared(what, (full_analysis, counts_in_polars), frames, quick=quick)
        | {"against": "the counts alone, in Polars", "aim": "≤ 5 s"},
        compared(
            "10,000 permutations of 40 units, with the interval", (permutations, scipy_permutations), panel, quick=quick
        )
        | {"against": "SciPy's permutation test, p alone", "aim": "≤ 2 s"},
    ]
