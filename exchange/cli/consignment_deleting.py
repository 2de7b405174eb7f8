"""`consignment destroy`, `verify`, `certificate`: deletion, and its proof by somebody else."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, tell
from exchange.cli.consignment_reading import (
    contents,
    items_option,
    key_option,
    read_command,
    read_items,
    read_key,
    row_of,
)
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from streams.client import Client

_certificate = completing.in_tables("deletions", "certificate_id")


@click.command(
    epilog=example(
        "exchange consignment destroy C-0.12.0 erasure.json --as PR-CN-01 \\",
        "    --items C-0.12.0/L-1:9950-9999 --hashes hashes.txt",
    )
)
@click.argument("consignment", shell_complete=completing.in_tables("consignments", "consignment_id"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data
@acting
@items_option
@click.option(
    "--output", "outputs", multiple=True, metavar="ID", help="An output that was deleted; may be repeated."
)
@click.option(
    "--hashes",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="A salted SHA-256 for each, one a line in hexadecimal; only their root is sent.",
)
@dry_run
@as_json
def destroy(
    consignment: str,
    file: Path,
    data: Path,
    actor: str,
    items: tuple[str, ...],
    outputs: tuple[str, ...],
    hashes: Path,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Say that items or outputs of CONSIGNMENT were deleted; FILE is JSON like {"erasure": {"method": "purge", …}}."""
    import msgspec

    from exchange.bonded.merkle import root

    leaves = _hashes(hashes)
    command = read_command(
        file,
        "RecordDestruction",
        needs="erasure",
        consignment_id=consignment,
        items=msgspec.to_builtins(read_items(items)),
        output_ids=list(outputs),
        merkle_root=root(leaves).hex(),
        hashes=len(leaves),
    )

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).record_destruction(command)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        told = f"Recorded: {fact.certificate_id}; somebody else verifies it:"
        tell(
            fact,
            as_json,
            told,
            f"  exchange consignment verify {fact.certificate_id} --key FILE{naming(data)} …",
        )


def _hashes(path: Path) -> list[bytes]:
    try:
        return [bytes.fromhex(line) for line in contents(path).decode().split()]
    except ValueError as error:
        raise Misuse(f"{path} does not hold one hexadecimal hash a line: {error}") from error


@click.command(
    epilog=example(
        "exchange consignment verify DC-0.20.0 --key verifier.pem --as AS-CN-01 \\",
        '    --method "read back" --sample 5',
    )
)
@click.argument("certificate", shell_complete=_certificate)
@data
@acting
@key_option
@click.option("--method", required=True, metavar="TEXT", help="How it was verified.")
@click.option("--sample", type=click.IntRange(0), required=True, metavar="N", help="How many were looked at.")
@dry_run
@as_json
def verify(
    certificate: str,
    data: Path,
    actor: str,
    key: Path,
    method: str,
    sample: int,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Certify the deletion CERTIFICATE that somebody else carried out."""
    recorded, signer = _recorded(data, certificate), read_key(key)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).verify_destruction(recorded, method, sample, signer)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        told = f"Certified: {fact.certificate_id}; as a credential:"
        tell(fact, as_json, told, f"  exchange consignment certificate {fact.certificate_id}{naming(data)}")


def _recorded(data: Path, certificate: str) -> Any:
    """The deletion as its fact has it, from the tables."""
    import msgspec

    from exchange.bonded.facts import DestructionRecorded
    from exchange.bonded.values import Erasure, ItemRange

    row = row_of(data, "deletions", "certificate_id", certificate)
    return DestructionRecorded(
        certificate_id=certificate,
        consignment_id=row["consignment_id"],
        zone_id=row_of(data, "consignments", "consignment_id", row["consignment_id"])["zone_id"],
        items=msgspec.json.decode(row["items"], type=tuple[ItemRange, ...]),
        output_ids=msgspec.json.decode(row["output_ids"], type=tuple[str, ...]),
        erasure=msgspec.json.decode(row["erasure"], type=Erasure),
        merkle_root=bytes.fromhex(row["merkle_root"]),
        hashes=row["hashes"],
        operator_id=row["operator_id"],
        recorded_at=row["at"],
    )


@click.command(epilog=example("exchange consignment certificate DC-0.20.0 > deletion.json"))
@click.argument("certificate", shell_complete=_certificate)
@data
@as_json
def certificate(certificate: str, data: Path, as_json: bool) -> None:
    """Print the deletion CERTIFICATE as a verifiable credential, once it is certified, which is JSON in any case.

    It works while the node is down.
    """
    credential = row_of(data, "deletions", "certificate_id", certificate)["credential"]
    if credential is None:
        raise Misuse(f"nobody has verified {certificate} yet; `exchange consignment verify` does")
    click.echo(credential)


COMMANDS = (destroy, verify, certificate)
