"""`purchase dispute`, `evidence`, `settle`, `rule`: a purchase that both sides see otherwise."""

from hashlib import blake2b
from pathlib import Path
from typing import Any

import click

from exchange.cli.asking import said, tell
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.cli.purchase_asking import a_trade, found_purchase, grounds
from exchange.kernel.errors import Misuse

_SEATS = ("government", "institution", "industry")
_amount = click.argument("amount")


@click.command(epilog=example('exchange purchase dispute T-0.10.0 --as BU-JP-01 --grounds "Half of it."'))
@a_trade
@data
@acting
@grounds
@dry_run
@as_json
def dispute(trade: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool) -> None:
    """Dispute a purchase: its money is held."""
    bought: Any = found_purchase(data, trade)
    fact = said("Buyer", data, actor, lambda either: either.dispute(bought, grounds), dry_run, as_json)
    if fact is not None:
        from exchange.kernel.money import format_minor

        held = format_minor(fact.held_minor, fact.currency)
        told = f"Disputed: {held} of {trade} is held until both sides agree, or a panel rules:"
        tell(fact, as_json, told, f"  exchange purchase settle {trade} AMOUNT --as NAME{naming(data)}")


@click.command(
    epilog=example(
        "exchange purchase evidence T-0.10.0 log.jsonl --as BU-JP-01 \\", '    --description "What arrived"'
    )
)
@a_trade
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data
@acting
@click.option("--description", default="", metavar="TEXT", help="What it is.")
@dry_run
@as_json
def evidence(
    trade: str, file: Path, data: Path, actor: str, description: str, dry_run: bool, as_json: bool
) -> None:
    """Name a document in a dispute.

    FILE stays where it is: only its digest is sent.
    """
    try:
        digest = blake2b(file.read_bytes(), digest_size=32).digest()
    except OSError as error:
        raise Misuse(f"the document {file} cannot be read: {error.strerror}") from error
    bought: Any = found_purchase(data, trade)

    async def say(either: Any) -> Any:
        return await either.submit_evidence(bought, digest, description)

    fact = said("Buyer", data, actor, say, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Submitted: {file.name} in the dispute of {trade}, as {digest.hex()[:12]}….")


@click.command(epilog=example("exchange purchase settle T-0.10.0 6000.00 --as SE-CN-02"))
@a_trade
@_amount
@data
@acting
@dry_run
@as_json
def settle(trade: str, amount: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Propose that the buyer gets AMOUNT back.

    Once the other side has proposed the same, the dispute is resolved.
    """
    bought: Any = found_purchase(data, trade)
    minor = bought.shown.minor(amount)
    fact = said(
        "Buyer", data, actor, lambda either: either.propose_settlement(bought, minor), dry_run, as_json
    )
    if fact is not None:
        told = f"Proposed: the buyer gets {_money(fact)} back. What stands:"
        tell(fact, as_json, told, f"  exchange purchase show {trade}{naming(data)}")


@click.command(
    epilog=example(
        "exchange purchase rule T-0.10.0 6000.00 --as OP-CN-01 --grounds Half. \\",
        '    --government "Member 1" --institution "Member 2" --industry "Member 3"',
    )
)
@a_trade
@_amount
@data
@acting
@click.option("--government", required=True, metavar="NAME", help="The panel's member of the government.")
@click.option("--institution", required=True, metavar="NAME", help="Its member of the institutions.")
@click.option("--industry", required=True, metavar="NAME", help="Its member of the industry.")
@grounds
@dry_run
@as_json
def rule(
    trade: str, amount: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool, **seats: str
) -> None:
    """Rule that the buyer gets AMOUNT back, as a panel.

    An operator or the governance gives the panel's word.
    """
    bought: Any = found_purchase(data, trade)
    minor = bought.shown.minor(amount)

    async def say(operator: Any) -> Any:
        from exchange.cli.uses import checked
        from exchange.kernel.panel import PanelMember

        panel = tuple(checked(PanelMember, name=seats[seat], constituency=seat) for seat in _SEATS)
        return await operator.rule(bought, minor, panel, grounds)

    fact = said("Operator", data, actor, say, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Ruled: the buyer gets {_money(fact)} of {trade} back.")


def _money(fact: Any) -> str:
    from exchange.kernel.money import format_minor

    return format_minor(fact.buyer_minor, fact.currency)
