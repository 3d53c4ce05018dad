"""What is wrong with the file of a questionnaire, in the reader's language.

Faults say what they expected in English, as the command prints it. The same sentences stand here as pages say them, with their
English in the catalogue: by that a fault's sentence is known again, and what stands in its gaps is put into the other.
"""

import re
from functools import cache

from survey_app.wording import Translate, translator

_NUMBERS = {"least", "most", "n", "times", "byte", "bytes"}
_GAP = re.compile(r"\\\{(\w+)\\\}")


def say_expected(expected: str, _: Translate) -> str:
    """What was expected, in the reader's language; a sentence that is not known stays as it is.

    >>> say_expected("points of 'overall', 1 to 5", str)
    "mức của 'overall', từ 1 đến 5"
    """
    for pattern, number in _known():
        if found := pattern.fullmatch(expected):
            return sentences(_)[number].format(**found.groupdict())
    return expected


@cache
def _known() -> list[tuple[re.Pattern[str], int]]:
    """Each sentence in English as a pattern, with its number; those with the most words of their own first."""
    english = [text.replace("{{", "\0").replace("}}", "\1") for text in sentences(translator("en"))]
    order = sorted(range(len(english)), key=lambda number: -len(re.sub(r"\{\w+\}", "", english[number])))
    patterns = (_GAP.sub(_gap, re.escape(english[number])) for number in order)
    whole = (pattern.replace("\0", r"\{").replace("\1", r"\}") for pattern in patterns)
    return [(re.compile(pattern, re.DOTALL), number) for pattern, number in zip(whole, order, strict=True)]


def _gap(name: re.Match[str]) -> str:
    return f"(?P<{name[1]}>{r'-?[0-9][0-9.,]*' if name[1] in _NUMBERS else '.+'})"


def sentences(_: Translate) -> tuple[str, ...]:
    """Everything that can be expected of a questionnaire: of its keys, of what is asked already, of a workbook."""
    return (
        _("một bảng"),
        _("không có khóa này; có: {keys}"),
        _("một trong: {words}"),
        _("một đoạn chữ không để trống"),
        _("một ngày, như 2025-07-01"),
        _("một giờ, như 15:30:00"),
        _("true hoặc false"),
        _("một số nguyên"),
        _("một số"),
        _("danh sách các đoạn chữ"),
        _("danh sách các số nguyên"),
        _("danh sách các cặp chữ"),
        _("một bảng có vi và en"),
        _("căn cứ: mã của một [[document]]"),
        _("chữ không dấu, số và _, bắt đầu bằng chữ, nhiều nhất 40"),
        _("chữ không dấu, số, _ và -, bắt đầu bằng chữ hoặc số, nhiều nhất 40"),
        _("chữ không dấu, số, _ và -, nhiều nhất 40, không phải {word}"),
        _("một bảng có question và một trong equals, one_of, at_least, at_most"),
        _("một trong equals, one_of, at_least, at_most, hoặc hai khóa cuối cùng nhau"),
        _("một mức, true hoặc false, hoặc mã của một lựa chọn"),
        _("danh sách các mức hoặc mã lựa chọn"),
        _("chữ ở mỗi ngôn ngữ ({languages})"),
        _("danh sách lời ở mỗi ngôn ngữ ({languages})"),
        _("danh sách nhiều nhất {n} mã ngôn ngữ như vi hay pt-BR, mỗi mã một lần"),
        _("hai [[question.choice]] trở lên"),
        _("một [[question]] trở lên"),
        _("một câu hỏi trở lên"),
        _("từ {least} đến {most}"),
        _("từ 1 đến {most} ký tự"),
        _("mỗi mã một lần; mã này có {times} lần"),
        _("nhiều nhất một câu đứng đầu"),
        _("nhiều nhất một câu loại này"),
        _("lời của «không áp dụng», vì có câu cho phép"),
        _("số mức như nhau ở mỗi ngôn ngữ"),
        _("{n} mức cho khuôn mặt"),
        _("từ {least} đến {most} mức"),
        _("một từ khác {words}"),
        _("lời của các mức, ở đây hoặc cho cả phiếu"),
        _("một câu luôn được hỏi"),
        _("ít nhất {least}"),
        _("một câu đứng trước"),
        _("mã của một câu đứng trước"),
        _("mức của {question}, từ 1 đến {most}"),
        _("equals hoặc one_of với lựa chọn của {question}: {choices}"),
        _("equals = true hoặc false, vì {question} trả lời có hoặc không"),
        _("một số mà {question} có thể nhận"),
        _("một câu khác {question}: lời viết ở đó không quyết định được gì"),
        _("một câu khác {question}: ở đây chưa biết quầy làm việc gì"),
        _("bộ chỉ số {edition}: {why}"),
        _("câu {question}: bộ chỉ số {edition} không có tiêu chí {criterion}."),
        _(
            "câu {question} trước đây trả lời bằng {before}, nay bằng {now}: câu trả lời cùng mã được tính chung, nên xin cho câu này một mã khác."
        ),
        _("{name} có {bytes} byte; một phiếu hỏi có nhiều nhất {most}."),
        _("TOML, lưu bằng UTF-8"),
        _("nhiều nhất {most} byte"),
        _("khóa có ít hơn {most} phần"),
        _("giá trị lồng nhau nhiều nhất {most} tầng"),
        _("số nguyên nhỏ hơn {most}"),
        _("nhiều nhất {most} bảng và danh sách"),
        _("các bảng cùng loại, mỗi bảng mở bằng [[{kind}]]"),
        _("ít nhất một [[pilot]] hoặc [[participation]]"),
        _("một trang tên survey, mỗi câu hỏi một dòng"),
        _("tiêu đề {names}, viết đúng như vậy ở mọi ngôn ngữ"),
        _("không nói ngôn ngữ; hiểu là {language}"),
        _("một lời cho cả phiếu: {words}"),
        _("một câu có hỏi ở đây; dòng ấy thì không"),
        _("một cột thôi; đã có {heading}"),
        _("{name} không kèm ngôn ngữ"),
        _("ngôn ngữ kèm mã, như Tiếng Việt (vi) hay English (en)"),
        _("cột riêng của KoboToolbox"),
        _("một cột mà XLSForm biết; cột viết sai tên sẽ mất. Muốn giữ làm ghi chú: đặt tên note"),
        _("chỉ đọc list_name, name và label: không có bộ lọc nào dùng đến"),
        _("một thiết lập không có ở đây"),
        _("không hình, tiếng, phim: điều chúng cho thấy cũng là điều được hỏi"),
        _("không phép tính: câu trả lời được giữ như đã gửi"),
        _("không trả lời sẵn: người dân chưa trả lời thì chưa có gì"),
        _("không bộ lọc: mọi lựa chọn của danh sách đều hiện"),
        _("không trigger: câu trả lời này không đổi câu khác"),
        _("không lặp: mỗi câu hỏi một lần"),
        _("không vòng lặp: mỗi câu hỏi một lần"),
        _("không entity: câu trả lời không tạo hay đổi bản ghi nào"),
        _("không chương trình khác: phiếu trả lời trên một trang"),
        _("không danh sách ngoài: lựa chọn nằm ở trang choices"),
        _("không danh sách từ tệp: lựa chọn nằm ở trang choices"),
        _("không mã hóa bằng khóa của người khác: ở đây sẽ không đọc được"),
        _("lời nhắc dài không hiện"),
        _("phiếu báo lỗi bằng lời của nó"),
        _("không phát gì"),
        _("ô chữ có chiều cao riêng"),
        _("ghi chú của người soạn không hiện"),
        _("không hỏi chương trình nào khác"),
        _("không gửi gì bằng SMS"),
        _("câu trả lời ẩn danh không có tên"),
        _("phiếu có cách trình bày riêng"),
        _("câu trả lời về máy chủ này"),
        _("câu trả lời gửi khi người dân gửi"),
        _("câu trả lời được giữ ở đây"),
        _("mỗi lựa chọn của danh sách có mã riêng"),
        _("chữ được giữ nguyên, bỏ khoảng trắng hai đầu"),
        _("mỗi phiếu có mã ngẫu nhiên riêng"),
        _("phiếu lấy tên theo form_id"),
        _("lựa chọn đứng theo thứ tự của danh sách"),
        _("ô chữ có chiều cao riêng, lựa chọn đứng theo thứ tự của danh sách"),
        _("lựa chọn đứng theo thứ tự của danh sách, ô chữ có chiều cao riêng"),
        _("appearance chỉ đổi cách trình bày: cái này đổi điều được trả lời, hoặc cách trả lời"),
        _("chỉ các parameters {names}: cái khác đổi điều được trả lời"),
        _("một danh sách của trang choices; có: {lists}"),
        _("với type này, một trong: {kinds}"),
        _("{code} được hiểu là không trả lời: không áp dụng"),
        _("được hiểu là thang mức, kém nhất trước: {words}; nếu không phải, ghi choice dưới hailong::kind"),
        _("đơn vị tính chỉ ở câu hỏi một số"),
        _("yes hoặc no, luôn như nhau"),
        _("no: câu nào cũng trả lời được"),
        _("với {kind}, một danh sách có mã từ 1 đến n, n từ 2 đến 11"),
        _("với yes_no, danh sách có và không với lời như trang của chúng tôi: {words}"),
        _("giới hạn như . >= 0 and . <= 5, không constraint nào khác"),
        _("số chữ nhiều nhất, như string-length(.) <= 300, không constraint nào khác"),
        _("không constraint ở câu loại này"),
        _("nhận nhiều nhất {n} chữ; muốn khác, ghi string-length(.) <= n ở constraint"),
        _("nhận nhiều nhất {n} chữ số sau dấu phẩy"),
        _(
            "điều kiện về một câu đứng trước: ${{q}} = 'x', selected(${{q}}, 'x'), mỗi kiểu có thể lặp với or, ${{q}} >= 1, ${{q}} <= 2, hoặc cả hai với and; < và > với số nguyên"
        ),
        _("phiếu ẩn danh không tự ghi giờ, nơi, máy hay người"),
        _("không có loại câu này: phiếu không nhận tệp"),
        _("không có loại câu này: phiếu không nhận vị trí trên bản đồ"),
        _("không có dòng chỉ để đọc: đưa lời ấy vào lời nhắc của một câu, vì nó có thể đổi điều được hỏi"),
        _("không câu trả lời ẩn: chỉ giữ điều đã hỏi"),
        _("không có loại câu này: ghi các mức bằng select_one, hoặc giới hạn của số nguyên bằng constraint"),
        _("không có loại câu này: lựa chọn không xếp thứ tự"),
        _("không có loại câu này: phiếu không nhận ngày"),
        _("không có loại câu này: phiếu không nhận giờ"),
        _("không có loại câu này: phiếu không đọc mã vạch"),
        _("không có loại câu này: hỏi có hoặc không bằng select_one"),
        _("không thẻ OpenStreetMap"),
        _("không or_other: liệt kê điều có thể chọn, phần còn lại hỏi bằng một câu viết"),
        _("text, integer, decimal, select_one DANH_SÁCH, select_multiple DANH_SÁCH, begin_group hoặc end_group"),
        _("chỉ đọc dòng đầu của trang settings"),
        _("phiên bản được tính từ nội dung, để thay đổi nào cũng thấy"),
        _("mã của phiếu lấy theo tên tệp: {code}"),
        _("tên phiếu lấy ở hailong::name; sửa cả ở đó"),
        _("tên một danh sách có mã từ 1 đến n, n từ 2 đến 11"),
        _("một end_group cho nó"),
        _("dòng bị tắt (disabled)"),
        _("type của dòng"),
        _("điều kiện ở từng câu của nhóm, không ở nhóm"),
        _("nhóm không có lời nhắc: đưa vào đề mục"),
        _("trên một câu chỉ một đề mục, không hai"),
        _("một begin_group đứng trước"),
        _("dưới đề mục không có câu nào"),
        _("câu này đứng dưới đề mục {heading} như các câu trước: một phần chỉ hết khi phần sau bắt đầu"),
        _("{column} của lựa chọn"),
        _("lời của lựa chọn ở mỗi ngôn ngữ; {language} chưa có"),
        _("các câu không có label ở {language}, nên không bao giờ hiện"),
        _("lời không chèn câu trả lời: như nhau với mọi người"),
        _("dấu cho chữ đậm, liên kết… hiện đúng như đã gõ"),
        _("macro bị bỏ: ở đây không bao giờ chạy"),
        _("mỗi trang một lần, không kể chữ hoa chữ thường"),
        _("trang ẩn vẫn được đọc"),
        _("chỉ đọc {sheets}; trang này bị bỏ qua"),
        _("mỗi ô một giá trị: bỏ gộp ô"),
        _("một giá trị, không phải lỗi"),
        _("giá trị của nó: mở bảng tính, tính lại, lưu"),
        _("mỗi tiêu đề một lần"),
        _("chữ: bảng tính đã biến nó thành ngày; định dạng ô là văn bản"),
        _("không có chữ vô hình như U+{letter}"),
        _("tiêu đề ở trên: không nói nó nghĩa là gì"),
        _("không câu nào dùng danh sách này"),
        _("ở đây không có danh sách lựa chọn riêng (external_choices)"),
        _("ở đây không có entity: câu trả lời không tạo hay đổi bản ghi nào"),
        _("ở đây không có thẻ OpenStreetMap"),
        _("nhiều nhất {most}"),
        _("nhiều nhất {most}, mỗi phần một lần"),
        _("một bảng tính .xlsx; tệp này bị hỏng, xin lưu lại"),
        _("một bảng tính .xlsx; tệp này hỏng, xin lưu lại"),
        _("bảng tính không mật khẩu: lưu lại không mật khẩu"),
        _("một bảng tính .xlsx: lưu lại thành .xlsx"),
        _("một bảng tính .xlsx"),
        _("một bảng tính .xlsx; tệp này là loại khác"),
        _("nén như bảng tính vẫn nén (deflate)"),
        _("một bảng tính như chương trình bảng tính lưu ra"),
        _("ít hơn: một phiếu hỏi nhỏ hơn nhiều"),
        _("nhiều nhất {rows} dòng, {columns} cột, {cells} ô: một phiếu hỏi nhỏ hơn"),
        _("nhiều nhất 30 dấu trên một chữ"),
        _("một vị trí như B7 hay 7; xin lưu lại tệp"),
        _("bảng tính có mật khẩu"),
        _("tệp theo định dạng cũ .xls"),
        _("tệp trống"),
        _("bảng tính theo định dạng nhị phân .xlsb"),
        _("tệp OpenDocument"),
        _("tệp nén zip không chứa bảng tính"),
    )
