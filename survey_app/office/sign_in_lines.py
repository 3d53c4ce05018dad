"""Open sign-ins as pages list them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.door import ZONE
from survey_app.reading.sign_ins import OpenSignIn
from survey_app.wording import FIRST_LANGUAGE, Translate, translator


@dataclass(frozen=True, slots=True)
class SignInLine:
    """A line of the table. here: whether it is the browser that looks."""

    handle: str
    began: str
    seen: str
    way: str
    here: bool


def show_moment(at: int, language: str) -> str:
    """Seconds since 1970 as day and minute in Viet Nam.

    >>> show_moment(0, "vi"), show_moment(0, "en")
    ('08:00 01/01/1970', '08:00, 1 Jan 1970')
    """
    moment = datetime.fromtimestamp(at, ZONE)
    return f"{moment:%H:%M %d/%m/%Y}" if language == FIRST_LANGUAGE else f"{moment:%H:%M}, {moment.day} {moment:%b %Y}"


def way_words(way: str, _: Translate) -> str:
    """How somebody signed in, in words."""
    return {
        "password": _("mật khẩu"),
        "second_factor": _("mật khẩu và mã điện thoại"),
        "recovery_code": _("mật khẩu và mã dự phòng"),
        "invitation": _("mã mời"),
        "first_run": _("lần đầu"),
        "oidc": _("đăng nhập của tỉnh"),
    }.get(way, way)


def sign_in_lines(open_ones: Sequence[OpenSignIn], language: str, *, here: str = "") -> list[SignInLine]:
    """The lines of a table of open sign-ins. here: the hash of the cookie of the browser that looks."""
    _ = translator(language)
    return [
        SignInLine(
            each.handle,
            show_moment(each.began, language),
            show_moment(each.seen, language),
            way_words(each.way, _),
            each.token_hash == here,
        )
        for each in open_ones
    ]
