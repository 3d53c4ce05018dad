"""What was asked, over all forms: the questions of every questionnaire that share one scale, each once.

A question's code means the same in every form, so that answers to several forms are put together; what stands on another
scale is not counted with them.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from survey_app.questionnaire import Question, Questionnaire


def merge_asked(first: Questionnaire, others: Iterable[Questionnaire], *, edition: str) -> Questionnaire:
    """The first questionnaire with the rated questions of the others that stand on its scale.

    Args:
        first: whose scale, words and order of questions hold.
        others: every version of other forms, and other versions of the first.
        edition: whose criteria count; a question of a form of another edition has none.

    Returns:
        A questionnaire whose ratings are all on the scale of `first`. A code that one form asks on another number of
        points is left out: which of its answers were on which scale cannot be told.
    """
    found = {question.code: question for question in first.ratings}
    strange: set[str] = set()
    for questionnaire in others:
        for question in questionnaire.ratings:
            if len(question.points) != len(first.points):
                strange.add(question.code)
            elif question.code not in found:
                found[question.code] = _of_edition(question, questionnaire, edition)
    return replace(first, questions=tuple(each for code, each in found.items() if code not in strange))


def only_answered(asked: Questionnaire, first: Questionnaire, answered: Collection[str]) -> Questionnaire:
    """What of it was ever answered, and all that the first questionnaire asks."""
    kept = {question.code for question in first.ratings} | set(answered)
    return replace(asked, questions=tuple(question for question in asked.questions if question.code in kept))


def _of_edition(question: Question, questionnaire: Questionnaire, edition: str) -> Question:
    return question if questionnaire.edition == edition else replace(question, criterion=None)
