"""What may be asked about listings that could be sold nowhere."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command, Line
from exchange.kernel.ids import Id

Codes = Annotated[tuple[Line, ...], msgspec.Meta(max_length=20)]
Grounds = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class BarListing(Command, frozen=True):
    """Take a listing off sale for good that its market found no place for; asked by the exchange itself.

    Shape: `codes` are the fence's reason codes by which every place is barred.
    """

    listing_id: Id
    codes: Codes
    grounds: Grounds


COMMANDS: tuple[type[Command], ...] = (BarListing,)
