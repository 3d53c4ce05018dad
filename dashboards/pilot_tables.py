"""The pilots page's tables for download: months of the two lines, and sessions."""

from collections.abc import Iterator

from dashboards.data import Catalogue, PilotResult
from dashboards.wording import translator
from scoring import Estimate, PilotEffect

DIGITS = 4


def month_rows(effect: PilotEffect, language: str) -> list[dict[str, object]]:
    """One row a month: satisfied share 0–1 with its interval and n, of both sides; empty where too few answered."""
    _ = translator(language)
    sides = ((_("thí điểm"), "treated"), (_("so sánh"), "comparison"))
    return [
        {_("tháng"): each.month.isoformat()[:7]}
        | {key: value for name, side in sides for key, value in _columns(name, getattr(each, side), language)}
        for each in effect.monthly
    ]


def _columns(side: str, found: Estimate, language: str) -> Iterator[tuple[str, object]]:
    _ = translator(language)
    parts = ((_("tỷ lệ hài lòng"), found.value), (_("cận dưới"), found.low), (_("cận trên"), found.high))
    for name, value in parts:
        yield f"{side}: {name}", round(value, DIGITS) if found.n else None
    yield f"{side}: n", found.n or None


def session_rows(result: PilotResult, register: Catalogue, language: str) -> list[dict[str, object]]:
    """One row a planned session: unit, day, hours, answers received in it, and whether the unit's choice is simulated."""
    _ = translator(language)
    simulated = {one.unit for one in result.participations if one.simulated}
    return [
        {
            _("mã đơn vị"): session.unit,
            _("đơn vị"): f"{register.unit[session.unit].kind} {register.unit[session.unit].name}",
            _("ngày"): session.date.isoformat(),
            _("từ"): f"{session.starts:%H:%M}",
            _("đến"): f"{session.ends:%H:%M}",
            _("lượt đã nhận"): result.answers.get((session.unit, session.date), 0),
            _("lựa chọn của đơn vị"): _("mô phỏng") if session.unit in simulated else _("theo văn bản"),
        }
        for session in result.sessions
    ]
