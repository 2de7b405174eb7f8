"""What is digested and signed in the registry, so that anyone can do it again."""

from hashlib import blake2b

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from exchange.kernel.product import LicenceTerms
from exchange.registry.commands import Commitment, DraftProduct

COMMITMENT_TITLE = b"corridor pre-entry commitment 1"

_canonical_json = msgspec.json.Encoder(order="sorted").encode


def commitment_bytes(participant_id: str, display_name: str, text_digest: bytes) -> bytes:
    """The bytes that a participant signs to commit itself.

    Shape: `COMMITMENT_TITLE` and the three arguments, text as UTF-8, each after its length in 4
    bytes, big-endian.
    """
    return signable(COMMITMENT_TITLE, participant_id.encode(), display_name.encode(), text_digest)


def signable(*parts: bytes) -> bytes:
    """What is signed: each part after its length in 4 bytes, big-endian, so that no two of them run together."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def signed(participant_id: str, display_name: str, commitment: Commitment) -> bool:
    """Whether the commitment carries its key's Ed25519 signature."""
    message = commitment_bytes(participant_id, display_name, commitment.text_digest)
    return verified(commitment.public_key, commitment.signature, message)


def verified(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a key signed a message. Source: RFC 8032."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def package(seller_id: str, drafted: DraftProduct) -> bytes:
    """The canonical JSON of what was drafted, with its seller.

    Shape: canonical JSON has its names sorted and no spaces; fields stand in it where any are declared.
    Source: RFC 8785, whole numbers only.
    """
    said = msgspec.structs.asdict(drafted)
    if not drafted.fields:
        # Packages were digested before there were fields, and still are what they were.
        del said["fields"]
    return _canonical_json({"seller_id": seller_id, **said})


def package_digest(package: bytes) -> bytes:
    """BLAKE2b-256 of a package: what its registration certificate is about."""
    return blake2b(package, digest_size=32).digest()


def licence_digest(licence: LicenceTerms) -> bytes:
    """BLAKE2b-256 of the canonical JSON of a licence: what a buyer names to accept it."""
    return blake2b(_canonical_json(licence), digest_size=32).digest()
