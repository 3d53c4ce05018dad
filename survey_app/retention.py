"""How long what tells of people is kept: each kind with its period, from the environment, and the day before which it goes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta

MOST_YEARS = 100
_PERIOD = re.compile(r"([1-9][0-9]{0,5})\s*(days?|d|months?|m|years?|y)")


@dataclass(frozen=True, slots=True)
class Period:
    """So many months and days; `FOREVER` has neither."""

    months: int = 0
    days: int = 0

    def before(self, today: date) -> date:
        """The day on which what goes today began its period; `date.min` for ever.

        >>> Period(months=24).before(date(2026, 11, 26)), Period(months=1).before(date(2026, 3, 31))
        (datetime.date(2024, 11, 26), datetime.date(2026, 2, 28))
        """
        if self == FOREVER:
            return date.min
        year, month = divmod(today.year * 12 + today.month - 1 - self.months, 12)
        if year < 1:
            return date.min
        day = min(today.day, ((date(year, month + 1, 1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)).day)
        return date(year, month + 1, day) - timedelta(days=self.days)

    def __str__(self) -> str:
        if self == FOREVER:
            return "for ever"
        return f"{self.months} months" if self.months else f"{self.days} days"


FOREVER = Period()


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each kind is kept. No law that we could confirm fixes any of these numbers; docs/monitoring.md says of each why.

    comments: text after the end of its month; cases: after their last step, once answered, refused or closed;
    deliveries: webhooks' messages, after the last attempt; sign_ins: browsers', after they began; events: after they
    were noted. How to reach an author goes on the day that was promised (`contact.KEPT_FOR`), whatever is set here.
    """

    comments: Period = Period(months=24)
    cases: Period = Period(months=60)
    deliveries: Period = Period(days=30)
    sign_ins: Period = Period(days=30)
    events: Period = Period(months=60)


USUAL = Retention()
"""Where nothing else is set."""


def parse_retention(environment: Mapping[str, str]) -> Retention:
    """The periods of `HAILONG_KEEP_COMMENTS`, `…_CASES`, `…_DELIVERIES`, `…_SIGN_INS` and `…_EVENTS`.

    Raises:
        ValueError: one cannot be read; names the variable, the value and what was expected.

    >>> parse_retention({"HAILONG_KEEP_COMMENTS": "90 days", "HAILONG_KEEP_EVENTS": "forever"}).comments
    Period(months=0, days=90)
    """
    return Retention(
        **{
            field.name: parse_period(text, f"HAILONG_KEEP_{field.name.upper()}")
            for field in fields(Retention)
            if (text := environment.get(f"HAILONG_KEEP_{field.name.upper()}"))
        }
    )


def parse_period(text: str, name: str) -> Period:
    """A period as a person writes it: `90 days`, `24 months`, `5 years`, `forever`.

    Raises:
        ValueError: it is none.
    """
    if text.strip() == "forever":
        return FOREVER
    found = _PERIOD.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{name} is {text!r}; expected such as 90 days, 24 months, 5 years, or forever.")
    number, unit = int(found[1]), found[2][0]
    months, days = {"d": (0, number), "m": (number, 0), "y": (12 * number, 0)}[unit]
    if months > 12 * MOST_YEARS or days > 366 * MOST_YEARS:
        raise ValueError(f"{name} is {text!r}; expected at most {MOST_YEARS} years, or forever.")
    return Period(months, days)
