"""A file that cannot be taken as a whole, and why; and texts of one that no other program may run."""

import re

from survey_app.wording import Translate

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FORMULA_AFTER_SEPARATOR = re.compile(r"""([;\t\r\n]["\s]*)(?=[=+\-@＝＋－＠])""")


class UnreadableFile(Exception):
    """The file as a whole cannot be taken. kind: one of `refusals`; detail: what fills its sentence."""

    def __init__(self, kind: str, **detail: object) -> None:
        super().__init__(kind)
        self.kind, self.detail = kind, detail

    def sentences(self, _: Translate) -> dict[str, str]:
        """Kind of refusal → the line that says it."""
        return refusals(_)

    def shown(self, _: Translate) -> dict[str, object]:
        """What fills the sentence, in its language."""
        return self.detail

    def said(self, _: Translate) -> str:
        """What is wrong and what to do, in one line."""
        return self.sentences(_)[self.kind].format(**self.shown(_))

    def __str__(self) -> str:
        return self.said(str)


def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula, whether it splits the line on commas or on semicolons.

    >>> inert("=1+1"), inert("a;=1+1"), inert("Quầy 1")
    ("'=1+1", "a;'=1+1", 'Quầy 1')
    """
    guarded = _FORMULA_AFTER_SEPARATOR.sub(r"\1'", text)
    return f"'{guarded}" if text.startswith(_FORMULA_STARTS) else guarded


def refusals(_: Translate) -> dict[str, str]:
    """Kind of refusal → the line that says it."""
    return {
        "kind": _("Tệp có đuôi {suffix}: xin mở bằng Excel, lưu thành .xlsx hoặc .csv rồi chọn lại."),
        "not_workbook": _("Tệp không phải bảng tính .xlsx: xin mở bằng Excel, lưu thành .xlsx rồi chọn lại."),
        "password": _("Bảng tính có mật khẩu; lưu lại không mật khẩu."),
        "damaged": _("Bảng tính bị hỏng ({found}); lưu lại thành .xlsx."),
        "too_heavy": _(
            "Đọc bảng tính này cần quá nhiều bộ nhớ hoặc thời gian: có quá nhiều ô, hoặc có ô nằm rất xa. Xóa các hàng, cột thừa, chia nhỏ tệp, hoặc lưu thành .csv."
        ),
        "too_many_bytes": _("Tệp có {found} byte; loại này nhiều nhất {most}. Chia nhỏ tệp."),
        "too_wide": _("Dòng {line} quá dài: nhiều nhất {columns} cột và {most} ký tự. Xóa các cột thừa."),
        "stacked": _("Tệp có chữ mang hơn 30 dấu chồng lên nhau; không ngôn ngữ nào viết như vậy. Sửa chữ đó."),
        "no_room": _("Máy chủ không còn đủ chỗ để giữ tệp. Xin báo người quản trị, hoặc thử lại sau một giờ."),
        "too_large": _("Tệp nở ra {found} byte; nhiều nhất {most}. Chia nhỏ tệp, hoặc lưu thành .csv."),
        "no_text": _("Tệp không phải văn bản: có byte 0 và không phải UTF-16. Xuất lại thành CSV (UTF-8) hoặc .xlsx."),
        "letters": _(
            "Không nhận ra bảng mã của tệp: không phải UTF-8, UTF-16, Windows-1258, TCVN3 hay VNI. Lưu lại thành CSV UTF-8."
        ),
        "empty": _("Tệp trống."),
        "no_rows": _("Tệp chỉ có hàng tiêu đề, không có dòng nào bên dưới."),
        "no_values": _("Dưới tiêu đề chỉ có công thức chưa có kết quả: mở bảng tính, tính lại rồi lưu."),
        "many_sheets": _("Bảng tính có {count} trang; nhiều nhất {most}. Xóa các trang không cần."),
        "sheets": _("Bảng tính có {count} trang dữ liệu ({names}); để lại một trang."),
        "merged": _("Trang {sheet} có ô gộp trong vùng dữ liệu ({cells}); bỏ gộp ô."),
        "long_cell": _("Dòng {line}: có ô dài hơn {most} ký tự, hoặc có ngoặc kép mở ra ở trên mà không đóng."),
        "quotes": _("Dòng {line}: ngoặc kép không đóng hoặc đặt sai ({found})."),
    }
