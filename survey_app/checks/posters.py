"""Codes that hang somewhere and that nobody scans."""

from collections.abc import Sequence
from datetime import date

from scoring import OfficeBook
from survey_app.checks.finding import LOOK, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.printed_code import SILENT_DAYS, WATCHED, PrintedCode
from survey_app.reading.codes import read_printed_codes
from survey_app.reading.office_hours import read_office_book

POSTERS = "posters"
MOST_NAMED = 3


def look_at_posters(at: Installation) -> Finding:
    """Whether every open poster and screen was scanned lately."""
    with at.engine.connect() as connection:
        codes, book = read_printed_codes(connection, today=at.now.date()), read_office_book(connection)
    return judge_posters(codes, at.now.date(), book)


def judge_posters(codes: Sequence[PrintedCode], today: date, book: OfficeBook) -> Finding:
    """Of all codes: how many of those that people scan were silent for three working days."""
    watched = [code for code in codes if code.open and code.kind in WATCHED]
    silent = [code for code in watched if code.is_silent(today, book)]
    if not silent:
        if not watched:
            return Finding(POSTERS, WELL, "none hangs open.")
        return Finding(POSTERS, WELL, f"{len(watched)} hang open, each scanned within {SILENT_DAYS} working days.")
    named = "; ".join(f"{code.desk_name}, {code.unit_name}" for code in silent[:MOST_NAMED])
    more = f" and {len(silent) - MOST_NAMED} more" if len(silent) > MOST_NAMED else ""
    told = (
        f"{len(silent)} of {len(watched)} were not scanned for {SILENT_DAYS} working days: {named}{more}. "
        "Do they still hang, can they be read? All of them: hailong qr list --silent"
    )
    return Finding(POSTERS, LOOK, told)
