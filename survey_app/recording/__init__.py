"""All writes, one noun a file."""

from survey_app.recording.links import record_link, record_missing_links, record_revocation
from survey_app.recording.questionnaires import (
    CURRENT,
    record_current_questionnaire,
    record_desk_questionnaire,
    record_questionnaire,
)
from survey_app.recording.register import record_catalogue
from survey_app.recording.responses import (
    Answered,
    Recorded,
    forget_simulated,
    record_apart,
    record_ended_taps,
    record_responses,
    try_to_store,
)
from survey_app.recording.rows import record_rows, table
from survey_app.recording.scans import forget_devices, record_scans
from survey_app.recording.seals import record_seals
from survey_app.recording.state import REGISTER_VERSION, record_register_change, record_state
from survey_app.recording.tablets import record_collected

__all__ = [
    "CURRENT",
    "REGISTER_VERSION",
    "Answered",
    "Recorded",
    "forget_devices",
    "forget_simulated",
    "record_apart",
    "record_catalogue",
    "record_collected",
    "record_current_questionnaire",
    "record_desk_questionnaire",
    "record_ended_taps",
    "record_link",
    "record_missing_links",
    "record_questionnaire",
    "record_register_change",
    "record_responses",
    "record_revocation",
    "record_rows",
    "record_scans",
    "record_seals",
    "record_state",
    "table",
    "try_to_store",
]
