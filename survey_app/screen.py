"""`/s/{code}`: the page for a screen at the desk, with a code that is new every few minutes.

It is drawn anew by the header `Refresh`, before its code expires and without script. The screen's own code opens no form,
so a photograph of the screen is good for a few minutes only.
"""

from fastapi import APIRouter, responses
from markupsafe import Markup

from qr_codes import BadCode, draw_svg, make_symbol, parse_code, printed_address, show_code
from survey_app.citizen import READ, DoorDep
from survey_app.door import WINDOW_SECONDS, Door, UnknownDesk
from survey_app.pages import draw
from survey_app.reading import DeskAtDoor
from survey_app.wording import FIRST_LANGUAGE, translator

router = APIRouter(default_response_class=responses.HTMLResponse, include_in_schema=False)
SECONDS_BETWEEN_TRIES = 60
"""How soon a screen that shows no code asks again, so that nobody needs to touch it when its desk opens."""


@router.api_route("/s/{code}", methods=READ)
@router.api_route("/S/{code}", methods=READ)
def screen(code: str, door: DoorDep) -> responses.Response:
    """The running code, large, with the desk's name and the code for typing; or why there is none."""
    desk = screen_desk(door, code)
    if not desk.open_on(door.clock().date()):
        return _shut(desk)
    shown = door.screen_code(desk)
    address = printed_address(door.settings.public_url, shown)
    page = draw(
        "screen.html",
        FIRST_LANGUAGE,
        desk=desk,
        english=translator("en"),
        symbol=Markup(draw_svg(make_symbol(address), title="Mã QR")),  # noqa: S704 - our own drawing
        typed=door.settings.public_url.removeprefix("https://").removeprefix("http://") + "/r/",
        shown_code=show_code(shown),
        minutes=WINDOW_SECONDS // 60,
    )
    return responses.HTMLResponse(page, headers={"refresh": str(_seconds_left(door))})


def screen_desk(door: Door, code: str) -> DeskAtDoor:
    """The desk of a screen's own code, whatever became of the code since.

    Raises:
        UnknownDesk: the code is no screen's.
    """
    try:
        desk = door.desks.get(parse_code(code, key=door.settings.secret_key))
    except BadCode as error:
        raise UnknownDesk(code) from error
    if desk is None or desk.kind != "screen":
        raise UnknownDesk(code)
    return desk


def _seconds_left(door: Door) -> int:
    """Until the next code; the one shown is good for as long again, so nobody is caught by the change."""
    return WINDOW_SECONDS - int(door.clock().timestamp()) % WINDOW_SECONDS


def _shut(desk: DeskAtDoor) -> responses.Response:
    _ = translator(FIRST_LANGUAGE)
    heading = _("Màn hình này đã ngừng dùng.") if desk.revoked else _("Quầy này hiện không nhận đánh giá.")
    sentence = _("Xin quét mã trên áp phích tại quầy, hoặc hỏi cán bộ tại Bộ phận Một cửa.")
    english = translator("en")
    page = draw(
        "message.html",
        FIRST_LANGUAGE,
        where=f"{desk.place}, {desk.unit_name}",
        heading=heading,
        sentences=[sentence, f"{english(heading)} {english(sentence)}"],
    )
    return responses.HTMLResponse(page, status_code=410, headers={"refresh": str(SECONDS_BETWEEN_TRIES)})
