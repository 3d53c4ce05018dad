"""The files that the tablet's pages load, under `/static/VERSION/`: a page and its scripts always belong together."""

import hashlib
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, responses

ROOM = Path(__file__).parent
FOLDER, FORM_STYLE = ROOM / "static", ROOM / "templates" / "style.css"
MEDIA = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}
WORKER = "worker.js"

router = APIRouter(include_in_schema=False)


@lru_cache(maxsize=1)
def static_files() -> dict[str, bytes]:
    """Every file by its name."""
    found = {file.name: file.read_bytes() for file in sorted(FOLDER.iterdir()) if file.suffix in MEDIA}
    return {FORM_STYLE.name: FORM_STYLE.read_bytes()} | found


@lru_cache(maxsize=1)
def static_path() -> str:
    """Where the files of this version stand: changes with any of them."""
    content = b"\0".join(name.encode() + b"\0" + text for name, text in sorted(static_files().items()))
    return f"/static/{hashlib.sha256(content).hexdigest()[:12]}"


def static_addresses() -> list[str]:
    """Addresses of all files that a page needs without a network; the worker is not one of them."""
    return [f"{static_path()}/{name}" for name in static_files() if name != WORKER]


@router.api_route("/static/{version}/{name}", methods=["GET", "HEAD"])
async def static_file(version: str, name: str) -> responses.Response:
    """A file of this version; another version's is not here, so that none is mistaken for it."""
    if f"/static/{version}" != static_path() or name not in static_files():
        raise HTTPException(404)
    return responses.Response(static_files()[name], media_type=MEDIA[Path(name).suffix])


@router.api_route(f"/static/{WORKER}", methods=["GET", "HEAD"])
async def worker(_: Request) -> responses.Response:
    """The tablet's service worker, which has the pages under `/k/` in its care."""
    headers = {"service-worker-allowed": "/k/"}
    return responses.Response(static_files()[WORKER], media_type=MEDIA[".js"], headers=headers)
