"""Where the pilot's difference lies among those of every other choice of as many units."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from dashboards.theme import Theme
from dashboards.wording import show_number, translator
from scoring import PilotEffect

HEIGHT = 420
BINS = 24
LEAST_ROWS = 10
DOTS_AT_MOST = 300
"""More sets than this are bars, not a dot each."""


def draw_permutations(effect: PilotEffect, theme: Theme, language: str) -> go.Figure:
    """One dot per candidate set, stacked by its statistic; the real one marked; as far or farther in the accent.

    Raises:
        ValueError: the effect has no permutations, because nobody was left to compare.
    """
    if effect.permutations is None:
        raise ValueError("effect.permutations == None, must be of a design with a comparison.")
    _ = translator(language)
    statistics, differences = _finite(effect.permutations.statistics), effect.permutations.differences
    ours = float(statistics[0])
    far = np.abs(statistics) >= abs(ours) * (1 - 1e-9)
    reach = float(np.abs(statistics).max()) * 1.15 + 0.1
    edges = np.linspace(-reach, reach, BINS + 1)
    columns = np.digitize(statistics, edges) - 1
    middles = (edges[:-1] + edges[1:]) / 2
    figure = theme.figure(height=HEIGHT)
    if len(statistics) <= DOTS_AT_MOST:
        heights = _stacked(columns)
        words = [f"{show_number(each * 100, language)} {_('điểm %')}" for each in differences]
        _draw_dots(figure, np.column_stack([middles[columns], heights]), far, words=words, theme=theme)
    else:
        heights = np.bincount(columns, minlength=BINS).astype(float)
        figure.add_bar(x=middles, y=heights, marker={"color": theme.compared}, hoverinfo="y")
    top = max(float(heights.max()) * 1.35 + 1, LEAST_ROWS)
    figure.add_scatter(
        x=[middles[columns[0]]] * 2, y=[0, top * 0.86], mode="lines", line={"color": theme.accent}, hoverinfo="skip"
    )
    figure.add_annotation(
        x=middles[columns[0]],
        y=top * 0.86,
        text=_("<b>Cách chọn thật</b>"),
        font={"color": theme.accent},
        yanchor="bottom",
        xanchor="right" if ours > reach / 3 else "left" if ours < -reach / 3 else "center",
        showarrow=False,
    )
    figure.update_yaxes(range=[0, top], visible=False)
    figure.update_xaxes(range=[-reach, reach], title=_("Chênh lệch ÷ sai số chuẩn"), zeroline=True, nticks=7)
    return figure


def _finite(statistics: NDArray[np.float64]) -> NDArray[np.float64]:
    """Infinite statistics (no variation at all) just beyond the farthest that is not."""
    farthest = float(np.abs(statistics[np.isfinite(statistics)]).max(initial=1.0))
    return np.clip(statistics, -1.2 * farthest, 1.2 * farthest)


def _stacked(columns: NDArray[np.intp]) -> NDArray[np.float64]:
    """Height of each dot in its column; the first, the real set, at the foot of its own."""
    seen: dict[int, int] = {}
    heights = np.zeros(len(columns))
    for place, column in enumerate(columns.tolist()):
        seen[column] = seen.get(column, 0) + 1
        heights[place] = seen[column] - 0.5
    return heights


def _draw_dots(
    figure: go.Figure, dots: NDArray[np.float64], far: NDArray[np.bool_], *, words: list[str], theme: Theme
) -> None:
    """Dots of shape (sets, 2): the real set full, those as far half so, the rest grey."""
    rest = len(dots) - 1
    figure.add_scatter(
        x=dots[:, 0],
        y=dots[:, 1],
        mode="markers",
        marker={
            "size": [15, *[10] * rest],
            "color": [theme.accent if each else theme.compared for each in far],
            "opacity": [1.0, *[0.65] * rest],
            "line": {"width": [2, *[0] * rest], "color": theme.ink},
        },
        name="sets",
        hovertext=words,
        hoverinfo="text",
    )
