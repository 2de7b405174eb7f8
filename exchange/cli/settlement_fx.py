"""`settlement quote`, `quotes`, `withdraw-quote`, `convert`: currencies exchanged at a bank's quote."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click

from exchange.cli import completing
from exchange.cli.asking import moment, said, tell
from exchange.cli.looking import row_soon
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.cli.settlement_asking import minor_of, money, show_rows
from exchange.kernel.errors import Misuse

_a_quote = click.argument(
    "quote_id", metavar="QUOTE", shell_complete=completing.in_tables("fx_quotes", "quote_id")
)


@click.command(
    epilog=example(
        "exchange settlement quote JPY/CNY --rate 0.0480 --sell JPY --max 1000000 \\",
        "    --until 2026-12-01T09:00:00Z --as BK-HK-01",
    )
)
@click.argument("pair", metavar="BASE/QUOTE")
@data
@acting
@click.option("--rate", required=True, metavar="RATE", help="Of the second currency for one of the first.")
@click.option("--sell", required=True, metavar="CODE", help="Which of the two customers sell.")
@click.option(
    "--fixed",
    type=click.Choice(["sell", "buy"]),
    default="sell",
    show_default=True,
    help="Which amount customers name.",
)
@click.option("--max", "most", required=True, metavar="AMOUNT", help="In all, of the amount that is named.")
@click.option("--until", required=True, metavar="TIME", help="When it is over.")
@click.option(
    "--source", default="desk", show_default=True, metavar="WORD", help="Where the rate comes from."
)
@click.option("--for", "participant_id", metavar="ID", help="For this participant alone.")
@dry_run
@as_json
def quote(pair: str, data: Path, actor: str, dry_run: bool, as_json: bool, **given: Any) -> None:
    """Offer, as a bank, to exchange two currencies."""
    from exchange.cli.uses import checked
    from exchange.settlement.fx.commands import QuoteFx

    base, _, quoted = pair.partition("/")
    if given["sell"] not in (base, quoted) or not quoted:
        raise Misuse(f"{pair} is no pair with {given['sell']} in it; write it like JPY/CNY --sell JPY")
    bought = quoted if given["sell"] == base else base
    command = checked(
        QuoteFx,
        base_currency=base,
        quote_currency=quoted,
        sell_currency=given["sell"],
        side=f"fixed_{given['fixed']}",
        rate=given["rate"],
        source=given["source"],
        expires_at=moment(given["until"]),
        max_minor=minor_of(given["most"], given["sell"] if given["fixed"] == "sell" else bought),
        participant_id=given["participant_id"],
    )
    fact = said("Custodian", data, actor, lambda door: door.quote_fx(command), dry_run, as_json)
    if fact is not None:
        line = f"Quoted: {fact.quote_id}, {fact.sell_currency} for {fact.buy_currency} at {fact.rate}:"
        tell(
            fact,
            as_json,
            line,
            f"  exchange settlement convert {fact.quote_id} AMOUNT --as NAME{naming(data)}",
        )


@click.command(epilog=example("exchange settlement quotes --state open"))
@data
@click.option("--state", type=click.Choice(["open", "ended", "closed"]), help="Only these.")
@as_json
def quotes(data: Path, state: str | None, as_json: bool) -> None:
    """List banks' quotes, and what each came to.

    It works while the node is down.
    """
    hidden = "source ended_by residual_currency residual_minor"
    show_rows(data, "fx_quotes", "No bank has quoted.", as_json, hidden, state=state)


@click.command("withdraw-quote", epilog=example("exchange settlement withdraw-quote FX-0.10.0 --as BK-HK-01"))
@_a_quote
@data
@acting
@dry_run
@as_json
def withdraw_quote(quote_id: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Take a quote back, as its bank."""
    say = lambda door: door.withdraw_fx_quote(quote_id)  # noqa: E731
    fact = said("Custodian", data, actor, say, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Withdrawn: nobody takes {quote_id} any more.")


@click.command(epilog=example("exchange settlement convert FX-0.10.0 250000 --as BU-JP-01"))
@_a_quote
@click.argument("amount")
@data
@acting
@click.option("--market", metavar="ID", help="The market with the purse.  [default: the one there is]")
@dry_run
@as_json
def convert(
    quote_id: str, amount: str, data: Path, actor: str, market: str | None, dry_run: bool, as_json: bool
) -> None:
    """Exchange cash of a purse at a bank's QUOTE.

    AMOUNT is of the currency whose amount the quote fixes.
    """
    from exchange.cli.instruments import market_named

    row = row_soon(data, "fx_quotes", quote=quote_id)
    if row is None:
        raise Misuse(
            f"the tables have no quote {quote_id}; `exchange settlement quotes` lists those there are"
        )
    named = market_named(data, market)
    fixed = row["currency"] if row["side"] == "fixed_sell" else row["bought_currency"]
    minor = minor_of(amount, fixed)
    taken: Any = SimpleNamespace(
        quote_id=quote_id, sell_currency=row["currency"], buy_currency=row["bought_currency"]
    )
    say = lambda door: door.convert_fx(taken, named, minor)  # noqa: E731
    fact = said("Buyer", data, actor, say, dry_run, as_json)
    if fact is not None:
        sold, bought = money(fact.sold_minor, fact.sell_currency), money(fact.bought_minor, fact.buy_currency)
        tell(fact, as_json, f"Exchanged: {sold} for {bought} at {fact.rate}, in {named}.")
