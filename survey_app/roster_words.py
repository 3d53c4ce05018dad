"""What is wrong with a person or a shift of the roster, and what overlaps, in words."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from survey_app.roster import Overlap, Roster, Shift, StaffMember
from survey_app.wording import Translate


def half_words(_: Translate) -> dict[str, str]:
    """Halves of the day in words."""
    return {"day": _("cả ngày"), "morning": _("buổi sáng"), "afternoon": _("buổi chiều")}


def roster_columns(_: Translate) -> dict[str, str]:
    """Our column → what a clerk calls it."""
    return {
        "code": _("mã cán bộ"),
        "name": _("tên hiển thị"),
        "unit": _("đơn vị"),
        "desk": _("quầy"),
        "starts": _("từ ngày"),
        "ends": _("đến hết ngày"),
        "half": _("buổi"),
    }


def roster_faults(_: Translate) -> dict[str, str]:
    """Kind of fault → what was expected."""
    return {
        "member_code": _("mã: chữ không dấu, số, dấu chấm, gạch; tối đa 40 ký tự"),
        "member_name": _("tên hiển thị: 1 đến 80 ký tự, không có ký tự lạ"),
        "member_names": _("một tên cho một mã; dòng {detail} ghi tên khác"),
        "unit_unknown": _("mã hoặc tên một đơn vị trong danh mục"),
        "foreign_unit": _("đơn vị của tài khoản này"),
        "desk_unknown": _("mã hoặc tên một quầy của đơn vị ấy"),
        "desk_several": _("một quầy: tên này có thể là {detail}; ghi mã"),
        "desk_online": _("quầy có người đứng; quầy trực tuyến không có ca"),
        "desk_elsewhere": _("quầy của chính đơn vị người ấy"),
        "desk_closed": _("ngày trong thời gian quầy mở"),
        "half": _("cả ngày, sáng hoặc chiều"),
        "far": _("ngày từ 01/01/2000 đến hai năm sau hôm nay; chưa biết ngày hết thì để trống"),
        "renames": _("một mã là một người; mã này đang là «{detail}»: người khác thì dùng mã khác"),
        "reversed": _("ngày kết thúc không trước ngày bắt đầu"),
        "day": _("ngày có thật, dd/mm/yyyy, không kèm giờ"),
        "needed": _("phải có giá trị"),
        "again": _("một ca không trùng ca khác của chính người ấy ở quầy ấy; dòng {detail} đã có buổi này"),
        "again_known": _("một ca không trùng ca khác của chính người ấy ở quầy ấy; đã ghi ca {detail}"),
        "twice": _("mỗi ca một dòng; dòng {detail} cũng ghi ca này"),
        "cell_error": _("giá trị, không phải lỗi của bảng tính"),
        "no_value": _("giá trị của công thức: mở tệp, tính lại và lưu"),
        "fields": _("{detail} ô như hàng tiêu đề; dấu phân cách trong giá trị phải nằm trong ngoặc kép"),
    }


def person_words(one: StaffMember, units: Mapping[str, str]) -> str:
    """A name that may be told apart: with the number, and whose number it is. units: code → name."""
    return f"{one.shown_name} ({one.code}, {units.get(one.unit, one.unit)})"


def shift_words(shift: Shift, desks: Mapping[str, str], _: Translate, show_day: Callable[[date | None], str]) -> str:
    """Where, in which half of the day, from when to when."""
    last = show_day(shift.ends - timedelta(days=1)) if shift.ends else "…"
    return f"{desks.get(shift.desk, shift.desk)}, {half_words(_)[shift.half]}, {show_day(shift.starts)} – {last}"


def overlap_words(
    overlap: Overlap, roster: Roster, desks: dict[str, str], _: Translate, show_day: Callable[[date | None], str]
) -> str:
    """Two shifts at once, and what follows."""
    first, second = (roster.members[each.who].shown_name for each in (overlap.one, overlap.other))
    one, other = overlap.one, overlap.other
    until = show_day(overlap.ends - timedelta(days=1)) if overlap.ends else _("khi có thay đổi")
    if overlap.kind == "two_people":
        said = _("{one} và {other} cùng trực {desk} từ {starts} đến {ends}: phiếu các buổi ấy không tính riêng cho ai.")
        return said.format(
            one=first,
            other=second,
            desk=desks.get(one.desk, one.desk),
            starts=show_day(overlap.starts),
            ends=until,
        )
    said = _("{one} trực cùng lúc {desk} và {next} từ {starts} đến {ends}: phiếu các buổi ấy không tính riêng cho ai.")
    return said.format(
        one=first,
        desk=desks.get(one.desk, one.desk),
        next=desks.get(other.desk, other.desk),
        starts=show_day(overlap.starts),
        ends=until,
    )
