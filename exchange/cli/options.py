"""Options that several commands share."""

import os
from pathlib import Path

import click

from streams.node.directory import DataDirectory

DEFAULT_DIRECTORY = ".exchange"

data = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=lambda: Path(os.environ.get("EXCHANGE_DATA", DEFAULT_DIRECTORY)),
    help=f"The node's data directory.  [default: {DEFAULT_DIRECTORY}, or EXCHANGE_DATA]",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")


def opened(path: Path) -> DataDirectory:
    """The node's directory. Raises: Misuse if there is none."""
    return DataDirectory.open(path)
