"""A file of the register as a page shows it: what is wrong with it, or what it would change."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from survey_app.entry import LONGEST_SHOWN, NOTHING, CatalogueFault
from survey_app.pilot_file import PilotChange
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
from survey_app.reading import read_current_questionnaires, read_register
from survey_app.reading.former_names import read_former_names
from survey_app.register import Catalogue
from survey_app.register_file.change import Change, RegisterChange
from survey_app.register_file.entry_names import EntryNames, entry_names
from survey_app.register_file.fault import column_names, fault_table
from survey_app.register_file.importing import Imported, Request, import_register
from survey_app.register_file.meanings import sheet_names
from survey_app.register_file.pilot_importing import import_pilots
from survey_app.register_file.pilot_words import pilot_words
from survey_app.register_rule import desk_word
from survey_app.staff_door import StaffDoor
from survey_app.table_file.held_file import HeldFile
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.table_file.words import same_word
from survey_app.toml_file import WHOLE_FILE
from survey_app.wording import Translate
from survey_app.xlsform import Misfit, WorkbookFaults

MOST_SHOWN = 100
WORDED = frozenset({"kind", "days", "weekdays", "windows", "weekday", "window"})
"""Keys of a pilot's entry whose values have words of their own."""
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


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
    was understood otherwise than it stands; new_kinds: how many of what is new are of which kind. seen: what a later import is held against; stored: whether it was stored.
    """

    refused: str = ""
    faults: tuple[ShownFault, ...] = ()
    fault_count: int = 0
    new: tuple[ShownChange, ...] = ()
    altered: tuple[ShownChange, ...] = ()
    new_count: int = 0
    altered_count: int = 0
    new_kinds: tuple[tuple[str, int], ...] = ()
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


def look_at_table(
    door: StaffDoor, held: HeldFile, _: Translate, *, seen: str | None = None, most: int | None = MOST_SHOWN
) -> Look:
    """Judge a held table; with `seen`, import it if it still changes what was seen. most: how much of it is shown, None for all."""
    request = Request(
        held.path, held.name, held.about, held.user, door.clock(), dry_run=seen is None, seen=seen
    )  # fmt: skip
    try:
        done = import_register(door.engine, request)
    except UnreadableFile as refused:
        return Look(refused=refused.said(_))
    return _faulty(done, _, most) if done.change is None else _shown(door, done, done.change, _, most=most)


def list_faults(found: Look, _: Translate) -> list[list[str]] | None:
    """Every fault of a held file, looked at whole, below their headings; None where there is none."""
    rows = [(each.row, each.column, each.value, each.expected) for each in found.faults]
    return fault_table(rows, _) if rows else None


def list_changes(found: Look, _: Translate) -> list[list[str]] | None:
    """Everything that a held file, looked at whole, would change, a row for each column, below their headings; None where
    there is nothing.
    """
    if not found.changes:
        return None
    rows = [
        [act, change.what, change.code, change.name, *columns]
        for act, changes in ((_("thêm"), found.new), (_("sửa"), found.altered))
        for change in changes
        for columns in change.columns or (("", "", ""),)
    ]
    return [[_("Việc"), _("Loại"), _("Mã"), _("Tên"), _("Cột"), _("Trước"), _("Sau")], *rows]


def look_at_pilots(
    door: StaffDoor, held: HeldFile, _: Translate, *, seen: str | None = None, most: int | None = MOST_SHOWN
) -> Look:
    """Judge a held file of pilots; with `seen`, import it if it still changes what was seen. most: as in `look_at_table`."""
    request = Request(held.path, held.name, held.about, held.user, door.clock(), dry_run=seen is None, seen=seen)
    try:
        done = import_pilots(door.engine, request)
    except UnreadableFile as refused:
        return Look(refused=refused.said(_))
    if done.change is None:
        faults = [ShownFault(str(each.row), each.column, each.value, each.expected(_)) for each in done.faults]
        faults += [_key_fault(each, _) for each in done.toml_faults[:most]]
        return Look(faults=tuple(faults[:most]), fault_count=done.fault_count)
    shown = [(each.sign, _pilot_change(each, done.change.after, _)) for each in done.change.changes]
    new = [change for sign, change in shown if sign == "+"]
    altered = [change for sign, change in shown if sign != "+"]
    return Look(
        new=tuple(new[:most]),
        altered=tuple(altered[:most]),
        new_count=len(new),
        altered_count=len(altered),
        same=done.change.same,
        told=tuple(note.said(_) for note in done.change.notes),
        unread=done.table.unread if done.table else (),
        seen=done.fingerprint,
        stored=done.stored,
    )


def _pilot_change(change: PilotChange, register: Catalogue, _: Translate) -> ShownChange:
    """A pilot under its name, a participation under its unit's, with everything that is new or other."""
    one, names, words = change.entry, pilot_columns(_), pilot_words(_)
    if change.what == "participation":
        unit = register.unit[one.unit]
        name, code = f"{unit.kind} {unit.name} ({unit.code})", one.pilot
        filled = [("pilot", register.pilot[one.pilot].names["vi"]), ("starts", one.starts), ("ends", one.ends)]
    else:
        name, code = one.name if change.what == "procedure" else one.names["vi"], one.code
        filled = [(key, value) for key, value in one.document.items() if key in names] if change.what == "pilot" else []
    columns = tuple(
        (names.get(key, key), _pilot_value(key, old, register, words), _pilot_value(key, new, register, words))
        for key, old, new in (change.altered or [(key, None, value) for key, value in filled])
    )
    if change.sign == "-":
        columns = ((_("tham gia"), _("có"), _("không còn")),)
    return ShownChange(entry_words(_)[change.what], code, name, tuple(each for each in columns if each[1] != each[2]))


def _pilot_value(key: str, value: Any, register: Catalogue, words: Mapping[str, str]) -> str:
    """A value of a pilot's entry as people write it: days as dd/mm/yyyy, the last day for the first that no longer counts."""
    if key in WORDED:
        told = [value] if isinstance(value, str) else value or []
        return "; ".join(words.get(each, each) for each in told)
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        value = date.fromisoformat(value)
    if isinstance(value, date):
        return f"{value - timedelta(days=key == 'ends'):%d/%m/%Y}"
    if isinstance(value, Mapping):
        return "; ".join(dict.fromkeys(map(str, value.values())))  # a name that is the same in English stands once
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(map(str, value))
    if key == "locality" and value in register.unit:
        return f"{register.unit[value].kind} {register.unit[value].name} ({value})"
    return "" if value is None else str(value)


def pilot_columns(_: Translate) -> dict[str, str]:
    """Key of a pilot's entry that a page shows → what a clerk calls it."""
    return {
        "pilot": _("mô hình"),
        "names": _("tên"),
        "locality": _("địa bàn"),
        "kind": _("cách làm"),
        "starts": _("từ ngày"),
        "ends": _("đến hết ngày"),
        "days": _("loại ngày"),
        "weekdays": _("thứ"),
        "windows": _("buổi"),
        "named": _("thủ tục"),
        "source": _("căn cứ"),
    }


def look_at_questionnaire(
    door: StaffDoor, held: HeldFile, _: Translate, *, seen: str | None = None, most: int | None = MOST_SHOWN
) -> Look:
    """Judge a held questionnaire; with `seen`, ask it from now on if it is still the change that was seen. most: how many
    faults are shown, None for all.
    """
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
        return _refused(faults, most) if faults else Look(refused=say_expected(str(refused), _))
    except QuestionnaireFaults as refused:
        shown = tuple(_key_fault(each, _) for each in refused.faults[:most])
        return Look(faults=shown, fault_count=len(refused.faults))
    except WorkbookFaults as refused:
        return replace(
            _refused([_misfit(each, _) for each in refused.refused], most), told=_left_out(refused.left_out, _)
        )
    return _questionnaire(change, mark, _, stored=stored)


def _refused(faults: Sequence[ShownFault], most: int | None) -> Look:
    return Look(faults=tuple(faults[:most]), fault_count=len(faults))


def _key_fault(fault: CatalogueFault, _: Translate) -> ShownFault:
    found = "" if fault.found is NOTHING else fault.shown
    line = fault.key.removeprefix("line ") if fault.key.startswith("line ") else ""
    place = "" if line or fault.key == WHOLE_FILE else fault.key
    return ShownFault(line or "–", place, found, say_expected(fault.expected, _))


def _misfit(misfit: Misfit, _: Translate) -> ShownFault:
    place = misfit.place
    row = " ".join(part for part in (place.sheet, str(place.row or "")) if part)
    found = misfit.found if row else say_expected(misfit.found, _)  # of a whole file the words are ours
    return ShownFault(row or "–", place.column, found[:LONGEST_SHOWN], say_expected(misfit.expected, _))


def _questionnaire(change: QuestionnaireChange, mark: str, _: Translate, *, stored: bool) -> Look:
    form, before = change.form, change.before
    told = _("{n} câu hỏi; {desks} quầy đang hỏi phiếu này.").format(n=len(form.questions), desks=len(change.desks))
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


def _faulty(done: Imported, _: Translate, most: int | None) -> Look:
    faults = tuple(
        ShownFault(str(each.row), each.column, each.value, each.expected(_)) for each in done.faults.in_order()[:most]
    )
    return Look(faults=faults, fault_count=done.faults.total, told=_told(done, _), unread=done.table.unread)


def _shown(door: StaffDoor, done: Imported, change: RegisterChange, _: Translate, *, most: int | None) -> Look:
    with door.engine.connect() as connection:
        register, former = read_register(connection), read_former_names(connection)
        forms = {code: form.name.get("vi", code) for code, form in read_current_questionnaires(connection).items()}
    names = entry_names(register, change, forms)
    return Look(
        new=tuple(_change(each, names, _) for each in change.new[:most]),
        altered=tuple(_change(each, names, _) for each in change.altered[:most]),
        new_count=len(change.new),
        altered_count=len(change.altered),
        new_kinds=tuple((entry_words(_)[what], n) for what, n in Counter(each.what for each in change.new).items()),
        same=change.same,
        told=(*_told(done, _), *_called_so(change, register, former, _)),
        unread=done.table.unread,
        seen=done.fingerprint,
        stored=done.stored,
    )


def _called_so(
    change: RegisterChange, register: Catalogue, former: Mapping[str, frozenset[str]], _: Translate
) -> Iterator[str]:
    """Of new desks, those whose name a desk of the unit was once given up: an old table may mean that one."""
    said = _("Quầy mới «{name}» ({code}): quầy {known} «{now}» từng mang tên này. Nếu là quầy ấy, xin ghi mã {known}.")
    once = {
        desk_word(desk.unit, name): desk
        for desk in register.desks
        for name in former.get(desk.code, ())
        if same_word(name) != same_word(desk.name)
    }
    for desk in change.entries("desk"):
        known = once.get(desk_word(desk.unit, desk.name))
        if known is not None and known.code != desk.code:
            yield said.format(name=desk.name, code=desk.code, known=known.code, now=known.name)


def _change(change: Change, names: EntryNames, _: Translate) -> ShownChange:
    columns = column_names(_)
    shown = tuple(
        (
            _part(each.column, columns, _),
            names.said(change.what, each.column, each.old) if each.old else "",
            names.said(change.what, each.column, each.new) if each.new else "",
        )
        for each in (change.altered or change.filled)
    )
    name = {"main": _("phần chính"), "partial": _("một phần")}.get(change.name, change.name)
    return ShownChange(entry_words(_)[change.what], change.code, name, shown)


def _part(column: str, names: dict[str, str], _: Translate) -> str:
    return names.get(column) or {"names": names["name"], "part": _("phần")}[column]


def entry_words(_: Translate) -> dict[str, str]:
    """Kind of an entry in words."""
    return {
        "unit": _("đơn vị"),
        "desk": _("quầy"),
        "procedure": _("thủ tục"),
        "field": _("lĩnh vực"),
        "successor": _("liên kết kế thừa"),
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
