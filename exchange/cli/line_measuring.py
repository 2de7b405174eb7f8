"""`line record`, `measure`: what a line promises, and how good it was."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, moment, tell
from exchange.cli.instruments import market_named
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.cli.uses import checked
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from streams.client import Client

a_line = click.argument("line", shell_complete=completing.in_tables("lines", "link_id"))
_market = click.option("--market", metavar="ID", help="Which market's.  [default: the one there is]")
_HOURS = click.IntRange(1, 24)


@click.command(
    epilog=example(
        "exchange line record LK-HK --as OP-CN-01 --operator LN-CN-01 \\",
        "    --between CN-LG HK --capacity 100000 --rtt 30 --loss 50",
    )
)
@a_line
@data
@acting
@click.option("--operator", required=True, metavar="NAME", help="Who runs it.")
@click.option("--between", nargs=2, required=True, metavar="PLACE PLACE", help="What it connects.")
@click.option(
    "--capacity", type=click.IntRange(1, 10**7), required=True, metavar="MBPS", help="What it can carry."
)
@click.option(
    "--rtt",
    type=click.IntRange(0, 60_000),
    required=True,
    metavar="MS",
    help="No hour's round trip is longer.",
)
@click.option(
    "--loss",
    type=click.IntRange(0, 10**6),
    required=True,
    metavar="PPM",
    help="No hour loses more of a million.",
)
@click.option(
    "--kind",
    type=click.Choice(["dedicated", "internet"]),
    default="dedicated",
    show_default=True,
    help="Whether others use it too.",
)
@click.option(
    "--state",
    type=click.Choice(["planned", "building", "in_service", "down"]),
    default="in_service",
    show_default=True,
    help="How it stands.",
)
@click.option(
    "--sold-as",
    multiple=True,
    metavar="LISTING",
    shell_complete=completing.in_tables("instruments", "instrument_id"),
    help="What is sold of it and names no line; may be repeated.",
)
@_market
@dry_run
@as_json
def record(line: str, data: Path, actor: str, dry_run: bool, as_json: bool, **said: Any) -> None:
    """Say what LINE connects and promises.

    An operator does. What somebody has bought is promised until its term is over.
    """
    market = market_named(data, said["market"])

    async def speak(client: "Client") -> Any:
        from exchange.market.lines.commands import RecordLine
        from exchange.sdk import Operator

        wanted = {
            "link_id": line,
            "operator_id": said["operator"],
            "places": said["between"],
            "kind": said["kind"],
            "state": said["state"],
            "capacity_mbps": said["capacity"],
            "rtt_ms_max": said["rtt"],
            "loss_ppm_max": said["loss"],
            "sold_as": said["sold_as"],
        }
        return await Operator(client, actor).record_line(market, checked(RecordLine, **wanted))

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        promise = f"{fact.rtt_ms_max} ms and {fact.loss_ppm_max} ppm are promised"
        ends = " to ".join(fact.places)
        tell(fact, as_json, f"Recorded: {line} from {ends}, {fact.state.replace('_', ' ')}; {promise}.")


@click.command(
    epilog=example(
        "exchange line measure LK-HK --as AS-CN-01 --from 2026-11-10T03:00:00Z \\",
        "    --hours 2 --rtt 28 --loss 80 --throughput 41000 --evidence probe.jsonl",
    )
)
@a_line
@data
@acting
@click.option(
    "--from", "begins", required=True, metavar="TIME", help="The first whole hour (ISO 8601 with Z)."
)
@click.option("--hours", type=_HOURS, default=1, show_default=True, metavar="N", help="How many hours.")
@click.option("--rtt", type=click.IntRange(0, 60_000), required=True, metavar="MS", help="The round trip.")
@click.option(
    "--loss", type=click.IntRange(0, 10**6), required=True, metavar="PPM", help="Packets lost of a million."
)
@click.option(
    "--throughput", type=click.IntRange(0, 10**7), required=True, metavar="MBPS", help="What went over it."
)
@click.option(
    "--evidence",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    metavar="FILE",
    help="What it was read from; only its digest is sent.",
)
@click.option("--correct", metavar="GROUNDS", help="Correct what was measured wrong, on these grounds.")
@_market
@dry_run
@as_json
def measure(line: str, data: Path, actor: str, dry_run: bool, as_json: bool, **said: Any) -> None:
    """Say how good LINE was in whole hours.

    An operator or an assessor does, within three days; an hour is measured once, and corrected by an operator.
    """
    market, from_at = market_named(data, said["market"]), moment(said["begins"])
    evidence = _read(said["evidence"])

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Assessor

        return await Assessor(client, actor).measure_line(
            market,
            line,
            from_at,
            said["hours"],
            rtt_ms=said["rtt"],
            loss_ppm=said["loss"],
            throughput_mbps=said["throughput"],
            evidence=evidence,
            correct_on=said["correct"],
        )

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        broken = {"rtt": "round trip", "loss": "loss"}
        worse = " and ".join(broken[name] for name in fact.broken)
        told = f"worse than promised: {worse}" if worse else "as good as promised"
        hours = f"{fact.hours} hour{'' if fact.hours == 1 else 's'}"
        tell(
            fact, as_json, f"Measured: {line}, {hours}, {told}.", f"  exchange line show {line}{naming(data)}"
        )


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Misuse(f"--evidence {file} cannot be read: {error.strerror}") from error
