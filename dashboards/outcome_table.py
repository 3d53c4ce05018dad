"""A pilot's outcomes beside one another, and the other comparisons of one of them, in rows to show."""

import math
from collections.abc import Mapping, Sequence

from dashboards.data import PilotOutcome
from dashboards.outcome_words import show_smallest, tell_change
from dashboards.plain_text import Strong
from dashboards.wording import DASH, known_language, show_number, translator
from scoring import Design, OutcomeFamily, design_reason_text, design_text, verdict_text
from scoring.effect import Verdict

SETTLED: Sequence[Verdict] = ("cannot_conclude", "not_enough_data")


def any_tested(outcomes: Mapping[str, PilotOutcome]) -> bool:
    """Whether of several outcomes any could be tested: a table of dashes tells nobody anything."""
    return len(outcomes) > 1 and any(each.effect.verdict not in SETTLED for each in outcomes.values())


def outcome_columns(language: str) -> tuple[str, ...]:
    """Heads of the table of outcomes."""
    _ = translator(language)
    return (
        _("Kết quả đo"),
        _("Chênh lệch và khoảng 95 % (chưa điều chỉnh)"),
        "p",
        _("p sau điều chỉnh"),
        _("Kết luận"),
    )


def outcome_rows(outcomes: Mapping[str, PilotOutcome], family: OutcomeFamily, language: str) -> list[tuple[str, ...]]:
    """One row an outcome that could be tested, and the primary one, which is marked, for its p stands as it is."""
    _, known = translator(language), known_language(language)
    rows = []
    for code, each in outcomes.items():
        adjusted, effect = family.outcome(code), each.effect
        if effect.verdict in SETTLED and code != family.primary:
            continue
        name = each.outcome.name(known)
        change = " ".join(tell_change(effect.difference, each.outcome, language)).strip()
        rows.append(
            (
                _("{name} (chính)").format(name=name) if code == family.primary else name,
                DASH if effect.verdict in SETTLED else change,
                DASH if effect.verdict in SETTLED else _p(effect.p, language),
                DASH if effect.verdict in SETTLED or code == family.primary else _p(adjusted.p, language),
                verdict_text(adjusted.verdict, known),
            )
        )
    return rows


def comparison_columns(language: str) -> tuple[str, ...]:
    """Heads of the table of comparisons."""
    _ = translator(language)
    return (_("Cách so sánh"), _("Vì sao"), _("Chênh lệch và khoảng 95 %"), _("p nhỏ nhất"), _("Kết luận"))


def comparison_rows(told: PilotOutcome, language: str) -> list[tuple[str, ...]]:
    """One row a comparison that the dates and lists allow, the one used first; none where nobody is left to compare with."""
    known = known_language(language)
    rows = []
    for each in told.compared:
        if each.choice.design.kind == "none":
            continue
        effect, settled = each.effect, each.effect.verdict in SETTLED
        change = " ".join(tell_change(effect.difference, told.outcome, language)).strip()
        reason = design_reason_text(each.choice.reason, known)
        rows.append(
            (
                f"{design_text(each.choice.design.kind, known)} {_among(each.choice.design, language)}".strip(),
                reason if each.choice.reason != "chosen" else Strong(reason),
                DASH if settled else change,
                show_smallest(each.choice.design.smallest_p, language),
                verdict_text(effect.verdict, known),
            )
        )
    if told.standardised is not None and rows:
        rows.append(_standardised_row(told, language))
    return rows


def _standardised_row(told: PilotOutcome, language: str) -> tuple[str, ...]:
    """The comparison used, had the same mix of fields come everywhere and always."""
    _, effect = translator(language), told.standardised
    change = DASH if effect.verdict in SETTLED else " ".join(tell_change(effect.difference, told.outcome, language))
    return (
        _("Như cách được dùng, nếu cơ cấu lĩnh vực ở mọi đơn vị và tháng như nhau."),
        _("Để kiểm tra."),
        change.strip(),
        show_smallest(effect.smallest_p, language),
        verdict_text(effect.verdict, known_language(language)),
    )


def _among(design: Design, language: str) -> str:
    """How many units are treated of how many, and whether only those of one kind are compared."""
    _ = translator(language)
    alike = any(each.reason == "other_kind" for each in design.excluded)
    text = _("Chỉ các đơn vị cùng loại: {treated} trong {units}.") if alike else _("{treated} trong {units} đơn vị.")
    units = len(design.treated) + len(design.comparison)
    return "" if design.within else text.format(treated=len(design.treated), units=units)


def _p(p: float, language: str) -> str:
    return DASH if math.isnan(p) else show_number(p, language, decimals=3)
