"""`web`: the exchange's HTTP in the foreground, for a Kafka of your own or to be reached from other machines."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli.options import data, example, opened
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
@click.option(
    "--listen",
    default="127.0.0.1:0",
    show_default=True,
    metavar="HOST:PORT",
    help="Where; port 0 is a free one.",
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Ask for the token in FILE, as a bearer or as a password; a must beyond this machine.",
)
@click.option("--slot", default="web-1", show_default=True, metavar="NAME", help="This process's own name.")
def web(data: Path, listen: str, token_file: Path | None, slot: str) -> None:
    """Serve HTTP (schema registry) in this terminal until Ctrl-C.

    A node has one of its own on this machine: `exchange status` shows its address. This one is for
    workers beside a Kafka of your own, or for an address that other machines reach.
    """
    from exchange.web.guard import read_token
    from exchange.web.listening import address_of, refuse_open_door
    from streams.node.logs import log_to_terminal

    token = read_token(token_file) if token_file else None
    address = address_of(listen)
    refuse_open_door(address, token)
    directory = opened(data)
    refuse_slot(directory, slot)
    log_to_terminal()
    asyncio.run(_run(directory, slot, address, token))


async def _run(directory: "DataDirectory", slot: str, address: "Address", token: str | None) -> None:
    from exchange.web.node import serve
    from streams.node.stopping import Stop

    try:
        await serve(directory, slot, Stop(slot).event, address, token)
    finally:
        (directory.run / f"{slot}.json").unlink(missing_ok=True)
