"""What the delivery remembers. Nothing here is read in the order of a dict, which does not survive writing down."""

from bisect import bisect_left
from typing import Literal

import msgspec

from exchange.delivery.facts import EntitlementOpened
from exchange.kernel.time import DAY


class Range(msgspec.Struct, frozen=True):
    """A published range, and when it was reported."""

    first: int
    last: int
    count: int
    size_bytes: int
    digest: bytes
    first_offset: int
    last_offset: int
    stream_claim: int
    epoch: int
    at: int


class Dispute(msgspec.Struct, frozen=True):
    """What a buyer says arrived of the range that begins with `first`."""

    first: int
    count: int
    digest: bytes


class Entitlement(msgspec.Struct):
    """A buyer's right to receive, and the evidence so far.

    Shape: `through` is None until the seller completed its publication; `received` are disjoint
    intervals, of which those ranges that begin in `ruled` were decided against the buyer and not confirmed since;
    `disputes` and `gaps` are open ones; `due` is when time accepts, None while it does not.
    """

    opened: EntitlementOpened
    through: int | None = None
    completed_at: int = 0
    received: list[tuple[int, int]] = msgspec.field(default_factory=list)
    ruled: list[int] = msgspec.field(default_factory=list)
    disputes: list[Dispute] = msgspec.field(default_factory=list)
    gaps: list[tuple[int, int]] = msgspec.field(default_factory=list)
    objected: bool = False
    proposed: Literal["", "accept", "reject"] = ""
    closed: Literal["", "accepted", "refunded"] = ""
    due: int | None = None


class Product(msgspec.Struct):
    """A product as far as it was published.

    Shape: `versions` in the order they were recorded, the last one being published now; `begins` is the
    first sequence number of each; `ranges` follow each other from 0; `incomplete` are the sorted ids of open
    entitlements not yet completed; `disputed` are sorted (first of a range, id of an entitlement);
    `completing` is (through, since) while a completion goes on over what did not fit its first outcome.
    """

    seller_id: str
    product_type: str = ""
    stored_in: str = ""
    versions: list[str] = msgspec.field(default_factory=list)
    begins: dict[str, int] = msgspec.field(default_factory=dict)
    ranges: list[Range] = msgspec.field(default_factory=list)
    incomplete: list[str] = msgspec.field(default_factory=list)
    disputed: list[tuple[int, str]] = msgspec.field(default_factory=list)
    completing: tuple[int, int] | None = None


class Delivery(msgspec.Struct):
    """One partition of the delivery.

    Shape: `deadlines` are sorted `(at, kind, id)`, exactly those that are still to bring a fact.
    """

    partition: int
    products: dict[str, Product] = msgspec.field(default_factory=dict)
    entitlements: dict[str, Entitlement] = msgspec.field(default_factory=dict)
    deadlines: list[tuple[int, Literal["acceptance", "completion"], str]] = msgspec.field(
        default_factory=list
    )


def next_seq(product: Product) -> int:
    """The first sequence number that was not published yet."""
    return product.ranges[-1].last + 1 if product.ranges else 0


def range_at(product: Product, first: int, last: int) -> Range | None:
    """The published range that is exactly `first`..`last`."""
    place = bisect_left(product.ranges, first, key=lambda published: published.first)
    if place == len(product.ranges):
        return None
    found = product.ranges[place]
    return found if (found.first, found.last) == (first, last) else None


def ends_range(product: Product, last: int) -> bool:
    """Whether a published range ends with `last`."""
    place = bisect_left(product.ranges, last, key=lambda published: published.last)
    return place < len(product.ranges) and product.ranges[place].last == last


def last_in_term(product: Product, entitlement: Entitlement) -> int:
    """The last sequence number published before the entitlement ended; -1 if there is none."""
    ends_at = entitlement.opened.ends_at
    place = bisect_left(product.ranges, ends_at, key=lambda published: published.at)
    return product.ranges[place - 1].last if place else -1


def belongs_through(product: Product, entitlement: Entitlement) -> int:
    """The last sequence number that belongs to an entitlement so far."""
    if entitlement.through is not None:
        return entitlement.through
    return last_in_term(product, entitlement)


def owed_through(product: Product, entitlement: Entitlement, through: int) -> int | None:
    """Where what is owed ends if the seller ends it with `through`; None if nothing is."""
    owed = min(through, last_in_term(product, entitlement))
    return owed if owed >= entitlement.opened.from_seq else None


def in_dispute(product: Product, first: int) -> list[str]:
    """The sorted ids of the entitlements in dispute over the range that begins with `first`."""
    low, high = (bisect_left(product.disputed, (edge, "")) for edge in (first, first + 1))
    return [name for _, name in product.disputed[low:high]]


def dispute_over(entitlement: Entitlement, first: int) -> Dispute | None:
    """The entitlement's open dispute over the range that begins with `first`."""
    return next((dispute for dispute in entitlement.disputes if dispute.first == first), None)


def acceptance_due(entitlement: Entitlement) -> int | None:
    """When time alone speaks for accepting; None while it does not: incomplete, objected, disputed, decided."""
    decided = entitlement.proposed or entitlement.closed
    if entitlement.through is None or entitlement.objected or entitlement.disputes or decided:
        return None
    return entitlement.completed_at + entitlement.opened.acceptance_days * DAY
