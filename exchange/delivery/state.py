"""What the delivery remembers. Nothing here is read in the order of a dict, which does not survive writing down."""

from bisect import bisect_left
from typing import Literal, TypeAlias

import msgspec

from exchange.delivery.facts import EntitlementOpened
from exchange.delivery.intervals import first_missing
from exchange.kernel.ids import InstrumentId, ParticipantId
from exchange.kernel.plan import Meter
from exchange.kernel.time import DAY

SEQ_MAX = 2**63 - 1

DeadlineKind: TypeAlias = Literal["acceptance", "completion", "term"]


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
    """What a buyer says arrived of the range that begins with `first`; no digest where it says nothing."""

    first: int
    count: int = 0
    digest: bytes = b""


class Entitlement(msgspec.Struct):
    """A buyer's right to receive, and the evidence so far.

    Shape: `through` is None until the seller completed its publication; `received` are disjoint
    intervals, of which those ranges that begin in `ruled` were decided against the buyer and not confirmed since;
    `disputes` and `gaps` are open ones, ranges that the exchange looks at unasked among the disputes;
    `window_over` once it does so because time is up; `due` is what time brings next, and when. While it is suspended,
    since `suspended_at`, nothing from `suspended_from` on belongs to it; nor does what is in `excluded`. `ended_at` is
    when the market ended it, where that was before its term.
    """

    opened: EntitlementOpened
    through: int | None = None
    completed_at: int = 0
    received: list[tuple[int, int]] = msgspec.field(default_factory=list)
    ruled: list[int] = msgspec.field(default_factory=list)
    disputes: list[Dispute] = msgspec.field(default_factory=list)
    gaps: list[tuple[int, int]] = msgspec.field(default_factory=list)
    objected: bool = False
    window_over: bool = False
    proposed: Literal["", "accept", "reject"] = ""
    closed: Literal["", "accepted", "refunded"] = ""
    due: tuple[int, DeadlineKind] | None = None
    suspended_from: int | None = None
    suspended_at: int = 0
    excluded: list[tuple[int, int]] = msgspec.field(default_factory=list)
    ended_at: int | None = None

    @property
    def ends_at(self) -> int:
        """When its term is over, or was ended."""
        return self.opened.ends_at if self.ended_at is None else min(self.ended_at, self.opened.ends_at)


class Product(msgspec.Struct):
    """A product as far as it was published.

    Shape: `versions` in the order they were recorded, the last one being published now; `begins` is the
    first sequence number of each; `ranges` follow each other from 0; `incomplete` are the entitlements still to
    be completed, as sorted (from_seq, id), so that those owed anything up to a number come first;
    `disputed` are sorted (first of a range, id of an entitlement);
    `completing` is (through, since) while a completion goes on over what did not fit its first outcome.
    """

    seller_id: str
    product_type: str = ""
    stored_in: str = ""
    versions: list[str] = msgspec.field(default_factory=list)
    begins: dict[str, int] = msgspec.field(default_factory=dict)
    ranges: list[Range] = msgspec.field(default_factory=list)
    incomplete: list[tuple[int, str]] = msgspec.field(default_factory=list)
    disputed: list[tuple[int, str]] = msgspec.field(default_factory=list)
    completing: tuple[int, int] | None = None


class BuyersMeter(msgspec.Struct):
    """What a buyer has used of what it prepaid of an instrument.

    Units: `read` in what it counts. Shape: either `counted` holds the intervals that it has received, or `read` says
    where the gateway's meter stands for each entitlement.
    """

    instrument_id: InstrumentId
    buyer_id: ParticipantId
    counts: Meter
    counted: list[tuple[int, int]] = msgspec.field(default_factory=list)
    read: dict[str, int] = msgspec.field(default_factory=dict)


class Delivery(msgspec.Struct):
    """One partition of the delivery.

    Shape: `deadlines` are sorted `(at, kind, id)`, exactly those that are still to bring a fact. `meters` are kept by
    instrument and buyer; `metered_by` says by which of them what is used under an entitlement is counted.
    """

    partition: int
    products: dict[str, Product] = msgspec.field(default_factory=dict)
    entitlements: dict[str, Entitlement] = msgspec.field(default_factory=dict)
    deadlines: list[tuple[int, DeadlineKind, str]] = msgspec.field(default_factory=list)
    meters: dict[str, BuyersMeter] = msgspec.field(default_factory=dict)
    metered_by: dict[str, str] = msgspec.field(default_factory=dict)


def meter_name(instrument_id: str, buyer_id: str) -> str:
    """What a meter is kept under."""
    return f"{instrument_id} {buyer_id}"


def meter_of(delivery: Delivery, entitlement_id: str) -> BuyersMeter | None:
    """What counts what is used under an entitlement, if anything does."""
    return delivery.meters.get(delivery.metered_by.get(entitlement_id, ""))


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


def range_from(product: Product, first: int) -> Range:
    """The published range that begins with `first`, which one does."""
    return product.ranges[bisect_left(product.ranges, first, key=lambda published: published.first)]


def ends_range(product: Product, last: int) -> bool:
    """Whether a published range ends with `last`."""
    place = bisect_left(product.ranges, last, key=lambda published: published.last)
    return place < len(product.ranges) and product.ranges[place].last == last


def last_in_term(product: Product, entitlement: Entitlement) -> int:
    """The last sequence number published before the entitlement ended; -1 if there is none."""
    ends_at = entitlement.ends_at
    place = bisect_left(product.ranges, ends_at, key=lambda published: published.at)
    return product.ranges[place - 1].last if place else -1


def first_not_suspended(entitlement: Entitlement, first: int) -> int:
    """The first number from one on that was not published during a suspension; none is that is published yet."""
    found = first_missing(entitlement.excluded, first)
    if entitlement.suspended_from is not None and found >= entitlement.suspended_from:
        return SEQ_MAX
    return found


def belongs_through(product: Product, entitlement: Entitlement) -> int:
    """The last sequence number that belongs to an entitlement so far."""
    if entitlement.through is not None:
        return entitlement.through
    return last_in_term(product, entitlement)


def owed_up_to(product: Product, through: int, most: int) -> list[str]:
    """The first entitlements, at most `most`, that are owed something of what ends with `through`."""
    end = bisect_left(product.incomplete, (through + 1, ""), hi=min(most, len(product.incomplete)))
    return [name for _, name in product.incomplete[:end]]


def in_dispute(product: Product, first: int, most: int) -> list[str]:
    """The first ids, at most `most`, of the entitlements in dispute over the range that begins with `first`."""
    low, high = (bisect_left(product.disputed, (edge, "")) for edge in (first, first + 1))
    return [name for _, name in product.disputed[low : min(high, low + most)]]


def dispute_over(entitlement: Entitlement, first: int) -> Dispute | None:
    """The entitlement's open dispute over the range that begins with `first`."""
    return next((dispute for dispute in entitlement.disputes if dispute.first == first), None)


def due(entitlement: Entitlement) -> tuple[int, DeadlineKind] | None:
    """What time brings next: the end of the term, then that of the acceptance window; None if neither does.

    Shape: the window stands still while the entitlement is suspended.
    """
    opened = entitlement.opened
    if entitlement.proposed or entitlement.closed:
        return None
    if entitlement.through is None:
        return entitlement.ends_at, "term"
    if entitlement.suspended_from is not None:
        return None
    if entitlement.objected or entitlement.window_over or entitlement.disputes:
        return None
    return entitlement.completed_at + opened.acceptance_days * DAY, "acceptance"
