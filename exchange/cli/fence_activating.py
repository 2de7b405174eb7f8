"""`fence propose`, `sign`, `activate`: a ruleset takes effect once the three constituencies have signed for it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.asking import asked, moment, tell
from exchange.cli.consignment_reading import read_key
from exchange.cli.fence_proposals import (
    approvals_option,
    bytes_of,
    read_approvals,
    read_proposal,
    ruleset_proposal,
    seat_proposal,
)
from exchange.cli.looking import rows_of
from exchange.cli.options import acting, as_json, data, dry_run, example, print_json
from exchange.cli.rulesets import ruleset_file, rulesets_of
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from streams.client import Client

_file = click.argument("proposal", type=click.Path(path_type=Path, dir_okay=False))


@click.command(
    epilog=example(
        "exchange fence propose --at 2026-12-01T00:00:00Z > proposal.json",
        'exchange fence propose --seat industry "Member 9" --key m9.pub.pem \\',
        "    --at 2028-01-01T00:00:00Z > seat.json",
    )
)
@data
@ruleset_file
@click.option("--at", required=True, metavar="TIME", help="It takes effect then; of a seat: until when.")
@click.option(
    "--seat", nargs=2, metavar="KIND NAME", help="Propose a member for a constituency instead of a ruleset."
)
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The public key of the member that is proposed.",
)
@as_json
def propose(
    data: Path,
    ruleset: Path | None,
    at: str,
    seat: tuple[str, str] | None,
    key: Path | None,
    as_json: bool,
) -> None:
    """Write down what the members of the management body are to sign, as one JSON document.

    It is about the latest ruleset that is shipped, or the one in FILE. It works while the node is down.
    """
    rows = rows_of(data, "body_seats")
    if not rows:
        raise Misuse("no seat of the management body was given yet; `exchange fence seat` gives one")
    site, when = rows[0]["site"], moment(at)
    if seat is not None:
        from exchange.cli.fence_body import read_public_key

        if key is None:
            raise Misuse("name the public key of the member that is proposed with --key")
        print_json(seat_proposal(site, *seat, read_public_key(key), when))
        return
    from exchange.fence import newest

    found = newest(rulesets_of(ruleset))
    print_json(ruleset_proposal(site, found.version, found.digest, when))


@click.command(epilog=example('exchange fence sign proposal.json --member "Member 1" --key m1.pem > m1.json'))
@_file
@click.option("--member", required=True, metavar="NAME", help="Whose approval it is, as seated.")
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="The member's Ed25519 key: PEM, or 64 hexadecimal digits.",
)
@as_json
def sign(proposal: Path, member: str, key: Path, as_json: bool) -> None:
    """Sign PROPOSAL with a member's key, and write the approval as one JSON document.

    No node is needed, and the key is read and nothing else: it can be done wherever the key is kept.
    """
    signature = read_key(key).sign(bytes_of(read_proposal(proposal)))
    print_json({"member": member, "signature": signature.hex()})


@click.command(
    epilog=example(
        "exchange fence activate proposal.json --as OP-CN-01 \\",
        "    --approval m1.json --approval m2.json --approval m3.json",
    )
)
@_file
@data
@acting
@approvals_option
@dry_run
@as_json
def activate(
    proposal: Path, data: Path, actor: str, approvals: tuple[Path, ...], dry_run: bool, as_json: bool
) -> None:
    """Have the ruleset of PROPOSAL take effect, as the operator or the management body.

    It takes one approval of each constituency.
    """
    found = read_proposal(proposal)
    if found["proposal"] != "ruleset":
        raise Misuse(f"{proposal} proposes a member; `exchange fence seat` seats it")
    signed, at = read_approvals(approvals), moment(found["effective_at"])

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Operator

        door = Operator(client, actor)
        return await door.activate_ruleset(found["version"], found["digest"], at, approvals=signed)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        who = ", ".join(each.member for each in fact.approvals)
        tell(
            fact,
            as_json,
            f"Activated: {fact.ruleset_version} takes effect at {found['effective_at']}, by {who}.",
        )
