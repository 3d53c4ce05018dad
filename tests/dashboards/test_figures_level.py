"""The run of months and the diverging bars, by their numbers."""

from datetime import date

import pytest

from dashboards.data import MonthResult, QuestionResult
from dashboards.figures.months import axis_ends, draw_months
from dashboards.figures.scale_bars import draw_scale_bars, part_ends
from dashboards.theme import DARK, LIGHT, SCALE
from scoring import parse_period, wilson

WORDS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
NOBODY = wilson(0, 0)


def months(*satisfied: int) -> list[MonthResult]:
    """July 2026 on: so many of 100; −1 for a month with too few."""
    return [
        MonthResult(date(2026, 7 + i, 1), wilson(many, 100) if many >= 0 else NOBODY)
        for i, many in enumerate(satisfied)
    ]


def texts(figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


def test_each_month_is_one_point_with_its_interval_around_it():
    run = months(80, 82, 84)
    figure = draw_months(run, LIGHT, "vi", period=parse_period("2026-09"))
    (points,) = (trace for trace in figure.data if trace.name == "index")
    (band,) = (trace for trace in figure.data if trace.name == "band")
    assert list(points.y) == [0.8, 0.82, 0.84]
    assert list(band.y) == [month.index.high for month in run] + [month.index.low for month in run][::-1]


def test_a_month_with_too_few_answers_is_a_gap_with_words_and_never_a_zero():
    figure = draw_months(months(80, -1, 84), LIGHT, "vi", period=parse_period("2026-09"))
    assert [list(trace.x) for trace in figure.data if trace.name == "run"] == [[0], [2]]
    assert "chưa đủ lượt đánh giá" in texts(figure)
    assert all(value > 0 for trace in figure.data for value in trace.y)


def test_the_chosen_period_is_named_and_its_months_carry_the_accent():
    figure = draw_months(months(80, 82, 84, 85), DARK, "en", period=parse_period("2026-Q4"))
    (points,) = (trace for trace in figure.data if trace.name == "index")
    assert list(points.marker.color) == [DARK.link, DARK.link, DARK.link, DARK.accent]
    assert "Q4 2026" in texts(figure)


def test_the_last_value_is_said_with_its_n_and_a_broken_axis_says_where_it_begins():
    figure = draw_months(months(80, 84), LIGHT, "vi", period=parse_period("2026-07"))
    assert "<b>84,0\u00a0%</b><br>n = 100" in texts(figure)
    assert any("Trục dọc bắt đầu từ" in text for text in texts(figure))


def test_the_last_value_stands_below_an_interval_that_ends_at_the_pictures_edge():
    figure = draw_months(months(100), LIGHT, "vi", period=parse_period("2026-07"))
    (last,) = (each for each in figure.layout.annotations if "n = 100" in each.text)
    assert (last.yanchor, round(last.y, 3)) == ("top", 0.963)


def test_the_axis_holds_every_interval():
    assert axis_ends(months(80, 84)) == (0.6, 0.9)
    assert axis_ends(months(80, 90)) == (0.6, 1.0)
    assert axis_ends(months(-1)) == (0.0, 1.0)
    assert axis_ends(months(2))[0] == 0.0


def test_a_run_without_any_number_is_drawn_as_gaps_only():
    figure = draw_months(months(-1, -1), LIGHT, "en", period=parse_period("2026-07"))
    assert texts(figure).count("too few responses") == 2


def test_the_neutral_part_is_centred_and_the_parts_touch():
    ends = part_ends([5, 15, 20, 40, 20])
    assert ends[2] == pytest.approx((-0.1, 0.1))
    assert [end for _, end in ends[:-1]] == [start for start, _ in ends[1:]]
    assert ends[-1][1] - ends[0][0] == pytest.approx(1)
    assert part_ends([]) == []


def test_each_question_is_a_bar_in_the_scale_s_colours_with_its_n_at_the_right():
    questions = [
        QuestionResult("waiting", (5, 15, 20, 40, 20), wilson(60, 100)),
        QuestionResult("polite", (0, 0, 100, 500, 400), wilson(900, 1000)),
    ]
    figure = draw_scale_bars(questions, {"waiting": "Chỗ chờ", "polite": "Thái độ"}, WORDS, LIGHT, "vi")
    assert [bar.marker.color for bar in figure.data] == list(SCALE)
    assert [list(bar.x) for bar in figure.data] == [
        pytest.approx(widths) for widths in ([0.05, 0], [0.15, 0], [0.2, 0.1], [0.4, 0.5], [0.2, 0.4])
    ]
    assert list(figure.data[3].text) == ["40", "50"]
    assert list(figure.data[0].text) == ["", ""]  # too narrow for a number
    said = " ".join(texts(figure))
    for part in ("n = 100<", "n = 1.000<", "<b>Chỗ chờ</b>", "60,0\u00a0% (50,2–69,1) hài lòng", WORDS[0], WORDS[-1]):
        assert part in said


def test_a_question_with_too_few_answers_has_words_instead_of_a_bar():
    figure = draw_scale_bars([QuestionResult("a", (), NOBODY)], {"a": "Chỗ chờ"}, WORDS, LIGHT, "vi")
    assert all(len(bar.x) == 0 for bar in figure.data)
    assert "chưa đủ dữ liệu" in " ".join(texts(figure))
    assert "n = " not in " ".join(texts(figure))


def test_a_change_of_units_is_a_broken_line_that_no_line_of_the_run_crosses():
    months = [MonthResult(date(2025, month, 1), wilson(80, 100)) for month in range(1, 13)]
    figure = draw_months(months, LIGHT, "vi", period=parse_period("2025-Q2"), change=date(2025, 7, 1))
    runs = [list(trace.x) for trace in figure.data if trace.name == "run"]
    assert runs == [list(range(6)), list(range(6, 12))]
    [line] = [shape for shape in figure.layout.shapes if shape.line.dash == "dash"]
    assert line.x0 == 5.5
    [day] = [note for note in figure.layout.annotations if note.text == "01/07/2025"]
    assert day.xanchor == "left", "the period stands to the right end of the line's left side"


def test_a_long_run_says_the_first_month_of_each_quarter_only():
    months = [MonthResult(date(2025 + i // 12, i % 12 + 1, 1), wilson(80, 100)) for i in range(23)]
    figure = draw_months(months, LIGHT, "vi", period=parse_period("2026-Q3"))
    assert list(figure.layout.xaxis.tickvals) == [0, 3, 6, 9, 12, 15, 18, 21]
