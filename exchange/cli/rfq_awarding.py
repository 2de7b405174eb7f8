"""`rfq award`, `accept`, `reject`, `end`: what becomes of a quote."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.asking import asked, tell
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.cli.rfq_tables import market_of, row_of

if TYPE_CHECKING:
    from exchange.sdk import Buyer
    from streams.client import Client

an_award = click.argument("award")


@click.command(epilog=example("exchange rfq award QU-0.13.0 --as BU-SG-01 --quantity 18000"))
@click.argument("quote")
@data
@acting
@click.option("--quantity", type=click.IntRange(1), required=True, metavar="N", help="How many units of it.")
@dry_run
@as_json
def award(quote: str, data: Path, actor: str, quantity: int, dry_run: bool, as_json: bool) -> None:
    """Take a QUOTE, all of it or in part, accepting its licence."""
    found = row_of(data, "quote", quote)
    licence = bytes.fromhex(found["licence_digest"])
    market = found["market_id"]
    awarded = _spoken(
        data,
        actor,
        lambda buyer: buyer.award(market, quote, quantity, licence_digest=licence),
        dry_run,
        as_json,
    )
    if awarded is not None:
        from exchange.kernel.money import format_minor

        fact, entitlement = awarded.award, awarded.entitlement
        told = f"Awarded: {fact.award_id} for {format_minor(fact.held_minor, fact.currency)}"
        lines = [f"{told}; a sample comes first, until then the money is held."]
        if entitlement is not None:
            lines = [f"{told}, held in escrow.", "", *_next(entitlement, actor, data)]
        tell(awarded, as_json, *lines)


@click.command(epilog=example("exchange rfq accept AW-0.15.0 --as BU-SG-01"))
@an_award
@data
@acting
@dry_run
@as_json
def accept(award: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Find the sample of an AWARD good enough: it becomes a trade."""
    market = market_of(data, "award", award)
    entitlement = _spoken(data, actor, lambda buyer: buyer.accept_sample(market, award), dry_run, as_json)
    if entitlement is not None:
        told = f"Accepted: trade {entitlement.trade_id}; entitlement {entitlement.entitlement_id}"
        tell(entitlement, as_json, told, "", *_next(entitlement, actor, data))


@click.command(
    epilog=example(
        "exchange rfq reject AW-0.15.0 --as BU-SG-01 --value-bp 9300 \\",
        '    --grounds "0.93 is less than 0.95"',
    )
)
@an_award
@data
@acting
@click.option("--grounds", required=True, metavar="TEXT", help="Why.")
@click.option("--value-bp", type=click.IntRange(0, 10_000), metavar="N", help="What you measured yourself.")
@dry_run
@as_json
def reject(
    award: str, data: Path, actor: str, grounds: str, value_bp: int | None, dry_run: bool, as_json: bool
) -> None:
    """Find the sample of an AWARD not good enough.

    The seller may rework it, as often as was agreed on.
    """
    market = market_of(data, "award", award)
    fact = _spoken(
        data, actor, lambda buyer: buyer.reject_sample(market, award, grounds, value_bp), dry_run, as_json
    )
    if fact is not None:
        then = "the award has ended." if fact.due_at is None else "the seller may rework it."
        tell(fact, as_json, f"Rejected: sample {fact.number} of {fact.award_id}; {then}")


@click.command(epilog=example('exchange rfq end AW-0.25.0 --as PR-CN-02 --grounds "We cannot."'))
@an_award
@data
@acting
@click.option("--grounds", required=True, metavar="TEXT", help="Why.")
@dry_run
@as_json
def end(award: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool) -> None:
    """Let an AWARD go before it trades, as its buyer or its seller."""
    market = market_of(data, "award", award)
    fact = _spoken(data, actor, lambda either: either.end_award(market, award, grounds), dry_run, as_json)
    if fact is not None:
        from exchange.kernel.money import format_minor

        held = format_minor(fact.released_minor, fact.currency)
        tell(fact, as_json, f"Ended: {fact.award_id}; {held} went back to {fact.buyer_id}.")


def _spoken(
    data: Path, actor: str, say: "Callable[[Buyer], Awaitable[Any]]", dry_run: bool, as_json: bool
) -> Any:
    async def speak(client: "Client") -> Any:
        from exchange.sdk import Buyer

        return await say(Buyer(client, actor))

    return asked(data, actor, speak, dry_run, as_json)


def _next(entitlement: Any, actor: str, data: Path) -> list[str]:
    return ["Next:", f"  exchange subscribe {entitlement.entitlement_id} --as {actor}{naming(data)}"]
