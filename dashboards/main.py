"""The dashboards' entry: what every page carries, and which pages there are."""

from pathlib import Path

import streamlit as st

from dashboards.page import choose_flagged, open_page, show_notice, show_reader, show_received
from dashboards.wording import LANGUAGES

VIEWS = Path(__file__).parent / "views"
ICON = Path(__file__).parent / "icon.svg"  # a named icon would be fetched from a host outside, at every reader's look

st.set_page_config(page_title="Hài Lòng", page_icon=ICON, layout="wide")
st.html("<style>.stMainBlockContainer { padding-top: 4.5rem; }</style>")  # Streamlit leaves a third of a phone empty
st.html(  # a name that does not fit a phone goes on in a second line instead of ending in «…»
    "<style>[data-testid=stPageLink] :is(a, span, div, p) { white-space: normal; overflow: visible; height: auto; }</style>"
)
page = open_page()
_ = page._
shown = [
    st.Page(
        VIEWS / "overview.py", title=_("Tổng quan"), icon=":material/show_chart:", url_path="overview", default=True
    ),
    st.Page(VIEWS / "units.py", title=_("Đơn vị và quầy"), icon=":material/apartment:", url_path="units"),
]
if page.reader.may("read_pilots"):  # a pilot is its units beside others: not for whoever sees their own unit only
    shown += [
        st.Page(VIEWS / "pilots.py", title=_("Mô hình thí điểm"), icon=":material/experiment:", url_path="pilots"),
        st.Page(VIEWS / "pilot.py", title=_("Từng mô hình"), icon=":material/labs:", url_path="pilot"),
        st.Page(VIEWS / "plan.py", title=_("Lập kế hoạch"), icon=":material/edit_calendar:", url_path="plan"),
    ]
shown.append(st.Page(VIEWS / "emulation.py", title=_("Thi đua"), icon=":material/military_tech:", url_path="emulation"))
views = st.navigation(shown, position="top")
left, right = st.columns([3, 1], vertical_alignment="center")
with left:
    show_received(page.language, page.reader)
    show_reader(page)
with right:
    language = st.segmented_control(
        "Ngôn ngữ / Language",
        list(LANGUAGES),
        format_func=LANGUAGES.get,
        default=page.language,
        label_visibility="collapsed",
    )
    if language and language != page.language:
        st.query_params["lang"] = language
        st.rerun()
show_notice(page)
choose_flagged(page)
views.run()
