"""The places that units may hold, and how surely: what every table of units beside one another says of them."""

from dashboards.wording import DASH, show_number, translator


def show_places(places: tuple[int, int] | None) -> str:
    """«1–4», «3» where only one is possible; a dash where there is none."""
    if places is None:
        return DASH
    best, worst = places
    return str(best) if best == worst else f"{best}–{worst}"


def places_sentence(units: int, language: str) -> str:
    """What «Vị trí có thể» means, and how sure the table is as a whole."""
    text = translator(language)(
        "«Vị trí có thể»: đơn vị có thể đứng thứ mấy trong {n} đơn vị, với độ tin cậy 95 % cho cả bảng. So sánh từng cặp đơn vị; khả năng nhầm ở dù chỉ một cặp không quá 5 % cho cả bảng."
    )
    return text.format(n=show_number(units, language, decimals=0))
