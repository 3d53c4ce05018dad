"""A file that was brought and is looked at before it is imported: on the disk for an hour at most, for who brought it alone."""

import asyncio
import json
import re
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from survey_app.table_file.unreadable import UnreadableFile

SECONDS_HELD = 3600
SECONDS_BETWEEN_LOOKS = 300
MOST_HELD = 5
"""Of one person, whatever they are for."""
ROOM_LEFT = 500_000_000
"""Bytes that a file leaves to the answers on the same disk."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class HeldFile:
    """Where it lies and what is asked of it.

    token: its name in addresses; name: the one that the clerk knows. purpose: what it was brought for; about: the source or
    the kind that it is of. asked: what else the page was told, as JSON keeps it.
    """

    token: str
    path: Path
    name: str
    purpose: str
    about: str
    user: str
    asked: Mapping[str, Any] = field(default_factory=dict)

    def fingerprint(self, digest: str) -> str:
        """Of the bytes (their SHA-256) and everything asked: what is imported is what was looked at."""
        return sha256(f"{digest}\x00{self.about}\x00{json.dumps(self.asked, sort_keys=True)}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class HeldFiles:
    """The folder of such files, those of one purpose. clock: seconds since 1970. room_left: bytes that stay free on its disk."""

    folder: Path
    purpose: str
    clock: Callable[[], float] = time.time
    room_left: int = ROOM_LEFT

    def hold(self, save: Callable[[Path], None], *, name: str, about: str, user: str) -> HeldFile:
        """Keep a file; `save` writes its bytes to a path. What was held too long is removed, and the oldest of who has many.

        Raises:
            UnreadableFile: the disk has not the room.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.forget_old()
        for oldest in self._of(user)[MOST_HELD - 1 :]:
            self.forget(oldest)
        token = secrets.token_urlsafe(16)
        path = self.folder / f"{token}{Path(name).suffix.lower()[:8]}"
        held = HeldFile(token, path, name, self.purpose, about, user)
        try:
            save(path)
            self._refuse_without_room()
            self._tell(held)
        except (OSError, UnreadableFile):
            path.unlink(missing_ok=True)
            raise
        return held

    def find(self, token: str, *, user: str) -> HeldFile | None:
        """The file that this person holds under a token."""
        if not _TOKEN.fullmatch(token):
            return None
        held = self._noted(self._note(token))
        return held if held and (held.user, held.purpose) == (user, self.purpose) and held.path.exists() else None

    def ask(self, held: HeldFile, asked: Mapping[str, Any]) -> HeldFile:
        """Keep what else is asked of a file."""
        changed = replace(held, asked=asked)
        self._tell(changed)
        return changed

    def forget(self, held: HeldFile) -> None:
        """Remove it."""
        held.path.unlink(missing_ok=True)
        self._note(held.token).unlink(missing_ok=True)

    def forget_old(self) -> None:
        """Remove what has been held for longer than an hour."""
        for path, _ in self.too_old():
            path.unlink(missing_ok=True)

    def too_old(self) -> list[tuple[Path, float]]:
        """What has been held for longer than an hour, and since when, in seconds since 1970."""
        until, found = self.clock() - SECONDS_HELD, []
        for path in self.folder.glob("*"):
            with suppress(FileNotFoundError):
                if (changed := path.stat().st_mtime) < until:
                    found.append((path, changed))
        return found

    async def keep_forgetting(self) -> None:
        """Remove them until cancelled, whether anybody brings another or not."""
        while True:
            await asyncio.to_thread(self.forget_old)
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)

    def _refuse_without_room(self) -> None:
        usage = shutil.disk_usage(self.folder)
        if usage.free < self.room_left:
            raise UnreadableFile("no_room")

    def _of(self, user: str) -> list[HeldFile]:
        """What a person holds, the latest first."""
        noted = []
        for note in self.folder.glob("*.json"):
            with suppress(FileNotFoundError):
                noted.append((note.stat().st_mtime, note))
        held = [self._noted(note) for _, note in sorted(noted, reverse=True)]
        return [each for each in held if each is not None and each.user == user]

    def _noted(self, note: Path) -> HeldFile | None:
        try:
            told = json.loads(note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return HeldFile(**{**told, "path": Path(told["path"])})

    def _tell(self, held: HeldFile) -> None:
        told = {**asdict(held), "path": str(held.path)}
        note = self._note(held.token)
        note.touch(mode=0o600)
        note.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")

    def _note(self, token: str) -> Path:
        return self.folder / f"{token}.json"
