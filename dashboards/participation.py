"""Who takes part in a pilot, who is compared with them, and who is neither because of another pilot."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dashboards.data import Catalogue, PilotResult, by_name
from dashboards.wording import show_date, translator

State = Literal["confirmed", "unconfirmed", "simulated", "other_pilot", "compared"]


@dataclass(frozen=True, slots=True)
class TakingPart:
    """One unit's line of the timeline. starts None: it takes part in nothing; ends None: no end is known.

    state: how surely the taking part is known; words say the same, to be shown with the bar. elsewhere: name of another
    pilot that the unit is in meanwhile, or empty.
    """

    name: str
    starts: date | None
    ends: date | None
    state: State
    words: str
    elsewhere: str = ""


def list_taking_part(result: PilotResult, register: Catalogue, language: str) -> tuple[TakingPart, ...]:
    """The pilot's units by start and name, then those compared, then those in another pilot meanwhile."""
    rows = [*_in_pilot(result, register, language), *_compared(result, register, language)]
    rows += _elsewhere(result, register, language)
    return tuple(rows)


def _name(register: Catalogue, code: str) -> str:
    unit = register.unit[code]
    return f"{unit.kind} {unit.name}" if unit.level != "district" else f"{unit.kind.split()[0]} {unit.name}"


def _in_pilot(result: PilotResult, register: Catalogue, language: str) -> Iterator[TakingPart]:
    _ = translator(language)
    words = {
        "confirmed": _("từ {day}, theo văn bản"),
        "unconfirmed": _("từ {day}, chưa xác nhận"),
        "simulated": _("từ {day}, lựa chọn mô phỏng"),
    }
    also = {each.unit: each.pilot for each in result.effect.design.in_other_pilots}
    for one in sorted(result.participations, key=lambda one: (one.starts, by_name(register.unit[one.unit].name))):
        state: State = "simulated" if one.simulated else "confirmed" if one.confirmed else "unconfirmed"
        said = words[state].format(day=show_date(one.starts, language))
        elsewhere = register.pilot[also[one.unit]].names[language] if one.unit in also else ""
        ends = min(
            (end for end in (one.ends, result.pilot.rule.ends, register.unit[one.unit].valid_to) if end), default=None
        )
        yield TakingPart(_name(register, one.unit), one.starts, ends, state, said, elsewhere)


def _compared(result: PilotResult, register: Catalogue, language: str) -> Iterator[TakingPart]:
    _ = translator(language)
    taking_part = {one.unit for one in result.participations}
    for unit in sorted(
        set(result.effect.design.comparison) - taking_part, key=lambda code: by_name(register.unit[code].name)
    ):
        yield TakingPart(_name(register, unit), None, None, "compared", _("để so sánh: không trong mô hình nào"))


def _elsewhere(result: PilotResult, register: Catalogue, language: str) -> Iterator[TakingPart]:
    _ = translator(language)
    excluded = [each for each in result.effect.design.excluded if each.reason == "other_pilot"]
    for each in sorted(excluded, key=lambda each: by_name(register.unit[each.unit].name)):
        found = [one for one in register.participations if (one.pilot, one.unit) == (each.pilot, each.unit)]
        starts = min((one.starts for one in found), default=None)
        words = _("không so sánh: trong mô hình khác")
        ends = min(
            (
                end
                for end in (
                    *(one.ends for one in found),
                    register.pilot[each.pilot].rule.ends,
                    register.unit[each.unit].valid_to,
                )
                if end
            ),
            default=None,
        )
        yield TakingPart(
            _name(register, each.unit), starts, ends, "other_pilot", words, register.pilot[each.pilot].names[language]
        )


def units_with_sessions(result: PilotResult, register: Catalogue) -> dict[str, str]:
    """Code → name of the units that plan sessions, by name."""
    codes = {session.unit for session in result.sessions}
    return {code: _name(register, code) for code in sorted(codes, key=lambda code: by_name(register.unit[code].name))}
