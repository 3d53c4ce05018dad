"""Responses and service records that nobody gave, made from a stated truth: for demonstrations and for tests."""

from survey_app.simulation.batch import SEED, SOURCE, Batch, simulate
from survey_app.simulation.period import simulated_months
from survey_app.simulation.truth import TRUTH, PilotTruth, QuestionTruth, Truth

__all__ = [
    "SEED",
    "SOURCE",
    "TRUTH",
    "Batch",
    "PilotTruth",
    "QuestionTruth",
    "Truth",
    "simulate",
    "simulated_months",
]
