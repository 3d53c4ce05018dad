"""What each column of the register's tables means, as its guide and the documents say it."""

from survey_app.wording import Translate


def sheet_names(_: Translate) -> dict[str, str]:
    """Kind of table → what people call it."""
    return {
        "units": _("Đơn vị"),
        "procedures": _("Thủ tục"),
        "desks": _("Quầy"),
        "pilots": _("Mô hình thí điểm"),
        "questionnaires": _("Phiếu hỏi"),
    }


def column_meanings(_: Translate) -> dict[str, str]:
    """Kind and column → what stands there."""
    days = _("dd/mm/yyyy.")
    last = _("Ngày cuối cùng còn tính, dd/mm/yyyy; để trống nếu còn hoạt động.")
    code = _("Mã riêng của hệ thống; để trống thì hệ thống đặt.")
    source = _("Văn bản làm căn cứ; để trống thì ghi tên tệp.")
    return {
        "units.name": _("Tên, có hoặc không có loại đứng trước: Tân Hồng, hoặc Xã Tân Hồng."),
        "units.kind": _("Tỉnh, thành phố trực thuộc trung ương, xã, phường, đặc khu; trước 1/7/2025 có huyện, quận, thị xã, thị trấn."),
        "units.official_code": _("Mã đơn vị hành chính của Nhà nước; số 0 đứng đầu mất đi được thêm lại."),
        "units.parent": _("Mã, mã chính thức hoặc tên của đơn vị cấp trên, có trong danh mục hoặc trong tệp."),
        "units.valid_from": days,
        "units.last_day": last,
        "units.replaces": _("Các đơn vị cũ mà đơn vị này thay, cách nhau bằng dấu chấm phẩy; phần nhỏ ghi (một phần)."),
        "units.code": code,
        "units.source": source,
        "procedures.code": _("Mã thủ tục hành chính, ví dụ 1.000894."),
        "procedures.name": _("Tên thủ tục."),
        "procedures.field": _("Tên hoặc mã lĩnh vực; lĩnh vực chưa có được thêm theo tên."),
        "procedures.source": source,
        "desks.unit": _("Mã, mã chính thức hoặc tên đơn vị."),
        "desks.name": _("Tên in trên áp phích, ví dụ Quầy 1 – Hộ tịch."),
        "desks.place": _("Tên bộ phận một cửa, in trên áp phích."),
        "desks.fields": _("Các lĩnh vực quầy phục vụ, cách nhau bằng dấu chấm phẩy; lĩnh vực chưa có được thêm theo tên."),
        "desks.kind": _("Quầy, hoặc trực tuyến; để trống là quầy."),
        "desks.questionnaire": _("Mã phiếu hỏi; để trống là desk."),
        "desks.valid_from": days,
        "desks.last_day": last,
        "desks.code": code,
        "desks.source": source,
        "pilots.pilot": _("Mã của mô hình; mỗi đơn vị tham gia một dòng."),
        "pilots.unit": _("Mã, mã chính thức hoặc tên đơn vị."),
        "pilots.valid_from": days,
        "pilots.last_day": last,
        "pilots.name": _("Tên mô hình; cột này và các cột sau ghi ở dòng đầu của mô hình mới, hoặc để trống với mô hình đã có."),
        "pilots.name_en": _("Để trống thì dùng tên tiếng Việt."),
        "pilots.locality": _("Đơn vị mà mô hình thuộc về."),
        "pilots.kind": _("Theo buổi, hoặc liên tục."),
        "pilots.pilot_from": days,
        "pilots.pilot_last": last,
        "pilots.days": _("Ngày làm việc, ngày nghỉ, hoặc cuối tuần."),
        "pilots.weekdays": _("Các thứ, cách nhau bằng dấu chấm phẩy; để trống là mọi thứ."),
        "pilots.windows": _("Sáng, chiều, cả ngày, hoặc đầu giờ, cuối giờ của sáng, chiều."),
        "pilots.named": _("Mã các thủ tục của mô hình, cách nhau bằng dấu chấm phẩy; để trống nếu văn bản không nêu."),
        "pilots.source": _("Văn bản của mô hình; bắt buộc với mô hình mới."),
    }  # fmt: skip
