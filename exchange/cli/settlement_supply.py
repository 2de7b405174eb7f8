"""`settlement supply-tax`: tax on what is sold that the exchange collects for sellers."""

from pathlib import Path

import click

from exchange.cli.asking import moment, said, tell
from exchange.cli.options import acting, as_json, data, dry_run, example
from exchange.cli.settlement_asking import basis_points


@click.command(
    "supply-tax",
    epilog=example(
        "exchange settlement supply-tax CN 6 --as OP-CN-01",
        "exchange settlement supply-tax SG 9 --on-top --as OP-CN-01 \\",
        "    --from 2027-01-01T00:00:00+08:00",
        "exchange query supply_tax_collected",
    ),
)
@click.argument("authority")
@click.argument("percent")
@data
@acting
@click.option("--on-top", is_flag=True, help="Prices are without it: a buyer pays it beside them.")
@click.option("--from", "valid_from", metavar="TIME", help="From when on.  [default: now]")
@click.option("--market", metavar="ID", help="Of this market.  [default: the one there is]")
@dry_run
@as_json
def supply_tax(
    authority: str,
    percent: str,
    data: Path,
    actor: str,
    on_top: bool,
    valid_from: str | None,
    market: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Collect sellers' tax on what they sell at home.

    AUTHORITY is the country of seller and buyer, PERCENT the rate on the price without tax; 0 ends it.
    """
    from exchange.cli.instruments import market_named
    from exchange.cli.uses import checked
    from exchange.kernel.time import iso
    from exchange.market.supply.commands import SetSupplyTax

    command = checked(
        SetSupplyTax,
        authority=authority,
        rate_bp=basis_points(percent),
        prices="exclusive" if on_top else "inclusive",
        valid_from=None if valid_from is None else moment(valid_from),
    )
    market_id = market_named(data, market)
    say = lambda door: door.set_supply_tax(market_id, command)  # noqa: E731
    fact = said("Operator", data, actor, say, dry_run, as_json)
    if fact is not None:
        where = "on top of prices" if on_top else "out of prices"
        tell(
            fact,
            as_json,
            f"Set: {percent} % of what is sold at home in {authority}, {where}, from {iso(fact.valid_from)} on.",
        )
