"""Options that several commands share."""

import os
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing

if TYPE_CHECKING:
    from exchange.sdk import Exchange
    from streams.node.directory import DataDirectory

DEFAULT_DIRECTORY = ".exchange"
ONE_DOCUMENT = "Print one JSON document and nothing else."
JSON_LINES = "Print one JSON object a line and nothing else."


def default_directory() -> Path:
    """The data directory where none is named."""
    return Path(os.environ.get("EXCHANGE_DATA") or DEFAULT_DIRECTORY)


data = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=default_directory,
    metavar="DIR",
    shell_complete=completing.directories,
    help=f"The node's data directory.  [default: {DEFAULT_DIRECTORY}, or EXCHANGE_DATA]",
)
as_json = click.option("--json", "as_json", is_flag=True, help=ONE_DOCUMENT)
as_json_lines = click.option("--json", "as_json", is_flag=True, help=JSON_LINES)
as_csv = click.option("--csv", "as_csv", is_flag=True, help="Print CSV with a header.")
dry_run = click.option(
    "--dry-run", is_flag=True, help="Check what can be checked, say what would be done, and do nothing."
)
acting = click.option(
    "--as",
    "actor",
    required=True,
    metavar="NAME",
    shell_complete=completing.in_tables("participants", "participant_id"),
    help="The participant to speak as.",
)


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
    return "" if path == default_directory() else f" --data {shlex.quote(str(path))}"


def print_json(document: Any) -> None:
    """One document on standard output, bytes as hexadecimal like everywhere else."""
    import msgspec

    click.echo(msgspec.json.encode(_in_hex(msgspec.to_builtins(document, builtin_types=(bytes,)))))


def _in_hex(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {key: _in_hex(part) for key, part in value.items()}
    return [_in_hex(part) for part in value] if isinstance(value, list | tuple) else value


def opened(path: Path) -> "DataDirectory":
    """The node's directory. Raises: Misuse if there is none."""
    from streams.node.directory import DataDirectory

    return DataDirectory.open(path)


def opened_as(path: Path, identity: Path | None, *, rehearsed: bool = False) -> "DataDirectory":
    """The directory of a worker, made after the `identity` of its exchange if that is named.

    Shape: `rehearsed`, one that is not there is not made. Raises: Misuse if it is another exchange's.
    """
    from streams.node.directory import DataDirectory

    return opened(path) if identity is None else DataDirectory.adopt(path, identity, rehearsed=rehearsed)


@asynccontextmanager
async def exchange_of(path: Path) -> AsyncIterator["Exchange"]:
    """The exchange of a node that is up.

    Raises: Misuse if there is no node; Unavailable if it is down.
    """
    from exchange.kernel.errors import NodeDown
    from exchange.sdk import Exchange

    directory = opened(path)
    if directory.identity.bootstrap_servers is None and directory.holder() is None:
        raise NodeDown(f"the node in {directory.path} is down; `exchange up{naming(path)}` starts it")
    async with Exchange.open(path) as exchange:
        yield exchange
