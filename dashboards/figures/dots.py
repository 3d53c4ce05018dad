"""Units with their intervals in order, tie bands shaded: who differs beyond chance, never a naked league table."""

from collections.abc import Sequence
from itertools import groupby

import plotly.graph_objects as go

from dashboards.data import UnitResult
from dashboards.plain_text import plain_label
from dashboards.theme import Theme
from dashboards.wording import show_estimate, show_number, show_share, translator
from scoring import Estimate

ROW, AROUND = 40, 84
TICKS = tuple(tens / 10 for tens in range(11))
MARGIN = 0.02
"""Room left and right of the outermost interval, a share."""

Placed = tuple[float, UnitResult]


def draw_dots(units: Sequence[UnitResult], together: Estimate, theme: Theme, language: str) -> go.Figure:
    """One dot a unit with its 95 % interval; the interval of all units together is the upright band.

    Units whose interval has nothing in common with that band carry the accent (below) or the link colour (above);
    those with too little evidence are hollow. Each tie band begins with a line of words and lies on its own wash.

    Args:
        units: top to bottom, only such as have an index.
        together: of all units as one.
        theme: of the page.
        language: of numbers and words.
    """
    groups = [list(members) for _, members in groupby(units, key=lambda unit: unit.tie_band)]
    rows = len(units) + len(groups)
    figure = theme.figure(height=ROW * rows + AROUND)
    placed: list[Placed] = []
    for number, members in enumerate(groups):
        top = len(placed) + number
        _shade(figure, top, len(members), theme, shaded=number % 2 == 0)
        _say(
            figure,
            top,
            _heading(members[0].tie_band, max((unit.tie_band or 0 for unit in units), default=0), language),
            theme,
        )
        placed += [(top + 1 + place, unit) for place, unit in enumerate(members)]
    _mark_together(figure, together, theme, language)
    for standing, colour, symbol in (
        ("above", theme.link, "circle"),
        ("alike", theme.quiet, "circle"),
        ("below", theme.accent, "circle"),
        ("weak", theme.quiet, "circle-open"),
    ):
        _draw_group(
            figure, [one for one in placed if one[1].standing == standing], standing, marker=(colour, symbol), language=language
        )  # fmt: skip
    mark_axis(figure, *axis_ends([*(unit.index for unit in units), together]), theme, language)
    figure.update_yaxes(
        tickvals=[row for row, _ in placed],
        ticktext=[_name(unit, theme, language) for _, unit in placed],
        range=[rows - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
    )
    figure.update_layout(margin={"l": 8, "r": 8, "t": 44, "b": 8})
    return figure


def axis_ends(indices: Sequence[Estimate]) -> tuple[float, float]:
    """A little around all intervals, inside 0 and 1; an index of nobody does not count."""
    known = [index for index in indices if index.n]
    low = min((index.low for index in known), default=0.0) - MARGIN
    high = max((index.high for index in known), default=1.0) + MARGIN
    return max(0.0, low), min(1.0, high)


def mark_axis(figure: go.Figure, low: float, high: float, theme: Theme, language: str) -> None:
    """An axis of shares that does not begin at 0, and says so."""
    ticks = [tick for tick in TICKS if low <= tick <= high]
    begins = translator(language)("⌇ Trục ngang bắt đầu từ {low}").format(low=show_share(low, language, decimals=0))
    figure.update_xaxes(
        range=[low, high],
        tickvals=ticks,
        ticktext=[show_share(tick, language, decimals=0) for tick in ticks],
        tickangle=0,
        zeroline=False,
        title={"text": begins, "font": {"size": 12, "color": theme.quiet}},
    )


def _draw_group(
    figure: go.Figure, rows: Sequence[Placed], standing: str, *, marker: tuple[str, str], language: str
) -> None:
    colour, symbol = marker
    indices = [unit.index for _, unit in rows]
    figure.add_scatter(
        name=standing,
        x=[index.value for index in indices],
        y=[row for row, _ in rows],
        mode="markers",
        marker={"size": 10, "color": colour, "symbol": symbol, "line": {"width": 2, "color": colour}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [index.high - index.value for index in indices],
            "arrayminus": [index.value - index.low for index in indices],
            "color": colour,
            "thickness": 2,
            "width": 0,
        },
        customdata=[[plain_label(unit.name), show_estimate(unit.index, language), unit.index.n] for _, unit in rows],
        hovertemplate="%{customdata[0]}: %{customdata[1]}, n = %{customdata[2]}<extra></extra>",
    )


def _mark_together(figure: go.Figure, together: Estimate, theme: Theme, language: str) -> None:
    if together.n:
        text = translator(language)("mức chung {share}").format(share=show_share(together.value, language))
        figure.add_vrect(x0=together.low, x1=together.high, fillcolor=theme.band(theme.link), line_width=0)
        figure.add_annotation(
            x=together.value, y=1, yref="paper", yanchor="bottom", yshift=4, text=text, showarrow=False,
            font={"size": 13, "color": theme.link},
        )  # fmt: skip


def _heading(band: int | None, bands: int, language: str) -> str:
    _ = translator(language)
    if band is None:
        return _("chưa đủ để kết luận")
    return (
        _("không đủ căn cứ xếp thứ tự")
        if bands == 1
        else _("nhóm {band}, trong nhóm không có thứ tự").format(band=band)
    )


def _shade(figure: go.Figure, top: int, members: int, theme: Theme, *, shaded: bool) -> None:
    if shaded:
        figure.add_shape(
            type="rect", xref="paper", x0=0, x1=1, y0=top - 0.5, y1=top + members + 0.5, layer="below",
            fillcolor=theme.wash, line_width=0,
        )  # fmt: skip


def _say(figure: go.Figure, row: float, text: str, theme: Theme) -> None:
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=row, text=f"<i>{text}</i>", showarrow=False,
        font={"size": 12, "color": theme.quiet}, bgcolor=theme.paper,
    )  # fmt: skip


def _name(unit: UnitResult, theme: Theme, language: str) -> str:
    """Name, and below it value and n: beside the dot they would leave a phone no room for the interval."""
    value, n = show_share(unit.index.value, language), show_number(unit.index.n, language, decimals=0)
    return f"{plain_label(unit.name)}<br><span style='color:{theme.quiet};font-size:11px'><b>{value}</b> n = {n}</span>"
