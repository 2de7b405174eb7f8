"""`purchase`: what becomes of a trade, from a terminal: acceptance, rejection, refunds, disputes."""

from pathlib import Path

import click

from exchange.cli.boards import priced, tell_one, tell_rows
from exchange.cli.looking import rows_of
from exchange.cli.options import as_json, data, example, print_json
from exchange.cli.purchase_answering import accept, accept_part, concede, reject
from exchange.cli.purchase_asking import a_trade, found_purchase, found_trade
from exchange.cli.purchase_disputing import dispute, evidence, rule, settle
from exchange.cli.purchase_penalties import charge, penalties, waive
from exchange.cli.purchase_rights import end, story_of_rights
from exchange.cli.purchase_undoing import bust, refund, refund_part


@click.group(
    epilog=example(
        "exchange purchase show T-0.10.0",
        "exchange purchase accept T-0.10.0 --as BU-JP-01",
        'exchange purchase dispute T-0.10.0 --as BU-JP-01 --grounds "Half is missing."',
    )
)
def purchase() -> None:
    """Accept what a trade delivered, reject it, refund it, dispute it, charge what was late.

    Amounts are written in the trade's currency (120.00). `exchange query trades` lists trades.
    """


@purchase.command(epilog=example("exchange purchase show T-0.10.0"))
@a_trade
@data
@as_json
def show(trade: str, data: Path, as_json: bool) -> None:
    """Show a purchase, its right and whether that is suspended, its refunds and its dispute.

    The price is in its currency, with --json in ticks. It works while the node is down.
    """
    found, shown = found_trade(data, trade), found_purchase(data, trade).shown
    refunds = rows_of(data, "refunds", trade=trade)
    disputes = rows_of(data, "disputes", trade=trade)
    rights = rows_of(data, "entitlements", trade=trade)
    turns = rows_of(data, "redecisions", trade=trade)
    if as_json:
        known = {"trade": found, "entitlements": rights, "redecisions": turns}
        print_json({**known, "refunds": refunds, "disputes": disputes})
        return
    tell_one("trade", priced(found, shown, ("price",)))
    for line in story_of_rights(rights, turns):
        click.echo(line)
    for rows in (refunds, disputes):
        if rows:
            click.echo()
            tell_rows([{name: cell for name, cell in row.items() if name != "trade_id"} for row in rows], "")


for each in (
    accept,
    accept_part,
    reject,
    concede,
    refund,
    refund_part,
    dispute,
    evidence,
    settle,
    rule,
    end,
    bust,
    penalties,
    charge,
    waive,
):
    purchase.add_command(each)
