"""Rows of text become dossiers, or faults: piece by piece, column by column, in Polars."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from survey_app.dossiers.column_map import ColumnMap
from survey_app.dossiers.fault import FAULTS
from survey_app.dossiers.headings import COLUMNS
from survey_app.dossiers.plain_words import CHANNEL_WORDS, FLAG_WORDS
from survey_app.dossiers.register_words import RegisterWords
from survey_app.register_rule import desk_word
from survey_app.table_file.moments import DAY_SECONDS, parse_moments
from survey_app.table_file.words import same_word, without_accents
from survey_app.zone import ZONE

DOSSIERS: Mapping[str, pl.DataType] = {
    "row": pl.UInt32(),
    "id": pl.String(),
    **dict.fromkeys(("unit", "desk", "procedure", "field"), pl.String()),
    **dict.fromkeys(("received", "due", "finished"), pl.Int64()),
    **dict.fromkeys(("channel", "returned"), pl.String()),
    **dict.fromkeys(("paid_online", "digitised"), pl.Boolean()),
    "supplements": pl.Int64(),
}
"""A frame of judged dossiers: the row of the file, and the columns of the table; times are seconds since 1/1/1970 UTC."""
TIMES = ("received", "due", "finished")
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
"""From the first to before the last: what lies outside is a slip."""
ID_LENGTH = 32
_MEANT_AS = {
    "unit_name": "unit",
    "procedure_name": "procedure",
    "unit": "unit",
    "procedure": "procedure",
    "desk": "desk",
    "field": "field",
}
"""Columns whose words a source may give a meaning, and the column that it is told for."""


def dossier_id(key: bytes, source: str, number: str) -> str:
    """What is kept of a dossier's number: a hash that nobody without the installation's key can compute or undo."""
    message = f"hailong dossier v1\x00{source}\x00{number}".encode(errors="replace")
    return hmac.digest(key, message, hashlib.sha256).hex()[:ID_LENGTH]


@dataclass(frozen=True, slots=True)
class JudgedPiece:
    """What became of some rows. dossiers: as `DOSSIERS`, sound where no fault is; faults: as `FAULTS`; unknown: words of
    the export that the register has not, and how often; untimed: rows whose day received has no time of day.
    """

    dossiers: pl.DataFrame
    faults: pl.DataFrame
    unknown: Mapping[str, Counter[str]]
    untimed: int


@dataclass(frozen=True)
class Judge:
    """What rows are judged by: the register, what is told of the source, the installation's key, and the time now."""

    register: RegisterWords
    told: ColumnMap
    source: str
    key: bytes = field(repr=False)
    now: datetime
    _meant: dict[str, dict[str, str | None]] = field(default_factory=dict, repr=False)

    def judge(self, frame: pl.DataFrame) -> JudgedPiece:
        """Dossiers and faults of some rows: `row`, and a column of text for each of ours that the file has."""
        text, faults, unknown = self._whole(frame), _Faults(), dict[str, Counter[str]]()
        for column in ("number", "received", "unit", "channel"):
            faults.add(text, column, text[column].is_null(), "needed")
        times = self._times(text, faults)
        unit = self._unit(text, times["received"], faults)
        procedure = self._registered("procedure", text["procedure"], self.register.procedures, unknown)
        fields = self._registered("field", text["field"], self.register.fields, unknown)
        judged = {
            "row": text["row"],
            "id": self._ids(text["number"]),
            "unit": unit,
            "desk": self._desk(text["desk"], unit, unknown),
            "procedure": procedure,
            "field": fields.zip_with(
                fields.is_not_null(), self._each("field of", procedure, self.register.field_of.get)
            ),
            **{name: times[name] for name in TIMES},
            **{name: self._words(text, name, CHANNEL_WORDS, "channel", faults) for name in ("channel", "returned")},
            **{
                name: self._words(text, name, FLAG_WORDS, "flag", faults) == "yes"
                for name in ("paid_online", "digitised")
            },
            "supplements": _supplements(text, faults),
        }
        untimed = int((~times["timed"] & text["received"].is_not_null()).sum())
        return JudgedPiece(pl.DataFrame(judged, schema=dict(DOSSIERS)), faults.frame(), unknown, untimed)

    def _whole(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Every column of ours: in the meaning told of the source's words, names where codes are not known, defaults."""
        text = frame.select(
            "row", *(pl.col(name) if name in frame.columns else pl.lit(None, pl.String).alias(name) for name in COLUMNS)
        )
        for name, of in _MEANT_AS.items():
            if meaning := self.told.meaning(of):
                text = text.with_columns(self._each(f"told {name}", text[name], _told(meaning)).alias(name))
        known = {"unit": lambda word: bool(self.register.units_called(word)), "procedure": self._is_procedure}
        for name, is_known in known.items():
            code = self._each(
                f"known {name}", text[name], lambda word, is_known=is_known: word if is_known(word) else None
            )
            named = text[f"{name}_name"]
            better = code.is_not_null() | named.is_null()
            text = text.with_columns(text[name].zip_with(better, named).alias(name))
        return text.with_columns(pl.col(name).fill_null(value) for name, value in self.told.defaults.items())

    def _is_procedure(self, word: str) -> bool:
        return same_word(word) in self.register.procedures

    def _each(self, what: str, words: pl.Series, meaning: Callable[[str], str | None]) -> pl.Series:
        """The meaning of every word, null for none; each is looked up once, however often it stands."""
        known = self._meant.setdefault(what, {})
        for word in words.drop_nulls().unique():
            if word not in known:
                known[word] = meaning(word)
        return words.replace_strict(known or {"": None}, default=None, return_dtype=pl.String)

    def _registered(
        self, column: str, words: pl.Series, known: Mapping[str, str], unknown: dict[str, Counter[str]]
    ) -> pl.Series:
        """Codes of the register; what it has not stays null, and is counted."""
        codes = self._each(column, words, lambda word: known.get(same_word(word)))
        _count(unknown, column, words.filter(codes.is_null() & words.is_not_null()))
        return codes

    def _desk(self, words: pl.Series, unit: pl.Series, unknown: dict[str, Counter[str]]) -> pl.Series:
        both = pl.select(pl.concat_str([unit, words], separator="\n")).to_series()
        codes = self._each("desk", both, lambda each: self.register.desks.get(desk_word(*each.split("\n", 1))))
        _count(unknown, "desk", words.filter(codes.is_null() & both.is_not_null()))
        return codes

    def _words(
        self, text: pl.DataFrame, column: str, known: Mapping[str, str], kind: str, faults: "_Faults"
    ) -> pl.Series:
        told = self.told.meaning(column)
        meant = self._each(
            column, text[column], lambda word: told.get(same_word(word), known.get(without_accents(word)))
        )
        faults.add(text, column, text[column].is_not_null() & meant.is_null(), kind)
        return meant

    def _ids(self, numbers: pl.Series) -> pl.Series:
        key, source = self.key, self.source
        ids = [None if each is None else dossier_id(key, source, each) for each in numbers.to_list()]
        return pl.Series(ids, dtype=pl.String)

    def _times(self, text: pl.DataFrame, faults: "_Faults") -> dict[str, pl.Series]:
        """When received, due and finished, in seconds, and whether the first has a time of day.

        A day without a time: due means its last second; finished is the earliest moment of the day that is not before it was
        received, so that nobody is late for a time that was not written down.
        """
        parsed = {name: parse_moments(text[name]) for name in TIMES}
        for name, told in parsed.items():
            faults.add(text, name, text[name].is_not_null() & told["seconds"].is_null(), "moment")
            faults.add(text, name, _outside(told["seconds"]), "century")
        told = pl.DataFrame(
            {name: frame["seconds"] for name, frame in parsed.items()}
            | {f"{name}_timed": frame["timed"] for name, frame in parsed.items()}
        )
        that_day = pl.col("received").is_between(pl.col("finished"), pl.col("finished") + DAY_SECONDS, closed="left")
        times = told.select(
            "received",
            due=pl.when("due_timed").then("due").otherwise(pl.col("due") + DAY_SECONDS - 1),
            finished=pl.when(~pl.col("finished_timed") & that_day).then("received").otherwise("finished"),
            timed="received_timed",
        )
        self._judge_order(text, times, faults)
        return times.to_dict()

    def _judge_order(self, text: pl.DataFrame, times: pl.DataFrame, faults: "_Faults") -> None:
        now, received = int(self.now.timestamp()), times["received"]
        for name in ("received", "finished"):
            faults.add(text, name, times[name] > now, "future", f"{self.now:%d/%m/%Y %H:%M}")
        for name in ("due", "finished"):
            early = times[name] < received
            faults.add(text, name, early, f"{name}_before", _shown(received.filter(early.fill_null(value=False))))

    def _unit(self, text: pl.DataFrame, received: pl.Series, faults: "_Faults") -> pl.Series:
        """The one unit that a word means on the day received; days between which no unit came or went are as one."""
        changes = self.register.changes
        period = pl.Series(changes, dtype=pl.Date).search_sorted(_local(received).dt.date(), side="right")
        words = text.select("unit", period=pl.when(received.is_not_null()).then(period))
        pairs = words.unique().drop_nulls("unit")
        judged = [
            (word, at, *self._meant_on(word, None if at is None else changes[at - 1] if at else date.min))
            for word, at in pairs.iter_rows()
        ]
        schema = {
            "unit": pl.String,
            "period": words.schema["period"],
            "code": pl.String,
            "kind": pl.String,
            "detail": pl.String,
        }
        found = words.join(
            pl.DataFrame(judged, schema=schema, orient="row"),
            on=("unit", "period"),
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        for kind in ("unit_unknown", "unit_not_then", "unit_several"):
            wrong = (found["kind"] == kind).fill_null(value=False)
            faults.add(text, "unit", wrong, kind, found["detail"].filter(wrong))
        return found["code"]

    def _meant_on(self, word: str, day: date | None) -> tuple[str | None, str, str]:
        """The code of the unit, or what is wrong with the word on this day, and what it could mean."""
        called = self.register.units_called(word)
        there = called if day is None else tuple(unit for unit in called if unit.starts <= day < unit.ends)
        if len(there) == 1:
            return there[0].code, "", ""
        kind = "unit_several" if there else "unit_not_then" if called else "unit_unknown"
        return None, "" if day is None and called else kind, self.register.told(there or called)


class _Faults:
    """The faults of some rows, as they are found."""

    def __init__(self) -> None:
        self._found: list[pl.DataFrame] = []

    def add(self, text: pl.DataFrame, column: str, wrong: pl.Series, kind: str, detail: str | pl.Series = "") -> None:
        """All rows that are wrong in one way. detail: the same for all, or one for each of them."""
        wrong = wrong.fill_null(value=False)
        if wrong.any():
            said = pl.lit(detail) if isinstance(detail, str) else detail.fill_null("")
            self._found.append(
                text.filter(wrong).select(
                    "row", column=pl.lit(column), value=pl.col(column), kind=pl.lit(kind), detail=said
                )
            )

    def frame(self) -> pl.DataFrame:
        """All of them by row."""
        if not self._found:
            return pl.DataFrame(schema=FAULTS)
        return pl.concat([each.cast(FAULTS) for each in self._found]).sort("row", maintain_order=True)


def _told(meaning: Mapping[str, str]) -> Callable[[str], str]:
    return lambda word: meaning.get(same_word(word), word)


def _count(unknown: dict[str, Counter[str]], column: str, words: pl.Series) -> None:
    if len(words):
        unknown[column] = Counter(dict(words.value_counts().iter_rows()))


def _supplements(text: pl.DataFrame, faults: _Faults) -> pl.Series:
    """How often the applicant was asked for more; nothing written is never."""
    told = text["supplements"].fill_null("0")
    whole = told.str.contains(r"^\d{1,3}$")
    faults.add(text, "supplements", ~whole, "supplements")
    return told.cast(pl.Int64, strict=False)


def _outside(seconds: pl.Series) -> pl.Series:
    days = _local(seconds).dt.date()
    return (days < FIRST_DAY) | (days >= LAST_DAY)


def _local(seconds: pl.Series) -> pl.Series:
    return pl.from_epoch(seconds, time_unit="s").dt.replace_time_zone("UTC").dt.convert_time_zone(ZONE.key)


def _shown(seconds: pl.Series) -> pl.Series:
    return _local(seconds).dt.strftime("%d/%m/%Y %H:%M")
