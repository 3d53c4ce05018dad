"""XLSForm workbooks in and out: what they say of a questionnaire, and everything in them that we cannot say.

Source: XLSForm (https://xlsform.org) and its converter pyxform, which takes our workbooks.
"""

from survey_app.xlsform.misfits import Misfit, WorkbookFaults, said
from survey_app.xlsform.reading import ReadWorkbook, read_xlsform
from survey_app.xlsform.writing import Unwritable, write_xlsform

__all__ = ["Misfit", "ReadWorkbook", "Unwritable", "WorkbookFaults", "read_xlsform", "said", "write_xlsform"]
