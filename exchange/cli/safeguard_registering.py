"""`safeguard register`, `extend`: what a document says, and the digest of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, tell
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.cli.uses import checked
from exchange.cli.words import SAFEGUARD_KINDS

if TYPE_CHECKING:
    from streams.client import Client

_PARTY = completing.in_tables("participants", "participant_id")
_evidence = click.option(
    "--evidence",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="The document; only its digest is sent.",
)


@click.command(
    epilog=example(
        "exchange safeguard register I-12 --kind CN-SCC --exporter SE-CN-04 \\",
        "    --recipient BU-SG-01 --to SG --from 2026-03-02 --last 2029-03-01 \\",
        "    --evidence contract.pdf --as CO-CN-01",
    )
)
@click.argument("safeguard_id")
@data
@acting
@click.option(
    "--kind",
    type=click.Choice(SAFEGUARD_KINDS),
    required=True,
    metavar="KIND",
    help=f"What it is: {', '.join(SAFEGUARD_KINDS)}.",
)
@click.option("--exporter", metavar="ID", shell_complete=_PARTY, help="Who hands over; else anybody.")
@click.option("--recipient", metavar="ID", shell_complete=_PARTY, help="Who takes over; else anybody.")
@click.option(
    "--to", "to", multiple=True, metavar="COUNTRY", help="A country it names, or ANY; may be repeated."
)
@click.option("--from", "valid_from", required=True, metavar="DAY", help="The first day in force.")
@click.option("--last", "valid_to", metavar="DAY", help="The last day in force; else open.")
@click.option(
    "--tz", default="Asia/Shanghai", show_default=True, metavar="ZONE", help="Whose days these are."
)
@_evidence
@click.option("--reference", default="", metavar="TEXT", help="The counter's own reference.")
@click.option(
    "--recognised", multiple=True, metavar="COUNTRY", help="Where a certificate counts; may be repeated."
)
@click.option(
    "--tia/--no-tia", "tia_current", default=None, help="Its transfer impact assessment is current."
)
@click.option("--checks/--no-checks", "continuing_checks", default=None, help="The recipient is checked on.")
@click.option("--filed", "filed_on", metavar="DAY", help="The day it was filed, if it was.")
@click.option(
    "--filing-due", "filing_due_on", metavar="DAY", help="Only where working days were not published."
)
@dry_run
@as_json
def register(safeguard_id: str, data: Path, actor: str, dry_run: bool, as_json: bool, **said: Any) -> None:
    """Record that participants hold a legal tool, as the counter or an operator."""
    from exchange.registry.safeguards.commands import RegisterSafeguard

    command = checked(
        RegisterSafeguard,
        safeguard_id=safeguard_id,
        exporter_id=said.pop("exporter"),
        recipient_id=said.pop("recipient"),
        names_destinations=said.pop("to"),
        recognised_in=said.pop("recognised"),
        evidence_digest=_digest_of(said.pop("evidence")),
        **said,
    )

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Safeguards

        return await Safeguards(client, actor).register(command)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        due = fact.safeguard.filing_due_on
        lines = [f"Registered: {safeguard_id}, a {command.kind} from {command.valid_from} on."]
        if due is not None and fact.safeguard.filed_on is None:
            lines.append(
                f"  It has to be filed by {due}: exchange safeguard file {safeguard_id}{naming(data)}"
            )
        tell(fact, as_json, *lines)


@click.command(
    epilog=example(
        "exchange safeguard extend I-05 --sought 2026-10-20 --last 2029-10-29 \\",
        "    --evidence decision.pdf --as CO-CN-01",
    )
)
@click.argument("safeguard_id", shell_complete=completing.in_tables("safeguards", "safeguard_id"))
@data
@acting
@click.option("--sought", "sought_on", required=True, metavar="DAY", help="The day it was applied for.")
@click.option("--last", "valid_to", required=True, metavar="DAY", help="The last day in force now.")
@_evidence
@click.option("--window-from", metavar="DAY", help="Only where working days were not published.")
@dry_run
@as_json
def extend(
    safeguard_id: str, data: Path, actor: str, evidence: Path, dry_run: bool, as_json: bool, **said: Any
) -> None:
    """Record that a security assessment was extended."""
    from exchange.registry.safeguards.commands import ExtendSafeguard

    command = checked(
        ExtendSafeguard, safeguard_id=safeguard_id, evidence_digest=_digest_of(evidence), **said
    )

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Safeguards

        return await Safeguards(client, actor).extend(command)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(
            fact, as_json, f"Extended: {safeguard_id} from {fact.valid_before} to {fact.safeguard.valid_to}."
        )


def _digest_of(path: Path) -> bytes:
    """The BLAKE2b-256 of a document."""
    from hashlib import blake2b

    from exchange.cli.consignment_reading import contents

    return blake2b(contents(path), digest_size=32).digest()
