"""A journal folded outcome by outcome beside the same one read and folded record by record, whole, torn or damaged."""

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.kernel.errors import InvariantBroken
from exchange.kernel.partition import Asked, Partition
from exchange.kernel.position import BEGINNING
from exchange.kernel.protocol import Claimed, Sealed, ShiftClock
from exchange.kernel.time import HOUR
from exchange.market.state import Market
from streams.codec import codec_for
from streams.deciders import all_deciders
from streams.journal import JournalReader, chained
from streams.refolding import refold
from tests.benchmarks.workload import orders, resting, setting_up

CODEC = codec_for("market")
NOON = 1_790_000_000_000_000


class Record(NamedTuple):
    offset: int
    value: bytes | None


def market() -> Partition[Market]:
    return Partition(all_deciders()["market"], 0, clock_shiftable=True)


def written(commands: int, claims: set[int], seals: set[int], deposed: set[int]) -> list[Record]:
    """A journal: before the commands numbered so another claim, a seal, or a batch of the claim before."""
    values: list[bytes] = []
    partition, claim, digest, late = market(), 0, BEGINNING.digest, list[bytes]()
    asked = [*setting_up(NOON + HOUR), *orders(commands, NOON + HOUR), *resting(commands, NOON + HOUR)]
    asked.insert(-commands // 2, (asked[-1][0], ShiftClock(by_us=5)))
    for number, (meta, command) in enumerate(asked):
        if number in claims or not values:
            claim = len(values)
            values.append(CODEC.encode_control(Claimed(worker="w", engine_version=1)))
        if number in deposed and claim:
            values += late
        if number in seals:
            seal = Sealed(claim=claim, seq=partition.intake.next_seq, digest=digest)
            values.append(CODEC.encode_control(seal))
        for outcome in partition.answer(number, NOON + number * 700, Asked(meta, command), claim):
            late = CODEC.encode_outcome(outcome)
            values += late
            for value in late:
                digest = chained(digest, value)
    return [Record(offset, value) for offset, value in enumerate(values)]


def damaged(records: list[Record], data: st.DataObject) -> list[Record]:
    place = data.draw(st.integers(0, len(records) - 1))
    offset, value = records[place]
    assert value is not None
    match data.draw(st.sampled_from(["byte", "short", "long", "empty", "lost", "gone", "twice"])):
        case "byte":
            at = data.draw(st.integers(0, len(value) - 1))
            other = value[:at] + bytes([value[at] ^ 1 << data.draw(st.integers(0, 7))]) + value[at + 1 :]
            records[place] = Record(offset, other)
        case "short":
            records[place] = Record(offset, value[: data.draw(st.integers(0, len(value)))])
        case "long":
            records[place] = Record(offset, value + b"\0")
        case "empty":
            records[place] = Record(offset, None)
        case "lost":
            del records[place]
        case "gone":
            later = [Record(each.offset - 1, each.value) for each in records[place + 1 :]]
            records[place:] = later
        case "twice":
            records[place:place] = [records[place]]
    return records


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=st.data(),
    places=st.tuples(*[st.sets(st.integers(1, 120), max_size=3)] * 3),
    cuts=st.lists(st.integers(1, 60), min_size=1, max_size=4),
    harmed=st.booleans(),
)
def test_a_journal_folded_by_outcomes_gives_what_it_gives_record_by_record(
    data: st.DataObject, places: tuple[set[int], set[int], set[int]], cuts: list[int], harmed: bool
) -> None:
    records = written(40, *places)
    if harmed:
        records = damaged(records, data)
    assert by_outcomes(records, cuts) == by_records(records)


def test_most_of_a_journal_is_folded_by_outcomes() -> None:
    records, simply = written(40, set(), set(), set()), []

    class Watched(JournalReader):
        def feed(self, offset: int, value: bytes | None) -> object:  # type: ignore[override]
            simply.append(offset)
            return super().feed(offset, value)

    refold(Watched("market.journal", 0, BEGINNING, CODEC), records, market(), CODEC)
    assert len(simply) < len(records) / 10


def by_outcomes(records: Sequence[Record], cuts: list[int]) -> object:
    partition, reader = market(), JournalReader("market.journal", 0, BEGINNING, CODEC)
    broken, place, folded = "", 0, 0
    try:
        while place < len(records):
            for cut in cuts:
                folded += refold(reader, records[place : place + cut], partition, CODEC)
                place += cut
        assert folded == partition.intake.next_seq
    except (InvariantBroken, LookupError) as error:  # a damaged fact may be none that the market can fold
        broken = f"{type(error).__name__}: {error}"
    return told(partition, reader, broken)


def by_records(records: Sequence[Record]) -> object:
    partition, reader = market(), JournalReader("market.journal", 0, BEGINNING, CODEC)
    broken = ""
    try:
        for offset, value in records:
            outcome = reader.feed(offset, value)
            if isinstance(outcome, tuple):
                for recorded in outcome:
                    partition.fold(recorded)
    except (InvariantBroken, LookupError) as error:  # a damaged fact may be none that the market can fold
        broken = f"{type(error).__name__}: {error}"
    return told(partition, reader, broken)


def told(partition: Partition[Market], reader: JournalReader, broken: str) -> object:
    return broken or (partition.written_down(), reader.position, reader.next_offset, reader.ignored)
