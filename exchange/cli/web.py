"""`web`: the exchange's HTTP in the foreground, for a Kafka of your own or to be reached from other machines."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli.options import as_json_lines, data, example, listen, log_format, opened, token_file
from exchange.cli.worker import refuse_slot

if TYPE_CHECKING:
    from exchange.web.listening import Address
    from streams.node.directory import DataDirectory


@click.command(
    epilog=example(
        "exchange web --listen 127.0.0.1:8081",
        "exchange web --listen 0.0.0.0:8081 --token-file ./token",
    )
)
@data
@listen
@token_file
@log_format
@click.option("--slot", default="web-1", show_default=True, metavar="NAME", help="This process's own name.")
@as_json_lines
def web(
    data: Path, listen: str, token_file: Path | None, log_format: str | None, slot: str, as_json: bool
) -> None:
    """Serve HTTP (schema registry) in this terminal until Ctrl-C.

    A node has one of its own on this machine: `exchange status` shows its address. This one is for
    workers beside a Kafka of your own, or for an address that other machines reach. What it does is logged to
    standard error, one line (or with --json one object) each.
    """
    from exchange.web.guard import read_token
    from exchange.web.listening import address_of, refuse_open_door
    from streams.node.choices import choices
    from streams.node.log_form import JSON
    from streams.node.logs import log_to_terminal

    token = read_token(token_file) if token_file else None
    address = address_of(listen)
    refuse_open_door(address, token)
    directory = opened(data)
    refuse_slot(directory, slot)
    log_to_terminal(slot, JSON if as_json else log_format or choices(directory).log_format)
    asyncio.run(_run(directory, slot, address, token))


async def _run(directory: "DataDirectory", slot: str, address: "Address", token: str | None) -> None:
    from exchange.web.node import serve
    from streams.node.stopping import Stop

    try:
        await serve(directory, slot, Stop(slot).event, address, token)
    finally:
        (directory.run / f"{slot}.json").unlink(missing_ok=True)
