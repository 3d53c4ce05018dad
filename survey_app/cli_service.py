"""`hailong service show`: what dossiers say of units in a period."""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from scoring import Ratio
from survey_app.cli_results import PeriodOption, UnitOption, known_period, known_units, take_snapshot
from survey_app.command_line import Json
from survey_app.service_results import ServiceResult, read_service_result

service = typer.Typer(
    help="Service as dossiers show it: on time, waiting, online, counter visits.", no_args_is_help=True
)
NAMES = {
    "on_time": "Đúng hạn",
    "early": "Trước hạn",
    "same_day": "Trả trong ngày",
    "supplement": "Phải bổ sung",
    "online": "Nộp trực tuyến",
    "paid_online": "Thanh toán trực tuyến",
    "digitised": "Số hóa",
}
MARGINS = {"field": "Lĩnh vực", "desk": "Quầy", "half_day": "Buổi"}
HALF_DAYS = {"morning": "sáng", "afternoon": "chiều"}


@service.callback()
def _service() -> None:
    """Keep `show` a word of its own."""


@service.command("show")
def service_show(
    period: PeriodOption = None,
    unit: UnitOption = None,
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
    names = found.units[0].name if len(found.units) == 1 else f"{len(found.units)} đơn vị"
    print(f"{names} · {found.period.name('vi')}{' · DỮ LIỆU MÔ PHỎNG' if found.simulated else ''}")
    for line in _lines(found, mix=mix):
        print(line)


def _lines(found: ServiceResult, *, mix: bool) -> Iterator[str]:
    for measure, share in found.shares.items():
        yield f"{NAMES[measure]:<24} {_share(share)}"
    waiting = found.waiting
    if waiting.mean is None or waiting.median is None or waiting.p90 is None:
        yield f"{'Chờ (giờ làm việc)':<24} chưa đủ hồ sơ"
    else:
        numbers = [f"{each:.1f}".replace(".", ",") for each in (waiting.mean, waiting.median, waiting.p90)]
        told = "trung bình {}, trung vị {}, chín phần mười dưới {}".format(*numbers)
        yield f"{'Chờ (giờ làm việc)':<24} {told} (n = {waiting.n})"
    yield f"{'Lượt đến quầy':<24} {'chưa có' if found.visits is None else found.visits}"
    yield f"{'Tỷ lệ phản hồi':<24} {_share(found.rates.together())}"
    for fault in found.rates.faults:
        yield f"Sai số liệu: {fault.unit} {fault.month:%m/%Y} có {fault.answers} lượt đánh giá mà {fault.visits} lượt đến quầy"
    for margin, labels in found.mix.items() if mix else ():
        told = ", ".join(f"{HALF_DAYS.get(label, label) or 'không rõ'} {n}" for label, n in labels.items())
        yield f"{MARGINS[margin]:<24} {told or 'chưa đủ lượt'}"


def _share(share: Ratio | None) -> str:
    if share is None or not share.denominator:
        return "chưa đủ hồ sơ"
    percent = f"{100 * share.numerator / share.denominator:.1f}".replace(".", ",")
    return f"{percent}% ({share.numerator} / {share.denominator})"


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
