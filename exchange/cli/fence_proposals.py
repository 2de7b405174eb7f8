"""What the management body is asked to sign, as a file: a proposal, and the approvals that come back.

A proposal is a JSON object: what is proposed, field by field, and `bytes`, the bytes to sign in hexadecimal. Whoever
signs makes the bytes again from the fields, so that nobody signs what it does not say.
"""

from pathlib import Path
from typing import Any

import click

from exchange.kernel.errors import Misuse

approvals_option = click.option(
    "--approval",
    "approvals",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A member's approval, as `fence sign` writes it; may be repeated.",
)
_RULESET = ("site", "version", "digest", "effective_at")
_SEAT = ("site", "constituency", "name", "public_key", "valid_until")


def ruleset_proposal(site: str, version: str, digest: str, effective_at: int) -> dict[str, Any]:
    """That a ruleset takes effect."""
    from exchange.kernel.time import iso

    return _whole("ruleset", dict(zip(_RULESET, (site, version, digest, iso(effective_at)), strict=True)))


def seat_proposal(
    site: str, constituency: str, name: str, public_key: bytes, valid_until: int
) -> dict[str, Any]:
    """That somebody is seated."""
    from exchange.kernel.time import iso

    values = (site, constituency, name, public_key.hex(), iso(valid_until))
    return _whole("seat", dict(zip(_SEAT, values, strict=True)))


def read_proposal(path: Path) -> dict[str, Any]:
    """A proposal whose bytes are those of its fields. Raises: Misuse if they are not, or it is none."""
    given = _object(path, "a proposal")
    kind, names = given.get("proposal"), {"ruleset": _RULESET, "seat": _SEAT}.get(str(given.get("proposal")))
    if names is None or not all(isinstance(given.get(name), str) for name in names):
        raise Misuse(f"{path} is no proposal; `exchange fence propose` writes one")
    try:
        whole = _whole(str(kind), {name: given[name] for name in names})
    except ValueError as error:
        raise Misuse(f"{path} cannot be read: {error}") from error
    if given.get("bytes") != whole["bytes"]:
        raise Misuse(f"{path} has other bytes than its fields say; do not sign it")
    return whole


def bytes_of(proposal: dict[str, Any]) -> bytes:
    """What is signed."""
    return bytes.fromhex(proposal["bytes"])


def read_approvals(paths: tuple[Path, ...]) -> Any:
    """Approvals as `fence sign` wrote them. Raises: Misuse naming the file that is none."""
    from exchange.cli.uses import checked
    from exchange.registry.approvals import Approval

    found = []
    for path in paths:
        given = _object(path, "an approval")
        try:
            signature = bytes.fromhex(str(given.get("signature")))
        except ValueError as error:
            raise Misuse(f"{path} is no approval; `exchange fence sign` writes one") from error
        found.append(checked(Approval, member=given.get("member"), signature=signature))
    return tuple(found)


def _whole(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {"proposal": kind, **fields, "bytes": _bytes(kind, fields).hex()}


def _bytes(kind: str, fields: dict[str, Any]) -> bytes:
    from exchange.kernel.time import instant
    from exchange.registry.body.signing import ruleset_bytes, seat_bytes

    if kind == "ruleset":
        at = instant(fields["effective_at"])
        return ruleset_bytes(fields["site"], fields["version"], fields["digest"], at)
    key, until = bytes.fromhex(fields["public_key"]), instant(fields["valid_until"])
    return seat_bytes(fields["site"], fields["constituency"], fields["name"], key, until)


def _object(path: Path, what: str) -> dict[str, Any]:
    import msgspec

    from exchange.cli.consignment_reading import contents

    try:
        return msgspec.json.decode(contents(path), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Misuse(f"{path} cannot be read as {what}: {error}") from error
