"""What a change of the register says before it is made, and why one cannot be: in the reader's language."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from survey_app.register import Catalogue
from survey_app.register_change import MAIN, ChangeFault, Facts, Steps
from survey_app.register_rule import LONGEST_NAME
from survey_app.wording import Translate

ShowDay = Callable[[date | None], str]
ShowCount = Callable[[int | None], str]


def fault_words(fault: ChangeFault, _: Translate, show_day: ShowDay) -> str:
    """One reason against a change, with what to do."""
    if fault.reason == "day" and not fault.about.strip():
        return _("Xin ghi ngày.")
    if fault.reason == "unit_code" and not fault.about.strip():
        return _("Xin ghi mã của đơn vị mới: chữ thường không dấu, số, dấu chấm, gạch nối, như xa.tan-hong.")
    said = {
        "no_desk": _("Không có quầy mang mã {about}, hoặc quầy không thuộc đơn vị này."),
        "no_unit": _("Không có đơn vị mang mã {about}."),
        "far": _("Ngày {day} quá xa: xin chọn ngày từ năm 2000 đến hai năm sau hôm nay."),
        "far_ahead": _("Ngày {day} quá xa: xin chọn ngày không quá hai năm sau hôm nay."),
        "day": _("Không đọc được ngày «{about}»: xin ghi ngày có thật."),
        "ended": _("{about} đã kết thúc, hoặc đã có ngày kết thúc, ngày {day}."),
        "ends_later": _(
            "{about} đã hẹn đóng hoặc chuyển từ ngày {day}: xin «Mở lại» quầy ấy trước, hoặc chọn ngày {day} trở đi."
        ),
        "begins_later": _("{about} mở từ ngày {day}: xin chọn ngày sau đó."),
        "moved_here": _(
            "{about} chuyển sang từ ngày {day}: xin chọn ngày sau đó; nếu chưa đến ngày ấy, có thể «Mở lại» quầy cũ "
            "để bỏ việc chuyển trước."
        ),
        "before_start": _("{about} bắt đầu từ ngày {day}: xin chọn ngày sau đó."),
        "answered": _(
            "{about} còn có phiếu trả lời đến ngày {day}: xin chọn ngày sau đó, để không phiếu nào mất quầy."
        ),
        "unit_not_there": _("{about} không hoạt động vào ngày {day}."),
        "nothing_changes": _("Chưa có gì đổi: đơn vị, tên và nơi đặt của «{about}» vẫn như cũ."),
        "name_empty": _("Chưa có tên: xin ghi tên."),
        "place_empty": _("Chưa có nơi đặt: xin ghi nơi đặt quầy."),
        "name_long": _("«{about}…» dài {n} ký tự: xin ghi tối đa {most} ký tự."),
        "name_letters": _("«{about}» có ký tự lạ, không in ra được: xin gõ lại."),
        "name_formula": _("«{about}» bắt đầu bằng = + - @, bảng tính sẽ hiểu là công thức: xin gõ lại."),
        "same_name": _("Đã có {about} mang tên này ở cùng nơi, cùng thời gian: xin đặt tên khác."),
        "other_kind": _("«{about}» có loại khác đứng trước: xin chọn đúng loại, hoặc bỏ chữ ấy khỏi tên."),
        "official_code": _("Mã hành chính «{about}» không đúng: xin ghi {n} chữ số."),
        "same_official": _("Mã hành chính này là của {about}: xin kiểm tra lại."),
        "parent_later": _("{about} có từ ngày {day}: xin ghi ngày từ đó, hoặc để trống."),
        "parent_ends": _("{about} kết thúc từ ngày {day}: xin chọn cấp trên khác, hoặc ngày trước đó."),
        "not_closed": _("«{about}» đang mở, không cần mở lại."),
        "before_closing": _("«{about}» đóng từ ngày {day}: xin mở lại từ ngày ấy hoặc sau đó."),
        "goes_on": _("Mã của quầy này đã mở sang quầy {about}: xin sửa quầy ấy."),
        "in_use": _("Quầy {about} lập thay đã có mã hoặc ca trực: xin thu hồi trước."),
        "unit_ends": _("{about} kết thúc ngày {day}, nên quầy không thể mở tiếp."),
        "which_units": _("Xin chọn đơn vị kết thúc và đơn vị kế thừa, mỗi đơn vị một lần."),
        "units_below": _("Dưới {about} còn {n} đơn vị đang hoạt động: xin giải quyết các đơn vị ấy trước."),
        "one_main": _("{about} chỉ được có một đơn vị kế thừa phần chính, mỗi đơn vị kế thừa ghi một lần."),
        "level": _("{about} không cùng cấp với đơn vị kết thúc."),
        "parent_level": _("{about} không ở cấp trên của đơn vị này."),
        "takes_nobody": _("Đơn vị mới {about} không kế thừa đơn vị nào."),
        "not_successor": _("Quầy {about} chỉ chuyển được sang đơn vị kế thừa của chính đơn vị nó."),
        "unit_code": _("Mã «{about}» không dùng được: chữ thường không dấu, số, dấu chấm, gạch nối, tối đa 40 ký tự."),
        "unit_known": _("Đã có đơn vị mang mã {about}."),
        "kind": _("Loại đơn vị «{about}» không có trong danh mục."),
        "field": _("Không có lĩnh vực mang mã {about}."),
        "questionnaire": _("Không có phiếu hỏi mang mã {about}."),
    }[fault.reason]
    shown = said.format(about=fault.about or "–", day=show_day(fault.day), n=fault.n, most=LONGEST_NAME)
    return shown[:1].upper() + shown[1:]


def step_words(
    register: Catalogue, steps: Steps, facts: Facts, _: Translate, *, show_day: ShowDay, show_count: ShowCount
) -> list[str]:
    """Everything that a change does and everything that stays, a sentence each. register: as before the change."""
    names = {unit.code: f"{unit.kind} {unit.name}" for unit in (*register.units, *steps.units)}
    lines = [
        *_unit_words(steps, names, _, show_day),
        *_desk_words(register, steps, facts, names, _=_, show_day=show_day, show_count=show_count),
        *_other_words(register, steps, facts, names, _=_, show_day=show_day, show_count=show_count),
    ]
    return [line[:1].upper() + line[1:] for line in lines]


def _unit_words(steps: Steps, names: dict[str, str], _: Translate, show_day: ShowDay) -> Iterator[str]:
    for unit in steps.units:
        yield _("{unit} bắt đầu từ ngày {day}.").format(unit=names[unit.code], day=show_day(unit.valid_from))
    for code, on in steps.ended_units.items():
        yield _("{unit} kết thúc: ngày {day} là ngày đầu tiên không còn tính.").format(
            unit=names[code], day=show_day(on)
        )
    for link in steps.links:
        part = (
            _("{new} kế thừa {old}, phần chính: kết quả nhiều tháng của {old} nối sang đây.")
            if link.part == MAIN
            else _("{new} nhận một phần của {old}: phiếu cũ không chia được, nên không nối sang đây.")
        )
        yield part.format(new=names[link.new], old=names[link.old])


def _desk_words(
    register: Catalogue,
    steps: Steps,
    facts: Facts,
    names: dict[str, str],
    *,
    _: Translate,
    show_day: ShowDay,
    show_count: ShowCount,
) -> Iterator[str]:
    desks = {desk.code: desk for desk in register.desks}
    began = {new.desk.code: new.desk for new in steps.desks}
    for end in steps.ended_desks:
        desk, next_one = desks[end.code], began.get(end.followed_by or "")
        said = _("{desk} ({code}) kết thúc từ ngày {day}. {n} phiếu đã nhận ở lại quầy này và đơn vị này.")
        n = show_count(facts.answers.get(desk.code, 0))
        first = said.format(desk=desk.name, code=desk.code, day=show_day(end.on), n=n) if desk.valid_to is None else ""
        codes = _code_words(facts.codes.get(end.code, 0), next_one.name if next_one else end.followed_by, _, show_count)
        if first or codes:
            yield f"{first} {codes}".strip()
    for desk in began.values():
        said = _("Quầy mới {desk} ({code}) của {unit}, đặt tại «{place}», mở từ ngày {day}, chưa có phiếu nào.")
        day, unit = show_day(desk.valid_from), names[desk.unit]
        yield said.format(desk=desk.name, code=desk.code, unit=unit, place=desk.place, day=day)
    for code in steps.undone:
        yield _("{desk} ({code}) không đóng nữa, mọi thứ như trước.").format(desk=desks[code].name, code=code)
    for code in steps.removed:
        yield _("Quầy {code} lẽ ra mở sau này thì không mở.").format(code=code)


def _code_words(codes: int, next_name: str | None, _: Translate, show_count: ShowCount) -> str:
    if not codes:
        return ""
    if next_name:
        return _("{n} mã đã in của quầy vẫn dùng: từ ngày ấy mở {desk}.").format(n=show_count(codes), desk=next_name)
    said = _("{n} mã đã in của quầy thôi dùng từ ngày ấy, ai quét sẽ được báo quầy đã đóng: xin gỡ áp phích và thẻ.")
    return said.format(n=show_count(codes))


def _other_words(
    register: Catalogue,
    steps: Steps,
    facts: Facts,
    names: dict[str, str],
    *,
    _: Translate,
    show_day: ShowDay,
    show_count: ShowCount,
) -> Iterator[str]:
    pilots = {code: pilot.names.get("vi", code) for code, pilot in register.pilot.items()}
    for before, after in steps.shortened:
        said = _("{unit} thôi tham gia mô hình «{pilot}» từ ngày {day}; các phiên trước đó giữ nguyên.")
        yield said.format(
            unit=names[before.unit], pilot=pilots.get(before.pilot, before.pilot), day=show_day(after.ends)
        )
    for one in steps.gone:
        said = _("{unit} lẽ ra tham gia mô hình «{pilot}» từ ngày {day}: việc ấy bị bỏ.")
        yield said.format(unit=names[one.unit], pilot=pilots.get(one.pilot, one.pilot), day=show_day(one.starts))
    people = sum(facts.shifts.get(end.code, 0) for end in steps.ended_desks)
    if people:
        said = (
            _("{n} ca trực ở các quầy này hết theo quầy: xin ghi ca ở quầy mới.")
            if steps.desks
            else _("{n} ca trực ở các quầy này hết theo quầy.")
        )
        yield said.format(n=show_count(people))
    for code in steps.ended_units:
        if n := facts.cases.get(code, 0):
            said = _(
                "{n} phản ánh đang mở vẫn đứng tên {unit}: xin trả lời trước ngày ấy, hoặc giữ tài khoản để trả lời."
            )
            yield said.format(n=show_count(n), unit=names[code])
        if found := facts.accounts.get(code):
            said = _("Tài khoản {accounts} vẫn chỉ xem được {unit}: xin người quản trị chuyển sang đơn vị kế thừa.")
            yield said.format(accounts=", ".join(found), unit=names[code])


def all_faults(faults: Iterable[ChangeFault], _: Translate, show_day: ShowDay) -> list[str]:
    """Every reason against a change, once each."""
    return list(dict.fromkeys(fault_words(fault, _, show_day) for fault in faults))
