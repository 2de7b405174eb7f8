"""What data is said to be, by consignment; of a lot that turned out to be other data, by `CONSIGNMENT/LOT`."""

from collections.abc import Iterable, Sequence

from exchange.bonded.state import Bonded
from exchange.bonded.values import ItemRange


def lot_name(consignment_id: str, lot: str) -> str:
    """What a lot is called as an origin of its own."""
    return f"{consignment_id}/{lot}"


def origins_of(bonded: Bonded, items: Iterable[ItemRange]) -> tuple[str, ...]:
    """The consignments, and lots that are origins of their own, that items belong to."""
    found: dict[str, None] = {}
    for each in items:
        name = lot_name(each.consignment_id, each.lot)
        found[name if name in bonded.origins else each.consignment_id] = None
    return tuple(found)


def lots_among(bonded: Bonded, items: Iterable[ItemRange]) -> tuple[str, ...]:
    """Of the lots that items belong to, those that are origins of their own."""
    return tuple(name for name in origins_of(bonded, items) if name not in bonded.consignments)


def lots_apart(bonded: Bonded, consignment_id: str) -> Sequence[str]:
    """The lots of a consignment that are origins of their own."""
    lots = sorted(bonded.consignments[consignment_id].lots)
    return [name for lot in lots if (name := lot_name(consignment_id, lot)) in bonded.origins]
