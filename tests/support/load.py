"""Work that goes on while something is killed: purchases, a flood of commands, a stream published and received."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from aiokafka.errors import KafkaError

from exchange.kernel.bases import CommandMeta
from exchange.kernel.errors import Unavailable
from exchange.kernel.time import HOUR
from exchange.market.commands import ConfirmDeposit
from exchange.market.facts import EntitlementGranted
from exchange.registry.commands import Role
from exchange.sdk import Buyer, Exchange
from streams.codec import codec_for
from streams.dataplane.publisher import PublisherLimits
from streams.producers import producing
from streams.topics import commands_topic
from tests.support.names import unique_name
from tests.support.node import insisting
from tests.support.trade import BANK, OPERATOR, PRICE_MINOR, Trade, a_participant

BUYERS = 4
RANGES = PublisherLimits(range_records=2_000)


@dataclass
class Load:
    """How much of each there is to do, and what came of it.

    Shape: `bought` are the trade ids that each buyer was told, in the order of its purchases; `flood` counts
    deposits of one minor unit for the stream's buyer, sent as raw commands.
    """

    records: int
    purchases: int
    flood: int
    shop: Trade
    stream: Trade
    buyers: Sequence[Buyer] = ()
    entitlement: EntitlementGranted | None = None
    received: list[bytes | None] = field(default_factory=list)
    bought: dict[str, list[str]] = field(default_factory=dict)
    flooded: int = 0
    hold_at: float = 1
    """No part goes further than this."""

    @property
    def done(self) -> tuple[float, float, float]:
        """How much of the stream was received, of the purchases made, of the flood sent; 1 is all of it."""
        bought = sum(map(len, self.bought.values()))
        return (
            len(self.received) / self.records,
            bought / (BUYERS * self.purchases),
            self.flooded / self.flood,
        )

    @property
    def under_way(self) -> bool:
        """Whether all of it has begun and none of it is done."""
        return all(0.1 < part < 1 for part in self.done)

    async def in_step(self, part: float, *, publishing: bool = False) -> None:
        """Wait while this part is well ahead of another one: whatever the machine, all are in the middle at once."""
        # What is received comes in whole ranges: who has yet to fill one does not wait for it.
        while part > min(min(self.done[1:] if publishing else self.done) + 0.3, self.hold_at):
            await asyncio.sleep(0.02)


async def a_load(
    exchange: Exchange, *, records: int, purchases: int, flood: int, partition: int | None = None
) -> Load:
    """Two products on sale, buyers with money for what they are going to buy, and a stream that is bought.

    Shape: with `partition` both are traded in that partition of the market.
    """
    shop, stream = Trade(exchange), Trade(exchange)
    for trade in (shop, stream):
        while partition not in (None, exchange.client.partition("market", trade.market_id)):
            trade.market_id = unique_name("M")
        await trade.prepare()
    load = Load(records, purchases, flood, shop, stream)
    load.buyers = [await _funded(shop, purchases * PRICE_MINOR) for _ in range(BUYERS)]
    load.entitlement = (await stream.buyer.buy(stream.listing, use=stream.use)).entitlement
    return load


async def run(load: Load, meanwhile: Callable[[], Awaitable[None]]) -> None:
    """Do all of it at once, and `meanwhile` in the middle."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(finish(load))
        while not load.under_way:
            await asyncio.sleep(0.01)
        await meanwhile()


async def finish(load: Load) -> None:
    """Do all of it at once; what was done before, under the same ids, is not done again."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_publish(load))
        tasks.create_task(insisting(lambda: _receive(load)))
        tasks.create_task(_flood(load))
        for buyer in load.buyers:
            tasks.create_task(_buy(load, buyer))


def moved(load: Load, exchange: Exchange, received: int) -> Load:
    """The same work on an exchange made again, of whose stream so many records were confirmed."""
    moved = Load(
        load.records, load.purchases, load.flood, _moved(load.shop, exchange), _moved(load.stream, exchange)
    )
    moved.buyers = [exchange.buyer(buyer.participant_id) for buyer in load.buyers]
    moved.entitlement = load.entitlement
    moved.received = load.received[:received]
    return moved


def _moved(trade: Trade, exchange: Exchange) -> Trade:
    again = Trade(exchange)
    again.market_id, again.product_id, again.listing = trade.market_id, trade.product_id, trade.listing
    again.seller = exchange.seller(trade.seller.participant_id)
    again.buyer = exchange.buyer(trade.buyer.participant_id)
    return again


def records_of(count: int) -> Iterator[tuple[bytes, bytes, int]]:
    """The records of the stream."""
    for number in range(count):
        yield b"ship-%d" % (number % 500), b"berth %d " % number * 8, 1_793_577_600_000_000 + number


async def _funded(trade: Trade, cash_minor: int) -> Buyer:
    name = unique_name("BU")
    await trade.exchange.operator(OPERATOR).admit(a_participant(name, "JP", Role.BUYER))
    bank = trade.exchange.custodian(BANK)
    await bank.confirm_deposit(trade.market_id, name, cash_minor, "CNY", unique_name("ref"))
    return trade.exchange.buyer(name)


async def _buy(load: Load, buyer: Buyer) -> None:
    """One purchase after another, each under an id of its own."""
    told = load.bought[buyer.participant_id] = []
    for number in range(load.purchases):
        await load.in_step(number / load.purchases)
        name = f"{buyer.participant_id}-{number}"
        placed = await insisting(
            lambda name=name: buyer.buy(load.shop.listing, use=load.shop.use, id=name)  # type: ignore[misc]
        )
        told.append(placed.trade.trade_id)


async def _publish(load: Load) -> None:
    """The same call again skips what is there already."""
    product_id, seller = load.stream.product_id, load.stream.seller
    await insisting(lambda: seller.publish(product_id, _paced(load), first_seq=0, limits=RANGES))
    await insisting(lambda: seller.complete(product_id, load.records - 1, id=f"{product_id}-complete"))


async def _paced(load: Load) -> AsyncIterator[tuple[bytes, bytes, int]]:
    for number, record in enumerate(records_of(load.records)):
        if number % 1_000 == 0:
            await load.in_step(number / load.records, publishing=True)
        yield record


async def _receive(load: Load) -> None:
    """Every record once: what is read again after a break is what was not confirmed before it."""
    assert load.entitlement is not None
    async for record in load.stream.buyer.deliveries(load.entitlement):
        if record.seq >= len(load.received):
            assert record.seq == len(load.received), f"{record.seq} came where {len(load.received)} was due"
            load.received.append(record.value)


async def _flood(load: Load) -> None:
    """Deposits as fast as Kafka takes them, in hundreds; a hundred of which one is unknown is sent again."""
    client, market_id = load.stream.exchange.client, load.stream.market_id
    valid_until = await client.exchange_time("market", market_id) + HOUR
    topic, partition = commands_topic("market"), client.partition("market", market_id)
    for first in range(0, load.flood, 100):
        await load.in_step(first / load.flood)
        values = [_deposit(load, number, valid_until) for number in range(first, first + 100)]

        async def hundred(values: Sequence[bytes] = values) -> None:
            try:
                async with producing(client.bootstrap_servers) as producer:
                    sent = [await producer.send(topic, value, partition=partition) for value in values]
                    await asyncio.gather(*sent)
            except KafkaError as error:
                raise Unavailable(repr(error)) from error

        await insisting(hundred)
        load.flooded += len(values)


def _deposit(load: Load, number: int, valid_until: int) -> bytes:
    name = f"{load.stream.product_id}-{number}"
    meta = CommandMeta(id=name, actor=BANK, valid_until=valid_until)
    deposit = ConfirmDeposit(
        participant_id=load.stream.buyer.participant_id, currency="CNY", amount_minor=1, reference=name
    )
    return codec_for("market").encode_command(meta, deposit)
