"""Where a unit's points come from: each line of the edition from 0 to the total, beside what it could have brought."""

from textwrap import wrap

import plotly.graph_objects as go

from dashboards.theme import Theme
from dashboards.wording import pick, show_number, translator
from scoring import ScoreSheet, SheetNode

ROW = 72
NAME_WIDTH = 17
WORDS_WIDTH = 12
WORDS_ROOM = 84
"""Pixels right of the last point for the words of the total, on a phone too."""


def draw_waterfall(sheet: ScoreSheet, theme: Theme, language: str) -> go.Figure:
    """The lines under the total, each starting where the one above ended; the total with its interval last."""
    _ = translator(language)
    nodes = tuple(sheet.children(sheet.total.code))
    names = [_wrapped(pick(node.name, language), NAME_WIDTH) for node in (*nodes, sheet.total)]
    figure = theme.figure(height=ROW * len(names) + 70)
    start = 0.0
    for name, node in zip(names, nodes, strict=False):
        points, most = float(node.points or 0), float(node.maximum_used)
        _draw_outline(figure, name, start, most, theme)
        if node.points is not None:
            _draw_step(figure, name, start, points, theme.compared)
        _draw_words(figure, name, start + max(most, points), _step_words(node, sheet.decimals, language), theme)
        start += points
    _draw_outline(figure, names[-1], 0, float(sheet.total.maximum_used), theme)
    if sheet.points is None:
        _draw_words(figure, names[-1], 0, _("chưa đủ dữ liệu"), theme)
    else:
        _draw_total(figure, names[-1], sheet, theme, language)
    figure.update_layout(barmode="overlay", bargap=0.35)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_layout(margin={"r": WORDS_ROOM})
    figure.update_xaxes(range=[0, max(100.0, start)], tickvals=[0, 50, 100], tickangle=0, title=_("Điểm"))
    return figure


def _draw_step(figure: go.Figure, name: str, start: float, points: float, colour: str) -> None:
    figure.add_bar(
        y=[name], x=[points], base=[start], orientation="h", marker={"color": colour}, name="points", hoverinfo="skip"
    )


def _draw_outline(figure: go.Figure, name: str, start: float, most: float, theme: Theme) -> None:
    figure.add_bar(
        y=[name],
        x=[most],
        base=[start],
        orientation="h",
        marker={"color": theme.wash, "line": {"color": theme.line, "width": 1}},
        name="maximum",
        hoverinfo="skip",
    )


def _draw_total(figure: go.Figure, name: str, sheet: ScoreSheet, theme: Theme, language: str) -> None:
    points = float(sheet.points or 0)
    _draw_step(figure, name, 0, points, theme.accent)
    low, high = (float(end) for end in sheet.interval or (points, points))
    figure.add_scatter(
        y=[name],
        x=[points],
        mode="markers",
        marker={"size": 1, "color": theme.ink},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [high - points],
            "arrayminus": [points - low],
            "color": theme.ink,
            "width": 6,
        },
        name="interval",
        hoverinfo="skip",
    )
    shown = f"<b>{show_number(points, language, decimals=sheet.decimals)}</b>"
    if sheet.interval:
        shown += f"<br>({'–'.join(show_number(end, language) for end in (low, high))})"
    _draw_words(figure, name, max(float(sheet.total.maximum_used), high), shown, theme)


def _draw_words(figure: go.Figure, name: str, at: float, words: str, theme: Theme) -> None:
    figure.add_annotation(
        x=at,
        y=name,
        text=words,
        xanchor="left",
        xshift=6,
        align="left",
        showarrow=False,
        font={"color": theme.ink, "size": 12},
    )


def _step_words(node: SheetNode, decimals: int, language: str) -> str:
    """«49,77<br>trên 62,50», or why there is nothing."""
    _ = translator(language)
    if node.points is None:
        states = {
            "not_applicable": _("không áp dụng"),
            "too_few": _("quá ít lượt đánh giá"),
            "not_measured": _("chưa có số liệu"),
            "whole": _("đã tính ở dòng trên"),
            "shown": _("chỉ theo dõi"),
        }
        return _wrapped(states[node.state], WORDS_WIDTH)
    points, most = (show_number(float(each), language, decimals=decimals) for each in (node.points, node.maximum_used))
    return f"<b>{points}</b><br>{_('trên {most}').format(most=most)}"


def _wrapped(text: str, width: int) -> str:
    return "<br>".join(wrap(text, width))
