"""What must be true of an exchange after anything: found by reading everything that lies in its Kafka."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from exchange.kernel.bases import Outcome
from exchange.kernel.errors import Unreadable
from exchange.kernel.partition import Partition
from exchange.kernel.position import BEGINNING
from exchange.kernel.protocol import Passed
from exchange.market.state import Market
from exchange.store import VIEWS_READER, open_store, read_position
from streams.codec import codec_for
from streams.deciders import all_deciders
from streams.folding import accepted
from streams.journal import JournalReader
from streams.log import PartitionLog
from streams.reacting import READER as POLICIES_READER
from streams.topics import commands_topic, journal_topic
from tests.support.node import PLENTY_S, Node
from tests.support.waiting import eventually

Place: TypeAlias = tuple[str, int]
"""A context and one of its partitions."""


@dataclass
class Folded:
    """One partition, from its first record to its last.

    Shape: `outcomes` by the offset of their command; `passed` counts how often noise covers an offset;
    `ignored` are records of deposed writers.
    """

    partition: Partition[Any]
    commands: int = 0
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    passed: Counter[int] = field(default_factory=Counter)
    doubled: list[int] = field(default_factory=list)
    ignored: int = 0


async def fold_all(node: Node) -> dict[Place, Folded]:
    """Every partition of a node whose processes are up."""
    found = await asyncio.gather(*(fold(node.servers, *place) for place in node.places))
    return dict(zip(node.places, found, strict=True))


async def fold(servers: str, context: str, number: int) -> Folded:
    """Read a partition's journal from the start by the claim rule."""
    folded = Folded(Partition(all_deciders()[context], number))
    reader = JournalReader(journal_topic(context), number, BEGINNING, codec_for(context))
    async with PartitionLog(servers, commands_topic(context), number) as commands:
        folded.commands = await commands.end()
    async with PartitionLog(servers, journal_topic(context), number) as journal:
        async for records in journal.read(0, await journal.end()):
            for outcome in accepted(reader, records)[0]:
                _take(folded, outcome)
    folded.ignored = reader.ignored
    return folded


def _take(folded: Folded, outcome: Outcome) -> None:
    for recorded in outcome:
        folded.partition.fold(recorded)
    meta, fact = outcome[0]
    if isinstance(fact, Passed):
        for run in fact.runs:
            folded.passed.update(range(run.first, run.last + 1))
    elif meta.cause in folded.outcomes:
        folded.doubled.append(meta.cause)
    else:
        folded.outcomes[meta.cause] = outcome


async def every_command_has_one_outcome(servers: str, place: Place, folded: Folded) -> None:
    """Each command is answered once, in order, under its own id; nothing else is answered."""
    context, number = place
    answered = Counter(folded.outcomes.keys()) + folded.passed
    assert not folded.doubled, f"{place}: answered twice: {folded.doubled[:10]}"
    twice = [offset for offset, times in answered.items() if times > 1]
    assert not twice, f"{place}: answered and passed over: {twice[:10]}"
    assert list(folded.outcomes) == sorted(folded.outcomes), f"{place}: answered out of order"
    codec = codec_for(context)
    # By the records that lie there: where somebody's transaction left its mark, an offset holds none.
    asked: set[int] = set()
    async with PartitionLog(servers, commands_topic(context), number) as commands:
        async for records in commands.read(0, folded.commands):
            for record in records:
                asked.add(record.offset)
                outcome = folded.outcomes.get(record.offset)
                try:
                    meta, _ = codec.decode_command(record.value or b"")
                except Unreadable:
                    continue
                if outcome is not None:
                    assert {recorded.meta.command_id for recorded in outcome} == {meta.id}, (
                        place,
                        record.offset,
                    )
    unanswered = sorted(asked - answered.keys())
    assert not unanswered, f"{place}: {len(unanswered)} without an outcome, the first {unanswered[:10]}"
    assert answered.keys() <= asked, f"{place}: answers to what nobody asked"


def money_is_conserved(market: Market) -> Mapping[str, int]:
    """Purses, escrow, payables and fees are what was deposited less what was paid out; the latter, by currency."""
    held: dict[str, int] = defaultdict(int)
    for purses in market.purses.values():
        for currency, purse in purses.items():
            assert min(purse.cash, purse.reserved, purse.payable) >= 0, purse
            held[currency] += purse.cash + purse.reserved + purse.payable
    for purchase in market.purchases.values():
        held[purchase.currency] += purchase.escrow_minor
    for currency, till in market.tills.items():
        held[currency] += till.fee_net + till.fee_tax
    came_in = {
        currency: till.deposited + till.moved - till.paid_out for currency, till in market.tills.items()
    }
    assert dict(held) == came_in
    return came_in


async def quiet(node: Node) -> None:
    """Wait until everything asked is decided, answered by the policies and shown by the projections."""
    store = open_store(node.directory.store_url)
    try:
        await eventually(lambda: _is_quiet(node, store), PLENTY_S)
    finally:
        store.close()


async def _is_quiet(node: Node, store: Any) -> bool:
    before = await _ends(node)
    for (topic, number), end in before.items():
        if topic.endswith(".journal"):
            for reader in (VIEWS_READER, POLICIES_READER):
                position = await asyncio.to_thread(read_position, store, reader, topic, number)
                stands = position.offset if position else 0
                assert stands == end, f"{reader} stand at {stands} of {end} in {topic}/{number}"
    for place, folded in (await fold_all(node)).items():
        answered = folded.outcomes.keys() | folded.passed.keys()
        assert len(answered) == folded.commands, (
            f"{place}: {folded.commands - len(answered)} commands are not answered"
        )
    return await _ends(node) == before


async def _ends(node: Node) -> dict[tuple[str, int], int]:
    places = [
        (topic, number)
        for context, number in node.places
        for topic in (commands_topic(context), journal_topic(context))
    ]

    async def end(topic: str, number: int) -> int:
        async with PartitionLog(node.servers, topic, number) as log:
            return await log.end()

    return dict(zip(places, await asyncio.gather(*(end(*place) for place in places)), strict=True))
