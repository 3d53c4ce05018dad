"""The dashboards' entry: what every page carries, and which pages there are."""

from functools import partial
from pathlib import Path

import streamlit as st

from dashboards.page import (
    choose_flagged,
    not_for_units,
    open_page,
    show_first_step,
    show_notice,
    show_other_languages,
    show_reader,
    show_received,
)
from dashboards.wording import FIRST_LANGUAGE

VIEWS = Path(__file__).parent / "views"
ICON = Path(__file__).parent / "icon.svg"  # a named icon would be fetched from a host outside, at every reader's look

st.set_page_config(page_title="Hài Lòng", page_icon=ICON, layout="wide")
st.html("<style>.stMainBlockContainer { padding-top: 4.5rem; }</style>")  # Streamlit leaves a third of a phone empty
st.html(  # a name that does not fit a phone goes on in a second line instead of ending in «…»
    "<style>[data-testid=stPageLink] :is(a, span, div, p) { white-space: normal; overflow: visible; height: auto; }</style>"
)
st.html("<style>[data-testid=stHeaderActionElements] { display: none; }</style>")  # links of headings, named in English
page = open_page()
_ = page._
shown = [
    st.Page(
        VIEWS / "overview.py", title=_("Tổng quan"), icon=":material/show_chart:", url_path="overview", default=True
    ),
    st.Page(VIEWS / "units.py", title=_("Đơn vị và quầy"), icon=":material/apartment:", url_path="units"),
]
pilots = {
    "pilots": (_("Mô hình thí điểm"), ":material/experiment:"),
    "pilot": (_("Từng mô hình"), ":material/labs:"),
    "plan": (_("Lập kế hoạch"), ":material/edit_calendar:"),
}
if page.reader.may("read_pilots"):
    shown += [
        st.Page(VIEWS / f"{name}.py", title=title, icon=icon, url_path=name) for name, (title, icon) in pilots.items()
    ]
else:  # a pilot is its units beside others: whoever sees their own unit only is told so
    shown += [
        st.Page(partial(not_for_units, page), title=title, url_path=name, visibility="hidden")
        for name, (title, _icon) in pilots.items()
    ]
shown.append(st.Page(VIEWS / "emulation.py", title=_("Thi đua"), icon=":material/military_tech:", url_path="emulation"))
if page.language == FIRST_LANGUAGE:  # a link of Streamlit's own, in English
    skip = "#root [data-testid=stSkipToContent]"
    st.html(
        f"<style>{skip} {{ font-size: 0; }} {skip}::after {{ content: 'Đến nội dung chính'; font-size: 0.875rem; }}</style>"
    )
views = st.navigation(shown, position="top")
left, right = st.columns([3, 1], vertical_alignment="center")
with left:
    show_received(page.language, page.reader)
    show_reader(page)
with right:
    show_other_languages(page)
show_notice(page)
show_first_step(page)
choose_flagged(page)
views.run()
