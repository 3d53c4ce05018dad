"""Whole sequences – open the form, send it, be sent on – beside the same server that only parses what was sent."""

import statistics
from collections.abc import Iterator

from bench.load import Outcome
from bench.server import Served, check_all_kept, serving_postgresql, serving_sqlite
from survey_app.settings import RATE_LIMIT

SERVING = {"SQLite": serving_sqlite, "PostgreSQL": serving_postgresql}
OPENS, STORES, PARSES = "/r/{code}", "/r/{code}?lang=vi", "/parsed/{code}?lang=vi"
WIRE_MOST = 14 * 1024


def measure(*, times: int, repeats: int) -> Iterator[dict]:
    """Every row of the table, for both databases; one server each, and one more with the limit that is the default."""
    for database, serving in SERVING.items():
        with serving(rate_limit="off") as served:
            outcomes: list[Outcome] = []
            peaks = []
            for clients in (16, 64):
                row, stored = sequences(served, database, clients, times, repeats)
                peaks.append(row["per_second"])
                outcomes += stored
                yield row
            row, stored = posts_alone(served, database, times, repeats)
            outcomes += stored
            yield row
            row, stored = at_half(served, database, max(peaks), times, repeats)
            outcomes += stored
            yield row
            if database == "SQLite":
                yield forms(served, times, repeats)
            durability = check_all_kept(served, outcomes)
            yield {
                "what": f"acknowledged and found again, {database}",
                "kept": sum(outcome.answered for outcome in outcomes),
                "durability": durability,
            }
    yield limited(times, repeats)


def sequences(served: Served, database: str, clients: int, times: int, repeats: int) -> tuple[dict, list[Outcome]]:
    """Whole sequences that end with an acknowledgement, beside those that end with a parsed form."""
    wanted = {"opens": OPENS, "fields": served.fields(), "clients": clients}
    pairs = [
        (served.crowd(times, posts=STORES, **wanted), served.crowd(times, posts=PARSES, **wanted))
        for _ in range(repeats + 1)  # the first pair warms up; its answers must be in the database all the same
    ]
    what = f"sequences, {database}, {clients} clients"
    return compared(pairs[1:], what=what, against="only parsed", aim=0.5), [stored for stored, _ in pairs]


def posts_alone(served: Served, database: str, times: int, repeats: int) -> tuple[dict, list[Outcome]]:
    """Posts of forms that were opened before the clock started: the same without what both sides share."""
    wanted = {"fields": served.fields(), "clients": 64}
    pairs = []
    for _ in range(repeats + 1):
        tickets = served.tickets(times)
        stored = served.crowd(times, posts=STORES, tickets=tickets, **wanted)
        pairs.append((stored, served.crowd(times, posts=PARSES, tickets=tickets, **wanted)))
    what = f"posts alone, {database}, 64 clients"
    return compared(pairs[1:], what=what, against="only parsed", aim=None), [stored for stored, _ in pairs]


def at_half(served: Served, database: str, peak: float, times: int, repeats: int) -> tuple[dict, list[Outcome]]:
    """How long one waits while half as many come as at most could, each at a time of its own, whatever the server does."""
    runs = [
        served.crowd(times, opens=OPENS, posts=STORES, fields=served.fields(), rate=peak / 2) for _ in range(repeats)
    ]
    slowest = sorted(max(run.opens_ms[1], run.posts_ms[1]) for run in runs)
    return {
        "what": f"99 % answered at half of peak, {database}",
        "rate": peak / 2,
        "kept_up": statistics.median(run.per_second for run in runs),
        "opens_ms": _middle(runs, "opens_ms"),
        "posts_ms": _middle(runs, "posts_ms"),
        "whole_ms": _middle(runs, "whole_ms"),
        "slowest_percent_ms": statistics.median(slowest),
        "lowest_ms": slowest[0],
        "highest_ms": slowest[-1],
        "aim_ms": 50,
    }, runs


def forms(served: Served, times: int, repeats: int) -> dict:
    """Opened forms beside a bare endpoint."""
    pairs = [(served.crowd(times, opens=OPENS), served.crowd(times, opens="/bare")) for _ in range(repeats + 1)]
    row = compared(pairs[1:], what="forms opened", against="a bare endpoint", aim=0.3)
    return row | {"wire_bytes": served.wire_bytes(), "wire_bytes_aim": WIRE_MOST}


def limited(times: int, repeats: int) -> dict:
    """What the limiter costs, each sequence from an address of its own; and that one address is in fact refused."""
    with serving_sqlite(rate_limit=RATE_LIMIT, trusted_proxies=1) as with_limit, serving_sqlite() as without:
        wanted = {"opens": OPENS, "posts": STORES, "fields": without.fields()}
        pairs = [
            (with_limit.crowd(times, addresses=True, **wanted), without.crowd(times, addresses=True, **wanted))
            for _ in range(repeats + 1)
        ]
        alone = with_limit.crowd(times, whole=False, **wanted)
    row = compared(pairs[1:], what=f"sequences under HAILONG_RATE_LIMIT={RATE_LIMIT}", against="without", aim=None)
    return row | {"refused_of_one_address": alone.other.get("429", 0), "asked_by_one_address": times}


def compared(pairs: list[tuple[Outcome, Outcome]], *, what: str, against: str, aim: float | None) -> dict:
    """Medians and ranges of alternating pairs."""
    ratios = sorted(ours.per_second / theirs.per_second for ours, theirs in pairs)
    ours, theirs = ([pair[side] for pair in pairs] for side in (0, 1))
    return {
        "what": what,
        "per_second": statistics.median(run.per_second for run in ours),
        "posts_ms": _middle(ours, "posts_ms"),
        "whole_ms": _middle(ours, "whole_ms"),
        "against": against,
        "against_per_second": statistics.median(run.per_second for run in theirs),
        "processor_us": statistics.median(run.processor_us for run in ours),
        "against_processor_us": statistics.median(run.processor_us for run in theirs),
        "ratio": statistics.median(ratios),
        "ratio_lowest": ratios[0],
        "ratio_highest": ratios[-1],
        "aim": aim,
        "repeats": len(pairs),
    }


def _middle(runs: list[Outcome], name: str) -> list[float]:
    """Medians of what half, 99 % and all waited."""
    return [statistics.median(each) for each in zip(*(getattr(run, name) for run in runs), strict=True)]
