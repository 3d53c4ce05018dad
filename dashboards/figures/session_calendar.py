"""Which days held a pilot's sessions: planned ones, and those in which somebody answered."""

import calendar
from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go

from dashboards.data import SessionDay
from dashboards.theme import Theme
from dashboards.wording import show_date, show_month, translator

ROW = 24
LAST_DAY = 31
POSSIBLE, PLANNED, SOME, ALL = range(1, 5)


def draw_session_calendar(days: Sequence[SessionDay], theme: Theme, language: str) -> go.Figure:
    """Month rows × days. A frame: a session could fall there; light: planned; darker: some, or all, were answered in."""
    months = sorted({each.day.replace(day=1) for each in days})
    figure = theme.figure(height=ROW * len(months) + 90)
    shades = {SOME: "66", ALL: "ff", PLANNED: "1f"}
    for level in (POSSIBLE, PLANNED, SOME, ALL):
        shown = [each for each in days if _level(each) == level]
        fill = theme.accent + shades[level] if level in shades else "rgba(0,0,0,0)"
        figure.add_scatter(
            x=[each.day.day for each in shown],
            y=[months.index(each.day.replace(day=1)) for each in shown],
            mode="markers",
            marker={
                "symbol": "square",
                "size": ROW * 0.62,
                "color": fill,
                "line": {"width": 1, "color": theme.line if level == POSSIBLE else theme.accent},
            },
            name=str(level),
            hovertext=[_words(each, language) for each in shown],
            hoverinfo="text",
        )
    for row, month in enumerate(months):
        for day in range(calendar.monthrange(month.year, month.month)[1] + 1, LAST_DAY + 1):
            figure.add_annotation(x=day, y=row, text="·", showarrow=False, font={"color": theme.line})
    figure.update_yaxes(
        tickvals=list(range(len(months))),
        ticktext=[show_month(month, language) for month in months],
        range=[len(months) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
    )
    figure.update_xaxes(
        tickvals=[1, 5, 10, 15, 20, 25, 30], range=[0.3, 31.7], side="top", showgrid=False, zeroline=False
    )
    return figure


def _level(day: SessionDay) -> int:
    if not day.planned:
        return POSSIBLE
    if not day.answered:
        return PLANNED
    return ALL if day.answered == day.planned else SOME


def _words(day: SessionDay, language: str) -> str:
    _ = translator(language)
    if not day.planned:
        words = _("{day}: có thể có phiên, không ai chọn ngày này")
    else:
        words = _("{day}: {planned} phiên theo kế hoạch, {answered} phiên có lượt đánh giá, {answers} lượt")
    return words.format(
        day=show_date(day.day, language), planned=day.planned, answered=day.answered, answers=day.answers
    )


def years_of(days: Sequence[SessionDay]) -> tuple[int, ...]:
    """The years that the days lie in, first to last."""
    return tuple(sorted({each.day.year for each in days}))


def days_in(days: Sequence[SessionDay], year: int) -> tuple[SessionDay, ...]:
    """The days of one year."""
    return tuple(each for each in days if date(year, 1, 1) <= each.day < date(year + 1, 1, 1))
