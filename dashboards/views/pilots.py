import streamlit as st

from dashboards import data
from dashboards.figures.pilot_forest import draw_pilot_forest
from dashboards.page import choose, offer_csv, open_page, show_note, show_picture, show_verdict
from dashboards.pilot_list import all_verdict, forest_alt, forest_rows, in_order, line_of, table_rows
from dashboards.pilot_words import nobody_sentence, outcome_names
from dashboards.plain_text import plain
from dashboards.wording import show_date

page = open_page()
_, language, register = page._, page.language, page.snapshot.register
if not register.pilots:
    st.info(_("Chưa có mô hình nào. Xin nhập danh mục ở [trang của cán bộ](/office/register)."))
    st.stop()
outcomes = data.outcomes_of(page.snapshot)
measured = outcome_names(outcomes, language)
asked = choose(_("Kết quả đo"), list(measured), key="outcome", names=measured, default=next(iter(measured)))
outcome = outcomes[asked]
results = in_order(data.pilot_results(page.snapshot, asked))
without_units = data.pilots_of_nobody(page.snapshot)

show_verdict(*all_verdict(results, language, until=show_date(page.snapshot.taken.date(), language), outcome=outcome))
if results:
    rows = forest_rows(results, register, language, outcome=outcome)
    forest = draw_pilot_forest(rows, outcome, page.theme, language)
    show_picture(forest, alt=forest_alt(rows, language, outcome=outcome), key="pilot-forest")


def _label(pilot: data.Pilot) -> str:
    return f"**{plain(pilot.names[language])}** – {plain(register.unit[pilot.locality].name)}"


st.markdown(_("## Xem từng mô hình"))
st.html("<style>[data-testid=stPageLink] p { white-space: normal; }</style>")  # a long name would be cut on a phone
for result in results:
    with st.container(border=True):
        st.page_link(
            "views/pilot.py",
            label=_label(result.pilot),
            query_params=page.address(pilot=result.pilot.code, outcome=asked),
        )
        show_note(line_of(result, data.pilot_service(page.snapshot, result.pilot.code), language, outcome=outcome))
for pilot in without_units:
    with st.container(border=True):
        st.page_link(
            "views/pilot.py",
            label=_label(pilot),
            query_params=page.address(pilot=pilot.code),
        )
        show_note(nobody_sentence(language))
if register.tasks:
    with st.container(border=True):
        st.page_link(
            "views/pilot.py",
            label=_("**Tám nhiệm vụ của thành phố Bắc Kạn**"),
            query_params=page.address(pilot=data.TASKS),
        )
        st.caption(_("Không phải mô hình thí điểm: từng nhiệm vụ với số liệu cho thấy nó được làm hay chưa."))
offer_csv(
    page,
    _("Tải bảng so sánh các mô hình (CSV)"),
    table_rows(results, register, language, outcome=outcome),
    name="pilots",
)
