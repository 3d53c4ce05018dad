"""What the citizen's routes need at hand: desks by code, their forms made once, the writer."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from qr_codes import BadCode, parse_code
from scoring import OfficeHours
from survey_app.db import describe_failure
from survey_app.links import desk_code
from survey_app.pages import draw_form
from survey_app.questionnaire import Questionnaire, load_questionnaire
from survey_app.reading import DeskAtDoor, read_desks_at_door, read_register_version
from survey_app.recording import record_questionnaire
from survey_app.settings import Settings
from survey_app.spliced import SplicedPage
from survey_app.writer import Writer

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SECONDS_BETWEEN_LOOKS = 2.0
MOST_FORMS_KEPT = 4096
FORM_ID_STAND_IN = "@form-id@"

Clock = Callable[[], datetime]
logger = logging.getLogger(__name__)


class UnknownDesk(Exception):
    """No desk has this code: mistyped, altered, or of another installation."""


class ReplacedCode(Exception):
    """The code was withdrawn; its desk has another."""


class ClosedDesk(Exception):
    """The desk, or its unit, does not exist yet or no more."""


def local_now() -> datetime:
    """The time in Viet Nam."""
    return datetime.now(ZONE)


@dataclass(frozen=True, slots=True)
class Register:
    """The desks by serial number, as of one version of the register, and their forms in each language as asked for."""

    version: str | None
    desks: Mapping[int, DeskAtDoor]
    form_page: Callable[[int, str], SplicedPage]


class Door:
    """Holds the register in memory, looks every two seconds whether it changed, and makes the pages."""

    def __init__(self, engine: Engine, settings: Settings, *, clock: Clock = local_now) -> None:
        self.engine, self.settings, self.clock = engine, settings, clock
        self.hours = OfficeHours()
        self.writer = Writer(engine)
        self._questionnaire = load_questionnaire("desk")
        with engine.begin() as connection:
            record_questionnaire(connection, self._questionnaire)
            self._register = self._read_register(connection)

    async def keep_looking(self) -> None:
        """Look for a changed register until cancelled; nobody's request waits for it."""
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            await asyncio.to_thread(self.look_again)

    def look_again(self) -> None:
        """Take over the register if it changed; while the database is away, the one at hand serves on."""
        try:
            with self.engine.connect() as connection:
                if read_register_version(connection) != self._register.version:
                    self._register = self._read_register(connection)
        except SQLAlchemyError as error:
            logger.warning("The register was not read again: %s", describe_failure(error))

    @property
    def desks(self) -> Mapping[int, DeskAtDoor]:
        """Desks by serial number."""
        return self._register.desks

    def desk(self, code: str) -> DeskAtDoor:
        """The desk of a printed code.

        Raises:
            UnknownDesk: the code is not one of ours.
            ReplacedCode: it was withdrawn.
            ClosedDesk: its desk does not exist today.
        """
        return self._open_desk(self._register, code)

    def form_page(self, code: str, language: str) -> SplicedPage:
        """The form of a printed code's desk; raises as `desk` does."""
        register = self._register
        return register.form_page(self._open_desk(register, code).serial, language)

    def address(self, desk: DeskAtDoor) -> str:
        """The path of a desk's form, in one spelling."""
        return f"/r/{desk_code(desk, self.settings)}"

    def _open_desk(self, register: Register, code: str) -> DeskAtDoor:
        try:
            desk = register.desks.get(parse_code(code, key=self.settings.secret_key))
        except BadCode as error:
            raise UnknownDesk(code) from error
        if desk is None:
            raise UnknownDesk(code)
        if not desk.exists_on(self.clock().date()):
            raise ClosedDesk(code)
        if desk.revoked is not None:
            raise ReplacedCode(code)
        return desk

    def questionnaire(self, desk: DeskAtDoor) -> Questionnaire:
        """What the desk asks today."""
        return (
            self._questionnaire
            if desk.questionnaire == self._questionnaire.code
            else load_questionnaire(desk.questionnaire)
        )

    def _read_register(self, connection: Connection) -> Register:
        version, desks = read_register_version(connection), read_desks_at_door(connection)

        def form_page(serial: int, language: str) -> SplicedPage:
            desk = desks[serial]
            page = draw_form(
                desk,
                self.questionnaire(desk),
                address=self.address(desk),
                language=language,
                form_id=FORM_ID_STAND_IN,
            )
            return SplicedPage.cut(page, at=FORM_ID_STAND_IN)

        return Register(version, desks, lru_cache(maxsize=MOST_FORMS_KEPT)(form_page))


def new_form_id() -> str:
    """The form's own random id: 128 bits, so nobody can guess another's."""
    return secrets.token_urlsafe(16)
