"""The column `type`: what kind of question it is, which list it takes, and the types that we do not ask."""

import re
from dataclasses import dataclass
from typing import Literal

Shape = Literal["one", "many", "text", "integer", "decimal", "begin_group", "end_group"]

_SIMPLE: dict[str, Shape] = {
    "text": "text", "string": "text", "integer": "integer", "int": "integer", "decimal": "decimal",
    "begin_group": "begin_group", "end_group": "end_group",
}  # fmt: skip
_ONE = "select[_ ]one(?: from)?|select1|add select one prompt using"
_MANY = "select[_ ]multiple(?: from)?|select all that apply(?: from)?|add select multiple prompt using"
_SELECT = re.compile(rf"(?:(?P<one>{_ONE})|{_MANY}) (?P<list>\S+)(?P<other> or[_ ](?:specify )?other)?", re.IGNORECASE)
_FROM_FILE = re.compile("select[_ ](?:one|multiple)[_ ](?:from[_ ]file|external).*", re.IGNORECASE)
RECORDED = frozenset(
    {"start", "end", "today", "deviceid", "username", "email", "phonenumber", "simserial", "subscriberid", "audit"}
    | {"start-geopoint", "background-audio", "background-geopoint", "imei", "start_time", "end_time", "device_id"}
)
"""What a phone would record by itself, and an anonymous form never does."""
_NO_FILE = "no such question: a form takes no files"
_NO_PLACE = "no such question: a form takes no places on a map"
NOT_ASKED = {
    "note": "no row that is only read: put its words into the hint of a question, for they may change what it asks",
    "calculate": "no calculation: answers are kept as they were given",
    "hidden": "no hidden answer: what is kept is what was asked",
    "begin_repeat": "no repeat: each question is asked once",
    "end_repeat": "no repeat: each question is asked once",
    "begin_loop": "no loop: each question is asked once",
    "end_loop": "no loop: each question is asked once",
    "range": "no such question: give the points of a scale by select_one, or the bounds of an integer by constraint",
    "rank": "no such question: choices are not put in an order",
    "date": "no such question: a form takes no dates",
    "time": "no such question: a form takes no times",
    "datetime": "no such question: a form takes no dates",
    "geopoint": _NO_PLACE,
    "geotrace": _NO_PLACE,
    "geoshape": _NO_PLACE,
    "location": _NO_PLACE,
    "image": _NO_FILE,
    "photo": _NO_FILE,
    "audio": _NO_FILE,
    "video": _NO_FILE,
    "file": _NO_FILE,
    "barcode": "no such question: a form reads no codes",
    "acknowledge": "no such question: ask yes or no by select_one",
    "trigger": "no such question: ask yes or no by select_one",
    "xml-external": "no list out of a file: choices stand in the sheet choices",
    "csv-external": "no list out of a file: choices stand in the sheet choices",
    "osm": "no OpenStreetMap tags",
}
OR_OTHER = "no or_other: list what may be chosen, and ask for the rest in a text question"
EXPECTED = "text, integer, decimal, select_one LIST, select_multiple LIST, begin_group or end_group"


@dataclass(frozen=True, slots=True)
class QuestionType:
    """A type as read: its shape, and the name of its list; why it is refused, or left out."""

    shape: Shape | None = None
    choice_list: str = ""
    refused: str = ""
    left_out: str = ""


def read_type(text: str) -> QuestionType:  # noqa: PLR0911 - one for each answer
    """What the column says.

    >>> read_type("select one from scale").choice_list
    'scale'
    >>> read_type("geopoint").refused
    'no such question: a form takes no places on a map'
    """
    words = " ".join(text.split())
    name = words.lower().replace(" ", "_")
    if name in _SIMPLE:
        return QuestionType(_SIMPLE[name])
    if name in RECORDED:
        return QuestionType(left_out="an anonymous form records no time, place, device or person by itself")
    if name in NOT_ASKED or name.startswith("rank_"):
        return QuestionType(refused=NOT_ASKED.get(name, NOT_ASKED["rank"]))
    if _FROM_FILE.fullmatch(words):
        return QuestionType(refused=NOT_ASKED["csv-external"])
    found = _SELECT.fullmatch(words)
    if found is None:
        return QuestionType(refused=EXPECTED)
    shape: Shape = "one" if found["one"] else "many"
    if found["other"]:
        return QuestionType(shape, found["list"], refused=OR_OTHER)
    return QuestionType(shape, found["list"])
