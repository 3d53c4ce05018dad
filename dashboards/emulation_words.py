"""What the emulation page says: how many have a class and how surely, and the table of all units."""

from collections.abc import Iterator, Mapping

from dashboards.level_words import show_silent_days, too_few_sentence
from dashboards.place_words import show_places
from dashboards.plain_text import plain
from dashboards.sheet_table import tell_formula
from dashboards.wording import DASH, pick, show_number, show_share, translator
from scoring import EmulationSheet, Ratio, ScoreSheet, Standing


def tell_verdict(sheet: EmulationSheet, period: str, language: str, *, running: bool, early: bool) -> tuple[str, str]:
    """How many units have a class, how many are near a cut, how many cannot be judged; and what points cannot say.

    running: the period is not over. early: it began before the edition was in force.
    """
    _ = translator(language)
    quiet = " ".join(_doubts(sheet, language, running=running, early=early))
    if len(sheet.standings) == 1:
        return _tell_one(sheet.standings[0], period, language), quiet
    classed = [each for each in sheet.standings if each.tie_band is not None]
    near = sum(each.near_cut is not None for each in classed)
    said = _("{period}: {classed} trong {all} đơn vị đủ dữ liệu để xếp loại").format(
        period=period, classed=len(classed), all=len(sheet.standings)
    )
    if classed:
        said += _(", trong đó {near} đơn vị sát ngưỡng").format(near=near)
    if len(classed) < len(sheet.standings):
        said += _("; {n} đơn vị chưa đủ dữ liệu").format(n=len(sheet.standings) - len(classed))
    return f"{said[0].upper()}{said[1:]}.", quiet


def _tell_one(standing: Standing, period: str, language: str) -> str:
    """A unit by itself: its points, its class, and the other class that its interval reaches."""
    text = translator(language)("{period}, {unit}: {points} điểm – {class_name}")
    near = f" ({pick(standing.near_cut, language)})" if standing.near_cut else ""
    said = text.format(
        period=period,
        unit=standing.candidate.name,
        points=tell_points(standing.sheet, language),
        class_name=pick(standing.class_name, language),
    )
    return f"{said[0].upper()}{said[1:]}{near}."


def _doubts(sheet: EmulationSheet, language: str, *, running: bool, early: bool) -> Iterator[str]:
    _ = translator(language)
    bands = [each.tie_band for each in sheet.standings if each.tie_band is not None]
    if len(bands) > 1:
        groups = len(set(bands))
        if groups == 1:
            yield _("Số liệu chưa đủ để xếp thứ tự các đơn vị này.")
        else:
            yield _("Chỉ phân biệt được {groups} nhóm; trong một nhóm số liệu chưa đủ để xếp thứ tự.").format(
                groups=groups
            )
    if running:
        yield _("Kỳ này chưa kết thúc: điểm còn thay đổi.")
    if early:
        yield _("Kỳ này trước ngày bộ tiêu chí có hiệu lực: chỉ để minh họa.")


def points_alt(sheet: EmulationSheet, language: str) -> str:
    """What the picture of the points shows, and of how many answers."""
    _ = translator(language)
    n = sum(each.sheet.total.n or 0 for each in sheet.standings if each.tie_band is not None)
    text = _(
        "Điểm từng đơn vị với khoảng tin cậy 95 % ({n} lượt đánh giá); vạch đứt là ngưỡng xếp loại; chấm rỗng: sát ngưỡng; nền chung: các đơn vị chưa xếp được thứ tự."
    )
    return text.format(n=show_number(n, language, decimals=0))


def waterfall_alt(standing: Standing, language: str) -> str:
    """The first reason: points, interval and n; or the class that there is none."""
    return pick(standing.reasons[0], language) if standing.reasons else pick(standing.class_name, language)


def gate_lines(sheet: ScoreSheet, language: str) -> list[str]:
    """Each condition for a class, met or not, as Markdown."""
    _ = translator(language)
    words = {True: _("Đạt"), False: _("**Chưa đạt**")}
    return [f"{words[gate.passed]}: {plain(pick(gate.text, language))}." for gate in sheet.gates]


def standing_columns(language: str) -> tuple[str, ...]:
    """The heads of `standing_rows`."""
    _ = translator(language)
    return _("Đơn vị"), _("Điểm"), "n", _("Vị trí có thể"), _("Xếp loại"), _("Sát ngưỡng")


def standing_rows(sheet: EmulationSheet, places: Mapping[str, tuple[int, int]], language: str) -> list[tuple[str, ...]]:
    """All units: points with interval, n, possible places, class, near which other. The order inside a group says nothing."""
    return [
        (
            each.candidate.name,
            tell_points(each.sheet, language),
            DASH if not each.sheet.total.n else show_number(each.sheet.total.n, language, decimals=0),
            show_places(places.get(each.sheet.unit)),
            pick(each.class_name, language),
            _other_classes(each.sheet, language),
        )
        for each in sheet.standings
    ]


def _other_classes(sheet: ScoreSheet, language: str) -> str:
    """The classes beside its own that its interval reaches."""
    return " / ".join(pick(band.name, language) for band in sheet.other_bands)


def standing_file_rows(sheet: EmulationSheet, places: Mapping[str, tuple[int, int]]) -> list[dict[str, object]]:
    """One line a unit for a file: what the sheet says, and the places that the unit may hold."""
    rows = []
    for row in sheet.rows():
        best, worst = places.get(str(row["unit"]), (None, None))
        rows.append({**row, "best_place": best, "worst_place": worst})
    return rows


def unclassed_rows(sheet: EmulationSheet, language: str) -> list[tuple[str, ...]]:
    """Units without a class: name, why, response rate, working days without a scan."""
    return [
        (
            each.candidate.name,
            "; ".join(_tell_lacking(each, language)),
            _tell_rate(each.candidate.responses, language),
            show_silent_days(each.candidate.days_without_scan, language),
        )
        for each in sheet.standings
        if each.tie_band is None
    ]


def _tell_lacking(standing: Standing, language: str) -> Iterator[str]:
    """What stands in the way of a class; of answers that may not be shown yet only how many were received."""
    _, sheet, received = translator(language), standing.sheet, standing.candidate.received
    hidden = any(node.state == "too_few" for node in sheet.children(sheet.total.code)) and received is not None
    if hidden:
        yield too_few_sentence(received or 0, language).removesuffix(".")
    if hidden and not any(node.state == "not_measured" for node in sheet.children(sheet.total.code)):
        return
    for gate in sheet.gates:
        if not gate.passed and not (hidden and gate.code == "enough_answers"):
            yield pick(gate.text, language)


def node_rows(sheet: ScoreSheet, language: str) -> list[tuple[str, ...]]:
    """Every line of the edition: name, points, what it can bring, formula with its uncertainty, source."""
    return [
        (
            node.code,
            pick(node.name, language),
            DASH if node.points is None else show_number(float(node.points), language, decimals=sheet.decimals),
            show_number(float(node.maximum_used), language, decimals=sheet.decimals),
            tell_formula(node, language),
            pick(node.source, language),
        )
        for node in sheet.nodes
    ]


def tell_points(sheet: ScoreSheet, language: str) -> str:
    """«87,53 (84,70–89,89)»; a dash where there are none."""
    if sheet.points is None:
        return DASH
    shown = [
        show_number(float(each), language, decimals=sheet.decimals) for each in (sheet.points, *(sheet.interval or ()))
    ]
    return f"{shown[0]} ({shown[1]}–{shown[2]})" if sheet.interval else shown[0]


def _tell_rate(rate: Ratio | None, language: str) -> str:
    if rate is None or not rate.denominator:
        return DASH
    _ = translator(language)
    return _("{share} ({answers} trên {visits} lượt đến quầy)").format(
        share=show_share(rate.numerator / rate.denominator, language),
        answers=show_number(rate.numerator, language, decimals=0),
        visits=show_number(rate.denominator, language, decimals=0),
    )
