"""Units with their intervals in order, tie bands shaded: who differs beyond chance, never a naked league table."""

from collections.abc import Sequence
from itertools import groupby

import plotly.graph_objects as go

from dashboards.data import UnitResult
from dashboards.theme import Theme
from dashboards.wording import show_estimate, show_number, show_share, translator
from scoring import Estimate

ROW, AROUND = 28, 84
STEP = 0.1


def draw_dots(units: Sequence[UnitResult], together: Estimate, theme: Theme, language: str) -> go.Figure:
    """One dot a unit with its 95 % interval; the interval of all units together is the upright band.

    Units whose interval has nothing in common with that band carry the accent (below) or the link colour (above);
    those with too little evidence are hollow.

    Args:
        units: top to bottom, only such as have an index.
        together: of all units as one.
        theme: of the page.
        language: of numbers and words.
    """
    figure = theme.figure(height=ROW * len(units) + AROUND)
    low, high = _ends(units, together)
    _shade_bands(figure, units, theme, language)
    _mark_together(figure, together, theme, language)
    for standing, colour, symbol in (
        ("above", theme.link, "circle"),
        ("alike", theme.quiet, "circle"),
        ("below", theme.accent, "circle"),
        ("weak", theme.quiet, "circle-open"),
    ):
        _draw_group(figure, [(row, unit) for row, unit in enumerate(units) if unit.standing == standing],
                    standing=standing, colour=colour, symbol=symbol, language=language)  # fmt: skip
    for row, unit in enumerate(units):
        value = show_share(unit.index.value, language)
        n = show_number(unit.index.n, language, decimals=0)
        figure.add_annotation(
            x=1, xref="paper", y=row, xanchor="left", xshift=8, showarrow=False, align="left",
            text=f"<b>{value}</b> <span style='color:{theme.quiet}'>n {n}</span>", font={"size": 12},
        )  # fmt: skip
    ticks = [low + STEP * i for i in range(round((high - low) / STEP) + 1)]
    figure.update_xaxes(
        range=[low, high], tickvals=ticks, ticktext=[show_share(tick, language, decimals=0) for tick in ticks],
        zeroline=False,
    )  # fmt: skip
    figure.update_yaxes(
        tickvals=list(range(len(units))), ticktext=[unit.name for unit in units], range=[len(units) - 0.4, -0.6],
        showgrid=False, zeroline=False,
    )  # fmt: skip
    figure.update_layout(margin={"l": 8, "r": 104, "t": 44, "b": 8})
    return figure


def _ends(units: Sequence[UnitResult], together: Estimate) -> tuple[float, float]:
    """Whole tens around all intervals, at most 0 and 1."""
    known = [unit.index for unit in units] + ([together] if together.n else [])
    low = int(min((index.low for index in known), default=0) / STEP) * STEP
    high = -int(-max((index.high for index in known), default=1) / STEP) * STEP
    return max(0.0, low), 1.0 if high > 1 - STEP else high + STEP


def _draw_group(
    figure: go.Figure,
    rows: Sequence[tuple[int, UnitResult]],
    *,
    standing: str,
    colour: str,
    symbol: str,
    language: str,
) -> None:
    indices = [unit.index for _, unit in rows]
    figure.add_scatter(
        name=standing,
        x=[index.value for index in indices],
        y=[row for row, _ in rows],
        mode="markers",
        marker={"size": 10, "color": colour, "symbol": symbol, "line": {"width": 2, "color": colour}},
        error_x={
            "type": "data", "symmetric": False, "color": colour, "thickness": 2, "width": 0,
            "array": [index.high - index.value for index in indices],
            "arrayminus": [index.value - index.low for index in indices],
        },
        customdata=[[unit.name, show_estimate(unit.index, language), unit.index.n] for _, unit in rows],
        hovertemplate="%{customdata[0]}: %{customdata[1]}, n = %{customdata[2]}<extra></extra>",
    )  # fmt: skip


def _mark_together(figure: go.Figure, together: Estimate, theme: Theme, language: str) -> None:
    if together.n:
        text = translator(language)("mức chung {share}").format(share=show_share(together.value, language))
        figure.add_vrect(x0=together.low, x1=together.high, fillcolor=theme.band(theme.link), line_width=0)
        figure.add_annotation(
            x=together.value, y=1, yref="paper", yanchor="bottom", yshift=4, text=text, showarrow=False,
            font={"size": 13, "color": theme.link},
        )  # fmt: skip


def _shade_bands(figure: go.Figure, units: Sequence[UnitResult], theme: Theme, language: str) -> None:
    """Every second tie band on a wash, each with its words; those without one come under their own."""
    _, row = translator(language), 0
    for number, (band, members) in enumerate(groupby(units, key=lambda unit: unit.tie_band)):
        size = len(list(members))
        text = _("nhóm {band}").format(band=band) if band else _("chưa đủ để kết luận")
        if number % 2 == 0:
            figure.add_shape(
                type="rect", xref="paper", x0=0, x1=1, y0=row - 0.5, y1=row + size - 0.5, layer="below",
                fillcolor=theme.wash, line_width=0,
            )  # fmt: skip
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", xshift=4, y=row - 0.5, yanchor="top", text=text, showarrow=False,
            font={"size": 11, "color": theme.quiet},
        )  # fmt: skip
        row += size
