"""All reads but the answers themselves, which `frame.py` reads as columns; one noun a file."""

from survey_app.reading.door import DeskAtDoor, read_desk_of_card, read_desks_at_door
from survey_app.reading.questionnaires import (
    read_current_questionnaires,
    read_desks_asking,
    read_questionnaire_versions,
)
from survey_app.reading.register import ServiceMeasure, read_register, read_service_measures
from survey_app.reading.responses import count_received
from survey_app.reading.seals import (
    read_comment_digests,
    read_last_seal,
    read_sealable,
    read_seals,
    read_slot,
    read_tapped_slots,
    read_unsealed_slots,
)
from survey_app.reading.state import DEMO_DESK, DEMO_LOADED, read_register_version, read_state
from survey_app.reading.tablets import (
    Tablet,
    TabletDay,
    read_field_codes,
    read_tablet_days,
    read_tablets,
)

__all__ = [
    "DEMO_DESK",
    "DEMO_LOADED",
    "DeskAtDoor",
    "ServiceMeasure",
    "Tablet",
    "TabletDay",
    "count_received",
    "read_comment_digests",
    "read_current_questionnaires",
    "read_desk_of_card",
    "read_desks_asking",
    "read_desks_at_door",
    "read_field_codes",
    "read_last_seal",
    "read_questionnaire_versions",
    "read_register",
    "read_register_version",
    "read_sealable",
    "read_seals",
    "read_service_measures",
    "read_slot",
    "read_state",
    "read_tablet_days",
    "read_tablets",
    "read_tapped_slots",
    "read_unsealed_slots",
]
