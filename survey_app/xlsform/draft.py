"""A questionnaire's keys as TOML would give them, and the place of each in the workbook."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from survey_app.entry import NOTHING, CatalogueFault
from survey_app.xlsform.misfits import Misfit, Place

_LAST_PART = re.compile(r"(?:\.[^.\[\]]+|\[\d+\])$")
_OF_ANY_QUESTION = re.compile(r"question\.(\w+)")
_OF_ANY_CHOICE = re.compile(r"question\[(\d+)\]\.choice\.(\w+)")


@dataclass(slots=True)
class Draft:
    """Keys, and by each key's path the place that says it: `text.vi`, `choice[1].code`; "" is the whole."""

    keys: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def say(self, key: str, value: object, place: Place) -> None:
        """Take a key over, with its place."""
        self.keys[key], self.places[key] = value, place

    def say_texts(self, key: str, texts: Mapping[str, str], places: Mapping[str, Place]) -> None:
        """Take over a text in each language."""
        self.keys[key] = dict(texts)
        self.places |= {f"{key}.{language}": place for language, place in places.items()}

    def nest(self, key: str, part: "Draft") -> None:
        """Take over the places of a part that stands under `key`."""
        self.places |= {f"{key}.{path}" if path else key: place for path, place in part.places.items()}

    def place(self, key: str, found: object) -> Place:
        """Where a key is said, or the nearest that it belongs to."""
        questions = self.keys.get("question", ())
        if of_any := _OF_ANY_QUESTION.fullmatch(key):
            key = _last(questions, of_any[1], found, "question") or key
        elif of_any := _OF_ANY_CHOICE.fullmatch(key):
            key = _last(questions[int(of_any[1])]["choice"], of_any[2], found, f"question[{of_any[1]}].choice") or key
        while key and key not in self.places:
            shorter = _LAST_PART.sub("", key)
            key = shorter if shorter != key else ""
        return self.places.get(key, Place())

    def misfit(self, fault: CatalogueFault) -> Misfit:
        """The fault of a key, told with its place."""
        found = "" if fault.found is NOTHING else str(fault.found)
        return Misfit(self.place(fault.key, fault.found), found, fault.expected.replace("[[question]]", "question"))


def _last(entries: Sequence[Mapping[str, Any]], name: str, found: object, key: str) -> str:
    """The path of the last entry that has this value, for a fault of all together; empty if none has."""
    numbers = [number for number, entry in enumerate(entries) if entry.get(name) == found]
    return f"{key}[{numbers[-1]}].{name}" if numbers else ""
