"""`hailong webhook …`: where programs want to be told that answers were sealed. A secret is printed once."""

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from survey_app.cli_user import COMMAND_LINE
from survey_app.command_line import Json, Refused, command_settings, open_up_to_date, print_rows
from survey_app.courier import SECRET
from survey_app.door import ZONE, local_now
from survey_app.reading.people import read_unit_names
from survey_app.reading.webhooks import read_deliveries, read_last_seal_number, read_webhooks
from survey_app.recording.people import record_audit
from survey_app.recording.webhooks import record_disabled_webhook, record_webhook
from survey_app.sealed_text import seal_text
from survey_app.webhook import make_id, make_secret
from survey_app.webhook_address import RefusedAddress, resolve

webhook = typer.Typer(no_args_is_help=True, help="Programs that are told when answers were sealed.")


@webhook.command("add")
def webhook_add(
    address: Annotated[str, typer.Argument(help="https://HOST/PATH, where the message is posted.")],
    unit: Annotated[str | None, typer.Option(help="Tell only of this unit and those below it.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Tell an address from now on, and print the secret that its messages are signed with, this once."""
    settings, now = command_settings(), local_now()
    try:
        asyncio.run(resolve(address, private=settings.webhook_private))
    except RefusedAddress as error:
        raise Refused(f"{address} cannot be a webhook: {error}.") from error
    id_, secret = make_id("wh"), make_secret()
    with open_up_to_date(settings) as engine, engine.begin() as connection:
        if unit is not None and unit not in read_unit_names(connection):
            raise Refused(
                f"No unit {unit!r}. The demonstration has xa.29926; a new database gets units by: hailong init"
            )
        record_webhook(
            connection,
            id_=id_,
            address=address,
            secret=seal_text(secret, purpose=SECRET, key=settings.secret_key),
            unit=unit,
            created=now.date(),
            position=read_last_seal_number(connection),
            at=int(now.timestamp()),
        )
        record_audit(connection, now, COMMAND_LINE, "add_webhook", id_, detail={"unit": unit})
    if as_json:
        print(json.dumps({"id": id_, "address": address, "unit": unit, "secret": secret}, ensure_ascii=False))
    else:
        print(f"{id_}\n{secret}\nKeep the secret now: it is shown this once. A first message, webhook.added, follows.")


@webhook.command("list")
def webhook_list(*, as_json: Json = False) -> None:
    """Every webhook, without its secret."""
    with open_up_to_date(command_settings()) as engine, engine.connect() as connection:
        rows = [
            {name: value for name, value in asdict(hook).items() if name != "secret"}
            for hook in read_webhooks(connection)
        ]
    print_rows(
        rows,
        as_json=as_json,
        line=lambda row: (
            f"{row['id']:<28} {row['unit'] or 'every unit':<14} {row['address']}"
            f"{'  (disabled)' if row['disabled'] else ''}"
        ),
    )


@webhook.command("disable")
def webhook_disable(id_: Annotated[str, typer.Argument(metavar="ID", help="As in webhook list.")]) -> None:
    """Tell it nothing more."""
    now = local_now()
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        if not record_disabled_webhook(connection, id_, on=now.date()):
            raise Refused(f"No open webhook {id_!r}. See them with: hailong webhook list")
        record_audit(connection, now, COMMAND_LINE, "disable_webhook", id_)
    print(f"{id_} is told nothing any more.")


@webhook.command("log")
def webhook_log(
    id_: Annotated[str | None, typer.Argument(metavar="[ID]", help="Of one webhook only.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """The last messages: what became of each, and when it is tried again."""
    with open_up_to_date(command_settings()) as engine, engine.connect() as connection:
        rows = [asdict(each) for each in read_deliveries(connection, id_)]
    print_rows([_shown(row) for row in rows], as_json=as_json, line=_line)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    times = {
        name: None if row[name] is None else datetime.fromtimestamp(row[name], UTC).astimezone(ZONE).isoformat()
        for name in ("tried", "next_try")
    }
    state = "delivered" if row["delivered"] else "waiting" if row["next_try"] else "given up"
    return row | times | {"state": state}


def _line(row: dict[str, Any]) -> str:
    again = f", again {row['next_try']}" if row["next_try"] else ""
    return f"{row['id']}  {row['webhook']}  {row['state']}, {row['attempts']} attempts, {row['outcome'] or '–'}{again}"
