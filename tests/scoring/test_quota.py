"""The quota of the best class: what is allowed, what was reached, and that nobody is chosen by the sheet."""

import dataclasses
from decimal import Decimal

import pytest

from scoring.edition_file import EditionFaults, load_edition
from scoring.emulation import Candidate, prepare_emulation
from scoring.measures import Entered, Measures, Ratio
from scoring.quota import check_quota
from scoring.sheet import score

EDITION = load_edition("nd335-2025")


def sheet(*, excellent, good, edition=EDITION):
    """An emulation sheet of so many people of 95 and of 80 points."""
    general = next(node.code for node in edition.nodes if node.rule == "points")
    ratios = [node.code for node in edition.nodes if node.rule == "ratio"]
    found = []
    for i in range(excellent + good):
        done = Ratio(100, 100) if i < excellent else Ratio(80, 100)
        points = Entered(Decimal(25 if i < excellent else 24), "self-assessment")
        measures = Measures(
            f"person {i:02}", "2026", "test", points={general: points}, ratios=dict.fromkeys(ratios, done)
        )
        found.append(Candidate(f"person {i:02}", score(edition, measures)))
    return prepare_emulation(found)


def with_quota(of):
    return dataclasses.replace(EDITION, quota=dataclasses.replace(EDITION.quota, of=of))


@pytest.mark.parametrize(
    ("allowed", "exceeded", "of", "outstanding", "people"),
    [
        (3, False, "second", False, (3, 15)),  # 20 % of the 15 rated good
        (3, True, "second", False, (4, 16)),  # 3.2, rounded down
        (4, False, "second", True, (4, 16)),  # 25 % in an outstanding group
        (4, False, "second_or_better", False, (4, 16)),  # 20 % of all 20
        (0, True, "second", False, (1, 0)),  # nobody rated good
    ],
)
def test_the_quota_counts_on_those_that_the_edition_names(allowed, exceeded, of, outstanding, people):
    edition, (excellent, good) = with_quota(of), people
    check = check_quota(sheet(excellent=excellent, good=good, edition=edition), edition, outstanding=outstanding)
    assert (check.allowed, check.exceeded, check.reached) == (allowed, exceeded, excellent)


def test_a_quota_that_is_exceeded_leaves_the_choice_to_the_council():
    check = check_quota(sheet(excellent=4, good=16, edition=with_quota("second")), with_quota("second"))
    assert check.text.en.endswith("4 reached it, 1 too many. The council chooses; this sheet does not.")
    assert check.text.vi.endswith("đạt mức này: 4, vượt 1. Hội đồng xem xét, lựa chọn; bảng này không chọn thay.")
    kept = check_quota(sheet(excellent=1, good=16, edition=with_quota("second")), with_quota("second"))
    assert kept.text.en.endswith("of the 16 classed Good completion of tasks, rounded down to 3; 1 reached it.")
    assert "không quá 20,00 % của 16 được xếp loại Hoàn thành tốt nhiệm vụ, làm tròn xuống là 3" in kept.text.vi


def test_an_edition_without_a_quota_has_none():
    edition = dataclasses.replace(EDITION, quota=None)
    assert check_quota(sheet(excellent=1, good=1, edition=edition), edition) is None


def test_the_quota_of_another_edition_is_refused():
    with pytest.raises(ValueError, match="edition == 'qd766-2022', must be the one of the sheet, 'nd335-2025'"):
        check_quota(sheet(excellent=1, good=1), load_edition("qd766-2022"))


def test_a_quota_without_a_second_class_is_a_fault(small_edition):
    quota = '[quota]\nshare = "0.2"\nof = "second"\nconfidence = "ours"'
    with pytest.raises(EditionFaults, match=r"small\.toml: quota == .*, expected two bands or more"):
        small_edition('[[node]]\ncode = "a"\nparent = "total"\nrule = "points"\nmax = "100"', bands=quota)
