"""What the codes that an entry names are called, so that a clerk can check it against the paper."""

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.register import Catalogue, Field, Unit
from survey_app.register_file.change import RegisterChange
from survey_app.register_file.columns import DESK_KINDS


@dataclass(frozen=True, slots=True)
class EntryNames:
    """Code → name: of units with their kind, of fields, of questionnaires."""

    units: Mapping[str, str]
    fields: Mapping[str, str]
    questionnaires: Mapping[str, str]

    def said(self, what: str, column: str, value: str) -> str:
        """A column's value with names for its codes; a code that is nobody's stays. what: the kind of entry."""
        if column in {"unit", "parent"}:
            return self._named(self.units, value)
        if column in {"field", "fields"}:
            return "; ".join(self.fields.get(code, code) for code in value.split("; "))
        if column == "questionnaire":
            return self._named(self.questionnaires, value)
        return DESK_KINDS[value][0] if what == "desk" and column == "kind" else value

    @staticmethod
    def _named(names: Mapping[str, str], code: str) -> str:
        return f"{names[code]} ({code})" if code in names else code


def entry_names(register: Catalogue, change: RegisterChange, questionnaires: Mapping[str, str]) -> EntryNames:
    """Those of the register as the change makes it."""
    units: list[Unit] = [*register.units, *change.entries("unit")]
    fields: list[Field] = [*register.fields, *change.entries("field")]
    return EntryNames(
        {unit.code: f"{unit.kind} {unit.name}" for unit in units},
        {field.code: field.names["vi"] for field in fields},
        questionnaires,
    )
