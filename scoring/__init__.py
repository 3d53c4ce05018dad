"""Counts → estimates → indices → comparisons: pure, usable alone from a notebook."""

from scoring.calendar import DayException, OfficeHours, Slot, WorkingCalendar, slot_of, slots
from scoring.composite import Composite, CompositeIndex, difference
from scoring.design import Design, choose_design
from scoring.edition import Band, Edition, Text
from scoring.edition_file import EditionFaults, edition_codes, load_edition, parse_edition
from scoring.effect import MonthlyMeans, PilotEffect, compare_change
from scoring.effect_wording import before_after_sentence, inside_outside_sentence, sentence, verdict_text
from scoring.emulation import Candidate, EmulationSheet, Standing, prepare_emulation, tie_bands
from scoring.estimate import Estimate, effective_wilson, mean_estimate, wilson
from scoring.inside_outside import InsideOutside, compare_inside_outside
from scoring.measures import Entered, Measures, Ratio, Survey
from scoring.panel import Panel, panel_of_counts
from scoring.period import Period, PeriodKind, parse_period, period_of
from scoring.pilot import Session, SessionIndex, due_by, index_sessions, planned_sessions, possible_days, session_at
from scoring.pilot_rule import Dose, Participation, PilotFaults, PilotRule, RuleFault, SameDayPromise
from scoring.release import WITHHELD, Thresholds, hide_small, release_levels
from scoring.sheet import Gate, ScoreSheet, SheetNode, score
from scoring.tally import Moments, Tally, count_answers
from scoring.threat import Threat
from scoring.threat_wording import assumption_text, check_text, design_text, left_out_text, threat_text

__all__ = [
    "WITHHELD",
    "Band",
    "Candidate",
    "Composite",
    "CompositeIndex",
    "DayException",
    "Design",
    "Dose",
    "Edition",
    "EditionFaults",
    "EmulationSheet",
    "Entered",
    "Estimate",
    "Gate",
    "InsideOutside",
    "Measures",
    "Moments",
    "MonthlyMeans",
    "OfficeHours",
    "Panel",
    "Participation",
    "Period",
    "PeriodKind",
    "PilotEffect",
    "PilotFaults",
    "PilotRule",
    "Ratio",
    "RuleFault",
    "SameDayPromise",
    "ScoreSheet",
    "Session",
    "SessionIndex",
    "SheetNode",
    "Slot",
    "Standing",
    "Survey",
    "Tally",
    "Text",
    "Threat",
    "Thresholds",
    "WorkingCalendar",
    "assumption_text",
    "before_after_sentence",
    "check_text",
    "choose_design",
    "compare_change",
    "compare_inside_outside",
    "count_answers",
    "design_text",
    "difference",
    "due_by",
    "edition_codes",
    "effective_wilson",
    "hide_small",
    "index_sessions",
    "inside_outside_sentence",
    "left_out_text",
    "load_edition",
    "mean_estimate",
    "panel_of_counts",
    "parse_edition",
    "parse_period",
    "period_of",
    "planned_sessions",
    "possible_days",
    "prepare_emulation",
    "release_levels",
    "score",
    "sentence",
    "session_at",
    "slot_of",
    "slots",
    "threat_text",
    "tie_bands",
    "verdict_text",
    "wilson",
]
