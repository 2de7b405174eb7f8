"""What the commands of `consignment` read: ranges of items, files, keys, and rows of the tables."""

import re
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from exchange.bonded.values import ItemRange, Part

items_option = click.option(
    "--items", multiple=True, metavar="C/LOT:A-B", help="Items of a consignment's lot; may be repeated."
)
link_option = click.option(
    "--link", "links", multiple=True, metavar="LINK", help="A line of the path, in order; may be repeated."
)
key_option = click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="The Ed25519 key of the commitment: PEM, or 64 hexadecimal digits.",
)


def read_items(texts: tuple[str, ...]) -> "tuple[ItemRange, ...]":
    """Ranges as people write them. Raises: Misuse naming the one that is none."""
    from exchange.bonded.values import ItemRange

    found = []
    for text in texts:
        match = re.fullmatch(r"([^/]+)/([^:]+):(\d+)-(\d+)", text)
        if match is None:
            raise Misuse(f"{text!r} names no items; write them like C-0.12.0/L-1:0-9999")
        consignment_id, lot, first, last = match.groups()
        found.append(ItemRange(consignment_id=consignment_id, lot=lot, first=int(first), last=int(last)))
    return tuple(found)


def read_command(path: Path, kind: str, *, needs: str = "", **given: Any) -> Any:
    """A command of which a JSON file says the fields, and `given` the others; bytes are hexadecimal.

    Shape: `needs` is a field that only the file can say. Raises: Misuse saying which field does not fit.
    """
    import msgspec

    from streams.jsonpipe import read_command as read

    try:
        fields = msgspec.json.decode(contents(path), type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise Misuse(f"{path} is no JSON object: {error}") from error
    if needs and needs not in fields:
        raise Misuse(f'{path} does not say what was meant: it is JSON like {{"{needs}": …}}')
    meta = {"id": "asked", "actor": "asked", "at": 0}
    line = msgspec.json.encode({**fields, **given, "type": kind, "meta": meta})
    try:
        return read("bonded", line, 1).command
    except Misuse as error:
        raise Misuse(f"{path}: {str(error).removeprefix('line 1: ')}") from error


def contents(path: Path) -> bytes:
    """The bytes of a file. Raises: Misuse if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misuse(f"{path} cannot be read: {error.strerror}") from error


def digest_of(path: Path) -> bytes:
    """The SHA-256 of a file, of which nothing else is sent."""
    return sha256(contents(path)).digest()


def parts_of(paths: tuple[Path, ...]) -> "tuple[tuple[Part, ...], int]":
    """Files as parts of what is sent, and their size together."""
    from exchange.bonded.values import Part

    read = [(path.name, contents(path)) for path in paths]
    return tuple(Part(name=name, sha256=sha256(content).digest()) for name, content in read), sum(
        len(content) for _, content in read
    )


def read_key(path: Path) -> "Ed25519PrivateKey":
    """A key to sign with. Raises: Misuse if the file holds none."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    content = contents(path)
    try:
        if re.fullmatch(rb"\s*[0-9a-fA-F]{64}\s*", content):
            return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(content.decode()))
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as error:
        raise Misuse(f"{path} holds no key that can be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Misuse(f"{path} holds another kind of key; Ed25519 is needed")
    return key


def row_of(data: Path, query: str, column: str, name: str) -> dict[str, Any]:
    """The row of a named query that is about `name`. Raises: Misuse if the tables have none."""
    from exchange.cli.looking import rows_of

    found = next((row for row in rows_of(data, query) if row[column] == name), None)
    if found is None:
        raise Misuse(f"the tables have no {name}; begin with `exchange consignment list`")
    return found


def stands(data: Path, query: str, name: str) -> tuple[str, str]:
    """The state of a consignment or an egress, and for which codes it waits; nothing while the tables have none."""
    import msgspec

    from exchange.cli.looking import row_soon

    row = row_soon(data, query, **{query: name})
    if row is None:
        return "", ""
    return row["state"], ", ".join(msgspec.json.decode(row["codes"] or "[]", type=list[str]))


def show_rows(data: Path, query: str, nothing: str, as_json: bool, **given: str | None) -> None:
    """Print the rows of a named query, or that there is nothing."""
    from exchange.cli.looking import rows_of
    from exchange.cli.options import print_json

    rows = rows_of(data, query, **given)
    if as_json:
        print_json(rows)
    elif rows:
        table(rows)
    else:
        click.echo(nothing)


def table(rows: list[dict[str, Any]]) -> None:
    """Print rows for people."""
    from exchange.cli import grid
    from exchange.cli.readable import readable_rows

    columns = tuple(rows[0])
    shown = [tuple(row[name] for name in columns) for row in rows]
    with suppress(BrokenPipeError):
        click.echo("\n".join(grid.shown(*readable_rows(columns, shown))))
