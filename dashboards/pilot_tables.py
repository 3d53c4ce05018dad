"""The pilots page's tables for download: months of the two lines, and sessions."""

from collections.abc import Iterator

from dashboards.data import Catalogue, PilotResult
from dashboards.wording import known_language, translator
from scoring import SATISFIED_SHARE, Estimate, Outcome, PilotEffect, outcome_text

DIGITS = 4


def month_rows(effect: PilotEffect, language: str, *, outcome: Outcome = SATISFIED_SHARE) -> list[dict[str, object]]:
    """One row a month: the outcome (a share 0–1, hours) with its interval and n, of both sides; empty where too few answered."""
    _ = translator(language)
    sides = ((_("thí điểm"), "treated"), (_("so sánh"), "comparison"))
    return [
        {_("tháng"): each.month.isoformat()[:7]}
        | {key: value for name, side in sides for key, value in _columns(name, getattr(each, side), outcome, language)}
        for each in effect.monthly
    ]


def _columns(side: str, found: Estimate, outcome: Outcome, language: str) -> Iterator[tuple[str, object]]:
    _ = translator(language)
    parts = (
        (outcome.name(known_language(language)), found.value),
        (_("cận dưới"), found.low),
        (_("cận trên"), found.high),
    )
    for name, value in parts:
        yield f"{side}: {name}", round(value, DIGITS) if found.n else None
    yield f"{side}: n", found.n or None


def session_rows(result: PilotResult, register: Catalogue, language: str) -> list[dict[str, object]]:
    """One row a session: unit, day, hours, what became of it and by what one knows, dossiers and answers in it."""
    _, known = translator(language), known_language(language)
    simulated = {one.unit for one in result.participations if one.simulated}
    told = {each.session: each for each in result.outcomes}
    return [
        {
            _("mã đơn vị"): session.unit,
            _("đơn vị"): f"{register.unit[session.unit].kind} {register.unit[session.unit].name}",
            _("ngày"): session.date.isoformat(),
            _("từ"): f"{session.starts:%H:%M}",
            _("đến"): f"{session.ends:%H:%M}",
            _("kết quả"): outcome_text(told[session], known) if session in told else _("sắp tới"),
            _("hồ sơ trong phiên"): told[session].dossiers if session in told else None,
            _("lượt đã nhận"): told[session].answers if session in told else None,
            _("lựa chọn của đơn vị"): _("mô phỏng") if session.unit in simulated else _("theo văn bản"),
        }
        for session in sorted({*result.sessions, *told})
    ]
