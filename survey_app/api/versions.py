"""Versions of questionnaires: those that were ever asked, and the one of each code that is asked now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from survey_app.questionnaire import Questionnaire
from survey_app.reading import read_current_questionnaires, read_questionnaire_versions
from survey_app.recording import record_questionnaire


@dataclass(frozen=True, slots=True)
class Versions:
    """Every version by its hash, and the present one by code."""

    kept: Mapping[str, Questionnaire]
    current: Mapping[str, Questionnaire]

    def find(self, code: str, version: str) -> Questionnaire | None:
        """One version of a questionnaire, or None."""
        current = self.current.get(code)
        if current is not None and current.version == version:
            return current
        kept = self.kept.get(version)
        return kept if kept is not None and kept.code == code else None

    def of(self, code: str) -> Sequence[Questionnaire]:
        """Every version of a questionnaire, the present one first."""
        current = self.current.get(code)
        others = (each for each in self.kept.values() if each.code == code and each != current)
        return [*([] if current is None else [current]), *others]

    def is_current(self, questionnaire: Questionnaire) -> bool:
        """Whether desks ask it today."""
        return self.current.get(questionnaire.code) == questionnaire


def read_versions(connection: Connection) -> Versions:
    """The versions as they stand."""
    return Versions(read_questionnaire_versions(connection), read_current_questionnaires(connection))


def keep_version(engine: Engine, questionnaire: Questionnaire) -> None:
    """Keep a version to which there was no answer yet."""
    with engine.begin() as connection:
        record_questionnaire(connection, questionnaire)
