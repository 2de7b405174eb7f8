"""`pool`: lines that many buy together, from a terminal."""

from pathlib import Path

import click

from exchange.cli import completing
from exchange.cli.boards import priced, tell_one, tell_rows
from exchange.cli.instruments import instruments_of
from exchange.cli.looking import rows_of
from exchange.cli.options import as_json, data, example, print_json
from exchange.cli.pool_asking import found_pool
from exchange.cli.pool_deciding import approve, refuse
from exchange.cli.pool_opening import open_pool
from exchange.cli.pool_sharing import commit, withdraw

_PRICES = ("list_price", "price")
_LISTED = (
    *("pool_id", "link_id", "delivery_month", "state", "shares", "total_mbps", "threshold_mbps"),
    *("currency", "list_price", "price", "saving_bp", "closes_at"),
)


@click.group(
    epilog=example(
        "exchange pool show",
        "exchange pool commit PL-0.31.0 --as PR-CN-01 --mbps 300",
        "exchange pool show PL-0.31.0",
    )
)
def pool() -> None:
    """Buy a line for a month together: the more commit to it, the cheaper for all.

    Prices are written in the line's currency (520.00), for one Mbps and month.
    """


@pool.command(epilog=example("exchange pool show", "exchange pool show PL-0.31.0"))
@click.argument("pool", required=False, shell_complete=completing.in_tables("pools", "pool_id"))
@data
@as_json
def show(pool: str | None, data: Path, as_json: bool) -> None:
    """Show all pools, or one with its shares and what it saves.

    Prices are in the line's currency, with --json in ticks. It works while the node is down.
    """
    if pool is None:
        _show_all(data, as_json)
        return
    found, shown = found_pool(data, pool)
    shares = rows_of(data, "pool_shares", pool=pool)
    if as_json:
        print_json({"pool": found, "shares": shares})
        return
    tell_one("pool", priced(found, shown, _PRICES))
    click.echo()
    tell_rows(
        [{name: cell for name, cell in row.items() if name != "pool_id"} for row in shares],
        "Nobody has committed to a share yet.",
    )


def _show_all(data: Path, as_json: bool) -> None:
    rows = rows_of(data, "pools")
    if as_json:
        print_json(rows)
        return
    known = instruments_of(data)
    listed = [priced(row, known[row["instrument_id"]], _PRICES) for row in rows]
    tell_rows(
        [{name: row[name] for name in _LISTED} for row in listed],
        "No pool was opened yet; `exchange pool open` opens one.",
    )


for each in (open_pool, commit, withdraw, approve, refuse):
    pool.add_command(each)
