"""What is compared, and how a number of it is said: percent, points or working time, Vietnamese and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = [
    "ON_TIME_SHARE",
    "SATISFIED_SHARE",
    "WAITING",
    "Language",
    "Outcome",
    "pick",
    "show_count",
    "show_decimal",
    "show_level",
    "show_p",
    "show_ways",
    "signed",
]

Language = Literal["vi", "en"]

_LAST_P = 0.001  # the last digit shown
_BILLION = 10**9


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is compared, as it stands in the middle of a sentence.

    share: 0–1, told in percent; else score points, or working time where `hours` (values are working hours).
    dossiers: counted from dossiers, not from answers.
    """

    vi: str
    en: str
    share: bool = True
    hours: bool = False
    dossiers: bool = False

    def __post_init__(self) -> None:
        if self.share and self.hours:
            raise ValueError("share and hours: must not both be true.")

    def name(self, language: Language) -> str:
        """The outcome's name in this language."""
        return self.vi if language == "vi" else self.en

    def counted(self, language: Language) -> str:
        """What one observation is: an answer or a dossier, in the plural."""
        words = ("hồ sơ", "dossiers") if self.dossiers else ("lượt đánh giá", "answers")
        return pick(words, language)

    def size(self, value: float, language: Language) -> str:
        """A number of this outcome without its unit: 0.061 is «6,1» as a share. Working time keeps its hours and minutes."""
        if self.hours:
            return _working_time(value, language)
        text = f"{value * 100:.1f}" if self.share else f"{value:.2f}"
        if float(text) == 0:
            text = text.removeprefix("-")
        return show_decimal(text, language)

    def points(self, value: float, language: Language) -> str:
        """A difference of this outcome with its unit: 0.061 is «6,1 điểm phần trăm» as a share.

        >>> WAITING.points(1.35, "vi"), WAITING.points(-0.5, "en")
        ('1 giờ 21 phút làm việc', '−30 minutes of working time')
        """
        units = {"vi": ("điểm phần trăm", "điểm", "làm việc"), "en": ("percentage points", "points", "of working time")}
        return f"{self.size(value, language)} {units[language][2 if self.hours else 0 if self.share else 1]}"

    def level(self, value: float, language: Language) -> str:
        """A value, not a difference, with its unit: 0.874 is «87,4 %» as a share."""
        return f"{self.size(value, language)} %" if self.share else self.points(value, language)

    def interval(self, low: float, high: float, language: Language) -> str:
        """Both ends without their unit: «3,0–9,2», or «từ −2,1 đến 4,5» where a minus could be taken for a dash."""
        lowest, highest = self.size(low, language), self.size(high, language)
        if low >= 0 and not self.hours:
            return f"{lowest}–{highest}"
        return pick((f"từ {lowest} đến {highest}", f"{lowest} to {highest}"), language)


SATISFIED_SHARE: Final = Outcome("tỷ lệ hài lòng", "the satisfied share")
ON_TIME_SHARE: Final = Outcome("tỷ lệ hồ sơ đúng hạn", "the share of dossiers on time", dossiers=True)
WAITING: Final = Outcome(
    "thời gian giải quyết trung bình", "the mean time a dossier takes", share=False, hours=True, dossiers=True
)


def _working_time(hours: float, language: Language) -> str:
    """Hours and minutes, rounded to the minute: −0.5 is «−30 phút»."""
    whole = round(abs(hours) * 60)
    full, minutes = divmod(whole, 60)
    words = {
        "vi": ("giờ", "phút"),
        "en": (f"hour{'s' * (full != 1)}", f"minute{'s' * (minutes != 1)}"),
    }[language]
    parts = [f"{show_count(full, language)} {words[0]}"] if full else []
    parts += [f"{minutes} {words[1]}"] if minutes or not full else []
    return ("−" if hours < 0 and whole else "") + " ".join(parts)


def signed(text: str, value: float) -> str:
    """With a plus where the value is above 0; a minus is in the text already."""
    return f"+{text}" if value > 0 else text


def show_level(level: float) -> str:
    """A confidence level: 0.95 is «95 %»."""
    return f"{level * 100:g} %"


def show_count(n: int, language: Language) -> str:
    """A whole number with its thousands marked."""
    return f"{n:,}".replace(",", ".") if language == "vi" else f"{n:,}"


def show_ways(n: int, language: Language) -> str:
    """A number of ways to choose, in words where its digits would tell nobody anything.

    >>> show_ways(658_008, "en"), show_ways(2**200, "vi")
    ('658,008', 'hơn một tỷ')
    """
    return show_count(n, language) if n <= _BILLION else pick(("hơn một tỷ", "over a billion"), language)


def show_decimal(number: str, language: Language) -> str:
    """A number written by Python, with the language's decimal mark and a real minus."""
    minus = number.replace("-", "−")
    return minus.replace(".", ",") if language == "vi" else minus


def show_p(p: float, language: Language) -> str:
    """«p = 0,013», or «p < 0,001».

    >>> show_p(0.0128, "vi"), show_p(0.0001, "en")
    ('p = 0,013', 'p < 0.001')
    """
    return f"p {show_decimal(f'= {p:.3f}' if p >= _LAST_P else f'< {_LAST_P}', language)}"


def pick(texts: tuple[str, str], language: Language) -> str:
    """The text of this language, of a pair Vietnamese, English."""
    return texts[0] if language == "vi" else texts[1]
