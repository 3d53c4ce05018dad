"""The column `relevant` ↔ when a question is asked."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from survey_app.condition import Condition
from survey_app.questionnaire import Question
from survey_app.xlsform.expression import Comparison, Joined, NotSayable, joined, parse_expression
from survey_app.xlsform.yes_no import NO, YES, yes_or_no

EXPECTED = (
    "a condition on one earlier question: ${q} = 'x', selected(${q}, 'x'), either several times with or, "
    "${q} >= 1, ${q} <= 2, or both with and; < and > on whole numbers"
)

_BOUNDS = {">=": "at_least", "<=": "at_most", ">": "above", "<": "below"}
_STRICT = {"above": ("at_least", 1), "below": ("at_most", -1)}
"""What a bound that is itself excluded becomes on whole numbers: the key, and the step."""


def parse_relevance(text: str) -> dict[str, Any]:
    """The keys of `show_if`, and `above` and `below` for bounds that are themselves excluded.

    Texts stand under equals and one_of, for the kind of the question is not known here.

    Raises:
        NotSayable: it says more than one condition on one question.

    >>> parse_relevance("${overall} <= 2")
    {'question': 'overall', 'at_most': 2}
    >>> parse_relevance("selected(${why}, 'a') or ${why} = 'b'")
    {'question': 'why', 'one_of': ['a', 'b']}
    """
    expression = parse_expression(text)
    word = expression.word if isinstance(expression, Joined) else ""
    comparisons = joined(expression, word)
    question, signs = _question(comparisons), [each.sign for each in comparisons]
    if word != "and" and set(signs) <= {"=", "selected"}:
        values = [each.right.text for each in comparisons]
        return {"question": question} | ({"one_of": values} if word else {"equals": values[0]})
    if word == "or" or not set(signs) <= _BOUNDS.keys() or len(set(signs)) < len(signs):
        raise NotSayable(text)
    return {"question": question} | {_BOUNDS[each.sign]: number_in(each.right.text) for each in comparisons}


def _question(comparisons: Sequence[Comparison]) -> str:
    questions = {each.left.text for each in comparisons if each.left.kind == "ref"}
    constant = all(each.right.kind in {"text", "number"} and each.left.kind == "ref" for each in comparisons)
    if len(questions) != 1 or not constant:
        raise NotSayable("several questions, or none")
    return questions.pop()


def number_in(text: str) -> int | float:
    """A number as an expression says it.

    Raises:
        NotSayable: the text is no number.
    """
    try:
        number = Decimal(text)
    except ArithmeticError as error:
        raise NotSayable(text) from error
    if not number.is_finite():
        raise NotSayable(text)
    return int(number) if number == number.to_integral_value() else float(number)


def typed(said: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of `show_if` with the values as answers to a question have them; what is none stays a text.

    Args:
        said: what `parse_relevance` gave.
        asked: the keys of the question that the condition is on; empty if there is none.

    Raises:
        NotSayable: a bound is itself excluded, and answers are not whole numbers.
    """
    kind = asked.get("kind")

    def value(text: str) -> object:
        if kind == "yes_no":
            return text if (yes := yes_or_no(text)) is None else yes
        if kind not in {"rating", "faces", "number"}:
            return text
        try:
            return number_in(text)
        except NotSayable:
            return text

    made: dict[str, Any] = {}
    for key, found in said.items():
        if key in _STRICT:
            key, step = _STRICT[key]  # noqa: PLW2901 - the key that it becomes
            if not isinstance(found, int) or (kind == "number" and asked.get("decimals", 0)) or key in said:
                raise NotSayable(found)
            made[key] = found + step
        elif key in {"equals", "one_of"}:
            made[key] = value(found) if key == "equals" else [value(text) for text in found]
        else:
            made[key] = found
    return made


def write_relevance(condition: Condition, asked: Question) -> str:
    """The condition as an expression.

    >>> write_relevance(Condition("overall", at_most=2), Question("overall", "rating", {"vi": "Hài lòng?"}))
    '${overall} <= 2'
    """
    question = f"${{{condition.question}}}"
    if not condition.one_of:
        bounds = ((">=", condition.at_least), ("<=", condition.at_most))
        return " and ".join(f"{question} {sign} {write_number(bound)}" for sign, bound in bounds if bound is not None)
    shape = "selected({}, {})" if asked.kind == "choices" else "{} = {}"
    return " or ".join(shape.format(question, _constant(value, asked)) for value in condition.one_of)


def _constant(value: object, asked: Question) -> str:
    if asked.kind == "yes_no":
        return f"'{YES if value else NO}'"
    return write_number(value) if isinstance(value, int | float) and asked.kind == "number" else f"'{value}'"


def write_number(number: float) -> str:
    """A number as an expression says it, without an exponent.

    >>> write_number(2.0), write_number(0.00001)
    ('2', '0.00001')
    """
    decimal = Decimal(repr(number))
    return f"{decimal.to_integral_value() if decimal == decimal.to_integral_value() else decimal:f}"
