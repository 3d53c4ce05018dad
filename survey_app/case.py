"""A case (phản ánh, kiến nghị): what somebody wants answered, and the steps that it may take."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import Final

from survey_app.staff import User

STATES: Final = ("received", "assigned", "answered", "rejected", "closed")
OPEN: Final = frozenset({"received", "assigned"})
AUTHOR: Final = "author"
"""Who did a step that the author did; `staff.user_faults` lets no account have the name."""

_NEXT: Final[Mapping[tuple[str, str], str]] = {
    ("received", "assign"): "assigned",
    ("received", "reject"): "rejected",
    ("assigned", "assign"): "assigned",
    ("assigned", "reject"): "rejected",
    ("assigned", "answer"): "answered",
    ("answered", "close"): "closed",
    ("answered", "rate"): "closed",
    ("answered", "return"): "assigned",
    ("rejected", "close"): "closed",
    ("closed", "rate"): "closed",
    ("closed", "return"): "assigned",
}
STAFF_ACTS: Final = frozenset({"assign", "answer", "reject", "close"})
AUTHOR_ACTS: Final = frozenset({"rate", "return"})
WITH_WORDS: Final = frozenset({"assign", "answer", "reject"})
"""Acts that say something: to whom, what, why."""
MOST_RETURNS: Final = 2
WORST, BEST = 1, 5
LONGEST_WORDS: Final = 4000


class WrongStep(Exception):
    """The case does not stand where this step begins: somebody else acted meanwhile, or it was never possible."""


@dataclass(frozen=True, slots=True)
class Step:
    """What was done to a case. by: an account's name or `AUTHOR`. note: to whom, the answer, the reason."""

    number: int
    on: date
    act: str
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A case and its steps in order; nothing of desk, slot or marks.

    Args:
        id: random; stands in the address of the staff's page.
        unit: whom it concerns.
        kind: feedback, harassment or payment.
        queue: unit or inspector; no unit sees what is in the inspectors' queue.
        language: of the author.
        text: what the author wrote; may be empty where a question alone told of harassment.
        received: the day.
        steps: what was done since.
        answer: the last answer, if any.
        rating: the author's, 1…5, of that answer.
    """

    id: str
    unit: str
    kind: str
    queue: str
    language: str
    text: str
    received: date
    steps: tuple[Step, ...] = ()
    answer: str | None = None
    rating: int | None = None
    simulated: bool = False

    @property
    def state(self) -> str:
        """Where the steps have led; one of `STATES`."""
        return reduce(lambda state, step: _NEXT[state, step.act], self.steps, "received")

    @property
    def handler(self) -> str | None:
        """The account that it was last given to."""
        return next((step.note for step in reversed(self.steps) if step.act == "assign"), None)

    @property
    def possible(self) -> frozenset[str]:
        """The acts that may come next. An answer is rated once, and a case returned twice at most."""
        acts = {act for state, act in _NEXT if state == self.state}
        returns = sum(step.act == "return" for step in self.steps)
        if self.answer is None or self.rating is not None:
            acts -= AUTHOR_ACTS
        return frozenset(acts - ({"return"} if returns >= MOST_RETURNS else set()))

    def after(self, act: str, *, on: date, by: str, note: str = "", rating: int | None = None) -> "Case":
        """The case after one more step.

        Args:
            act: one of `STAFF_ACTS`, or of `AUTHOR_ACTS` if `by` is `AUTHOR`.
            on: the day.
            by: an account's name or `AUTHOR`.
            note: for `assign` the account's name; for `answer` and `reject` what the author will read.
            rating: for the author's acts, 1…5.

        Raises:
            WrongStep: not possible now, or not for this person.
            ValueError: words or a rating are missing, or out of bounds.
        """
        if act not in self.possible or (act in AUTHOR_ACTS) != (by == AUTHOR):
            raise WrongStep(f"{act} by {by} from {self.state}")
        if act == "answer" and by != self.handler:
            raise WrongStep("only who handles the case answers it")
        if (act in WITH_WORDS and not note.strip()) or len(note) > LONGEST_WORDS:
            raise ValueError(f"len(note) == {len(note)} for {act}, must be in 1..{LONGEST_WORDS}.")
        if act in AUTHOR_ACTS and rating not in range(WORST, BEST + 1):
            raise ValueError(f"rating == {rating!r}, must be in {WORST}..{BEST}.")
        step = Step(len(self.steps) + 1, on, act, by, note.strip())
        answered = {"answer": {"answer": note.strip(), "rating": None}}.get(act, {})
        rated = {"rating": rating} if act in AUTHOR_ACTS else {}
        return replace(self, steps=(*self.steps, step), **answered, **rated)  # type: ignore[arg-type]


def queue_of(user: User) -> str | None:
    """Which queue somebody reads: inspectors theirs, units and home affairs that of the units, others none."""
    return {"unit": "unit", "home_affairs": "unit", "inspector": "inspector"}.get(user.role)
