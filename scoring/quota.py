"""How many units (people) an edition lets into its best class, beside how many reached it; who, it does not choose."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from scoring.edition import Edition, Quota
from scoring.emulation import EmulationSheet
from scoring.formula import spell_percent
from scoring.node import Text

__all__ = ["QuotaCheck", "check_quota"]


@dataclass(frozen=True, slots=True)
class QuotaCheck:
    """What the quota allows and what was reached. of: those it is counted on; share: the one that was applied."""

    quota: Quota
    share: Fraction
    best: Text
    second: Text
    of: int
    allowed: int
    reached: int

    @property
    def counted_on(self) -> Text:
        """The classes that the quota is counted on."""
        if self.quota.of == "second":
            return self.second
        return Text(f"{self.second.vi} trở lên", f"{self.second.en} or better")

    @property
    def exceeded(self) -> bool:
        """Whether more reached the best class than may be in it."""
        return self.reached > self.allowed

    @property
    def text(self) -> Text:
        """The same as a sentence."""
        share = spell_percent(self.share)
        counted = self.counted_on
        bound = Text(
            f"{self.best.vi}: không quá {share.vi} của {self.of} được xếp loại {counted.vi}, "
            f"làm tròn xuống là {self.allowed}",
            f"{self.best.en}: at most {share.en} of the {self.of} classed {counted.en}, rounded down to {self.allowed}",
        )
        if not self.exceeded:
            return Text(f"{bound.vi}; đạt mức này: {self.reached}.", f"{bound.en}; {self.reached} reached it.")
        return Text(
            f"{bound.vi}; đạt mức này: {self.reached}, vượt {self.reached - self.allowed}. "
            "Hội đồng xem xét, lựa chọn; bảng này không chọn thay.",
            f"{bound.en}; {self.reached} reached it, {self.reached - self.allowed} too many. "
            "The council chooses; this sheet does not.",
        )


def check_quota(sheet: EmulationSheet, edition: Edition, *, outstanding: bool = False) -> QuotaCheck | None:
    """Whether the best class of an emulation sheet is fuller than the edition's quota allows.

    The quota is rounded down: no source says how, and so nobody is let in whom it may not cover.

    Args:
        sheet: of units or people that are judged together (one group).
        edition: the rule book of the sheet.
        outstanding: whether the group is an outstanding one, which may have the larger share.

    Returns:
        The check; None where the edition has no quota.

    Raises:
        ValueError: the sheet was made by another edition.
    """
    if sheet.edition_digest != edition.digest:
        raise ValueError(
            f"edition == {edition.code!r}, must be the one of the sheet, {sheet.edition!r} ({sheet.edition_digest[:8]})."
        )
    if edition.quota is None:
        return None
    best, second = edition.bands[0], edition.bands[1]
    classes = [standing.sheet.band for standing in sheet.standings]
    counted = (second,) if edition.quota.of == "second" else (best, second)
    of, reached = sum(band in counted for band in classes), classes.count(best)
    share = edition.quota.outstanding if outstanding else edition.quota.share
    return QuotaCheck(edition.quota, share, best.name, second.name, of, math.floor(of * share), reached)
