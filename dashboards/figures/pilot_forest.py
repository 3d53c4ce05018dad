"""All pilots beside one another: what each changed, with its interval, and which designs cannot say."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboards.theme import Theme
from dashboards.wording import translator
from scoring import Estimate

ROW, AROUND = 62, 70
NARROWEST = 0.05
"""Half the axis at least, so that a small difference looks small."""
ABOVE = 0.33
"""How far above its dot a row's name stands, in rows."""


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One line of the picture. difference: with its interval, NaN ends where the design cannot say; said: its words.

    shown: whether the difference is beyond chance.
    """

    name: str
    difference: Estimate
    said: str
    shown: bool


def draw_pilot_forest(rows: Sequence[ForestRow], theme: Theme, language: str) -> go.Figure:
    """A line a pilot, name and words above it: dot and interval where there is one, nothing where none can be had.

    Args:
        rows: top to bottom.
        theme: of the page.
        language: of the axis.
    """
    figure = theme.figure(height=ROW * len(rows) + AROUND)
    reach = max([NARROWEST, *(abs(end) for row in rows for end in _ends(row))]) * 1.12
    figure.add_vline(x=0, line={"color": theme.quiet, "width": 1.5})
    for place, row in enumerate(rows):
        _write(figure, place, row, theme)
        if not math.isnan(row.difference.low):
            _draw(figure, place, row, theme)
    _mark_axis(figure, reach, rows, theme, language)
    return figure


def _ends(row: ForestRow) -> tuple[float, ...]:
    found = row.difference
    return () if math.isnan(found.low) else (found.low, found.high)


def _write(figure: go.Figure, place: int, row: ForestRow, theme: Theme) -> None:
    """Name and words stand above the line, so that a phone has its whole width for the interval."""
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=place - ABOVE, yanchor="middle", align="left", showarrow=False,
        text=f"<b>{row.name}</b>", bgcolor=theme.paper, font={"size": 13},
    )  # fmt: skip
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=place + 0.02, yanchor="middle", align="left", showarrow=False,
        text=row.said, bgcolor=theme.paper, font={"size": 12, "color": theme.accent if row.shown else theme.quiet},
    )  # fmt: skip


def _draw(figure: go.Figure, place: int, row: ForestRow, theme: Theme) -> None:
    found, colour = row.difference, theme.accent if row.shown else theme.compared
    figure.add_scatter(
        x=[found.value],
        y=[place + ABOVE],
        mode="markers",
        marker={
            "size": 12,
            "color": colour,
            "symbol": "circle" if row.shown else "circle-open",
            "line": {"width": 2, "color": colour},
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [found.high - found.value],
            "arrayminus": [found.value - found.low],
            "color": colour,
            "thickness": 3,
            "width": 0,
        },
        hovertext=[f"{row.name}: {row.said}"],
        hoverinfo="text",
        name=row.name,
    )


def _mark_axis(figure: go.Figure, reach: float, rows: Sequence[ForestRow], theme: Theme, language: str) -> None:
    _ = translator(language)
    step = 0.05 if reach <= 0.22 else 0.1  # noqa: PLR2004 -- about nine ticks at most
    ticks = [step * n for n in range(-int(reach / step), int(reach / step) + 1)]
    figure.update_xaxes(
        range=[-reach, reach],
        tickvals=ticks,
        ticktext=[f"{tick * 100:+.0f}".replace("-", "−") if round(tick * 100) else "0" for tick in ticks],
        tickangle=0,
        zeroline=False,
        side="bottom",
        title={
            "text": _("← kém hơn nơi so sánh · điểm % · hơn nơi so sánh →"),
            "font": {"size": 12, "color": theme.quiet},
        },
    )
    figure.update_yaxes(range=[len(rows) - 0.35, -0.6], showticklabels=False, showgrid=False, zeroline=False)
