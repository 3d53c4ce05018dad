"""What does not fit together in a questionnaire whose keys are each read: codes, scales, conditions."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from survey_app.condition import Condition
from survey_app.entry import NOTHING, CatalogueFault
from survey_app.questionnaire_keys import RATINGS

FACES = 5
FEWEST_POINTS, MOST_POINTS = 2, 11
MOST_LISTED = 20
RESERVED = frozenset(
    {"id", "website", "unit", "desk", "slot", "local_date", "month", "session", "channel", "language", "source"}
    | {"flags", "batch", "simulated", "entered_date", "entered_slot", "questionnaire", "contact", "consent"}
)
"""Names that the form's page or the frame of answers has for something else; `field` is the question of that kind."""

Values = Mapping[str, Any]
Misfit = tuple[str, object, str]


def list_misfits(form: Values, questions: Sequence[Values], *, file: str) -> list[CatalogueFault]:
    """Every misfit, with its key, what stands there and what was expected; a value that was not read is passed over."""
    places: dict[object, int] = {}  # of the first question of each code
    for place, question in enumerate(questions):
        places.setdefault(question.get("code"), place)
    found = chain(
        _form_misfits(form, questions),
        *(_question_misfits(f"question[{i}]", question, form) for i, question in enumerate(questions)),
        *(_condition_misfits(i, questions, places, form) for i in range(len(questions))),
    )
    return [CatalogueFault(file, *misfit) for misfit in found]


def _form_misfits(form: Values, questions: Sequence[Values]) -> Iterator[Misfit]:
    for code, times in Counter(question["code"] for question in questions if "code" in question).items():
        if times > 1:
            yield "question.code", code, f"each code once; this one stands {times} times"
    if sum(bool(question.get("main")) for question in questions) > 1:
        yield "question.main", True, "one main question at most"
    if sum(question.get("kind") == "field" for question in questions) > 1:
        yield "question.kind", "field", "one question of this kind at most"
    if "scale" in form:
        yield from _scale_misfits("scale", form["scale"], faces=False)
    if "not_applicable" not in form and any(allows_not_applicable(question) for question in questions):
        yield "not_applicable", NOTHING, "the words for it, for some question allows it"


def allows_not_applicable(question: Values) -> bool:
    """Whether «không áp dụng» may be answered: as said, else where a rating may be left out."""
    rated = question.get("kind") in RATINGS
    return bool(question.get("not_applicable", rated and not question.get("required", False)))


def _scale_misfits(key: str, scale: Values, *, faces: bool) -> Iterator[Misfit]:
    lengths = {language: len(words) for language, words in scale.items()}
    if len(set(lengths.values())) > 1:
        yield key, lengths, "the same number of points in each language"
    elif faces and set(lengths.values()) != {FACES}:
        yield key, lengths, f"{FACES} points for faces"
    elif not all(FEWEST_POINTS <= length <= MOST_POINTS for length in lengths.values()):
        yield key, lengths, f"{FEWEST_POINTS} to {MOST_POINTS} points"


def _question_misfits(key: str, question: Values, form: Values) -> Iterator[Misfit]:
    code, kind = question.get("code"), question.get("kind")
    if code in RESERVED or (code == "field" and kind != "field"):
        yield f"{key}.code", code, f"another word than {', '.join(sorted(RESERVED | {'field'}))}"
    if kind in RATINGS:
        scale = question.get("scale", form.get("scale"))
        if scale is None:
            yield f"{key}.scale", NOTHING, "the words of its points, here or for the whole form"
        elif "scale" in question:
            yield from _scale_misfits(f"{key}.scale", scale, faces=kind == "faces")
        elif kind == "faces" and not [*_scale_misfits("scale", scale, faces=False)]:
            yield from _scale_misfits(f"{key}.scale", scale, faces=True)
    if question.get("main") and "show_if" in question:
        yield f"{key}.main", True, "a question that is always shown"
    if question.get("least", float("-inf")) > question.get("most", float("inf")):
        yield f"{key}.most", question["most"], f"at least {question['least']}"
    for choice, times in Counter(each.get("code") for each in question.get("choice", ())).items():
        if choice is not None and times > 1:
            yield f"{key}.choice.code", choice, f"each code once; this one stands {times} times"


def _condition_misfits(
    number: int, questions: Sequence[Values], places: Mapping[object, int], form: Values
) -> Iterator[Misfit]:
    condition = questions[number].get("show_if")
    if condition is None:
        return
    key, place = f"question[{number}].show_if", places.get(condition.question)
    if place is None or place >= number:
        expected = "the code of an earlier question" if place is None else "an earlier question"
        yield f"{key}.question", condition.question, expected
        return
    asked = questions[place]
    expected = _what_may_be_asked(asked, form)
    if expected is not None and not _reachable(condition, asked, form):
        yield key, _shown(condition), expected


def _shown(condition: Condition) -> object:
    if condition.one_of:
        return list(condition.one_of)
    return {"at_least": condition.at_least, "at_most": condition.at_most}


def _what_may_be_asked(asked: Values, form: Values) -> str | None:
    """What a condition on a question may say; None where the question itself was not read well enough to tell."""
    kind, code = asked.get("kind"), asked["code"]
    if kind in RATINGS:
        return f"points of {code!r}, 1 to {_length(asked, form)}" if _length(asked, form) else None
    if kind in {"choice", "choices"}:
        codes = [choice.get("code") for choice in asked.get("choice", ())]
        return f"equals or one_of with choices of {code!r}: {_listed(codes)}" if all(codes) and codes else None
    says = {
        "yes_no": f"equals = true or false, for {code!r} is answered yes or no",
        "number": f"a number that {code!r} may have",
        "text": f"another question than {code!r}: what is said there in words decides nothing",
        "field": f"another question than {code!r}: what a desk does is not known here",
    }
    return says.get(str(kind))


def _listed(codes: Sequence[object]) -> str:
    return ", ".join(map(str, codes[:MOST_LISTED])) + (", …" if len(codes) > MOST_LISTED else "")


def _length(asked: Values, form: Values) -> int:
    scale = asked.get("scale", form.get("scale")) or {}
    return min(map(len, scale.values()), default=0)


def _reachable(condition: Condition, asked: Values, form: Values) -> bool:
    """Whether each value that the condition names can be answered, and some answer meets it."""
    kind, within = asked["kind"], not condition.one_of
    if kind in RATINGS:
        points = range(1, 1 + _length(asked, form))
        named = all(_whole(value) and value in points for value in condition.one_of)
        return named and any(condition.holds(point) for point in points)
    if kind in {"choice", "choices"}:
        codes = [choice["code"] for choice in asked["choice"]]
        return not within and all(value in codes for value in condition.one_of)
    if kind == "yes_no":
        return not within and all(isinstance(value, bool) for value in condition.one_of)
    return kind == "number" and _reachable_number(condition, asked)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _reachable_number(condition: Condition, asked: Values) -> bool:
    least, most = asked.get("least", float("-inf")), asked.get("most", float("inf"))
    if condition.one_of:
        numbers = [
            value for value in condition.one_of if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        return len(numbers) == len(condition.one_of) and all(least <= value <= most for value in numbers)
    lowest = least if condition.at_least is None else max(least, condition.at_least)
    highest = most if condition.at_most is None else min(most, condition.at_most)
    return lowest <= highest
