"""A questionnaire: what one form asks. Read from TOML; its version is the hash of its content."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from survey_app.condition import Answer, Condition
from survey_app.entry import CatalogueFault
from survey_app.questionnaire_keys import RATINGS, Kind, read_document
from survey_app.questionnaire_misfits import allows_not_applicable, list_misfits

FOLDER = Path(__file__).parent / "questionnaires"

Texts = Mapping[str, str]
"""One text in each language of the form."""


class QuestionnaireFaults(Exception):
    """Everything wrong with a questionnaire file, each with its key, what stands there and what was expected."""

    def __init__(self, faults: list[CatalogueFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers that may be chosen."""

    code: str
    text: Texts


@dataclass(frozen=True, slots=True)
class Question:
    """One question; what its kind does not use stays empty.

    Args:
        code: the same in every form that asks the same; the form's field and the answer's name.
        kind: rating (on `scale`), faces (a rating on five), choice, choices (many), yes_no, number, text, or field
            (what the citizen came for, out of what the desk does).
        text: the question.
        hint: a sentence below it, if any.
        section: the heading above it, where a part of the form begins.
        required: whether a form without it is refused; never where `show_if` hides it.
        main: whether it is the one question that stands first and alone.
        criterion: what it measures: a node of the form's edition.
        scale: rating and faces: the words of points 1…n by language, worst first.
        choices: choice and choices: what may be chosen.
        not_applicable: whether «không áp dụng» may be answered, which is no answer.
        least, most: number: the bounds.
        decimals: number: how many digits after the comma, 0 to 2.
        unit: number: what is counted, if said.
        longest: text: in characters.
        show_if: when it is asked; None is always.
        report: yes_no: whether a yes tells of harassment or informal payment.
    """

    code: str
    kind: Kind
    text: Texts
    hint: Texts = field(default_factory=dict)
    section: Texts = field(default_factory=dict)
    required: bool = False
    main: bool = False
    criterion: str | None = None
    scale: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    not_applicable: bool = False
    least: float | None = None
    most: float | None = None
    decimals: int = 0
    unit: Texts = field(default_factory=dict)
    longest: int = 0
    show_if: Condition | None = None
    report: bool = False

    @property
    def points(self) -> tuple[int, ...]:
        """Rating and faces: the points, worst first, beginning at 1."""
        return tuple(range(1, 1 + len(next(iter(self.scale.values()), ()))))


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What one form asks, and in which languages.

    Args:
        code: the form's name in the register.
        version: hash of `document`: any change is another version, and old answers keep theirs.
        name: what people call it, by language; empty if it has none.
        languages: those that every text is in, the first one first.
        scale: the form's own scale, for ratings that have none of their own: words by language, worst first.
        not_applicable: the words for «không áp dụng».
        edition: code of the edition that the questions' criteria belong to.
        source: where the questions come from, and which of them are inferred.
        document: the TOML text.
    """

    code: str
    version: str
    languages: tuple[str, ...]
    questions: tuple[Question, ...]
    document: str
    name: Texts = field(default_factory=dict)
    scale: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    not_applicable: Texts = field(default_factory=dict)
    edition: str | None = None
    source: str = ""

    @property
    def ratings(self) -> tuple[Question, ...]:
        """The questions that are answered on a scale."""
        return tuple(question for question in self.questions if question.kind in RATINGS)

    @property
    def main(self) -> Question | None:
        """The one question that stands first: the one that says so, else the first required rating."""
        said = (question for question in self.questions if question.main)
        required = (question for question in self.ratings if question.required and question.show_if is None)
        return next(said, None) or next(required, None)

    @property
    def points(self) -> tuple[int, ...]:
        """The points of the form's own scale, worst first, beginning at 1."""
        return tuple(range(1, 1 + len(next(iter(self.scale.values()), ()))))

    def ratings_in(self, answers: Mapping[str, Answer]) -> list[int]:
        """The points that were given to the rated questions."""
        rated = {question.code for question in self.ratings}
        return [answer for code, answer in answers.items() if code in rated and isinstance(answer, int)]

    @property
    def criteria(self) -> dict[str, str]:
        """Rated question's code → code of the criterion that it measures."""
        return {question.code: question.criterion for question in self.ratings if question.criterion}

    def language(self, asked: str) -> str:
        """The language to show it in: the one asked for, if it has it, else its first."""
        return asked if asked in self.languages else self.languages[0]

    def question(self, code: str) -> Question | None:
        """The question with that code, if the form has it."""
        return next((question for question in self.questions if question.code == code), None)


def list_questionnaires(*, folder: Path = FOLDER) -> tuple[str, ...]:
    """Codes of the packaged questionnaires."""
    return tuple(sorted(file.stem for file in folder.glob("*.toml")))


@cache
def load_questionnaire(code: str, *, folder: Path = FOLDER) -> Questionnaire:
    """The packaged questionnaire of that code, read once: each posted form asks for it."""
    return parse_questionnaire((folder / f"{code}.toml").read_text(encoding="utf-8"), file=f"{code}.toml")


def parse_questionnaire(document: str, *, file: str = "questionnaire") -> Questionnaire:
    """The questionnaire in a TOML document.

    Raises:
        QuestionnaireFaults: everything wrong with it, at once.
    """
    try:
        raw = tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        raise QuestionnaireFaults([CatalogueFault(file, "document", str(error), "TOML")]) from error
    return make_questionnaire(raw, document=document, file=file)


def make_questionnaire(raw: Mapping[str, object], *, document: str = "", file: str = "questionnaire") -> Questionnaire:
    """The questionnaire that a document says, its keys as TOML gives them.

    Raises:
        QuestionnaireFaults: everything wrong with it, at once.
    """
    form, questions, faults = read_document(raw, file=file)
    faults += list_misfits(form, questions, file=file)
    if faults:
        raise QuestionnaireFaults(faults)
    return Questionnaire(
        version=hashlib.sha256(document.encode()).hexdigest()[:16],
        document=document,
        questions=tuple(_question(values, form) for values in questions),
        **form,
    )


def _question(values: Mapping[str, object], form: Mapping[str, object]) -> Question:
    """A question with the form's own scale where it is rated and has none, and with its kind's defaults."""
    made = dict(values)
    if made["kind"] in RATINGS:
        made.setdefault("scale", form.get("scale"))
    made["not_applicable"] = allows_not_applicable(values)
    made["choices"] = tuple(Choice(**choice) for choice in made.pop("choice", ()))
    return Question(**made)
