"""What the citizen's routes need at hand: desks by code, their forms made once, the writer."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from qr_codes import BadCode, parse_code
from scoring import OfficeHours
from survey_app.pages import draw_form
from survey_app.questionnaire import Questionnaire, load_questionnaire
from survey_app.reading import DeskAtDoor, read_desks_at_door, read_register_version
from survey_app.recording import record_questionnaire
from survey_app.settings import Settings
from survey_app.spliced import SplicedPage
from survey_app.writer import Writer

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SECONDS_BETWEEN_LOOKS = 2.0
FORM_ID_STAND_IN = "@form-id@"

Clock = Callable[[], datetime]


class UnknownDesk(Exception):
    """No desk has this code: mistyped, altered, or of another installation."""


class ClosedDesk(Exception):
    """The code was withdrawn, or its desk no longer exists."""


def local_now() -> datetime:
    """The time in Viet Nam."""
    return datetime.now(ZONE)


@dataclass(frozen=True, slots=True)
class Register:
    """The desks by serial number, as of one version of the register."""

    version: str | None
    desks: Mapping[int, DeskAtDoor]


class Door:
    """Holds the register in memory, looks every two seconds whether it changed, and makes the pages."""

    def __init__(self, engine: Engine, settings: Settings, *, clock: Clock = local_now) -> None:
        self.engine, self.settings, self.clock = engine, settings, clock
        self.hours = OfficeHours()
        self.writer = Writer(engine)
        self._questionnaire = load_questionnaire("desk")
        with engine.begin() as connection:
            record_questionnaire(connection, self._questionnaire)
            self._register = Register(read_register_version(connection), read_desks_at_door(connection))
        self._looked = time.monotonic()
        self.form_page = lru_cache(maxsize=4096)(self._made_form_page)

    @property
    def desks(self) -> Mapping[int, DeskAtDoor]:
        """Desks by serial number; read again when the register changed."""
        if time.monotonic() - self._looked > SECONDS_BETWEEN_LOOKS:
            self._looked = time.monotonic()
            with self.engine.connect() as connection:
                version = read_register_version(connection)
                if version != self._register.version:
                    self._register = Register(version, read_desks_at_door(connection))
                    self.form_page.cache_clear()
        return self._register.desks

    def desk(self, code: str) -> DeskAtDoor:
        """The desk of a printed code.

        Raises:
            UnknownDesk: the code is not one of ours.
            ClosedDesk: it was, and is no more.
        """
        try:
            desk = self.desks.get(parse_code(code, key=self.settings.secret_key))
        except BadCode as error:
            raise UnknownDesk(code) from error
        if desk is None:
            raise UnknownDesk(code)
        if not desk.open_on(self.clock().date()):
            raise ClosedDesk(code)
        return desk

    def questionnaire(self, desk: DeskAtDoor) -> Questionnaire:
        """What the desk asks today."""
        return (
            self._questionnaire
            if desk.questionnaire == self._questionnaire.code
            else load_questionnaire(desk.questionnaire)
        )

    def _made_form_page(self, desk_serial: int, address: str, language: str) -> SplicedPage:
        desk = self._register.desks[desk_serial]
        page = draw_form(desk, self.questionnaire(desk), address=address, language=language, form_id=FORM_ID_STAND_IN)
        return SplicedPage.cut(page, at=FORM_ID_STAND_IN)


def new_form_id() -> str:
    """The form's own random id: 128 bits, so nobody can guess another's."""
    return secrets.token_urlsafe(16)
