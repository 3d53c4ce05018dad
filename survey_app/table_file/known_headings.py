"""Which headings of a file are known by themselves, whatever their letters' size or accents."""

from collections.abc import Callable, Mapping, Sequence

from survey_app.table_file.words import without_accents


def recogniser(known: Mapping[str, Sequence[str]]) -> Callable[[Sequence[str]], dict[str, int]]:
    """A function that finds our columns among headings; a place serves one column.

    Args:
        known: our column → its headings, the one to prefer first.

    >>> recogniser({"name": ["tên", "name"], "code": ["mã"]})(["STT", "TEN", "Mã"])
    {'name': 1, 'code': 2}
    """
    plain = {column: tuple(map(without_accents, each)) for column, each in known.items()}

    def recognise(headings: Sequence[str]) -> dict[str, int]:
        places: dict[str, int] = {}
        for place, heading in reversed(list(enumerate(headings))):
            places[without_accents(heading)] = place
        found = {
            column: next((places[word] for word in words if word in places), None) for column, words in plain.items()
        }
        return {column: place for column, place in found.items() if place is not None}

    return recognise
