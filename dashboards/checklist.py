"""The checklist of a locality that has no pilot but tasks: what its measures show, and what needs a paper."""

import streamlit as st

from dashboards import data
from dashboards.page import Page, choose_period, offer_csv, show_note, show_rows, show_verdict
from dashboards.plain_text import plain
from dashboards.wording import show_estimate, show_number, show_share, translator
from scoring import Estimate, Ratio


def show_tasks(page: Page, locality: str) -> None:
    """The checklist as a page: verdict, each task with its numbers, download."""
    _, units = page._, data.units_today(page.snapshot, locality)
    period = choose_period(page, units)
    tasks = data.task_results(page.snapshot, locality, period)
    known = sum(task.known for task in tasks)
    said = _("{period}: {known} trong {all} nhiệm vụ có số liệu để xem; {papers} nhiệm vụ chưa có, cần xem hồ sơ.")
    said = said.format(period=period.name(page.language), known=known, all=len(tasks), papers=len(tasks) - known)
    show_verdict(
        said[0].upper() + said[1:],
        _(
            "Số liệu là của các đơn vị kế thừa từ 01/7/2025. Bảng này đặt số liệu cạnh nhiệm vụ; hoàn thành hay chưa do Ban Chỉ đạo kết luận."
        ),
    )
    names = [f"{unit.kind} {unit.name}" for unit in units]
    for number, task in enumerate(tasks, start=1):
        st.markdown(f"## {number}. {plain(task.task.names[page.language])}")
        rows = [(measure.measure.names[page.language], *_cells(measure, page.language)) for measure in task.measures]
        show_rows((_("Thước đo"), *names), rows, key=f"task-{number}")
    offer_csv(page, _("Tải bảng nhiệm vụ (CSV)"), list(_rows(tasks, names, page)), name=f"tasks-{period.code}")
    show_note(_("Nguồn: {source}").format(source=tasks[0].task.source if tasks else "–"))


def _cells(result: data.MeasureResult, language: str) -> list[str]:
    if result.measure.kind == "evidence":
        return [translator(language)("cần hồ sơ")] * len(result.found)
    return [tell_found(found, language) for found in result.found]


def tell_found(found: Estimate | Ratio | None, language: str) -> str:
    """A measure's number with what stands behind it, or that there is none."""
    _ = translator(language)
    if isinstance(found, Estimate):
        if not found.n:
            return _("chưa đủ lượt đánh giá")
        return f"{show_estimate(found, language)}, n = {found.n}"
    if found is None or not found.denominator:
        return _("chưa có số liệu")
    counts = _("{part} trên {whole}").format(
        part=show_number(found.numerator, language, decimals=0),
        whole=show_number(found.denominator, language, decimals=0),
    )
    return f"{show_share(found.numerator / found.denominator, language)} ({counts})"


def _rows(tasks: tuple[data.TaskResult, ...], names: list[str], page: Page) -> list[dict[str, object]]:
    _ = page._
    return [
        {
            _("số"): number,
            _("nhiệm vụ"): task.task.names[page.language],
            _("thước đo"): measure.measure.names[page.language],
        }
        | dict(zip(names, _cells(measure, page.language), strict=True))
        for number, task in enumerate(tasks, start=1)
        for measure in task.measures
    ]
