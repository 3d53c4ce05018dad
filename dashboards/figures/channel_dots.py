"""Channels with their intervals on one line each: do they tell the same?"""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboards.channel_words import channel_name
from dashboards.data import ChannelResult
from dashboards.figures.dots import axis_ends, mark_axis
from dashboards.theme import Theme
from dashboards.wording import show_estimate, show_number, show_share

ROW, AROUND = 56, 80


def draw_channels(channels: Sequence[ChannelResult], theme: Theme, language: str) -> go.Figure:
    """One dot a channel with its 95 % interval; only channels that have an index."""
    known = [channel for channel in channels if channel.index.n]
    figure = theme.figure(height=ROW * len(known) + AROUND)
    indices = [channel.index for channel in known]
    figure.add_scatter(
        x=[index.value for index in indices],
        y=list(range(len(known))),
        mode="markers",
        marker={"size": 11, "color": theme.link},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [index.high - index.value for index in indices],
            "arrayminus": [index.value - index.low for index in indices],
            "color": theme.link,
            "thickness": 2,
            "width": 0,
        },
        customdata=[[channel_name(each.channel, language), show_estimate(each.index, language)] for each in known],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
    )
    for row, each in enumerate(known):
        n = show_number(each.index.n, language, decimals=0)
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=row, yshift=17, showarrow=False, font={"size": 13, "color": theme.ink},
            text=f"{channel_name(each.channel, language)} · <b>{show_share(each.index.value, language)}</b> · n = {n}",
        )  # fmt: skip
    mark_axis(figure, *axis_ends(indices), theme, language)
    figure.update_yaxes(visible=False, range=[len(known) - 0.5, -0.8])
    figure.update_layout(margin={"l": 8, "r": 16, "t": 8, "b": 8}, showlegend=False)
    return figure
