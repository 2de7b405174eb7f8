"""A journal read from near any offset gives what reading it from the start gives."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from aiokafka import ConsumerRecord, TopicPartition

from exchange.kernel.bases import FactMeta, Recorded
from exchange.kernel.position import NO_DIGEST
from exchange.kernel.protocol import Claimed, Sealed
from exchange.registry.facts import ParticipantReinstated
from streams.codec import codec_for
from streams.dataplane.layout import CLAIM_HEADER, STAMP_HEADER, stamp
from streams.journal import chained
from streams.tailing.journals import JournalTail
from streams.tailing.others import ProductTail
from streams.tailing.seen import Group
from streams.tailing.tail import PartitionTail
from streams.writer import CONTROL_KEY

CODEC = codec_for("registry")
SEAL_EVERY = 700
OUTCOMES = 3_000


class Log:
    """A partition in memory."""

    def __init__(self, topic: str) -> None:
        self.place = TopicPartition(topic, 0)
        self.records: list[ConsumerRecord] = []

    def append(self, key: bytes | None, value: bytes, headers: Any = ()) -> int:
        offset = len(self.records)
        self.records.append(
            ConsumerRecord(self.place.topic, 0, offset, offset, 0, key, value, None, 0, 0, headers)
        )
        return offset

    async def read(self, first: int, end: int) -> AsyncIterator[Sequence[ConsumerRecord]]:
        for start in range(first, end, 500):
            yield self.records[start : min(end, start + 500)]


class Writer:
    """Whoever claims a journal and writes outcomes of two facts to it."""

    def __init__(self, log: Log, seq: int, digest: bytes) -> None:
        self.log, self.seq, self.digest = log, seq, digest
        claimed = Claimed(worker=f"w-{seq}", engine_version=1)
        self.claim = log.append(CONTROL_KEY, CODEC.encode_control(claimed))
        self.seal()

    def seal(self) -> None:
        seal = Sealed(claim=self.claim, seq=self.seq, digest=self.digest)
        self.log.append(CONTROL_KEY, CODEC.encode_control(seal))

    def outcome(self) -> None:
        for index in range(2):
            meta = FactMeta(
                seq=self.seq, claim=self.claim, cause=self.seq // 2, index=index, last=1, command_id=f"c-{self.seq}",
                actor="OP-1", at=self.seq,
            )  # fmt: skip
            value = CODEC.encode_fact(Recorded(meta, ParticipantReinstated(participant_id="SE-1")))
            self.log.append(b"registry", value)
            self.digest = chained(self.digest, value)
            self.seq += 1
        if self.seq % SEAL_EVERY == 0:
            self.seal()


@pytest.fixture(scope="module")
def journal() -> Log:
    """Two writers: the first goes on for a while after the second has claimed."""
    log = Log("registry.journal")
    first = Writer(log, 0, NO_DIGEST)
    for _ in range(OUTCOMES // 2):
        first.outcome()
    second = Writer(log, first.seq, first.digest)
    for number in range(OUTCOMES // 2):
        second.outcome()
        if number < 20:
            first.outcome()
    return log


async def shown(tail: PartitionTail, log: Log, offset: int) -> list[Group]:
    start = await tail.begin(offset)
    assert start <= offset
    return tail.take(log.records[start:])


def facts(groups: Sequence[Group]) -> list[tuple[int, ...]]:
    return [tuple(seen.said.meta.seq for seen in group) for group in groups]  # type: ignore[union-attr]


async def test_only_what_counts_is_shown_whole_outcomes_together(journal: Log) -> None:
    groups = await shown(JournalTail(journal, raw=False), journal, 0)  # type: ignore[arg-type]
    assert facts(groups) == [(2 * n, 2 * n + 1) for n in range(OUTCOMES)]


@pytest.mark.parametrize("offset", [1, 1_999, 2_001, 3_010, 3_020, 3_060, 4_100, 5_000, 6_040])
async def test_from_near_any_offset_the_same_is_read(journal: Log, offset: int) -> None:
    whole = await shown(JournalTail(journal, raw=False), journal, 0)  # type: ignore[arg-type]
    part = await shown(JournalTail(journal, raw=False), journal, offset)  # type: ignore[arg-type]
    assert part == whole[len(whole) - len(part) :]
    missed = [group for group in whole[: len(whole) - len(part)] if group[0].offset >= offset]
    assert not missed, "nothing from the offset on is passed over"
    if offset > 4_000:
        assert len(part) < len(whole) // 2, "it does not begin at the beginning"


async def test_raw_shows_what_does_not_count_and_why(journal: Log) -> None:
    groups = await shown(JournalTail(journal, raw=True), journal, 0)  # type: ignore[arg-type]
    every = [seen for group in groups for seen in group]
    assert [seen.offset for seen in sorted(every, key=lambda seen: seen.offset)] == list(
        range(len(journal.records))
    )
    ignored = [seen.ignored for seen in every if seen.ignored]
    assert len(ignored) == 40
    (claim,) = (seen.offset for seen in every if isinstance(seen.said, Claimed) and seen.offset > 0)
    assert set(ignored) == {f"written under claim 0, but claim {claim} leads"}


async def test_a_stream_is_read_from_near_its_end_under_the_claim_that_leads() -> None:
    log = Log("stream.P-1")
    first = log.append(None, b"{}", ((CLAIM_HEADER, b""),))
    for seq in range(300):
        log.append(b"k", b"v", ((STAMP_HEADER, stamp(first, seq, seq, 0)),))
    second = log.append(None, b"{}", ((CLAIM_HEADER, b""),))
    for seq in range(300, 400):
        log.append(b"k", b"v", ((STAMP_HEADER, stamp(second, seq, seq, 0)),))
        log.append(b"k", b"late", ((STAMP_HEADER, stamp(first, seq, seq, 0)),))
    for offset in (0, 10, 200, 320, 500):
        groups = await shown(ProductTail(log, raw=False), log, offset)  # type: ignore[arg-type]
        seqs = [seen.said.seq for (seen,) in groups]  # type: ignore[union-attr]
        assert seqs == list(range(seqs[0], 400))
        assert groups[0][0].offset >= min(offset, 1) or offset <= 50
    raw = await shown(ProductTail(log, raw=True), log, 0)  # type: ignore[arg-type]
    assert sum(1 for (seen,) in raw if seen.ignored) == 100
