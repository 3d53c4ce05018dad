import streamlit as st

from dashboards import data
from dashboards.boundary_words import across_sentence, joined_columns, joined_lines, joined_rows
from dashboards.channel_words import channel_columns, channel_rows, channels_sentence, doubt_sentence
from dashboards.figures.channel_dots import draw_channels
from dashboards.figures.months import draw_months
from dashboards.figures.scale_bars import draw_scale_bars
from dashboards.level_words import (
    index_line,
    level_verdict,
    method_text,
    months_sentence,
    place_of,
    questions_sentence,
    received_sentence,
)
from dashboards.page import (
    choose_boundaries,
    choose_period,
    choose_units,
    need_units,
    offer_csv,
    open_page,
    show_note,
    show_picture,
    show_rows,
    show_text,
    show_verdict,
)
from dashboards.sheet_table import formula_lines, sheet_columns, sheet_rows, sheet_table, unmeasured_sentence
from dashboards.wording import show_date

page = open_page()
_, language, snapshot = page._, page.language, page.snapshot
need_units(page)
left, right = st.columns(2)
with left:
    units = choose_units(page)
with right:
    period = choose_period(page, units)

result = data.group_result(snapshot, units, period)
months = data.month_results(snapshot, units, period)
questions = data.question_results(result)
names = {question.code: question.text[language] for question in snapshot.questionnaire.ratings}

show_verdict(
    level_verdict(result, language), index_line(result, language, taken=show_date(snapshot.taken.date(), language))
)
boundaries = choose_boundaries(page, units)
if boundaries is not None:
    series = data.boundary_series(snapshot, units, boundaries, period)
    if any(month.index.n for month in series.months):
        show_picture(
            draw_months(series.months, page.theme, language, period=period, change=series.change),
            alt=across_sentence(series, language),
            key="months",
        )
    st.markdown("\n\n".join(joined_lines(series, language)))
    with st.expander(_("Đơn vị nào nối với đơn vị nào")):
        show_rows(joined_columns(series, language), joined_rows(series, language), key="joined")
elif any(month.index.n for month in months):
    show_picture(
        draw_months(months, page.theme, language, period=period), alt=months_sentence(months, language), key="months"
    )

if any(question.counts for question in questions):
    st.markdown(_("## Câu hỏi nào còn yếu?"))
    words = snapshot.questionnaire.scale[language]
    show_picture(
        draw_scale_bars(questions, names, words, page.theme, language),
        alt=questions_sentence(questions, names, language),
        key="questions",
    )

channels = data.channel_results(snapshot, units, period)
if len(channels) > 1:
    st.markdown(_("## Các kênh có nói giống nhau không?"))
    if any(channel.index.n for channel in channels):
        show_picture(
            draw_channels(channels, page.theme, language), alt=channels_sentence(channels, language), key="channels"
        )
    show_rows(channel_columns(language), channel_rows(channels, language), key="channels")

st.markdown(_("## Căn cứ"))
show_text(received_sentence(result, language))
show_text(doubt_sentence(data.doubt_result(snapshot, units, period), language))
if result.sheet.total.measured:
    show_rows(sheet_columns(language), sheet_table(result.sheet, language), key="sheet")
    show_note(unmeasured_sentence(result.sheet, language))
    with st.expander(_("Cách tính từng dòng, nguồn và độ chắc chắn")):
        for line in formula_lines(result.sheet, language):
            st.markdown(line)
    offer_csv(
        page,
        _("Tải bảng này (CSV)"),
        sheet_rows(result.sheet, place_of(result, language), language),
        name=f"hai-long-{period.code}",
    )
with st.expander(_("Phương pháp: khoảng tin cậy, quy tắc công bố, ngưỡng")):
    st.markdown(method_text(result.sheet, language))
