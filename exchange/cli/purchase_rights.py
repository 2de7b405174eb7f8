"""The right that a purchase confers: what `purchase show` says of it, and `purchase end`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from exchange.cli.asking import said, tell
from exchange.cli.looking import rows_of
from exchange.cli.options import acting, as_json, data, dry_run, example
from exchange.cli.purchase_asking import a_trade, found_purchase, grounds
from exchange.kernel.errors import Misuse


def story_of_rights(rights: Sequence[dict[str, Any]], turns: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Until when each right runs, whether it is suspended, and what became of it."""
    from exchange.cli.fence_story import turn_said
    from exchange.kernel.time import iso

    for right in rights:
        yield ""
        yield f"Its right {right['entitlement_id']} {_stands(right)}."
    for turn in turns:
        yield f"  {iso(turn['at'])}  {turn_said(turn)}"


def _stands(right: dict[str, Any]) -> str:
    from exchange.kernel.time import iso

    if right["state"] == "refunded":
        return "ended with its money"
    if right["ended_at"] is not None:
        return f"ended at {iso(right['ended_at'])}"
    if right["suspended_since_at"] is not None:
        codes = ", ".join(_words(right["suspended_codes"]))
        return f"is SUSPENDED since {iso(right['suspended_since_at'])}: {codes}; it ends at {iso(right['ends_at'])}"
    return f"runs until {iso(right['ends_at'])}"


def _words(text: str) -> list[str]:
    """The words of a JSON array."""
    import msgspec

    return msgspec.json.decode(text, type=list[str])


@click.command(epilog=example('exchange purchase end T-0.10.0 --as BU-JP-01 --grounds "Of no use any more."'))
@a_trade
@data
@acting
@grounds
@dry_run
@as_json
def end(trade: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool) -> None:
    """End its right before its term; what is not used goes back by day.

    Its buyer does so while it is suspended, an operator or the counter at any time.
    """
    bought: Any = found_purchase(data, trade)
    rights = rows_of(data, "entitlements", trade=trade)
    if not rights:
        raise Misuse(f"the tables have no right of trade {trade} yet; try again in a moment")
    name = rights[0]["entitlement_id"]

    async def say(either: Any) -> Any:
        return await either.end_entitlement(bought.market_id, name, grounds)

    fact = said("Buyer", data, actor, say, dry_run, as_json)
    if fact is not None:
        from exchange.kernel.money import format_minor

        back = format_minor(fact.refunded_minor, fact.currency)
        days = f"{fact.unused_days} of its {fact.days} days were not used"
        tell(fact, as_json, f"Ended: {name}; {days}, {back} of the escrow went back to {fact.buyer_id}.")
