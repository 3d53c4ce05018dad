"""The texts of a row by language, and what may stand in them for XLSForm but is nothing to us."""

import re
from collections.abc import Sequence

from survey_app.xlsform.columns import Columns
from survey_app.xlsform.misfits import Misfit
from survey_app.xlsform.sheet import Row

ANSWER_PUT_IN = "${"
MARKS_SHOWN = "marks for bold, links and the like are shown as they are typed"
"""Said of others' workbooks; in ours they were typed so."""
_MARKUP = re.compile(r"\*\*|__|<[a-zA-Z/][^<>]*>|\[[^\[\]]+\]\([^()]+[()]|^#{1,6} |(?<!\w)[*_]\w", re.MULTILINE)
"""No part of it reads on past where another could begin, so a long text takes no longer than its length."""


def read_texts(row: Row, columns: Columns, name: str, languages: Sequence[str]) -> tuple[dict[str, str], list[Misfit]]:
    """A row's texts in the form's languages, and what does not fit in them."""
    texts = columns.texts(row, name)
    misfits = []
    for language in texts:
        cell = row.cells[columns.heading(name, language)]
        if language not in languages:
            misfits.append(cell.left_out(f"the questions have no label in {language!r}, so it is never shown"))
        elif ANSWER_PUT_IN in cell.text:
            misfits.append(cell.refused("a text without an answer put into it: the same for everyone"))
        elif _MARKUP.search(cell.text):
            misfits.append(cell.left_out(MARKS_SHOWN))
    return {language: text for language, text in texts.items() if language in languages}, misfits
