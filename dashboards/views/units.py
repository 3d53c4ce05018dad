import streamlit as st

from dashboards import data
from dashboards.figures.dots import draw_dots
from dashboards.figures.heat import draw_heat
from dashboards.level_words import index_line, level_verdict
from dashboards.page import (
    choose,
    choose_group,
    choose_period,
    need_units,
    offer_csv,
    open_page,
    show_note,
    show_picture,
    show_rows,
    show_verdict,
)
from dashboards.place_words import places_sentence
from dashboards.plain_text import plain
from dashboards.unit_words import (
    desk_columns,
    desk_rows,
    dots_sentence,
    heat_sentence,
    place_columns,
    place_rows,
    unit_file_rows,
    units_line,
    units_verdict,
    weak_columns,
    weak_rows,
)
from dashboards.wording import show_date

page = open_page()
_, language, snapshot = page._, page.language, page.snapshot
need_units(page)
left, right = st.columns(2)
with left:
    units = choose_group(page)
with right:
    period = choose_period(page, units)

comparison = data.comparison(snapshot, units, period)
judged, weak = comparison.of("above", "alike", "below"), comparison.of("weak", "hidden")
drawn = (*judged, *comparison.of("weak"))
alone = len(units) == 1
if alone:  # nothing to stand beside: the level itself is what there is to say
    taken = show_date(snapshot.taken.date(), language)
    show_verdict(level_verdict(comparison.together, language), index_line(comparison.together, language, taken=taken))
else:
    show_verdict(units_verdict(comparison, language), units_line(comparison, language))
if drawn and not alone:
    show_picture(
        draw_dots(drawn, comparison.index, page.theme, language), alt=dots_sentence(comparison, language), key="units"
    )

if len(judged) > 1:
    st.markdown(_("## Vị trí có thể của từng đơn vị"))
    show_rows(place_columns(language), place_rows(judged, language), key="places")
    show_note(places_sentence(len(judged), language))

if weak and not alone:
    st.markdown(_("## Chưa đủ dữ liệu"))
    show_rows(weak_columns(language), weak_rows(weak, language), key="weak")

if drawn:
    st.markdown(_("## Từng tiêu chí ở từng đơn vị"))
    asked = {question.criterion: question.text[language] for question in snapshot.questionnaire.ratings}
    criteria = {code: name for code, name in asked.items() if code}
    st.html(draw_heat(comparison.units, criteria, page.theme, language))
    st.caption(heat_sentence(language))
    offer_csv(page, _("Tải bảng đơn vị (CSV)"), unit_file_rows(comparison), name=f"don-vi-{period.code}")

if units:
    st.markdown(_("## Từng quầy của một đơn vị"))
    names = {unit.code: f"{unit.kind} {unit.name}" for unit in units}
    first = units[0].code
    code = first if alone else choose(_("Đơn vị"), list(names), key="unit", names=names, default=first)
    desks = data.desk_results(snapshot, snapshot.register.unit[code], period)
    show_rows(desk_columns(language), desk_rows(desks, language), key="desks")
    st.caption(_("Câu «Ông/bà có hài lòng không?» tại quầy; dưới 10 lượt thì không hiện."))
    st.page_link(
        "views/overview.py",
        label=_("Xem tổng quan của {unit}").format(unit=plain(names[code])),
        icon=":material/show_chart:",
        query_params={"unit": code, "period": period.code, "lang": language},
    )
