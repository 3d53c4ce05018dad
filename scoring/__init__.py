"""Counts → estimates → indices → comparisons: pure, usable alone from a notebook."""

from scoring.calendar import DayException, OfficeHours, Slot, WorkingCalendar, slot_of, slots
from scoring.estimate import Estimate, effective_wilson, mean_estimate, wilson
from scoring.pilot import Session, SessionIndex, due_by, index_sessions, planned_sessions, possible_days, session_at
from scoring.pilot_rule import Dose, Participation, PilotFaults, PilotRule, RuleFault, SameDayPromise
from scoring.tally import Moments, Tally, count_answers

__all__ = [
    "DayException",
    "Dose",
    "Estimate",
    "Moments",
    "OfficeHours",
    "Participation",
    "PilotFaults",
    "PilotRule",
    "RuleFault",
    "SameDayPromise",
    "Session",
    "SessionIndex",
    "Slot",
    "Tally",
    "WorkingCalendar",
    "count_answers",
    "due_by",
    "effective_wilson",
    "index_sessions",
    "mean_estimate",
    "planned_sessions",
    "possible_days",
    "session_at",
    "slot_of",
    "slots",
    "wilson",
]
