"""When a question is shown: a condition on the answer to an earlier one."""

from dataclasses import dataclass

Answer = int | float | str | list[str]
"""An answer as it is kept: a point, 1 or 0 for yes or no, or a number; a choice's code; the codes of many choices."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds where `question` was answered with one of `one_of`, or with a number from `at_least` to `at_most`.

    Args:
        question: code of an earlier question.
        one_of: points, 1 or 0 for yes or no, or codes of choices; of many choices one that was chosen is enough.
        at_least: lowest point or number; None is no bound.
        at_most: highest point or number; None is no bound.
    """

    question: str
    one_of: tuple[int | str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None

    def holds(self, answer: Answer | None) -> bool:
        """Whether it holds; never where there is no answer.

        >>> Condition("overall", at_most=2).holds(2), Condition("overall", at_most=2).holds(None)
        (True, False)
        """
        if answer is None:
            return False
        if isinstance(answer, list):
            return any(code in self.one_of for code in answer)
        if self.one_of:
            return answer in self.one_of
        return not isinstance(answer, str) and self._within(answer)

    def _within(self, number: float) -> bool:
        return (self.at_least is None or number >= self.at_least) and (self.at_most is None or number <= self.at_most)
