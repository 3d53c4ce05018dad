"""Month by month around the start: did the two sides part before it, and how did the difference grow after it?"""

import math

import plotly.graph_objects as go

from dashboards.theme import Theme
from dashboards.wording import show_number, translator
from scoring import Outcome, StaggeredEffect
from scoring.staggered import EventEffect

HEIGHT = 340


def has_events(effect: StaggeredEffect) -> bool:
    """Whether there is a month after a start to draw."""
    return any(each.event >= 0 and each.estimate.n for each in effect.by_event)


def draw_event_study(effect: StaggeredEffect, outcome: Outcome, theme: Theme, language: str) -> go.Figure:
    """One dot a month since the start with one band for all months together; before the start in grey.

    Without a band where the design cannot conclude. A share is drawn in points.
    """
    _ = translator(language)
    figure = theme.figure(height=HEIGHT)
    figure.add_hline(y=0, line={"color": theme.quiet, "width": 1.5})
    figure.add_vline(x=-0.5, line={"color": theme.ink, "width": 1.5, "dash": "dot"})
    shown = [each for each in effect.by_event if not math.isnan(each.estimate.value)]
    for name, colour, events in (
        ("before", theme.compared, [each for each in shown if each.event < 0]),
        ("after", theme.accent, [each for each in shown if each.event >= 0]),
    ):
        _draw_side(figure, events, outcome, name=name, colour=colour, language=language)
    figure.add_annotation(
        x=-0.5, y=0, yref="paper", yanchor="bottom", xanchor="left", xshift=4, showarrow=False,
        text=_("Bắt đầu"), bgcolor=theme.paper,
    )  # fmt: skip
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=1, yref="paper", yanchor="bottom", yshift=6, showarrow=False, align="left",
        text=_("Chênh lệch so với đơn vị chưa bắt đầu,<br>{unit}").format(unit=_unit(outcome, language)),
    )  # fmt: skip
    events = [each.event for each in shown] or [0]
    every = 3 if max(events) - min(events) > 12 else 1  # noqa: PLR2004 -- a year
    figure.update_xaxes(
        tickvals=[event for event in range(min(events), max(events) + 1) if event % every == 0],
        title={"text": _("tháng kể từ khi bắt đầu"), "font": {"size": 12, "color": theme.quiet}},
        tickangle=0,
        showgrid=False,
    )
    figure.update_yaxes(zeroline=False)
    figure.update_layout(margin={"t": 60})
    return figure


def _unit(outcome: Outcome, language: str) -> str:
    _ = translator(language)
    if outcome.share:
        return _("điểm %")
    return _("giờ làm việc") if outcome.hours else _("điểm")


def _draw_side(
    figure: go.Figure, events: list[EventEffect], outcome: Outcome, *, name: str, colour: str, language: str
) -> None:
    if not events:
        return
    times = 100 if outcome.share else 1
    band = not any(math.isnan(each.estimate.low) for each in events)
    figure.add_scatter(
        name=name,
        x=[each.event for each in events],
        y=[each.estimate.value * times for each in events],
        mode="markers",
        marker={"size": 9, "color": colour},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [(each.estimate.high - each.estimate.value) * times for each in events],
            "arrayminus": [(each.estimate.value - each.estimate.low) * times for each in events],
            "color": colour,
            "thickness": 2,
            "width": 0,
        }
        if band
        else None,
        hovertext=[f"{each.event:+d}: {show_number(each.estimate.value * times, language)}" for each in events],
        hoverinfo="text",
    )
