"""A shared tablet's pages as HTML: the form, its count, and what stands there when its code was withdrawn."""

import hashlib
from collections.abc import Mapping

from markupsafe import Markup

from qr_codes import show_code
from scoring import OfficeHours, slots
from survey_app.pages import draw, fault_text, page_policy
from survey_app.questionnaire import Questionnaire
from survey_app.reading import DeskAtDoor
from survey_app.shown_question import show_questions
from survey_app.static_files import static_addresses, static_path
from survey_app.submission import Fault, Posted
from survey_app.wording import LANGUAGES, Translate, translator

IDLE_SECONDS = 60
IDLES = (40, 60, 90, 120, 300)
THANKS_SECONDS = 6


def draw_tablet(desk: DeskAtDoor, questionnaire: Questionnaire, *, code: str, language: str, hours: OfficeHours) -> str:
    """The form in all languages, so that changing the language needs no network; the script shows one.

    The page tells its own hash, the same in each language, so that a tablet that stays open for weeks finds out that there is a newer one.
    """
    states = "".join(_draw_states(desk, questionnaire, code=code, language=each) for each in LANGUAGES)
    whole = f"{static_path()} {questionnaire.version} {states}"
    data = {
        "code": code,
        "version": questionnaire.version,
        "page": hashlib.sha256(whole.encode()).hexdigest()[:16],
        "language": language,
        "slots": " ".join(slot.key for slot in slots(hours)),
        "idle": IDLE_SECONDS,
        "thanks": THANKS_SECONDS,
        "files": " ".join(static_addresses()),
    }
    content = draw("tablet_opening.html", language) + states
    return _page("tablet", desk, language, data=data, script="tablet.js", content=content)


def told_hash(page: str) -> str:
    """The hash that a page from `draw_tablet` tells of itself."""
    return page.partition('data-page="')[2].partition('"')[0]


def draw_count(desk: DeskAtDoor, *, code: str, language: str, hours: OfficeHours) -> str:
    """The end of the day."""
    content = draw(
        "tablet_count.html",
        language,
        desk=desk,
        code=code,
        shown_code=show_code(code),
        idles=IDLES,
        reasons=_reasons(translator(language)),
    )
    data = {
        "code": code,
        "slots": " ".join(slot.key for slot in slots(hours)),
        "idle": IDLE_SECONDS,
        "form": f"/k/{code}",
    }
    return _page("count", desk, language, data=data, script="count.js", content=content)


def draw_closed(desk: DeskAtDoor, *, code: str, language: str) -> str:
    """What a withdrawn tablet shows while it delivers what it still has."""
    content = draw("tablet_closed.html", language, desk=desk, code=code)
    return _page("closed", desk, language, data={"code": code}, script="closed.js", content=content)


def tablet_policy() -> str:
    """What a tablet's pages may load: our own files, and of inline styles only what other pages have too."""
    styles = page_policy().partition("style-src ")[2].partition(";")[0]
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' {styles}; connect-src 'self'; worker-src 'self'; "
        "manifest-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


def manifest(desk: DeskAtDoor, *, code: str) -> dict[str, object]:
    """What lets a browser put the tablet's form on its home screen, without an address bar."""
    return {
        "name": f"Hài Lòng – {desk.name}",
        "short_name": "Hài Lòng",
        "lang": "vi",
        "start_url": f"/k/{code}",
        "scope": "/k/",
        "display": "fullscreen",
        "background_color": "#ffffff",
        "theme_color": "#a61c28",
        "icons": [{"src": f"{static_path()}/icon.svg", "sizes": "any", "type": "image/svg+xml"}],
    }


def _draw_states(desk: DeskAtDoor, questionnaire: Questionnaire, *, code: str, language: str) -> str:
    shown = [asked for asked in show_questions(questionnaire, language) if asked.layout != "field" or desk.fields]
    return draw(
        "tablet_form.html",
        language,
        desk=desk,
        code=code,
        shown=shown,
        main=questionnaire.main,
        shown_in=questionnaire.language(language),
        fields=[(field, names[language]) for field, names in desk.fields.items()],
        missing={asked.code: fault_text(Fault(asked.code, "missing"), questionnaire, language) for asked in shown},
        posted=Posted(),
        fault_of={},
    )


def _page(kind: str, desk: DeskAtDoor, language: str, *, data: Mapping[str, object], script: str, content: str) -> str:
    return draw(
        "tablet.html",
        language,
        kind=kind,
        title=f"{desk.name} – {desk.unit_name}",
        static=static_path(),
        manifest=f"/k/{data['code']}/app.webmanifest",
        data=data,
        script=script,
        content=Markup(content),  # noqa: S704 - drawn by our own templates
    )


def _reasons(_: Translate) -> dict[str, str]:
    """Why an answer was refused for good, in words for the staff; nothing of what was answered."""
    return {
        "in_future": _("Ghi ngày chưa tới: đồng hồ của máy chạy trước. Chỉnh đồng hồ; đến ngày ấy hãy thử gửi lại."),
        "before_issue": _("Ghi ngày trước khi mã của máy được cấp: đồng hồ của máy chạy sau."),
        "after_revocation": _("Thu sau ngày mã của máy bị thu hồi."),
        "no_desk": _("Ngày ấy quầy này chưa có hoặc không còn."),
        "unknown_version": _("Máy chủ không biết bản phiếu này, chẳng hạn vì khôi phục từ bản sao lưu cũ."),
        "answers": _("Có câu trả lời mà bản phiếu này không nhận."),
        "other_content": _("Máy chủ đã có phiếu cùng số với nội dung khác."),
        "other": _("Phiếu không đọc được."),
    }
