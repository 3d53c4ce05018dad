"""Pictures of the pilots and of emulation, by their numbers."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from dashboards.data import Catalogue, Unit
from dashboards.figures.effect_lines import draw_effect_lines
from dashboards.figures.event_study import draw_event_study
from dashboards.figures.permutation import draw_permutations
from dashboards.figures.points import classed, draw_points
from dashboards.figures.timeline import draw_timeline, time_shown
from dashboards.figures.waterfall import draw_waterfall
from dashboards.participation import TakingPart
from dashboards.pilot_words import lines_alt, permutation_alt
from dashboards.theme import LIGHT
from dashboards.threats import left_out_lines
from scoring import (
    SATISFIED_SHARE,
    WAITING,
    Candidate,
    Entered,
    Estimate,
    Measures,
    Moments,
    Panel,
    Participation,
    Ratio,
    Survey,
    Tally,
    choose_design,
    compare_change,
    event_study,
    load_edition,
    prepare_emulation,
    score,
)

STARTS = date(2024, 3, 1)
MONTHS = tuple(date(2023 + (month + 2) // 12, (month + 2) % 12 + 1, 1) for month in range(19))
EDITION = load_edition("thi-dua-2026-mau")


def effect_of(treated, compared):
    """Shares 0.7 of 100 answers everywhere; the treated units at 0.9 from the start on."""
    units = [*(f"t{i}" for i in range(treated)), *(f"u{i:02}" for i in range(compared))]
    n = np.full((len(units), len(MONTHS)), 100.0)
    shares = np.full(n.shape, 0.7) + np.linspace(-0.02, 0.02, len(units))[:, np.newaxis] * (np.arange(19) % 2)
    shares[:treated, [month >= STARTS for month in MONTHS]] += 0.2
    panel = Panel(tuple(units), MONTHS, n, n * shares, n * shares)
    design = choose_design("p", units, [Participation("p", unit, STARTS) for unit in units[:treated]])
    return compare_change(panel, design, at_least=10)


def traces(figure, name):
    return [trace for trace in figure.data if trace.name == name]


def words(figure):
    return " | ".join(annotation.text for annotation in figure.layout.annotations)


def test_two_lines_hold_the_monthly_means_and_their_intervals():
    effect = effect_of(2, 11)
    figure = draw_effect_lines(effect, STARTS, LIGHT, "vi")
    (pilot,), (compared,) = traces(figure, "Thí điểm: 2 đơn vị"), traces(figure, "So sánh: 11 đơn vị")
    assert list(pilot.y) == [each.treated.value for each in effect.monthly]
    assert list(compared.y) == [each.comparison.value for each in effect.monthly]
    assert (pilot.line.color, compared.line.color) == (LIGHT.accent, LIGHT.compared)
    band = figure.data[0]
    assert band.fillcolor == LIGHT.band(LIGHT.compared)
    assert max(band.y) == max(each.comparison.high for each in effect.monthly)
    assert figure.layout.shapes[0].x0 == "2024-03-01"
    assert "Bắt đầu 01/03/2024" in words(figure)
    assert "n = 200" in pilot.hovertext[0]


def test_the_bracket_is_as_long_as_the_effect_and_its_whisker_as_the_interval():
    effect = replace(effect_of(2, 11), difference=Estimate(0.2, 0.1, 0.25, 2600))
    (bracket,) = traces(draw_effect_lines(effect, STARTS, LIGHT, "vi"), "effect")
    found = effect.difference
    assert bracket.y[0] - bracket.y[1] == pytest.approx(found.value)
    assert bracket.error_y.array[1] == pytest.approx(found.value - found.low)
    assert bracket.error_y.arrayminus[1] == pytest.approx(found.high - found.value)


def test_a_design_that_cannot_conclude_has_no_bracket_and_one_without_comparison_a_single_line():
    few = draw_effect_lines(effect_of(1, 3), STARTS, LIGHT, "vi")
    assert traces(few, "effect") == []
    alone = draw_effect_lines(effect_of(3, 0), STARTS, LIGHT, "en")
    assert [trace.name for trace in alone.data if trace.name] == ["Pilot units: 3"]


def test_an_axis_that_does_not_begin_at_nothing_says_so():
    figure = draw_effect_lines(effect_of(2, 11), STARTS, LIGHT, "vi")
    floor = figure.layout.yaxis.range[0]
    assert floor > 0
    assert f"trục bắt đầu từ {floor * 100:.0f}\u00a0%" in words(figure)


def test_every_candidate_set_is_a_dot_and_the_real_one_is_marked():
    effect = effect_of(2, 11)
    (dots,) = traces(draw_permutations(effect, LIGHT, "vi"), "sets")
    assert len(dots.x) == 78
    assert dots.marker.color[0] == LIGHT.accent
    far = sum(colour == LIGHT.accent for colour in dots.marker.color)
    assert far / 78 == pytest.approx(effect.p)
    assert len(set(zip(dots.x, dots.y, strict=True))) == 78  # no two dots on one another


def test_a_design_without_comparison_has_no_permutation_picture():
    with pytest.raises(ValueError, match=r"effect\.permutations"):
        draw_permutations(effect_of(3, 0), LIGHT, "vi")


def test_many_sets_are_bars_that_add_up():
    effect = effect_of(4, 9)
    bars = draw_permutations(effect, LIGHT, "vi").data[0]
    assert bars.type == "bar"
    assert sum(bars.y) == 715


ROWS = (
    TakingPart("xã A", date(2024, 3, 1), date(2025, 7, 1), "confirmed", "từ 01/03/2024, theo văn bản"),
    TakingPart("xã B", date(2024, 10, 1), None, "unconfirmed", "từ 01/10/2024, chưa xác nhận"),
    TakingPart("xã C", None, None, "compared", "để so sánh"),
)


def test_the_timeline_has_a_bar_from_to_for_each_unit_that_takes_part():
    shown = time_shown(ROWS, date(2025, 1, 1))
    figure = draw_timeline(ROWS, LIGHT, "vi", shown=shown)
    assert shown[1] == date(2025, 1, 1)
    assert [bar.y[0] for bar in figure.data] == ["xã A", "xã B"]
    assert [bar.base[0] for bar in figure.data] == ["2024-03-01", "2024-10-01"]
    assert [bar.x[0] / 86_400_000 for bar in figure.data] == [306, 92]  # to 1/1/2025, where the axis ends
    assert all(row.words in words(figure).replace("<br>", " ") for row in ROWS)
    assert figure.data[0].marker.pattern.shape != figure.data[1].marker.pattern.shape


def sheet_of(unit, satisfied, n, *, on_time=90):
    """Answers to one question, `satisfied` of `n` of them good; 90 of 100 dossiers on time; in no pilot."""
    counts = np.array([[[0, n - satisfied, 0, 0, satisfied]]])
    totals = [np.array([[[float(value)]]]) for value in (n, satisfied, satisfied)]
    moments = Moments((0.0, 0.0, 0.0, 1.0, 1.0), *totals)
    tally = Tally((), ((),), ("polite",), (1, 2, 3, 4, 5), counts, np.array([n]), moments)
    survey = Survey(tally, {"polite": "3.1"}, simulated=True)
    ratios = {"on_time": Ratio(on_time, 100), "pilot": Ratio(0, 0)}
    return score(EDITION, Measures(unit, "2026-Q4", "test", survey=survey, ratios=ratios))


def emulation_of(*sheets):
    return prepare_emulation(
        Candidate(f"xã {sheet.unit}", sheet, Ratio(3, 200), days_without_scan=34) for sheet in sheets
    )


@pytest.fixture
def sheet():
    return emulation_of(
        sheet_of("a", 970, 1000, on_time=99), sheet_of("b", 700, 1000), sheet_of("c", 720, 1000), sheet_of("d", 2, 3)
    )


def test_points_stand_between_the_cuts_with_their_intervals_and_tie_bands(sheet):
    figure = draw_points(sheet, EDITION.bands, LIGHT, "vi")
    dots = [(x, name) for trace in figure.data for x, name in zip(trace.x, trace.y, strict=True)]
    assert sorted(round(x, 2) for x, _ in dots) == sorted(float(each.sheet.points) for each in classed(sheet))
    assert {name.split("<")[0] for _, name in dots} == {"xã a", "xã b", "xã c"}
    cuts = {shape.x0 for shape in figure.layout.shapes if shape.type == "line"}
    assert cuts <= {90.0, 70.0, 50.0}
    assert 90.0 in cuts
    assert [shape.name for shape in figure.layout.shapes if shape.type == "rect"] == ["band 2"]  # b and c; a is alone
    assert all(f"n = {each.sheet.total.n}" in " ".join(name for _, name in dots) for each in classed(sheet))


def test_a_unit_near_a_cut_is_hollow_and_says_so():
    near = emulation_of(sheet_of("a", 890, 1000))
    assert near.standings[0].near_cut is not None
    figure = draw_points(near, EDITION.bands, LIGHT, "en")
    (dots,) = traces(figure, "near")
    assert dots.marker.color == LIGHT.paper
    assert "near a cut" in words(figure)


def test_the_waterfall_steps_lead_to_the_total(sheet):
    unit = sheet.standing("b").sheet
    figure = draw_waterfall(unit, LIGHT, "vi")
    steps = traces(figure, "points")
    assert [step.base[0] for step in steps[:2]] == [0, pytest.approx(float(unit.node("satisfaction").points))]
    assert sum(step.x[0] for step in steps[:2]) == pytest.approx(steps[-1].x[0], abs=0.01)
    assert steps[-1].x[0] == float(unit.points)
    assert "không áp<br>dụng" in words(figure)  # in no pilot
    (interval,) = traces(figure, "interval")
    assert interval.error_x.array[0] == pytest.approx(float(unit.interval[1] - unit.points))


def test_a_unit_with_too_few_answers_has_no_total(sheet):
    figure = draw_waterfall(sheet.standing("d").sheet, LIGHT, "vi")
    assert "quá ít lượt<br>đánh giá" in words(figure)
    assert "chưa đủ dữ liệu" in words(figure)
    assert len(traces(figure, "points")) == 1  # on time only
    assert traces(figure, "points")[0].x[0] == float(Fraction(27))


def test_lines_whose_points_were_entered_above_and_lines_without_points_say_so():
    entered = {"TDGQ": Entered(Decimal("19.05"), "portal"), "CKMB": Entered(Decimal("15.64"), "portal")}
    sheet = score(load_edition("qd766-2022"), Measures("u", "2026-Q4", "test", points=entered))
    whole = draw_waterfall(replace(sheet, total=sheet.node("TDGQ")), LIGHT, "vi")
    assert "đã tính ở<br>dòng trên" in words(whole)
    parts = Measures("u", "2026-Q4", "test", ratios={"2.2": Ratio(9, 10), "2.1": Ratio(9, 10)})
    sheet = score(load_edition("qd766-2022"), parts)
    assert "shown only" in words(draw_waterfall(replace(sheet, total=sheet.node("TDGQ")), LIGHT, "en"))


def test_an_effect_with_an_infinite_statistic_can_be_drawn():
    effect = effect_of(2, 3)
    statistics = np.array([np.inf, *effect.permutations.statistics[1:]])
    figure = draw_permutations(
        replace(effect, permutations=replace(effect.permutations, statistics=statistics)), LIGHT, "vi"
    )
    assert np.isfinite(figure.layout.xaxis.range[1])


def test_months_since_the_start_are_drawn_before_and_after_it_with_one_band():
    units = [*(f"t{i}" for i in range(2)), *(f"u{i:02}" for i in range(11))]
    n = np.full((len(units), len(MONTHS)), 100.0)
    shares = np.full(n.shape, 0.7) + np.linspace(-0.02, 0.02, len(units))[:, np.newaxis] * (np.arange(19) % 2)
    shares[:2, [month >= STARTS for month in MONTHS]] += 0.2
    panel = Panel(tuple(units), MONTHS, n, n * shares, n * shares)
    design = choose_design("p", units, [Participation("p", unit, STARTS) for unit in units[:2]])
    effect = event_study(panel, design, at_least=10)
    figure = draw_event_study(effect, SATISFIED_SHARE, LIGHT, "vi")
    (before,), (after,) = traces(figure, "before"), traces(figure, "after")
    assert max(before.x) == -1
    assert min(after.x) == 0
    assert np.array(after.y) == pytest.approx(20, abs=2)
    assert np.array(before.y) == pytest.approx(0, abs=2)
    shown = [each for each in effect.by_event if each.event >= 0]
    reach = [(each.estimate.high - each.estimate.value) * 100 for each in shown]
    assert list(after.error_y.array) == pytest.approx(reach)


def test_working_time_is_drawn_in_hours_and_said_in_hours_and_minutes():
    base = effect_of(2, 11)
    hours = replace(base, difference=Estimate(-1.5, -2.0, -1.0, 2600))
    figure = draw_effect_lines(hours, STARTS, LIGHT, "vi", outcome=WAITING)
    assert "Thời gian giải quyết trung bình, giờ làm việc" in words(figure)
    assert "<b>−1 giờ 30 phút làm việc</b>" in words(figure)
    assert figure.layout.yaxis.range[0] == 0


def within_effect(months_left_out=0):
    """Six units against themselves: what lies inside the pilot rises by 0.1 more than what lies outside."""
    units = tuple(f"t{i}" for i in range(6))
    n = np.full((6, len(MONTHS)), 50.0)
    n[0, :months_left_out] = 3
    shares = 0.7 + np.linspace(-0.02, 0.02, 6)[:, np.newaxis] * (np.arange(19) % 2)
    inside = shares + 0.1 * np.array([month >= STARTS for month in MONTHS])
    panels = [Panel(units, MONTHS, n, n * each, n * each) for each in (inside, shares)]
    design = choose_design("p", units, [Participation("p", unit, STARTS) for unit in units])
    return compare_change(panels[0], replace(design, kind="other_procedures"), at_least=10, outside=panels[1])


@pytest.mark.parametrize("language", ["vi", "en"])
def test_units_against_themselves_are_said_as_turned_signs_and_drawn_as_inside_and_outside(language):
    effect = within_effect()
    said = permutation_alt(effect, language)
    assert ("64 khả năng đổi dấu của 6 đơn vị" if language == "vi" else "64 ways of turning the signs of 6") in said
    assert said.endswith("1/32.")
    assert ("trong và ngoài mô hình" if language == "vi" else "inside the pilot and outside of it") in lines_alt(
        effect, language
    )
    assert len(traces(draw_effect_lines(effect, STARTS, LIGHT, "vi"), "Ngoài mô hình, cùng các đơn vị ấy")) == 1


def test_many_months_of_a_unit_that_are_not_used_are_counted_and_few_are_named():
    register = Catalogue(units=(Unit("t0", "xã", "Một", "test"),))
    assert left_out_lines(within_effect(7), register, "vi") == ["xã Một, 7 tháng: tháng này có quá ít số liệu"]
    assert left_out_lines(within_effect(1), register, "vi") == ["xã Một, 03/2023: tháng này có quá ít số liệu"]
