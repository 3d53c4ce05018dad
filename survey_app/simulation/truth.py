"""What is true of the simulated offices, so that one can ask whether an analysis finds it.

Everyone who answers has a latent impression of each question: a mean ("level") plus a part of their own. The level is
the unit's, moved by the month and by pilots; the own part has variance 1, of which `person_share` is common to all of
a person's answers. The impression becomes a point by the question's four cuts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

__all__ = ["TRUTH", "PilotTruth", "QuestionTruth", "Truth"]

SATISFIED = 4
"""The lowest point that counts as satisfied."""
STEPS = (-1.5, -0.85, 0.0, 1.15)
"""Where the cuts below points 2, 3, 4 and 5 lie, from the cut of being satisfied."""


@dataclass(frozen=True, slots=True)
class QuestionTruth:
    """How easily a question is answered well, and how often not at all.

    Args:
        satisfied: share of points 4 and 5 at level 0, in (0, 1); the question's difficulty.
        blank: share who leave it, in [0, 1).
        not_applicable: share of the others who choose «không áp dụng», in [0, 1).
    """

    satisfied: float
    blank: float = 0.0
    not_applicable: float = 0.0

    @property
    def missing(self) -> float:
        """Share without a point, whichever way."""
        return self.blank + (1 - self.blank) * self.not_applicable


@dataclass(frozen=True, slots=True)
class PilotTruth:
    """What a pilot changes.

    everywhere, in_session: what it adds to the level of every answer of a unit while it takes part, and further inside a
    session. waiting: factor of the working time that the unit's dossiers take, meanwhile. same_day: share of the dossiers
    received in a session that are done within the day because of it.
    """

    everywhere: float = 0.0
    in_session: float = 0.0
    waiting: float = 1.0
    same_day: float = 0.0


@dataclass(frozen=True)
class Truth:
    """Everything that the simulation takes for true. Spreads are of the level, whose unit is one person's spread.

    Args:
        questions: by code, in the form's order; their codes are those of the form's ratings.
        pilots: by code; a pilot that is not named has no effect.
        person_share: latent correlation of one person's answers, in [0, 1].
        unit_sd: spread of the units' levels around 0.
        month_sd: spread of a month's shock that a whole locality (district, or province after 1/7/2025) shares.
        unit_month_sd: spread of what one month does to one unit alone.
        straight_liners: share who tap one point all the way down, whatever they were asked; none is left out.
        straight_points: shares of points 1…5 among them.
        answers_a_month: median over communes, in a month of 21 working days; a district or a unit made of several
            communes has `larger` times as many.
        volume_sd: spread of the units' logarithms of it.
        quiet: units where hardly anybody answers, and how many do in such a month.
        hidden_desk: desk whose poster has been out of sight since the first day of the month before today's.
        response_share: answers of a unit that is not quiet, of the visits to its counter.
        adherence: share of planned sessions that are held, and of months that a continuous pilot is kept up.
        recorded: share of sessions of which the unit recorded whether they were held.
        displaced: share of those that a session draws beyond a plain month who would have come on another day of it.
        english, field_chosen, comments: shares of the responses.

    Raises:
        ValueError: the first question, which a form requires, may be left out; or shares that are none.
    """

    questions: Mapping[str, QuestionTruth]
    pilots: Mapping[str, PilotTruth] = field(default_factory=lambda: MappingProxyType({}))
    person_share: float = 0.5
    unit_sd: float = 0.25
    month_sd: float = 0.1
    unit_month_sd: float = 0.05
    straight_liners: float = 0.08
    straight_points: tuple[float, ...] = (0.03, 0.03, 0.09, 0.45, 0.4)
    answers_a_month: float = 42.0
    larger: float = 2.0
    volume_sd: float = 0.45
    quiet: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    hidden_desk: str | None = None
    response_share: float = 0.3
    adherence: float = 0.9
    recorded: float = 0.6
    displaced: float = 0.5
    english: float = 0.01
    field_chosen: float = 0.6
    comments: float = 0.04

    def __post_init__(self) -> None:
        first, asked = next(iter(self.questions.items()))
        if asked.missing > 0:
            raise ValueError(f"{first}.missing == {asked.missing}, must be 0: everyone answers the first question.")
        if not 0 <= self.person_share <= 1:
            raise ValueError(f"person_share == {self.person_share}, must be in [0, 1].")
        if min(self.straight_points) < 0 or abs(sum(self.straight_points) - 1) > 1e-9:  # noqa: PLR2004 -- rounding
            raise ValueError(f"straight_points == {self.straight_points}, must be shares that sum to 1.")

    @property
    def cuts(self) -> NDArray[np.float64]:
        """Latent cuts below points 2…5, shape (questions, 4)."""
        easy = ndtri([question.satisfied for question in self.questions.values()])
        return np.asarray(np.array(STEPS) - np.asarray(easy)[:, np.newaxis], dtype=np.float64)

    @property
    def missing(self) -> NDArray[np.float64]:
        """Share without a point, shape (questions,)."""
        return np.array([question.missing for question in self.questions.values()])

    def satisfied_share(self, question: str, *, level: float = 0.0) -> float:
        """Share of points 4 and 5 among the answers to a question at a level, straight-liners included, in [0, 1].

        >>> round(TRUTH.satisfied_share("overall"), 3)
        0.804
        """
        asked = self.questions[question]
        # Straight-liners leave nothing out, so among the answers to a question that others leave they weigh more.
        honest = (1 - self.straight_liners) * (1 - asked.missing)
        impressed = float(ndtr(ndtri(asked.satisfied) + level))
        pressed = sum(self.straight_points[SATISFIED - 1 :])
        return (honest * impressed + self.straight_liners * pressed) / (honest + self.straight_liners)


TRUTH = Truth(
    questions=MappingProxyType(
        {
            "overall": QuestionTruth(0.80),
            "waiting_place": QuestionTruth(0.72, blank=0.02),
            "posted": QuestionTruth(0.82, blank=0.03, not_applicable=0.02),
            "on_time": QuestionTruth(0.75, blank=0.03, not_applicable=0.05),
            "polite": QuestionTruth(0.86, blank=0.03),
            "answers": QuestionTruth(0.81, blank=0.04, not_applicable=0.02),
            "guidance": QuestionTruth(0.78, blank=0.05, not_applicable=0.03),
            "result": QuestionTruth(0.88, blank=0.06, not_applicable=0.10),
            "feedback": QuestionTruth(0.66, blank=0.08, not_applicable=0.12),
        }
    ),
    pilots=MappingProxyType(
        {
            # Eight points more satisfied people, and a quarter less waiting, at the two communes that began seven months before the others.
            "hanh-chinh-phuc-vu": PilotTruth(everywhere=0.38, waiting=0.75),
            # True, but two units of nine with others in other pilots: no comparison can show it.
            "ngoai-gio": PilotTruth(everywhere=0.2, in_session=0.15, waiting=0.9),
            "zalo": PilotTruth(everywhere=0.1),
            "hai-trong-mot": PilotTruth(),  # changes nothing
            "cap-xa-tiep-nhan": PilotTruth(everywhere=0.15, waiting=0.85),
            "thu-sau-khong-cho": PilotTruth(in_session=0.3, same_day=0.85),
            "30-phut": PilotTruth(in_session=0.1),
            "sang-thu-bay": PilotTruth(in_session=0.25),
        }
    ),
    quiet=MappingProxyType({"xa.01849": 1.6, "xa.02191": 0.7, "xa.21985": 2.0}),
    hidden_desk="xa.29938.quay-2",
)
"""The truth of the demonstration."""
