"""Publishing through the doors: records into a product's stream, and what is reported of them."""

import os
import socket
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from contextlib import aclosing
from itertools import islice

import msgspec

from exchange.delivery.commands import CompletePublication, ReportRange
from exchange.delivery.facts import PublicationCompleted, Reason
from exchange.kernel.errors import Misuse, Unavailable
from exchange.sdk.door import Door
from exchange.sdk.recall import Recall
from streams.client import Client
from streams.dataplane.intake import OutRecord, Records
from streams.dataplane.layout import StreamPosition
from streams.dataplane.publisher import DEFAULT_LIMITS, OnProgress, Publisher, PublisherLimits
from streams.dataplane.ranges import PublishedRange
from streams.deadline import DEADLINE_S, Deadline
from streams.topics import ensure_topics, stream_spec


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """What a call of `publish` brought to lie in the stream and had reported.

    Shape: `through` is the product's last published sequence number (-1: none), `records` how many were new
    in this call, `ranges` those reported by it, what an earlier call had left unreported among them.
    """

    product_id: str
    through: int
    records: int
    ranges: tuple[PublishedRange, ...]


class Publishing(Door):
    """Publishes records to the streams of its products."""

    def __init__(
        self, client: Client, participant_id: str, recall: Recall | None = None, replication: int = 1
    ) -> None:
        super().__init__(client, participant_id, recall)
        self._replication = replication

    async def publish(
        self,
        product_id: str,
        records: Records,
        progress: OnProgress | None = None,
        *,
        first_seq: int | None = None,
        limits: PublisherLimits = DEFAULT_LIMITS,
        deadline_s: float = DEADLINE_S,
    ) -> Published:
        """Append records to a product's stream and report them, range by range, as they are read back.

        Shape: records are `(key, value, event_time)`, bytes and µs, from an iterable or an async one, which
        is asked for more only as fast as Kafka takes them. With `first_seq` they are the product's records
        from that sequence number on, and those which are there already are skipped: so the same call can
        be made again after a crash. Without it they are appended to what is there. `deadline_s` is how long
        Kafka and the exchange may stand still meanwhile; records are waited for as long as it takes.
        Raises: Misuse if the product is not listed as one's own, or a record is none; StreamTaken if another
        publisher takes the stream over; Unavailable, AnswerUnknown after a standstill: publish again with
        `first_seq`.
        """
        reported = await self._begin(product_id, Deadline(deadline_s))
        publisher = Publisher(
            self._client.bootstrap_servers,
            product_id,
            seller=self.participant_id,
            worker=f"{socket.gethostname()}-{os.getpid()}",
            start=reported,
            limits=limits,
            standstill_s=deadline_s,
        )
        ranges: list[PublishedRange] = []
        async with publisher:
            begin = publisher.next_seq
            todo = records if first_seq is None else _skipping(records, begin, first_seq)
            async with aclosing(publisher.publish(todo, progress)) as published:
                async for done in published:
                    await self._report(product_id, done, Deadline(deadline_s))
                    ranges.append(done)
            through = publisher.next_seq - 1
        return Published(
            product_id=product_id, through=through, records=through + 1 - begin, ranges=tuple(ranges)
        )

    async def complete(
        self,
        product_id: str,
        through: int | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PublicationCompleted:
        """Say that what is owed to those entitled now ends with a sequence number; the last one by default."""
        deadline = Deadline(deadline_s)
        if through is None:
            through = ((await self._reported(product_id, deadline)).seq or 0) - 1
            if through < 0:
                raise Misuse(f"nothing of {product_id} was published yet; publish first")
        command = CompletePublication(product_id=product_id, through=through)
        return await self._fact(PublicationCompleted, "delivery", product_id, command, id, deadline)

    async def _report(self, product_id: str, done: PublishedRange, deadline: Deadline) -> None:
        command = ReportRange(
            product_id=product_id,
            first=done.first,
            last=done.last,
            count=done.count,
            size_bytes=done.size_bytes,
            digest=done.digest,
            first_offset=done.first_offset,
            last_offset=done.last_offset,
            stream_claim=done.claim,
            epoch=done.epoch,
        )
        answer = await self._ask("delivery", product_id, command, None, deadline)
        if answer.refused is None or answer.refused.reason != Reason.RANGE_KNOWN:
            answer.or_raise()

    async def _begin(self, product_id: str, deadline: Deadline) -> StreamPosition:
        """Where what is reported ends, once the stream has its topic."""
        reported = await self._reported(product_id, deadline)
        try:
            async with deadline.timeout():
                specs = [stream_spec(product_id)]
                await ensure_topics(self._client.bootstrap_servers, specs, self._replication)
        except TimeoutError as error:
            raise Unavailable(
                f"Kafka does not show the topic of {product_id} within {deadline}; nothing was published"
            ) from error
        return reported

    async def _reported(self, product_id: str, deadline: Deadline) -> StreamPosition:
        """Where in the stream the last reported range ends.

        Raises: Misuse if the product is not listed, or is another's.
        """
        seller_id, end = await self._recall.publication(product_id, deadline)
        if seller_id is None:
            raise Misuse(f"product {product_id} is not listed; list it, then publish")
        if seller_id != self.participant_id:
            raise Misuse(f"product {product_id} is {seller_id}'s; {self.participant_id} cannot publish it")
        return end


def _skipping(records: Records, begin: int, first_seq: int) -> Records:
    """The records from sequence number `begin` on, of those from `first_seq` on."""
    if begin < first_seq:
        raise Misuse(
            f"the stream ends with record {begin - 1}; records from {first_seq} on would leave a gap:"
            f" give those from {begin} on, or from earlier"
        )
    if isinstance(records, AsyncIterable):
        return _dropping(records, begin - first_seq)
    return _rest(records, begin - first_seq)


def _rest(records: Iterable[OutRecord], count: int) -> Iterable[OutRecord]:
    return islice(records, count, None)


async def _dropping(records: AsyncIterable[OutRecord], count: int) -> AsyncIterator[OutRecord]:
    async for record in records:
        if count > 0:
            count -= 1
        else:
            yield record
