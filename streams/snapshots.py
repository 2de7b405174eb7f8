"""Snapshots: a cache of states at seals, taken from what was read back, verified before it is used."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, TypeVar

from exchange.kernel.bases import Outcome
from exchange.kernel.errors import InvariantBroken, Unavailable
from exchange.kernel.partition import Partition, state_digest
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import Snapshot, Store, save_snapshot, snapshots
from streams.folding import Accepted
from streams.journal import ENGINE_VERSION
from streams.metrics.instruments import SNAPSHOTS, SNAPSHOTS_REFUSED
from streams.threads import in_thread, patiently

log = logging.getLogger(__name__)

S = TypeVar("S")

FACTS_BETWEEN_MIN = 5_000
"""A seal with fewer facts since the last snapshot is not worth one."""
_SLICE_OUTCOMES = 100


class StoredSnapshots:
    """Where a leader finds the newest snapshot that verifies."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def load(self, partition: Partition[S]) -> JournalPosition:
        """Fill `partition` from the newest snapshot of this engine that verifies; BEGINNING if none does."""
        context, number = partition.decider.context, partition.intake.partition
        refused = SNAPSHOTS_REFUSED.labels(context, number)
        try:
            found = await in_thread(snapshots, self._store, context, number, ENGINE_VERSION)
        except Unavailable as error:
            # A cache that is away costs time, not the lead.
            log.error(
                "recovering %s/%s from the beginning: %s", context, number, error,
                extra={"context": context, "partition": number},
            )  # fmt: skip
            return BEGINNING
        for snapshot in found:
            if await in_thread(_loaded, partition, snapshot):
                return snapshot.position
            refused.inc()
            log.warning(
                "a snapshot of %s/%s at %s does not verify", context, number, snapshot.position.seq,
                extra={"context": context, "partition": number, "seq": snapshot.position.seq},
            )  # fmt: skip
        return BEGINNING


class SnapshotKeeper:
    """Follows one partition's accepted outcomes and writes its state down at seals."""

    def __init__(self, store: Store, partition: Partition[Any], position: JournalPosition) -> None:
        self.taken = 0
        self.partition = partition
        self._store = store
        self._last = position.seq

    async def follow(self, accepted: Accepted) -> None:
        """Fold what was accepted, and write the state down at its seals."""
        begin = 0
        for end, position in accepted.seals:
            await self._fold(accepted.outcomes[begin:end])
            await self._sealed(position)
            begin = end
        await self._fold(accepted.outcomes[begin:])

    async def _fold(self, outcomes: Sequence[Outcome]) -> None:
        """Take outcomes; those a snapshot already holds are passed over."""
        for count, outcome in enumerate(outcomes):
            if outcome[0].meta.seq >= self.partition.intake.next_seq:
                for recorded in outcome:
                    self.partition.fold(recorded)
            if count % _SLICE_OUTCOMES == 0:
                await asyncio.sleep(0)

    async def _sealed(self, position: JournalPosition) -> None:
        """Write the state down if enough has happened since the last time."""
        if position.seq - self._last < FACTS_BETWEEN_MIN or position.seq != self.partition.intake.next_seq:
            return
        self._last = position.seq
        await patiently(self._write, position)
        self.taken += 1
        SNAPSHOTS.labels(self.partition.decider.context, self.partition.intake.partition).inc()

    def _write(self, position: JournalPosition) -> None:
        written = self.partition.written_down()
        context, number = self.partition.decider.context, self.partition.intake.partition
        snapshot = Snapshot(
            context=context,
            partition=number,
            engine_version=ENGINE_VERSION,
            position=position,
            state_digest=state_digest(written),
            state=written,
        )
        save_snapshot(self._store, snapshot)


def _loaded(partition: Partition[S], snapshot: Snapshot) -> bool:
    if state_digest(snapshot.state) != snapshot.state_digest:
        return False
    try:
        partition.load(snapshot.state, snapshot.position.seq)
    except (InvariantBroken, ValueError):
        return False
    return True
