"""Receipt cards of one batch, reconciled: printed, handed out, left over, answered. Nothing is known of a single card."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from scoring import Estimate, share_difference, wilson
from survey_app.typed_number import typed_number

MOST_CARDS: Final = 5000
FAR_BELOW: Final = 0.10
"""A batch is pointed at when it is answered by at least 10 points less than the unit's others, doubt taken off."""
FEWEST_HANDED_OUT: Final = 20
"""Below so many cards handed out, or in the others together, nothing is compared."""


@dataclass(frozen=True, slots=True)
class CardBatch:
    """Cards printed together for a desk. handed_out, left_over: as counted at the desk, None until then.

    answered: cards that were used; a count received, which may move at once. revoked: when all of it was withdrawn.
    """

    id: str
    desk: str
    desk_name: str
    unit: str
    unit_name: str
    made: date
    cards: int
    handed_out: int | None
    left_over: int | None
    counted: date | None
    revoked: date | None
    note: str
    answered: int

    @property
    def response_rate(self) -> Estimate:
        """Share of the cards handed out that were answered, with Wilson's interval; NaN until counted, or where it misfits."""
        if not self.handed_out or self.answered > self.handed_out:
            return wilson(0, 0)
        return wilson(self.answered, self.handed_out)

    @property
    def missing(self) -> int:
        """Cards printed that are neither handed out nor left over; below zero where more were counted than printed."""
        if self.handed_out is None or self.left_over is None:
            return 0
        return self.cards - self.handed_out - self.left_over

    @property
    def unexplained(self) -> int:
        """Answers beyond the cards handed out: cards that were used without having been given to anybody."""
        return max(self.answered - (self.handed_out or 0), 0) if self.counted else 0


def parse_count(handed_out: str, left_over: str) -> tuple[int, int] | None:
    """The two counts of a desk, or None where one is no whole number of 0 to 5,000.

    >>> parse_count("180", "20"), parse_count("180", "-1")
    ((180, 20), None)
    """
    counts = typed_number(handed_out.strip()), typed_number(left_over.strip())
    if counts[0] is None or counts[1] is None or max(counts[0], counts[1]) > MOST_CARDS:
        return None
    return counts[0], counts[1]


def pointed_at(batches: Sequence[CardBatch]) -> dict[str, Estimate]:
    """Batches that were answered far less than the others of their unit: id → the difference of the two shares.

    The whole 95 % interval (Newcombe) must lie below minus `FAR_BELOW`. Few answers may mean that cards went only to some
    people, or that the code is hard to read: a reason to look, never a verdict.
    """
    found = {}
    for batch in batches:
        own = _pair([batch])
        others = _pair(each for each in batches if each.unit == batch.unit and each.id != batch.id)
        if min(own[1], others[1]) >= FEWEST_HANDED_OUT:
            difference = share_difference(own, others)
            if difference.high < -FAR_BELOW:
                found[batch.id] = difference
    return found


def _pair(batches: Iterable[CardBatch]) -> tuple[int, int]:
    """Answered and handed out, of those whose counts make sense."""
    sound = [each for each in batches if each.response_rate.n]
    return sum(each.answered for each in sound), sum(each.handed_out or 0 for each in sound)
