"""Diverging stacked bars around the neutral point: which question is weak, and how."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboards.data import QuestionResult
from dashboards.plain_text import plain_label
from dashboards.theme import ON_SCALE, SCALE, Theme
from dashboards.wording import show_estimate, show_number, show_share, translator

ROW, TOP = 78, 44
SMALLEST_SAID = 0.07
"""Parts narrower than this share of the answers carry no number."""


def draw_scale_bars(
    questions: Sequence[QuestionResult],
    names: Mapping[str, str],
    words: Sequence[str],
    theme: Theme,
    language: str,
) -> go.Figure:
    """One bar a question, its neutral answers centred on the middle line; the words of the scale stand at its ends.

    Args:
        questions: top to bottom, with counts per scale point, worst first; without counts only a line of words.
        names: question code → what was asked.
        words: of the scale points, worst first; as many as each question has counts.
        theme: of the page.
        language: of numbers and words.
    """
    figure = theme.figure(height=ROW * len(questions) + TOP + 16)
    words = [plain_label(word) for word in words]
    parts = [part_ends(question.counts) for question in questions]
    for point, colour in enumerate(SCALE):
        shown = [(row, ends[point]) for row, ends in enumerate(parts) if ends]
        figure.add_bar(
            orientation="h",
            name=words[point],
            y=[row for row, _ in shown],
            base=[start for _, (start, _) in shown],
            x=[end - start for _, (start, end) in shown],
            width=0.34,
            marker={"color": colour, "line": {"width": 0}},
            text=[_said(end - start, language) for _, (start, end) in shown],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": ON_SCALE[point], "size": 13},
            constraintext="none",
            customdata=[[words[point], show_share(end - start, language)] for _, (start, end) in shown],
            hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
        )
    left, right = _reach(parts)
    for row, question in enumerate(questions):
        if question.counts:
            figure.add_shape(
                type="line", x0=0, x1=0, y0=row + 0.17, y1=row + 0.25, line={"color": theme.ink, "width": 2}
            )
        _say_question(figure, row, question, plain_label(names[question.code]), theme=theme, language=language)
    for text, x, anchor in (
        (f"<span style='color:{SCALE[0]}'>■</span> {words[0]}", 0, "left"),
        (f"{words[-1]} <span style='color:{SCALE[-1]}'>■</span>", 1, "right"),
    ):
        figure.add_annotation(
            x=x, y=1, xref="paper", yref="paper", yanchor="bottom", xanchor=anchor, text=text, yshift=10,
            showarrow=False, font={"size": 13, "color": theme.ink},
        )  # fmt: skip
    figure.update_layout(barmode="overlay", margin={"l": 0, "r": 0, "t": TOP, "b": 8})
    figure.update_xaxes(visible=False, range=[left, right])
    figure.update_yaxes(visible=False, range=[len(questions) - 0.45, -0.62])
    return figure


def part_ends(counts: Sequence[int]) -> list[tuple[float, float]]:
    """Start and end of each point's part, in shares of the answers, 0 at the middle of the neutral part.

    >>> part_ends([0, 10, 20, 30, 40])
    [(-0.2, -0.2), (-0.2, -0.1), (-0.1, 0.1), (0.1, 0.4), (0.4, 0.8)]
    """
    n = sum(counts)
    if n == 0:
        return []
    middle = len(counts) // 2
    start = sum(counts[:middle]) + counts[middle] / 2
    ends = [(sum(counts[:point]) - start, sum(counts[: point + 1]) - start) for point in range(len(counts))]
    return [(low / n, high / n) for low, high in ends]


def _reach(parts: Sequence[Sequence[tuple[float, float]]]) -> tuple[float, float]:
    known = [ends for ends in parts if ends]
    return min((ends[0][0] for ends in known), default=-0.5), max((ends[-1][1] for ends in known), default=0.5)


def _said(share: float, language: str) -> str:
    return show_number(share * 100, language, decimals=0) if share >= SMALLEST_SAID else ""


def _say_question(
    figure: go.Figure, row: int, question: QuestionResult, name: str, *, theme: Theme, language: str
) -> None:
    _ = translator(language)
    n = show_number(question.satisfied.n, language, decimals=0)
    left = _("{share} hài lòng").format(share=show_estimate(question.satisfied, language))
    right = f"n = {n}" if question.counts else ""
    quiet = left if question.counts else _("chưa đủ dữ liệu")
    for text, x, anchor in (
        (f"<b>{name}</b><br><span style='color:{theme.quiet}'>{quiet}</span>", 0, "left"),
        (f"<span style='color:{theme.quiet}'>{right}</span>", 1, "right"),
    ):
        figure.add_annotation(
            x=x, xref="paper", y=row - 0.2, yanchor="bottom", xanchor=anchor, text=text, showarrow=False,
            align="left", font={"size": 13, "color": theme.ink},
        )  # fmt: skip
