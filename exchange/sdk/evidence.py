"""What the delivery journal says of one entitlement: what was published for it, what it has confirmed, when it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import NamedTuple

from exchange.delivery.facts import (
    EntitlementClosed,
    EntitlementLapsed,
    EntitlementOpened,
    EntitlementResumed,
    EntitlementSuspended,
    PublicationCompleted,
    RangePublished,
    RangeReceived,
    RangeRuled,
)
from exchange.kernel.bases import Outcome
from exchange.kernel.errors import ExchangeError, InvariantBroken
from exchange.kernel.time import iso
from exchange.sdk.recall import Opened
from streams.client import Client
from streams.dataplane.layout import STREAM_BEGINNING, StreamPosition
from streams.deadline import Standstill


class Shelf(NamedTuple):
    """A published range, when it was reported, and where in the stream it begins if the seller's word holds."""

    range: RangePublished
    at: int
    start: StreamPosition


class DeliverySuspended(ExchangeError):
    """What an entitlement rests on was revoked: nothing published since is handed out. Nothing is lost of what was."""

    remedy = "Iterate again once it has resumed; `exchange purchase show` tells why it is suspended."

    def __init__(self, suspended: EntitlementSuspended) -> None:
        codes, since = ", ".join(suspended.codes), iso(suspended.since)
        super().__init__(
            f"entitlement {suspended.entitlement_id} to {suspended.product_id} is suspended since {since}: {codes};"
            f" nothing from record {suspended.from_seq} on belongs to it. Iterate again once it has resumed"
        )
        self.from_seq = suspended.from_seq
        self.since = suspended.since
        self.codes = suspended.codes


class Evidence:
    """Folds a delivery journal for one entitlement. Pure.

    Shape: `through` is where what is owed ends, None until the seller has completed it; `closed` is the
    market's last word, empty until it has spoken; `suspended` says since when what is published does not belong to
    it. `end` is where the stream's last range before it ended.
    """

    def __init__(self, opened: EntitlementOpened, end: StreamPosition = STREAM_BEGINNING) -> None:
        self.opened = opened
        self.through: int | None = None
        self.closed = ""
        self.suspended: EntitlementSuspended | None = None
        self._excluded: list[tuple[int, int]] = []
        self._ends_at = opened.ends_at
        self._shelves: dict[int, Shelf] = {}
        self._received: set[int] = set()
        self._end = end

    def take(self, outcome: Outcome) -> None:
        """Fold one outcome of the product's partition."""
        for meta, fact in outcome:
            match fact:
                case RangePublished() if fact.product_id == self.opened.product_id:
                    self._shelves[fact.first] = Shelf(fact, meta.at, self._end)
                    self._end = StreamPosition(fact.last_offset + 1, fact.stream_claim, fact.last + 1)
                case RangeReceived() if fact.entitlement_id == self.opened.entitlement_id:
                    self._received.add(fact.first)
                case RangeRuled(right="seller") if fact.entitlement_id == self.opened.entitlement_id:
                    self._received.add(fact.first)
                case PublicationCompleted() if self.opened.entitlement_id in fact.entitlement_ids:
                    self.through = fact.through
                case EntitlementSuspended() if fact.entitlement_id == self.opened.entitlement_id:
                    self.suspended = fact
                case EntitlementResumed() if fact.entitlement_id == self.opened.entitlement_id:
                    self._not_owed(fact)
                case EntitlementLapsed() if fact.entitlement_id == self.opened.entitlement_id:
                    self._not_owed(fact)
                    self._ends_at = min(self._ends_at, fact.ended_at)
                case EntitlementClosed() if fact.entitlement_id == self.opened.entitlement_id:
                    self.closed = fact.verdict

    def _not_owed(self, fact: EntitlementResumed | EntitlementLapsed) -> None:
        self.suspended = None
        if fact.first <= fact.last:
            self._excluded.append((fact.first, fact.last))

    def next_owed(self, seq: int) -> int:
        """The first number from `seq` on that was not published during a suspension. They come in order."""
        for first, last in self._excluded:
            seq = last + 1 if first <= seq <= last else seq
        return seq

    def received(self, shelf: Shelf) -> bool:
        """Whether this range needs no receipt any more."""
        return shelf.range.first in self._received

    def owed(self, shelf: Shelf) -> bool:
        """Whether a range belongs to the entitlement: within what was completed, or else within its term."""
        if self.through is not None:
            return shelf.range.last <= self.through
        return shelf.at < self._ends_at

    def shelf_at(self, seq: int) -> Shelf | None:
        """The published range that begins with `seq`."""
        return self._shelves.get(seq)

    def over(self, seq: int) -> bool:
        """Whether nothing from `seq` on is owed, now or later."""
        if self.closed == "refunded" or (self.through is not None and seq > self.through):
            return True
        shelf = self.shelf_at(seq)
        # Accepted before the seller completed it: nobody will complete it any more.
        return bool(self.closed) if shelf is None else not self.owed(shelf)


class EvidenceFeed:
    """Evidence that goes on growing while it is used. Units: `standstill_s` is how long Kafka may stand still."""

    def __init__(self, client: Client, found: Opened, standstill_s: float) -> None:
        self.evidence = Evidence(found.entitlement, found.end)
        self._client = client
        self._place = "delivery", client.partition("delivery", found.entitlement.product_id)
        self._position = found.start
        self._standstill_s = standstill_s
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def next_shelf(self, seq: int, *, beyond: bool) -> Shelf | None:
        """The range that begins with `seq`, or after suspensions, waited for; None when nothing more is owed.

        Shape: with `beyond` what is not owed counts as well. Raises: DeliverySuspended while what comes next does not
        belong to the entitlement; Unavailable if Kafka stands still; whatever ended the feed.
        """
        while True:
            seq, suspended = self.evidence.next_owed(seq), self.evidence.suspended
            if suspended is not None and seq >= suspended.from_seq:
                raise DeliverySuspended(suspended)
            if not beyond and self.evidence.over(seq):
                return None
            if (shelf := self.evidence.shelf_at(seq)) is not None:
                return shelf
            await self._growth()
            if self._task is not None and self._task.done():
                self._task.result()
                raise InvariantBroken("the delivery journal ended, which it never does")

    async def _growth(self) -> None:
        """Wait for what comes next, and see now and then that it is the seller who is waited for, not Kafka."""
        self._changed.clear()
        try:
            async with asyncio.timeout(self._standstill_s / 2):
                await self._changed.wait()
        except TimeoutError:
            await self._client.next_seq(*self._place, self._standstill_s / 2)

    async def run(self) -> None:
        """Read what there is, then go on in the background."""
        reading = Standstill(self._standstill_s, f"reading the journal of {self._place[0]}/{self._place[1]}")
        async with reading, aclosing(self._client.history(*self._place, self._position)) as outcomes:
            async for outcome, self._position in outcomes:
                reading.moved()
                self.evidence.take(outcome)
        self._task = asyncio.create_task(self._go_on())
        self._task.add_done_callback(lambda _: self._changed.set())

    async def _go_on(self) -> None:
        async for outcome, _ in self._client.follow(*self._place, self._position):
            self.evidence.take(outcome)
            self._changed.set()

    async def stop(self) -> None:
        """End the background reading."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


@asynccontextmanager
async def evidence_of(client: Client, found: Opened, standstill_s: float) -> AsyncIterator[EvidenceFeed]:
    """The evidence of one entitlement, up to now when entered, and growing until left."""
    feed = EvidenceFeed(client, found, standstill_s)
    try:
        await feed.run()
        yield feed
    finally:
        await feed.stop()
