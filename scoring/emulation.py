"""The emulation sheet: many units under one edition; points, gates, class, tie bands and the reasons for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.estimate import Estimate
from scoring.formula import spell, spell_percent
from scoring.gate import Gate
from scoring.measures import Ratio
from scoring.node import Text, round_half_up
from scoring.ranking import RankSets, rank_sets
from scoring.sheet import ScoreSheet
from scoring.sheet_node import SheetNode

__all__ = ["Candidate", "EmulationSheet", "Standing", "prepare_emulation", "rank_places", "tie_bands"]

NEAR_CUT = Text("sát ngưỡng", "near a cut")
NO_CLASSES = Text("không xếp loại", "no classes")
NOT_ENOUGH = Text("chưa đủ dữ liệu", "not enough data")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit to be judged. responses: answers received of dossiers served; days_without_scan: of the period's
    working days; received: answers, shown or not. All are shown where there is too little to judge; None where they are not
    known, or where no code was there to be scanned.
    """

    name: str
    sheet: ScoreSheet
    responses: Ratio | None = None
    days_without_scan: int | None = None
    received: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the sheet says of one unit.

    tie_band: 1 is the best; units of one band are not told apart. None without a class. reasons: sentences that say why
    these points, and why this class or none.
    """

    candidate: Candidate
    tie_band: int | None
    reasons: tuple[Text, ...]

    @property
    def sheet(self) -> ScoreSheet:
        """The unit's own sheet."""
        return self.candidate.sheet

    @property
    def class_name(self) -> Text:
        """The class; that there is not enough data for one; or that the edition has none."""
        if self.sheet.band:
            return self.sheet.band.name
        return NO_CLASSES if self.sheet.enough else NOT_ENOUGH

    @property
    def near_cut(self) -> Text | None:
        """«sát ngưỡng» with the other possible classes; None where the interval crosses no cut."""
        others = self.sheet.other_bands
        if not others:
            return None
        vi, en = " / ".join(band.name.vi for band in others), " / ".join(band.name.en for band in others)
        return Text(f"{NEAR_CUT.vi}: {vi}", f"{NEAR_CUT.en}: {en}")


@dataclass(frozen=True, slots=True)
class EmulationSheet:
    """All units of one edition and period. standings: by tie band, inside a band by the unit's code; those without a
    class last. The order inside a band says nothing.
    """

    edition: str
    edition_name: Text
    edition_digest: str
    period: str
    standings: tuple[Standing, ...]

    @property
    def simulated(self) -> bool:
        """Whether any number of it comes from simulated data."""
        return any(standing.sheet.simulated for standing in self.standings)

    def standing(self, unit: str) -> Standing:
        """What the sheet says of this unit.

        Raises:
            KeyError: the unit is not on the sheet.
        """
        found = next((standing for standing in self.standings if standing.sheet.unit == unit), None)
        if found is None:
            raise KeyError(unit)
        return found

    def rows(self) -> list[dict[str, str | int | bool | None]]:
        """One flat row per unit for a CSV file; numbers as text with a decimal point, None where nothing is shown."""
        return [_row(standing) for standing in self.standings]


def prepare_emulation(candidates: Iterable[Candidate]) -> EmulationSheet:
    """The emulation sheet of units that were scored by the same edition for the same period.

    Tie bands: units with a class are put in order of points; a band ends only where every unit above differs from every
    unit below. Two units differ if the difference of their points is significant at 5 %, by Holm's adjustment for all
    pairs on the sheet: as long as all units are truly alike, the chance that the sheet parts any of them is at most 5 %.
    The error of a difference is made of both intervals on the sides that face each other (`rank_sets`), so the more units
    there are to compare, the larger a difference must be. Points without an interval (nothing sampled) are taken as
    exact; equal points share a band.

    Args:
        candidates: one or more, each unit once.

    Returns:
        The sheet. Which units are on it changes bands, never a unit's points or class.

    Raises:
        ValueError: no candidate, a unit twice, or sheets of different editions or periods.
    """
    given = sorted(candidates, key=lambda candidate: candidate.sheet.unit)
    if not given:
        raise ValueError("candidates == [], must be at least one.")
    _check_alike(given)
    bands = tie_bands([candidate.sheet for candidate in given if candidate.sheet.band])
    standings = [Standing(each, bands.get(each.sheet.unit), tuple(_reasons(each))) for each in given]
    first = given[0].sheet
    return EmulationSheet(
        edition=first.edition,
        edition_name=first.edition_name,
        edition_digest=first.edition_digest,
        period=first.period,
        standings=tuple(sorted(standings, key=lambda standing: standing.tie_band or len(given) + 1)),
    )


def _check_alike(given: list[Candidate]) -> None:
    units = Counter(candidate.sheet.unit for candidate in given)
    twice = sorted(unit for unit, times in units.items() if times > 1)
    if twice:
        raise ValueError(f"units == {twice} more than once, must be each unit once.")
    for name, found in (
        ("edition_digest", {candidate.sheet.edition_digest for candidate in given}),
        ("period", {candidate.sheet.period for candidate in given}),
    ):
        if len(found) > 1:
            raise ValueError(f"{name} == {sorted(found)}, must be one for all units.")


def tie_bands(sheets: Iterable[ScoreSheet]) -> dict[str, int]:
    """Unit → its band, 1 best, by the rule of `prepare_emulation`; judged on the numbers as printed."""
    given = list(sheets)
    bands = _ranked(given).tie_band
    return {sheet.unit: band for sheet, band in zip(given, bands, strict=True) if band is not None}


def rank_places(sheets: Iterable[ScoreSheet]) -> dict[str, tuple[int, int]]:
    """Unit → the best and the worst place it may hold, by the same tests as `tie_bands`; which units of a band differ.

    A band may hold units that differ, if a third one lies between them: then the first may hold the places 1 to 2, the
    last 2 to 3.

    Args:
        sheets: those to be compared, of one edition and period.

    Returns:
        Places from 1, the highest; with 95 % confidence the ranges of all units together contain their true places.
    """
    given = list(sheets)
    sets = _ranked(given)
    return {
        sheet.unit: (best, worst)
        for sheet, best, worst in zip(given, sets.best, sets.worst, strict=True)
        if best is not None and worst is not None
    }


def _ranked(sheets: list[ScoreSheet]) -> RankSets:
    return rank_sets([_printed(sheet) for sheet in sheets])


def _printed(sheet: ScoreSheet) -> Estimate:
    """Points with their interval as printed; an interval of one point where there is none."""
    points = sheet.points if sheet.points is not None else Decimal(0)
    low, high = sheet.interval or (points, points)
    ends = (float(min(low, points)), float(max(high, points)))
    return Estimate(float(points), *ends, sheet.total.n or 1)  # how many answered plays no part in the tests


def _reasons(candidate: Candidate) -> Iterator[Text]:
    sheet = candidate.sheet
    if sheet.points is not None:
        yield _total_reason(sheet)
    for node in sheet.children(sheet.total.code):
        yield _line_reason(node, sheet.decimals)
    yield from _class_reasons(candidate)


def _total_reason(sheet: ScoreSheet) -> Text:
    points = spell(sheet.total.points or Fraction(0), sheet.decimals)
    vi, en = f"Tổng {points.vi} điểm", f"{points.en} points in all"
    if sheet.interval:
        low, high = (spell(end, sheet.decimals) for end in sheet.interval)
        vi += f" (khoảng tin cậy 95 %: {low.vi}–{high.vi})"
        en += f" (95 % interval {low.en}–{high.en})"
    if sheet.total.n is not None:
        vi, en = f"{vi}, {sheet.total.n} lượt đánh giá", f"{en}, {sheet.total.n} answers"
    return Text(f"{vi}; {sheet.coverage.vi}.", f"{en}; {sheet.coverage.en}.")


def _line_reason(node: SheetNode, decimals: int) -> Text:
    if node.points is None:
        return Text(f"{node.name.vi}: {node.formula.vi}", f"{node.name.en}: {node.formula.en}")
    points, most = spell(node.points, decimals), spell(node.maximum_used, decimals)
    return Text(
        f"{node.name.vi}: {points.vi} trên {most.vi} điểm. {node.formula.vi}.",
        f"{node.name.en}: {points.en} of {most.en} points. {node.formula.en}.",
    )


def _class_reasons(candidate: Candidate) -> Iterator[Text]:
    sheet = candidate.sheet
    if sheet.band:
        cut = f"{float(sheet.band.cut):g}"
        yield Text(
            f"Xếp loại: {sheet.band.name.vi} (từ {cut.replace('.', ',')} điểm).",
            f"Class: {sheet.band.name.en} (from {cut} points).",
        )
        yield from _near_cut_reason(sheet)
        return
    failed = [_gate_text(gate, candidate) for gate in sheet.gates if not gate.passed]
    if not failed:
        yield Text("Bộ chỉ số này không xếp loại.", "This edition has no classes.")
        return
    yield Text(
        f"Chưa đủ dữ liệu để xếp loại. {'; '.join(text.vi for text in failed)}.",
        f"Not enough data for a class. {'; '.join(text.en for text in failed)}.",
    )
    yield from _response_reasons(candidate)


def _gate_text(gate: Gate, candidate: Candidate) -> Text:
    """What a condition says; of answers that may not be shown how many were received, for none would be wrong."""
    if gate.code != "enough_answers" or candidate.sheet.total.n or not candidate.received:
        return gate.text
    return Text(
        f"{candidate.received} lượt đánh giá đã nhận, chưa đủ để hiện",
        f"{candidate.received} answers received, too few to be shown",
    )


def _near_cut_reason(sheet: ScoreSheet) -> Iterator[Text]:
    if not sheet.near_cut:
        return
    vi, en = (" / ".join(band.name[language] for band in sheet.other_bands) for language in (0, 1))
    counts = (
        Text("mức được tính theo điểm", "the points decide")
        if sheet.judged_on == "value"
        else Text("mức được tính theo cận dưới", "the low end decides")
    )
    yield Text(
        f"Sát ngưỡng: khoảng tin cậy chạm cả mức {vi}; {counts.vi}.",
        f"Near a cut: the interval also reaches {en}; {counts.en}.",
    )


def _response_reasons(candidate: Candidate) -> Iterator[Text]:
    rate, days = candidate.responses, candidate.days_without_scan
    if rate is not None and rate.denominator:
        share, answers, served = (
            spell_percent(Fraction(rate.numerator, rate.denominator)),
            spell(rate.numerator, 0),
            spell(rate.denominator, 0),
        )
        yield Text(
            f"Tỷ lệ phản hồi: {answers.vi} lượt trên {served.vi} hồ sơ = {share.vi}.",
            f"Response rate: {answers.en} answers of {served.en} dossiers = {share.en}.",
        )
    if days is not None:
        yield Text(f"Số ngày làm việc không có lượt quét mã: {days}.", f"Working days without a scan: {days}.")


def _row(standing: Standing) -> dict[str, str | int | bool | None]:
    sheet, candidate = standing.sheet, standing.candidate
    low, high = sheet.interval or (None, None)
    rate = candidate.responses if candidate.responses and candidate.responses.denominator else None
    near_cut = standing.near_cut or Text("", "")
    components = {
        f"points.{node.code}": _number(node.points, sheet.decimals) for node in sheet.children(sheet.total.code)
    }
    return {
        "unit": sheet.unit,
        "name": candidate.name,
        "period": sheet.period,
        "edition": sheet.edition,
        "points": _number(sheet.points, sheet.decimals),
        "low": _number(low, sheet.decimals),
        "high": _number(high, sheet.decimals),
        "n": sheet.total.n,
        "class_vi": standing.class_name.vi,
        "class_en": standing.class_name.en,
        "near_cut_vi": near_cut.vi,
        "near_cut_en": near_cut.en,
        "tie_band": standing.tie_band,
        **components,
        "response_share": _number(Fraction(rate.numerator, rate.denominator), 4) if rate else None,
        "days_without_scan": candidate.days_without_scan,
        "coverage_vi": sheet.coverage.vi,
        "coverage_en": sheet.coverage.en,
        "reasons_vi": " ".join(reason.vi for reason in standing.reasons),
        "reasons_en": " ".join(reason.en for reason in standing.reasons),
        "simulated": sheet.simulated,
        "snapshot": sheet.snapshot,
        "edition_digest": sheet.edition_digest,
        "sheet_digest": sheet.digest,
    }


def _number(number: Fraction | Decimal | None, decimals: int) -> str | None:
    return None if number is None else str(round_half_up(number, decimals))
