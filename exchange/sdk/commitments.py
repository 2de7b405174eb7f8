"""The signed pre-entry commitment that every participant is admitted with."""

from hashlib import blake2b

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange.registry.commands import Commitment
from exchange.registry.digests import commitment_bytes


def new_key() -> Ed25519PrivateKey:
    """A new key to sign with; keeping it is its owner's affair."""
    return Ed25519PrivateKey.generate()


def sign_commitment(key: Ed25519PrivateKey, participant_id: str, display_name: str, text: str) -> Commitment:
    """Commit a participant to `text`, by its digest.

    Source: RFC 8032; the signed bytes are those of `exchange.registry.digests.commitment_bytes`.
    """
    text_digest = blake2b(text.encode(), digest_size=32).digest()
    return Commitment(
        text_digest=text_digest,
        public_key=key.public_key().public_bytes_raw(),
        signature=key.sign(commitment_bytes(participant_id, display_name, text_digest)),
    )
