"""Questionnaires as they are kept: every version, and the one of each code that is asked now."""

import logging
from functools import lru_cache

from sqlalchemy import Connection, select

from survey_app.questionnaire import (
    Questionnaire,
    QuestionnaireFaults,
    list_questionnaires,
    load_questionnaire,
    parse_questionnaire,
)
from survey_app.recording import CURRENT, table
from survey_app.tables import DeskRow, QuestionnaireRow, StateRow

MOST_KEPT_PARSED = 512
logger = logging.getLogger(__name__)


def read_questionnaire_versions(connection: Connection) -> dict[str, Questionnaire]:
    """Every version that was ever asked here, by its hash; one that this program cannot read any more is left out."""
    columns = table(QuestionnaireRow).c
    rows = connection.execute(select(columns.version, columns.code, columns.document).order_by(columns.version))
    parsed = {row.version: _parsed(row.code, row.document) for row in rows}
    return {version: questionnaire for version, questionnaire in parsed.items() if questionnaire is not None}


def read_current_questionnaires(connection: Connection) -> dict[str, Questionnaire]:
    """Code → the version that is asked now: the one taken over last, else the packaged one."""
    packaged = {code: load_questionnaire(code) for code in list_questionnaires()}
    versions = read_questionnaire_versions(connection)
    return packaged | {
        code: versions[version]
        for code, version in _current_versions(connection).items()
        if version in versions and versions[version].code == code
    }


def read_desks_asking(connection: Connection) -> dict[str, list[str]]:
    """Code of a questionnaire → codes of the desks that ask it."""
    columns = table(DeskRow).c
    desks: dict[str, list[str]] = {}
    for row in connection.execute(select(columns.code, columns.questionnaire).order_by(columns.code)):
        desks.setdefault(row.questionnaire, []).append(row.code)
    return desks


def _current_versions(connection: Connection) -> dict[str, str]:
    columns = table(StateRow).c
    rows = connection.execute(select(columns.name, columns.value).where(columns.name.startswith(CURRENT)))
    return {row.name.removeprefix(CURRENT): row.value for row in rows}


@lru_cache(maxsize=MOST_KEPT_PARSED)
def _parsed(code: str, document: str) -> Questionnaire | None:
    try:
        return parse_questionnaire(document, file=code)
    except QuestionnaireFaults as faults:
        logger.error("A version of questionnaire %s that is kept cannot be read any more: %s", code, faults)  # noqa: TRY400 - the faults say it all
        return None
