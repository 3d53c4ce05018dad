"""One file is looked at at a time: a large one takes memory and time of the server that citizens are waiting for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request, responses

from survey_app.staff_door import office_page, page_language
from survey_app.wording import translator


@contextmanager
def alone(lock: threading.Lock, *, wait: float = 0) -> Iterator[bool]:
    """Whether nobody else is at it, if need be after some seconds."""
    mine = lock.acquire(timeout=wait)
    try:
        yield mine
    finally:
        if mine:
            lock.release()


def busy_page(request: Request) -> responses.Response:
    """That another file is being looked at."""
    _ = translator(page_language(request))
    sentence = _("Một tệp khác đang được xem. Xin thử lại sau một phút.")
    return office_page(request, "message.html", status=503, heading=_("Máy chủ đang bận."), sentences=[sentence])
