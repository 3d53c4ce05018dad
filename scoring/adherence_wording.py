"""How a unit kept a pilot up, in words, Vietnamese and English."""

from __future__ import annotations

from typing import Final

from scoring.adherence import Adherence, AdherenceReason
from scoring.effect_wording import Language
from scoring.held_session import HeldBasis, HeldState, SessionOutcome
from scoring.node import Text
from scoring.outcome import show_count
from scoring.promise import PromiseKept

__all__ = ["adherence_sentence", "held_text", "outcome_text", "promise_sentence", "reason_text"]

STATES: Final[dict[HeldState, Text]] = {
    "held": Text("có tổ chức", "held"),
    "missed": Text("không tổ chức", "missed"),
    "unknown": Text("chưa rõ", "not known"),
}

BASES: Final[dict[HeldBasis, Text]] = {
    "recorded": Text("theo ghi nhận", "as recorded"),
    "dossiers": Text("suy ra từ hồ sơ trong khung giờ", "inferred from dossiers in its window"),
    "answers": Text("suy ra từ lượt đánh giá trong khung giờ", "inferred from answers in its window"),
    "silence": Text(
        "không có hồ sơ hay đánh giá nào, trong khi các phiên khác của đơn vị thường có",
        "no dossier and no answer, where the unit's other sessions draw them",
    ),
    "few": Text(
        "không có dấu hiệu, nhưng một phiên ở đây vốn ít hồ sơ", "no sign, but a session here draws few dossiers anyway"
    ),
    "uncovered": Text("dữ liệu hồ sơ không có những ngày này", "the dossiers on record do not cover these days"),
}

REASONS: Final[dict[AdherenceReason, Text]] = {
    "not_started": Text("Đơn vị chưa bắt đầu tham gia trong thời gian này.", "The unit has not started in this time."),
    "ended": Text("Đơn vị đã thôi tham gia trước thời gian này.", "The unit's participation ended before this time."),
    "continuous": Text(
        "Mô hình này không có phiên: đơn vị tham gia liên tục.",
        "This pilot has no sessions: taking part is continuous.",
    ),
    "never_fires": Text(
        "Trong thời gian này không ngày nào hợp với quy định của mô hình.",
        "No day in this time fits the pilot's rule.",
    ),
    "undecided": Text(
        "Chưa biết đơn vị chọn ngày, giờ nào, cũng chưa có ghi nhận nào.",
        "The unit's choice of days or hours is not known, and nothing is recorded.",
    ),
    "no_minimum": Text("Quy định không đòi số phiên tối thiểu.", "The rule asks for no minimum of sessions."),
    "nothing_due": Text(
        "Chưa có tuần hay tháng nào kết thúc để tính.", "No planned session, week or month is over yet."
    ),
    "unknown": Text(
        "Chưa rõ phiên nào đã được tổ chức: không có ghi nhận, hồ sơ hay đánh giá.",
        "Of no session is it known whether it was held: no record, dossier or answer.",
    ),
}

_KEPT: Final = Text(
    "Tổ chức {held} phiên; quy định đòi hỏi ít nhất {minimum} ({share}){unknown}.",
    "{held} sessions held; the rule asks for {minimum} at least ({share}){unknown}.",
)
_UNKNOWN: Final = Text("; {n} phiên chưa rõ, nên nhiều nhất là {most}", "; {n} not known, so {most} at most")
_PROMISE: Final = Text(
    "{kept} trong {judged} hồ sơ tiếp nhận trong phiên được trả đúng hẹn trong ngày: {value} (từ {low} đến {high}).",
    "{kept} of {judged} dossiers received in sessions were finished as promised: {value} ({low} to {high}).",
)
_NO_PROMISE: Final = Text(
    "Chưa đủ hồ sơ tiếp nhận trong phiên để nói lời hứa trả trong ngày có được giữ không.",
    "Too few dossiers were received in sessions to say whether the same-day promise was kept.",
)


def held_text(state: HeldState, language: Language) -> str:
    """Whether a session was held."""
    return _in(STATES[state], language)


def outcome_text(outcome: SessionOutcome, language: Language) -> str:
    """Whether a session was held, and by what one knows."""
    return f"{held_text(outcome.state, language)} ({_in(BASES[outcome.basis], language)})"


def reason_text(reason: AdherenceReason, language: Language) -> str:
    """Why there is no adherence; empty where there is."""
    return _in(REASONS[reason], language) if reason else ""


def adherence_sentence(adherence: Adherence, language: Language) -> str:
    """Sessions held of the minimum, with what is not known; or the reason why there is no share.

    Held 4 of at least 5, one unknown: «Tổ chức 4 phiên; quy định đòi hỏi ít nhất 5 (80,0%); 1 phiên chưa rõ, nên nhiều nhất
    là 100,0%.»
    """
    if adherence.reason:
        return reason_text(adherence.reason, language)
    n, unknown = adherence.count("unknown"), ""
    if n and adherence.decided:
        unknown = _in(_UNKNOWN, language).format(n=n, most=_percent(adherence.most, language))
    return _in(_KEPT, language).format(
        held=adherence.held,
        minimum=adherence.minimum,
        share=_percent(adherence.share, language),
        unknown=unknown,
    )


def promise_sentence(promise: PromiseKept, language: Language) -> str:
    """The share of dossiers finished as promised, with its interval; or that there are too few."""
    if not promise.share.n:
        return _in(_NO_PROMISE, language)
    value, low, high = (
        _percent(each, language) for each in (promise.share.value, promise.share.low, promise.share.high)
    )
    return _in(_PROMISE, language).format(
        kept=show_count(promise.kept, language),
        judged=show_count(promise.judged, language),
        value=value,
        low=low,
        high=high,
    )


def _in(text: Text, language: Language) -> str:
    return text.vi if language == "vi" else text.en


def _percent(share: float, language: Language) -> str:
    text = f"{share * 100:.1f}%"
    return text.replace(".", ",") if language == "vi" else text
