"""What the registry remembers of the management body."""

import msgspec

from exchange.kernel.panel import Constituency


class Seat(msgspec.Struct, frozen=True):
    """Who holds it, with which key, until when."""

    name: str
    public_key: bytes
    valid_until: int


class Body(msgspec.Struct):
    """The seats that were given, and whether all three were ever held at once."""

    seats: dict[Constituency, Seat] = msgspec.field(default_factory=dict)
    founded: bool = False

    def holding(self, at: int) -> dict[Constituency, Seat]:
        """The seats that are held at `at`."""
        return {name: seat for name, seat in self.seats.items() if at < seat.valid_until}
