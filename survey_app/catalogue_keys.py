"""The kinds of entry that a catalogue file may hold, and the keys of each."""

from collections.abc import Mapping
from typing import Any

from survey_app.entry import (
    DATE,
    FLAG,
    NAMES,
    PAIRS,
    SOURCE,
    TEXT,
    TEXTS,
    TIME,
    WHOLE,
    WHOLES,
    Key,
    one_of,
    read_entry,
    required,
    several,
)
from survey_app.register import LEVELS

CODE = required(TEXT)
NAMED = {"code": CODE, "names": required(NAMES), "source": SOURCE}
PERIOD = {"valid_from": DATE, "valid_to": DATE}
LEVEL = one_of("province", "district", "commune")
DOSE = {"low": required(WHOLE), "high": required(WHOLE), "per": required(TEXT)}
PROMISE = {"cutoff": required(TIME), "late_by": required(TIME)}
COUNT = {"level": required(LEVEL), "procedures": required(WHOLE), "fields": required(WHOLE)}


def _count(found: Any) -> Mapping[str, Any]:
    entry, faults = read_entry(found, COUNT, file="", key="")
    if faults:
        raise ValueError
    return entry.values


DESK = {
    "name": CODE,
    "place": CODE,
    "fields": TEXTS,
    "simulated": FLAG,
    "source": SOURCE,
    **PERIOD,
}
RULE = {
    "code": CODE,
    "kind": required(TEXT),
    "starts": required(DATE),
    "ends": DATE,
    "days": TEXT,
    "weekdays": TEXTS,
    "weeks_of_month": WHOLES,
    "days_of_month": WHOLES,
    "windows": TEXTS,
    "minutes": WHOLE,
    "placement": TEXT,
    "placement_confirmed": FLAG,
    "dose": Key("a table with low, high and per", keys=DOSE),
    "unit_chooses": TEXTS,
    "one_of": TEXT,
    "promise": Key("a table with cutoff and late_by", keys=PROMISE),
}
KEYS: Mapping[str, Mapping[str, Key]] = {
    "document": {"code": CODE, "text": required(TEXT)},
    "unit": {
        "code": CODE,
        "kind": required(one_of(*LEVELS)),
        "name": required(TEXT),
        "parent": TEXT,
        "official_code": TEXT,
        "simulated": FLAG,
        "source": SOURCE,
        **PERIOD,
    },
    "successor": {
        "old": required(TEXT),
        "new": required(TEXT),
        "part": required(one_of("main", "partial")),
        "source": SOURCE,
    },
    "field": {**NAMED, "simulated": FLAG},
    "desk": {"code": CODE, "unit": required(TEXT), "demo": FLAG, **DESK},
    "desk_set": {
        "number": required(WHOLE),
        "levels": required(Key("a list of levels", lambda found: several(LEVEL.read, found))),
        "except": TEXTS,
        **DESK,
    },
    "procedure": {
        "code": CODE,
        "name": required(TEXT),
        "field": required(TEXT),
        "simulated": FLAG,
        "source": SOURCE,
    },
    "pilot": {
        **RULE,
        **NAMED,
        "locality": required(TEXT),
        "units": TEXTS,
        "procedures": required(one_of("named", "chosen", "described", "unconfirmed")),
        "procedure_counts": Key(
            "a list of tables with level, procedures and fields", lambda found: several(_count, found)
        ),
        "named": TEXTS,
        "together": PAIRS,
        "stand_in": TEXTS,
        "before": one_of("clean", "contaminated"),
        "channel": TEXT,
        "notes": NAMES,
    },
    "participation": {
        "pilot": required(TEXT),
        "unit": required(TEXT),
        "starts": required(DATE),
        "ends": DATE,
        "weekdays": TEXTS,
        "weeks_of_month": WHOLES,
        "window": TEXT,
        "field": TEXT,
        "confirmed": FLAG,
        "simulated": FLAG,
        "note": TEXT,
        "source": SOURCE,
    },
    "measure": {**NAMED, "kind": required(one_of("question", "service", "evidence"))},
    "task": {**NAMED, "unit": required(TEXT), "measures": required(TEXTS)},
    "gap": {"about": required(TEXT), "names": required(NAMES), "source": SOURCE},
}
"""Kinds of entry and their keys. A file may hold any of them, so a new pilot is one new file."""
