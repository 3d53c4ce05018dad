"""The citizen's pages as HTML: templates filled with values, in the reader's language."""

import base64
import gzip
import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, pass_environment
from jinja2.filters import make_attrgetter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from survey_app.case_words import consent_sentence
from survey_app.new_case import CASE_FIELDS
from survey_app.questionnaire import Questionnaire
from survey_app.reading import DeskAtDoor
from survey_app.screening import plain
from survey_app.shown_question import show_questions
from survey_app.submission import Fault, Posted
from survey_app.wording import FIRST_LANGUAGE, LANGUAGE_NAMES, LANGUAGES, translator

TEMPLATES = Path(__file__).parent / "templates"
INLINE = {
    "style": "style.css",
    "office_style": "office.css",
    "case_style": "case.css",
    "screen_style": "screen.css",
    "script": "form.js",
    "entry_script": "entry.js",
}
"""Styles and scripts that stand in our pages: name in a template → file."""
_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)", re.IGNORECASE)


def draw_form(
    desk: DeskAtDoor,
    questionnaire: Questionnaire,
    *,
    address: str,
    language: str,
    form_id: str,
    posted: Posted = Posted(),  # noqa: B008 - frozen
    faults: tuple[Fault, ...] = (),
    taps: bool = True,
) -> str:
    """The form as HTML; with faults, they stand first and what was typed is kept.

    taps: whether the main answer is posted as soon as it is tapped, to `/tap` below the form's own address.
    """
    texts = {fault.field: fault_text(fault, questionnaire, language) for fault in reversed(faults)}
    shown = [asked for asked in show_questions(questionnaire, language) if asked.layout != "field" or desk.fields]
    replies = desk.kind != "tablet"  # nobody could keep a code, or leave a number unseen, on a tablet at the desk
    on_page = {asked.code for asked in shown} | (CASE_FIELDS if replies else frozenset())
    main = shown[0] if shown and shown[0].question is questionnaire.main else None
    rest = shown[1:] if main else shown
    return draw(
        "form.html",
        language,
        desk=desk,
        simulated=desk.simulated,
        address=address,
        taps=taps,
        form_id=form_id,
        posted=posted,
        filled=posted != Posted(),
        main=main,
        rest=rest,
        some_required=any(asked.question.required for asked in rest),
        shown_in=questionnaire.language(language),
        replies=replies,
        consent=consent_sentence(translator(language)),
        fields=[(code, names[language]) for code, names in desk.fields.items()],
        fault_of={code: text for code, text in texts.items() if code in on_page},
        faults=[(code if code in on_page else "", text) for code, text in reversed(texts.items())],
    )


def fault_text(fault: Fault, questionnaire: Questionnaire, language: str) -> str:
    """What to tell the citizen: what happened and what to do."""
    _ = translator(language)
    question = questionnaire.question(fault.field)
    missing = {
        "text": _("Ông/bà chưa viết gì cho câu «{question}»."),
        "number": _("Ông/bà chưa điền số cho câu «{question}»."),
        "rating": _("Ông/bà chưa chọn mức cho câu «{question}»."),
        "faces": _("Ông/bà chưa chọn mức cho câu «{question}»."),
    }
    sentence = {
        "missing": missing.get(question.kind if question else "", _("Ông/bà chưa chọn trả lời cho câu «{question}».")),
        "off_scale": _("Câu «{question}» có mức {value}, ngoài thang {expected}. Xin chọn lại."),
        "too_long": _("Câu «{question}» dài {value} ký tự; xin rút còn {expected} ký tự."),
        "unknown_choice": _("Câu «{question}» có lựa chọn không nằm trong danh sách. Xin chọn lại."),
        "not_number": _("Câu «{question}» cần một số, viết liền, như {example}. Xin sửa «{value}»."),
        "out_of_range": _("Câu «{question}» có số {value}, ngoài khoảng {expected}. Xin sửa lại."),
        "unknown_field": _("Phiếu không có mục «{value}». Xin quét lại mã ở quầy."),
        "repeated": _("Mục «{field}» được gửi nhiều lần. Xin chọn lại."),
        "not_stored": _("Chưa gửi được, máy chủ đang bận. Xin bấm gửi lại; phiếu chỉ tính một lần."),
        "nothing_to_answer": _("Ông/bà muốn được trả lời nhưng chưa viết việc gì. Xin viết vài dòng, hoặc bỏ chọn."),
        "not_contact": _("«{value}» không giống số điện thoại hay thư điện tử. Xin sửa lại, hoặc để trống."),
        "no_consent": _("Ông/bà để lại liên hệ nhưng chưa chọn đồng ý. Xin chọn đồng ý, hoặc xóa liên hệ."),
        "bad_id": _("Phiếu này mở đã quá lâu. Xin bấm gửi lại."),
    }[fault.reason]
    return sentence.format(
        question=question.text[questionnaire.language(language)] if question else "",
        example=_("15 hoặc 2,5") if fault.expected.strip("0") else "15",
        field=fault.field[:40],
        value=fault.value[:40],
        expected=fault.expected,
    )


@lru_cache(maxsize=1)
def _templates() -> Environment:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["plain"] = plain
    environment.filters["runs"] = _runs
    for name, file in INLINE.items():
        environment.globals[name] = Markup(inline_text(file))  # noqa: S704 - our own file
    return environment


@pass_environment
def _runs(environment: Environment, values: Iterable[Any], attribute: str | int) -> list[tuple[Any, list[Any]]]:
    """Values that stand together and have an attribute in common; Jinja's own `groupby` would sort them by code point."""
    return [(key, list(group)) for key, group in groupby(values, make_attrgetter(environment, attribute))]


def inline_text(file: str) -> str:
    """A style or script as it stands in a page: without the ends and the indents of its lines."""
    return "".join(line.strip() for line in (TEMPLATES / file).read_text(encoding="utf-8").splitlines())


def page_policy() -> str:
    """What pages may load: the styles and scripts that stand in them, by their hashes, and nothing else."""

    def allowed(suffix: str) -> str:
        texts = [inline_text(file).encode() for file in INLINE.values() if file.endswith(suffix)]
        return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'" for text in texts)

    return (
        f"default-src 'none'; style-src {allowed('.css')}; script-src {allowed('.js')}; connect-src 'self'; "
        "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def draw(template: str, language: str, **values: object) -> str:
    """A page in a language."""
    others = [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES if code != language]
    shared = {"language": language, "other_languages": others, "_": translator(language)}
    return _templates().get_template(template).render(shared | values)


def chosen_language(asked: str | None) -> str:
    """The language of `?lang=`, Vietnamese unless we have the other."""
    return asked if asked in LANGUAGES else FIRST_LANGUAGE


def accepts_gzip(request: Request) -> bool:
    """Whether a request takes gzip; `gzip;q=0` refuses it. Source: RFC 9110 §12.5.3."""
    return _GZIP.search(request.headers.get("accept-encoding", "")) is not None


def packed_page(request: Request, page: str, *, status: int) -> HTMLResponse:
    """A page made for one request, compressed where that is taken."""
    content, headers = page.encode(), {"vary": "accept-encoding"}
    if accepts_gzip(request):
        content, headers = gzip.compress(content, 6), headers | {"content-encoding": "gzip"}
    return HTMLResponse(content, status, headers)
