"""Emulation points of units with their intervals, between the cuts of the classes; who cannot be told apart shaded."""

from collections.abc import Sequence
from decimal import Decimal
from textwrap import wrap

import plotly.graph_objects as go

from dashboards.plain_text import plain_label
from dashboards.theme import Theme
from dashboards.wording import pick, show_number, translator
from scoring import Band, EmulationSheet, Standing

ROW = 40
CLASS_WIDTH = 12


def draw_points(sheet: EmulationSheet, bands: Sequence[Band], theme: Theme, language: str) -> go.Figure:
    """One dot and interval per unit with a class; hollow where the interval reaches another class.

    Args:
        sheet: with at least one unit that has a class.
        bands: the classes of its edition, best first.
        theme: of the page.
        language: of the words.
    """
    rows = classed(sheet)
    floor = _floor(rows)
    figure = theme.figure(height=ROW * len(rows) + 130)
    _shade_tie_bands(figure, rows, theme, language)
    _draw_cuts(figure, bands, floor, theme, language)
    names = [_row_name(each, theme) for each in rows]
    for near in (False, True):
        chosen = [(name, each) for name, each in zip(names, rows, strict=True) if (each.near_cut is not None) is near]
        _draw_dots(figure, chosen, theme, language, near=near)
    for name, each in zip(names, rows, strict=True):
        if each.near_cut is not None:
            figure.add_annotation(
                x=float(_low(each)),
                y=name,
                text=translator(language)("sát ngưỡng"),
                xanchor="right",
                xshift=-6,
                showarrow=False,
                font={"size": 12, "color": theme.accent},
            )
    figure.update_layout(margin={"t": 64})
    figure.update_yaxes(
        categoryorder="array", categoryarray=names, range=[len(rows) - 0.4, -0.6], showgrid=False, zeroline=False
    )
    title = translator(language)("Điểm<br>(trục bắt đầu từ {floor})").format(floor=floor)
    figure.update_xaxes(range=[floor, 100.5], title=title, zeroline=False)
    return figure


def classed(sheet: EmulationSheet) -> tuple[Standing, ...]:
    """Units with a class, best tie band first; inside a band by points."""
    found = [each for each in sheet.standings if each.tie_band is not None]
    return tuple(sorted(found, key=lambda each: (each.tie_band or 0, -(each.sheet.points or Decimal(0)))))


def _draw_dots(
    figure: go.Figure, rows: Sequence[tuple[str, Standing]], theme: Theme, language: str, *, near: bool
) -> None:
    points = [float(each.sheet.points or 0) for _, each in rows]
    ends = [tuple(map(float, each.sheet.interval or (each.sheet.points or 0,) * 2)) for _, each in rows]
    figure.add_scatter(
        x=points,
        y=[name for name, _ in rows],
        mode="markers",
        marker={
            "size": 11,
            "color": theme.paper if near else theme.compared,
            "line": {"width": 2.5, "color": theme.accent if near else theme.compared},
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [high - value for value, (_, high) in zip(points, ends, strict=True)],
            "arrayminus": [value - low for value, (low, _) in zip(points, ends, strict=True)],
            "color": theme.accent if near else theme.compared,
            "thickness": 2,
            "width": 0,
        },
        name="near" if near else "clear",
        hovertext=[_hover(each, language) for _, each in rows],
        hoverinfo="text",
    )


def _hover(standing: Standing, language: str) -> str:
    sheet = standing.sheet
    shown = [show_number(float(each), language, decimals=2) for each in (sheet.points or 0, *(sheet.interval or ()))]
    interval = f" ({shown[1]}–{shown[2]})" if sheet.interval else ""
    return f"{plain_label(standing.candidate.name)}: {shown[0]}{interval}<br>{pick(standing.class_name, language)}"


def _draw_cuts(figure: go.Figure, bands: Sequence[Band], floor: float, theme: Theme, language: str) -> None:
    """A line at each cut that lies on the axis, and each class's name over its own part of it."""
    ceiling = 100.0
    for band in bands:
        cut = float(band.cut)
        if floor < cut:
            figure.add_vline(x=cut, line={"color": theme.ink, "width": 1.2, "dash": "dash"})
        if ceiling > floor:
            figure.add_annotation(
                x=(max(cut, floor) + ceiling) / 2,
                y=1,
                yref="paper",
                yanchor="bottom",
                text="<br>".join(wrap(pick(band.name, language), CLASS_WIDTH)),
                showarrow=False,
                font={"size": 12, "color": theme.quiet},
            )
        ceiling = cut


def _shade_tie_bands(figure: go.Figure, rows: Sequence[Standing], theme: Theme, language: str) -> None:
    """Every tie band of two units or more on a ground of its own, with its words."""
    words = translator(language)("{n} đơn vị chưa xếp được thứ tự")
    for band in sorted({each.tie_band for each in rows if each.tie_band is not None}):
        places = [place for place, each in enumerate(rows) if each.tie_band == band]
        if len(places) > 1:
            figure.add_hrect(
                y0=places[0] - 0.45,
                y1=places[-1] + 0.45,
                fillcolor=theme.wash,
                line={"width": 1, "color": theme.line},
                layer="below",
                name=f"band {band}",
            )
            figure.add_annotation(
                x=0.99,
                xref="paper",
                y=places[-1] + 0.4,
                yanchor="bottom",
                text="<br>".join(wrap(words.format(n=len(places)), CLASS_WIDTH)),
                xanchor="right",
                align="right",
                showarrow=False,
                bgcolor=theme.wash,
                font={"size": 12, "color": theme.quiet},
            )


def _row_name(standing: Standing, theme: Theme) -> str:
    n = standing.sheet.total.n
    return f"{plain_label(standing.candidate.name)}<br><span style='color:{theme.quiet};font-size:11px'>n = {n}</span>"


def _low(standing: Standing) -> Decimal:
    return (standing.sheet.interval or (standing.sheet.points or Decimal(0),))[0]


def _floor(rows: Sequence[Standing]) -> int:
    """A multiple of five below every interval, with room for words on the left."""
    lowest = min(float(_low(each)) for each in rows)
    return max(int((lowest - 4) // 5 * 5), 0)
