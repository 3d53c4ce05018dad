"""A questionnaire to begin from: an XLSForm workbook with one question of each kind, and what each column is for, in Vietnamese."""

from typing import Final

from survey_app.questionnaire import Questionnaire, parse_questionnaire
from survey_app.xlsform import write_xlsform

GUIDE_SHEET: Final = "_huong_dan"
"""Begins with a mark by which the sheet is passed over when the workbook is brought."""

GUIDE: Final = (
    ("Trang, cột", "Ghi gì"),
    ("Cách làm", "Sửa câu hỏi mẫu thành câu hỏi của mình, xóa dòng không dùng, rồi nhập tệp này ở trang «Nhập: Phiếu hỏi»."),
    ("Trước khi lưu", "Trang nhập cho xem mọi câu sẽ hỏi và mọi chỗ sai, theo trang, dòng và cột. Chưa bấm lưu thì chưa có gì đổi."),
    ("settings: form_id", "Mã của phiếu, không dấu, chưa ai dùng, như phieu-xa-an. Mã đang dùng thì là sửa phiếu đó."),
    ("settings: form_title", "Tên phiếu cho cán bộ xem. Nếu có cột hailong::name thì tên ở cột đó được dùng."),
    ("survey", "Mỗi dòng một câu hỏi, theo thứ tự trên phiếu."),
    ("survey: type", "Loại câu: select_one DANH_SÁCH (chọn một), select_multiple DANH_SÁCH (chọn nhiều), integer, decimal (số), text (lời)."),
    ("survey: name", "Mã câu, không dấu, không cách. Một mã đã hỏi thì không bao giờ dùng cho câu khác nghĩa."),
    ("survey: label", "Lời câu hỏi, mỗi ngôn ngữ một cột: label::Tiếng Việt (vi), label::English (en)."),
    ("survey: hint", "Lời nhỏ dưới câu hỏi; để trống cũng được."),
    ("survey: required", "yes: phải trả lời."),
    ("survey: relevant", "Chỉ hỏi khi: ${overall} <= 2, hoặc selected(${bad}, 'slow'). Câu được nhắc phải đứng trước."),
    ("survey: constraint", "Giới hạn: . >= 0 and . <= 24 với số; string-length(.) <= 500 với lời."),
    ("survey: hailong::kind", "faces (năm mặt cười), rating (thang mức), choice, choices, yes_no, number, text, field (thủ tục của quầy)."),
    ("survey: hailong::main", "yes ở đúng một câu: câu chính, đứng riêng, bấm một lần là được tính."),
    ("choices: list_name, name, label", "Mỗi dòng một lựa chọn; list_name là DANH_SÁCH ở cột type. Thang mức: name 1, 2, 3 … từ kém nhất."),
    ("Không nhận", "Câu ngày, giờ, ảnh, vị trí, nhóm lặp, công thức; ô gộp. Bảng nhập nói rõ từng chỗ."),
)  # fmt: skip

_MODEL: Final = """
code = "phieu-mau"
name.vi = "Phiếu mẫu"
name.en = "A form to begin from"
languages = ["vi", "en"]
source = "Của chúng tôi"
scale.vi = ["Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"]
scale.en = ["Very dissatisfied", "Dissatisfied", "Neither", "Satisfied", "Very satisfied"]
not_applicable.vi = "Không áp dụng"
not_applicable.en = "Does not apply"

[[question]]
code = "overall"
kind = "faces"
required = true
main = true
text.vi = "Ông/bà có hài lòng không?"
text.en = "Were you satisfied?"

[[question]]
code = "polite"
kind = "rating"
text.vi = "Thái độ của cán bộ"
text.en = "How courteous the staff were"

[[question]]
code = "bad"
kind = "choices"
show_if = { question = "overall", at_most = 2 }
text.vi = "Điều gì chưa được?"
text.en = "What was not good?"
choice = [
  { code = "slow", text = { vi = "Chờ lâu", en = "A long wait" } },
  { code = "rude", text = { vi = "Thái độ của cán bộ", en = "How the staff behaved" } },
]

[[question]]
code = "hours_waited"
kind = "number"
least = 0
most = 24
show_if = { question = "bad", equals = "slow" }
text.vi = "Ông/bà đã chờ mấy giờ?"
text.en = "How many hours did you wait?"

[[question]]
code = "came_by"
kind = "choice"
text.vi = "Ông/bà nộp hồ sơ bằng cách nào?"
text.en = "How did you file?"
choice = [
  { code = "desk", text = { vi = "Tại quầy", en = "At the desk" } },
  { code = "online", text = { vi = "Trên mạng", en = "Online" } },
]

[[question]]
code = "extra_money"
kind = "yes_no"
report = true
text.vi = "Có ai gợi ý ông/bà đưa thêm tiền ngoài phí, lệ phí không?"
text.en = "Did anyone hint at money beyond the fee?"

[[question]]
code = "comment"
kind = "text"
longest = 1000
text.vi = "Ông/bà muốn nói thêm điều gì?"
text.en = "Anything you would like to add?"
hint.vi = "Viết ngắn cũng được."
hint.en = "A few words will do."
"""


def model_questionnaire() -> Questionnaire:
    """One question of each kind that an office makes its own form of."""
    return parse_questionnaire(_MODEL, file="phieu-mau.toml")


def questionnaire_template() -> bytes:
    """The workbook: the model's sheets, and before them what to write where."""
    return write_xlsform(model_questionnaire(), guide=(GUIDE_SHEET, GUIDE))
