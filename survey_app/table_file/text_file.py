"""A table as CSV: its encoding and its delimiter are found out, and the text is one spelling of each letter from the door on."""

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from survey_app.table_file.bounds import LONGEST_ROW, MOST_COLUMNS
from survey_app.table_file.legacy_letters import ENOUGH, LEGACY, accented_words, share_of_syllables
from survey_app.table_file.opened_file import FEWEST_KNOWN, HEADING_ROWS, OpenedFile, Recognise, Rows, find_headings
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.table_file.words import stacks_marks

BYTES_AT_ONCE = 1 << 20
SAMPLE_BYTES = 1 << 18
DELIMITERS = ";,\t|"
WINDOWS_1258 = "Windows-1258"
_CODECS = {
    "UTF-8": "utf-8-sig",
    "UTF-16": "utf-16",
    "UTF-16 LE": "utf-16-le",
    "UTF-16 BE": "utf-16-be",
    WINDOWS_1258: "cp1258",
}
LONGEST_FIELD = 100_000


def open_text(path: Path, recognise: Recognise) -> OpenedFile:
    """A CSV file.

    Raises:
        UnreadableFile: it is empty, no text, or in letters that are not known.
    """
    encoding = find_encoding(path)
    read = {"bytes": 0}
    size = max(path.stat().st_size, 1)
    delimiter = _find_delimiter(path, encoding, recognise)
    rows = _rows(path, encoding, delimiter, read)
    headings, rest, legacy = find_headings(rows, recognise, encoding if encoding in LEGACY else "")
    return OpenedFile(
        headings, rest, lambda: min(read["bytes"] / size, 1.0), legacy=legacy, encoding=encoding, delimiter=delimiter
    )


def find_encoding(path: Path) -> str:
    """UTF-8, UTF-16, Windows-1258, or one of `LEGACY`; the whole file is looked at, so that none is found in its middle.

    Raises:
        UnreadableFile: it is empty, no text, or in letters that are not known.
    """
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
        if not sample:
            raise UnreadableFile("empty")
        if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "UTF-16"
        if b"\x00" in sample:
            return _utf_16(sample)
        accented = _first_not_utf_8(sample, file)
    return "UTF-8" if accented is None else _eight_bits(accented)


def _utf_16(sample: bytes) -> str:
    """Which end comes first, by where the zero bytes of English letters stand."""
    low, high = sample[0::2].count(0), sample[1::2].count(0)
    if max(low, high) < len(sample) // 8 or min(low, high) > max(low, high) // 8:
        raise UnreadableFile("no_text")
    return "UTF-16 LE" if high > low else "UTF-16 BE"


def _first_not_utf_8(sample: bytes, rest: io.BufferedReader) -> bytes | None:
    """None if all is UTF-8, else the piece that is not."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    piece = sample
    while True:
        try:
            decoder.decode(piece, final=not piece)
        except UnicodeDecodeError:
            return piece or sample
        if not piece:
            return None
        piece = rest.read(BYTES_AT_ONCE)


def _eight_bits(sample: bytes) -> str:
    """The encoding of one byte a letter in which most words are Vietnamese syllables."""
    western = sample.decode("latin-1")
    texts = {WINDOWS_1258: unicodedata.normalize("NFC", sample.decode("cp1258", errors="replace"))}
    texts |= {name: turn(western) for name, turn in LEGACY.items()}
    shares = {name: share_of_syllables(accented_words([text])) for name, text in texts.items()}
    best = max(shares, key=lambda name: shares[name])
    if shares[best] < ENOUGH:
        raise UnreadableFile("letters")
    return best


def _lines(path: Path, encoding: str, read: dict[str, int]) -> Iterator[str]:
    """Lines with their ends, one spelling of each letter; text in `LEGACY` as Western letters, to be turned later."""
    with (
        path.open("rb") as raw,
        io.TextIOWrapper(raw, _CODECS.get(encoding, "latin-1"), errors=_errors(encoding), newline="") as text,
    ):
        while block := text.read(BYTES_AT_ONCE):
            block += text.readline(LONGEST_ROW + 1)
            read["bytes"] = raw.tell()
            yield from io.StringIO(_composed(block), newline="")


def _composed(block: str) -> str:
    if block.isascii():
        return block
    if stacks_marks(block):
        raise UnreadableFile("stacked")
    return unicodedata.normalize("NFC", block)


def _errors(encoding: str) -> str:
    return "replace" if encoding == WINDOWS_1258 else "strict"


def _rows(path: Path, encoding: str, delimiter: str, read: dict[str, int]) -> Rows:
    """The rows; one that is far too long is refused before it is whole, and one that is too wide before anybody sees it."""
    csv.field_size_limit(LONGEST_FIELD)
    row, characters = 1, 0

    def bounded() -> Iterator[str]:
        nonlocal characters
        for line in _lines(path, encoding, read):
            characters += len(line)
            if characters > LONGEST_ROW:
                raise _too_wide(row)
            yield line

    reader = csv.reader(bounded(), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS:
                raise _too_wide(row)
            characters = 0
            yield row, cells
            row += 1
    except csv.Error as error:
        kind = "long_cell" if "field limit" in str(error) else "quotes"
        most = f"{LONGEST_FIELD:,}"
        raise UnreadableFile(kind, line=reader.line_num, found=str(error), most=most) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile("letters") from error


def _too_wide(row: int) -> UnreadableFile:
    return UnreadableFile("too_wide", line=row, columns=MOST_COLUMNS, most=f"{LONGEST_ROW:,}")


def _find_delimiter(path: Path, encoding: str, recognise: Recognise) -> str:
    """The delimiter by which most headings are known; among equals, the one that makes most columns.

    Raises:
        UnreadableFile: by none of them are headings known, and by one the rows are too wide.
    """
    turn, wide = LEGACY.get(encoding, str), list[UnreadableFile]()

    def known(delimiter: str) -> tuple[int, int]:
        first = []
        try:
            for (_, cells), _ in zip(_rows(path, encoding, delimiter, {}), range(HEADING_ROWS), strict=False):
                first.append([turn(cell) for cell in cells])
        except UnreadableFile as refused:
            wide.extend([refused] if refused.kind == "too_wide" else [])
            return 0, 0
        return max((len(recognise(cells)), len(cells)) for cells in first) if first else (0, 0)

    found = {delimiter: known(delimiter) for delimiter in DELIMITERS}
    if wide and max(found.values())[0] < FEWEST_KNOWN:
        raise wide[0]
    return max(found, key=lambda delimiter: found[delimiter])
