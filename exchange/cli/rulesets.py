"""Rulesets as they are named on the command line: a file, or the shipped ones."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.fence import Ruleset

ruleset_file = click.option(
    "--ruleset",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="The ruleset in FILE instead of those that the exchange ships.",
)


def rulesets_of(file: Path | None) -> "Mapping[str, Ruleset]":
    """The ruleset of `file`, or the shipped ones. Raises: Misuse naming the rule that is not in order."""
    from exchange.fence import load_rulesets

    if file is None:
        return load_rulesets()
    found = ruleset_of(file)
    return {found.digest: found}


def ruleset_of(file: Path) -> "Ruleset":
    """The ruleset of `file`. Raises: Misuse naming the rule that is not in order."""
    from exchange.fence import parse_ruleset

    try:
        return parse_ruleset(text_of(file))
    except Misuse as error:
        raise Misuse(f"{file}: {error}; `exchange fence check {file}` lists all that is wrong") from error


def text_of(file: Path) -> str:
    """What a file says. Raises: Misuse if it is no text."""
    try:
        return file.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise Misuse(f"{file}: not UTF-8 (byte {error.start + 1})") from error
