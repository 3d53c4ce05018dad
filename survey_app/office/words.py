"""Numbers and days as the staff's pages write them, what is said where no telephone reaches the server, and the page for an address that leads nowhere."""

import math
from collections.abc import Callable
from datetime import date
from functools import partial

from babel.dates import format_date
from babel.numbers import format_decimal
from fastapi import Request, responses

from scoring import Estimate
from survey_app.staff import User
from survey_app.staff_door import office_page, page_language
from survey_app.wording import FIRST_LANGUAGE, Translate, translator


def show_day(day: date | None, language: str) -> str:
    """A day as dd/mm/yyyy, in English 19 Nov 2026; a dash for none."""
    if day is None:
        return "–"
    return format_date(day, "dd/MM/yyyy" if language == FIRST_LANGUAGE else "d MMM yyyy", locale=language)


def show_count(number: int | None, language: str) -> str:
    """A whole number with the language's mark of thousands; a dash for none.

    >>> show_count(5000, "vi"), show_count(5000, "en"), show_count(None, "vi")
    ('5.000', '5,000', '–')
    """
    return "–" if number is None else format_decimal(number, format="#,##0", locale=language)


def show_share(share: Estimate, language: str) -> str:
    r"""A share in percent with its interval; a dash for nobody.

    >>> show_share(Estimate(0.82, 0.692, 0.9023, 50), "vi")
    '82\xa0% (69–90)'
    """
    if math.isnan(share.value):
        return "–"
    ends = (share.value, share.low, share.high)
    value, low, high = (format_decimal(100 * end, format="#,##0", locale=language) for end in ends)
    return f"{value}{chr(0xA0) if language == FIRST_LANGUAGE else ''}% ({low}–{high})"


def in_words(language: str) -> dict[str, Callable[..., str]]:
    """What templates write days, counts and shares with."""
    shown = {"show_day": show_day, "show_count": show_count, "show_share": show_share}
    return {name: partial(show, language=language) for name, show in shown.items()}


def address_to_set(user: User, _: Translate) -> str:
    """What this person can do about an address that only the server's own machine opens."""
    if user.may("manage_users"):
        return _(
            "Trên máy chủ, đặt HAILONG_PUBLIC_URL là địa chỉ mà điện thoại mở được, như https://danhgia.example.vn, rồi khởi động lại."
        )
    return _("Xin người quản trị đặt HAILONG_PUBLIC_URL là địa chỉ mà điện thoại mở được.")


def page_not_found(request: Request) -> responses.Response:
    """The page for an address of the office that leads nowhere."""
    _ = translator(page_language(request))
    sentence = _("Xin về trang đầu và chọn lại.")
    return office_page(request, "message.html", status=404, heading=_("Không có trang này."), sentences=[sentence])
