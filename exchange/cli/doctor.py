"""`doctor`: is everything as it must be, and what would mend it?"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli.endings import DONE, UNAVAILABLE
from exchange.cli.options import as_json, data, example

if TYPE_CHECKING:
    from streams.node.doctor.finding import Finding

_MARKS = {"ok": "✓", "warning": "!", "wrong": "✗", "unseen": "–"}


@click.command(
    epilog=example(
        "exchange doctor --data ./node",
        "exchange doctor --json | jq '.findings[] | select(.state == \"wrong\")'",
    )
)
@data
@as_json
def doctor(data: Path, as_json: bool) -> int:
    """Check versions, disk, ports, topics, settings, clock, schemas, snapshots and tables; change nothing.

    Each line says what was found and, where something is to be done, what. A node may be up or down. It ends with 0
    if nothing is wrong, also if something is to be watched, and with 3 otherwise.
    """
    import msgspec

    from streams.node.doctor.examining import examine

    found = asyncio.run(examine(data, (lambda finding: None) if as_json else _tell))
    if as_json:
        click.echo(msgspec.json.encode(found))
    else:
        click.echo(f"\n{_verdict(found.findings)}")
    return DONE if found.sound else UNAVAILABLE


def _tell(finding: "Finding") -> None:
    click.echo(f"{_MARKS[finding.state]} {finding.check:<16} {finding.found}")
    if finding.remedy:
        click.echo(f"  {'':<16} → {finding.remedy}")


def _verdict(findings: Sequence["Finding"]) -> str:
    counts: Counter[str] = Counter(finding.state for finding in findings)
    parts = [
        f"{counts[state]} {told}"
        for state, told in (("wrong", "wrong"), ("warning", "to watch"), ("unseen", "not looked at"))
        if counts[state]
    ]
    return f"{counts['ok']} ok, {', '.join(parts)}." if parts else f"All {counts['ok']} are as they must be."
