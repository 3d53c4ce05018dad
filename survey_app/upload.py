"""A file that somebody of the staff brings by a page: who it is is known before a byte is read, and it never fills memory."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from survey_app.refusal import RefusedForm
from survey_app.staff import ACTS, User
from survey_app.staff_door import FieldsDep, NotAllowed, StaffDep, check_ours, find_visit
from survey_app.submission import clean

UPLOAD_TYPE = "multipart/form-data"
SECONDS_TO_SEND = 15 * 60
MOST_FIELDS = 10
MOST_FIELD_BYTES = 1000
LONGEST_NAME = 120


@dataclass(frozen=True)
class Upload:
    """What was sent: the fields, the name that the file had there, and its bytes; no name where none was chosen."""

    user: User
    fields: Mapping[str, str]
    name: str = ""
    file: SpooledTemporaryFile[bytes] | None = None

    def save(self, path: Path) -> None:
        """Write the bytes, readable by the server alone."""
        if self.file is None:
            raise ValueError("file == None, must be a file that was sent.")
        path.touch(mode=0o600)
        self.file.seek(0)
        with path.open("wb") as kept:
            shutil.copyfileobj(self.file, kept)

    def close(self) -> None:
        """Give the temporary file back."""
        if self.file is not None:
            self.file.close()


def uploading(act: str, *, most: int | None = None) -> Callable[..., Awaitable[Upload]]:
    """A dependency as `staff_door.allowed(act)` that also reads a file.

    Args:
        act: one of `ACTS`.
        most: bytes of such a file, where it is never as large as the settings allow.

    Raises:
        KeyError: no such act.
    """
    roles = ACTS[act]

    async def passes(request: Request, door: StaffDep, fields: FieldsDep) -> Upload:
        here = await find_visit(request, door)
        multipart = request.headers.get("content-type", "").partition(";")[0].strip().lower() == UPLOAD_TYPE
        if not multipart:
            check_ours(request, door, here, fields.get("form_token", ""))
        if here.user.role not in roles:
            raise NotAllowed(act)
        if not multipart:
            return Upload(here.user, fields)
        upload = await _read(request, here.user, most=bounded(most, door.settings.upload_bytes))
        try:
            check_ours(request, door, here, upload.fields.get("form_token", ""))
        except Exception:  # whatever was wrong with the token, the file is not kept, and the fault goes on
            upload.close()
            raise
        return upload

    passes.__dict__["act"] = act
    return passes


def bounded(most: int | None, allowed: int) -> int:
    """How many bytes a file may have: what its kind needs, and never more than the settings allow."""
    return allowed if most is None else min(most, allowed)


async def _read(request: Request, user: User, *, most: int) -> Upload:
    """The fields and the file of a request.

    Raises:
        RefusedForm: too large, too slow, broken off, or no such form.
    """
    stream = _bounded(request, most)
    parser = MultiPartParser(
        request.headers, stream, max_files=1, max_fields=MOST_FIELDS, max_part_size=MOST_FIELD_BYTES
    )
    try:
        async with asyncio.timeout(SECONDS_TO_SEND):
            form = await parser.parse()
    except TimeoutError as error:
        raise RefusedForm(408, f"the file did not arrive within {SECONDS_TO_SEND} seconds") from error
    except ClientDisconnect as error:
        raise RefusedForm(400, "the connection ended before the file did") from error
    except (MultiPartException, HTTPException) as error:
        raise RefusedForm(400, "the form cannot be read") from error
    fields = {name: clean(value) for name, value in form.multi_items() if isinstance(value, str)}
    sent = next((value for _, value in form.multi_items() if isinstance(value, UploadFile) and value.filename), None)
    if sent is None:
        return Upload(user, fields)
    name = clean(sent.filename or "").replace("\\", "/").rpartition("/")[2].strip()[-LONGEST_NAME:]
    return Upload(user, fields, name, sent.file)  # type: ignore[arg-type]


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """The body, as long as it is not too long."""
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > most:
            raise RefusedForm(413, f"the file has more than {most:,} bytes", most=most)
        yield chunk
