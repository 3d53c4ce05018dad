"""`hailong qr card|cards|count|revoke-cards`: receipt cards by batch."""

from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from survey_app.card_batch import MOST_CARDS, CardBatch, parse_count, pointed_at
from survey_app.card_printing import print_cards
from survey_app.cli_links import Desk, open_counter, qr
from survey_app.cli_user import COMMAND_LINE
from survey_app.command_line import Json, Refused, command_settings, open_up_to_date, print_rows
from survey_app.door import local_now
from survey_app.progress_bar import progress_bar
from survey_app.reading.cards import read_card_batches
from survey_app.recording.cards import record_card_counts, record_cards_revoked
from survey_app.recording.people import record_audit

__all__ = ["qr"]
Batch = Annotated[str, typer.Argument(help="The batch, as in qr cards.")]


@qr.command("card")
def qr_card(
    desk: Desk,
    cards: Annotated[int, typer.Option(min=1, max=MOST_CARDS, help="How many cards.")],
    out: Annotated[Path, typer.Option(help="The PDF to write; the codes stand nowhere else.")],
) -> None:
    """Print a batch of single-use receipt cards for a desk."""
    settings, now = command_settings(), local_now()
    if out.suffix.lower() != ".pdf":
        raise typer.BadParameter(f"--out {out} must end in .pdf.")

    def witness(connection: Connection, batch: str) -> None:
        detail = {"desk": desk, "cards": cards}
        record_audit(connection, now, COMMAND_LINE, "print_cards", batch, detail=detail)

    with open_up_to_date(settings) as engine:
        with engine.connect() as connection:
            where = open_counter(connection, desk, today=now.date())
        out.touch()  # a file that cannot be written is told before there is a batch
        with progress_bar("Drawing cards") as progress:
            batch, pdf = print_cards(
                engine, settings, where, cards, today=now.date(), progress=progress, witness=witness
            )
    out.write_bytes(pdf)
    print(f"{out}: {cards} cards of batch {batch} for {settings.public_url}")


@qr.command("cards")
def qr_cards(
    *, unit: Annotated[str | None, typer.Option(help="Only this unit's batches.")] = None, as_json: Json = False
) -> None:
    """Every batch of cards: printed, handed out, left over, answered, and what does not fit."""
    with open_up_to_date(command_settings()) as engine, engine.connect() as connection:
        batches = read_card_batches(connection, units=None if unit is None else (unit,))
    pointed = pointed_at(batches)
    print_rows([_row(batch, far_below=batch.id in pointed) for batch in batches], as_json=as_json, line=_line)


def _row(batch: CardBatch, *, far_below: bool) -> dict[str, Any]:
    rate = batch.response_rate
    return {
        "batch": batch.id,
        "desk": batch.desk,
        "unit": batch.unit,
        "made": batch.made,
        "printed": batch.cards,
        "handed_out": batch.handed_out,
        "left_over": batch.left_over,
        "answered": batch.answered,
        "response_rate": rate.value if rate.n else None,
        "low": rate.low if rate.n else None,
        "high": rate.high if rate.n else None,
        "missing": batch.missing,
        "answered_beyond_handed_out": batch.unexplained,
        "far_below_others": far_below,
        "revoked": batch.revoked,
    }


def _line(row: dict[str, Any]) -> str:
    counts = f"printed {row['printed']}, handed out {row['handed_out']}, left over {row['left_over']}"
    rate = row["response_rate"]
    shown = "" if rate is None else f" = {rate:.0%} ({row['low']:.0%} to {row['high']:.0%})"
    said = [
        f"{row['missing']} cards missing" if row["missing"] > 0 else "",
        f"{-row['missing']} cards too many" if row["missing"] < 0 else "",
        f"{row['answered_beyond_handed_out']} answered beyond those handed out"
        if row["answered_beyond_handed_out"]
        else "",
        "answered far less than the unit's others" if row["far_below_others"] else "",
        "revoked" if row["revoked"] else "",
    ]
    notes = "; ".join(note for note in said if note)
    line = f"{row['batch']}  {row['made']}  {row['desk']}  {counts}, answered {row['answered']}{shown}"
    return f"{line}  ({notes})" if notes else line


@qr.command("count")
def qr_count(
    batch: Batch,
    handed_out: Annotated[int, typer.Option(help="Cards handed out.")],
    left_over: Annotated[int, typer.Option(help="Cards left over.")],
) -> None:
    """Keep what a desk counted of a batch, in place of what it counted before."""
    counts, now = parse_count(str(handed_out), str(left_over)), local_now()
    if counts is None:
        raise typer.BadParameter(f"--handed-out and --left-over must be 0 to {MOST_CARDS}.")
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        if not record_card_counts(connection, batch, handed_out=counts[0], left_over=counts[1], on=now.date()):
            raise Refused(f"No batch {batch!r}. See them with: hailong qr cards")
        detail = {"handed_out": counts[0], "left_over": counts[1]}
        record_audit(connection, now, COMMAND_LINE, "count_cards", batch, detail=detail)
    print(f"{batch}: {counts[0]} handed out, {counts[1]} left over.")


@qr.command("revoke-cards")
def qr_revoke_cards(batch: Batch) -> None:
    """Withdraw every card of a batch."""
    now = local_now()
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        if not record_cards_revoked(connection, batch, on=now.date()):
            raise Refused(f"The batch {batch!r} is unknown or was withdrawn before. See them with: hailong qr cards")
        record_audit(connection, now, COMMAND_LINE, "revoke_cards", batch)
    print(f"The cards of batch {batch} are withdrawn.")
