"""Options that several commands share."""

import os
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.kernel.errors import Unavailable

if TYPE_CHECKING:
    from exchange.sdk import Exchange
    from streams.node.directory import DataDirectory

DEFAULT_DIRECTORY = ".exchange"


def _default() -> Path:
    return Path(os.environ.get("EXCHANGE_DATA") or DEFAULT_DIRECTORY)


data = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=_default,
    metavar="DIR",
    help=f"The node's data directory.  [default: {DEFAULT_DIRECTORY}, or EXCHANGE_DATA]",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
as_json_lines = click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
as_csv = click.option("--csv", "as_csv", is_flag=True, help="Print CSV with a header.")
acting = click.option("--as", "actor", required=True, metavar="NAME", help="The participant to speak as.")


log_format = click.option(
    "--log-format",
    type=click.Choice(["json", "human"]),
    envvar="EXCHANGE_LOG_FORMAT",
    show_envvar=True,
    help="How logs are written; a node remembers it.  [default: as remembered, else human]",
)


listen = click.option(
    "--listen",
    default="127.0.0.1:0",
    show_default=True,
    metavar="HOST:PORT",
    help="Where HTTP is served; port 0 is a free one.",
)
token_file = click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Ask for the token in FILE, as a bearer or as a password; a must beyond this machine.",
)


identity = click.option(
    "--identity",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="EXCHANGE_IDENTITY",
    show_envvar=True,
    metavar="FILE",
    help="The exchange's node.json: DIR is made for it if it is not there.",
)


def example(*lines: str) -> str:
    """The end of a command's help. Shape: every line stands as it is written."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def naming(path: Path) -> str:
    """What to add to a command line so that it means this directory."""
    return "" if path == _default() else f" --data {shlex.quote(str(path))}"


def opened(path: Path) -> "DataDirectory":
    """The node's directory. Raises: Misuse if there is none."""
    from streams.node.directory import DataDirectory

    return DataDirectory.open(path)


def opened_as(path: Path, identity: Path | None) -> "DataDirectory":
    """The directory of a worker, made after the `identity` of its exchange if that is named.

    Raises: Misuse if it is another exchange's.
    """
    from streams.node.directory import DataDirectory

    return opened(path) if identity is None else DataDirectory.adopt(path, identity)


@asynccontextmanager
async def exchange_of(path: Path) -> AsyncIterator["Exchange"]:
    """The exchange of a node that is up.

    Raises: Misuse if there is no node; Unavailable if it is down.
    """
    from exchange.sdk import Exchange

    directory = opened(path)
    if directory.identity.bootstrap_servers is None and directory.holder() is None:
        raise Unavailable(f"the node in {directory.path} is down; `exchange up{naming(path)}` starts it")
    async with Exchange.open(path) as exchange:
        yield exchange
