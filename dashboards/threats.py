"""What could make a pilot's comparison wrong, as rows to show: the threat, whether it was found, what the check gave."""

from dashboards.data import Catalogue
from dashboards.wording import known_language, translator
from scoring import PilotEffect, check_text, left_out_text, threat_text


def threat_rows(effect: PilotEffect, register: Catalogue, language: str) -> list[tuple[str, str, str]]:
    """Those found first."""
    _ = translator(language)
    status = {
        "found": _("**Có**"),
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
    """Which unit or month is not used, and why."""
    known = known_language(language)
    return [
        f"{register.unit[each.unit].kind} {register.unit[each.unit].name}"
        f"{f', {each.month:%m/%Y}' if each.month else ''}: {left_out_text(each.reason, known)}"
        for each in effect.left_out
    ]
