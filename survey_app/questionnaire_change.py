"""What a questionnaire that is taken over must keep to, so that answers stay comparable and measure what they say."""

from collections.abc import Iterator

from scoring import load_edition
from survey_app.questionnaire import Question, Questionnaire
from survey_app.questionnaire_keys import RATINGS


def list_change_faults(new: Questionnaire, before: Questionnaire | None) -> list[str]:
    """Why a questionnaire cannot be asked: criteria that its edition has not, codes whose answers would not compare.

    Args:
        new: what would be asked from now on.
        before: what is asked under the same code until then, if anything is.
    """
    return [*_criteria_faults(new), *(_question_faults(new, before) if before else ())]


def _criteria_faults(form: Questionnaire) -> Iterator[str]:
    named = [question for question in form.questions if question.criterion]
    if form.edition is None:
        return
    try:
        nodes = {node.code for node in load_edition(form.edition).nodes}
    except ValueError as error:
        yield f"edition {form.edition!r}: {error}"
        return
    for question in named:
        if question.criterion not in nodes:
            yield f"question {question.code!r}: edition {form.edition!r} has no criterion {question.criterion!r}."


def _question_faults(new: Questionnaire, before: Questionnaire) -> Iterator[str]:
    for question in new.questions:
        asked = before.question(question.code)
        if asked is not None and _answered(asked) != _answered(question):
            yield (
                f"question {question.code!r} was answered by {_answered(asked)} and now by {_answered(question)}: "
                "answers under one code are counted together, so give the question another code."
            )


def _answered(question: Question) -> str:
    """How a question is answered, as far as answers of two versions must agree to be counted together."""
    return f"a scale of {len(question.points)}" if question.kind in RATINGS else question.kind
