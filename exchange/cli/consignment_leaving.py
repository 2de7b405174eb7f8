"""`consignment export`, `return`, `transfer`, `arrived`, `withdraw`: what leaves a handbook, and what arrived."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, tell
from exchange.cli.consignment_reading import (
    items_option,
    key_option,
    link_option,
    parts_of,
    read_items,
    read_key,
    row_of,
    stands,
)
from exchange.cli.options import acting, as_json, data, dry_run, example
from exchange.cli.uses import checked
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from streams.client import Client

_place = click.option("--place", required=True, metavar="PLACE", help="Where it goes, as DE.")
_part = click.option(
    "--part",
    "parts",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    required=True,
    metavar="FILE",
    help="A file that is sent, by its digest; may be repeated.",
)
_egress = completing.in_tables("egresses", "egress_id")


@click.command(
    epilog=example(
        "exchange consignment export O-0.14.0 --to SE-DE-01 --place DE \\", "    --link LK-DE --as PR-CN-01"
    )
)
@click.argument(
    "outputs", nargs=-1, required=True, shell_complete=completing.in_tables("job_outputs", "output_id")
)
@data
@acting
@click.option("--to", "recipient", required=True, metavar="NAME", help="Who receives it.")
@_place
@link_option
@click.option("--purpose", default="sale", show_default=True, metavar="WORD", help="What for.")
@click.option("--scenario", metavar="ID", help="The scenario of published lists that it is for.")
@dry_run
@as_json
def export(
    outputs: tuple[str, ...],
    data: Path,
    actor: str,
    recipient: str,
    place: str,
    links: tuple[str, ...],
    purpose: Any,
    scenario: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Ask to let OUTPUTS out of the zone."""
    from exchange.bonded.commands import RequestExport

    command = checked(
        RequestExport,
        output_ids=outputs,
        recipient_id=recipient,
        destination=place,
        link_ids=links,
        purpose=purpose,
        scenario_id=scenario,
    )
    _request(command, data, actor, dry_run, as_json)


@click.command(
    name="return",
    epilog=example(
        "exchange consignment return --items C-0.12.0/L-1:9640-9949 \\",
        "    --part raw.tar --place DE --link LK-DE --as PR-CN-01",
    ),
)
@data
@acting
@items_option
@_part
@_place
@link_option
@dry_run
@as_json
def give_back(
    data: Path,
    actor: str,
    items: tuple[str, ...],
    parts: tuple[Path, ...],
    place: str,
    links: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Ask to send raw items back to their consignor."""
    from exchange.bonded.commands import RequestReturn

    files, size = parts_of(parts)
    command = checked(
        RequestReturn, items=_some(items), parts=files, size_bytes=size, destination=place, link_ids=links
    )
    _request(command, data, actor, dry_run, as_json)


@click.command(
    epilog=example(
        "exchange consignment transfer --items C-0.12.0/L-1:0-199 \\",
        "    --part deep.tar --to PR-CN-02 --handbook HB-0003 --key-id K-0003 \\",
        "    --lot L-1 --to-zone BZ-3 --as PR-CN-01",
    )
)
@data
@acting
@items_option
@_part
@click.option(
    "--to", "processor", required=True, metavar="NAME", help="Whose handbook it is; one's own, too."
)
@click.option("--handbook", required=True, metavar="NUMBER", help="Its handbook.")
@click.option("--key-id", required=True, metavar="ID", help="The key that it is encrypted with there.")
@click.option("--lot", required=True, metavar="NAME", help="The lot that it becomes there.")
@click.option("--to-zone", metavar="ZONE", help="In this business zone; else in the same.")
@dry_run
@as_json
def transfer(
    data: Path,
    actor: str,
    items: tuple[str, ...],
    parts: tuple[Path, ...],
    processor: str,
    handbook: str,
    key_id: str,
    lot: str,
    to_zone: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Ask to hand raw items over to another handbook, one's own or not, in the same business zone or another.

    Another zone answers once they have arrived: it takes them in, or turns them away and they are on hand again.
    """
    from exchange.bonded.commands import RequestTransfer

    files, size = parts_of(parts)
    command = checked(
        RequestTransfer,
        items=_some(items),
        parts=files,
        size_bytes=size,
        processor_id=processor,
        handbook_no=handbook,
        key_id=key_id,
        lot=lot,
        to_zone_id=to_zone,
    )
    _request(command, data, actor, dry_run, as_json)


@click.command(epilog=example("exchange consignment arrived X-0.16.0 --key seller.pem --as SE-DE-01"))
@click.argument("egress", shell_complete=_egress)
@data
@acting
@key_option
@dry_run
@as_json
def arrived(egress: str, data: Path, actor: str, key: Path, dry_run: bool, as_json: bool) -> None:
    """Sign that all of EGRESS arrived as it was sent."""
    import msgspec

    from exchange.bonded.values import Part

    row, signer = row_of(data, "egresses", "egress_id", egress), read_key(key)
    parts = [
        Part(name=each["name"], sha256=bytes.fromhex(each["sha256"]))
        for each in msgspec.json.decode(row["parts"])
    ]

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).confirm_arrival(egress, parts, row["size_bytes"], signer)

    answer = asked(data, actor, speak, dry_run, as_json)
    if answer is not None:
        tell(answer.facts[-1], as_json, f"Arrived: {egress}.")


@click.command(epilog=example('exchange consignment withdraw X-0.16.0 "Not needed." --as PR-CN-01'))
@click.argument("egress", shell_complete=_egress)
@click.argument("grounds")
@data
@acting
@dry_run
@as_json
def withdraw(egress: str, grounds: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Take EGRESS back before anything arrived, for GROUNDS."""

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).withdraw(egress, grounds)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Withdrawn: {fact.egress_id}.")


def _some(items: tuple[str, ...]) -> Any:
    if not items:
        raise Misuse("nothing is named; say which items with --items")
    return read_items(items)


def _request(command: Any, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).request(command)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, *([] if as_json else _said_of(data, fact.egress_id, actor)))


def _said_of(data: Path, egress_id: str, actor: str) -> list[str]:
    """Whether something may leave, and what it waits for if it may not."""
    match stands(data, "egress", egress_id):
        case ("approved", _):
            return [f"Approved: {egress_id}. It may leave until something changes that this rests on."]
        case ("held", codes):
            return [f"Held: {egress_id} ({codes}); it is asked about again as soon as something changes."]
    told = f"Requested: {egress_id}; whether the fence approves or holds it:"
    return [told, f"  exchange query egresses participant={actor}"]


COMMANDS = (export, give_back, transfer, arrived, withdraw)
