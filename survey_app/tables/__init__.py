"""What the database keeps, one noun a file."""

from survey_app.tables.cases import CaseRow, CaseStepRow, ContactRow
from survey_app.tables.codes import CardBatchRow, CardRow, LinkRow, ScanRow, TabletDayRow
from survey_app.tables.people import ApiKeyRow, AuditRow, DeliveryRow, SignInRow, UserRow, WebhookRow
from survey_app.tables.register import (
    DeskRow,
    EntryRow,
    FieldRow,
    ParticipationRow,
    PilotRow,
    ProcedureRow,
    QuestionnaireRow,
    ServiceMeasureRow,
    StateRow,
    SuccessorRow,
    UnitRow,
)
from survey_app.tables.responses import (
    CommentDigestRow,
    CommentRow,
    CommentScreeningRow,
    DeviceRow,
    PaperBatchRow,
    ResponseRow,
    SealRow,
    TapRow,
)

__all__ = [
    "ApiKeyRow",
    "AuditRow",
    "CardBatchRow",
    "CardRow",
    "CaseRow",
    "CaseStepRow",
    "CommentDigestRow",
    "CommentRow",
    "CommentScreeningRow",
    "ContactRow",
    "DeliveryRow",
    "DeskRow",
    "DeviceRow",
    "EntryRow",
    "FieldRow",
    "LinkRow",
    "PaperBatchRow",
    "ParticipationRow",
    "PilotRow",
    "ProcedureRow",
    "QuestionnaireRow",
    "ResponseRow",
    "ScanRow",
    "SealRow",
    "ServiceMeasureRow",
    "SignInRow",
    "StateRow",
    "SuccessorRow",
    "TabletDayRow",
    "TapRow",
    "UnitRow",
    "UserRow",
    "WebhookRow",
]
