"""What could make a pilot's comparison wrong, as rows to show: the threat, whether it was found, what the check gave."""

from datetime import date

from dashboards.data import Catalogue, by_name
from dashboards.plain_text import Strong
from dashboards.wording import known_language, translator
from scoring import PilotEffect, check_text, left_out_text, threat_text
from scoring.change import LeftOutReason

MOST_NAMED = 3
"""Months of a unit that are named one by one."""


def threat_rows(effect: PilotEffect, register: Catalogue, language: str) -> list[tuple[str, str, str]]:
    """Those found first."""
    _ = translator(language)
    status = {
        "found": Strong(_("Có")),
        "cannot_check": _("Chưa kiểm tra được"),
        "not_found": _("Không thấy"),
    }
    names = {unit.code: f"{unit.kind} {unit.name}" for unit in register.units}
    known = known_language(language)
    return [
        (threat_text(threat, known), status[threat.status], check_text(threat, known, names=names))
        for threat in effect.threats
    ]


def left_out_lines(effect: PilotEffect, register: Catalogue, language: str) -> list[str]:
    """Which unit is not used, or how many months of it, and why."""
    _, known = translator(language), known_language(language)
    months: dict[tuple[str, LeftOutReason], list[date]] = {}
    for each in effect.left_out:
        months.setdefault((each.unit, each.reason), []).extend([each.month] if each.month else [])
    lines = []
    for (code, reason), when in sorted(months.items(), key=lambda item: by_name(register.unit[item[0][0]].name)):
        told = ", ".join(f"{month:%m/%Y}" for month in when)
        if len(when) > MOST_NAMED:
            told = _("{n} tháng").format(n=len(when))
        name = f"{register.unit[code].kind} {register.unit[code].name}"
        lines.append(f"{name}{f', {told}' if told else ''}: {left_out_text(reason, known)}")
    return lines
