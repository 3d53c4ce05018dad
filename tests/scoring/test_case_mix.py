import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.case_mix import case_mix_weights
from scoring.survey_design import SurveyDesign


def test_weights_of_one_margin_are_the_served_share_over_the_answered_share():
    # By hand: land is 300 of 400 dossiers and 20 of 50 answers, so 0.75 / 0.4 each; civil 0.25 / 0.6 each.
    mix = case_mix_weights({"field": ["land"] * 20 + ["civil"] * 30}, {"field": {"land": 300, "civil": 100}})

    assert mix.weighting.weights.tolist() == pytest.approx([1.875] * 20 + [5 / 12] * 30)
    assert mix.effective_n == pytest.approx(50**2 / (20 * 1.875**2 + 30 * (5 / 12) ** 2))
    assert (mix.n, mix.margins_used, mix.unanswered_share) == (50, ("field",), 0.0)


def test_two_margins_that_go_their_own_ways_multiply():
    # By hand: 10 answers in each of four cells; factors 0.7 / 0.5 and 0.3 / 0.5 by 0.4 / 0.5 and 0.6 / 0.5.
    fields, halves = ["land"] * 20 + ["civil"] * 20, (["am"] * 10 + ["pm"] * 10) * 2

    mix = case_mix_weights(
        {"field": fields, "half-day": halves},
        {"field": {"land": 70, "civil": 30}, "half-day": {"am": 40, "pm": 60}},
    )

    assert mix.weighting.weights[::10].tolist() == pytest.approx([1.4 * 0.8, 1.4 * 1.2, 0.6 * 0.8, 0.6 * 1.2])


def test_small_cells_are_merged_the_smallest_first_until_they_have_enough():
    answers = ["land"] * 40 + ["civil"] * 12 + ["tax"] * 4 + ["fee"] * 3
    served = {"land": 500, "civil": 100, "tax": 60, "fee": 40}

    mix = case_mix_weights({"field": answers}, {"field": served})

    cells = [(cell.name, cell.answers, cell.dossiers) for cell in mix.margins[0].cells]
    assert cells == [("land", 40, 500), ("civil + fee + tax", 19, 200)]  # 4 + 3 are too few, so civil joins
    assert mix.weighting.weights[[0, 40, -1]] == pytest.approx(
        np.array([500 / 700 * 59 / 40, *[200 / 700 * 59 / 19] * 2])
    )


def test_small_cells_that_are_enough_together_leave_the_others_alone():
    answers = ["land"] * 40 + ["civil"] * 12 + ["tax"] * 6 + ["fee"] * 4

    mix = case_mix_weights({"field": answers}, {"field": {"land": 500, "civil": 100, "tax": 60, "fee": 40}})

    assert [cell.name for cell in mix.margins[0].cells] == ["land", "civil", "fee + tax"]


def test_dossiers_that_nobody_answered_for_are_told_and_left_out_of_the_mix():
    mix = case_mix_weights(
        {"field": ["land"] * 20 + ["civil"] * 20, "desk": ["1"] * 20 + ["2"] * 20},
        {"field": {"land": 300, "civil": 300, "tax": 200}, "desk": {"1": 400, "2": 300, "3": 100, "4": 0}},
    )

    assert [margin.unanswered for margin in mix.margins] == [("tax",), ("3",)]
    assert [margin.unanswered_share for margin in mix.margins] == [0.25, 0.125]
    assert mix.unanswered_share == 0.25


def test_a_margin_of_fewer_than_two_cells_is_left_out_with_the_reason():
    mix = case_mix_weights(
        {"field": ["land"] * 20 + ["civil"] * 3, "half-day": ["am"] * 12 + ["pm"] * 11},
        {"field": {"land": 50, "civil": 50}, "half-day": {"am": 30, "pm": 70}},
    )

    assert mix.margins_used == ("half-day",)
    assert mix.margins_left_out == {"field": "fewer than two cells with enough answers"}
    assert mix.weighting.weights[[0, -1]] == pytest.approx(np.array([0.3 * 23 / 12, 0.7 * 23 / 11]))


def test_without_a_usable_margin_every_response_weighs_one():
    mix = case_mix_weights({"field": ["land"] * 7}, {"field": {"land": 50, "civil": 50}})

    assert mix.weighting.weights.tolist() == [1.0] * 7
    assert (mix.effective_n, mix.margins_used, mix.unanswered_share) == (7.0, (), 0.5)
    assert 0 < SurveyDesign(mix.weighting).share([1] * 7).low < 1


def test_the_last_margin_is_left_out_where_no_weights_meet_all():
    fields = ["land"] * 10 + ["civil"] * 10  # whoever came for land came to desk 1

    mix = case_mix_weights(
        {"field": fields, "desk": ["1"] * 10 + ["2"] * 10},
        {"field": {"land": 60, "civil": 40}, "desk": {"1": 50, "2": 50}},
    )

    assert mix.margins_used == ("field",)
    assert "no weights meet it and the margins before it: " in mix.margins_left_out["desk"]
    assert mix.weighting.weights[[0, -1]] == pytest.approx(np.array([1.2, 0.8]))


def test_responses_whose_label_is_not_known_keep_the_weight_they_have_together():
    mix = case_mix_weights(
        {"field": ["land"] * 20 + ["civil"] * 20 + [None] * 10}, {"field": {"land": 75, "civil": 25}}
    )

    assert mix.weighting.weights[[0, 20, -1]] == pytest.approx(np.array([1.5, 0.5, 1.0]))


def test_nobody_answered_gives_no_weights_and_everything_unanswered():
    mix = case_mix_weights({"field": []}, {"field": {"land": 10, "civil": 0}})

    assert (mix.n, mix.margins_used, mix.unanswered_share) == (0, (), 1.0)
    assert math.isnan(mix.effective_n)
    assert SurveyDesign(mix.weighting).share([]).n == 0


def test_nothing_served_has_no_share_unanswered():
    assert math.isnan(case_mix_weights({"field": []}, {"field": {}}).unanswered_share)


def test_all_faults_are_said_at_once():
    with pytest.raises(ValueError, match="must be the same") as refused:
        case_mix_weights(
            {"field": ["land", "fee", "fee"], "desk": ["1", "2"], "half-day": ["am", "pm", "pm"]},
            {"field": {"land": 10, "fee": 0}, "desk": {"1": 5, "2": 5}, "half-day": {"am": 4, "pm": 5}},
        )

    for said in (
        "desk has 2 responses and field has 3",
        "field: fee has 2 responses, but no dossier was served there",
        "served by half-day are 9 dossiers and by field 10, must be the same",
    ):
        assert said in str(refused.value)


@pytest.mark.parametrize(
    ("said", "answers", "served", "at_least"),
    [
        (r"margins == \['field'\] of answers, \['desk'\] served", {"field": []}, {"desk": {}}, 10),
        (r"margins == \[\] of answers, \[\] served", {}, {}, 10),
        (r"served field: land == 1.5, must be a whole number", {"field": []}, {"field": {"land": 1.5}}, 10),
        (r"served field: land == -1, must be a whole number", {"field": []}, {"field": {"land": -1}}, 10),
        (r"at_least == 0, must be a whole number, 1 or more", {"field": []}, {"field": {}}, 0),
    ],
)
def test_bad_input_is_refused_with_name_value_and_bound(said, answers, served, at_least):
    with pytest.raises(ValueError, match=said):
        case_mix_weights(answers, served, at_least=at_least)


def test_a_weighted_share_speaks_for_the_cases_served():
    # By hand: satisfied are 10 of 20 for land (75 % of dossiers) and 30 of 30 for civil (25 %): 0.75 × 0.5 + 0.25.
    mix = case_mix_weights({"field": ["land"] * 20 + ["civil"] * 30}, {"field": {"land": 300, "civil": 100}})

    share = SurveyDesign(mix.weighting).share([0] * 10 + [1] * 40)

    assert share.value == pytest.approx(0.625)
    # Fitted on the field, it varies only within fields: (0.75² × 0.25 / 20) × 50 / 49, about
    assert share.standard_error == pytest.approx(0.75 * 0.5 / math.sqrt(20) * math.sqrt(50 / 49))
    assert share.low < 0.625 < share.high


responses = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz")), min_size=1, max_size=80)
dossiers = st.integers(1, 400)


@given(responses, st.lists(dossiers, min_size=4, max_size=4), st.integers(1, 12))
def test_weighted_margins_have_the_served_shares_and_the_weights_sum_to_n(drawn, numbers, at_least):
    fields, halves = (list(column) for column in zip(*drawn, strict=True))
    total = sum(numbers)
    split = {"x": total // 2, "y": total // 4, "z": total - total // 2 - total // 4}
    served = {"field": dict(zip("abcd", numbers, strict=True)), "half": dict(zip("xyz", split.values(), strict=True))}
    if not all(served["half"].values()):
        return

    mix = case_mix_weights({"field": fields, "half": halves}, served, at_least=at_least)

    weights = mix.weighting.weights
    assert weights.sum() == pytest.approx(len(drawn))
    for margin, labels in zip(mix.margins, (fields, halves), strict=True):
        if margin.left_out:
            continue
        known = sum(cell.dossiers for cell in margin.cells)
        for cell in margin.cells:
            assert cell.answers >= at_least
            reached = weights[np.isin(labels, cell.labels)].sum() / len(drawn)
            assert reached == pytest.approx(cell.dossiers / known, abs=1e-6)


@given(responses, st.permutations("abcd"))
def test_relabelling_the_cells_changes_no_weight(drawn, names):
    fields = [field for field, _ in drawn]
    renamed = dict(zip("abcd", names, strict=True))
    served = {"a": 100, "b": 70, "c": 20, "d": 10}
    # Cells of as many answers are merged in order of their labels: without ties the labels do not matter.
    if len({fields.count(label) for label in "abcd"}) < 4:
        return

    one = case_mix_weights({"field": fields}, {"field": served}, at_least=5)
    other = case_mix_weights(
        {"field": [renamed[label] for label in fields]},
        {"field": {renamed[label]: number for label, number in served.items()}},
        at_least=5,
    )

    assert one.weighting.weights == pytest.approx(other.weighting.weights)


@given(responses, st.integers(1, 20))
def test_answers_that_mirror_the_mix_all_weigh_one(drawn, times):
    columns = {"field": [field for field, _ in drawn], "half": [half for _, half in drawn]}
    served = {
        name: {label: times * labels.count(label) for label in sorted(set(labels))} for name, labels in columns.items()
    }

    mix = case_mix_weights(columns, served)

    assert mix.weighting.weights == pytest.approx(np.ones(len(drawn)))
    assert mix.unanswered_share == 0
