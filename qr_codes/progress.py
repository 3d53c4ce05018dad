"""How the drawing of many pages tells how far it is."""

from collections.abc import Callable

Progress = Callable[[int, int], None]  # how many are done, of how many

# Setting the pages takes about half as long as drawing their symbols, and comes at once when they are set.
_SETTING = 0.5


def no_progress(done: int, total: int) -> None:
    """Tells nobody."""


def steps(symbols: int) -> int:
    """Steps of work for so many symbols and their pages."""
    return symbols + max(1, round(symbols * _SETTING))
