"""A consignment's account, unit by unit: what came, what became of it, what is on hand. Source: lineage.md, 4."""

from collections.abc import Callable, Sequence

from exchange.bonded.ranges import Intervals, counted, share
from exchange.bonded.state import Consignment, Exit, LotBook, on_hand
from exchange.bonded.values import BalanceLine, Unit

_BYTES_TOLERATED = 1_000
"""One byte in so many may differ; of records, frames, images and minutes, none."""


def account(consignment: Consignment, found: int, found_bytes: int) -> tuple[BalanceLine, ...]:
    """Its account beside what was found on hand: in its own unit, and in bytes."""
    unit = consignment.proposed.unit
    in_bytes = _line(consignment, "byte", _bytes, found_bytes)
    return (in_bytes,) if unit == "byte" else (_line(consignment, unit, _items, found), in_bytes)


def books(consignment: Consignment) -> tuple[BalanceLine, ...]:
    """Its account as the books have it."""
    return account(consignment, items_on_hand(consignment), bytes_on_hand(consignment))


def items_on_hand(consignment: Consignment) -> int:
    """How many of its items are on hand."""
    return sum(counted(on_hand(lot)) for lot in consignment.lots.values())


def bytes_on_hand(consignment: Consignment) -> int:
    """What these take, if every item of a lot takes the same. Units: bytes."""
    return sum(_bytes(lot, on_hand(lot)) for lot in consignment.lots.values())


def agrees(lines: Sequence[BalanceLine]) -> bool:
    """Whether what was found is what the books say, within the tolerance of each unit."""
    return all(abs(line.counted - line.on_hand) <= line.tolerance for line in lines)


def exact(lines: Sequence[BalanceLine]) -> bool:
    """Whether what was found is exactly what the books say."""
    return all(line.counted == line.on_hand for line in lines)


def _line(
    consignment: Consignment, unit: Unit, measure: Callable[[LotBook, Intervals], int], found: int
) -> BalanceLine:
    lots = consignment.lots.values()

    def left(way: Exit) -> int:
        return sum(measure(lot, lot.left.get(way, [])) for lot in lots)

    came = sum(measure(lot, [(0, lot.quantity - 1)]) for lot in lots)
    return BalanceLine(
        unit=unit,
        admitted=0 if consignment.transferred else came,
        transferred_in=came if consignment.transferred else 0,
        consumed=left("consumed"),
        returned=left("returned"),
        transferred_out=left("transferred_out"),
        scrapped=left("scrapped"),
        destroyed=left("destroyed"),
        on_hand=sum(measure(lot, on_hand(lot)) for lot in lots),
        counted=found,
        tolerance=came // _BYTES_TOLERATED if unit == "byte" else 0,
        in_transit=sum(measure(lot, lot.transit) for lot in lots),
    )


def _items(lot: LotBook, items: Intervals) -> int:
    return counted(items)


def _bytes(lot: LotBook, items: Intervals) -> int:
    return share(lot.size_bytes, lot.quantity, items)
