"""Counts → estimates → indices → comparisons: pure, usable alone from a notebook."""

from scoring.adherence import Adherence, measure_adherence
from scoring.adherence_wording import adherence_sentence, held_text, outcome_text, promise_sentence, reason_text
from scoring.adjustment import adjust
from scoring.bootstrap import bootstrap
from scoring.boundaries import (
    Boundaries,
    BoundaryKind,
    Succession,
    UnitSpan,
    new_boundaries,
    old_boundaries,
)
from scoring.calendar import DayException, OfficeHours, Slot, WorkingCalendar, slot_of, slots
from scoring.calibration import calibrate
from scoring.case_mix import CaseMix, case_mix_weights
from scoring.clustered import ClusteredErrors, clustered_errors
from scoring.composite import Composite, CompositeIndex, difference
from scoring.control import ControlChart, laney_p, p_chart, xmr
from scoring.counts_table import TableFaults, tally_of_counts
from scoring.design import Design, choose_design
from scoring.design_estimate import DesignEstimate
from scoring.design_list import DesignChoice, PilotStarts, list_designs, list_starts, rank_designs
from scoring.difference_in_differences import DifferenceInDifferences, difference_in_differences
from scoring.dossier import DOSSIER_SCHEMA, DossierFaults, check_dossiers, dossier_faults, no_dossiers
from scoring.drivers import Drivers, relative_importance
from scoring.edition import Band, Edition
from scoring.edition_file import EditionFaults, edition_codes, load_edition, parse_edition
from scoring.effect import MonthlyMeans, PilotEffect, compare_change
from scoring.effect_wording import before_after_sentence, inside_outside_sentence, sentence, verdict_text
from scoring.emulation import Candidate, EmulationSheet, Standing, prepare_emulation, rank_places, tie_bands
from scoring.estimate import Estimate, effective_wilson, mean_estimate, wilson
from scoring.event_study import event_study
from scoring.family_wording import (
    candidates_text,
    clustered_sentence,
    design_reason_text,
    excluded_text,
    family_sentence,
)
from scoring.fault import Fault
from scoring.funnel import Funnel, funnel_limits
from scoring.gate import Gate
from scoring.held_session import SessionOutcome, SessionRecord, judge_sessions
from scoring.inside_outside import InsideOutside, compare_inside_outside
from scoring.interrupted import InterruptedSeries, interrupted_series
from scoring.interrupted_wording import series_sentence
from scoring.measures import Entered, Measures, Number, Ratio, Survey
from scoring.node import Text
from scoring.office_hours import EVERYWHERE, OfficeBook, UnitDay, UnitHours
from scoring.omega import Omega, omega_total
from scoring.ordinal import BrunnerMunzel, RankSum, brunner_munzel, cliffs_delta, rank_sum
from scoring.outcome import ON_TIME_SHARE, SATISFIED_SHARE, WAITING, Outcome
from scoring.outcome_family import OutcomeFamily, adjust_outcomes
from scoring.panel import Panel, panel_of_counts, panel_of_moments, panel_of_questions, panel_of_ratios
from scoring.people_apart import people_told
from scoring.period import Period, PeriodKind, parse_period, period_of
from scoring.permutation_test import PermutationTest, permutation_test
from scoring.pilot import (
    Session,
    SessionIndex,
    due_by,
    index_sessions,
    plan_sessions,
    planned_sessions,
    possible_days,
    session_at,
    session_starting,
)
from scoring.pilot_rule import Dose, Participation, PilotFaults, PilotRule, RuleFault, SameDayPromise
from scoring.power import (
    Detectable,
    PlannedPilot,
    PlanTable,
    answers_needed,
    detectable_effect,
    smallest_treated,
    smallest_units,
    tabulate_plan,
)
from scoring.power_wording import needed_sentence, plan_sentence, spread_sentence
from scoring.promise import PromiseKept, check_promise
from scoring.proportion import agresti_coull, clopper_pearson, jeffreys, share_difference
from scoring.quadrants import Quadrants, quadrants
from scoring.quota import QuotaCheck, check_quota
from scoring.ranked_groups import Kruskal, Trend, kruskal, trend
from scoring.ranking import RankSets, rank_sets
from scoring.release import WITHHELD, Thresholds, hide_small, release_levels
from scoring.reliability import Alpha, cronbach_alpha
from scoring.sample_size import SampleSize, sample_size
from scoring.service import (
    COUNTER_VISITS,
    SHARES,
    WAITING_HOURS,
    DossierShare,
    count_service,
    describe_waiting,
    service_panel,
    service_ratio,
)
from scoring.sheet import ScoreSheet, score
from scoring.sheet_node import SheetNode
from scoring.shrinkage import Shrunken, shrink
from scoring.side_effects import (
    check_case_mix,
    check_crowding_out,
    check_displacement,
    check_response_rate,
    with_checks,
)
from scoring.signal import Signal, false_alarm
from scoring.spread import Spread, estimate_spread
from scoring.staggered import StaggeredEffect, compare_starts
from scoring.staggered_wording import event_sentence, pre_trend_sentence, staggered_sentence
from scoring.standardised import Standardised, standardised_panel
from scoring.survey_design import SurveyDesign
from scoring.tally import Moments, Tally, count_answers
from scoring.threat import Threat
from scoring.threat_wording import assumption_text, check_text, design_text, left_out_text, threat_text
from scoring.unit_scores import UnitScore, UnitScores, score_units
from scoring.visit import RateFault, ResponseRates, count_mix, counter_visits, response_rates
from scoring.weights import NotConverging, Weighting, post_stratify, rake
from scoring.wild_bootstrap import WildBootstrap, wild_cluster_bootstrap
from scoring.working_time import WorkingClock, inside_office_hours, working_clock, working_minutes

__all__ = [
    "COUNTER_VISITS",
    "DOSSIER_SCHEMA",
    "EVERYWHERE",
    "ON_TIME_SHARE",
    "SATISFIED_SHARE",
    "SHARES",
    "WAITING",
    "WAITING_HOURS",
    "WITHHELD",
    "Adherence",
    "Alpha",
    "Band",
    "Boundaries",
    "BoundaryKind",
    "BrunnerMunzel",
    "Candidate",
    "CaseMix",
    "ClusteredErrors",
    "Composite",
    "CompositeIndex",
    "ControlChart",
    "DayException",
    "Design",
    "DesignChoice",
    "DesignEstimate",
    "Detectable",
    "DifferenceInDifferences",
    "Dose",
    "DossierFaults",
    "DossierShare",
    "Drivers",
    "Edition",
    "EditionFaults",
    "EmulationSheet",
    "Entered",
    "Estimate",
    "Fault",
    "Funnel",
    "Gate",
    "InsideOutside",
    "InterruptedSeries",
    "Kruskal",
    "Measures",
    "Moments",
    "MonthlyMeans",
    "NotConverging",
    "Number",
    "OfficeBook",
    "OfficeHours",
    "Omega",
    "Outcome",
    "OutcomeFamily",
    "Panel",
    "Participation",
    "Period",
    "PeriodKind",
    "PermutationTest",
    "PilotEffect",
    "PilotFaults",
    "PilotRule",
    "PilotStarts",
    "PlanTable",
    "PlannedPilot",
    "PromiseKept",
    "Quadrants",
    "QuotaCheck",
    "RankSets",
    "RankSum",
    "RateFault",
    "Ratio",
    "ResponseRates",
    "RuleFault",
    "SameDayPromise",
    "SampleSize",
    "ScoreSheet",
    "Session",
    "SessionIndex",
    "SessionOutcome",
    "SessionRecord",
    "SheetNode",
    "Shrunken",
    "Signal",
    "Slot",
    "Spread",
    "StaggeredEffect",
    "Standardised",
    "Standing",
    "Succession",
    "Survey",
    "SurveyDesign",
    "TableFaults",
    "Tally",
    "Text",
    "Threat",
    "Thresholds",
    "Trend",
    "UnitDay",
    "UnitHours",
    "UnitScore",
    "UnitScores",
    "UnitSpan",
    "Weighting",
    "WildBootstrap",
    "WorkingCalendar",
    "WorkingClock",
    "adherence_sentence",
    "adjust",
    "adjust_outcomes",
    "agresti_coull",
    "answers_needed",
    "assumption_text",
    "before_after_sentence",
    "bootstrap",
    "brunner_munzel",
    "calibrate",
    "candidates_text",
    "case_mix_weights",
    "check_case_mix",
    "check_crowding_out",
    "check_displacement",
    "check_dossiers",
    "check_promise",
    "check_quota",
    "check_response_rate",
    "check_text",
    "choose_design",
    "cliffs_delta",
    "clopper_pearson",
    "clustered_errors",
    "clustered_sentence",
    "compare_change",
    "compare_inside_outside",
    "compare_starts",
    "count_answers",
    "count_mix",
    "count_service",
    "counter_visits",
    "cronbach_alpha",
    "describe_waiting",
    "design_reason_text",
    "design_text",
    "detectable_effect",
    "difference",
    "difference_in_differences",
    "dossier_faults",
    "due_by",
    "edition_codes",
    "effective_wilson",
    "estimate_spread",
    "event_sentence",
    "event_study",
    "excluded_text",
    "false_alarm",
    "family_sentence",
    "funnel_limits",
    "held_text",
    "hide_small",
    "index_sessions",
    "inside_office_hours",
    "inside_outside_sentence",
    "interrupted_series",
    "jeffreys",
    "judge_sessions",
    "kruskal",
    "laney_p",
    "left_out_text",
    "list_designs",
    "list_starts",
    "load_edition",
    "mean_estimate",
    "measure_adherence",
    "needed_sentence",
    "new_boundaries",
    "no_dossiers",
    "old_boundaries",
    "omega_total",
    "outcome_text",
    "p_chart",
    "panel_of_counts",
    "panel_of_moments",
    "panel_of_questions",
    "panel_of_ratios",
    "parse_edition",
    "parse_period",
    "people_told",
    "period_of",
    "permutation_test",
    "plan_sentence",
    "plan_sessions",
    "planned_sessions",
    "possible_days",
    "post_stratify",
    "pre_trend_sentence",
    "prepare_emulation",
    "promise_sentence",
    "quadrants",
    "rake",
    "rank_designs",
    "rank_places",
    "rank_sets",
    "rank_sum",
    "reason_text",
    "relative_importance",
    "release_levels",
    "response_rates",
    "sample_size",
    "score",
    "score_units",
    "sentence",
    "series_sentence",
    "service_panel",
    "service_ratio",
    "session_at",
    "session_starting",
    "share_difference",
    "shrink",
    "slot_of",
    "slots",
    "smallest_treated",
    "smallest_units",
    "spread_sentence",
    "staggered_sentence",
    "standardised_panel",
    "tabulate_plan",
    "tally_of_counts",
    "threat_text",
    "tie_bands",
    "trend",
    "verdict_text",
    "wild_cluster_bootstrap",
    "wilson",
    "with_checks",
    "working_clock",
    "working_minutes",
    "xmr",
]
