"""The sheet `choices`: lists by name, each choice with its code, its text by language and its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.questionnaire_keys import NOT_APPLICABLE
from survey_app.xlsform.columns import Columns
from survey_app.xlsform.misfits import Misfit, Place
from survey_app.xlsform.sheet import Row, Sheet
from survey_app.xlsform.texts import read_texts
from survey_app.xlsform.yes_no import words, yes_or_no

FEWEST_POINTS, MOST_POINTS = 2, 11


@dataclass(frozen=True, slots=True)
class ListedChoice:
    """One choice of a list, with the places of its code and of its text in each language."""

    code: str
    texts: Mapping[str, str]
    place: Place
    text_places: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class ChoiceList:
    """A list of choices in its order."""

    name: str
    listed: Sequence[ListedChoice]

    @property
    def not_applicable(self) -> ListedChoice | None:
        """The choice that is no answer, if the list has it."""
        return next((choice for choice in self.listed if choice.code == NOT_APPLICABLE), None)

    @property
    def choices(self) -> list[ListedChoice]:
        """The choices that are answers."""
        return [choice for choice in self.listed if choice.code != NOT_APPLICABLE]

    @property
    def points(self) -> list[ListedChoice] | None:
        """The choices as points of a scale, 1 first; None where their codes are not 1 to n."""
        by_code = {choice.code: choice for choice in self.choices}
        codes = [str(point) for point in range(1, len(by_code) + 1)]
        if len(by_code) < len(self.choices) or set(codes) != by_code.keys():
            return None
        return [by_code[code] for code in codes] if FEWEST_POINTS <= len(codes) <= MOST_POINTS else None

    @property
    def says_yes_or_no(self) -> bool:
        """Whether its codes are yes and no."""
        return sorted(map(str, (yes_or_no(choice.code) for choice in self.choices))) == ["False", "True"]

    def has_our_words(self) -> bool:
        """Whether its texts are the words that our page has for yes and no."""
        return all(
            text == words(language)[0 if yes_or_no(choice.code) else 1]
            for choice in self.choices
            for language, text in choice.texts.items()
        )


def read_choice_lists(
    sheet: Sheet, columns: Columns, languages: Sequence[str]
) -> tuple[dict[str, ChoiceList], list[Misfit]]:
    """The lists by name, and what does not fit in any of their rows."""
    lists: dict[str, list[ListedChoice]] = {}
    misfits: list[Misfit] = []
    for row in sheet.rows:
        name, code = columns.text(row, "list_name"), columns.text(row, "name")
        if not name and not code and not columns.texts(row, "label"):
            continue
        for column, text in (("list_name", name), ("name", code)):
            if not text:
                misfits.append(row.missing(columns.heading(column), f"a {column} for the choice"))
        choice, found = _choice(row, columns, languages, code)
        lists.setdefault(name, []).append(choice)
        misfits += found
    return {name: ChoiceList(name, tuple(listed)) for name, listed in lists.items() if name}, misfits


def _choice(row: Row, columns: Columns, languages: Sequence[str], code: str) -> tuple[ListedChoice, list[Misfit]]:
    texts, misfits = read_texts(row, columns, "label", languages)
    headings = {language: columns.heading("label", language) for language in languages}
    misfits += [
        row.missing(heading, f"a text for the choice in each language; {language!r} has none")
        for language, heading in headings.items()
        if language not in texts
    ]
    places = {language: row.place(heading) for language, heading in headings.items()}
    made = {language: texts.get(language, code or "?") for language in languages}  # what is missing is refused already
    return ListedChoice(code, made, row.place(columns.heading("name")), places), misfits


def scale_words(choice_list: ChoiceList) -> dict[str, list[str]]:
    """The words of a list's points by language, worst first; empty where it has no points."""
    points = choice_list.points or []
    languages = points[0].texts if points else {}
    return {language: [point.texts[language] for point in points] for language in languages}
