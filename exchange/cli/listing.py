"""`list`: a product version goes on sale, at a price, with a price plan where that is wanted."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from exchange.cli.asking import asked, tell
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.cli.planning import of_plan, plan_of

if TYPE_CHECKING:
    from exchange.kernel.product import PricePlan
    from streams.client import Client

_UNITS = (
    "licence", "day", "month", "year", "term", "issue", "seat", "call", "gigabyte", "object", "minute", "hour", "lot",
)  # fmt: skip
_WAYS = ("posted", "orders", "auction", "quotes", "pool", "plan")
_DEALS = ("brokerage-sale", "vendor", "employment", "investment", "intra-group", "none")


@click.command(
    "list",
    epilog=example(
        "exchange list P-07 1.0 --as SE-CN-02 --market M-SH --price 12000.00 CNY \\",
        "    --unit month --renews",
        "exchange list P-06 1.0 --as SE-CN-02 --market M-SH --price 18.00 CNY \\",
        "    --unit gigabyte --by plan --counts bytes --tier 0=18.00",
    ),
)
@click.argument("product")
@click.argument("version")
@data
@acting
@click.option("--market", required=True, metavar="ID", help="The market it is sold in.")
@click.option(
    "--price",
    nargs=2,
    required=True,
    metavar="N CUR",
    help="What a unit costs, and the currency; what you have in mind, but for a posted price.",
)
@click.option(
    "--unit",
    type=click.Choice(_UNITS),
    default="licence",
    show_default=True,
    metavar="UNIT",
    help=f"What is sold: {', '.join(_UNITS)}.",
)
@click.option("--renews", is_flag=True, help="It is a subscription.")
@click.option(
    "--by", "book", type=click.Choice(_WAYS), default="posted", show_default=True, help="How it is sold."
)
@click.option(
    "--deal",
    type=click.Choice(_DEALS),
    default="none",
    show_default=True,
    help="The kind of deal that 28 CFR Part 202 tells apart.",
)
@click.option(
    "--acceptance-days",
    type=click.IntRange(1, 365),
    default=7,
    show_default=True,
    metavar="N",
    help="How long a buyer may object to a complete delivery.",
)
@of_plan
@dry_run
@as_json
def list_(
    product: str,
    version: str,
    data: Path,
    actor: str,
    market: str,
    price: tuple[str, str],
    unit: Any,
    renews: bool,
    book: Any,
    deal: Any,
    acceptance_days: int,
    dry_run: bool,
    as_json: bool,
    **plan: Any,
) -> None:
    """Put a registered PRODUCT VERSION on sale.

    What the fence bars in every place that its licence permits is refused; what wants something more is told.
    With tiers its units are sold by a price plan as well; by that alone where it is sold by plan.
    """
    cost = _price(*price, unit, book, renews)
    terms = plan_of(unit, **plan)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Seller

        seller = Seller(client, actor)
        listing = await seller.list(
            product,
            version,
            market_id=market,
            price=cost,
            transaction_type=deal,
            acceptance_days=acceptance_days,
            plan=terms,
        )
        return listing, await seller.destinations(listing.listing_id)

    found = asked(data, actor, speak, dry_run, as_json)
    if found is not None:
        fact, where = found
        said = f"Listed: {product} {version} as {fact.listing_id}."
        tell(_document(fact, where), as_json, said, *_outlook(where), *_next(fact, naming(data)))


def _price(amount: str, currency: str, unit: Any, book: Any, renews: bool) -> "PricePlan":
    """What a unit costs. Raises: Misuse if it is no amount of such a currency."""
    from exchange.kernel.money import MICRO, exponent
    from exchange.kernel.price import ticks_of
    from exchange.kernel.product import PricePlan

    decimals = exponent(currency)
    minor = ticks_of(amount, MICRO // 10**decimals, decimals)
    model: Literal["subscription", "one_off"] = "subscription" if renews else "one_off"
    return PricePlan(model=model, price_minor=minor, currency=currency, unit=unit, book=book)


def _document(fact: Any, where: Any) -> dict[str, Any]:
    from msgspec.structs import asdict

    return {**asdict(fact), "destinations": where}


def _outlook(where: Any) -> list[str]:
    """Where it could be sold, and what is wanting; nothing where the fence was not asked."""
    from textwrap import wrap

    if where is None:
        return []
    best = f"{where.outcome} for {where.purpose} in {where.destination}"
    if where.verdict == "open":
        return [f"It can be bought: {best}."]
    said = f"Nobody can buy it yet: at best {best}: {', '.join(where.codes)}."
    if where.missing:
        said += f" Not known: {', '.join(where.missing)}."
    if where.safeguards:
        said += f" A safeguard that would count: {', '.join(where.safeguards)}."
    if where.outcome == "REVIEW" and not where.missing:
        said += " An order opens a case of the counter."
    return wrap(said, 79, break_on_hyphens=False)


def _next(fact: Any, where: str) -> list[str]:
    lines = ["", "Next:", f"  exchange publish {fact.product_id} FILE --as {fact.seller_id}{where}"]
    return lines if fact.plan is None else [*lines, f"  exchange query price_plans{where}"]
