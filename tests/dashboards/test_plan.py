"""The planning page: what it says of a place, and the numbers of its pictures."""

import math

import pytest

from dashboards import data
from dashboards.figures.plan_lines import draw_choices, draw_plan
from dashboards.plan_words import ANY_PLACE, place_names, plan_verdict, table_rows
from dashboards.theme import LIGHT


def plan_for(snapshot, **changes):
    asked = {"place": ANY_PLACE, "units": 13, "treated": 2, "weeks": 26, "answers": 10, "outcome": "satisfied"}
    return data.plan_of(snapshot, **(asked | changes))


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_says_how_small_a_change_two_units_of_thirteen_could_show(open_page, said, language):
    text = said(open_page("plan", place="tuy-phuoc", lang=language))
    expected = "Với 2 đơn vị thí điểm trong 13" if language == "vi" else "With 2 pilot units of 13"
    assert expected in text


@pytest.mark.usefixtures("empty")
def test_a_place_without_a_record_is_planned_from_what_is_assumed_and_says_so(open_page, said):
    text = said(open_page("plan", units="4", treated="1"))
    assert "p không thể dưới 0,25: bao nhiêu lượt đánh giá cũng không đủ" in text
    assert "Giả định, chưa đo được" in text


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("asked", ["0", "13", "-1", "1e3", "<b>", "99999999999999999999"])
def test_what_no_plan_can_be_is_the_default(open_page, said, asked):
    assert "Với 2 đơn vị thí điểm trong 13" in said(open_page("plan", treated=asked))


def test_the_lines_are_the_table_and_the_dot_is_the_plan(demo):
    plan = plan_for(demo)
    figure = draw_plan(plan, LIGHT, "vi")
    for weeks, effects in zip(plan.table.weeks, plan.table.effects.tolist(), strict=True):
        line = next(trace for trace in figure.data if trace.name == f"{weeks} tuần")
        assert list(line.y) == effects
        assert list(line.x) == list(plan.table.answers)
    dot = next(trace for trace in figure.data if trace.name == "plan")
    assert (list(dot.x), list(dot.y)) == ([10], [plan.found.effect])


def test_too_few_choices_are_drawn_above_the_line(demo):
    figure = draw_choices(plan_for(demo, units=5), LIGHT, "vi")
    assert list(figure.data[0].y) == [1 / 5, 1 / 10]
    assert min(figure.data[0].y) > 0.05


def test_the_verdict_says_first_what_could_be_seen_then_what_it_takes(demo):
    first, rest = plan_verdict(plan_for(demo), "vi")
    assert first.startswith("Với 2 đơn vị thí điểm trong 13")
    assert rest.startswith("Muốn thấy 5,0 điểm phần trăm")
    assert plan_verdict(plan_for(demo, units=4), "vi")[1] == ""


def test_the_table_has_a_row_for_all_weeks_and_answers(demo):
    plan = plan_for(demo)
    rows = table_rows(plan, "en")
    assert len(rows) == len(plan.table.weeks) * len(plan.table.answers)
    assert all(row["smallest change seen"] is None or 0 < row["smallest change seen"] < 1 for row in rows)
    assert not any(math.isnan(row["answers or dossiers a week in each unit"]) for row in rows)


def test_places_of_one_commune_alone_are_not_offered(demo):
    names = place_names(demo, "vi")
    assert next(iter(names)) == ANY_PLACE
    assert "tuy-phuoc" in names
