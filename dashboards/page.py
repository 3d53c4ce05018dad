"""What every page shares: language, period and units from the address, the notice, the picture's frame."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal
from urllib.parse import urlencode

import plotly.graph_objects as go
import streamlit as st

from dashboards import data
from dashboards.plain_text import Strong, plain
from dashboards.table_file import csv_bytes
from dashboards.theme import DARK, LIGHT, Theme, theme_of
from dashboards.wording import (
    FIRST_LANGUAGE,
    LANGUAGES,
    Translate,
    known_language,
    show_date,
    show_number,
    translator,
)
from scoring import BoundaryKind, Period, PeriodKind, parse_period, period_of

PHONE = 640
"""Pixels up to which a table is too wide for the screen."""
MARK = 24
"""Pixels above a picture for the words that it is simulated."""
FLAGGED_TOO = "all"
"""What `?flags=` says where the answers that are left out for their flags are to be counted."""
AS_THEY_WERE = "none"
"""What `?boundaries=` says where every month keeps the units of its time."""
PERIOD_KINDS: tuple[PeriodKind, ...] = ("quarter", "month", "year")


@dataclass(frozen=True)
class Page:
    """The reader, their language and theme, and the record as of now."""

    language: str
    theme: Theme
    snapshot: data.Snapshot
    reader: data.User

    @property
    def _(self) -> Translate:
        """Turns a Vietnamese text into the reader's language."""
        return translator(self.language)

    @property
    def sees_all(self) -> bool:
        """Whether the reader may look into every unit."""
        return self.reader.units is None

    @property
    def units_now(self) -> tuple[data.Unit, ...]:
        """Units of today that the reader may look into."""
        return self.only_seen(self.snapshot.units_now)

    def only_seen(self, units: Iterable[data.Unit]) -> tuple[data.Unit, ...]:
        """Those of the units that the reader may look into."""
        return tuple(unit for unit in units if self.reader.sees(unit.code))

    @property
    def first_step(self) -> data.FirstStep | None:
        """What the units that the reader may look into need first; None where somebody has answered."""
        return data.first_step(self.snapshot, self.only_seen(self.snapshot.register.units))

    def address(self, **chosen: str) -> dict[str, str]:
        """What the address of another page says so that it is in the same language and counts the same answers."""
        kept = {key: st.query_params[key] for key in ("lang", "flags") if key in st.query_params}
        return kept | chosen

    @property
    def known_language(self) -> Literal["vi", "en"]:
        """The language that scoring's own sentences have for it."""
        return known_language(self.language)


def open_page() -> Page:
    """The page as the address asks for it; the script stops here where nobody is signed in any more."""
    language, reader = _language(), data.reader()
    if reader is None:
        _show_signed_out(language)
        st.stop()
    snapshot = data.latest()
    counted = snapshot.with_doubtful if st.query_params.get("flags") == FLAGGED_TOO else snapshot
    return Page(language, theme_of(st.context.theme.type), counted, reader)


def _language() -> str:
    asked = st.query_params.get("lang", FIRST_LANGUAGE)
    return asked if asked in LANGUAGES else FIRST_LANGUAGE


def _show_signed_out(language: str) -> None:
    _ = translator(language)
    st.info(_("Phiên đăng nhập đã hết, hoặc tài khoản đã thay đổi. Xin đăng nhập lại."), icon=":material/lock:")
    st.html(_link("/sign-in?next=/dashboards/", _("Đăng nhập")))


def _link(address: str, words: str, *, language: str = "") -> str:
    """A link that stays in this tab, which Streamlit's own do not. words: HTML; language: of what it leads to, if another.

    Its colour is the ground's of this moment: a theme that changes while the page stands open draws nothing anew here.
    """
    style = f"color:{LIGHT.link};color:light-dark({LIGHT.link},{DARK.link});display:inline-block;min-height:48px"
    other = f' lang="{language}" hreflang="{language}"' if language else ""
    return f'<a href="{escape(address)}" target="_self" style="{style}"{other}>{words}</a>'


def choose(label: str, options: Sequence[str], *, key: str, names: dict[str, str], default: str) -> str:
    """A choice that lives in the address as plain text; what the address asks and we do not have is the default."""
    asked = st.query_params.get(key, default)
    start = asked if asked in options else default
    chosen = st.selectbox(
        label,
        options,
        index=list(options).index(start),
        format_func=lambda code: names.get(code, code),
        key=f"{key}-{st.query_params.get('lang', '')}",
        placeholder=translator(_language())("Chọn"),
    )
    if chosen == default:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = chosen
    return str(chosen)


def choose_number(label: str, *, key: str, default: int, least: int, most: int) -> int:
    """A whole number that lives in the address; what the address asks outside of the range is the default, put inside it."""
    asked, default = st.query_params.get(key, ""), min(max(default, least), most)
    start = (
        int(asked) if asked.isdecimal() and len(asked) <= len(str(most)) and least <= int(asked) <= most else default
    )
    chosen = int(st.number_input(label, min_value=least, max_value=most, value=start, step=1))
    if chosen == default:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = str(chosen)
    return chosen


def not_for_units(page: Page) -> None:
    """In place of a page that sets units beside one another, for whoever may see their own only."""
    words = page._("Trang này so sánh các đơn vị với nhau, nên không dành cho tài khoản của một đơn vị.")
    show_verdict(words, page._("Kết quả của đơn vị ở trang Tổng quan, Đơn vị và quầy, Thi đua."))


def need_units(page: Page) -> None:
    """Where the register is empty there is nothing to look at yet: say where it is filled, and stop."""
    if not page.snapshot.register.units:
        st.info(page._("Chưa có đơn vị nào. Xin nhập danh mục ở [trang của cán bộ](/office/register)."))
        st.stop()


def show_first_step(page: Page) -> None:
    """Where nobody has answered yet: what comes next, with the way to it for whoever may do it."""
    _, may = page._, page.reader.may
    step = page.first_step
    if step == "desks":
        mine, others = (
            _("Chưa đơn vị nào có quầy. Việc tiếp theo: [nhập quầy](/office/register)."),
            _("Chưa đơn vị nào có quầy. Cán bộ Nội vụ nhập quầy ở trang của cán bộ."),
        )
        st.info(mine if may("manage_register") else others)
    elif step == "codes":
        mine, others = (
            _("Chưa quầy nào có mã để quét. Việc tiếp theo: [cấp mã, in và dán ở quầy](/office/codes)."),
            _("Chưa quầy nào có mã để quét. Cán bộ Nội vụ cấp mã ở trang của cán bộ."),
        )
        st.info(mine if may("manage_codes") else others)
    elif step == "answers":
        st.info(
            _(
                "Đã có mã, chưa có lượt đánh giá nào ở đây. Lượt đầu tiên hiện khi khung giờ của nó đã hết; mức hài lòng hiện khi có đủ 10 lượt."
            )
        )


def choose_units(page: Page) -> tuple[data.Unit, ...]:
    """All units of today, those of one province, one unit, or a district of the time before 1/7/2025."""
    names = _names_of_groups(page, each=True)
    label, default = page._("Đơn vị"), next(iter(names))
    return page.only_seen(page.snapshot.units_of(choose(label, list(names), key="unit", names=names, default=default)))


def choose_group(page: Page) -> tuple[data.Unit, ...]:
    """Units to look at beside one another: all of today, those of one province, or a district's until 30/6/2025."""
    names = _names_of_groups(page, each=False)
    label, default = page._("Nơi"), next(iter(names))
    return page.only_seen(page.snapshot.units_of(choose(label, list(names), key="place", names=names, default=default)))


def _names_of_groups(page: Page, *, each: bool) -> dict[str, str]:
    """Code → name of what the reader may choose: all of today first, then provinces, each unit where wanted, districts."""
    register, now = page.snapshot.register, page.units_now
    provinces = page.only_seen({unit.parent: register.unit[unit.parent] for unit in now if unit.parent}.values())
    everything = page._("Tất cả đơn vị hiện nay") if page.sees_all else page._("Các đơn vị của tài khoản này")
    alone = not page.sees_all and len(now) == 1
    shown = (*provinces, *(now if each or alone else ()))
    names = ({} if alone else {"all": everything}) | {unit.code: f"{unit.kind} {unit.name}" for unit in shown}
    ended = page._("{unit} (đến 30/6/2025)")
    districts = page.only_seen(page.snapshot.districts)
    return names | {unit.code: ended.format(unit=f"{unit.kind} {unit.name}") for unit in districts}


def choose_period(page: Page, units: tuple[data.Unit, ...] = ()) -> Period:
    """Month, quarter or year in which the units have answers; the last such quarter unless the address says otherwise."""
    months = page.snapshot.months_with_answers(units or page.units_now) or (page.snapshot.taken.date(),)
    offered = {
        period.code: period.name(page.language)
        for kind in PERIOD_KINDS
        for period in sorted({period_of(month, kind) for month in months}, reverse=True)
    }
    return parse_period(choose(page._("Kỳ"), list(offered), key="period", names=offered, default=next(iter(offered))))


def choose_boundaries(page: Page, units: tuple[data.Unit, ...]) -> BoundaryKind | None:
    """Whether the run of months goes across the units' change, on which boundaries; offered where they changed."""
    change = data.change_of(page.snapshot.register, units)
    if change is None:
        return None
    day = show_date(change, page.language)
    names = {
        AS_THEY_WERE: page._("Đơn vị như từng thời kỳ"),
        "new": page._("Nối qua {day}: địa giới mới").format(day=day),
        "old": page._("Nối qua {day}: địa giới cũ").format(day=day),
    }
    chosen = choose(page._("Dãy tháng"), list(names), key="boundaries", names=names, default=AS_THEY_WERE)
    return "new" if chosen == "new" else "old" if chosen == "old" else None


def show_notice(page: Page) -> None:
    """Says that the data are simulated, wherever they are."""
    if page.snapshot.simulated:
        st.info(
            page._(
                "**Dữ liệu mô phỏng.** Tên nơi chốn và mô hình là thật; mọi lượt đánh giá, hồ sơ và kết quả do máy tạo ra, không nói gì về các nơi ấy."
            ),
            icon=":material/science:",
        )


def choose_flagged(page: Page) -> None:
    """Whether figures count the answers that are left out for their flags; a note says so where they do."""
    flagged = page.snapshot.doubtful_too
    if page.snapshot.has_doubtful or flagged:
        chosen = st.toggle(page._("Tính cả phiếu có cờ"), value=flagged)
        if chosen != flagged:
            if chosen:
                st.query_params["flags"] = FLAGGED_TOO
            else:
                st.query_params.pop("flags", None)
            st.rerun()
    if flagged:
        text = page._("Đang tính cả phiếu có cờ nghi vấn. Số chính thức không tính các phiếu ấy.")
        st.warning(text, icon=":material/flag:")


@st.fragment(run_every=3)
def show_received(language: str, shown_to: data.User) -> None:
    """The number received today: the only one that moves at once. With it goes the page of whom it is no longer for.

    shown_to: who the page was made for; with another role, other units or no sign-in it is made anew.
    """
    reader = data.reader()
    if reader is None or reader != shown_to:
        st.rerun(scope="app")
    text = translator(language)("Hôm nay đã nhận **{n}** lượt đánh giá.")
    st.markdown(text.format(n=show_number(data.received_today(reader.units), language, decimals=0)))


def show_reader(page: Page) -> None:
    """Who is signed in, and the way back to the pages of the staff, where one signs out."""
    if page.reader.name:
        name = escape(page.reader.shown_name)
        st.html(_link("/office/", f"{name} · {page._('Trang của cán bộ')}"))


def show_other_languages(page: Page) -> None:
    """The way to this page in another language: loaded anew, so that the document too says which language it is in."""
    here = st.query_params.to_dict()
    links = (
        _link(f"?{urlencode(here | {'lang': code})}", name, language=code)
        for code, name in LANGUAGES.items()
        if code != page.language
    )
    st.html(f'<div style="text-align:right">{" ".join(links)}</div>')


def show_picture(figure: go.Figure, *, alt: str, key: str) -> None:
    """A picture with its verdict in words below, and a button to keep it as SVG; the file too says when it is simulated."""
    language = _language()
    if data.latest().simulated:
        words = translator(language)("dữ liệu mô phỏng")
        _mark_simulated(figure, words, theme_of(st.context.theme.type))
    config: dict[str, Any] = {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "svg", "filename": key},
        "responsive": True,
        "locale": language,
        "locales": {language: {"dictionary": {"Download plot": translator(language)("Tải hình")}, "format": {}}},
    }
    st.plotly_chart(figure, width="stretch", theme=None, config=config, key=key, alt=alt)
    show_note(alt)


def _mark_simulated(figure: go.Figure, words: str, theme: Theme) -> None:
    """Words in the picture itself, above all else in it: what is kept as a file leaves the page's notice behind."""
    top = figure.layout.margin.t or 0
    figure.update_layout(
        title={
            "text": words, "x": 1, "xanchor": "right", "xref": "container", "y": 1, "yanchor": "top", "yref": "container",
            "pad": {"t": 4, "r": 8}, "font": {"size": 11, "color": theme.quiet},
        },
        margin={"t": top + MARK},
        height=(figure.layout.height or 0) + MARK,
    )  # fmt: skip


def show_verdict(text: str, quiet: str) -> None:
    """What the page says, as it could be read aloud; below it, quietly, what the number is."""
    with st.container(key="verdict"):
        st.html(
            "<style>.st-key-verdict h1 { font-size: 1.3rem; font-weight: 400; line-height: 1.55; max-width: 46em; padding: 0; }</style>"
        )
        st.markdown(f"# {plain(text)}")  # the heading of the page, for who goes from heading to heading
    show_note(quiet)


def show_text(text: str) -> None:
    """A sentence as it is: a name in it is no Markdown. Markdown of ours goes to Streamlit itself, its names through `plain`."""
    st.markdown(plain(text))


def show_note(text: str) -> None:
    """The same, small and quiet."""
    st.caption(plain(text))


def show_lines(lines: Iterable[str]) -> None:
    """The same, as a list."""
    st.markdown("\n".join(f"- {plain(line)}" for line in lines))


def show_rows(columns: Sequence[str], rows: Sequence[Sequence[str]], *, key: str) -> None:
    """A small table of texts that wrap, as Markdown; on a phone the cells of a row below one another, each with its head."""
    head, *body = (" | ".join(_cell(cell) for cell in line) for line in (columns, *rows))
    lines = [head, " | ".join(["---"] * len(columns)), *body]
    with st.container(key=f"rows-{key}"):
        st.html(f"<style>{_stacked(f'.st-key-rows-{key}', columns)}</style>")
        st.markdown("\n".join(f"| {line} |" for line in lines))


def _stacked(table: str, columns: Sequence[str]) -> str:
    heads = "".join(
        f"{table} td:nth-child({place}):not(:empty)::before{{content:{_quoted(f'{head}: ')};opacity:.8}}"
        for place, head in enumerate(columns, start=1)
        if place > 1
    )
    return (
        f"@media (max-width:{PHONE}px){{{table} thead{{display:none}}"
        f"{table} :is(table,tbody,tr,td){{display:block;width:100%;border:0;padding:0}}"
        f"{table} tr{{padding:.5rem 0;border-bottom:1px solid #8888}}"
        f"{table} td:first-child{{font-weight:600}}{heads}}}"
    )


def _quoted(text: str) -> str:
    """A text of a style sheet that cannot end the sheet."""
    return json.dumps(text, ensure_ascii=False).replace("<", "\\3c ")


def _cell(text: str) -> str:
    return f"**{plain(text)}**" if isinstance(text, Strong) else plain(text)


def offer_csv(page: Page, label: str, rows: Sequence[Mapping[str, object]], *, name: str) -> None:
    """A button to keep a table as CSV; button and file say when the numbers are simulated."""
    simulated = page.snapshot.simulated
    st.download_button(
        page._("{label} (mô phỏng)").format(label=label) if simulated else label,
        csv_bytes(rows, simulated=simulated, language=page.language),
        file_name=f"{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"csv-{name}",
    )
