"""`consignment propose`, `start`, `complete`, `scrap`, `count`, `write-off`: from admission to a closed handbook."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, tell
from exchange.cli.consignment_reading import digest_of, items_option, read_command, read_items, stands
from exchange.cli.options import acting, as_json, data, dry_run, example
from exchange.cli.uses import checked

if TYPE_CHECKING:
    from streams.client import Client

_ONE = completing.in_tables("consignments", "consignment_id")
_evidence = click.option(
    "--evidence",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="A document that shows it; only its digest is sent.",
)


@click.command(epilog=example("exchange consignment propose c-0001.json --as SE-DE-01"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data
@acting
@dry_run
@as_json
def propose(file: Path, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Ask to bring raw data in; FILE has the fields of ProposeConsignment as JSON."""
    command = read_command(file, "ProposeConsignment")

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).propose(command)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, *([] if as_json else _let_in(data, fact)))


def _let_in(data: Path, fact: Any) -> list[str]:
    """Whether a consignment is in, and what it waits for if it is not."""
    name = f"{fact.consignment_id} under {fact.handbook_no}"
    match stands(data, "consignment", fact.consignment_id):
        case ("admitted", _):
            return [f"Admitted: {name}."]
        case ("in_review", codes):
            return [f"Held: {name}, until people let it in ({codes}):", "  exchange case list"]
    return [f"Proposed: {name}; whether it is in:", "  exchange consignment list"]


@click.command(
    epilog=example(
        "exchange consignment start BZ-2 label --items C-0.12.0/L-1:0-9999 \\",
        "    --pool POOL-1 --seats 120 --yields vector=1/1 --as PR-CN-01",
    )
)
@click.argument("zone")
@click.argument("job")
@data
@acting
@items_option
@click.option(
    "--output", "outputs", multiple=True, metavar="ID", help="An output that goes in; may be repeated."
)
@click.option(
    "--source", "sources", multiple=True, metavar="ID", help="A source that goes in; may be repeated."
)
@click.option("--pool", required=True, metavar="NAME", help="The workers.")
@click.option("--seats", type=click.IntRange(1), required=True, metavar="N", help="How many of them.")
@click.option("--separable", is_flag=True, help="Domestic data can be taken out of the outputs again.")
@click.option(
    "--yields",
    multiple=True,
    metavar="UNIT=N/M",
    help="At most N of a by-product's unit from M items; may be repeated.",
)
@dry_run
@as_json
def start(
    zone: str,
    job: str,
    data: Path,
    actor: str,
    items: tuple[str, ...],
    outputs: tuple[str, ...],
    sources: tuple[str, ...],
    pool: str,
    seats: int,
    separable: bool,
    yields: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Begin a run of JOB in ZONE, at whose stations the workers sit."""
    from exchange.bonded.commands import StartJobRun

    command = checked(
        StartJobRun,
        zone_id=zone,
        job=job,
        items=read_items(items),
        output_ids=outputs,
        source_ids=sources,
        pool_id=pool,
        seats=seats,
        station_zone=zone,
        keeps_separable=separable,
        coefficients=tuple(map(_coefficient, yields)),
    )

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).start(command)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Started: {fact.job_run_id}.")


def _coefficient(text: str) -> Any:
    import re

    from exchange.bonded.values import Coefficient
    from exchange.kernel.errors import Misuse

    found = re.fullmatch(r"([a-z][a-z0-9-]*)=(\d+)/(\d+)", text)
    if found is None:
        raise Misuse(f"{text!r} is no coefficient; write one like vector=1/1")
    return Coefficient(unit=found[1], yields=int(found[2]), per_items=int(found[3]))


@click.command(epilog=example("exchange consignment complete J-0.13.0 made.json --as PR-CN-01"))
@click.argument("job_run", shell_complete=completing.in_tables("job_runs", "job_run_id"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data
@acting
@dry_run
@as_json
def complete(job_run: str, file: Path, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Say what JOB_RUN has made; FILE is JSON like {"made": [{"kind": "product", …}]}."""
    command = read_command(file, "CompleteJobRun", needs="made", job_run_id=job_run)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).complete(job_run, command.made)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        made = (f"  {each.output_id}  {each.kind}  {each.reference}" for each in fact.made)
        tell(fact, as_json, f"Completed: {fact.job_run_id} made", *made)


@click.command(
    epilog=example(
        'exchange consignment scrap "Black frames." --as PR-CN-01 \\',
        "    --items C-0.12.0/L-1:0-9 --evidence list.csv",
    )
)
@click.argument("grounds")
@data
@acting
@items_option
@_evidence
@dry_run
@as_json
def scrap(
    grounds: str, data: Path, actor: str, items: tuple[str, ...], evidence: Path, dry_run: bool, as_json: bool
) -> None:
    """Write off items that are defective or lost, for GROUNDS."""
    from exchange.kernel.errors import Misuse

    ranges, digest = read_items(items), digest_of(evidence)
    if not ranges:
        raise Misuse("nothing is named; say which items with --items")

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).scrap(ranges, grounds, digest)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Scrapped: of {fact.consignment_id}.")


@click.command(
    epilog=example(
        "exchange consignment count C-0.12.0 360 --bytes 720000000 \\",
        "    --evidence inventory.csv --as PR-CN-01",
    )
)
@click.argument("consignment", shell_complete=_ONE)
@click.argument("quantity", type=click.IntRange(0))
@data
@acting
@click.option(
    "--bytes", "size", type=click.IntRange(0), required=True, metavar="N", help="What these items take."
)
@_evidence
@dry_run
@as_json
def count(
    consignment: str,
    quantity: int,
    data: Path,
    actor: str,
    size: int,
    evidence: Path,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Say that QUANTITY items of CONSIGNMENT were found on hand; the balance closes if the books agree."""
    digest = digest_of(evidence)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).count(consignment, quantity, size, digest)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        lines = (f"  {each.unit}: {each.counted} found, {each.on_hand} in the books" for each in fact.lines)
        tell(fact, as_json, f"{_compared(fact.lines)}.", *lines)


def _compared(lines: Any) -> str:
    """What a count means, and what to do next."""
    from exchange.bonded.accounts import agrees

    if agrees(lines):
        return "Balanced"
    if any(each.counted > each.on_hand for each in lines):
        return "Reconciling: more was found than there is in the books; count again"
    return (
        "Reconciling: less was found than there is in the books; complete the job runs that have used it, scrap what is"
        " lost, or count again"
    )


@click.command(name="write-off", epilog=example("exchange consignment write-off C-0.12.0 --as PR-CN-01"))
@click.argument("consignment", shell_complete=_ONE)
@data
@acting
@dry_run
@as_json
def write_off(consignment: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Close the handbook of a CONSIGNMENT of which nothing is left."""

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).write_off(consignment)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Written off: {fact.handbook_no}.")


COMMANDS = (propose, start, complete, scrap, count, write_off)
