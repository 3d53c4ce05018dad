"""What the citizen's routes need at hand: desks by code, their forms made once, the writer."""

import asyncio
import hashlib
import hmac
import logging
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from threading import Lock

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from qr_codes import BadCode, kind_of, make_timed_code, parse_code, parse_timed_code, read_card_code
from scoring import OfficeHours, slot_of
from survey_app.cards import card_hash
from survey_app.db import describe_failure
from survey_app.hours import OpeningDay, opening_day
from survey_app.integrity import RecentAnswers
from survey_app.pages import draw_form
from survey_app.questionnaire import Questionnaire, list_questionnaires, load_questionnaire
from survey_app.reading import (
    DeskAtDoor,
    read_current_questionnaires,
    read_desk_of_card,
    read_desks_at_door,
    read_questionnaire_versions,
    read_register,
    read_register_version,
)
from survey_app.reading.office_hours import read_office_book
from survey_app.recording import record_questionnaire, record_scans
from survey_app.settings import Settings
from survey_app.spliced import SplicedPage
from survey_app.ticket import OpenedBy, Ticket, issue_ticket
from survey_app.upkeep import Upkeep
from survey_app.withdrawal import withdrawn_file
from survey_app.writer import Writer
from survey_app.zone import ZONE

SECONDS_BETWEEN_LOOKS = 2.0
MOST_FORMS_KEPT = 4096
FORM_ID_STAND_IN = "@form-id@"
FIRST_QUESTIONNAIRE = "desk"
"""What a desk asks whose own questionnaire is gone."""
WINDOW_SECONDS = 300
"""How long a screen shows one code; the code before it still opens a form."""
FORM_WINDOWS = 24 * 3600 // WINDOW_SECONDS
SOURCE = re.compile("[a-z0-9][a-z0-9-]{0,19}")

Clock = Callable[[], datetime]
logger = logging.getLogger(__name__)


class UnknownDesk(Exception):
    """No desk has this code: mistyped, altered, or of another installation."""


class ReplacedCode(Exception):
    """The code was withdrawn; its desk has another."""


class ClosedDesk(Exception):
    """The desk, or its unit, does not exist yet or no more; `ended` is the first day without it, where it ended."""

    def __init__(self, code: str, *, ended: date | None = None) -> None:
        super().__init__(code)
        self.ended = ended


class PastCode(Exception):
    """A screen showed this code some time ago, or it is made up."""


class UsedCard(Exception):
    """The card was used before."""


def local_now() -> datetime:
    """The time in Viet Nam."""
    return datetime.now(ZONE)


@dataclass(frozen=True, slots=True)
class Register:
    """The desks by serial number, as of one version of the register, and the forms of desks as asked for.

    questionnaires: by code, as they are asked now; versions: every one that was ever asked, by its hash.
    """

    version: str | None
    desks: Mapping[int, DeskAtDoor]
    form_page: Callable[[str, str], SplicedPage]
    by_code: dict[str, DeskAtDoor]
    opening: OpeningDay
    questionnaires: Mapping[str, Questionnaire]
    versions: Mapping[str, Questionnaire]


class Door:
    """Holds the register in memory, looks every two seconds whether it changed, and makes the pages."""

    def __init__(self, engine: Engine, settings: Settings, *, clock: Clock = local_now) -> None:
        self.engine, self.settings, self.clock = engine, settings, clock
        self.hours = OfficeHours()
        self.writer = Writer(engine, stamp=self.stamp)
        self.recent = RecentAnswers()
        self.upkeep = Upkeep(
            engine,
            self.hours,
            key=settings.secret_key,
            keep=settings.keep,
            purges=settings.purge,
            withdrawn=withdrawn_file(settings.data_dir),
        )
        self._scans: Counter[tuple[int, date]] = Counter()
        self._looking = Lock()
        with engine.begin() as connection:
            for code in list_questionnaires():
                record_questionnaire(connection, load_questionnaire(code))
            self._register = self._read_register(connection)

    async def keep_looking(self) -> None:
        """Look for a changed register, and do what is due, until cancelled; nobody's request waits for it."""
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            await asyncio.to_thread(self.look_again)
            await asyncio.to_thread(self.do_what_is_due)

    def look_again(self) -> None:
        """Take over the register if it changed; while the database is away, the one at hand serves on."""
        try:
            with self.engine.connect() as connection:
                today = self.clock().date()
                known = (self._register.version, self._register.opening.day)
                if (read_register_version(connection), today) != known:
                    self._register = self._read_register(connection)
        except SQLAlchemyError as error:
            logger.warning("The register was not read again: %s", describe_failure(error))

    def do_what_is_due(self) -> None:
        """Store scans, and do whatever the end of a slot or a day asks for; what fails is tried at the next look.

        By one at a time: the server may end while a look is under way.
        """
        with self._looking:
            try:
                self._store_scans()
                self.upkeep.run(now=self.clock())
            except SQLAlchemyError as error:
                logger.warning("What was due was not done: %s", describe_failure(error))

    def _store_scans(self) -> None:
        counted, self._scans = self._scans, Counter()
        if not counted:
            return
        try:
            with self.engine.begin() as connection:
                record_scans(connection, counted)
        except SQLAlchemyError:
            self._scans.update(counted)
            raise

    def close(self) -> None:
        """Store what waits, scans too."""
        self.writer.close()
        self.do_what_is_due()

    @property
    def desks(self) -> Mapping[int, DeskAtDoor]:
        """Desks by serial number."""
        return self._register.desks

    @property
    def version(self) -> str | None:
        """Changes whenever the register that is held was read again."""
        return self._register.version

    def just_served(self, unit: str) -> bool:
        """Whether somebody of the unit can have been served just now."""
        return self._register.opening.just_served(unit, self.clock())

    def stamp(self) -> tuple[date, str]:
        """Today and the running slot."""
        now = self.clock()
        return now.date(), slot_of(now.time(), self.hours).key

    def desk(self, code: str) -> DeskAtDoor:
        """The desk of a link's or a screen's code, if the code holds now; a card's is asked of the record.

        Raises:
            UnknownDesk: the code is not one of ours.
            ReplacedCode: it was withdrawn.
            ClosedDesk: its desk does not exist today.
            PastCode: a screen shows another by now.
            UsedCard: the card was used before.
        """
        try:
            return self._judged(self._find(code), code)
        except BadCode as error:
            raise UnknownDesk(code) from error

    def desk_thanked(self, code: str) -> DeskAtDoor:
        """The desk of a code that opened a form some time ago, whatever became of the code since.

        Raises:
            UnknownDesk: the code is not one of ours.
        """
        try:
            desk = self._find(code, past_windows=FORM_WINDOWS)
        except (BadCode, PastCode) as error:
            raise UnknownDesk(code) from error
        if desk is None:
            raise UnknownDesk(code)
        return desk

    async def scanned(self, code: str) -> DeskAtDoor:
        """As `desk`, without keeping others waiting."""
        return await asyncio.to_thread(self.desk, code) if _is_card(code) else self.desk(code)

    def count_scan(self, desk: DeskAtDoor) -> None:
        """A form was opened through a link."""
        if desk.serial is not None:
            self._scans[desk.serial, self.clock().date()] += 1

    async def desk_of(self, ticket: Ticket) -> DeskAtDoor:
        """The desk of an opened form; what became of its code since is of no matter.

        Raises:
            UnknownDesk: the link or card is gone.
        """
        if ticket.card:
            desk = await asyncio.to_thread(self._desk_of_card, ticket.card)
        else:
            desk = self.desks.get(ticket.link)
        if desk is None:
            raise UnknownDesk(ticket.opened_by)
        return desk

    def issue_ticket(self, desk: DeskAtDoor, *, source: str = "") -> str:
        """What a form that opens now carries; source: where the invitation stood, such as `zalo`."""
        source = source.lower() if desk.kind == "invitation" and SOURCE.fullmatch(source.lower()) else ""
        version = self.questionnaire(desk).version
        opened_by = OpenedBy(link=desk.serial or 0, card=desk.card or "", source=source, version=version)
        return issue_ticket(opened_by, key=self.settings.secret_key, at=self.clock())

    def form_page(self, desk: DeskAtDoor, language: str) -> SplicedPage:
        """The form of a desk."""
        register = self._register
        register.by_code.setdefault(desk.code, desk)
        return register.form_page(desk.code, language)

    def screen_code(self, desk: DeskAtDoor) -> str:
        """The code that the desk's screen shows now."""
        return make_timed_code(desk.serial or 0, window=self._window(), key=self.settings.secret_key)

    def device_hash(self, cookie: str) -> str:
        """What is kept, until midnight, of the cookie of a device that answered: a hash under a key of the day."""
        day = self.clock().date().isoformat()
        message = f"hailong device v1\x00{day}\x00{cookie}".encode(errors="replace")
        return hmac.digest(self.settings.secret_key, message, hashlib.sha256).hex()[:32]

    def _find(self, code: str, *, past_windows: int = 1) -> DeskAtDoor | None:
        key = self.settings.secret_key
        match kind_of(code):
            case "link":
                desk = self.desks.get(parse_code(code, key=key))
                return None if desk is None or desk.kind == "screen" else desk  # a screen's own address is no form
            case "card":
                return self._desk_of_card(card_hash(read_card_code(code), key=key))
            case "timed":
                desk = self.desks.get(self._screen_serial(code, past_windows))
                return desk if desk is not None and desk.kind == "screen" else None
            case _:
                return None

    def _screen_serial(self, code: str, past_windows: int) -> int:
        window = self._window()
        windows = range(window, window - past_windows - 1, -1)
        try:
            return parse_timed_code(code, windows=windows, key=self.settings.secret_key)
        except BadCode as error:
            raise PastCode(code) from error

    def _window(self) -> int:
        return int(self.clock().timestamp()) // WINDOW_SECONDS

    def _desk_of_card(self, card: str) -> DeskAtDoor | None:
        with self.engine.connect() as connection:
            return read_desk_of_card(connection, card, today=self.clock().date())

    def _judged(self, desk: DeskAtDoor | None, code: str) -> DeskAtDoor:
        if desk is None:
            raise UnknownDesk(code)
        today = self.clock().date()
        if not desk.exists_on(today):
            raise ClosedDesk(code, ended=desk.valid_to if (desk.valid_to or date.max) <= today else None)
        if desk.revoked is not None:
            raise ReplacedCode(code)
        if desk.used:
            raise UsedCard(code)
        return desk

    def questionnaire(self, desk: DeskAtDoor, *, version: str = "") -> Questionnaire:
        """What the desk asks now; or what a form asked that says its version, for it may have changed since."""
        register = self._register
        asked = register.versions.get(version) or register.questionnaires.get(desk.questionnaire)
        return asked or register.questionnaires[FIRST_QUESTIONNAIRE]

    def _read_register(self, connection: Connection) -> Register:
        version, today = read_register_version(connection), self.clock().date()
        desks = read_desks_at_door(connection, today=today)
        by_code = {desk.code: desk for desk in desks.values()}
        questionnaires = read_current_questionnaires(connection)

        def form_page(code: str, language: str) -> SplicedPage:
            desk = by_code[code]
            asked = questionnaires.get(desk.questionnaire) or questionnaires[FIRST_QUESTIONNAIRE]
            page = draw_form(desk, asked, address="", language=language, form_id=FORM_ID_STAND_IN)
            return SplicedPage.cut(page, at=FORM_ID_STAND_IN)

        return Register(
            version,
            desks,
            lru_cache(maxsize=MOST_FORMS_KEPT)(form_page),
            by_code,
            self.read_openings(connection, [today])[today],
            questionnaires,
            read_questionnaire_versions(connection),
        )

    def read_openings(self, connection: Connection, days: Collection[date]) -> dict[date, OpeningDay]:
        """When units receive people on each of these days."""
        if not days:
            return {}
        until = max(days) + timedelta(days=1)
        book = read_office_book(connection)
        sessions = tuple(read_register(connection).planned_sessions(book, until=until))
        return {day: opening_day(day, sessions, book=book) for day in days}


def _is_card(code: str) -> bool:
    try:
        return kind_of(code) == "card"
    except BadCode:
        return False
