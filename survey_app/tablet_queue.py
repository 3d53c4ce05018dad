"""What becomes of a shared tablet's queue: each answer judged, stored and told its own outcome."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from survey_app.channel import OF_CODE
from survey_app.door import Door
from survey_app.hours import OpeningDay
from survey_app.integrity import MOST_AT_A_DESK, Circumstances, find_flags
from survey_app.new_case import take_case
from survey_app.questionnaire import Questionnaire
from survey_app.queued import Queued, Sending, Term, is_early, stamp_fault
from survey_app.reading import DeskAtDoor, read_field_codes, read_questionnaire_versions, read_tablet_days
from survey_app.recording import Answered, Recorded, record_collected
from survey_app.refusal import OUTAGES, log_outage
from survey_app.seal import seal_comments
from survey_app.submission import Submission, parse_submission
from survey_app.ticket import ID_LETTERS, one_way
from survey_app.wording import FIRST_LANGUAGE, LANGUAGES

STATUS = {Recorded.NEW: 201, Recorded.SAME: 200, Recorded.OTHER: 409}
"""An answer's outcome as a status of HTTP; besides: 422 refused for good, 425 its slot is still to come, 503 try later."""
MOST_DAYS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one answer: a status of HTTP, and why it was refused. Nothing of what was answered stands in it."""

    id: str
    status: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What answers were judged by, as of one register: versions of questionnaires, opening hours by day, all fields."""

    register: str | None = None
    questionnaires: Mapping[str, Questionnaire] = field(default_factory=dict)
    openings: Mapping[date, OpeningDay] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()

    def holds(self, sound: Iterable[Queued], register: str | None) -> bool:
        """Whether these answers need nothing that was not looked up."""
        known = all(queued.version in self.questionnaires and queued.day in self.openings for queued in sound)
        return known and self.register == register


@dataclass
class TabletQueue:
    """The door, and what was looked up for tablets so far."""

    door: Door
    _known: LookedUp = LookedUp()

    async def take(self, desk: DeskAtDoor, sending: Sending) -> list[Outcome]:
        """Store what a tablet sent; each answer has its own outcome, in their order.

        Raises:
            SQLAlchemyError: the database is away before anything was stored.
        """
        today = self.door.clock().date()
        faults = [
            queued and stamp_fault(queued.day, term_of(desk, queued.day), today=today) for _, queued in sending.answers
        ]
        sound = [queued for (_, queued), fault in zip(sending.answers, faults, strict=True) if queued and not fault]
        if not self._known.holds(sound, self.door.version):
            self._known = await asyncio.to_thread(self._look_up, sound)
        known, answers = self._known, zip(sending.answers, faults, strict=True)
        taken = (
            _refused(id_, fault) if fault or not queued else self._take_one(desk.on(queued.day), queued, known)
            for (id_, queued), fault in answers
        )
        return list(await asyncio.gather(*taken))

    async def count(self, desk: DeskAtDoor, collected: Mapping[date, int]) -> dict[date, int]:
        """Keep what the tablet says it collected; the answers that the server accepted, of the same days.

        Raises:
            SQLAlchemyError: the database is away.
        """
        today = self.door.clock().date()
        days = {day: n for day, n in collected.items() if not stamp_fault(day, term_of(desk, day), today=today)}
        return await asyncio.to_thread(self._keep_count, desk.serial or 0, days) if days else {}

    def _keep_count(self, serial: int, days: Mapping[date, int]) -> dict[date, int]:
        with self.door.engine.begin() as connection:
            known = read_tablet_days(connection, serial, days)
            changed = {day: n for day, n in days.items() if day not in known or known[day].collected != n}
            record_collected(connection, serial, changed)
        return {day: known[day].accepted if day in known else 0 for day in days}

    async def _take_one(self, desk: DeskAtDoor, queued: Queued, known: LookedUp) -> Outcome:
        now, hours = self.door.clock(), self.door.hours
        if is_early(queued.day, queued.slot, now=now, hours=hours):
            return Outcome(queued.id, 425, "early")
        questionnaire = known.questionnaires.get(queued.version)
        if questionnaire is None:
            return Outcome(queued.id, 422, "unknown_version")
        asked = only_main(questionnaire) if queued.only_main else questionnaire
        submission, _, _ = parse_submission(
            asked,
            queued.fields,
            served_fields={*desk.fields, *known.fields},
            form_id=one_way("response", queued.id)[:ID_LETTERS],
        )
        if submission is None:
            return Outcome(queued.id, 422, "answers")
        submission, case = take_case(asked, submission, on=now.date(), key=self.door.settings.secret_key)
        in_hours = known.openings[queued.day].may_have_served(desk.unit, queued.slot)
        try:
            recorded = await self.door.writer.record(
                replace(self._answered(desk, queued, asked, submission, in_hours=in_hours), case=case)
            )
        except OUTAGES as error:
            log_outage(error)
            return Outcome(queued.id, 503, "not_stored")
        return Outcome(queued.id, STATUS[recorded], "other_content" if recorded is Recorded.OTHER else "")

    def _answered(
        self,
        desk: DeskAtDoor,
        queued: Queued,
        questionnaire: Questionnaire,
        submission: Submission,
        *,
        in_hours: bool,
    ) -> Answered:
        """The answers in the slot that the tablet stamped, entered in the slot of now where that is another."""
        stamped, entered = (queued.day, queued.slot.key), self.door.stamp()
        channel = OF_CODE[desk.kind]
        came = Circumstances(
            channel,
            seconds=queued.seconds,
            in_hours=in_hours,
            burst=queued.recent >= MOST_AT_A_DESK,
        )
        late = {} if stamped == entered else {"entered_date": entered[0], "entered_slot": entered[1]}
        return Answered(
            submission,
            unit=desk.unit,
            desk=desk.code,
            local_date=queued.day,
            slot=queued.slot.key,
            questionnaire=queued.version,
            channel=channel,
            language=queued.language if queued.language in LANGUAGES else FIRST_LANGUAGE,
            flags=find_flags(questionnaire.ratings_in(submission.answers), came),
            comments=seal_comments(submission.comments, key=self.door.settings.secret_key),
            tablet=desk.serial,
            **late,
        )

    def _look_up(self, sound: Sequence[Queued]) -> LookedUp:
        """What these answers need; what was known before stays known while the register is the same."""
        register, before = self.door.version, self._known
        days = {queued.day for queued in sound}
        kept = before.openings if register == before.register and len(before.openings) < MOST_DAYS_KEPT else {}
        unheard = {queued.version for queued in sound} - before.questionnaires.keys()
        with self.door.engine.connect() as connection:
            return LookedUp(
                register,
                read_questionnaire_versions(connection) if unheard else before.questionnaires,
                {**kept, **self.door.read_openings(connection, days - kept.keys())},
                read_field_codes(connection),
            )


async def _refused(id_: str, reason: str | None) -> Outcome:
    return Outcome(id_, 422, reason or "unreadable")


def term_of(desk: DeskAtDoor, day: date) -> Term:
    """When the tablet may have stamped answers of the desk that its code opened on a day."""
    desk = desk.on(day)
    return Term(desk.issued or date.max, desk.revoked, desk.valid_from, desk.valid_to)


def only_main(questionnaire: Questionnaire) -> Questionnaire:
    """The same, asking its main question alone."""
    main = questionnaire.main
    return replace(questionnaire, questions=(main,) if main else ())
