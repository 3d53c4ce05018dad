"""What stands beside an event, in words: the page and the command line show the same; the file keeps what is stored."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from survey_app.event_words import act_words
from survey_app.office.sign_in_lines import show_moment, way_words
from survey_app.office.words import show_day
from survey_app.recording.events import NOTED_BEFORE
from survey_app.roster_words import half_words
from survey_app.staff import ROLES
from survey_app.staff_words import role_name
from survey_app.wording import Translate, month_name, translator

LONGEST_SHOWN = 300
GROUPS = frozenset({"steps", "filter", "asked"})
"""Keys that say nothing of themselves: what is in them stands by itself."""
OF_SHIFTS = frozenset({"add_shift", "end_shift", "remove_shift"})
ROLE_PAIRS = frozenset({"role", "from", "to"})
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def detail_text(detail: Mapping[str, Any], *, act: str, language: str) -> str:
    """What stands beside an event, on one line; what is empty is left out, a key or a value without words stays.

    >>> detail_text({"from": ["unit", "xa.1"], "to": ["committee", None]}, act="change_role", language="en")
    'from: Unit, xa.1 · to: Steering committee'
    >>> detail_text({"desk": "xa.1.2", "ends": "2026-11-07", "half": "day"}, act="add_shift", language="vi")
    'quầy: xa.1.2 · đến hết ngày: 06/11/2026 · buổi: cả ngày'
    """
    _ = translator(language)
    words = _key_words(_) | (_shift_words(_) if act in OF_SHIFTS else {})
    parts = [(name, _shown(name, value, act, language)) for name, value in _flat(detail)]
    return " · ".join(f"{words.get(name, name)}: {_short(said)}" for name, said in parts if said)


def _flat(detail: Mapping[str, Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in detail.items():
        found += value.items() if name in GROUPS and isinstance(value, Mapping) else [(name, value)]
    return found


def _shown(name: str, value: object, act: str, language: str) -> str:
    _ = translator(language)
    if act in OF_SHIFTS and name in {"ends", "before"}:
        return _last_day(value, language)
    if name == NOTED_BEFORE and isinstance(value, int):
        return show_moment(value, language)
    if name == "successors" and isinstance(value, list):
        parts = {"main": _("phần chính"), "partial": _("một phần")}
        value = [[*each[:2], *(parts.get(part, part) for part in each[2:])] for each in value]
    if isinstance(value, str):
        named = _named(name, value, _)
        if named is None and name == "month" and (day := _day(value)):
            return month_name(day, language)
        return _plain(value, language) if named is None else named
    if name in ROLE_PAIRS and isinstance(value, list):
        return ", ".join(role_name(each, _) if each in ROLES else str(each) for each in value if each)
    return _plain(value, language)


def _named(name: str, value: str, _: Translate) -> str | None:
    """A value that has words under this key."""
    if name == "role" and value in ROLES:
        return role_name(value, _)
    if name == "way":
        return way_words(value, _)
    if name == "act":
        return act_words(_).get(value)
    return {"half": half_words(_), "kind": _code_kinds(_), "outcome": _outcomes(_)}.get(name, {}).get(value)


def _plain(value: object, language: str) -> str:
    """A value without its brackets: lists by commas, lists within by arrows, days as the pages show them."""
    _ = translator(language)
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, Mapping):
        if value.keys() == {"before", "after"}:
            return f"{_plain(value['before'], language) or '–'} → {_plain(value['after'], language) or '–'}"
        words = _key_words(_)
        said = {words.get(name, name): _joined(each, " → ", language) for name, each in value.items()}
        return ", ".join(f"{name} ({each})" if each else name for name, each in said.items())
    if isinstance(value, list):
        return ", ".join(said for said in (_joined(each, " → ", language) for each in value) if said)
    day = _day(value) if isinstance(value, str) else None
    return show_day(day, language) if day else str(value)


def _joined(value: object, by: str, language: str) -> str:
    if isinstance(value, list):
        return by.join(said for said in (_plain(each, language) for each in value) if said)
    return _plain(value, language)


def _last_day(value: object, language: str) -> str:
    """The last day of a shift, whose kept end is the first day no longer."""
    day = _day(value) if isinstance(value, str) else None
    return show_day(day - timedelta(days=1), language) if day and day > date.min else _plain(value, language)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def _code_kinds(_: Translate) -> dict[str, str]:
    return {"poster": _("Áp phích"), "screen": _("Màn hình"), "invitation": _("Thư mời")}


def _outcomes(_: Translate) -> dict[str, str]:
    return {"shown": _("cho đơn vị xem"), "withheld": _("giữ lại")}


def _shift_words(_: Translate) -> dict[str, str]:
    return {"before": _("trước đó đến hết ngày"), "starts": _("từ ngày")}


def _key_words(_: Translate) -> dict[str, str]:
    return _person_words(_) | _register_words(_) | _count_words(_) | _file_words(_)


def _person_words(_: Translate) -> dict[str, str]:
    return {
        "role": _("vai trò"),
        "unit": _("đơn vị"),
        "from": _("từ"),
        "to": _("thành"),
        "by": _("bằng"),
        "way": _("cách vào"),
        "why": _("vì"),
        "reason": _("lý do"),
        "scope": _("quyền"),
        "user": _("người"),
        "act": _("việc đã làm"),
        "about": _("về"),
        "since": _("từ ngày"),
        "until": _("đến hết ngày"),
        "outcome": _("kết quả"),
        "period": _("kỳ"),
        "month": _("tháng"),
    }


def _register_words(_: Translate) -> dict[str, str]:
    return {
        "name": _("tên"),
        "kind": _("loại"),
        "parent": _("thuộc"),
        "place": _("nơi đặt"),
        "fields": _("lĩnh vực"),
        "questionnaire": _("phiếu hỏi"),
        "asks": _("phiếu hỏi"),
        "before": _("trước"),
        "after": _("sau"),
        "cases": _("phản ánh"),
        "links": _("số mắt xích"),
        "last_link": _("mắt xích cuối"),
        "desk": _("quầy"),
        "of": _("của"),
        "on": _("từ ngày"),
        "day": _("ngày"),
        "half": _("buổi"),
        "starts": _("bắt đầu"),
        "ends": _("đến hết ngày"),
        "held": _("đã diễn ra"),
        "morning": _("buổi sáng"),
        "afternoon": _("buổi chiều"),
        "begin": _("mở"),
        "end": _("kết thúc từ ngày"),
        "units": _("đơn vị mới"),
        "ended_units": _("đơn vị kết thúc từ ngày"),
        "successors": _("nối tiếp"),
        "participations": _("lần dự mô hình đổi theo"),
        "undone": _("không còn kết thúc"),
        "removed": _("bỏ"),
    }


def _count_words(_: Translate) -> dict[str, str]:
    return {
        "n": _("số lượng"),
        "count": _("số lượng"),
        NOTED_BEFORE: _("ghi trước lúc"),
        "cards": _("số thẻ"),
        "handed_out": _("đã phát"),
        "left_over": _("còn lại"),
        "forms": _("số phiếu"),
        "pile": _("phiếu trong xấp"),
        "entered": _("đã nhập"),
        "issued": _("đã cấp"),
        "rows": _("số dòng"),
        "bytes": _("số byte"),
        "new": _("mới"),
        "changed": _("đã đổi"),
        "unchanged": _("giữ nguyên"),
    }


def _file_words(_: Translate) -> dict[str, str]:
    return {
        "file": _("tệp"),
        "digest": _("dấu của tệp (SHA-256)"),
        "people": _("mã cán bộ"),
        "changes": _("thay đổi"),
        "added": _("thêm"),
        "more": _("còn nữa"),
        "valid_from": _("từ ngày"),
        "last_day": _("đến hết ngày"),
        "official_code": _("mã chính thức"),
        "source": _("căn cứ"),
        "version": _("phiên bản"),
        "encrypted": _("đã mã hóa"),
        "taken": _("sao lưu lúc"),
        "release": _("bản chương trình"),
        "revision": _("bản của bảng dữ liệu"),
    }
