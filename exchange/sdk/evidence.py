"""What the delivery journal says of one entitlement: what was published for it, what it has confirmed, when it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from exchange.delivery.facts import (
    EntitlementClosed,
    EntitlementOpened,
    PublicationCompleted,
    RangePublished,
    RangeReceived,
    RangeRuled,
)
from exchange.kernel.bases import Outcome
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.position import BEGINNING
from streams.client import Client
from streams.dataplane.layout import STREAM_BEGINNING, StreamPosition


class Shelf(NamedTuple):
    """A published range, when it was reported, and where in the stream it begins if the seller's word holds."""

    range: RangePublished
    at: int
    start: StreamPosition


class Evidence:
    """Folds a delivery journal for one entitlement. Pure.

    Shape: `through` is where what is owed ends, None until the seller has completed it; `closed` is the
    market's last word, empty until it has spoken.
    """

    def __init__(self, opened: EntitlementOpened) -> None:
        self.opened = opened
        self.through: int | None = None
        self.closed = ""
        self._shelves: dict[int, Shelf] = {}
        self._received: set[int] = set()
        self._end = STREAM_BEGINNING

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
                case EntitlementClosed() if fact.entitlement_id == self.opened.entitlement_id:
                    self.closed = fact.verdict

    def received(self, shelf: Shelf) -> bool:
        """Whether this range needs no receipt any more."""
        return shelf.range.first in self._received

    def owed(self, shelf: Shelf) -> bool:
        """Whether a range belongs to the entitlement: within what was completed, or else within its term."""
        if self.through is not None:
            return shelf.range.last <= self.through
        return shelf.at < self.opened.ends_at

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
    """Evidence that goes on growing while it is used."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def next_shelf(self, seq: int, *, beyond: bool) -> Shelf | None:
        """The range that begins with `seq`, waited for; None when nothing more is owed.

        Shape: with `beyond` what is not owed counts as well. Raises: whatever ended the feed.
        """
        while True:
            if not beyond and self.evidence.over(seq):
                return None
            if (shelf := self.evidence.shelf_at(seq)) is not None:
                return shelf
            self._changed.clear()
            await self._changed.wait()
            if self._task is not None and self._task.done():
                self._task.result()
                raise InvariantBroken("the delivery journal ended, which it never does")

    async def run(self, client: Client) -> None:
        """Read what there is, then go on in the background."""
        place = "delivery", client.partition("delivery", self.evidence.opened.product_id)
        position = BEGINNING
        async for outcome, position in client.history(*place):  # noqa: B007 - the last one is needed
            self.evidence.take(outcome)

        async def go_on() -> None:
            async for outcome, _ in client.follow(*place, position):
                self.evidence.take(outcome)
                self._changed.set()

        self._task = asyncio.create_task(go_on())
        self._task.add_done_callback(lambda _: self._changed.set())

    async def stop(self) -> None:
        """End the background reading."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


@asynccontextmanager
async def evidence_of(client: Client, opened: EntitlementOpened) -> AsyncIterator[EvidenceFeed]:
    """The evidence of one entitlement, up to now when entered, and growing until left."""
    feed = EvidenceFeed(Evidence(opened))
    try:
        await feed.run(client)
        yield feed
    finally:
        await feed.stop()
