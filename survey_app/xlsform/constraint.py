"""The column `constraint` ↔ a number's bounds, a text's length."""

from survey_app.questionnaire import Question
from survey_app.xlsform.expression import Comparison, NotSayable, joined, parse_expression
from survey_app.xlsform.relevance import number_in, write_number

EXPECTED = {
    "number": "bounds such as . >= 0 and . <= 5, and no other constraint",
    "text": "the most letters, such as string-length(.) <= 300, and no other constraint",
}


def parse_constraint(text: str, kind: str, *, whole: bool) -> dict[str, int | float]:
    """The keys `least` and `most` of a number, or `longest` of a text.

    Args:
        text: the expression.
        kind: of the question that it is on.
        whole: whether only whole numbers are asked for: then a bound may itself be excluded, too.

    Raises:
        NotSayable: it says something else, or is on a question of another kind.

    >>> parse_constraint(". >= 0 and 5 > .", "number", whole=True)
    {'least': 0, 'most': 4}
    >>> parse_constraint("string-length(.) <= 300", "text", whole=True)
    {'longest': 300}
    """
    if kind not in EXPECTED:
        raise NotSayable(text)
    keys: dict[str, int | float] = {}
    for each in joined(parse_expression(text), "and"):
        key, bound = _bound(each, whole=whole or kind == "text")
        if each.left.kind != ("length" if kind == "text" else "this") or (kind, key) == ("text", "least"):
            raise NotSayable(text)
        key = "longest" if kind == "text" else key
        if key in keys:
            raise NotSayable(text)
        keys[key] = bound
    return keys


def _bound(comparison: Comparison, *, whole: bool) -> tuple[str, int | float]:
    sign, bound = comparison.sign, number_in(comparison.right.text)
    if comparison.right.kind != "number" or sign not in {"<", "<=", ">", ">="}:
        raise NotSayable(sign)
    if sign in {"<", ">"}:
        if not whole or not isinstance(bound, int):
            raise NotSayable(sign)
        bound += 1 if sign == ">" else -1
    return ("most" if sign.startswith("<") else "least"), bound


def write_constraint(question: Question) -> str:
    """The bounds of a question as an expression; empty if it has none.

    >>> write_constraint(Question("extra", "number", {"vi": "Bao nhiêu?"}, least=0, most=2.5))
    '. >= 0 and . <= 2.5'
    """
    if question.kind == "text":
        return f"string-length(.) <= {question.longest}"
    bounds = ((">=", question.least), ("<=", question.most))
    return " and ".join(f". {sign} {write_number(bound)}" for sign, bound in bounds if bound is not None)
