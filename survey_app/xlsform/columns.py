"""The columns that XLSForm knows: those that are read, those that are refused, and those that are left out, with why."""

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.xlsform.languages import EXPECTED, language_code
from survey_app.xlsform.misfits import Misfit
from survey_app.xlsform.sheet import Row, Sheet

OWN = "hailong"
"""What our own columns begin with; XLSForm's converters pass over them."""

_ALIASES = {
    "survey": {
        "caption": "label", "relevance": "relevant", "command": "type", "tag": "name", "value": "name",
        "readonly": "read_only", "calculate": "calculation", "constraining_message": "constraint_message",
        "requiredmsg": "required_message", "repeat_count": "count", "jr:count": "count", "jr:constraintmsg":
        "constraint_message", "jr:requiredmsg": "required_message",
    },
    "choices": {"caption": "label", "value": "name"},
    "settings": {"set_form_id": "form_id", "id_string": "form_id", "title": "form_title", "set_form_title": "form_title"},
}  # fmt: skip
_NESTED = {"bind", "control", "body", "media"}
"""What may stand before a column's own name: `bind::relevant` is `relevant`."""

READ = {
    "survey": {"type", "name", "label", "hint", "required", "relevant", "constraint", "appearance", "parameters"}
    | {"read_only", "disabled"}
    | {f"{OWN}::{name}" for name in ("kind", "main", "report", "criterion", "decimals", "unit")},
    "choices": {"list_name", "name", "label"},
    "settings": {"form_title", "form_id", "version", "default_language"}
    | {f"{OWN}::{name}" for name in ("name", "source", "edition", "scale", "not_applicable")},
}
BY_LANGUAGE = {"label", "hint", f"{OWN}::unit", f"{OWN}::name", f"{OWN}::not_applicable"}

_MEDIA = "no picture, sound or film: what it shows is part of what is asked"
REFUSED = {
    "survey": {
        "calculation": "no calculation: answers are kept as they were given",
        "default": "no default: nothing is answered before a citizen answers it",
        "choice_filter": "no filter: every choice of a list is shown",
        "trigger": "no trigger: no answer changes another",
        "count": "no repeat: each question is asked once",
        "save_to": "no entity: an answer makes or changes no record",
        "intent": "no other program: a form is answered on one page",
        "query": "no external list: choices stand in the sheet choices",
        "image": _MEDIA,
        "big-image": _MEDIA,
        "audio": _MEDIA,
        "video": _MEDIA,
    },
    "choices": {"image": _MEDIA, "big-image": _MEDIA, "audio": _MEDIA, "video": _MEDIA},
    "settings": {"public_key": "no encryption for somebody else's key: answers would not be readable here"},
}
LEFT_OUT = {
    "survey": {
        "guidance_hint": "the longer hint is not shown",
        "constraint_message": "the form tells faults in its own words",
        "required_message": "the form tells faults in its own words",
        "autoplay": "nothing is played",
        "rows": "a text field has its own height",
        "note": "remarks of the author are not shown",
        "notes": "remarks of the author are not shown",
        "comment": "remarks of the author are not shown",
        "comments": "remarks of the author are not shown",
        "no_app_error_string": "no other program is asked",
        "compact_tag": "nothing is sent by SMS",
    },
    "choices": {},
    "settings": {
        "instance_name": "an anonymous answer has no name",
        "style": "the form has its own look",
        "theme": "the form has its own look",
        "submission_url": "answers go to this installation",
        "auto_send": "answers are sent when the citizen sends them",
        "auto_delete": "answers are kept here",
        "allow_choice_duplicates": "each choice of a list has a code of its own",
        "clean_text_values": "texts are kept as they stand, without blanks at their ends",
        "omit_instanceid": "each form has its own random id",
        "name": "the form is named by form_id",
        "sms_keyword": "nothing is sent by SMS",
        "sms_separator": "nothing is sent by SMS",
        "prefix": "nothing is sent by SMS",
        "delimiter": "nothing is sent by SMS",
    },
}
_UNKNOWN = {
    "survey": (True, "a column that XLSForm knows; a misspelt one would be lost. To keep it as a note, call it note"),
    "choices": (False, "only list_name, name and label are read: there is no filter that could use it"),
    "settings": (False, "a setting that is not known here"),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a sheet that are read: name, and language where it has one → the heading as it stands."""

    headings: Mapping[tuple[str, str], str]

    def heading(self, name: str, language: str = "") -> str:
        """The heading of a column; where the sheet has none, the one that it would have."""
        shown = f"{name}::{language}" if language else name
        return self.headings.get((name, language), shown)

    def has(self, name: str) -> bool:
        """Whether the sheet has the column, in any language."""
        return any(known == name for known, _ in self.headings)

    def languages(self, name: str) -> list[str]:
        """The languages that a column is there in, in order."""
        return [language for known, language in self.headings if known == name]

    def texts(self, row: Row, name: str) -> dict[str, str]:
        """A row's texts by language; those that are empty are not there."""
        by_language = {language: row.text(self.heading(name, language)) for language in self.languages(name)}
        return {language: text for language, text in by_language.items() if text}

    def text(self, row: Row, name: str) -> str:
        """A row's text in a column without language."""
        return row.text(self.headings.get((name, ""), name))


def read_columns(sheet: Sheet, kind: str, *, first_language: str) -> tuple[Columns, list[Misfit]]:
    """The columns that are read, and what stands in the others.

    Args:
        sheet: one of the three.
        kind: survey, choices or settings.
        first_language: of a text's column that names none.
    """
    headings: dict[tuple[str, str], str] = {}
    misfits: list[Misfit] = []
    for heading in sheet.headings:
        name, language = _split(heading, kind)
        if name in READ[kind]:
            key, misfit = _key(sheet, heading, name, language, first_language)
            if misfit is None and key in headings:
                misfit = Misfit(sheet.heading_place(heading), heading, f"one column for it; {headings[key]!r} is one")
            if misfit is None:
                headings[key] = heading
            else:
                misfits.append(misfit)
        else:
            misfits += _not_read(sheet, kind, heading, name)
    return Columns(headings), misfits


def _key(
    sheet: Sheet, heading: str, name: str, language: str, first_language: str
) -> tuple[tuple[str, str], Misfit | None]:
    if name not in BY_LANGUAGE:
        fault = Misfit(sheet.heading_place(heading), heading, f"{name} without a language") if language else None
        return (name, ""), fault
    code = language_code(language) if language else first_language
    if code is None:
        return (name, ""), Misfit(sheet.heading_place(heading), heading, EXPECTED)
    return (name, code), None


def _split(heading: str, kind: str) -> tuple[str, str]:
    """A heading as (name, language), the name as XLSForm's reference spells it."""
    mark = "::" if "::" in heading else ":"
    parts = [part.strip() for part in heading.split(mark)]
    if parts[0].lower() == OWN:
        return f"{OWN}::{'::'.join(parts[1:2])}", "::".join(parts[2:])
    if heading.lower().startswith("jr:"):
        parts = [heading]
    if parts[0].lower() in _NESTED and len(parts) > 1:
        parts = parts[1:]
    name = "_".join(parts[0].split()).lower()
    return _ALIASES[kind].get(name, name), "::".join(parts[1:])


def _not_read(sheet: Sheet, kind: str, heading: str, name: str) -> list[Misfit]:
    """What stands in a column that is not read: each cell where it is refused, its first cell otherwise."""
    cells = [cell for row in sheet.rows if (cell := row.get(heading)) is not None]
    if heading.startswith("$"):
        return [cell.left_out("KoboToolbox's own column") for cell in cells[:1]]
    if name in REFUSED[kind]:
        return [cell.refused(REFUSED[kind][name]) for cell in cells]
    if name in LEFT_OUT[kind]:
        return [cell.left_out(LEFT_OUT[kind][name]) for cell in cells]
    refused, why = _UNKNOWN[kind]
    return [cell.refused(why) if refused else cell.left_out(why) for cell in cells[:1]]
