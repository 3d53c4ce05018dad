"""Weights that give the responses of a unit the mix of cases that it really served, as its service records tell."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.argument import count
from scoring.weights import NotConverging, Weighting, rake

__all__ = ["CaseMix", "MixCell", "MixMargin", "case_mix_weights"]

_AT_LEAST = 10
_LESS_THAN_TWO = "fewer than two cells with enough answers"
_UNKNOWN = "?"  # rows whose label is not known keep the weight that they have together


@dataclass(frozen=True, slots=True)
class MixCell:
    """A cell of a margin: one label, or several that were merged because too few answered for each alone."""

    labels: tuple[str, ...]
    answers: int
    dossiers: int

    @property
    def name(self) -> str:
        """The labels, joined."""
        return " + ".join(self.labels)


@dataclass(frozen=True, slots=True)
class MixMargin:
    """One way to sort the dossiers, and what became of it.

    cells: those with answers, the largest number of answers first. unanswered: labels of which dossiers were served
    and nobody answered. unanswered_share: their share of the dossiers, in [0, 1]; NaN where none were served.
    left_out: why the responses were not weighted on this margin; empty where they were.
    """

    name: str
    cells: tuple[MixCell, ...]
    unanswered: tuple[str, ...]
    unanswered_share: float
    left_out: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class CaseMix:
    """Weights of the responses of one unit; they sum to their number, and are 1 where nothing could be weighted.

    Give `weighting` to `SurveyDesign` for a weighted share or mean with its interval.
    """

    weighting: Weighting
    margins: tuple[MixMargin, ...]

    @property
    def n(self) -> int:
        """Responses."""
        return self.weighting.n

    @property
    def effective_n(self) -> float:
        """How many responses of equal weight would vary as much (Kish); NaN without responses."""
        return self.weighting.effective_n

    @property
    def margins_used(self) -> tuple[str, ...]:
        """Names of the margins on which the responses were weighted."""
        return tuple(margin.name for margin in self.margins if not margin.left_out)

    @property
    def margins_left_out(self) -> dict[str, str]:
        """Names of the others, and why."""
        return {margin.name: margin.left_out for margin in self.margins if margin.left_out}

    @property
    def unanswered_share(self) -> float:
        """At least this share of the dossiers is in cells that nobody answered: the largest of the margins'.

        The margins overlap in a way that their totals do not tell, so it may be more. NaN where none were served.
        """
        known = [margin.unanswered_share for margin in self.margins if not math.isnan(margin.unanswered_share)]
        return max(known, default=math.nan)


def case_mix_weights(
    answers: Mapping[str, Sequence[str | None]],
    served: Mapping[str, Mapping[str, int]],
    *,
    at_least: int = _AT_LEAST,
) -> CaseMix:
    """Weights that make the responses of one unit mirror the dossiers it served, on margins raked in turn.

    Cells in which some but too few answered are merged, the smallest first, until the merged cell has enough. What
    nobody answered is nobody's to speak for: its dossiers are taken out of the mix, and their share is told. A
    margin with fewer than two cells left is left out, and so is the last margin if the raking finds no weights.

    Args:
        answers: for each margin (field, desk, half-day), by its name, the label of each response, shape (n,). None:
            not known; such responses keep the weight that they have together.
        served: for each margin, by the same name, the dossiers served under each label, whole numbers, 0 or more.
            All margins count the same dossiers. The most important margin first.
        at_least: answers that a cell must have, 1 or more.

    Returns:
        The case mix. Nobody answered: no weights, effective_n NaN, every margin left out.

    Raises:
        ValueError: all at once: margins that are not the same in both, of different lengths, or whose dossiers have
            different totals; labels of responses under which no dossier was served; dossiers that are no whole
            number.

    Source:
        Raking: see `rake`. Merging small cells before it: Kalton and Flores-Cervantes (2003), Weighting Methods,
        J. Official Statistics 19, 81-97.

    >>> mix = case_mix_weights({"field": ["land"] * 10 + ["civil"] * 30}, {"field": {"land": 600, "civil": 600}})
    >>> mix.weighting.weights[[0, -1]].round(4).tolist(), round(mix.effective_n, 4), mix.unanswered_share
    ([2.0, 0.6667], 30.0, 0.0)
    >>> from scoring.survey_design import SurveyDesign
    >>> share = SurveyDesign(mix.weighting).share([0] * 5 + [1] * 5 + [1] * 30)
    >>> f"{share.value:.2f} ({share.low:.2f} to {share.high:.2f}), n = {share.n}"
    '0.75 (0.56 to 0.89), n = 40'
    """
    count("at_least", at_least, least=1)
    n = _refuse_faults(answers, served)
    margins = [_margin(name, labels, served[name], at_least=at_least) for name, labels in answers.items()]
    used = [margin for margin in margins if not margin.left_out]
    while used:
        try:
            weighting = _raked(answers, used, n)
        except NotConverging as stuck:
            last = used.pop()
            reason = f"no weights meet it and the margins before it: {stuck}"
            margins = [_left_out(margin, reason) if margin is last else margin for margin in margins]
        else:
            return CaseMix(weighting, tuple(margins))
    ones = np.ones(n)
    return CaseMix(Weighting(ones, ones, np.ones((n, 1)), 0), tuple(margins))


def _margin(name: str, labels: Sequence[str | None], served: Mapping[str, int], *, at_least: int) -> MixMargin:
    answers = Counter(label for label in labels if label is not None)
    cells = [MixCell((label,), answers[label], int(served[label])) for label in sorted(answers)]
    cells = _merged(sorted(cells, key=lambda cell: (-cell.answers, cell.labels)), at_least=at_least)
    unanswered = tuple(sorted(label for label, dossiers in served.items() if dossiers and label not in answers))
    total = sum(served.values())
    share = sum(served[label] for label in unanswered) / total if total else math.nan
    enough = sum(cell.answers >= at_least for cell in cells) > 1
    return MixMargin(name, tuple(cells), unanswered, share, "" if enough else _LESS_THAN_TWO)


def _merged(cells: list[MixCell], *, at_least: int) -> list[MixCell]:
    """The cells with those of too few answers merged into one, which takes in the next smallest until it has enough.

    Args:
        cells: the most answers first.
        at_least: answers that a cell must have.
    """
    few = [cell for cell in cells if cell.answers < at_least]
    kept = cells[: len(cells) - len(few)]
    while few and kept and sum(cell.answers for cell in few) < at_least:
        few.insert(0, kept.pop())
    if not few:
        return kept
    labels = tuple(sorted(label for cell in few for label in cell.labels))
    rest = MixCell(labels, sum(cell.answers for cell in few), sum(cell.dossiers for cell in few))
    return sorted([*kept, rest], key=lambda cell: (-cell.answers, cell.labels))


def _raked(answers: Mapping[str, Sequence[str | None]], margins: Sequence[MixMargin], n: int) -> Weighting:
    cells: dict[str, list[str]] = {}
    population: dict[str, dict[Hashable, float]] = {}
    for margin in margins:
        place = {label: str(number) for number, cell in enumerate(margin.cells) for label in cell.labels}
        cells[margin.name] = [_UNKNOWN if label is None else place[label] for label in answers[margin.name]]
        unknown = cells[margin.name].count(_UNKNOWN)
        dossiers = sum(cell.dossiers for cell in margin.cells)
        known = (n - unknown) / dossiers
        population[margin.name] = {str(number): cell.dossiers * known for number, cell in enumerate(margin.cells)}
        if unknown:
            population[margin.name][_UNKNOWN] = unknown
    return rake(np.ones(n), cells, population=population)


def _left_out(margin: MixMargin, reason: str) -> MixMargin:
    return MixMargin(margin.name, margin.cells, margin.unanswered, margin.unanswered_share, reason)


def _refuse_faults(answers: Mapping[str, Sequence[str | None]], served: Mapping[str, Mapping[str, int]]) -> int:
    """Responses, where nothing is wrong with either.

    Raises:
        ValueError: all faults at once.
    """
    if not answers or set(answers) != set(served):
        raise ValueError(f"margins == {sorted(answers)} of answers, {sorted(served)} served, must be the same.")
    first = next(iter(answers))
    lengths = {name: len(labels) for name, labels in answers.items()}
    faults = [
        f"{name} has {length} responses and {first} has {lengths[first]}, must be the same"
        for name, length in lengths.items()
        if length != lengths[first]
    ]
    for name, sizes in served.items():
        whole = {label: count(f"served {name}: {label}", dossiers) for label, dossiers in sizes.items()}
        strangers = Counter(label for label in answers[name] if label is not None and not whole.get(label))
        faults += [
            f"{name}: {label} has {number} responses, but no dossier was served there"
            for label, number in sorted(strangers.items())
        ]
    totals = {name: sum(sizes.values()) for name, sizes in served.items()}
    faults += [
        f"served by {name} are {total} dossiers and by {first} {totals[first]}, must be the same"
        for name, total in totals.items()
        if total != totals[first]
    ]
    if faults:
        raise ValueError(f"{'; '.join(faults)}.")
    return lengths[first]
