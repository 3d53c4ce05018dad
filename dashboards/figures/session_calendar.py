"""Which days held a pilot's sessions: planned ones, and those in which somebody answered."""

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
    """Month rows × days. Grey: a session could fall there; light: planned; darker: some, or all, were answered in."""
    months = sorted({each.day.replace(day=1) for each in days})
    levels: list[list[int | None]] = [[None] * LAST_DAY for _ in months]
    words = [[""] * LAST_DAY for _ in months]
    for each in days:
        row, column = months.index(each.day.replace(day=1)), each.day.day - 1
        levels[row][column], words[row][column] = _level(each), _words(each, language)
    figure = theme.figure(height=ROW * len(months) + 70)
    figure.add_heatmap(
        x=list(range(1, LAST_DAY + 1)),
        y=list(range(len(months))),
        z=levels,
        zmin=POSSIBLE - 0.5,
        zmax=ALL + 0.5,
        colorscale=_shades(theme),
        showscale=False,
        xgap=2,
        ygap=3,
        hovertext=words,
        hoverinfo="text",
        hoverongaps=False,
    )
    figure.update_yaxes(
        tickvals=list(range(len(months))),
        ticktext=[show_month(month, language) for month in months],
        range=[len(months) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
    )
    figure.update_xaxes(
        tickvals=[1, 5, 10, 15, 20, 25, 30], range=[0.4, 31.6], side="top", showgrid=False, zeroline=False
    )
    return figure


def _shades(theme: Theme) -> list[tuple[float, str]]:
    """Four flat steps, each darker than the one before."""
    steps = (theme.line, theme.mixed(0.35), theme.mixed(0.65), theme.accent)
    return [(end / len(steps), shade) for i, shade in enumerate(steps) for end in (i, i + 1)]


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
