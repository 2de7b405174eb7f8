"""`--dry-run`: what a command would do, said after everything that can be checked was checked, and not done.

Nothing is written, started, stopped or sent. The command ends as it would have ended as far as that can be told:
with 2 for misuse, 3 if something it needs is out of reach, 1 if the exchange would refuse it now, else 0.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import click

from exchange.cli.options import print_json


class Plan(NamedTuple):
    """Shape: `would` says step by step what would be done, `checked` what was found to be in order, `unchecked` what
    only doing it can tell; `details` are for programs.
    """

    would: Sequence[str]
    checked: Sequence[str] = ()
    unchecked: Sequence[str] = ()
    details: Mapping[str, Any] = {}


def show_plan(plan: Plan, as_json: bool) -> None:
    """Print a plan, for people or as one document."""
    if as_json:
        said = {"would": plan.would, "checked": plan.checked, "unchecked": plan.unchecked}
        print_json({"dry_run": True, **said, **plan.details})
        return
    click.echo("Nothing was done. It would")
    for mark, lines in (("  ", plan.would), ("✓ ", plan.checked), ("? ", plan.unchecked)):
        for line in lines:
            click.echo(f"  {mark}{line}")
