"""The body of a request: of one type, not too large, and wholly here in time."""

import asyncio

from fastapi import Request
from starlette.requests import ClientDisconnect

from survey_app.refusal import RefusedForm
from survey_app.submission import MOST_BYTES

FORM_TYPE, JSON_TYPE = "application/x-www-form-urlencoded", "application/json"
SECONDS_TO_SEND = 20


async def read_body(request: Request, *, content_type: str = FORM_TYPE, most: int = MOST_BYTES) -> bytes:
    """The body of a posted form, or of another type.

    Raises:
        RefusedForm: not of this content type, more than `most` bytes, or not wholly here in `SECONDS_TO_SEND`.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != content_type:
        raise RefusedForm(415, f"content-type is not {content_type}")
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS_TO_SEND):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise RefusedForm(413, f"the form has more than {most} bytes", most=most)
    except TimeoutError as error:
        raise RefusedForm(408, f"the form did not arrive within {SECONDS_TO_SEND} seconds") from error
    except ClientDisconnect as error:
        raise RefusedForm(400, "the connection ended before the form did") from error
    return bytes(body)
