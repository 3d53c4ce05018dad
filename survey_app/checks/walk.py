"""The looks in their order; one that cannot be made is a finding too."""

from collections.abc import Callable, Iterator
from typing import Final

from survey_app.checks.accounts import ACCOUNTS, look_at_accounts
from survey_app.checks.backups import BACKUPS, look_at_backups
from survey_app.checks.calendar import CALENDAR, look_at_calendar
from survey_app.checks.chain import CHAIN, look_at_chain
from survey_app.checks.clock import CLOCK, look_at_clock
from survey_app.checks.consents import CONSENTS, look_at_consents
from survey_app.checks.database import DATABASE, WHOLE, look_at_damage, look_at_database
from survey_app.checks.disk import look_at_disk
from survey_app.checks.editions import EDITIONS, look_at_editions
from survey_app.checks.event_chain import EVENTS, look_at_events
from survey_app.checks.finding import BROKEN, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.checks.kept import KEPT, look_at_kept
from survey_app.checks.posters import POSTERS, look_at_posters
from survey_app.checks.public_address import ADDRESS, look_at_address
from survey_app.checks.register import REGISTER, look_at_register
from survey_app.checks.secret_key import OF_THE_CODES, SECRET, look_at_key_of_codes, look_at_secret_key
from survey_app.checks.webhooks import WEBHOOKS, look_at_webhooks
from survey_app.database_failure import FAILURES, explain_failure

Look = Callable[[Installation], Finding | list[Finding]]
IN_THE_DATABASE: Final[tuple[tuple[str, Look], ...]] = (
    (CLOCK, look_at_clock),
    (CALENDAR, look_at_calendar),
    (REGISTER, look_at_register),
    (OF_THE_CODES, look_at_key_of_codes),
    (POSTERS, look_at_posters),
    (BACKUPS, look_at_backups),
    (ACCOUNTS, look_at_accounts),
    (KEPT, look_at_kept),
    (CONSENTS, look_at_consents),
    (WEBHOOKS, look_at_webhooks),
)
BESIDE: Final[tuple[tuple[str, Look], ...]] = (
    (EDITIONS, look_at_editions),
    ("disk", look_at_disk),
    (SECRET, look_at_secret_key),
)
SLOW: Final[tuple[tuple[str, Look], ...]] = ((WHOLE, look_at_damage), (CHAIN, look_at_chain), (EVENTS, look_at_events))


def walk(at: Installation, *, fast: bool = False) -> Iterator[Finding]:
    """Every finding as it is found.

    Args:
        at: of what.
        fast: leave out what reads the whole record, and what needs the network.
    """
    [database] = _found(DATABASE, look_at_database, at)
    yield database
    here = database.state == WELL
    looks = (*(SLOW if here and not fast else ()), *(IN_THE_DATABASE if here else ()), *BESIDE)
    for what, look in (*looks, *(() if fast else ((ADDRESS, look_at_address),))):
        yield from _found(what, look, at)


def _found(what: str, look: Look, at: Installation) -> list[Finding]:
    try:
        found = look(at)
    except FAILURES as error:
        return [Finding(what, BROKEN, explain_failure(error, at.settings.database_url))]
    except (LookupError, ValueError) as error:
        told = f"what is stored does not fit together ({type(error).__name__}). See the lines above on the database."
        return [Finding(what, BROKEN, told)]
    except OSError as error:
        return [Finding(what, BROKEN, f"it cannot be looked at: {error.strerror or error}.")]
    return found if isinstance(found, list) else [found]
