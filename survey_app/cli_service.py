"""`hailong service show`: what dossiers say of units in a period."""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import typer

from scoring import Ratio, Text
from survey_app.cli_results import Language, PeriodOption, UnitOption, known_period, known_units, take_snapshot
from survey_app.command_line import Json
from survey_app.service_results import ServiceResult, read_service_result

service = typer.Typer(
    help="Service as dossiers show it: on time, waiting, online, counter visits.", no_args_is_help=True
)
KnownLanguage = Literal["vi", "en"]
WORDS: dict[str, Text] = {
    "on_time": Text("Đúng hạn", "On time"),
    "early": Text("Trước hạn", "Early"),
    "same_day": Text("Trả trong ngày", "Same day"),
    "supplement": Text("Phải bổ sung", "Asked for more"),
    "online": Text("Nộp trực tuyến", "Filed online"),
    "paid_online": Text("Thanh toán trực tuyến", "Paid online"),
    "digitised": Text("Số hóa", "Digitised"),
    "waiting": Text("Chờ (giờ làm việc)", "Waiting (working hours)"),
    "spread": Text("trung bình {}, trung vị {}, chín phần mười dưới {}", "mean {}, median {}, nine in ten below {}"),
    "visits": Text("Lượt đến quầy", "Counter visits"),
    "rate": Text("Tỷ lệ phản hồi", "Response rate"),
    "fault": Text(
        "Sai số liệu: {} {:%m/%Y} có {} lượt đánh giá mà {} lượt đến quầy",
        "Fault in the data: {} {:%m/%Y} has {} answers of {} counter visits",
    ),
    "few": Text("chưa đủ hồ sơ", "too few dossiers"),
    "few_visits": Text("chưa đủ lượt", "too few visits"),
    "unknown": Text("không rõ", "not known"),
    "field": Text("Lĩnh vực", "Field"),
    "desk": Text("Quầy", "Desk"),
    "half_day": Text("Buổi", "Half-day"),
    "morning": Text("sáng", "morning"),
    "afternoon": Text("chiều", "afternoon"),
    "units": Text("{} đơn vị", "{} units"),
    "simulated": Text(" · DỮ LIỆU MÔ PHỎNG", " · SIMULATED DATA"),
}


@service.callback()
def _service() -> None:
    """Keep `show` a word of its own."""


@service.command("show")
def service_show(
    period: PeriodOption = None,
    unit: UnitOption = None,
    language: Language = "vi",
    *,
    mix: Annotated[bool, typer.Option("--mix", help="Also with what business people came.")] = False,
    as_json: Json = False,
) -> None:
    """Shares of dossiers with their number, waiting in working hours, counter visits and the response rate."""
    snapshot = take_snapshot()
    found = read_service_result(snapshot, known_units(snapshot, unit), known_period(period))
    if as_json:
        print(json.dumps(_document(found, mix=mix), ensure_ascii=False, indent=2))
        return
    told: KnownLanguage = "en" if language == "en" else "vi"
    name = found.units[0].name if len(found.units) == 1 else _word("units", told).format(len(found.units))
    print(f"{name} · {found.period.name(told)}{_word('simulated', told) if found.simulated else ''}")
    for line in _lines(found, told, mix=mix):
        print(line)


def _word(name: str, language: KnownLanguage) -> str:
    return getattr(WORDS[name], language)


def _lines(found: ServiceResult, language: KnownLanguage, *, mix: bool) -> Iterator[str]:
    few = _word("few", language)
    for measure, share in found.shares.items():
        yield f"{_word(measure, language):<24} {_share(share, language)}"
    waiting, told = found.waiting, few
    if waiting.mean is not None and waiting.median is not None and waiting.p90 is not None:
        numbers = [_local(f"{each:.1f}", language) for each in (waiting.mean, waiting.median, waiting.p90)]
        told = f"{_word('spread', language).format(*numbers)} (n = {waiting.n})"
    yield f"{_word('waiting', language):<24} {told}"
    yield f"{_word('visits', language):<24} {few if found.visits is None else found.visits}"
    yield f"{_word('rate', language):<24} {_share(found.rates.together(), language)}"
    for fault in found.rates.faults:
        yield _word("fault", language).format(fault.unit, fault.month, fault.answers, fault.visits)
    for margin, labels in found.mix.items() if mix else ():
        known = ", ".join(f"{_label(label, language)} {n}" for label, n in labels.items())
        yield f"{_word(margin, language):<24} {known or _word('few_visits', language)}"


def _label(label: str, language: KnownLanguage) -> str:
    return _word(label, language) if label in {"morning", "afternoon"} else label or _word("unknown", language)


def _share(share: Ratio | None, language: KnownLanguage) -> str:
    if share is None or not share.denominator:
        return _word("few", language)
    percent = _local(f"{100 * share.numerator / share.denominator:.1f}", language)
    return f"{percent}% ({share.numerator} / {share.denominator})"


def _local(number: str, language: KnownLanguage) -> str:
    return number.replace(".", ",") if language == "vi" else number


def _document(found: ServiceResult, *, mix: bool) -> dict[str, Any]:
    together = found.rates.together()
    return {
        "units": [unit.code for unit in found.units],
        "period": found.period.code,
        "simulated": found.simulated,
        "shares": {measure: _counts(share) for measure, share in found.shares.items()},
        "waiting_hours": {
            "n": found.waiting.n,
            "mean": found.waiting.mean,
            "median": found.waiting.median,
            "p90": found.waiting.p90,
        },
        "counter_visits": found.visits,
        "response_rate": _counts(together if together.denominator else None),
        "faults": [str(fault) for fault in found.rates.faults],
    } | ({"mix": {margin: dict(labels) for margin, labels in found.mix.items()}} if mix else {})


def _counts(share: Ratio | None) -> Mapping[str, Any] | None:
    if share is None:
        return None
    return {"share": share.numerator / share.denominator, "of": share.denominator, "count": share.numerator}
