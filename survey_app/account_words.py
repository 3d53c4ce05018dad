"""What pages say of names and passwords that cannot be had."""

from survey_app.screening import plain
from survey_app.staff import LONGEST_PASSWORD, NAME_LETTERS, NOT_NAMES, SHORTEST_PASSWORD, is_name, password_fault
from survey_app.wording import Translate


def name_fault_words(name: str, _: Translate) -> list[str]:
    """What is wrong with a new name, in words: the letters that it cannot have, and what it is made of."""
    if is_name(name):
        return []
    if name in NOT_NAMES:
        return [_("Tên «{name}» là của hệ thống. Xin chọn tên khác.").format(name=name)]
    strange = dict.fromkeys(letter for letter in plain(name) if letter not in NAME_LETTERS)
    letters = ", ".join(_("dấu cách") if letter.isspace() else f"«{letter}»" for letter in strange)
    first = [_("Tên đăng nhập không được có: {letters}.").format(letters=letters)] if letters else []
    return [*first, _("Tên đăng nhập gồm 2 đến 40 chữ thường không dấu, chữ số, dấu chấm, gạch nối hoặc gạch dưới.")]


def password_fault_words(name: str, password: str, again: str, _: Translate) -> list[str]:
    """What is wrong with a new password that was typed twice, in words; it is never repeated."""
    length = _("Mật khẩu cần từ {least} đến {most} ký tự. Vài từ ghép lại thì dễ nhớ.")
    said = {
        "length": length.format(least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD),
        "holds_name": _("Mật khẩu không được chứa tên đăng nhập."),
        "common": _("Mật khẩu này ai cũng đoán được. Xin ghép vài từ không liên quan với nhau."),
    }
    fault = password_fault(name, password)
    differ = [_("Hai lần gõ mật khẩu không giống nhau.")] if password != again else []
    return ([said[fault]] if fault else []) + differ
