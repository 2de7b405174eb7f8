"""Hosts the deciders: one leader for each command partition that the group assigns to this worker."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.structs import RecordMetadata

from exchange.kernel.decider import Decider
from exchange.kernel.errors import InvariantBroken
from streams.clock import Clock
from streams.codec import Codec, codec_for
from streams.host import TP, Event, Generation, Records
from streams.leader import Leader, NotLeading, Snapshots
from streams.memory import set_aside
from streams.readback import ReadBack
from streams.ticking import tick
from streams.topics import commands_topic, journal_topic

log = logging.getLogger(__name__)

_IN_FLIGHT_MAX = 8
"""Batches decided but not yet durable; beyond them the worker waits for Kafka."""

Fail = Callable[[BaseException], None]


class DeciderHost:
    """Leads the partitions it is given. Every failure is told to `fail` and ends the process."""

    def __init__(
        self,
        bootstrap_servers: str,
        deciders: Mapping[str, Decider[Any]],
        facts: AIOKafkaProducer,
        commands: AIOKafkaProducer,
        snapshots: Snapshots,
        clock: Clock,
        worker: str,
        fail: Fail,
    ) -> None:
        self.leaders: dict[TP, Leader[Any]] = {}
        self._deciders = {commands_topic(context): decider for context, decider in deciders.items()}
        self._codecs = {topic: codec_for(decider.context) for topic, decider in self._deciders.items()}
        self._bootstrap_servers = bootstrap_servers
        self._facts = facts
        self._commands = commands
        self._snapshots = snapshots
        self._clock = clock
        self._worker = worker
        self._fail = fail
        self._recovering: list[Leader[Any]] = []
        self._read_back = ReadBack(bootstrap_servers, facts, fail)
        self._tickers: dict[TP, asyncio.Task[None]] = {}
        self._in_flight = asyncio.Semaphore(_IN_FLIGHT_MAX)
        self._acknowledged: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect what watches the journals."""
        await self._read_back.start()

    async def stop(self) -> None:
        """Stop everything that is still running."""
        await self.let_go(frozenset(self.leaders))
        await self._read_back.stop()

    def report(self) -> Mapping[str, Any]:
        """Each led partition: its claim, what was decided, how long taking over took; and those being taken over."""
        return {
            "leads": [
                {
                    "context": leader.context,
                    "partition": leader.number,
                    "claim": leader.claim,
                    "seq": leader.partition.intake.next_seq,
                    "next_command": leader.partition.intake.last_cause + 1,
                    "commands": leader.commands,
                    "recovery_s": round(leader.recovery_s, 3),
                    "folded": leader.folded,
                }
                for leader in self.leaders.values()
            ],
            "recovering": [
                {"context": each.context, "partition": each.number, "folded": each.folded, "of": each.fold_to}
                for each in self._recovering
            ],
        }

    async def take_over(self, tps: frozenset[TP], generation: Generation) -> Mapping[TP, int]:
        """Lead `tps`, each from the state its journal gives."""
        await self.let_go(frozenset(self.leaders))
        self._recovering = []
        offsets = await asyncio.gather(*(self._lead(tp) for tp in tps))
        self._recovering = []
        set_aside()
        return dict(zip(tps, offsets, strict=True))

    async def let_go(self, tps: frozenset[TP]) -> None:
        """Stop leading `tps`; what was sent may still become durable and be acknowledged."""
        for tp in tps & self.leaders.keys():
            leader = self.leaders.pop(tp)
            leader.let_go()
            if (ticker := self._tickers.pop(tp, None)) is not None:
                ticker.cancel()
            await self._read_back.unwatch(journal_topic(leader.context), tp.partition)
        if self._acknowledged is not None:
            await asyncio.wait({self._acknowledged}, timeout=2.0)

    async def handle(self, tp: TP, records: Records, event: Event) -> None:
        """Decide a batch; acknowledge it when everything decided is durable, in order."""
        leader = self.leaders.get(tp)
        if leader is None:
            raise InvariantBroken(
                f"{tp.topic}/{tp.partition}: commands came, but this worker does not lead it"
            )
        await self._in_flight.acquire()
        try:
            sent = await leader.handle(records)
        except NotLeading:
            # Let go in the middle of the batch: what is not durable of it is decided by whoever leads next.
            self._in_flight.release()
            return
        except BaseException:
            self._in_flight.release()
            raise
        self._acknowledged = asyncio.create_task(self._acknowledge(sent, event, self._acknowledged))

    async def _acknowledge(
        self, sent: list[asyncio.Future[RecordMetadata]], event: Event, earlier: asyncio.Task[None] | None
    ) -> None:
        """Append before ack, or a crash loses the outcome."""
        try:
            await asyncio.gather(*sent)
            if earlier is not None:
                await earlier
            event.ack()
        except Exception as error:
            self._fail(error)
            raise
        finally:
            self._in_flight.release()

    async def _lead(self, tp: TP) -> int:
        decider, codec = self._deciders[tp.topic], self._codecs[tp.topic]
        leader: Leader[Any] = Leader(
            self._bootstrap_servers,
            decider,
            tp.partition,
            codec,
            self._facts,
            self._snapshots,
            self._clock,
            self._worker,
        )
        self._recovering.append(leader)
        first = await leader.take_over()
        self.leaders[tp] = leader
        await self._read_back.watch(journal_topic(leader.context), tp.partition, leader.claim, codec)
        self._tickers[tp] = asyncio.create_task(self._tick(leader, codec))
        return first

    async def _tick(self, leader: Leader[Any], codec: Codec) -> None:
        try:
            await tick(leader, codec, self._commands)
        except Exception as error:
            self._fail(error)
            raise
