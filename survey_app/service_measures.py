"""Monthly counts of service by unit: from dossiers where there are any, and as they were recorded where not."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

import polars as pl

from scoring import COUNTER_VISITS, SHARES, SessionOutcome
from survey_app.reading import ServiceMeasure

SESSIONS_HELD = "sessions_held"
FROM_DOSSIERS, SIMULATED = "Hồ sơ của hệ thống một cửa", "Dữ liệu mô phỏng"
INFERRED = "Phiên của mô hình: ghi nhận, hồ sơ và lượt đánh giá"
DOSSIER_MEASURES = frozenset((*SHARES, COUNTER_VISITS))


def measure_services(
    counts: pl.DataFrame, outcomes: Iterable[SessionOutcome], recorded: Iterable[ServiceMeasure], *, simulated: bool
) -> tuple[ServiceMeasure, ...]:
    """Every measure by unit and month, in order.

    Args:
        counts: of `count_service`, by unit.
        outcomes: what became of the sessions. `sessions_held` are those shown to have been held, of all planned in a month of
            which anything is known: were the unknown ones left out, only those that left a sign would count, and nearly every
            unit would have held all. Who held one that left none can record it.
        recorded: counts that were entered by the month. Dossiers of that unit and month go before; what was entered of sessions
            goes before what is inferred.
        simulated: whether the sessions were inferred from anything simulated.
    """
    counted = list(_from_dossiers(counts))
    with_dossiers = {(each.unit, each.month) for each in counted}
    entered = [
        each
        for each in recorded
        if each.measure not in DOSSIER_MEASURES or (each.unit, each.month) not in with_dossiers
    ]
    told = {(each.unit, each.month) for each in entered if each.measure == SESSIONS_HELD}
    inferred = [each for each in _from_sessions(outcomes, simulated=simulated) if (each.unit, each.month) not in told]
    return tuple(sorted([*counted, *entered, *inferred], key=lambda each: (each.month, each.unit, each.measure)))


def _from_dossiers(counts: pl.DataFrame) -> Iterator[ServiceMeasure]:
    chosen = counts.filter(pl.col("measure").is_in(sorted(DOSSIER_MEASURES)))
    columns = ["unit", "month", "measure", "total", "n", "simulated"]
    for unit, month, measure, total, n, simulated in chosen[columns].iter_rows():
        source = SIMULATED if simulated else FROM_DOSSIERS
        whole = 1 if measure == COUNTER_VISITS else n
        yield ServiceMeasure(unit, month, measure, round(total), whole, simulated, source)


def _from_sessions(outcomes: Iterable[SessionOutcome], *, simulated: bool) -> Iterator[ServiceMeasure]:
    states: dict[tuple[str, date], Counter[str]] = {}
    for outcome in outcomes:
        if outcome.planned:
            cell = (outcome.session.unit, outcome.session.date.replace(day=1))
            states.setdefault(cell, Counter())[outcome.state] += 1
    source = SIMULATED if simulated else INFERRED
    for (unit, month), counted in states.items():
        if counted["unknown"] < counted.total():
            yield ServiceMeasure(unit, month, SESSIONS_HELD, counted["held"], counted.total(), simulated, source)
