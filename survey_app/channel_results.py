"""Channels beside one another, and what is left out for its flags: how much of a figure rests on what kind of answer."""

from collections.abc import Iterable
from dataclasses import dataclass

from scoring import Estimate, Measures, Period, Survey, load_edition, score
from survey_app.channel import CHANNELS
from survey_app.register import Unit
from survey_app.results import read_index
from survey_app.snapshot import SATISFACTION_EDITION, Snapshot


@dataclass(frozen=True, slots=True)
class ChannelResult:
    """One channel of a period. received: answers that came by it; index: NaN with n == 0 while too few may be shown."""

    channel: str
    received: int
    index: Estimate


@dataclass(frozen=True, slots=True)
class DoubtResult:
    """What the edition's list of flags does to a period.

    left_out: answers that the index leaves out, of the `over` that came in months that are over; flags: how many answers bear each flag, also such as are
    not left out; without, with_: the index without and with the answers that are left out.
    """

    over: int
    left_out: int
    flags: dict[str, int]
    leaves_out: tuple[str, ...]
    without: Estimate
    with_: Estimate


def channels_of(snapshot: Snapshot, units: Iterable[Unit], period: Period) -> tuple[ChannelResult, ...]:
    """The channels by which answers came, each with its own index, in the order of `CHANNELS`."""
    codes = {unit.code for unit in units}
    received = snapshot.count_by_channel(codes, since=period.starts, until=period.ends)
    return tuple(
        ChannelResult(channel, received[channel], _index_of_channel(snapshot, codes, period, channel))
        for channel in CHANNELS
        if received.get(channel)
    )


def doubt_of(snapshot: Snapshot, units: Iterable[Unit], period: Period) -> DoubtResult:
    """How many answers are left out for their flags, and what the index is without and with them."""
    codes = {unit.code for unit in units}
    over, left_out, flags = snapshot.count_flags(codes, since=period.starts, until=period.ends)
    return DoubtResult(
        over=over,
        left_out=left_out,
        flags=flags,
        leaves_out=load_edition(SATISFACTION_EDITION).leaves_out,
        without=_index(snapshot.without_doubtful, codes, period),
        with_=_index(snapshot.with_doubtful, codes, period),
    )


def _index_of_channel(snapshot: Snapshot, codes: set[str], period: Period, channel: str) -> Estimate:
    tally = snapshot.by_channel.only(unit=codes, channel=channel, month=set(period.months)).merged()
    return _read(snapshot, Survey(tally, criteria=snapshot.questionnaire.criteria, source=channel), period)


def _index(snapshot: Snapshot, codes: set[str], period: Period) -> Estimate:
    tally = snapshot.by_unit.only(unit=codes, month=set(period.months)).merged()
    criteria, source = snapshot.questionnaire.criteria, snapshot.questionnaire.code
    return _read(snapshot, Survey(tally, criteria=criteria, source=source), period)


def _read(snapshot: Snapshot, survey: Survey, period: Period) -> Estimate:
    measures = Measures(unit="-", period=period.code, snapshot=snapshot.name_of(period), survey=survey)
    return read_index(score(load_edition(SATISFACTION_EDITION), measures))
