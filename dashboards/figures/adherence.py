"""How far each unit kept its pilot up: sessions held of those that the rule asks for."""

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboards.plain_text import plain_label
from dashboards.theme import Theme
from dashboards.wording import show_share, translator
from scoring import Adherence

ROW, AROUND = 34, 70
COUNTS = 72
"""Pixels at the right for «51/549» behind the longest bar."""
FINE = 1.3
"""Reach of the axis up to which halves have room on a phone."""


def draw_adherence(adherences: Sequence[Adherence], names: Mapping[str, str], theme: Theme, language: str) -> go.Figure:
    """A bar a unit, least first: held in full colour, what is not known lighter behind it; the minimum as a line at 100 %.

    Args:
        adherences: those that have a share.
        names: of the units, by code.
        theme: of the page.
        language: of numbers and words.
    """
    ordered = sorted(adherences, key=lambda each: (each.share, names[each.unit]))
    rows = list(range(len(ordered)))
    figure = theme.figure(height=ROW * len(ordered) + AROUND)
    figure.add_bar(
        name="unknown",
        orientation="h",
        y=rows,
        x=[_most(each) for each in ordered],
        marker={"color": theme.mixed(0.25)},
        hoverinfo="skip",
    )
    figure.add_bar(
        name="held",
        orientation="h",
        y=rows,
        x=[each.share for each in ordered],
        marker={"color": theme.accent},
        hovertext=[f"{plain_label(names[each.unit])}: {each.held}/{each.minimum}" for each in ordered],
        hoverinfo="text",
    )
    for row, each in zip(rows, ordered, strict=True):
        figure.add_annotation(
            x=_most(each), y=row, xanchor="left", xshift=4, showarrow=False, font={"size": 12, "color": theme.quiet},
            text=f"<b>{each.held}</b>/{each.minimum}", bgcolor=theme.paper,
        )  # fmt: skip
    figure.add_vline(x=1, line={"color": theme.ink, "width": 1.5, "dash": "dot"})
    figure.add_annotation(
        x=1, y=1, yref="paper", yanchor="bottom", text=translator(language)("mức tối thiểu"), showarrow=False,
        font={"size": 12},
    )  # fmt: skip
    reach = max([1.0, *(_most(each) for each in ordered)]) * 1.02
    step = 0.5 if reach < FINE else max(1, math.ceil(reach / 4))
    ticks = [step * place for place in range(int(reach / step) + 1)]
    figure.update_xaxes(
        range=[0, reach],
        tickvals=ticks,
        ticktext=[show_share(tick, language, decimals=0) for tick in ticks],
        tickangle=0,
    )
    figure.update_yaxes(
        tickvals=rows,
        ticktext=[plain_label(names[each.unit]) for each in ordered],
        range=[len(rows) - 0.4, -0.6],
        showgrid=False,
    )
    figure.update_layout(barmode="overlay", margin={"t": 32, "r": COUNTS})
    return figure


def _most(adherence: Adherence) -> float:
    """The share if every unknown session was held; the share itself where the unit's choices are not known."""
    return adherence.share if math.isnan(adherence.most) else adherence.most
