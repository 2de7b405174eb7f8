"""What a sealed bid's commitment is: SHA-256 of five lines of text that nobody else can have written.

The auction keeps a commitment from being used again elsewhere, the bidder from being copied by another, the salt from
being guessed. In a shell, for a bid of 2,600,000 ticks with a salt of `00ff…`:

    printf 'sealed bid\nauction A-0.30.0\nbidder BU-JP-01\nprice 2600000\nsalt 00ff…\n' | sha256sum
"""

from hashlib import sha256


def sealed_text(auction_id: str, participant_id: str, price: int, salt: bytes) -> str:
    """The text that a commitment is the digest of: five lines, each ended by a line feed."""
    lines = (
        "sealed bid",
        f"auction {auction_id}",
        f"bidder {participant_id}",
        f"price {price}",
        f"salt {salt.hex()}",
    )
    return "".join(f"{line}\n" for line in lines)


def commitment(auction_id: str, participant_id: str, price: int, salt: bytes) -> bytes:
    """What commits a bidder to a price, in ticks, without telling it."""
    return sha256(sealed_text(auction_id, participant_id, price, salt).encode()).digest()
