"""All pilots beside one another: what each changed, with its interval, and which designs cannot say."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import plotly.graph_objects as go

from dashboards.plain_text import plain_label
from dashboards.theme import Theme
from dashboards.wording import show_number, translator
from scoring import Estimate, Outcome

LINE, DOT, AROUND = 18, 34, 70
"""Heights in pixels: of a line of words, of the line with the dot, of the axis."""
NARROWEST_HOURS = 1.0
TICKS_ASIDE = 4.5
LETTERS = 44
"""Of a line of words: what a phone has room for."""
NARROWEST = 0.05
"""Half the axis at least, so that a small difference looks small."""


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One line of the picture. difference: with its interval, NaN ends where the design cannot say; said: its words.

    shown: whether the difference is beyond chance.
    """

    name: str
    difference: Estimate
    said: str
    shown: bool


def draw_pilot_forest(rows: Sequence[ForestRow], outcome: Outcome, theme: Theme, language: str) -> go.Figure:
    """A line a pilot, name and words above it: dot and interval where there is one, nothing where none can be had.

    Args:
        rows: top to bottom.
        outcome: what they are of; a share is drawn in points, working time in hours.
        theme: of the page.
        language: of the axis.
    """
    lines = [[*_wrapped(row.name, bold=True), *_wrapped(row.said)] for row in rows]
    heights = [LINE * len(each) + DOT for each in lines]
    figure = theme.figure(height=sum(heights) + AROUND)
    reach = (
        max([NARROWEST if outcome.share else NARROWEST_HOURS, *(abs(end) for row in rows for end in _ends(row))]) * 1.12
    )
    figure.add_vline(x=0, line={"color": theme.quiet, "width": 1.5})
    for place, row in enumerate(rows):
        top = sum(heights[:place])
        _write(figure, top, lines[place], theme, shown=row.shown)
        if not math.isnan(row.difference.low):
            _draw(figure, top + LINE * len(lines[place]) + DOT / 3, row, theme)
    _mark_axis(figure, reach, outcome, theme, language)
    figure.update_yaxes(range=[sum(heights), -LINE / 2], showticklabels=False, showgrid=False, zeroline=False)
    return figure


def _wrapped(text: str, *, bold: bool = False) -> list[str]:
    """Lines short enough for a phone."""
    lines = map(plain_label, wrap(text, LETTERS))
    return [f"<b>{line}</b>" if bold else line for line in lines]


def _ends(row: ForestRow) -> tuple[float, ...]:
    found = row.difference
    return () if math.isnan(found.low) else (found.low, found.high)


def _write(figure: go.Figure, top: float, lines: Sequence[str], theme: Theme, *, shown: bool) -> None:
    """Name and words stand above the dot, so that a phone has its whole width for the interval."""
    for number, line in enumerate(lines):
        named = line.startswith("<b>")
        colour = theme.ink if named else theme.accent if shown else theme.quiet
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=top + LINE * (number + 0.5), yanchor="middle", align="left", text=line,
            showarrow=False, bgcolor=theme.paper, font={"size": 13 if named else 12, "color": colour},
        )  # fmt: skip


def _draw(figure: go.Figure, at: float, row: ForestRow, theme: Theme) -> None:
    found, colour = row.difference, theme.accent if row.shown else theme.compared
    figure.add_scatter(
        x=[found.value],
        y=[at],
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
        hovertext=[plain_label(f"{row.name}: {row.said}")],
        hoverinfo="text",
        name=plain_label(row.name),
    )


def _mark_axis(figure: go.Figure, reach: float, outcome: Outcome, theme: Theme, language: str) -> None:
    _ = translator(language)
    step = _step(reach)
    ticks = [step * n for n in range(-int(reach / step), int(reach / step) + 1)]
    times = 100 if outcome.share else 1
    words = _("← giảm so với nơi so sánh · điểm % · tăng →")
    if outcome.hours:
        words = _("← giảm so với nơi so sánh · giờ làm việc · tăng →")
    figure.update_xaxes(
        range=[-reach, reach],
        tickvals=ticks,
        ticktext=[_signed(tick * times, language) for tick in ticks],
        tickangle=0,
        zeroline=False,
        side="bottom",
        title={"text": words, "font": {"size": 12, "color": theme.quiet}},
    )


def _step(reach: float) -> float:
    """Between the ticks: the least of 1, 2 and 5 with its power of ten that leaves four on each side at most."""
    steps = (part * 10**power for power in range(-3, 4) for part in (1, 2, 5))
    return next(step for step in steps if reach / step <= TICKS_ASIDE)


def _signed(number: float, language: str) -> str:
    text = show_number(number, language, decimals=0 if abs(number) >= 1 or not number else 1)
    return f"+{text}" if number > 0 else text.replace("-", "−")
