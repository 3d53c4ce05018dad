"""What the API's routes need at hand, and who may pass: `may_read` and `may_write` stand in a route's arguments."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine

from survey_app.api.problem import Problem
from survey_app.api.singles import Singles
from survey_app.api.versions import Versions, read_versions
from survey_app.api_key import READ, WRITE, ApiKey, hash_key
from survey_app.door import Clock, Door
from survey_app.reading import read_register, read_register_version
from survey_app.reading.keys import read_key
from survey_app.register import Catalogue, Unit
from survey_app.settings import Settings
from survey_app.snapshot import Snapshot, SnapshotReader

BEARER = HTTPBearer(auto_error=False, description="`Authorization: Bearer hlk_…`")
HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="The same key in a header of its own.")


@dataclass
class ApiDoor:
    """The database, the settings, the clock; the citizens' door, for what is posted goes through it.

    The register is kept until its version changes; the snapshot until a slot ends.
    """

    engine: Engine
    settings: Settings
    clock: Clock
    citizens: Callable[[], Door]
    _lock: Lock = field(default_factory=Lock)
    _register: tuple[str | None, Catalogue, Versions] | None = None
    _snapshots: SnapshotReader | None = None

    def register(self) -> Catalogue:
        """Units, desks and pilots as they stand."""
        return self.as_it_stands()[1]

    def versions(self) -> Versions:
        """Questionnaires as they stand."""
        return self.as_it_stands()[2]

    @cached_property
    def singles(self) -> Singles:
        """Where single answers are read from."""
        return Singles(self.engine, self.settings.secret_key)

    def as_it_stands(self) -> tuple[str | None, Catalogue, Versions]:
        """The register's version, the register, the questionnaires."""
        with self._lock, self.engine.connect() as connection:
            version = read_register_version(connection)
            if self._register is None or self._register[0] != version:
                self._register = version, read_register(connection), read_versions(connection)
            return self._register

    def snapshot(self) -> Snapshot:
        """The record as of the end of the last slot."""
        with self._lock:
            self._snapshots = self._snapshots or SnapshotReader(self.engine)
        return self._snapshots.latest(now=self.clock())

    def unit(self, key: ApiKey, code: str) -> Unit:
        """A unit that the key is for.

        Raises:
            Problem: 403 where it is for others, 404 where there is none.
        """
        if not key.opens(code):
            raise Problem(403, f"This key is for {key.unit} and the units below it.")
        found = self.register().unit.get(code)
        if found is None:
            raise Problem(404, "There is no unit of this code.")
        return found


async def api_door(request: Request) -> ApiDoor:
    """The door of this application."""
    door: ApiDoor = request.app.state.door
    return door


DoorDep = Annotated[ApiDoor, Depends(api_door)]
BearerDep = Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
HeaderDep = Annotated[str | None, Depends(HEADER)]


def allowed(scope: str) -> Callable[..., Awaitable[ApiKey]]:
    """A dependency that gives the key of a request and lets only keys of this scope pass."""

    async def passes(door: DoorDep, bearer: BearerDep, header: HeaderDep) -> ApiKey:
        text = bearer.credentials if bearer is not None else header
        found = None if not text else await asyncio.to_thread(_find, door, text)
        if found is None:
            refused = {"www-authenticate": "Bearer"}
            raise Problem(401, "Send a key that is open: Authorization: Bearer hlk_…, or X-API-Key.", headers=refused)
        if scope not in found.scopes:
            raise Problem(403, f"This key has not the scope {scope}.")
        return found

    passes.__dict__["scope"] = scope
    return passes


def _find(door: ApiDoor, text: str) -> ApiKey | None:
    with door.engine.connect() as connection:
        return read_key(connection, hash_key(text))


ReaderDep = Annotated[ApiKey, Depends(allowed(READ))]
WriterDep = Annotated[ApiKey, Depends(allowed(WRITE))]
