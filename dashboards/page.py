"""What every page shares: language, period and units from the address, the notice, the picture's frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from dashboards import data
from dashboards.theme import Theme, theme_of
from dashboards.wording import FIRST_LANGUAGE, LANGUAGES, Translate, show_number, translator
from scoring import Period, parse_period, period_of

PERIODS_OFFERED = 6


@dataclass(frozen=True)
class Page:
    """The reader's language and theme, and the record as of now."""

    language: str
    theme: Theme
    snapshot: data.Snapshot

    @property
    def _(self) -> Translate:
        """Turns a Vietnamese text into the reader's language."""
        return translator(self.language)


def open_page() -> Page:
    """The page as the address asks for it."""
    asked = st.query_params.get("lang", FIRST_LANGUAGE)
    language = asked if asked in LANGUAGES else FIRST_LANGUAGE
    return Page(language, theme_of(st.context.theme.type), data.latest())


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
    )
    if chosen == default:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = chosen
    return str(chosen)


def choose_period(page: Page) -> Period:
    """Month, quarter or year; the running quarter unless the address says otherwise."""
    today = page.snapshot.taken.date()
    offered: list[Period] = []
    for kind in ("quarter", "month", "year"):
        period = period_of(today, kind)
        for _ in range(2 if kind == "year" else PERIODS_OFFERED):
            offered.append(period)
            period = period.previous
    names = {period.code: period.name(page.language) for period in offered}
    return parse_period(choose(page._("Kỳ"), list(names), key="period", names=names, default=offered[0].code))


def choose_units(page: Page) -> tuple[data.Unit, ...]:
    """All units of today, those of one province, or one unit."""
    units, register = page.snapshot.units_now, page.snapshot.register
    provinces = {
        unit.parent: f"{register.unit[unit.parent].kind} {register.unit[unit.parent].name}"
        for unit in units
        if unit.parent
    }
    names = {"all": page._("Tất cả đơn vị")} | {code: name for code, name in provinces.items() if code}
    names |= {unit.code: f"{unit.kind} {unit.name}" for unit in units}
    chosen = choose(page._("Đơn vị"), list(names), key="unit", names=names, default="all")
    return tuple(unit for unit in units if chosen in {"all", unit.parent, unit.code})


def show_notice(page: Page) -> None:
    """Says that the data are simulated, wherever they are."""
    if page.snapshot.simulated:
        st.info(
            page._(
                "**Dữ liệu mô phỏng.** Tên nơi chốn và mô hình là thật; mọi lượt đánh giá, hồ sơ và kết quả do máy tạo ra, không nói gì về các nơi ấy."
            ),
            icon=":material/science:",
        )


@st.fragment(run_every=3)
def show_received(language: str) -> None:
    """The number received today: the only one that moves at once."""
    text = translator(language)("Hôm nay đã nhận **{n}** lượt đánh giá.")
    st.markdown(text.format(n=show_number(data.received_today(), language, decimals=0)))


def show_picture(figure: go.Figure, *, alt: str, key: str) -> None:
    """A picture with its verdict in words below, and a button to keep it as PNG or SVG."""
    config: dict[str, Any] = {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "svg", "filename": key},
        "responsive": True,
    }
    st.plotly_chart(figure, width="stretch", theme=None, config=config, key=key)
    st.caption(alt)
