"""Before a pilot starts: how small a change could be seen, by answers and weeks; or why none could."""

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboards.data import PilotPlan
from dashboards.theme import Theme
from dashboards.wording import show_number, translator
from scoring.permutation import attainable_p

HEIGHT = 420
LIMIT = 0.05
SMALL = 0.3
"""A share up to which the axis has a tick every five points."""


def draw_plan(plan: PilotPlan, theme: Theme, language: str) -> go.Figure:
    """Smallest change that would be seen, against answers a week: a line for each number of weeks, the plan's own marked.

    The dashed line is the change hoped for: what lies above it would not show that change.
    """
    _ = translator(language)
    figure = theme.figure(height=HEIGHT)
    own = plan.table.weeks.index(plan.planned.weeks_after)
    highest = max([plan.request.effect, *plan.table.effects[np.isfinite(plan.table.effects)].tolist()]) * 1.12
    at = _apart(plan.table.effects[:, -1].tolist(), least=highest * 0.055)
    for row, weeks in enumerate(plan.table.weeks):
        words = _("{weeks} tuần").format(weeks=weeks)
        _draw_line(figure, plan, row, theme, text=words, own=row == own, at=at[row], language=language)
    _draw_hope(figure, plan, theme, language)
    _draw_plan(figure, plan, theme, language)
    ticks = sorted({round(each) for each in plan.table.answers})
    figure.update_xaxes(
        type="log",
        tickvals=ticks,
        ticktext=[show_number(each, language, decimals=0) for each in ticks],
        range=[math.log10(min(plan.table.answers) / 1.2), math.log10(max(plan.table.answers) * 2.6)],
        title={"text": _("lượt hoặc hồ sơ mỗi tuần ở mỗi đơn vị"), "font": {"size": 12, "color": theme.quiet}},
        tickangle=0,
    )
    points = range(0, 101, 5 if highest < SMALL else 10)
    figure.update_yaxes(
        range=[0, highest],
        tickvals=[point / 100 for point in points],
        ticktext=[str(point) for point in points],
        zeroline=False,
    )
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=1, yref="paper", yanchor="bottom", yshift=6, showarrow=False,
        text=_("Thay đổi nhỏ nhất thấy được, điểm phần trăm"), align="left",
    )  # fmt: skip
    figure.update_layout(margin={"t": 48, "r": 16})
    return figure


def _apart(ends: Sequence[float], *, least: float) -> list[float]:
    """Where the lines' names stand: at their ends, moved up until none covers another. Lowest last."""
    found: list[float] = []
    for end in reversed(ends):
        found.append(max(end, found[-1] + least) if found and not math.isnan(end) else end)
    return found[::-1]


def _draw_line(
    figure: go.Figure, plan: PilotPlan, row: int, theme: Theme, *, text: str, own: bool, at: float, language: str
) -> None:
    colour = theme.accent if own else theme.compared
    pairs = [
        (answers, effect)
        for answers, effect in zip(plan.table.answers, plan.table.effects[row].tolist(), strict=True)
        if not math.isnan(effect)
    ]
    if not pairs:
        return
    figure.add_scatter(
        name=text,
        x=[answers for answers, _effect in pairs],
        y=[effect for _answers, effect in pairs],
        mode="lines",
        line={"color": colour, "width": 3 if own else 1.5},
        hovertext=[f"{text}: {show_number(effect * 100, language)}" for _answers, effect in pairs],
        hoverinfo="text",
    )
    figure.add_annotation(
        x=math.log10(pairs[-1][0]), y=at, text=f"<b>{text}</b>" if own else text, xanchor="left", xshift=6,
        showarrow=False, font={"size": 12, "color": colour}, bgcolor=theme.paper,
    )  # fmt: skip


def _draw_hope(figure: go.Figure, plan: PilotPlan, theme: Theme, language: str) -> None:
    hope = plan.request.effect
    figure.add_hline(y=hope, line={"color": theme.link, "width": 1.5, "dash": "dash"})
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=hope, yanchor="top", showarrow=False,
        text=translator(language)("thay đổi mong thấy: {points} điểm").format(points=show_number(hope * 100, language)),
        font={"size": 12, "color": theme.link}, bgcolor=theme.paper,
    )  # fmt: skip


def _draw_plan(figure: go.Figure, plan: PilotPlan, theme: Theme, language: str) -> None:
    """The plan itself, where it can show anything."""
    effect = plan.found.effect
    if math.isnan(effect):
        return
    figure.add_scatter(
        name="plan",
        x=[plan.planned.answers],
        y=[effect],
        mode="markers",
        marker={"size": 13, "color": theme.accent, "line": {"width": 2, "color": theme.paper}},
        hoverinfo="skip",
    )
    figure.add_annotation(
        x=math.log10(plan.planned.answers), y=effect, yshift=18, showarrow=False, bgcolor=theme.paper,
        text=f"<b>{show_number(effect * 100, language)}</b>", font={"color": theme.accent},
    )  # fmt: skip


def draw_choices(plan: PilotPlan, theme: Theme, language: str) -> go.Figure:
    """Smallest p that any result could reach, by how many units are treated; below the line a design can conclude."""
    _ = translator(language)
    units, most = plan.planned.units, min(max(plan.planned.units // 2, 1), 12)
    sizes = list(range(1, most + 1))
    smallest = [attainable_p(units, size) for size in sizes]
    own = [size == plan.planned.treated for size in sizes]
    figure = theme.figure(height=320)
    figure.add_scatter(
        name="choices",
        x=sizes,
        y=smallest,
        mode="markers+text",
        marker={
            "size": [16 if each else 11 for each in own],
            "color": [theme.accent if each else theme.compared for each in own],
        },
        text=[show_number(p, language, decimals=3) for p in smallest],
        textposition="top center",
        hoverinfo="skip",
    )
    figure.add_hline(y=LIMIT, line={"color": theme.link, "width": 1.5, "dash": "dash"})
    figure.add_annotation(
        x=1, xref="paper", xanchor="right", y=math.log10(LIMIT), yanchor="bottom", showarrow=False,
        text=_("dưới đường này mới kết luận được"),
        font={"size": 12, "color": theme.link}, bgcolor=theme.paper,
    )  # fmt: skip
    figure.update_yaxes(
        type="log", range=[math.log10(min([*smallest, LIMIT]) / 2), 0.25], tickvals=[1, 0.1, 0.05, 0.01, 0.001],
        ticktext=[f"{each:g}".replace(".", "," if language == "vi" else ".") for each in (1, 0.1, 0.05, 0.01, 0.001)],
    )  # fmt: skip
    figure.update_xaxes(
        tickvals=sizes,
        range=[0.4, most + 0.6],
        title={
            "text": _("số đơn vị thí điểm trong {units}").format(units=units),
            "font": {"size": 12, "color": theme.quiet},
        },
    )
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=1, yref="paper", yanchor="bottom", yshift=6, showarrow=False,
        text=_("p nhỏ nhất có thể đạt"), align="left",
    )  # fmt: skip
    figure.update_layout(margin={"t": 44})
    return figure
