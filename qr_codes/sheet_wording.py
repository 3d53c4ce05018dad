"""Every text of a printed sheet that is not a name, in Vietnamese and English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """One text of a sheet: Vietnamese in large type, English small beside it."""

    vietnamese: str
    english: str


@dataclass(frozen=True, slots=True)
class SheetWording:
    """What posters, table tents and stickers say."""

    served: Phrase = Phrase("Ông/bà vừa được phục vụ tại", "You were just served at this desk.")
    question: Phrase = Phrase("Ông/bà có hài\u00a0lòng\u00a0không?", "Were you satisfied?")
    scan: Phrase = Phrase("Quét mã bằng điện thoại", "Scan the code with your phone")
    type: Phrase = Phrase("hoặc gõ", "or type the address")
    promise: Phrase = Phrase(
        "Không cần ghi tên. Không lưu số điện thoại nếu ông/bà không để lại. Cán bộ ở quầy không xem được từng phiếu.",
        "No name needed. No phone number kept unless you leave one. Desk staff cannot see single answers.",
    )
    fold: Phrase = Phrase("Gấp ở đây", "Fold here")
    simulated: Phrase = Phrase("Dữ liệu mô phỏng – không dùng tại quầy", "Simulated data – not for use at a desk")


@dataclass(frozen=True, slots=True)
class CardWording:
    """What a receipt card says."""

    question: Phrase = Phrase("Ông/bà có hài\u00a0lòng\u00a0không?", "Were you satisfied?")
    scan: Phrase = Phrase("Quét mã hoặc gõ", "Scan the code or type")
    once: Phrase = Phrase("Dùng một lần", "Single use")
    promise: Phrase = Phrase(
        "Thẻ không ghi tên và không gắn với hồ sơ nào.", "The card bears no name and belongs to no file."
    )
    simulated: Phrase = Phrase("Mô phỏng", "Simulated")


SHEET_WORDING = SheetWording()
CARD_WORDING = CardWording()
