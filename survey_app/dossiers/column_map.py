"""Which of a file's columns are ours: asked for, remembered from the last import of the source, or known by themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from survey_app.dossiers.fault import UnreadableDossiers
from survey_app.dossiers.headings import ALWAYS, COLUMNS, is_personal, recognise
from survey_app.table_file.words import clean, same_word, without_accents

Words = Mapping[str, Mapping[str, str]]
_EITHER_OF = {"unit": ("unit", "unit_name"), "channel": ("channel",)}
"""What every dossier has, from one of these columns or from a default."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What is told of a source, or remembered of it.

    columns: our column → its heading; defaults: our column → the value of rows without one; values: our column → a word
    of the source → ours; under: the unit whose own and lower units alone are meant by a name, None for all.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    values: Words = field(default_factory=dict)
    under: str | None = None

    def with_asked(self, asked: "ColumnMap") -> "ColumnMap":
        """This map, what is asked now going before what is remembered."""
        words = {
            column: {**self.values.get(column, {}), **asked.values.get(column, {})}
            for column in (*self.values, *asked.values)
        }
        return ColumnMap(
            {**self.columns, **asked.columns},
            {**self.defaults, **asked.defaults},
            words,
            asked.under if asked.under is not None else self.under,
        )

    def meaning(self, column: str) -> dict[str, str]:
        """Words of the source for a column, in one spelling → ours."""
        return {same_word(word): ours for word, ours in self.values.get(column, {}).items()}


@dataclass(frozen=True, slots=True)
class FoundColumns:
    """Where our columns stand in a file. unread: the headings that nothing is taken from; personal: those among them that
    may say who somebody is. forgotten: remembered headings that the file has not.
    """

    places: Mapping[str, int]
    headings: Mapping[str, str]
    unread: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()


def find_columns(headings: Sequence[str], asked: ColumnMap, remembered: ColumnMap) -> FoundColumns:
    """Our columns among a file's headings.

    Args:
        headings: as the file has them.
        asked: what this import was told; every heading it names must be there.
        remembered: of the source's last import; a heading that the file has no more is passed over, and told.

    Raises:
        UnreadableDossiers: a heading asked for is missing or personal, or a column that every dossier needs is not there.
    """
    where = {without_accents(heading): place for place, heading in reversed(list(enumerate(headings))) if heading}
    _refuse_missing(asked, where, headings)
    places = recognise(headings)
    kept = {column: where.get(without_accents(heading)) for column, heading in remembered.columns.items()}
    taken = {column: place for column, place in kept.items() if place is not None and not is_personal(headings[place])}
    told = {column: where[without_accents(heading)] for column, heading in asked.columns.items()}
    for better in (taken, told):
        places = {column: place for column, place in places.items() if place not in better.values()} | better
    _refuse_lacking(places, {*asked.defaults, *remembered.defaults})
    unread = [heading for place, heading in enumerate(headings) if heading and place not in places.values()]
    return FoundColumns(
        {column: places[column] for column in COLUMNS if column in places},
        {column: headings[places[column]] for column in COLUMNS if column in places},
        tuple(unread),
        tuple(filter(is_personal, unread)),
        tuple(heading for column, heading in remembered.columns.items() if kept[column] is None),
    )


def _refuse_missing(asked: ColumnMap, where: Mapping[str, int], headings: Sequence[str]) -> None:
    missing = [heading for heading in asked.columns.values() if without_accents(heading) not in where]
    if missing:
        raise UnreadableDossiers("no_such_heading", headings=_listed(missing), there=_listed(filter(None, headings)))
    personal = [heading for heading in asked.columns.values() if is_personal(heading)]
    if personal:
        raise UnreadableDossiers("personal", headings=_listed(personal))


def _refuse_lacking(places: Mapping[str, int], defaults: Iterable[str]) -> None:
    there = {*places, *defaults}
    lacking = [column for column in ALWAYS if column not in places]
    lacking += [column for column, either in _EITHER_OF.items() if not there & {*either}]
    if lacking:
        raise UnreadableDossiers("columns", columns=tuple(lacking))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"«{clean(word)}»" for word in words)
