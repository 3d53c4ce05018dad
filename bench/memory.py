"""Memory of the server while submissions come in: it must not grow with their number."""

from bench.load import Outcome
from bench.server import Served, check_all_kept, serving_postgresql, serving_sqlite

SERVING = {"SQLite": serving_sqlite, "PostgreSQL": serving_postgresql}


def measure(database: str, *, submissions: int, steps: int) -> dict:
    """Resident memory of the server after each of so many steps. growth: at the end beside after the second step.

    The first step fills caches that have a bound: pages of forms, the database's own, the tables of the limiter.
    """
    with SERVING[database]() as served:
        return measured(served, database, submissions=submissions, steps=steps)


def measured(served: Served, database: str, *, submissions: int, steps: int) -> dict:
    fields, each = served.fields(), submissions // steps
    outcomes: list[Outcome] = []
    memory = [served.memory_mb()]
    for _ in range(steps):
        outcomes.append(
            served.crowd(
                each, opens="/r/{code}", posts="/r/{code}?lang=vi", fields=fields, clients=32, most_seconds=1200
            )
        )
        memory.append(served.memory_mb())
    durability = check_all_kept(served, outcomes)
    return {
        "what": f"memory of the server, {database}",
        "submissions": sum(outcome.answered for outcome in outcomes),
        "memory_mb": memory,
        "growth": memory[-1] / memory[min(2, steps)],
        "durability": durability,
    }
