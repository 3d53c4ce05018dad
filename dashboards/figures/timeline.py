"""Which unit took part from when to when, how surely that is known, and what stood in its way."""

from collections.abc import Sequence
from datetime import date, timedelta

import plotly.graph_objects as go

from dashboards.participation import TakingPart
from dashboards.plain_text import plain_label
from dashboards.theme import Theme
from dashboards.wording import show_month

ROW = 38
"""Of two lines of words: one line runs out of a phone's picture."""
LEAD = 0.08
"""Part of the time shown that comes before the first start."""
YEARS_LABELLED = timedelta(days=548)
"""A longer time has a label a year, not two; on a phone three months' names would run into one another."""
STRIPES = {"confirmed": "", "unconfirmed": "/", "simulated": ".", "other_pilot": ""}
"""Pattern of each bar, beside its words: never colour alone."""


def draw_timeline(rows: Sequence[TakingPart], theme: Theme, language: str, *, shown: tuple[date, date]) -> go.Figure:
    """One bar per unit from–to with its words; a unit that takes part in nothing has words only.

    Args:
        rows: top to bottom.
        theme: of the page.
        language: of the axis.
        shown: where the axis begins and where it ends, and every open bar with it; of `time_shown`.
    """
    since, until = shown
    figure = theme.figure(height=ROW * len(rows) + 60)
    for row in rows:
        if row.starts is not None:
            _draw_bar(figure, row, theme, until=until)
        late = row.starts is not None and row.starts - since > (until - since) / 3
        figure.add_annotation(
            x=_stamp(until if late else row.starts or since),
            y=plain_label(row.name),
            text=_two_lines(plain_label(row.words)),
            align="right" if late else "left",
            xanchor="right" if late else "left",
            xshift=-6 if late else 6,
            showarrow=False,
            font={"size": 11, "color": theme.ink if row.starts else theme.quiet},
            bgcolor=theme.paper if row.starts else None,
            opacity=0.95,
            borderpad=1,
        )
    figure.update_layout(bargap=0.25, barmode="overlay")
    figure.update_yaxes(
        categoryorder="array", categoryarray=[plain_label(row.name) for row in rows][::-1], showgrid=False
    )
    short = until - since < YEARS_LABELLED
    months = (1, 7) if short else (1,)
    begun = [date(year, month, 1) for year in range(since.year, until.year + 1) for month in months]
    labelled = [day for day in begun if since <= day <= until] or [since]
    figure.update_xaxes(
        type="date",
        tickangle=0,
        range=[_stamp(since), _stamp(until)],
        tickvals=[_stamp(day) for day in labelled],
        ticktext=[show_month(day, language) if short else str(day.year) for day in labelled],
    )
    return figure


def time_shown(rows: Sequence[TakingPart], today: date) -> tuple[date, date]:
    """From a little before the first start to the last end; an open one ends today."""
    starts = [row.starts for row in rows if row.starts]
    ends = [min(row.ends or today, today) for row in rows if row.starts]
    first, last = min(starts, default=today), max(ends, default=today)
    return first - max(LEAD * (last - first), timedelta(days=10)), last


def _two_lines(words: str) -> str:
    """«từ 01/03/2024,<br>theo văn bản»: broken after the first comma or colon."""
    ends = [place for mark in (", ", ": ") if (place := words.find(mark)) > 0]
    return f"{words[: min(ends) + 1]}<br>{words[min(ends) + 2 :]}" if ends else words


def _draw_bar(figure: go.Figure, row: TakingPart, theme: Theme, *, until: date) -> None:
    starts, ends = row.starts or until, min(row.ends or until, until)
    colour = theme.compared if row.state == "other_pilot" else theme.accent
    figure.add_bar(
        y=[plain_label(row.name)],
        x=[(ends - starts).days * 86_400_000],
        base=[_stamp(starts)],
        orientation="h",
        name=row.state,
        marker={
            "color": theme.band(colour),
            "line": {"color": colour, "width": 1.5},
            "pattern": {"shape": STRIPES.get(row.state, ""), "fgcolor": colour, "size": 6, "solidity": 0.2},
        },
        hoverinfo="skip",
    )


def _stamp(day: date) -> str:
    return day.isoformat()
