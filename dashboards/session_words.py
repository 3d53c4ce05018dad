"""A pilot's sessions in words: what became of each day, how far the pilot was kept up, and what was in the sessions."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from dashboards.data import Catalogue, PilotResult
from dashboards.figures.session_calendar import CalendarDay, DayState
from dashboards.wording import show_date, show_number, show_share, translator
from scoring import Adherence, SessionOutcome


def session_states(result: PilotResult, language: str, *, unit: str | None = None) -> list[CalendarDay]:
    """What became of each day with sessions, of one unit or of all, and the days on which one could have been."""
    _ = translator(language)
    outcomes = [each for each in result.outcomes if unit in {None, each.session.unit}]
    planned = [each for each in result.sessions if unit in {None, each.unit}]
    states: Mapping[date, Counter[str]] = defaultdict(Counter)
    for each in outcomes:
        states[each.session.date][each.state] += 1
    days = [
        CalendarDay(day, _state(counted), _told(day, counted, outcomes, language)) for day, counted in states.items()
    ]
    known = set(states)
    ahead = {session.date for session in planned} - known
    days += [CalendarDay(day, "ahead", _("{day}: phiên sắp tới").format(day=show_date(day, language))) for day in ahead]
    free = set(result.possible) - known - ahead
    words = _("{day}: có thể có phiên, không ai chọn ngày này")
    days += [CalendarDay(day, "possible", words.format(day=show_date(day, language))) for day in free]
    return sorted(days, key=lambda each: each.day)


def _state(counted: Counter[str]) -> DayState:
    if counted["held"]:
        return "held" if counted["held"] == counted.total() else "part"
    return "missed" if counted["missed"] else "unknown"


def _told(day: date, counted: Counter[str], outcomes: Sequence[SessionOutcome], language: str) -> str:
    _ = translator(language)
    mine = [each for each in outcomes if each.session.date == day]
    return _(
        "{day}: {held} phiên đã giữ, {missed} bỏ, {unknown} chưa rõ; {dossiers} hồ sơ, {answers} lượt đánh giá"
    ).format(
        day=show_date(day, language),
        held=counted["held"],
        missed=counted["missed"],
        unknown=counted["unknown"],
        dossiers=sum(each.dossiers for each in mine),
        answers=sum(each.answers for each in mine),
    )


def calendar_alt(days: Sequence[CalendarDay], language: str) -> str:
    """How to read the calendar, and how many days of each kind it has."""
    _ = translator(language)
    counted = Counter(each.state for each in days)
    text = _(
        "Ô vuông đậm: mọi đơn vị giữ phiên ({held} ngày); nhạt: một số đơn vị ({part}); dấu chéo: không đơn vị nào ({missed}); ô rỗng: chưa rõ ({unknown}); chấm: sắp tới ({ahead})."
    )
    return text.format(**{state: counted[state] for state in ("held", "part", "missed", "unknown", "ahead")})


def kept_sentence(adherences: Sequence[Adherence], language: str) -> str:
    """How far the pilot was kept up, to be read aloud; empty for a pilot without sessions."""
    _ = translator(language)
    held, minimum = sum(each.held for each in adherences), sum(each.minimum for each in adherences)
    if not any(each.outcomes for each in adherences):
        return ""
    missed, unknown = (sum(each.count(state) for each in adherences) for state in ("missed", "unknown"))
    parts = {
        "held": show_number(held, language, decimals=0),
        "minimum": show_number(minimum, language, decimals=0),
        "share": show_share(held / minimum if minimum else math.nan, language, decimals=0),
        "missed": show_number(missed, language, decimals=0),
        "unknown": show_number(unknown, language, decimals=0),
    }
    if not held and not missed:
        return _(
            "Chưa biết phiên nào đã giữ hay bỏ: {unknown} phiên chưa có ghi nhận, hồ sơ hay lượt đánh giá."
        ).format(**parts)
    if not minimum:
        return _(
            "Đã giữ {held} phiên; văn bản không nêu số phiên tối thiểu. {missed} phiên bỏ, {unknown} phiên chưa rõ."
        ).format(**parts)
    if unknown:  # a share of what is known alone would read as a pilot that was not kept up
        return _(
            "Biết chắc đã giữ {held} phiên, mức tối thiểu là {minimum} (ít nhất {share}). {missed} phiên bỏ, {unknown} phiên chưa rõ có giữ hay không."
        ).format(**parts)
    return _(
        "Đã giữ {held} phiên, mức tối thiểu là {minimum} ({share}). {missed} phiên bỏ, {unknown} phiên chưa rõ."
    ).format(**parts)


def dose_sentence(adherences: Sequence[Adherence], language: str) -> str:
    """How much service was in the sessions held; empty where none is known to be."""
    if not any(each.held for each in adherences):
        return ""
    _, dossiers = translator(language), sum(each.dossiers for each in adherences)
    text = _("Trong các phiên đã giữ: {hours} giờ, {dossiers} hồ sơ, {answers} lượt đánh giá.")
    if not dossiers:  # «0 hồ sơ» would read as nobody came, where the export was not brought
        text = _("Trong các phiên đã giữ: {hours} giờ, {answers} lượt đánh giá; không có số liệu hồ sơ.")
    return text.format(
        hours=show_number(sum(each.hours for each in adherences), language, decimals=0),
        dossiers=show_number(dossiers, language, decimals=0),
        answers=show_number(sum(each.answers for each in adherences), language, decimals=0),
    )


def with_share(adherences: Sequence[Adherence]) -> list[Adherence]:
    """Those of which a share of the minimum is known."""
    return [each for each in adherences if not math.isnan(each.share)]


def unit_names(register: Catalogue) -> dict[str, str]:
    """Code → kind and name of every unit."""
    return {unit.code: f"{unit.kind} {unit.name}" for unit in register.units}


def adherence_alt(adherences: Sequence[Adherence], language: str) -> str:
    """What the bars show."""
    text = translator(language)(
        "Số phiên đã giữ trên mức tối thiểu của từng đơn vị, ít nhất ở trên; phần nhạt: nếu mọi phiên chưa rõ đều đã giữ. {enough} trong {all} đơn vị đạt mức tối thiểu."
    )
    return text.format(enough=sum(each.held >= each.minimum for each in adherences), all=len(adherences))
