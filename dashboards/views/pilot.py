import streamlit as st

from dashboards import data
from dashboards.checklist import show_tasks
from dashboards.figures.effect_lines import draw_effect_lines, has_months
from dashboards.figures.permutation import draw_permutations
from dashboards.figures.session_calendar import days_in, draw_session_calendar, years_of
from dashboards.figures.timeline import draw_timeline, time_shown
from dashboards.page import choose, offer_csv, open_page, show_picture, show_rows, show_verdict
from dashboards.participation import list_taking_part, units_with_sessions
from dashboards.pilot_tables import month_rows, session_rows
from dashboards.pilot_words import (
    calendar_alt,
    lines_alt,
    nobody_sentence,
    permutation_alt,
    tell_design,
    tell_open,
    tell_rule,
    tell_verdict,
    timeline_alt,
)
from dashboards.threats import left_out_lines, threat_rows
from scoring import assumption_text, inside_outside_sentence

FIRST, TASKS = "hanh-chinh-phuc-vu", data.TASKS

page = open_page()
_, language, theme, register = page._, page.language, page.theme, page.snapshot.register
names = {pilot.code: f"{pilot.names[language]} – {register.unit[pilot.locality].name}" for pilot in register.pilots}
if FIRST not in names:
    st.info(_("Chưa có mô hình nào trong danh mục. Lệnh «hailong init» nạp danh mục."))
    st.stop()
if register.tasks:
    names[TASKS] = _("Tám nhiệm vụ của thành phố Bắc Kạn")
chosen = choose(_("Mô hình"), list(names), key="pilot", names=names, default=FIRST)
if chosen == TASKS:
    show_tasks(page, TASKS)
    st.stop()

if chosen in {pilot.code for pilot in data.pilots_of_nobody(page.snapshot)}:
    pilot = register.pilot[chosen]
    show_verdict(nobody_sentence(language), _("Nguồn: {source}").format(source=pilot.source))
    st.markdown("\n".join(f"- {line}" for line in tell_rule(pilot, register, language)))
    st.stop()

result = data.pilot_result(page.snapshot, chosen)
effect = result.effect
show_verdict(*tell_verdict(effect, language))
if has_months(effect):
    left, right = st.columns([3, 2]) if effect.permutations else (st.container(), None)
    with left:
        lines = draw_effect_lines(effect, result.pilot.rule.starts, theme, language)
        show_picture(lines, alt=lines_alt(effect, language), key="effect-lines")
    if right is not None:
        with right:
            sets = draw_permutations(effect, theme, language)
            show_picture(sets, alt=permutation_alt(effect, language), key="permutations")
    offer_csv(page, _("Tải số liệu từng tháng (CSV)"), month_rows(effect, language), name=f"{chosen}-months")
st.caption(tell_design(effect, language))

st.markdown(_("#### Đơn vị nào, từ khi nào"))
rows = list_taking_part(result, register, language)
show_picture(
    draw_timeline(rows, theme, language, shown=time_shown(rows, page.snapshot.taken.date())),
    alt=timeline_alt(rows, language),
    key="timeline",
)

if result.sessions or result.possible:
    st.markdown(_("#### Các phiên theo kế hoạch"))
    units = {"all": _("Tất cả đơn vị")} | units_with_sessions(result, register)
    left, right = st.columns(2)
    with left:
        unit = choose(_("Đơn vị có phiên"), list(units), key="of", names=units, default="all")
    days = data.session_days(result, None if unit == "all" else unit)
    years = {str(year): str(year) for year in years_of(days)}
    with right:
        year = choose(_("Năm"), list(years), key="year", names=years, default=next(iter(years)))
    shown = days_in(days, int(year))
    show_picture(
        draw_session_calendar(shown, theme, language), alt=calendar_alt(shown, result.pilot, language), key="calendar"
    )
    offer_csv(page, _("Tải danh sách phiên (CSV)"), session_rows(result, register, language), name=f"{chosen}-sessions")
if result.inside_outside:
    st.markdown(_("**Trong phiên và ngoài phiên**"))
    st.write(inside_outside_sentence(result.inside_outside, page.known_language))

st.markdown(_("#### Điều có thể làm kết quả sai"))
show_rows((_("Nguy cơ"), _("Có không"), _("Đã kiểm tra")), threat_rows(effect, register, language), key="threats")
if left_out := left_out_lines(effect, register, language):
    st.caption(_("Không dùng: {lines}.").format(lines="; ".join(left_out)))
if effect.design.assumptions:
    st.markdown(_("**So sánh này đúng nếu**"))
    st.markdown("\n".join(f"- {assumption_text(each, page.known_language)}" for each in effect.design.assumptions))

st.markdown(_("#### Văn bản nói gì, chưa nói gì"))
st.markdown("\n".join(f"- {line}" for line in tell_rule(result.pilot, register, language)))
if result.pilot.notes:
    st.write(result.pilot.notes[language])
st.markdown("\n".join(f"- {line}" for line in tell_open(result, register, language)))
st.caption(_("Nguồn: {source}").format(source=result.pilot.source))
