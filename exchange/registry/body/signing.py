"""What members of the management body sign, so that anyone can check it again."""

from exchange.kernel.time import iso
from exchange.registry.digests import signable

SEAT_TITLE = b"corridor seat 1"
RULESET_TITLE = b"corridor ruleset 1"


def ruleset_bytes(site: str, version: str, digest: str, effective_at: int) -> bytes:
    """The bytes that a member signs to have a ruleset take effect.

    Shape: `RULESET_TITLE`, site, version, hexadecimal digest, and the time as ISO 8601 in UTC, text as UTF-8, each
    after its length in 4 bytes, big-endian.
    """
    texts = (site, version, digest, iso(effective_at))
    return signable(RULESET_TITLE, *(text.encode() for text in texts))


def seat_bytes(site: str, constituency: str, name: str, public_key: bytes, valid_until: int) -> bytes:
    """The bytes that a member signs to have another one seated. Shape: as for a ruleset, under `SEAT_TITLE`."""
    texts = (site, constituency, name, public_key.hex(), iso(valid_until))
    return signable(SEAT_TITLE, *(text.encode() for text in texts))
