"""Schemathesis against a real server: nothing that it thinks of gives a 5xx, and every answer is as the document says."""

from collections import Counter
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from survey_app.app import make_app
from survey_app.questionnaire import load_questionnaire
from tests.survey_app.conftest import Clock, record_office, serving
from tests.survey_app.test_api import add_places, bearer, make_test_key
from tests.survey_app.test_api_reading import answer, store

load_all_checks()
VERSION = load_questionnaire("desk").version
EXAMPLES = {GenerationMode.POSITIVE: 12, GenerationMode.NEGATIVE: 25}
QUIET = settings(deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
                 suppress_health_check=list(HealthCheck))  # fmt: skip


@pytest.fixture
def served(engine, settings):
    """The address of a server with some answers and a key for all, and the key."""
    record_office(engine)
    office = SimpleNamespace(engine=engine)
    add_places(office)
    key = make_test_key(office)
    with serving(make_app(engine, replace(settings, rate_limit=""), clock=Clock())) as address:
        store(office, [answer(i, date(2026, 10, 5)) for i in range(12)])
        yield address, key


def test_whatever_is_sent_is_answered_as_the_document_says(served):
    address, key = served
    refused = [400, 401, 403, 404, 405, 408, 409, 413, 415, 422]
    config = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": refused}}})
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json", config=config)
    # A code that is written as it should be and names nothing is a 404 or a 422, so positive data may well be refused.
    # Keys are tried route by route in test_api.py; here every request has one.
    unwanted = CHECKS.get_by_names(["positive_data_acceptance", "ignored_auth"])
    statuses = Counter()
    for found in schema.get_all_operations():
        for mode, examples in EXAMPLES.items():
            statuses += try_operation(found.ok(), mode, examples, headers=bearer(key), excluded_checks=unwanted)
    assert {200, 201, 404, 422} <= set(statuses), statuses
    assert max(statuses) < 500


def try_operation(operation, mode, examples, **how):
    """How often each status was answered; schemathesis refuses what does not fit the document."""
    statuses = Counter()

    @settings(QUIET, max_examples=examples)
    @given(case=operation.as_strategy(generation_mode=mode))
    def hold(case):
        if isinstance(case.body, dict) and mode is GenerationMode.POSITIVE:
            there = {"desk": "xa.29926.1", "questionnaire": VERSION}  # so that the answers are read, too
            drawn = {name: value for name, value in case.body.items() if name != "unit"}
            case.body = drawn | there | {"answers": {"overall": 5, **case.body["answers"]}}
        statuses[case.call_and_validate(**how).status_code] += 1

    hold()
    return statuses
