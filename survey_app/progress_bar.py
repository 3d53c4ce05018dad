"""A bar on the terminal for work that takes longer than two seconds; nothing for what is done before."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

PATIENCE_SECONDS = 2.0


@contextmanager
def progress_bar(
    what: str, *, clock: Callable[[], float] = time.monotonic, console: Console | None = None
) -> Iterator[Callable[[int, int], None]]:
    """A function to be told how many are done of how many; the bar appears on standard error if it takes long.

    Args:
        what: what is going on, in a few words.
        clock: seconds that only grow.
        console: where the bar is drawn.
    """
    columns = (SpinnerColumn(), TextColumn(what), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=console or Console(file=sys.stderr), transient=True)
    task, began, shown = bar.add_task(what, total=None), clock(), False

    def tell(done: int, total: int) -> None:
        nonlocal shown
        bar.update(task, completed=done, total=total)
        if not shown and clock() - began >= PATIENCE_SECONDS:
            bar.start()
            shown = True

    try:
        yield tell
    finally:
        if shown:
            bar.stop()
