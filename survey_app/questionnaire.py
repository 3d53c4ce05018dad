"""A questionnaire: parsed from TOML, its version is the hash of its content."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Kind = Literal["rating", "field", "text"]
KINDS: tuple[Kind, ...] = ("rating", "field", "text")
FOLDER = Path(__file__).parent / "questionnaires"
MOST_CHARACTERS = 5000
_KEYS = {"code", "languages", "scale", "not_applicable", "source", "question"}
_QUESTION_KEYS = {"code", "kind", "text", "required", "criterion", "longest"}


class QuestionnaireFaults(Exception):
    """Everything wrong with a questionnaire file, each with its key and what was expected."""

    def __init__(self, file: str, faults: list[str]) -> None:
        super().__init__("\n".join(f"{file}: {fault}" for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `criterion` names what it measures; `longest` is in characters and for text only."""

    code: str
    kind: Kind
    text: Mapping[str, str]
    required: bool = False
    criterion: str | None = None
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What one form asks. `scale[language]` has the words of points 1…n, worst first."""

    code: str
    version: str
    languages: tuple[str, ...]
    scale: Mapping[str, tuple[str, ...]]
    not_applicable: Mapping[str, str]
    questions: tuple[Question, ...]
    document: str

    @property
    def ratings(self) -> tuple[Question, ...]:
        """The questions that are answered on the scale."""
        return tuple(question for question in self.questions if question.kind == "rating")

    @property
    def points(self) -> tuple[int, ...]:
        """The scale points, worst first, beginning at 1."""
        return tuple(range(1, len(self.scale[self.languages[0]]) + 1))

    @property
    def criteria(self) -> dict[str, str]:
        """Question code → code of the criterion that it measures."""
        return {question.code: question.criterion for question in self.ratings if question.criterion}

    def of_kind(self, kind: Kind) -> Question | None:
        """The first question of a kind, if the form has one."""
        return next((question for question in self.questions if question.kind == kind), None)


def load_questionnaire(code: str, *, folder: Path = FOLDER) -> Questionnaire:
    """The packaged questionnaire of that code."""
    return parse_questionnaire((folder / f"{code}.toml").read_text(encoding="utf-8"), file=f"{code}.toml")


def parse_questionnaire(document: str, *, file: str = "questionnaire") -> Questionnaire:
    """The questionnaire in a TOML document.

    Raises:
        QuestionnaireFaults: everything wrong with it, at once.
    """
    try:
        raw = tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        raise QuestionnaireFaults(file, [f"not TOML: {error}"]) from error
    faults = _faults(raw)
    if faults:
        raise QuestionnaireFaults(file, faults)
    return Questionnaire(
        code=raw["code"],
        version=hashlib.sha256(document.encode()).hexdigest()[:16],
        languages=tuple(raw["languages"]),
        scale={language: tuple(words) for language, words in raw["scale"].items()},
        not_applicable=raw["not_applicable"],
        questions=tuple(Question(**question) for question in raw["question"]),
        document=document,
    )


def _faults(raw: Mapping[str, Any]) -> list[str]:
    faults = [f"{key}: unknown key; expected one of {', '.join(sorted(_KEYS))}" for key in raw.keys() - _KEYS]
    faults += [f"{key}: missing" for key in sorted(_KEYS - raw.keys())]
    if faults:
        return faults
    languages = raw["languages"]
    faults += _text_faults("not_applicable", raw["not_applicable"], languages)
    lengths = {len(raw["scale"].get(language, ())) for language in languages}
    if len(lengths) != 1 or not 2 <= min(lengths) <= 11:  # noqa: PLR2004 - said in the message
        faults.append(f"scale: {sorted(lengths)} points by language; expected the same number, from 2 to 11, in each")
    codes = [question.get("code") for question in raw["question"]]
    faults += [
        f"question: code {code!r} stands {codes.count(code)} times; expected once"
        for code in sorted({code for code in codes if codes.count(code) > 1}, key=str)
    ]
    for number, question in enumerate(raw["question"]):
        faults += _question_faults(f"question[{number}]", question, languages)
    return faults


def _question_faults(where: str, question: Mapping[str, Any], languages: list[str]) -> list[str]:
    faults = [f"{where}.{key}: unknown key" for key in sorted(question.keys() - _QUESTION_KEYS)]
    if not str(question.get("code", "")).isidentifier():
        faults.append(f"{where}.code is {question.get('code')!r}; expected a short word")
    if question.get("kind") not in KINDS:
        faults.append(f"{where}.kind is {question.get('kind')!r}; expected one of {', '.join(KINDS)}")
    if question.get("kind") == "text" and not 1 <= question.get("longest", 0) <= MOST_CHARACTERS:
        faults.append(f"{where}.longest is {question.get('longest')!r}; expected 1 to {MOST_CHARACTERS} characters")
    return faults + _text_faults(f"{where}.text", question.get("text", {}), languages)


def _text_faults(where: str, texts: Mapping[str, str], languages: list[str]) -> list[str]:
    return [f"{where}.{language}: missing" for language in languages if not texts.get(language)]
