"""Programs that are told of answers, and whether the messages arrive."""

from collections.abc import Sequence

from survey_app.checks.finding import LOOK, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.reading.webhooks import LoggedDelivery, read_deliveries, read_webhooks

WEBHOOKS = "webhooks"
FAILED_OFTEN = 3
MESSAGES_LOOKED_AT = 20


def look_at_webhooks(at: Installation) -> Finding:
    """Whether the last messages to each open webhook arrived."""
    with at.engine.connect() as connection:
        hooks = [hook.id for hook in read_webhooks(connection, open_only=True)]
        sent = {hook: read_deliveries(connection, hook, most=MESSAGES_LOOKED_AT) for hook in hooks}
    return judge_webhooks({hook: deliveries for hook, deliveries in sent.items() if is_failing(deliveries)}, len(hooks))


def is_failing(newest_first: Sequence[LoggedDelivery]) -> bool:
    """Whether the newest message that was tried at all did not arrive after three attempts or more."""
    tried = next((each for each in newest_first if each.attempts), None)
    return tried is not None and not tried.delivered and tried.attempts >= FAILED_OFTEN


def judge_webhooks(failing: dict[str, list[LoggedDelivery]], all_open: int) -> Finding:
    """Of the open webhooks whose messages do not arrive, with their last messages."""
    if not failing:
        return Finding(WEBHOOKS, WELL, f"{all_open} open, and their messages arrive." if all_open else "none is open.")
    said = "; ".join(
        f"{hook} ({next(each.outcome for each in sent if each.attempts)})" for hook, sent in failing.items()
    )
    return Finding(
        WEBHOOKS,
        LOOK,
        f"messages do not arrive at {said}. See: hailong webhook log, or close it: hailong webhook disable",
    )
