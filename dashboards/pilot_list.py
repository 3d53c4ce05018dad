"""All pilots at once in words: the verdict of the list, a line for each, the table to keep."""

import math
from collections.abc import Sequence

from dashboards.data import Catalogue, PilotResult, PilotService
from dashboards.figures.pilot_forest import ForestRow
from dashboards.outcome_words import tell_change
from dashboards.session_words import kept_sentence
from dashboards.wording import known_language, show_date, translator
from scoring import SATISFIED_SHARE, Outcome, verdict_text

SHOWN = ("rose", "fell")
ORDER = ("rose", "fell", "no_difference_shown", "cannot_conclude", "not_enough_data")


def all_verdict(
    results: Sequence[PilotResult], language: str, *, until: str, outcome: Outcome = SATISFIED_SHARE
) -> tuple[str, str]:
    """What the list says, to be read aloud: how many pilots are shown to have changed something, and of how many nobody can say."""
    _ = translator(language)
    verdicts = [each.effect.verdict for each in results]
    shown = [each for each in results if each.effect.verdict in SHOWN]
    counts = {
        "outcome": outcome.name(known_language(language)),
        "shown": len(shown),
        "all": len(results),
        "none": verdicts.count("no_difference_shown"),
        "cannot": verdicts.count("cannot_conclude"),
        "few": verdicts.count("not_enough_data"),
    }
    if shown:
        first = _("Trong {all} mô hình, {shown} mô hình cho thấy {outcome} thay đổi khác nơi so sánh: {names}.")
        names = "; ".join(f"{each.pilot.names[language]}, {_size(each, outcome, language)}" for each in shown)
        text = first.format(names=names, **counts)
    else:
        text = _("Trong {all} mô hình, chưa mô hình nào cho thấy {outcome} thay đổi khác nơi so sánh.").format(**counts)
    others = [
        (counts["none"], _("{n} mô hình chưa thấy khác biệt")),
        (counts["cannot"], _("{n} mô hình không thể kết luận vì quá ít đơn vị để so sánh")),
        (counts["few"], _("{n} mô hình chưa đủ dữ liệu")),
    ]
    rest = [words.format(n=n) for n, words in others if n]
    said = _("{parts}.").format(parts=", ".join(rest)) + " " if rest else ""
    return text, (said + _("Tính đến {until}.").format(until=until)).strip()


def _size(result: PilotResult, outcome: Outcome, language: str) -> str:
    return " ".join(tell_change(result.effect.difference, outcome, language)).strip()


def in_order(results: Sequence[PilotResult]) -> list[PilotResult]:
    """Pilots that show something first, then by what keeps the others from it."""
    return sorted(results, key=lambda each: (ORDER.index(each.effect.verdict), -_value(each)))


def forest_rows(
    results: Sequence[PilotResult], register: Catalogue, language: str, *, outcome: Outcome = SATISFIED_SHARE
) -> list[ForestRow]:
    """Lines of the picture, in the order given."""
    return [
        ForestRow(
            f"{each.pilot.names[language]} – {register.unit[each.pilot.locality].name}",
            each.effect.difference,
            _said(each, outcome, language),
            each.effect.verdict in SHOWN,
        )
        for each in results
    ]


def _value(result: PilotResult) -> float:
    value = result.effect.difference.value
    return 0.0 if math.isnan(value) else value


def _said(result: PilotResult, outcome: Outcome, language: str) -> str:
    """The verdict in a few words, with what it rests on."""
    _, effect = translator(language), result.effect
    verdict = verdict_text(effect.verdict, known_language(language))
    if effect.verdict == "not_enough_data":
        never = _("{verdict}; dù có đủ, thiết kế này cũng không thể kết luận").format(verdict=verdict)
        return never if effect.never_concludes else verdict
    if effect.verdict == "cannot_conclude":
        if effect.design.within:
            text = _("{verdict}: {treated} đơn vị tự so với chính mình, p nhỏ nhất 1/{ways}")
            return text.format(verdict=verdict, treated=len(effect.treated), ways=round(1 / effect.smallest_p))
        if not effect.comparison:
            return _("{verdict}: không còn đơn vị nào để so sánh").format(verdict=verdict)
        return _("{verdict}: {treated} trong {units} đơn vị, p nhỏ nhất 1/{ways}").format(
            verdict=verdict,
            treated=len(effect.treated),
            units=len(effect.treated) + len(effect.comparison),
            ways=round(1 / effect.smallest_p),
        )
    return f"{verdict}: {_size(result, outcome, language)}"


def forest_alt(rows: Sequence[ForestRow], language: str, *, outcome: Outcome = SATISFIED_SHARE) -> str:
    """What the picture shows."""
    _ = translator(language)
    drawn = sum(not math.isnan(row.difference.low) for row in rows)
    text = _(
        "Thay đổi của {outcome} ở đơn vị thí điểm trừ thay đổi ở nơi so sánh, với khoảng 95 %: {drawn} trong {all} mô hình có khoảng ấy. Chấm đặc: ngoài mức may rủi; chấm rỗng: chưa thấy khác biệt; không có chấm: không thể hoặc chưa thể kết luận. Mỗi mô hình có nơi so sánh, và 5 % khả năng nói sai, của riêng nó."
    )
    return text.format(outcome=outcome.name(known_language(language)), drawn=drawn, all=len(rows))


def line_of(result: PilotResult, service: PilotService, language: str, *, outcome: Outcome = SATISFIED_SHARE) -> str:
    """When, how many units, how far it was kept up, what came of it: one line."""
    _, rule = translator(language), result.pilot.rule
    units = len({one.unit for one in result.participations})
    when = (
        _("{since} – trước {until}").format(
            since=show_date(rule.starts, language), until=show_date(rule.ends, language)
        )
        if rule.ends
        else _("từ {since}").format(since=show_date(rule.starts, language))
    )
    kept = kept_sentence([each.adherence for each in service.units], language).removesuffix(".")
    parts = [when, _("{n} đơn vị tham gia").format(n=units), kept, _said(result, outcome, language)]
    return " · ".join(part for part in parts if part)


def table_rows(
    results: Sequence[PilotResult], register: Catalogue, language: str, *, outcome: Outcome = SATISFIED_SHARE
) -> list[dict[str, object]]:
    """One row a pilot: place, time, units, difference (of a share 0–1, or hours) with its interval, p and the smallest that could be had."""
    _ = translator(language)
    return [
        {
            _("mã mô hình"): each.pilot.code,
            _("mô hình"): each.pilot.names[language],
            _("địa phương"): register.unit[each.pilot.locality].name,
            _("từ"): each.pilot.rule.starts.isoformat(),
            _("đơn vị thí điểm"): len(each.effect.treated),
            _("đơn vị so sánh"): len(each.effect.comparison),
            _("kết quả đo"): outcome.name(known_language(language)),
            _("kết luận"): verdict_text(each.effect.verdict, known_language(language)),
            _("chênh lệch"): _figure(
                each.effect.difference.value if each.effect.verdict != "cannot_conclude" else math.nan
            ),
            _("cận dưới"): _figure(each.effect.difference.low),
            _("cận trên"): _figure(each.effect.difference.high),
            "p": _figure(each.effect.p if each.effect.verdict != "cannot_conclude" else math.nan),
            _("p nhỏ nhất có thể"): _figure(each.effect.smallest_p),
        }
        for each in results
    ]


def _figure(number: float) -> float | None:
    return None if math.isnan(number) else round(number, 4)
