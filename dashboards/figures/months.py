"""A run of months with its intervals: where we stand, against the months before."""

import math
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

import plotly.graph_objects as go

from dashboards.data import MonthResult
from dashboards.theme import Theme
from dashboards.wording import show_date, show_estimate, show_month, show_number, show_share, translator
from scoring import Period

HEIGHT = 320
MOST_TICKS, QUARTER_STARTS = 14, (1, 4, 7, 10)
"""A longer run says only the first month of each quarter, so that a phone's numbers stand apart."""
STEP, LATE = 0.1, 11
"""Ends of the axis lie on whole tens of percent; a first month from November on is too near January's label."""


def draw_months(
    months: Sequence[MonthResult], theme: Theme, language: str, *, period: Period, change: date | None = None
) -> go.Figure:
    """One point a month with its band, the period marked, the last value said; months with too few answers are gaps.

    Args:
        months: in order, one per calendar month.
        theme: of the page.
        language: of the words on the picture.
        period: its months carry the accent and its name.
        change: first day of other units; a broken line stands before it, and no line of the run crosses it.
    """
    figure = theme.figure(height=HEIGHT)
    low, high = axis_ends(months)
    _mark_period(figure, months, theme, language, period)
    if change is not None:
        place = sum(month.month < change for month in months) - 0.5
        away = "right" if period.ends > change else "left"  # from the period's name
        _mark_change(figure, place, show_date(change, language), theme, side=away)
    for run in _runs(months, change):
        _draw_run(figure, run, theme)
    _draw_points(figure, months, theme, language, period)
    _say_last(figure, months, theme, language, high)
    _say_gaps(figure, months, theme, language, low)
    ticks = [low + STEP * i for i in range(round((high - low) / STEP) + 1)]
    figure.update_yaxes(
        range=[low - 0.005, high], tickvals=ticks, ticktext=[show_share(tick, language, decimals=0) for tick in ticks]
    )
    if low > 0:
        text = translator(language)("⌇ Trục dọc bắt đầu từ {low}").format(low=show_share(low, language, decimals=0))
        figure.add_annotation(
            x=0, y=0, xref="paper", yref="paper", text=text, showarrow=False, xanchor="left", yanchor="bottom",
            font={"size": 12, "color": theme.quiet}, bgcolor=theme.paper,
        )  # fmt: skip
    ticked = [
        (place, month)
        for place, month in enumerate(months)
        if len(months) <= MOST_TICKS or month.month.month in QUARTER_STARTS
    ]
    figure.update_xaxes(
        tickvals=[place for place, _ in ticked],
        ticktext=[_tick(month.month, first=place == 0) for place, month in ticked],
        range=[-0.6, len(months)],
        showgrid=False,
        zeroline=False,
        tickangle=0,
    )
    return figure


def axis_ends(months: Sequence[MonthResult]) -> tuple[float, float]:
    """Ends of the share axis, whole tens around all intervals, at most 0 and 1."""
    known = [month.index for month in months if month.index.n]
    if not known:
        return 0.0, 1.0
    low = math.floor(min(index.low for index in known) / STEP - 0.3) * STEP
    high = math.ceil(max(index.high for index in known) / STEP) * STEP
    return max(0.0, round(low, 1)), min(1.0, round(high, 1))


def _tick(month: date, *, first: bool) -> str:
    """The month's number; the year below every January, and below the first month where there is room for it."""
    return (
        f"{month.month}<br><b>{month.year}</b>"
        if month.month == 1 or (first and month.month < LATE)
        else f"{month.month}"
    )


def _runs(months: Sequence[MonthResult], change: date | None) -> Iterator[list[tuple[int, MonthResult]]]:
    """Stretches of neighbouring months that have a number and the same units."""

    def stretch(place: tuple[int, MonthResult]) -> tuple[bool, bool]:
        return place[1].index.n > 0, change is not None and place[1].month >= change

    for (known, _), run in groupby(enumerate(months), key=stretch):
        if known:
            yield list(run)


def _mark_change(figure: go.Figure, place: float, day: str, theme: Theme, *, side: str) -> None:
    """A broken line between the last month of the old units and the first of the new; the day stands on one side of it."""
    figure.add_vline(
        x=place, line={"color": theme.quiet, "width": 1.5, "dash": "dash"}, layer="below",
        annotation={
            "text": day, "font": {"color": theme.quiet, "size": 13},
            "x": place, "xanchor": side, "y": 1, "yanchor": "bottom",
        },
    )  # fmt: skip


def _draw_run(figure: go.Figure, run: Sequence[tuple[int, MonthResult]], theme: Theme) -> None:
    places = [place for place, _ in run]
    highs, lows = [month.index.high for _, month in run], [month.index.low for _, month in run]
    figure.add_scatter(
        x=places + places[::-1], y=highs + lows[::-1], fill="toself", mode="lines", name="band",
        line={"width": 6 if len(run) == 1 else 0, "color": theme.band(theme.link)},
        fillcolor=theme.band(theme.link), hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=places, y=[month.index.value for _, month in run], mode="lines", name="run",
        line={"color": theme.link, "width": 2.5}, hoverinfo="skip",
    )  # fmt: skip


def _draw_points(figure: go.Figure, months: Sequence[MonthResult], theme: Theme, language: str, period: Period) -> None:
    known = [(place, month) for place, month in enumerate(months) if month.index.n]
    inside = [month.month in period.months for _, month in known]
    figure.add_scatter(
        x=[place for place, _ in known],
        y=[month.index.value for _, month in known],
        mode="markers",
        name="index",
        marker={"size": 9, "color": [theme.accent if one else theme.link for one in inside]},
        customdata=[
            [
                show_month(month.month, language),
                show_estimate(month.index, language),
                show_number(month.index.n, language, decimals=0),
            ]
            for _, month in known
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]}, n = %{customdata[2]}<extra></extra>",
    )


def _mark_period(figure: go.Figure, months: Sequence[MonthResult], theme: Theme, language: str, period: Period) -> None:
    places = [place for place, month in enumerate(months) if month.month in period.months]
    if places:
        figure.add_vrect(
            x0=places[0] - 0.45, x1=places[-1] + 0.45, fillcolor=theme.wash, line_width=0, layer="below",
            annotation={
                "text": period.name(language), "font": {"color": theme.accent, "size": 13}, "xanchor": "center",
                "x": (places[0] + places[-1]) / 2, "y": 1, "yanchor": "bottom",
            },
        )  # fmt: skip


def _say_last(figure: go.Figure, months: Sequence[MonthResult], theme: Theme, language: str, high: float) -> None:
    """The last value above its interval; below it where that ends at the picture's edge, at which the period stands."""
    known = [(place, month) for place, month in enumerate(months) if month.index.n]
    if known:
        place, last = known[-1]
        below = last.index.high >= high
        figure.add_annotation(
            x=place, y=last.index.low if below else last.index.high, text=f"<b>{show_share(last.index.value, language)}</b><br>n = {show_number(last.index.n, language, decimals=0)}",
            showarrow=False, yanchor="top" if below else "bottom", yshift=-4 if below else 4, font={"color": theme.ink, "size": 14},
        )  # fmt: skip


def _say_gaps(figure: go.Figure, months: Sequence[MonthResult], theme: Theme, language: str, low: float) -> None:
    text = translator(language)("chưa đủ lượt đánh giá")
    for place, month in enumerate(months):
        if not month.index.n:
            figure.add_annotation(
                x=place, y=low, text=text, textangle=-90, showarrow=False, yanchor="bottom", yshift=24,
                font={"color": theme.quiet, "size": 12},
            )  # fmt: skip
