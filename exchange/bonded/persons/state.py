"""What a zone remembers of unions."""

import msgspec

from exchange.kernel.unions import Numbers


class Union(msgspec.Struct, frozen=True):
    """What an exporter has declared of several consignments and sources together, for a calendar year.

    Shape: `held` is what each of them was known to hold when it was declared.
    """

    declaration_id: str
    year: int
    persons: int
    sensitive: int
    foreign: int
    held: dict[str, Numbers]
