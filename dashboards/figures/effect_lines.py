"""The pilot's units beside those compared, month by month, and what the comparison comes to."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from statistics import fmean

import plotly.graph_objects as go

from dashboards.outcome_words import tell_change
from dashboards.theme import Theme
from dashboards.wording import known_language, show_date, show_estimate, show_month, show_share, translator
from scoring import SATISFIED_SHARE, Estimate, MonthlyMeans, Outcome, PilotEffect

HEIGHT = 420
MONTHS_IN_A_YEAR = 12
MIDDLE = timedelta(days=14)
"""A month's mean stands in the middle of its month, so that the start lies between the months before and after."""


def draw_effect_lines(
    effect: PilotEffect, starts: date, theme: Theme, language: str, *, outcome: Outcome = SATISFIED_SHARE
) -> go.Figure:
    """Two lines of the monthly outcome with their intervals; one where nobody is left to compare.

    The effect is a bracket whose length is the difference and whose upper end is the pilot's mean level after the
    start; it is drawn only where it has an interval. Within units the second line is what lies outside the pilot.
    """
    _ = translator(language)
    figure = theme.figure(height=HEIGHT)
    treated, compared = _names(effect, language)
    sides = [(theme.accent, treated, [each.treated for each in effect.monthly])]
    if any(each.comparison.n for each in effect.monthly):
        sides.insert(0, (theme.compared, compared, [each.comparison for each in effect.monthly]))
    months = [each.month for each in effect.monthly]
    for colour, name, means in sides:
        line = list(zip(months, means, strict=True))
        _draw_line(figure, line, colour=colour, name=name, theme=theme, language=language, outcome=outcome)
    floor = _floor(effect.monthly) if outcome.share else 0.0
    ceiling = _highest(effect.monthly, outcome)
    figure.add_vline(x=_stamp(starts), line={"color": theme.ink, "width": 1.5, "dash": "dot"})
    words = _("Bắt đầu {day}").format(day=show_date(starts, language))
    late = bool(months) and starts - months[0] > (months[-1] - months[0]) * 0.6
    figure.add_annotation(
        x=_stamp(starts),
        y=0,
        yref="paper",
        yanchor="bottom",
        xanchor="right" if late else "left",
        xshift=-4 if late else 4,
        text=words,
        showarrow=False,
    )
    if not math.isnan(effect.difference.low):
        _draw_bracket(figure, effect, theme, language, outcome=outcome)
    named = "<br>".join(f"<b style='color:{colour}'>● {name}</b>" for colour, name, _means in reversed(sides))
    figure.add_annotation(
        x=0,
        xref="paper",
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=6,
        align="left",
        text=f"{_axis(floor, outcome, language)}<br>{named}",
        showarrow=False,
    )
    figure.update_layout(margin={"t": 80}, hovermode="closest")
    figure.update_yaxes(range=[floor, ceiling])
    if outcome.share:
        ticks = [tick / 10 for tick in range(11) if floor <= tick / 10]
        figure.update_yaxes(tickvals=ticks, ticktext=[show_share(tick, language, decimals=0) for tick in ticks])
    figure.update_xaxes(**_months_axis(effect.monthly, language, bracket=effect.difference.n > 0))
    return figure


def _names(effect: PilotEffect, language: str) -> tuple[str, str]:
    """Of the pilot's line and of the other."""
    _ = translator(language)
    if effect.design.within:
        return _("Trong mô hình: {n} đơn vị").format(n=len(effect.treated)), _("Ngoài mô hình, cùng các đơn vị ấy")
    treated = _("Thí điểm: {n} đơn vị").format(n=len(effect.treated))
    return treated, _("So sánh: {n} đơn vị").format(n=len(effect.comparison))


def has_months(effect: PilotEffect) -> bool:
    """Whether there is a month of the pilot's units to draw."""
    return any(each.treated.n for each in effect.monthly)


def _draw_line(
    figure: go.Figure,
    line: Sequence[tuple[date, Estimate]],
    *,
    colour: str,
    name: str,
    theme: Theme,
    language: str,
    outcome: Outcome,
) -> None:
    """Interval band, and the line with its points."""
    shown = [(_stamp(month + MIDDLE), month, each) for month, each in line if each.n]
    if not shown:
        return
    stamps = [stamp for stamp, *_ in shown]
    figure.add_scatter(
        x=[*stamps, *reversed(stamps)],
        y=[*(each.high for *_, each in shown), *(each.low for *_, each in reversed(shown))],
        fill="toself",
        fillcolor=theme.band(colour),
        line={"width": 0},
        hoverinfo="skip",
        mode="lines",
    )
    figure.add_scatter(
        x=stamps,
        y=[each.value for *_, each in shown],
        name=name,
        mode="lines+markers",
        line={"color": colour, "width": 3},
        marker={"size": 6},
        hovertext=[
            f"{name}<br>{show_month(m, language)}: {_said(e, outcome, language)}, n = {e.n}" for _, m, e in shown
        ],
        hoverinfo="text",
    )


def _said(found: Estimate, outcome: Outcome, language: str) -> str:
    if outcome.share:
        return show_estimate(found, language)
    known = known_language(language)
    return f"{outcome.level(found.value, known)} ({outcome.interval(found.low, found.high, known)})"


def _draw_bracket(figure: go.Figure, effect: PilotEffect, theme: Theme, language: str, *, outcome: Outcome) -> None:
    """From what the pilot's units reached down to where they would be with the others' change."""
    after = effect.design.window.after(each.month for each in effect.monthly)
    level = fmean(each.treated.value for each in effect.monthly if each.month in after and each.treated.n)
    found = effect.difference
    at = _stamp(after[-1] + MIDDLE + timedelta(days=30))
    figure.add_scatter(
        x=[at, at],
        y=[level, level - found.value],
        mode="lines+markers",
        line={"color": theme.ink, "width": 2.5},
        marker={"symbol": "line-ew-open", "size": 14, "line": {"width": 2.5, "color": theme.ink}},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [0, found.value - found.low],
            "arrayminus": [0, found.high - found.value],
            "color": theme.quiet,
            "thickness": 1.5,
            "width": 5,
        },
        name="effect",
        hoverinfo="skip",
    )
    value, interval = tell_change(found, outcome, language)
    figure.add_annotation(
        x=at,
        y=min(level, level - found.high),
        text=f"<b>{value}</b><br>{interval}",
        xanchor="right",
        xshift=14,
        yanchor="top",
        yshift=-4,
        align="right",
        showarrow=False,
    )


def _floor(monthly: Sequence[MonthlyMeans]) -> float:
    """Ten per cent steps; the axis says where it begins."""
    lows = [each.low for row in monthly for each in (row.treated, row.comparison) if each.n]
    return max((int(min(lows, default=0.0) * 10) - 0.5) / 10, 0.0)


def _highest(monthly: Sequence[MonthlyMeans], outcome: Outcome) -> float:
    highs = [each.high for row in monthly for each in (row.treated, row.comparison) if each.n]
    return min(max(highs, default=1.0) + 0.03, 1.03) if outcome.share else max(highs, default=1.0) * 1.1


def _axis(floor: float, outcome: Outcome, language: str) -> str:
    _, known = translator(language), known_language(language)
    name = outcome.name(known)
    name = name[0].upper() + name[1:]
    if outcome.hours:
        return _("{name}, giờ làm việc").format(name=name)
    if not floor:
        return name
    return _("{name} (trục bắt đầu từ {floor})").format(name=name, floor=show_share(floor, language, decimals=0))


def _months_axis(monthly: Sequence[MonthlyMeans], language: str, *, bracket: bool) -> dict[str, object]:
    """A label every three months, or six where there are many; room on the right for the bracket and its words."""
    months = [each.month for each in monthly]
    every = 3 if len(months) <= MONTHS_IN_A_YEAR else 6
    labelled = [month for month in months if month.month % every == 1] or months
    axis: dict[str, object] = {
        "tickvals": [_stamp(month + MIDDLE) for month in labelled],
        "ticktext": [show_month(month, language) for month in labelled],
        "tickangle": 0,
        "tickfont": {"size": 11},
        "showgrid": False,
    }
    if months:
        room = timedelta(days=60 if bracket else 20)
        axis["range"] = [_stamp(months[0]), _stamp(months[-1] + MIDDLE + room)]
    return axis


def _stamp(day: date) -> str:
    return day.isoformat()
