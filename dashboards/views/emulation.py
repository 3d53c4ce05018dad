import streamlit as st

from dashboards import data
from dashboards.emulation_words import (
    gate_lines,
    node_rows,
    points_alt,
    standing_columns,
    standing_file_rows,
    standing_rows,
    tell_verdict,
    unclassed_rows,
    waterfall_alt,
)
from dashboards.figures.points import classed, draw_points
from dashboards.figures.waterfall import draw_waterfall
from dashboards.page import (
    choose,
    choose_group,
    choose_period,
    need_units,
    offer_csv,
    open_page,
    show_lines,
    show_note,
    show_picture,
    show_rows,
    show_verdict,
)
from dashboards.place_words import places_sentence
from dashboards.plain_text import plain
from dashboards.wording import pick
from scoring import load_edition

page = open_page()
_, language, theme = page._, page.language, page.theme
need_units(page)
left, right = st.columns(2)
with left:
    units = choose_group(page)
with right:
    period = choose_period(page, units)
if not units and page.first_step == "desks":  # said above
    st.stop()
if not units:
    st.info(_("Chưa có đơn vị nào đang hoạt động có quầy."))
    st.stop()

sheet = data.emulation_of(page.snapshot, units, period)
places = data.places_of(page.snapshot, units, period)
edition = load_edition(sheet.edition)
running = period.ends > page.snapshot.taken.date()
show_verdict(
    *tell_verdict(sheet, period.name(language), language, running=running, early=not edition.in_force(period.starts))
)
if edition.confidence == "ours":
    st.warning(
        _("**Bản mẫu, không phải văn bản quy định.** {source}.").format(source=plain(pick(edition.source, language)))
    )
if classed(sheet):
    show_picture(draw_points(sheet, edition.bands, theme, language), alt=points_alt(sheet, language), key="points")
if without := unclassed_rows(sheet, language):
    st.markdown(_("## Chưa đủ dữ liệu để xếp loại"))
    columns = (_("Đơn vị"), _("Vì sao"), _("Tỷ lệ phản hồi"), _("Ngày làm việc không có lượt quét mã"))
    show_rows(columns, without, key="without")

st.markdown(_("## Điểm của một đơn vị từ đâu ra"))
names = {each.sheet.unit: each.candidate.name for each in sheet.standings}
first = next(iter(names))
alone = len(names) == 1
chosen = sheet.standing(
    first if alone else choose(_("Đơn vị xem điểm"), list(names), key="unit", names=names, default=first)
)
reasons = [pick(reason, language) for reason in chosen.reasons]
if any(node.points is not None for node in chosen.sheet.nodes):
    show_picture(draw_waterfall(chosen.sheet, theme, language), alt=waterfall_alt(chosen, language), key="waterfall")
    reasons = reasons[1:]  # the first stands below the picture
show_lines(reasons)
with st.expander(_("Điều kiện xếp loại, công thức và nguồn của từng dòng")):
    st.markdown("\n".join(f"- {line}" for line in gate_lines(chosen.sheet, language)))
    columns = (_("Mã"), _("Dòng"), _("Điểm"), _("Điểm tối đa"), _("Công thức và sai số"), _("Nguồn"))
    show_rows(columns, node_rows(chosen.sheet, language), key="lines")
    show_note(
        _("Bộ tiêu chí: {name}. {note}").format(name=pick(edition.name, language), note=pick(edition.note, language))
    )

if not alone and len(without) < len(sheet.standings):
    st.markdown(_("## Tất cả đơn vị"))
    st.caption(_("Xếp theo nhóm; thứ tự trong một nhóm không có ý nghĩa."))
    show_rows(standing_columns(language), standing_rows(sheet, places, language), key="standings")
if len(places) > 1:
    show_note(places_sentence(len(places), language))
offer_csv(page, _("Tải bảng thi đua (CSV)"), standing_file_rows(sheet, places), name=f"emulation-{period.code}")
