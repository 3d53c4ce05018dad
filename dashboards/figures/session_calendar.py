"""What became of a pilot's planned sessions, day by day: held, missed, not known, still to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import plotly.graph_objects as go

from dashboards.plain_text import plain_label
from dashboards.theme import Theme
from dashboards.wording import show_month

ROW, AROUND = 26, 72
LAST_DAY = 31
MARK = 15

DayState = Literal["held", "part", "missed", "unknown", "ahead", "possible"]


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day. state: what became of its sessions taken together; words: the same, to be read."""

    day: date
    state: DayState
    words: str


def draw_session_calendar(days: Sequence[CalendarDay], theme: Theme, language: str) -> go.Figure:
    """Month rows × days, a mark a day: told apart by shape and not by colour alone.

    A full square was held at every unit, one half as strong at some; a cross was missed; an open square is not known; a
    dot is still to come; a faint dot is a day that the rule allows and nobody chose.
    """
    months = sorted({each.day.replace(day=1) for each in days})
    row_of = {month: row for row, month in enumerate(months)}
    figure = theme.figure(height=ROW * len(months) + AROUND)
    for state, marker in _markers(theme).items():
        chosen = [each for each in days if each.state == state]
        figure.add_scatter(
            name=state,
            x=[each.day.day for each in chosen],
            y=[row_of[each.day.replace(day=1)] for each in chosen],
            mode="markers",
            marker=marker,
            hovertext=[plain_label(each.words) for each in chosen],
            hoverinfo="text",
        )
    figure.update_yaxes(
        tickvals=list(range(len(months))),
        ticktext=[show_month(month, language) for month in months],
        range=[len(months) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
    )
    figure.update_xaxes(
        tickvals=[1, 5, 10, 15, 20, 25, 30], range=[0.2, LAST_DAY + 0.8], side="top", showgrid=False, zeroline=False
    )
    return figure


def _markers(theme: Theme) -> dict[DayState, dict[str, object]]:
    edge = {"width": 1.5, "color": theme.accent}
    return {
        "possible": {"symbol": "circle", "size": 4, "color": theme.line},
        "ahead": {"symbol": "circle", "size": 6, "color": theme.quiet},
        "unknown": {"symbol": "square-open", "size": MARK, "color": theme.quiet, "line": {"width": 1.5}},
        "missed": {
            "symbol": "x-thin",
            "size": MARK - 4,
            "color": theme.ink,
            "line": {"width": 2.5, "color": theme.ink},
        },
        "part": {"symbol": "square", "size": MARK, "color": theme.mixed(0.45), "line": edge},
        "held": {"symbol": "square", "size": MARK, "color": theme.accent, "line": edge},
    }


def years_of(days: Sequence[CalendarDay]) -> tuple[int, ...]:
    """The years that the days lie in, first to last."""
    return tuple(sorted({each.day.year for each in days}))


def days_in(days: Sequence[CalendarDay], year: int) -> tuple[CalendarDay, ...]:
    """The days of one year."""
    return tuple(each for each in days if each.day.year == year)
