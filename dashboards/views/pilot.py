import streamlit as st

from dashboards import data
from dashboards.boundary_words import units_today_sentence
from dashboards.checklist import show_tasks
from dashboards.figures.adherence import draw_adherence
from dashboards.figures.effect_lines import draw_effect_lines, has_months
from dashboards.figures.event_study import draw_event_study, has_events
from dashboards.figures.permutation import draw_permutations
from dashboards.figures.session_calendar import days_in, draw_session_calendar, years_of
from dashboards.figures.timeline import draw_timeline, time_shown
from dashboards.outcome_table import (
    any_tested,
    comparison_columns,
    comparison_rows,
    outcome_columns,
    outcome_rows,
)
from dashboards.page import (
    choose,
    offer_csv,
    open_page,
    show_lines,
    show_note,
    show_picture,
    show_rows,
    show_text,
    show_verdict,
)
from dashboards.participation import list_taking_part, units_with_sessions
from dashboards.pilot_tables import month_rows, session_rows
from dashboards.pilot_words import (
    events_alt,
    held_back_sentence,
    lines_alt,
    nobody_sentence,
    outcome_names,
    permutation_alt,
    tell_design,
    tell_doubts,
    tell_open,
    tell_rule,
    tell_verdict,
    timeline_alt,
)
from dashboards.session_words import (
    adherence_alt,
    calendar_alt,
    dose_sentence,
    kept_sentence,
    session_states,
    unit_names,
    with_share,
)
from dashboards.threats import left_out_lines, threat_rows
from scoring import (
    assumption_text,
    clustered_sentence,
    family_sentence,
    inside_outside_sentence,
    promise_sentence,
    series_sentence,
)

FIRST, TASKS = "hanh-chinh-phuc-vu", data.TASKS

page = open_page()
_, language, theme, register = page._, page.language, page.theme, page.snapshot.register
names = {pilot.code: f"{pilot.names[language]} – {register.unit[pilot.locality].name}" for pilot in register.pilots}
if not names:
    st.info(_("Chưa có mô hình nào. Xin nhập danh mục ở [trang của cán bộ](/office/register)."))
    st.stop()
if register.tasks:
    names[TASKS] = _("Tám nhiệm vụ của thành phố Bắc Kạn")
left, right = st.columns([3, 2])
with left:
    first = FIRST if FIRST in names else next(iter(names))
    chosen = choose(_("Mô hình"), list(names), key="pilot", names=names, default=first)
if chosen == TASKS:
    show_tasks(page, TASKS)
    st.stop()
measured = outcome_names(data.outcomes_of(page.snapshot), language)
with right:
    asked = choose(_("Kết quả đo"), list(measured), key="outcome", names=measured, default=next(iter(measured)))

if chosen in {pilot.code for pilot in data.pilots_of_nobody(page.snapshot)}:
    pilot = register.pilot[chosen]
    show_verdict(nobody_sentence(language), _("Nguồn: {source}").format(source=pilot.source))
    show_lines(tell_rule(pilot, register, language))
    st.stop()

result = data.pilot_result(page.snapshot, chosen)
outcomes, family = data.pilot_family(page.snapshot, chosen)
told = outcomes[asked]
effect, outcome = told.effect, told.outcome
show_verdict(*tell_verdict(effect, language, outcome=outcome))
if doubts := tell_doubts(effect, language):
    show_text(doubts)
if has_months(effect):
    left, right = st.columns([3, 2]) if effect.permutations else (st.container(), None)
    with left:
        lines = draw_effect_lines(effect, result.pilot.rule.starts, theme, language, outcome=outcome)
        show_picture(lines, alt=lines_alt(effect, language, outcome=outcome), key="effect-lines")
    if right is not None:
        with right:
            sets = draw_permutations(effect, theme, language)
            show_picture(sets, alt=permutation_alt(effect, language), key="permutations")
    rows = month_rows(effect, language, outcome=outcome)
    offer_csv(page, _("Tải số liệu từng tháng (CSV)"), rows, name=f"{chosen}-{asked}-months")
show_note(tell_design(effect, language))
if held := held_back_sentence(*data.held_back(page.snapshot, effect), outcome, language):
    show_note(held)
if told.series:
    show_text(series_sentence(told.series, page.known_language, outcome=outcome))

if any_tested(outcomes):
    st.markdown(_("## Các kết quả khác của mô hình này"))
    show_rows(outcome_columns(language), outcome_rows(outcomes, family, language), key="outcomes")
    show_note(family_sentence(family, page.known_language, names=data.outcomes_of(page.snapshot)))
if len(comparison_rows(told, language)) > 1:
    st.markdown(_("## Những cách so sánh khác có thể dùng"))
    show_rows(comparison_columns(language), comparison_rows(told, language), key="comparisons")
    st.caption(_("Cách dùng được chọn theo ngày tháng và danh mục, trước khi xem số liệu."))
    if textbook := data.clustered_result(page.snapshot, chosen, asked):
        show_note(clustered_sentence(textbook, page.known_language))
waves = data.months_since_start(page.snapshot, chosen, asked)
if waves and has_events(waves):
    st.markdown(_("## Từng tháng kể từ khi bắt đầu"))
    show_picture(
        draw_event_study(waves, outcome, theme, language), alt=events_alt(waves, outcome, language), key="events"
    )

st.markdown(_("## Đơn vị nào, từ khi nào"))
rows = list_taking_part(result, register, language)
show_picture(
    draw_timeline(rows, theme, language, shown=time_shown(rows, page.snapshot.taken.date())),
    alt=timeline_alt(rows, language),
    key="timeline",
)
if today := units_today_sentence(data.pilot_units_today(page.snapshot, chosen), language):
    show_note(today)

service = data.pilot_service(page.snapshot, chosen)
adherences = [each.adherence for each in service.units]
if result.sessions or result.possible or result.outcomes:
    st.markdown(_("## Các phiên"))
    if kept := kept_sentence(adherences, language):
        show_text(f"{kept} {dose_sentence(adherences, language)}")
    if service.promise:
        show_text(promise_sentence(service.promise, page.known_language))
    if bars := with_share(adherences):
        show_picture(
            draw_adherence(bars, unit_names(register), theme, language),
            alt=adherence_alt(bars, language),
            key="adherence",
        )
    units = {"all": _("Tất cả đơn vị")} | units_with_sessions(result, register)
    left, right = st.columns(2)
    with left:
        unit = choose(_("Đơn vị có phiên"), list(units), key="of", names=units, default="all")
    of_unit = None if unit == "all" else unit
    days = session_states(result, language, unit=of_unit)
    years = {str(year): str(year) for year in years_of(days)}
    with right:
        year = choose(_("Năm"), list(years), key="year", names=years, default=next(iter(years)))
    shown = days_in(days, int(year))
    show_picture(draw_session_calendar(shown, theme, language), alt=calendar_alt(shown, language), key="calendar")
    offer_csv(page, _("Tải danh sách phiên (CSV)"), session_rows(result, register, language), name=f"{chosen}-sessions")
if result.inside_outside:
    st.markdown(_("**Trong phiên và ngoài phiên**"))
    show_text(inside_outside_sentence(result.inside_outside, page.known_language))

st.markdown(_("## Điều có thể làm kết quả sai"))
show_rows((_("Nguy cơ"), _("Có không"), _("Đã kiểm tra")), threat_rows(effect, register, language), key="threats")
if left_out := left_out_lines(effect, register, language):
    show_note(_("Không dùng: {lines}.").format(lines="; ".join(left_out)))
if told.silent:
    text = _(
        "{n} đơn vị khác chưa có quầy, lượt đánh giá hay hồ sơ để so sánh nên không được tính là nơi có thể đã được chọn."
    )
    show_note(text.format(n=told.silent))
if effect.design.assumptions:
    st.markdown(_("**So sánh này đúng nếu**"))
    show_lines(assumption_text(each, page.known_language) for each in effect.design.assumptions)

st.markdown(_("## Văn bản nói gì, chưa nói gì"))
show_lines(tell_rule(result.pilot, register, language))
if result.pilot.notes:
    show_text(result.pilot.notes[language])
st.markdown("\n".join(f"- {line}" for line in tell_open(result, register, language)))
show_note(_("Nguồn: {source}").format(source=result.pilot.source))
