import streamlit as st

from dashboards import data
from dashboards.figures.plan_lines import draw_choices, draw_plan
from dashboards.page import choose, choose_number, offer_csv, open_page, show_note, show_picture, show_verdict
from dashboards.plan_words import (
    ANY_PLACE,
    MOST_ANSWERS,
    assumed_line,
    choices_alt,
    outcome_names,
    place_names,
    plan_alt,
    plan_verdict,
    table_rows,
    usual_answers,
)

page = open_page()
_, language, snapshot = page._, page.language, page.snapshot
places, outcomes = place_names(snapshot, language), outcome_names(language)
left, right = st.columns(2)
with left:
    place = choose(_("Nơi thí điểm"), list(places), key="place", names=places, default=next(iter(places)))
with right:
    outcome = choose(_("Muốn thấy gì thay đổi"), list(outcomes), key="outcome", names=outcomes, default="satisfied")
past = None if place == ANY_PLACE else data.plan_past(snapshot, place, outcome)
columns = st.columns(4)
with columns[0]:
    if past is None:
        units = choose_number(_("Số đơn vị có thể chọn"), key="units", default=13, least=2, most=1000)
    else:
        units = len(past.units)
        st.metric(_("Số đơn vị có thể chọn"), units)
with columns[1]:
    treated = choose_number(_("Trong đó thí điểm"), key="treated", default=2, least=1, most=units - 1)
with columns[2]:
    weeks = choose_number(_("Số tuần sau khi bắt đầu"), key="weeks", default=26, least=5, most=104)
with columns[3]:
    answers = choose_number(
        _("Lượt hoặc hồ sơ mỗi tuần ở mỗi đơn vị"),
        key="answers",
        default=usual_answers(past),
        least=1,
        most=MOST_ANSWERS,
    )
plan = data.plan_of(snapshot, place=place, units=units, treated=treated, weeks=weeks, answers=answers, outcome=outcome)

show_verdict(*plan_verdict(plan, language))
if plan.found.reason == "too_few_choices":
    picture, alt = draw_choices(plan, page.theme, language), choices_alt(plan, language)
else:
    picture, alt = draw_plan(plan, page.theme, language), plan_alt(plan, language)
show_picture(picture, alt=alt, key="plan")
show_note(assumed_line(plan, language))
offer_csv(page, _("Tải bảng tuần × lượt (CSV)"), table_rows(plan, language), name="plan")
