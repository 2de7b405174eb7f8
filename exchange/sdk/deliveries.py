"""Receiving a product under an entitlement: every record in order, receipts for what was really taken."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing

from exchange.delivery.commands import ConfirmReceipt, ReportGap
from exchange.delivery.facts import DigestsDiffered, EntitlementOpened, RangePublished, Reason
from exchange.kernel.errors import Misuse, Unavailable
from exchange.market.facts import EntitlementGranted
from exchange.sdk.door import Door
from exchange.sdk.evidence import Shelf, evidence_of
from exchange.sdk.recall import Opened
from streams.answers import Answer
from streams.client import Client
from streams.dataplane.digests import RangeDigest
from streams.dataplane.layout import STREAM_BEGINNING, StreamPosition, StreamRecord
from streams.dataplane.reader import StreamTail
from streams.dataplane.source import RawSource
from streams.deadline import DEADLINE_S, Deadline, Standstill

Delivered = StreamRecord
"""One delivered record: `seq`, `key`, `value`, `event_time` (µs), `epoch`, and where it lies."""

_TRIES = 4
_PAUSE_S = 0.5
_EMPTY_MAX = 10
_RECEIPT_STANDS = frozenset({Reason.RANGE_RECEIVED, Reason.RANGE_DISPUTED, Reason.ENTITLEMENT_CLOSED})
"""Refusals of a receipt that leave nothing to be done about it."""


class RecordsMissing(Unavailable):
    """Records that were published are not in the topic; the gap was reported. `first`..`last` are missing."""

    remedy = "Receive again later, or object to the delivery."

    def __init__(self, product_id: str, first: int, last: int, where: str) -> None:
        super().__init__(
            f"records {first} to {last} of {product_id} were published but are not in its stream ({where});"
            " the gap was reported: receive again later, or object to the delivery"
        )
        self.first = first
        self.last = last


class Deliveries:
    """What an entitlement is owed. Iterate over it, or over its `batches`; each iteration begins where receipts end,
    or with `again` at the first record owed.

    Shape: what is published while the entitlement is suspended is not handed out: `DeliverySuspended` says why, and
    once it has resumed an iteration goes on after it. `disputed` are the ranges whose digest differs from the seller's;
    the exchange hashes them itself.
    """

    def __init__(
        self,
        client: Client,
        door: Door,
        entitlement: EntitlementGranted | EntitlementOpened | str,
        *,
        receipts: bool,
        follow: bool,
        again: bool = False,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self.disputed: list[RangePublished] = []
        self._client = client
        self._door = door
        self._entitlement = entitlement
        self._receipts = receipts
        self._follow = follow
        self._again = again
        self._deadline_s = deadline_s

    async def __aiter__(self) -> AsyncIterator[Delivered]:
        async with aclosing(self.batches()) as batches:
            async for batch in batches:
                for record in batch:
                    yield record

    async def batches(self) -> AsyncGenerator[Sequence[Delivered], None]:
        """The same records in batches, none of which reaches over a published range's end.

        Shape: a range is confirmed when the batch after its last one is asked for.
        """
        found = await self._opened()
        opened = found.entitlement
        async with (
            evidence_of(self._client, found, self._deadline_s) as feed,
            AsyncExitStack() as stack,
        ):
            servers, evidence = self._client.bootstrap_servers, feed.evidence
            reading = _Reading(servers, opened, stack, self._deadline_s)
            seq = opened.from_seq
            while (shelf := await feed.next_shelf(seq, beyond=self._follow)) is not None:
                seq = shelf.range.last + 1
                received = evidence.received(shelf)
                if received and not self._again:
                    continue
                digest = RangeDigest()
                async with aclosing(self._range(opened, reading, shelf)) as batches:
                    async for batch in batches:
                        digest.add(batch)
                        yield batch
                if self._receipts and not received and evidence.owed(shelf):
                    await self._confirm(opened, shelf.range, digest)

    async def _opened(self) -> Opened:
        deadline, entitlement = Deadline(self._deadline_s), self._entitlement
        if isinstance(entitlement, str):
            found = await self._door._opened(entitlement, None, deadline)
        else:
            found = await self._door._opened(entitlement.entitlement_id, entitlement.product_id, deadline)
        opened = found.entitlement
        if opened.buyer_id != self._door.participant_id:
            raise Misuse(
                f"entitlement {opened.entitlement_id} is {opened.buyer_id}'s, not {self._door.participant_id}'s"
            )
        return found

    async def _range(
        self, opened: EntitlementOpened, reading: "_Reading", shelf: Shelf
    ) -> AsyncGenerator[Sequence[Delivered], None]:
        """The records of one range, read again where some are missing."""
        published, due = shelf.range, shelf.range.first
        for attempt in range(_TRIES):
            async with aclosing(reading.range(shelf, due)) as batches:
                async for batch in batches:
                    due += len(batch)
                    yield batch
            if due > published.last:
                return
            if attempt == 0:
                await self._report_gap(opened, due, published.last)
            if attempt < _TRIES - 1:
                await asyncio.sleep(_PAUSE_S * 2**attempt)
            reading.again()
        where = f"offsets {published.first_offset} to {published.last_offset}"
        raise RecordsMissing(opened.product_id, due, published.last, where)

    async def _confirm(
        self, opened: EntitlementOpened, published: RangePublished, digest: RangeDigest
    ) -> None:
        command = ConfirmReceipt(
            entitlement_id=opened.entitlement_id,
            product_id=opened.product_id,
            first=published.first,
            last=published.last,
            count=digest.count,
            digest=digest.digest(),
        )
        answer = await self._door.ask("delivery", opened.product_id, command, deadline_s=self._deadline_s)
        if any(isinstance(fact, DigestsDiffered) for fact in answer.facts):
            self.disputed.append(published)
        elif not _stands(answer):
            answer.or_raise()

    async def _report_gap(self, opened: EntitlementOpened, first: int, last: int) -> None:
        if self._receipts:
            command = ReportGap(
                entitlement_id=opened.entitlement_id, product_id=opened.product_id, first=first, last=last
            )
            # Refused or not: the records are missing all the same, and reading again is what helps.
            await self._door.ask("delivery", opened.product_id, command, deadline_s=self._deadline_s)


class _Reading:
    """Reads published ranges from one stream, going on from where the last record was really read.

    Shape: after a leap the seller's word for where a range begins is only tried. The sequence numbers say
    whether it holds; if it does not, reading goes on from the last record read, or from the beginning.
    """

    def __init__(
        self, bootstrap_servers: str, opened: EntitlementOpened, stack: AsyncExitStack, standstill_s: float
    ) -> None:
        self._standstill = Standstill(standstill_s, f"reading the stream of {opened.product_id}")
        self._place = bootstrap_servers, opened.product_id
        self._stack = stack
        self._source: RawSource | None = None
        self._tail: StreamTail | None = None
        self._held: Sequence[Delivered] = ()
        self._due = -1
        self._known = STREAM_BEGINNING
        self._tried = False

    def again(self) -> None:
        """Read anew what comes next."""
        self._tail = None

    async def range(self, shelf: Shelf, due: int) -> AsyncGenerator[Sequence[Delivered], None]:
        """The records `due`..last of a range, in batches; it ends early where they are missing."""
        published = shelf.range
        if self._source is None:
            # Only now: before the first range is published the stream may have no topic.
            async with self._standstill:
                self._source = await self._stack.enter_async_context(RawSource(*self._place))
        if self._tail is None or self._due != due:
            self._tried, self._held, self._due = self._known.seq != due, (), due
            self._tail = StreamTail(self._source, shelf.start if self._tried else self._known)
        while self._due <= published.last:
            if not self._held:
                async with self._standstill:
                    there = await self._take(self._tail, published)
                if not there:
                    if not self._tried:
                        return
                    self._tried, self._tail = False, StreamTail(self._source, self._known)
                    continue
            count = published.last - self._due + 1
            batch, self._held = self._held[:count], self._held[count:]
            self._due += len(batch)
            if batch:
                self._tried = False
                self._known = StreamPosition(batch[-1].offset + 1, batch[-1].claim, self._due)
                yield batch

    async def _take(self, tail: StreamTail, published: RangePublished) -> bool:
        """Read on; false if what is due is not there."""
        for empty in range(_EMPTY_MAX):
            before = tail.position.offset
            accepted = await tail.take()
            self._held = [record for record in accepted.records if record.seq >= self._due]
            if self._held:
                return True
            if accepted.gap is not None or tail.position.offset > published.last_offset:
                return False
            if tail.position.offset > before:
                return True
            if empty >= _TRIES - 1:
                end = await tail.end()
                # Kafka answers: it is the records that are not there.
                self._standstill.moved()
                if before >= end:
                    return False
        return False


def _stands(answer: Answer) -> bool:
    return answer.refused is not None and answer.refused.reason in _RECEIPT_STANDS
