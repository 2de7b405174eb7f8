"""`fence seats`, `fence seat`: who decides for the management body."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.asking import asked, moment, tell
from exchange.cli.boards import tell_rows
from exchange.cli.consignment_reading import contents
from exchange.cli.fence_proposals import approvals_option, read_approvals
from exchange.cli.looking import rows_of
from exchange.cli.options import acting, as_json, data, dry_run, example, print_json
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from streams.client import Client

_CONSTITUENCIES = ("government", "institution", "industry")


@click.command(epilog=example("exchange fence seats"))
@data
@as_json
def seats(data: Path, as_json: bool) -> None:
    """Show who holds the seats of the management body.

    It works while the node is down.
    """
    rows = rows_of(data, "body_seats")
    if as_json:
        print_json(rows)
        return
    shown = ("constituency", "name", "valid_until_at", "public_key")
    tell_rows([{name: row[name] for name in shown} for row in rows], "No seat was given yet.")


@click.command(
    epilog=example(
        'exchange fence seat government "Member 1" --key member-1.pub.pem \\',
        "    --until 2028-01-01T00:00:00Z --as MB-CN-01",
    )
)
@click.argument("constituency", type=click.Choice(_CONSTITUENCIES))
@click.argument("name")
@data
@acting
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="The member's public Ed25519 key: PEM, or 64 hexadecimal digits.",
)
@click.option("--until", required=True, metavar="TIME", help="The seat is held until then.")
@approvals_option
@dry_run
@as_json
def seat(
    constituency: Any,
    name: str,
    data: Path,
    actor: str,
    key: Path,
    until: str,
    approvals: tuple[Path, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Give the seat of CONSTITUENCY to NAME, as the management body.

    Once all three were held, the other two members have to approve: `exchange fence propose --seat`.
    """
    from exchange.cli.uses import checked
    from exchange.registry.body.commands import SeatMember

    command = checked(
        SeatMember,
        constituency=constituency,
        name=name,
        public_key=read_public_key(key),
        valid_until=moment(until),
        approvals=read_approvals(approvals),
    )

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Operator

        return await Operator(client, actor).seat_member(command)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        from exchange.kernel.time import iso

        tell(fact, as_json, f"Seated: {fact.name} for {fact.constituency} until {iso(fact.valid_until)}.")


def read_public_key(path: Path) -> bytes:
    """A public key of 32 bytes. Raises: Misuse if the file holds none."""
    return public_key_in(contents(path), path)


def public_key_in(content: bytes, path: Path) -> bytes:
    """The public key that a file's content is. Raises: Misuse if it is none."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if re.fullmatch(rb"\s*[0-9a-fA-F]{64}\s*", content):
        return bytes.fromhex(content.decode())
    if b"PRIVATE" in content:
        raise Misuse(f"{path} holds a private key, which nobody but its owner needs; name the public one")
    try:
        key = load_pem_public_key(content)
    except ValueError as error:
        raise Misuse(f"{path} holds no public key that can be read: {error}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Misuse(f"{path} holds another kind of key; Ed25519 is needed")
    return key.public_bytes_raw()
