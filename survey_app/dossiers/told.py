"""What a person tells of a source: columns, defaults, the meaning of its words; checked, all faults at once."""

from collections.abc import Iterable, Mapping

from survey_app.dossiers.column_map import ColumnMap
from survey_app.dossiers.headings import COLUMNS
from survey_app.dossiers.plain_words import CHANNELS
from survey_app.table_file.words import clean

FLAG = ("yes", "no")
DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "unit": (),
    "desk": (),
    "procedure": (),
    "field": (),
    "channel": CHANNELS,
    "returned": CHANNELS,
    "paid_online": FLAG,
    "digitised": FLAG,
}
"""Columns that may have a default, and words with a meaning; and which words of ours there are: empty is a code or name."""


def parse_told(
    columns: Iterable[str], defaults: Iterable[str], values: Iterable[str], under: str | None
) -> tuple[ColumnMap, list[str]]:
    """What options such as `received=Ngày nhận`, `channel=counter`, `channel:Nộp tại xã=counter` tell.

    Returns:
        The map, and a line for each option that cannot be taken.
    """
    faults: list[str] = []
    told = dict(_pairs("--column", columns, COLUMNS, faults))
    given = dict(_pairs("--default", defaults, tuple(DEFAULTS), faults))
    words: dict[str, dict[str, str]] = {}
    for text in values:
        column, colon, rest = text.partition(":")
        word, equals, ours = rest.rpartition("=")
        if not (colon and equals and word.strip() and ours.strip()) or column.strip() not in DEFAULTS:
            expected = f"OURS:WORD=OURWORD, OURS one of {', '.join(DEFAULTS)}"
            faults.append(f"--value is {text!r}; expected {expected}.")
            continue
        words.setdefault(column.strip(), {})[clean(word)] = clean(ours)
    faults += [
        f"{option} gives {column} the word {ours!r}; expected one of {', '.join(DEFAULTS[column])}."
        for option, column, ours in (
            *(("--default", column, ours) for column, ours in given.items()),
            *(("--value", column, ours) for column, each in words.items() for ours in each.values()),
        )
        if DEFAULTS[column] and ours not in DEFAULTS[column]
    ]
    return ColumnMap(told, given, words, under), faults


def _pairs(option: str, texts: Iterable[str], known: tuple[str, ...], faults: list[str]) -> Iterable[tuple[str, str]]:
    for text in texts:
        column, equals, value = text.partition("=")
        if equals and column.strip() in known and value.strip():
            yield column.strip(), clean(value)
        else:
            faults.append(f"{option} is {text!r}; expected OURS=…, OURS one of {', '.join(known)}.")
