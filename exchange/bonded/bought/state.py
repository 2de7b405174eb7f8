"""What is remembered of product versions: that there are such, what is here of them, what they turned out to be."""

import msgspec

from exchange.kernel.descent import Inherited
from exchange.kernel.product import DataTraits
from exchange.kernel.safeguard import ReceivedUnder


class Bought(msgspec.Struct):
    """A product version.

    Shape: `origin_ids` are the consignments and sources that are of it, all of them or a part; `registered` once the
    registry has said so, with what it was `registered_as`; `carried` is what it carries as the zone that made it says,
    nothing where none did; `bound` are the kinds of safeguards that bind it whoever has it, `received` those that bind
    each participant that received it.
    """

    traits: DataTraits | None = None
    inherited: Inherited = ()
    grounds: str = ""
    origin_ids: list[str] = msgspec.field(default_factory=list)
    registered: bool = False
    registered_as: DataTraits | None = None
    carried: Inherited = ()
    bound: ReceivedUnder = ()
    received: dict[str, ReceivedUnder] = msgspec.field(default_factory=dict)
