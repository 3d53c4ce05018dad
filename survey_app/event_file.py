"""Events as a file for a spreadsheet: opens with its letters whole and starts no formula."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from survey_app.door import ZONE
from survey_app.event_chain import Event
from survey_app.event_words import act_words
from survey_app.inert_cell import inert_cell

HEADINGS = {
    "number": "Số",
    "at": "Lúc",
    "user": "Người",
    "said": "Việc đã làm",
    "act": "Mã việc",
    "about": "Về",
    "detail": "Chi tiết",
}
"""Column → its heading, as our other files for a spreadsheet have them."""
BYTE_ORDER_MARK = "\ufeff"
LINES_AT_ONCE = 500


def event_row(event: Event) -> dict[str, object]:
    """An event by the columns of the file: the time as ISO 8601 in Viet Nam, the detail as JSON."""
    return {
        "number": event.number,
        "at": datetime.fromtimestamp(event.at, ZONE).isoformat(),
        "user": event.user,
        "act": event.act,
        "about": event.about,
        "detail": event.detail,
    }


def csv_lines(events: Iterable[Event]) -> Iterator[bytes]:
    """The file, some lines at a time."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEADINGS.values())
    words = act_words(str)
    for number, event in enumerate(events, start=1):
        row = event_row(event) | {"detail": json.dumps(event.detail, ensure_ascii=False) if event.detail else ""}
        row["said"] = words.get(event.act, event.act)
        writer.writerow([inert_cell(row[name]) for name in HEADINGS])
        if number % LINES_AT_ONCE == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
