"""What a receiver signs, so that anyone can check it again."""

from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from exchange.bonded.values import Part

ARRIVAL_TITLE = b"corridor arrival 1"


def arrival_bytes(egress_id: str, parts: Sequence[Part], size_bytes: int) -> bytes:
    """The bytes that a receiver signs to say what arrived.

    Shape: `ARRIVAL_TITLE`, the egress's id as UTF-8, the size in 8 bytes, big-endian, and for each part, by name, its
    name as UTF-8 and its SHA-256; each after its length in 4 bytes, big-endian.
    """
    pieces = [ARRIVAL_TITLE, egress_id.encode(), size_bytes.to_bytes(8, "big")]
    for part in sorted(parts, key=lambda each: each.name):
        pieces += [part.name.encode(), part.sha256]
    return b"".join(len(piece).to_bytes(4, "big") + piece for piece in pieces)


def signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a key's Ed25519 signature is over these bytes. Source: RFC 8032."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
