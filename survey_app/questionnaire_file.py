"""A questionnaire out of a file, held against the one that is asked: what would be asked from now on, or why not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from survey_app.questionnaire import Questionnaire, QuestionnaireFaults, make_questionnaire
from survey_app.questionnaire_change import list_change_faults
from survey_app.questionnaire_difference import Difference, compare_questionnaires
from survey_app.reading import read_current_questionnaires, read_desks_asking
from survey_app.recording import record_current_questionnaire
from survey_app.recording.people import record_audit
from survey_app.toml_file import UnreadableToml, read_toml
from survey_app.wording import Translate
from survey_app.xlsform import Misfit, read_xlsform

MOST_BYTES = 10_000_000
WORKBOOKS = frozenset({".xlsx", ".xlsm"})
SUFFIXES = WORKBOOKS | {".toml"}


class RefusedQuestionnaire(Exception):
    """The file is no questionnaire that can be asked: why, and in `faults` everything that is wrong with it, if it is read."""

    def __init__(self, why: str, faults: Sequence[str] = ()) -> None:
        super().__init__("\n".join((why, *faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class QuestionnaireChange:
    """What a file would change. form: what would be asked; before: what is, None where the code is new; left_out: what a
    workbook says beyond ours. desks: those that ask it.
    """

    form: Questionnaire
    before: Questionnaire | None
    left_out: tuple[Misfit, ...]
    desks: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether it asks what is asked already."""
        return self.before is not None and self.form.version == self.before.version

    def differences(self, _: Translate) -> tuple[Difference, ...]:
        """What would be asked otherwise."""
        return compare_questionnaires(self.form, self.before, _)


def read_questionnaire_file(path: Path, *, name: str) -> tuple[Questionnaire, tuple[Misfit, ...]]:
    """The questionnaire of a file, and what its workbook says beyond it.

    Raises:
        RefusedQuestionnaire: there is none in it.
        WorkbookFaults: a workbook says something that ours cannot.
        QuestionnaireFaults: a TOML file is wrong.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise RefusedQuestionnaire(f"{name} has {size:,} bytes; a questionnaire has at most {MOST_BYTES:,}.")
    if path.suffix.lower() in WORKBOOKS:
        read = read_xlsform(path.read_bytes(), file=name)
        return read.questionnaire, read.left_out
    try:
        text, raw = read_toml(path, name=name)
    except UnreadableToml as refused:
        raise QuestionnaireFaults([refused.fault]) from refused
    return make_questionnaire(raw, document=text, file=name), ()


def compare_questionnaire(
    connection: Connection, form: Questionnaire, left_out: tuple[Misfit, ...], *, name: str
) -> QuestionnaireChange:
    """A questionnaire against the one that is asked under its code.

    Raises:
        RefusedQuestionnaire: answers would no longer compare, or its criteria are not its edition's.
    """
    before = read_current_questionnaires(connection).get(form.code)
    if faults := list_change_faults(form, before):
        raise RefusedQuestionnaire(f"{name} was not taken over:", faults)
    if before is not None and replace(before, document="", version="") == replace(form, document="", version=""):
        form = before  # the same questions, whatever the files look like, are the same version
    return QuestionnaireChange(form, before, left_out, tuple(read_desks_asking(connection).get(form.code, ())))


def record_questionnaire_change(
    connection: Connection, change: QuestionnaireChange, *, at: datetime, user: str, name: str
) -> None:
    """Ask the new version from now on; nothing where it is asked already."""
    if change.same:
        return
    record_current_questionnaire(connection, change.form)
    before = change.before.version if change.before else None
    detail = {"version": change.form.version, "before": before, "file": name}
    record_audit(connection, at, user, "import_questionnaire", change.form.code, detail=detail)
