"""Hosts the projections: folds journals into SQL tables, rows and position in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exchange.kernel.decider import Decider
from exchange.kernel.partition import Partition
from exchange.kernel.position import JournalPosition
from exchange.store import VIEWS_READER, Store
from exchange.views import VIEWS, project_batch
from streams.codec import codec_for
from streams.folding import accepted_in_slices, counting_ignored, progress
from streams.host import TP, Event, Generation, Records
from streams.journal import JournalReader
from streams.log import PartitionLog
from streams.memory import set_aside
from streams.metrics.instruments import PROJECTED, PROJECTING, ROWS
from streams.places import followed_from, held_seal
from streams.snapshots import SnapshotKeeper, StoredSnapshots
from streams.threads import in_thread, save_patiently
from streams.topics import journal_topic


@dataclass
class Projecting:
    """One journal partition as the tables reflect it."""

    reader: JournalReader
    saved: JournalPosition
    keeper: SnapshotKeeper


class ProjectionHost:
    """Keeps the tables up with the journals, and the snapshots on the way."""

    def __init__(self, bootstrap_servers: str, store: Store, deciders: Mapping[str, Decider[Any]]) -> None:
        self.partitions: dict[TP, Projecting] = {}
        self._bootstrap_servers = bootstrap_servers
        self._store = store
        self._deciders = {journal_topic(context): decider for context, decider in deciders.items()}

    def report(self) -> Mapping[str, Any]:
        """Each journal partition: the offset up to which the tables reflect it, and snapshots taken."""
        return {
            "projections": [
                progress(tp, opened.reader, opened.saved) | {"snapshots": opened.keeper.taken}
                for tp, opened in self.partitions.items()
            ]
        }

    async def take_over(self, tps: frozenset[TP], generation: Generation) -> Mapping[TP, int]:
        """Go on from the positions the tables hold."""
        self.partitions = {tp: await self._open(tp) for tp in tps}
        set_aside()
        return {tp: opened.saved.offset for tp, opened in self.partitions.items()}

    async def let_go(self, tps: frozenset[TP]) -> None:
        """Forget `tps`."""
        for tp in tps:
            self.partitions.pop(tp, None)

    async def handle(self, tp: TP, records: Records, event: Event) -> None:
        """Save the rows of a batch together with the position after it; acknowledge."""
        opened = self.partitions[tp]
        context = self._deciders[tp.topic].context
        with counting_ignored(VIEWS_READER, tp, opened.reader):
            found = await accepted_in_slices(opened.reader, records)
        end = opened.reader.position
        if opened.saved != end:
            with PROJECTING.labels(context).time():
                changes = await in_thread(project_batch, VIEWS, context, tp.partition, found.outcomes)
                await save_patiently(
                    self._store, VIEWS_READER, tp.topic, tp.partition, opened.saved, end, changes
                )
            opened.saved = end
            PROJECTED.labels(context, tp.partition).inc()
            ROWS.labels(context, tp.partition).inc(len(changes))
        await opened.keeper.follow(found)
        event.ack()

    async def _open(self, tp: TP) -> Projecting:
        decider = self._deciders[tp.topic]
        codec = codec_for(decider.context)
        partition: Partition[Any] = Partition(decider, tp.partition)
        snapshot = await StoredSnapshots(self._store).load(partition)
        keeper = SnapshotKeeper(self._store, partition, snapshot)
        async with PartitionLog(self._bootstrap_servers, tp.topic, tp.partition) as journal:
            start = await followed_from(self._store, VIEWS_READER, journal, codec)
            await held_seal(journal, snapshot, codec)
            behind = JournalReader(tp.topic, tp.partition, snapshot, codec)
            async for records in journal.read(snapshot.offset, start.offset):
                await keeper.follow(await accepted_in_slices(behind, records))
        return Projecting(JournalReader(tp.topic, tp.partition, start, codec), start, keeper)
