"""What pages call the acts of the events."""

from survey_app.wording import Translate


def act_words(_: Translate) -> dict[str, str]:
    """Act → in words; an act that is not here is shown as it is kept."""
    return _account_words(_) | _case_words(_) | _code_words(_) | _register_words(_) | _system_words(_)


def other_words(_: Translate) -> dict[str, str]:
    """Who acts without an account, as events keep it → in words."""
    return {
        "hailong": _("lệnh hailong trên máy chủ"),
        "server": _("máy chủ, tự làm"),
        "author": _("người gửi phản ánh"),
    }


def _account_words(_: Translate) -> dict[str, str]:
    return {
        "sign_in": _("Đăng nhập"),
        "sign_out": _("Thoát"),
        "refuse_sign_in": _("Đăng nhập không được"),
        "refuse_second_factor": _("Mã xác nhận sai"),
        "make_first_administrator": _("Lập tài khoản quản trị đầu tiên"),
        "add_user": _("Lập tài khoản"),
        "invite_user": _("Tạo mã mời"),
        "accept_invitation": _("Chọn mật khẩu bằng mã mời"),
        "change_role": _("Đổi vai trò hoặc đơn vị"),
        "change_shown_name": _("Đổi họ tên hiển thị"),
        "change_password": _("Đổi mật khẩu"),
        "disable_user": _("Đóng tài khoản"),
        "enable_user": _("Mở lại tài khoản"),
        "bind_user": _("Gắn tài khoản với đăng nhập của tỉnh"),
        "unbind_user": _("Gỡ khỏi đăng nhập của tỉnh"),
        "end_sign_ins": _("Cho trình duyệt thoát"),
        "set_up_second_factor": _("Bật lớp xác nhận thứ hai"),
        "remove_second_factor": _("Bỏ lớp xác nhận thứ hai của mình"),
        "reset_second_factor": _("Bỏ lớp xác nhận thứ hai của người khác"),
        "renew_recovery_codes": _("Tạo mã dự phòng mới"),
    }


def _case_words(_: Translate) -> dict[str, str]:
    return {
        "look_at_case": _("Xem một phản ánh"),
        "look_at_cases": _("Xem danh sách phản ánh"),
        "look_at_contact": _("Xem liên hệ của người dân"),
        "assign_case": _("Giao phản ánh"),
        "answer_case": _("Trả lời phản ánh"),
        "reject_case": _("Không thụ lý phản ánh"),
        "close_case": _("Kết thúc phản ánh"),
        "look_at_unscreened_comments": _("Xem ý kiến chưa che"),
        "screen_comments": _("Che ý kiến"),
        "withdraw_consent": _("Xóa liên hệ theo yêu cầu"),
        "erase_copies": _("Ghi rằng bản chép liên hệ đã xóa"),
        "begin_batch": _("Mở xấp phiếu giấy"),
        "close_batch": _("Đóng xấp phiếu giấy"),
        "void_batch": _("Hủy xấp phiếu giấy"),
    }


def _code_words(_: Translate) -> dict[str, str]:
    return {
        "issue_code": _("Cấp mã QR"),
        "issue_codes": _("Cấp mã QR cho nhiều quầy"),
        "revoke_code": _("Thu hồi mã QR"),
        "replace_code": _("Thay mã QR"),
        "print_cards": _("In thẻ đánh giá"),
        "count_cards": _("Đối chiếu thẻ"),
        "revoke_cards": _("Thu hồi thẻ"),
        "add_tablet": _("Cấp mã máy tính bảng"),
        "revoke_tablet": _("Thu hồi mã máy tính bảng"),
        "add_api_key": _("Cấp khóa cho phần mềm"),
        "disable_api_key": _("Đóng khóa của phần mềm"),
        "add_webhook": _("Thêm nơi nhận tin"),
        "disable_webhook": _("Bỏ nơi nhận tin"),
    }


def _register_words(_: Translate) -> dict[str, str]:
    return {
        "import_units": _("Nhập đơn vị"),
        "import_desks": _("Nhập quầy"),
        "import_procedures": _("Nhập thủ tục"),
        "import_roster": _("Nhập lịch trực"),
        "add_shift": _("Thêm ca trực"),
        "end_shift": _("Kết thúc ca trực"),
        "remove_shift": _("Bỏ ca trực"),
        "look_at_staff_score": _("Xem điểm của một cán bộ"),
        "add_unit": _("Thêm đơn vị"),
        "rename_unit": _("Đổi tên đơn vị"),
        "merge_units": _("Sáp nhập nhiều đơn vị làm một"),
        "split_unit": _("Tách đơn vị"),
        "close_unit": _("Kết thúc đơn vị"),
        "edit_desk": _("Sửa quầy"),
        "close_desk": _("Đóng quầy"),
        "move_desk": _("Chuyển quầy"),
        "reopen_desk": _("Mở lại quầy"),
        "set_hours": _("Đặt giờ làm việc"),
        "forget_hours": _("Bỏ giờ làm việc riêng"),
        "set_day": _("Đặt ngày khác thường lệ"),
        "forget_day": _("Bỏ ngày khác thường lệ"),
        "record_session": _("Ghi một buổi của mô hình"),
        "import_dossiers": _("Nhập hồ sơ một cửa"),
        "import_pilots": _("Nhập mô hình"),
        "import_questionnaire": _("Nhập phiếu hỏi"),
        "desk_questionnaire": _("Đổi phiếu hỏi của quầy"),
    }


def _system_words(_: Translate) -> dict[str, str]:
    return {
        "export_table": _("Tải bảng số liệu"),
        "new_edition": _("Có bộ chỉ số mới hoặc đổi"),
        "export_events": _("Tải nhật ký"),
        "purge": _("Xóa dữ liệu quá hạn giữ"),
        "backup": _("Sao lưu"),
        "restore": _("Khôi phục"),
        "migrate": _("Đổi cấu trúc cơ sở dữ liệu"),
    }
