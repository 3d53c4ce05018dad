"""Speed of what follows the count: sheets of every commune with intervals and places, and the reliability of a million."""

import numpy as np
import polars as pl

from bench.tally import medians, seconds
from scoring import Measures, Survey, count_answers, cronbach_alpha, load_edition, rank_sets, score, score_units
from scoring.tally import Tally

COMMUNES = 3321
SHARE, MEAN = (0, 0, 0, 1, 1), (1, 2, 3, 4, 5)


def responses(rows: int, units: int) -> pl.DataFrame:
    """Simulated answers to the 22 criteria of sipas-2017; a person's answers go together."""
    random = np.random.default_rng(0)
    pleased = random.standard_normal(rows)
    columns = {"unit": pl.Series(random.integers(0, units, rows))}
    for code in criteria():
        leaning = 0.7 * pleased + 0.7 * random.standard_normal(rows)
        columns[code] = pl.Series((np.digitize(leaning, [-2.5, -1.8, -1.0, 0.3]) + 1).astype(np.int8))
    return pl.DataFrame(columns)


def criteria() -> list[str]:
    return [node.code for node in load_edition("sipas-2017").nodes if node.rule == "share"]


def scores_and_places(tally: Tally) -> object:
    """What the country publishes: every unit's total as printed, its interval and class, and the places it may hold."""
    scores = score_units(
        load_edition("sipas-2017"), tally, criteria={c: c for c in criteria()}, period="2025", snapshot="bench"
    )
    return rank_sets(scores.estimates)


def full_sheets(tally: Tally) -> object:
    """The sheet of every unit, made one by one; each of its 28 lines explains itself when it is asked."""
    edition, codes = load_edition("sipas-2017"), {code: code for code in criteria()}
    units = ((str(unit), tally.at([place])) for place, (unit,) in enumerate(tally.groups))
    return [score(edition, Measures(unit, "2025", "bench", survey=Survey(one, codes))) for unit, one in units]


def floats_alone(tally: Tally) -> object:
    """The totals alone, in floats: no interval, no class, no place, no rule for blanks."""
    return (tally.satisfied() / tally.answered).mean(axis=1)


def run(*, quick: bool) -> list[dict]:
    units = 300 if quick else COMMUNES
    frame = responses(200 * units, units)
    tally = count_answers(frame, criteria(), by=["unit"], values=SHARE, sets=[criteria()])
    what = f"{units:,} communes, 22 criteria"
    rows = [
        compared(f"totals, intervals and places of {what}", (scores_and_places, full_sheets), tally, quick=quick)
        | {"against": "the same units' full sheets, one by one", "aim": "≤ 2 s"},
        compared(f"full sheets of {what}", (full_sheets, floats_alone), tally, quick=quick)
        | {"against": "their means alone, in NumPy", "aim": ""},
    ]
    million = responses(100_000 if quick else 1_000_000, 1)
    moments = count_answers(million, criteria(), values=MEAN).moments
    what = f"alpha of {million.height:,} × 22 after the tally"
    matrix = million.select(criteria()).to_numpy()
    calls = (lambda _: cronbach_alpha(moments), lambda _: np.cov(matrix.astype(np.float64), rowvar=False))
    against = "NumPy's covariance matrix of the same answers"
    return [*rows, compared(what, calls, None, quick=quick) | {"against": against, "aim": "≤ 1 s"}]


def compared(what: str, calls: tuple, given: object, *, quick: bool) -> dict:
    pairs = [[seconds(call, given) for call in calls] for _ in range(2 if quick else 6)][1:]
    return {"what": what} | medians(pairs)
