"""Speed of the print shop: posters and receipt cards beside their symbols alone, on one core.

Each pair runs in a process that is held to one core, in processor time: what other programs take of the machine does not
count, and a second core helps neither side. "Their symbols alone" is the matrix of every address and its SVG, nothing else.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from qr_codes import (
    A4,
    A5,
    TENT,
    CardBatch,
    Sheet,
    SheetKind,
    draw_card_codes,
    draw_cards,
    draw_sheets,
    draw_svg,
    make_code,
    make_symbol,
    printed_address,
)

URL = "https://hailong.example.vn"
KEY = b"a key for the bench alone"
KINDS = {"A5 posters": A5, "A4 posters": A4, "table tents": TENT}


def main() -> None:
    """One measurement in a process of its own: what to draw, how many, how often; the row as JSON."""
    what, count, repeats = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    made = cards if what == "receipt cards" else lambda count, batch: sheets(KINDS[what], count, batch)
    seconds(made(1, 0)[0])  # fonts are read once
    pairs = []
    for batch in range(1, repeats + 1):
        ours, addresses = made(count, batch)
        half = len(addresses) // 2  # half before and half after, so that a machine that slows down slows both
        before = seconds(lambda: symbols(addresses[:half]))  # noqa: B023 - called at once
        pair = [seconds(ours), before + seconds(lambda: symbols(addresses[half:]))]  # noqa: B023 - as above
        pairs.append(pair)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"what": f"{count:,} {what} in one PDF, one core", "peak_mb": peak} | fastest(pairs)))


def sheets(kind: SheetKind, count: int, batch: int) -> tuple[Callable[[], object], Sequence[str]]:
    """A drawing of `count` sheets, each of a desk with names of its own, and their addresses; no batch repeats another."""
    codes = [make_code(batch * count + number, key=KEY) for number in range(count)]
    given = [
        Sheet(
            unit_name=f"UBND xã số {batch}.{number // 6 + 1}, tỉnh Đồng Tháp",
            place_name="Trung tâm Phục vụ hành chính công",
            desk_name=f"Quầy {number % 6 + 1} – Hộ tịch, chứng thực {batch}",
            address=printed_address(URL, code),
            code=code,
            simulated=False,
        )
        for number, code in enumerate(codes)
    ]
    return lambda: draw_sheets(given, kind=kind), [sheet.address for sheet in given]


def cards(count: int, batch: int) -> tuple[Callable[[], object], Sequence[str]]:
    """A drawing of a batch of `count` cards, and their addresses."""
    given = CardBatch(
        unit_name="UBND xã Tân Hồng, tỉnh Đồng Tháp",
        place_name="Trung tâm Phục vụ hành chính công",
        desk_name=f"Quầy {batch} – Hộ tịch, chứng thực",
        base_url=URL,
        codes=draw_card_codes(count),
        simulated=False,
    )
    return lambda: draw_cards(given), given.addresses


def symbols(addresses: Sequence[str]) -> None:
    for address in addresses:
        draw_svg(make_symbol(address))


def fastest(pairs: list[list[float]]) -> dict[str, float]:
    """The least disturbed repeat of each side, as timeit takes it: processor time too grows when a core is shared."""
    ratios = [ours / theirs for ours, theirs in pairs]
    ours, theirs = (min(side) for side in zip(*pairs, strict=True))
    spread = {"ratio_lowest": min(ratios), "ratio_highest": max(ratios)}
    return {"ours_s": ours, "against_s": theirs, "ratio": ours / theirs} | spread


def seconds(call: Callable[[], object]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def measured(what: str, count: int, repeats: int) -> dict:
    command = [sys.executable, "-m", "bench.printing", what, str(count), str(repeats)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def run(*, quick: bool) -> list[dict]:
    """Rows of the report: what the issue sets an aim for, and the other kinds beside it."""
    posters, batch, repeats = (100, 200, 2) if quick else (1000, 5000, 5)
    against = {"against": "their symbols alone, as SVG"}
    return [
        measured("A5 posters", posters, repeats) | against | {"aim": "≤ 1.5×"},
        measured("receipt cards", batch, 2 if quick else 3) | against | {"aim": "≤ 1.5×"},
        measured("A4 posters", posters, repeats) | against | {"aim": ""},
        measured("table tents", posters, repeats) | against | {"aim": ""},
    ]


if __name__ == "__main__":
    main()
