"""What the registry remembers of the management body."""

from hashlib import blake2b

import msgspec

from exchange.kernel.panel import Constituency


class Seat(msgspec.Struct, frozen=True):
    """Who holds it, with which key, until when."""

    name: str
    public_key: bytes
    valid_until: int


class Body(msgspec.Struct):
    """The seats that were given, and whether all three were ever held at once.

    Shape: `decided` are the digests of all that a quorum was asked to sign and has decided: nothing is decided twice.
    """

    seats: dict[Constituency, Seat] = msgspec.field(default_factory=dict)
    founded: bool = False
    decided: list[str] = msgspec.field(default_factory=list)

    def has_decided(self, message: bytes) -> bool:
        """Whether a quorum has decided exactly this before."""
        return _digest(message) in self.decided

    def decide(self, message: bytes) -> None:
        """A quorum has decided this. Only folds call it."""
        if not self.has_decided(message):
            self.decided.append(_digest(message))

    def holding(self, at: int) -> dict[Constituency, Seat]:
        """The seats that are held at `at`."""
        return {name: seat for name, seat in self.seats.items() if at < seat.valid_until}


def _digest(message: bytes) -> str:
    return blake2b(message, digest_size=32).hexdigest()
