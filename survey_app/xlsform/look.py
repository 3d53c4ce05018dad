"""The columns `appearance` and `parameters`: what only changes the look is left out, all else is refused."""

import re

from survey_app.xlsform.columns import Columns
from survey_app.xlsform.misfits import Misfit
from survey_app.xlsform.sheet import Row

_LOOK = re.compile(
    r"minimal|quick|(quick)?compact(-\d+)?|horizontal(-compact)?|vertical|radio|likert|columns(-\d+|-pack)?|no-buttons"
    r"|label|list|list-nolabel|field-list|table-list|multiline|thousands-sep|autocomplete|search|w\d+|page|pages|block"
)
_PARAMETERS = {
    "rows": "a text field has its own height",
    "randomize": "choices stand in the order of their list",
    "seed": "choices stand in the order of their list",
}


def list_looks(row: Row, columns: Columns) -> list[Misfit]:
    """What stands in the two columns of a row."""
    misfits = []
    if cell := row.get(columns.heading("appearance")):
        look = all(_LOOK.fullmatch(word) for word in cell.text.lower().split())
        misfits.append(
            cell.left_out("the form has its own look")
            if look
            else cell.refused("an appearance that only changes the look: this one changes what is answered, or how")
        )
    if cell := row.get(columns.heading("parameters")):
        names = {word.partition("=")[0].strip().lower() for word in re.split(r"[\s,;]+", cell.text)}
        known = [_PARAMETERS[name] for name in sorted(names & _PARAMETERS.keys())]
        misfits.append(
            cell.left_out(" and ".join(dict.fromkeys(known)))
            if names <= _PARAMETERS.keys()
            else cell.refused(f"no parameters but {', '.join(_PARAMETERS)}: others change what is answered")
        )
    return misfits


def is_likert(row: Row, columns: Columns) -> bool:
    """Whether the row says that its list is a scale."""
    return "likert" in columns.text(row, "appearance").lower().split()
