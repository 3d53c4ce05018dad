"""A file of the register as a page shows it: what is wrong with it, or what it would change."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from survey_app.entry import LONGEST_SHOWN, NOTHING, CatalogueFault
from survey_app.questionnaire import QuestionnaireFaults
from survey_app.questionnaire_difference import Difference
from survey_app.questionnaire_fault_words import say_expected
from survey_app.questionnaire_file import (
    QuestionnaireChange,
    RefusedQuestionnaire,
    compare_questionnaire,
    read_questionnaire_file,
    record_questionnaire_change,
)
from survey_app.register_file.change import Change
from survey_app.register_file.fault import as_fault_table, column_names
from survey_app.register_file.importing import JUDGES, Imported, Request, import_register
from survey_app.register_file.meanings import sheet_names
from survey_app.register_file.pilot_importing import import_pilots
from survey_app.staff_door import StaffDoor
from survey_app.table_file.held_file import HeldFile
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.wording import Translate
from survey_app.xlsform import Misfit, WorkbookFaults

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ShownFault:
    """One thing wrong. row: where in the file."""

    row: str
    column: str
    value: str
    expected: str


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One entry that is new or other than before; columns: what of it, in words, old and new."""

    what: str
    code: str
    name: str
    columns: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What a file turned out to be. refused: why it cannot be taken as a whole; faults: the first of `fault_count`. told: what
    was understood otherwise than it stands. seen: what a later import is held against; stored: whether it was stored.
    """

    refused: str = ""
    faults: tuple[ShownFault, ...] = ()
    fault_count: int = 0
    new: tuple[ShownChange, ...] = ()
    altered: tuple[ShownChange, ...] = ()
    new_count: int = 0
    altered_count: int = 0
    same: int = 0
    told: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    seen: str = ""
    stored: bool = False

    @property
    def sound(self) -> bool:
        """Whether it can be imported."""
        return not self.refused and not self.fault_count

    @property
    def changes(self) -> bool:
        """Whether importing it would change anything."""
        return bool(self.new_count or self.altered_count)


def look_at_table(door: StaffDoor, held: HeldFile, _: Translate, *, seen: str | None = None) -> Look:
    """Judge a held table; with `seen`, import it if it still changes what was seen."""
    request = Request(
        held.path, held.name, held.about, held.user, door.clock(), dry_run=seen is None, seen=seen
    )  # fmt: skip
    try:
        return _shown(import_register(door.engine, request), _)
    except UnreadableFile as refused:
        return Look(refused=refused.said(_))


def list_faults(door: StaffDoor, held: HeldFile, _: Translate) -> list[list[str]] | None:
    """Every fault of a held table below their headings; None where there is none, or it is no table."""
    if held.about not in JUDGES:
        return None
    request = Request(held.path, held.name, held.about, held.user, door.clock(), dry_run=True)
    try:
        done = import_register(door.engine, request)
    except UnreadableFile:
        return None
    return as_fault_table(done.faults.in_order(), _) if done.faults.total else None


def look_at_pilots(door: StaffDoor, held: HeldFile, _: Translate, *, seen: str | None = None) -> Look:
    """Judge a held file of pilots; with `seen`, import it if it still changes what was seen."""
    request = Request(held.path, held.name, held.about, held.user, door.clock(), dry_run=seen is None, seen=seen)
    try:
        done = import_pilots(door.engine, request)
    except UnreadableFile as refused:
        return Look(refused=refused.said(_))
    if done.change is None:
        faults = [ShownFault(str(each.row), each.column, each.value, each.expected(_)) for each in done.faults]
        faults += [_key_fault(each, _) for each in done.toml_faults]
        return Look(faults=tuple(faults[:MOST_SHOWN]), fault_count=done.fault_count)
    lines = [_pilot_change(line, _) for line in done.change.lines]
    new = [shown for sign, shown in lines if sign == "+"]
    altered = [shown for sign, shown in lines if sign != "+"]
    return Look(
        new=tuple(new[:MOST_SHOWN]),
        altered=tuple(altered[:MOST_SHOWN]),
        new_count=len(new),
        altered_count=len(altered),
        told=tuple(note.said(_) for note in done.change.notes),
        unread=done.table.unread if done.table else (),
        seen=done.fingerprint,
        stored=done.stored,
    )


def _pilot_change(line: str, _: Translate) -> tuple[str, ShownChange]:
    """A line such as `~ pilot CODE: key old → new; …` as a page shows it, with its sign."""
    sign, what, rest = line.split(" ", 2)
    code, _colon, told = rest.partition(": ")
    parts = [re.match(r"(\w+) (.*) → (.*)", part) for part in told.split("; ")] if told else []
    columns = tuple((found[1], found[2], found[3]) for found in parts if found)
    if sign == "-":
        columns = ((_("tham gia"), _("có"), _("không còn")),)
    return sign, ShownChange(entry_words(_).get(what, what), code, code, columns or ((what, "", told),))


def look_at_questionnaire(door: StaffDoor, held: HeldFile, _: Translate, *, seen: str | None = None) -> Look:
    """Judge a held questionnaire; with `seen`, ask it from now on if it is still the change that was seen."""
    try:
        form, left_out = read_questionnaire_file(held.path, name=held.name)
        with door.engine.begin() as connection:
            change = compare_questionnaire(connection, form, left_out, name=held.name)
            mark = held.fingerprint(f"{change.form.version} {change.before.version if change.before else ''}")
            stored = seen == mark and not change.same
            if stored:
                record_questionnaire_change(connection, change, at=door.clock(), user=held.user, name=held.name)
    except RefusedQuestionnaire as refused:
        faults = tuple(ShownFault("", "", "", say_expected(each, _)) for each in refused.faults)
        return _refused(faults) if faults else Look(refused=say_expected(str(refused), _))
    except QuestionnaireFaults as refused:
        return _refused([_key_fault(each, _) for each in refused.faults])
    except WorkbookFaults as refused:
        return replace(_refused([_misfit(each, _) for each in refused.refused]), told=_left_out(refused.left_out, _))
    return _questionnaire(change, mark, _, stored=stored)


def _refused(faults: Sequence[ShownFault]) -> Look:
    return Look(faults=tuple(faults[:MOST_SHOWN]), fault_count=len(faults))


def _key_fault(fault: CatalogueFault, _: Translate) -> ShownFault:
    found = "" if fault.found is NOTHING else fault.shown
    return ShownFault("–", fault.key, found, say_expected(fault.expected, _))


def _misfit(misfit: Misfit, _: Translate) -> ShownFault:
    place = misfit.place
    row = " ".join(part for part in (place.sheet, str(place.row or "")) if part)
    found = misfit.found if row else say_expected(misfit.found, _)  # of a whole file the words are ours
    return ShownFault(row or "–", place.column, found[:LONGEST_SHOWN], say_expected(misfit.expected, _))


def _questionnaire(change: QuestionnaireChange, mark: str, _: Translate, *, stored: bool) -> Look:
    form, before = change.form, change.before
    told = _("{n} câu hỏi; {desks} quầy đang hỏi bộ này.").format(n=len(form.questions), desks=len(change.desks))
    shown = [_difference(each, change, _) for each in change.differences(_)]
    return Look(
        new=() if before else tuple(shown),
        altered=(_versions(change, _), *shown) if before and not change.same else (),
        new_count=int(before is None),
        altered_count=int(before is not None and not change.same),
        same=int(change.same),
        told=(told, *_left_out(change.left_out, _)),
        seen=mark,
        stored=stored,
    )


def _left_out(misfits: Iterable[Misfit], _: Translate) -> tuple[str, ...]:
    shown = [_misfit(each, _) for each in misfits]
    told = [f"{' · '.join(filter(None, (each.row, each.column)))} «{each.value}»: {each.expected}" for each in shown]
    return tuple(_("Bảng tính còn nói điều không dùng đến: {what}").format(what=each) for each in told)


def _versions(change: QuestionnaireChange, _: Translate) -> ShownChange:
    form, before = change.form, change.before
    old = before.version if before else ""
    what = entry_words(_)["questionnaire"]
    return ShownChange(
        what, form.code, next(iter(form.name.values()), form.code), ((_("phiên bản"), old, form.version),)
    )


def _difference(difference: Difference, change: QuestionnaireChange, _: Translate) -> ShownChange:
    """A question as an entry of its own, under its wording; the form itself under its name."""
    words = entry_words(_)
    what, code = words["question" if difference.code else "questionnaire"], difference.code or change.form.code
    columns = tuple((part.label(_), part.old, part.new) for part in difference.parts)
    if difference.kind == "dropped":
        columns = ((_("câu hỏi"), _("đang hỏi"), _("bỏ")),)
    elif difference.kind == "new" and change.before:
        columns = ((_("câu hỏi"), "", _("thêm")), *columns)
    return ShownChange(what, code, difference.name, columns)


def _shown(done: Imported, _: Translate) -> Look:
    faults = tuple(
        ShownFault(str(each.row), each.column, each.value, each.expected(_))
        for each in done.faults.in_order()[:MOST_SHOWN]
    )
    change = done.change
    if change is None:
        return Look(faults=faults, fault_count=done.faults.total, told=_told(done, _), unread=done.table.unread)
    return Look(
        new=tuple(_change(each, _) for each in change.new[:MOST_SHOWN]),
        altered=tuple(_change(each, _) for each in change.altered[:MOST_SHOWN]),
        new_count=len(change.new),
        altered_count=len(change.altered),
        same=change.same,
        told=_told(done, _),
        unread=done.table.unread,
        seen=done.fingerprint,
        stored=done.stored,
    )


def _change(change: Change, _: Translate) -> ShownChange:
    names = column_names(_)
    columns = tuple((_part(each.column, names, _), each.old, each.new) for each in change.altered)
    name = {"main": _("phần chính"), "partial": _("một phần")}.get(change.name, change.name)
    return ShownChange(entry_words(_)[change.what], change.code, name, columns)


def _part(column: str, names: dict[str, str], _: Translate) -> str:
    return names.get(column) or {"names": names["name"], "part": _("phần")}[column]


def entry_words(_: Translate) -> dict[str, str]:
    """Kind of an entry in words."""
    return {
        "unit": _("đơn vị"),
        "desk": _("quầy"),
        "procedure": _("thủ tục"),
        "field": _("lĩnh vực"),
        "successor": _("đơn vị thay"),
        "pilot": _("mô hình"),
        "participation": _("đơn vị tham gia"),
        "questionnaire": sheet_names(_)["questionnaires"].lower(),
        "question": _("câu hỏi"),
    }


def _told(done: Imported, _: Translate) -> tuple[str, ...]:
    opened, notes = done.table.opened, done.notes or {}
    sentences = {
        "zeros": _("{n} mã chính thức thiếu số 0 đứng đầu, đã thêm lại."),
        "capitals_kept": _("{n} tên trong tệp viết hoa toàn bộ, chỉ khác danh mục ở chữ hoa: giữ như danh mục."),
        "dashes_kept": _("{n} tên trong tệp chỉ khác danh mục ở dấu gạch hay khoảng trống: giữ như danh mục."),
        "capitals": _("{n} tên viết hoa toàn bộ và sẽ được ghi như vậy; muốn viết như «Tân Hồng», xin sửa trong tệp."),
        "ends_kept": _(
            "{n} đơn vị, quầy có ngày kết thúc mà tệp để trống ô ấy: giữ ngày kết thúc. Muốn mở lại quầy: trang «Quầy»."
        ),
        "decimals": _("{n} mã thủ tục thiếu số 0 ở cuối, đã thêm lại."),
    }
    told = [sentence.format(n=notes[name]) for name, sentence in sentences.items() if notes.get(name)]
    if done.table.examples:
        told.append(_("{n} hàng ví dụ của mẫu được bỏ qua.").format(n=done.table.examples))
    if opened and opened.legacy:
        told.append(_("Tệp viết bằng {letters}; đã chuyển sang Unicode.").format(letters=opened.legacy))
    if opened and opened.macros:
        told.append(_("Macro trong bảng tính không được chạy, không được đọc."))
    return tuple(told)
