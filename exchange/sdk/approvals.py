"""What members of the management body sign."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange.registry.approvals import Approval
from exchange.registry.body.signing import ruleset_bytes, seat_bytes


def approve_ruleset(
    key: Ed25519PrivateKey, member: str, site: str, version: str, digest: str, effective_at: int
) -> Approval:
    """A member's approval of a ruleset.

    Shape: `site` is that of `MemberSeated`, `digest` the hex BLAKE2b-256 of the ruleset's content.
    """
    return Approval(member=member, signature=key.sign(ruleset_bytes(site, version, digest, effective_at)))


def approve_seat(
    key: Ed25519PrivateKey,
    member: str,
    site: str,
    constituency: str,
    name: str,
    public_key: bytes,
    valid_until: int,
) -> Approval:
    """A member's approval of another one's seat."""
    message = seat_bytes(site, constituency, name, public_key, valid_until)
    return Approval(member=member, signature=key.sign(message))
