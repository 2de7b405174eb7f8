"""`line`: what lines promise, how good they were, and ways round, from a terminal."""

from pathlib import Path

import click

from exchange.cli import completing
from exchange.cli.boards import tell_rows
from exchange.cli.line_measuring import measure, record
from exchange.cli.line_rerouting import reroute, restore
from exchange.cli.looking import rows_of
from exchange.cli.options import as_json, data, example, print_json
from exchange.kernel.errors import Misuse

_PROMISED = (
    *("link_id", "operator_id", "places", "kind", "state", "capacity_mbps", "rtt_ms_max", "loss_ppm_max"),
)
_GOOD = (
    *("hours", "worse_hours", "rtt_ms_p50", "rtt_ms_p95", "rtt_ms_p99", "rtt_ms_worst"),
    *("loss_ppm_p50", "loss_ppm_p95", "loss_ppm_p99", "loss_ppm_worst", "busiest_pct"),
)
_CREDITED = ("trade_id", "buyer_id", "seller_id", "state", "hours", "term_hours", "currency", "amount_minor")
_ROUTED = ("route_id", "instrument_id", "places", "state", "outcome", "until_at", "ended_by")


@click.group(
    epilog=example(
        "exchange line show LK-HK --month 2026-11",
        "exchange line measure LK-HK --as AS-CN-01 --from 2026-11-10T03:00:00Z \\",
        "    --hours 2 --rtt 28 --loss 80 --throughput 41000 --evidence probe.jsonl",
    )
)
def line() -> None:
    """Say what a line promises, measure it, and lead what was sold of it another way.

    Round trips are in milliseconds, losses in packets of a million. Whoever bought of a line gets credit for hours
    that were worse than promised, three days after its term.
    """


@line.command(epilog=example("exchange line show", "exchange line show LK-HK --month 2026-11"))
@click.argument("line", required=False, shell_complete=completing.in_tables("lines", "link_id"))
@click.option("--month", metavar="MONTH", help="How good it was in a month only, such as 2026-11.")
@data
@as_json
def show(line: str | None, month: str | None, data: Path, as_json: bool) -> None:
    """Show all lines, or one with its hours and credits.

    It works while the node is down.
    """
    if line is None:
        _show_all(data, as_json)
        return
    lines = rows_of(data, "lines", line=line)
    if not lines:
        raise Misuse(f"the tables have no line {line}; `exchange line show` lists those there are")
    quality = rows_of(data, "line_quality", line=line, month=month)
    credits = rows_of(data, "line_credits", line=line)
    routes = rows_of(data, "line_routes", line=line)
    if as_json:
        print_json({"line": lines, "quality": quality, "credits": credits, "routes": routes})
        return
    for rows, names, otherwise in (
        (lines, _PROMISED, ""),
        (quality, _GOOD, "No hour of it was measured."),
        (credits, _CREDITED, "Nobody was given credit for it."),
        (routes, _ROUTED, "Nothing that was sold of it went another way."),
    ):
        tell_rows([{name: row[name] for name in names} for row in rows], otherwise)
        click.echo()


def _show_all(data: Path, as_json: bool) -> None:
    rows = rows_of(data, "lines")
    if as_json:
        print_json(rows)
        return
    otherwise = "No line was recorded yet; `exchange line record` records one."
    tell_rows([{name: row[name] for name in _PROMISED} for row in rows], otherwise)


for each in (record, measure, reroute, restore):
    line.add_command(each)
