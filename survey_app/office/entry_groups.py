"""What the staff can do here: the lines of the start page, in groups, each shown to the roles that may."""

from dataclasses import dataclass

from survey_app.wording import Translate


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the start page: where it leads, what may be done there, in words."""

    address: str
    act: str
    title: str
    sentence: str


def entry_groups(_: Translate) -> dict[str, list[Entry]]:
    """Title of a group → its lines, in the order of the page."""
    return {
        _("Kết quả"): [
            Entry(
                "/dashboards/",
                "read_results",
                _("Bảng theo dõi"),
                _("Mức hài lòng, đơn vị, mô hình, điểm thi đua."),
            ),
        ],
        _("Hằng ngày"): [
            Entry(
                "/office/cases",
                "read_cases",
                _("Phản ánh, kiến nghị"),
                _("Việc người dân muốn được trả lời, và hạn của từng việc."),
            ),
            Entry(
                "/office/comments",
                "read_comments",
                _("Ý kiến viết"),
                _("Ý kiến của các tháng đã hết, đã che tên và số."),
            ),
            Entry(
                "/office/entry",
                "enter_responses",
                _("Nhập phiếu giấy"),
                _("Gõ phiếu giấy và phiếu ghi hộ bằng bàn phím, theo từng xấp."),
            ),
        ],
        _("Ở quầy"): [
            Entry(
                "/office/codes",
                "read_codes",
                _("Mã QR"),
                _("Áp phích, màn hình, đường dẫn mời: ngày quét, mã không ai quét, in và thu hồi."),
            ),
            Entry(
                "/office/cards",
                "read_codes",
                _("Thẻ đánh giá"),
                _("In thẻ dùng một lần, đối chiếu số đã phát, còn lại và đã trả lời."),
            ),
            Entry(
                "/office/tablets",
                "read_codes",
                _("Máy tính bảng dùng chung"),
                _("Cấp mã cho máy ở quầy, xem số phiếu cuối ngày có khớp không."),
            ),
            Entry(
                "/office/roster",
                "read_roster",
                _("Ca trực"),
                _("Ai trực quầy nào, từ ngày nào đến ngày nào, buổi nào."),
            ),
        ],
        _("Danh mục và hồ sơ"): [
            Entry(
                "/office/register",
                "manage_register",
                _("Danh mục"),
                _("Đơn vị, thủ tục, quầy, mô hình, phiếu hỏi: nhập từ bảng tính, tải về để sửa."),
            ),
            Entry(
                "/office/units",
                "manage_register",
                _("Các đơn vị"),
                _("Thêm, đổi tên, sáp nhập, chia tách, kết thúc từ một ngày; phiếu đã nhận giữ nguyên chỗ."),
            ),
            Entry(
                "/office/desks",
                "manage_register",
                _("Các quầy"),
                _("Sửa tên và phiếu hỏi, đóng, chuyển, mở lại từ một ngày."),
            ),
            Entry(
                "/office/dossiers",
                "import_dossiers",
                _("Hồ sơ một cửa"),
                _("Nhập tệp xuất từ hệ thống một cửa: đúng hạn, chờ, trực tuyến được tính từ đây."),
            ),
        ],
        _("Hệ thống"): [
            Entry(
                "/office/accounts",
                "manage_users",
                _("Tài khoản"),
                _("Ai vào được, với vai trò nào; mời, đổi, đóng, cho thoát."),
            ),
            Entry(
                "/office/events",
                "read_audit",
                _("Nhật ký"),
                _("Ai đã xem, đổi, xuất gì, lúc nào; chỉ thêm, không sửa được."),
            ),
        ],
    }
