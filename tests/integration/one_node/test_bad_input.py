"""Whatever lies in the topics: each bad record gets its answer, and every good one around it is decided."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from exchange.delivery.commands import CompletePublication
from exchange.kernel.bases import Command, CommandMeta, FactMeta, Recorded, Source
from exchange.kernel.errors import ExchangeError, Misuse
from exchange.kernel.protocol import POLICY_ACTOR, InputUnreadable, Refused, Repeated, ShiftClock, Tick
from exchange.kernel.time import DAY, HOUR, SECOND
from exchange.market.commands import (
    AcceptDelivery,
    AdoptRuleset,
    CancelOrder,
    ConfirmDeposit,
    PlaceOrder,
    SetInstrumentState,
    Side,
    Use,
)
from exchange.market.facts import DepositConfirmed
from exchange.market.state import Market, purse_of
from exchange.registry.commands import ReinstateParticipant, Role
from exchange.sdk import Exchange
from streams.codec import codec_for
from streams.dataplane.layout import STREAM_BEGINNING
from streams.dataplane.publisher import PublisherLimits
from streams.dataplane.reader import stream_tail
from streams.limits import COMMAND_BYTES_MAX
from streams.log import PartitionLog
from streams.node.directory import DataDirectory
from streams.producers import producing
from streams.topics import RECORD_BYTES_MAX, commands_topic, journal_topic, stream_topic
from tests.support import eventually, unique_name
from tests.support.bad import Bad, answer_to, fits, out_of_range, raw_producer, refused, unreadable
from tests.support.node import DECIDERS, PLENTY_S, PROJECTIONS, Node, a_node
from tests.support.reckoning import every_command_has_one_outcome, fold, money_is_conserved
from tests.support.trade import BANK, OPERATOR, Trade, a_draft, a_participant

pytestmark = pytest.mark.timeout(900)

MARKET = codec_for("market")
LONG_MAX = 2**63 - 1
FUZZED = 400


@pytest.fixture
async def exchange(node: DataDirectory) -> AsyncIterator[Exchange]:
    async with Exchange.open(node.path) as exchange:
        yield exchange


@pytest.fixture
async def trade(exchange: Exchange) -> Trade:
    return await Trade(exchange).prepare()


class Bench:
    """One market partition, into which anything may be put."""

    def __init__(self, trade: Trade, now: int) -> None:
        self.trade = trade
        self.number = trade.exchange.client.partition("market", trade.market_id)
        self.now = now
        self.buyer_id = trade.buyer.participant_id

    def meta(self, actor: str = "", **changed: Any) -> CommandMeta:
        values = {
            "id": unique_name("c"),
            "actor": actor or self.buyer_id,
            "valid_until": self.now + HOUR,
        }
        return CommandMeta(**(values | changed))

    def said(self, command: Command, actor: str = "", **changed: Any) -> bytes:
        """A command as bytes; nothing of it is checked but that it fits Avro."""
        return MARKET.encode_command(self.meta(actor, **changed), command)

    def bid(self, **changed: Any) -> PlaceOrder:
        values: dict[str, Any] = {
            "instrument_id": self.trade.listing.listing_id,
            "side": Side.BID,
            "quantity": 1,
            "price": 1_000,
            "use": self.trade.use,
        }
        return PlaceOrder(**(values | changed))

    def deposit(self, **changed: Any) -> ConfirmDeposit:
        values: dict[str, Any] = {
            "participant_id": self.buyer_id,
            "currency": "CNY",
            "amount_minor": 1,
            "reference": unique_name("ref"),
        }
        return ConfirmDeposit(**(values | changed))

    def good(self) -> bytes:
        """One fen more for the buyer."""
        return self.said(self.deposit(), BANK)


def bytes_nobody_can_read(bench: Bench) -> list[Bad]:
    bid = bench.said(bench.bid())
    other = codec_for("registry").encode_command(bench.meta(), ReinstateParticipant(participant_id="BU-99"))
    fact = DepositConfirmed(
        participant_id=bench.buyer_id, currency="CNY", amount_minor=10**9, bank_id=BANK, reference="forged"
    )
    meta = FactMeta(seq=0, claim=0, cause=0, index=0, last=0, command_id="c", actor=BANK, at=bench.now)
    huge = bench.said(bench.bid(price=LONG_MAX))
    longest = b"\xfe" + b"\xff" * 8 + b"\x01"
    places = bench.said(bench.bid(use=Use(remote_access_from=("ZZ",))))
    return [
        Bad(None, (InputUnreadable, "EMPTY", "no value"), key=b"k"),
        unreadable(b"", "0 bytes are too few"),
        unreadable(b"\x00\x00", "2 bytes are too few"),
        unreadable(b"hello, is this the exchange?", "first byte is 0x68"),
        unreadable(b'{"type": "PlaceOrder", "quantity": 1}', "first byte is 0x7b"),
        unreadable(b"\x00\xff\xff\xff\xff" + bid[5:], "schema id 4294967295 is in no ids.json here"),
        unreadable(other, "ReinstateParticipant, not one of the commands of market"),
        unreadable(MARKET.encode_fact(Recorded(meta, fact)), "not one of the commands of market"),
        unreadable(bid[:-1], "ends too early"),
        unreadable(bid[:5], "ends too early"),
        unreadable(bid + b"\x00", "1 bytes are left over"),
        unreadable(bid.replace(b"\x06bid", b"\x06b\xff\xfe"), "utf-8"),
        unreadable(huge.replace(longest, b"\xff" * 10 + b"\x01"), "more than 64 bits"),
        unreadable(huge.replace(longest, b"\xff" * 9 + b"\x7f"), "more than 64 bits"),
        unreadable(places.replace(b"\x02\x04ZZ", longest + b"\x04ZZ"), "ends too early"),
        unreadable(places.replace(b"\x04ZZ", longest + b"ZZ"), "ends too early"),
        unreadable(bench.said(bench.bid(), "no name at all"), "actor"),
        unreadable(bench.said(bench.bid(), bench.buyer_id + "\n"), "actor"),
        unreadable(bench.said(bench.bid(), id=""), "id"),
        unreadable(bench.said(bench.bid(), valid_until=LONG_MAX), "valid_until: expected int <="),
        unreadable(bench.said(bench.bid(), valid_until=-LONG_MAX - 1), "valid_until: expected int >= 0"),
        unreadable(b"\x00" * (COMMAND_BYTES_MAX + 1), f"at most {COMMAND_BYTES_MAX}", "OVERSIZED"),
        unreadable(bid + b"\x00" * 1_900_000, f"at most {COMMAND_BYTES_MAX}", "OVERSIZED"),
        Bad(b"no command", (InputUnreadable, "UNREADABLE", "0x6e"), key=b"k" * 400_000),
        Bad(b"no command", (InputUnreadable, "UNREADABLE", "0x6e"), key=b"\0control"),
    ]


def values_out_of_range(bench: Bench) -> list[Bad]:
    said, bid, deposit = bench.said, bench.bid, bench.deposit
    forever: Any = "forever"
    sideways: Any = "sideways"
    return [
        out_of_range(said(bid(quantity=-1)), "quantity: expected int >= 1, found -1"),
        out_of_range(said(bid(quantity=0)), "quantity"),
        out_of_range(said(bid(quantity=LONG_MAX)), "quantity: expected int <= 1000000000"),
        out_of_range(said(bid(quantity=-LONG_MAX - 1)), "quantity"),
        out_of_range(said(bid(price=-1_000)), "price: expected int >= 1, found -1000"),
        out_of_range(said(bid(price=LONG_MAX)), "price"),
        out_of_range(said(bid(side=sideways)), "side: expected one of bid, ask, found 'sideways'"),
        out_of_range(said(bid(time_in_force=forever)), "time_in_force"),
        out_of_range(said(bid(instrument_id="L 1; drop table orders")), "instrument_id"),
        out_of_range(said(bid(reference="r" * 201)), "reference"),
        out_of_range(said(bid(use=Use(remote_access_from=("CN",) * 51))), "remote_access_from"),
        out_of_range(said(bid(use=Use(place_of_use="cn"))), "place_of_use"),
        out_of_range(said(bid(use=Use(licence_digest=bytes(65)))), "licence_digest"),
        out_of_range(said(deposit(amount_minor=-10**9), BANK), "amount_minor"),
        out_of_range(said(deposit(amount_minor=10**15 + 1), BANK), "amount_minor"),
        out_of_range(said(deposit(currency="yuan"), BANK), "currency"),
        out_of_range(said(deposit(participant_id="BU-01\n"), BANK), "participant_id"),
        out_of_range(said(ShiftClock(by_us=-HOUR)), "by_us"),
    ]  # fmt: skip


def what_the_domain_refuses(bench: Bench) -> list[Bad]:
    said, bid, deposit, now = bench.said, bench.bid, bench.deposit, bench.now
    halt = SetInstrumentState(instrument_id=bench.trade.listing.listing_id, state="closed")
    none = AdoptRuleset(ruleset_version="0", ruleset_digest="0" * 64, effective_at=0)
    made_up = Source(topic=journal_topic("registry"), partition=0, seq=LONG_MAX, index=0)
    return [
        refused(said(bid(), "BU-NOBODY"), "PARTICIPANT_UNKNOWN", "BU-NOBODY"),
        refused(said(deposit(participant_id="BU-NOBODY"), BANK), "PARTICIPANT_UNKNOWN", "BU-NOBODY"),
        refused(said(deposit()), "ROLE_MISSING", "only a custodian"),
        refused(said(deposit(currency="ZZZ"), BANK), "CURRENCY_UNKNOWN", "ZZZ"),
        refused(said(bid(quantity=5_000, price=10**6)), "FUNDS_INSUFFICIENT", "it needs CNY 50,000,000.00"),
        refused(said(bid(quantity=10**9, price=10**12)), "AMOUNT_TOO_LARGE"),
        refused(said(bid(instrument_id="L-99.99.0")), "INSTRUMENT_UNKNOWN"),
        refused(said(bid(use=Use())), "LICENCE_NOT_ACCEPTED"),
        refused(said(CancelOrder(order_id="O-99.1.0")), "ORDER_UNKNOWN"),
        refused(said(AcceptDelivery(trade_id="T-99.1.0")), "TRADE_UNKNOWN"),
        refused(said(bid(), valid_until=now - SECOND), "COMMAND_EXPIRED", "send it again with a new id"),
        refused(said(bid(), valid_until=now + 8 * DAY), "VALID_UNTIL_TOO_FAR", "7 days"),
        refused(said(bid(), valid_until=0), "COMMAND_EXPIRED", "1970-01-01"),
        refused(said(halt, POLICY_ACTOR), "NOT_PERMITTED", "speak as a participant"),
        refused(said(deposit(), POLICY_ACTOR), "NOT_PERMITTED"),
        refused(said(halt), "NOT_PERMITTED"),
        refused(said(none), "NOT_PERMITTED"),
        refused(said(halt, source=made_up), "NOT_PERMITTED", "only policies name a source"),
        Bad(said(Tick()), (None, "NOTHING_DUE", "")),
    ]


def what_was_said_before(bench: Bench, order_id: str, trade_id: str) -> list[Bad]:
    """Ids used again, and what belongs to somebody else: the bank asks for what is the buyer's."""
    said, bid = bench.said, bench.bid
    cheap, name = bid(price=1, reference="twice"), unique_name("twice")
    taken = bench.said(bench.deposit(), BANK, id=unique_name("taken"))
    deposit_id = MARKET.decode_command(taken)[0].id
    return [
        Bad(said(cheap, "BU-NOBODY", id=name), (Refused, "PARTICIPANT_UNKNOWN", "")),
        Bad(said(cheap, "BU-NOBODY", id=name), (Repeated, "", "")),
        Bad(taken, (DepositConfirmed, "", "")),
        Bad(taken, (Repeated, "", "")),
        refused(said(bench.deposit(), BANK, id=deposit_id), "ID_TAKEN", "choose a new id"),
        refused(said(bench.deposit(amount_minor=-5), BANK, id=deposit_id), "ID_TAKEN"),
        refused(said(CancelOrder(order_id=order_id), BANK), "ORDER_UNKNOWN", BANK),
        refused(said(AcceptDelivery(trade_id=trade_id), BANK), "NOT_PERMITTED", BANK),
    ]


def fuzzed(bench: Bench, seed: int) -> list[bytes]:
    """A bid of nobody's with some bytes changed, cut out or put in."""
    chance = random.Random(seed)
    found = []
    for _ in range(FUZZED):
        value = bytearray(bench.said(bench.bid(), "BU-NOBODY"))
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(value))
            value[place : place + chance.randint(0, 2)] = chance.randbytes(chance.randint(0, 3))
        found.append(bytes(value))
    return found


async def test_bad_input_between_good_ones_each_gets_its_answer_and_nothing_else_is_lost(
    trade: Trade, node: DataDirectory
) -> None:
    bench = Bench(trade, await trade.exchange.client.exchange_time("market", trade.market_id))
    servers = Node(node).servers
    resting = await trade.buyer.bid(trade.listing, 1, 500, use=trade.use)
    bought = await trade.buyer.buy(trade.listing, use=trade.use)
    before = (await fold(servers, "market", bench.number)).partition.state

    bads = [
        *bytes_nobody_can_read(bench),
        *values_out_of_range(bench),
        *what_the_domain_refuses(bench),
        *what_was_said_before(bench, resting.order_id, bought.trade.trade_id),
    ]
    goods: list[int] = []
    offsets: list[int] = []
    async with raw_producer(servers) as producer:
        for bad in bads:
            goods.append(await put(producer, bench.number, bench.good()))
            offsets.append(await put(producer, bench.number, bad.value, bad.key))
        noise = [await put(producer, bench.number, value) for value in fuzzed(bench, seed=7)]
        goods.append(await put(producer, bench.number, bench.good()))
    await eventually(lambda: _answered(servers, bench.number, goods[-1]), PLENTY_S)

    folded = await fold(servers, "market", bench.number)
    await every_command_has_one_outcome(servers, ("market", bench.number), folded)
    wrong = [
        f"{wanted} got {found}"
        for offset, bad in zip(offsets, bads, strict=True)
        if (wanted := bad.wanted) and not fits(wanted, found := answer_to(folded, offset))
    ]
    assert not wrong, "\n".join(wrong)
    for good in goods:
        assert isinstance(answer_to(folded, good)[0], DepositConfirmed)
    for offset in noise:
        assert isinstance(answer_to(folded, offset)[0], Refused | InputUnreadable)
    deposits = len(goods) + 1  # the deposit that was told twice counts once
    _only_deposits_changed(bench, before, folded.partition.state, deposits)
    await _policies_still_speak(trade)


def _only_deposits_changed(bench: Bench, before: Market, after: Market, deposits: int) -> None:
    was, now = (purse_of(state, bench.buyer_id, "CNY") for state in (before, after))
    assert (now.cash, now.reserved) == (was.cash + deposits, was.reserved)
    assert money_is_conserved(after)["CNY"] == money_is_conserved(before)["CNY"] + deposits
    for part in ("orders", "instruments", "purchases", "concluded", "participants", "rulesets"):
        assert msgspec.to_builtins(getattr(after, part)) == msgspec.to_builtins(getattr(before, part))


async def _policies_still_speak(trade: Trade) -> None:
    """The source that a client made up would have had every later word of the registry passed over."""
    name = unique_name("BU")
    await trade.exchange.operator(OPERATOR).admit(a_participant(name, "CN", Role.BUYER))
    await trade.exchange.custodian(BANK).confirm_deposit(trade.market_id, name, 5, "CNY", unique_name("ref"))


async def _answered(servers: str, number: int, offset: int) -> bool:
    return offset in (await fold(servers, "market", number)).outcomes


async def test_a_record_that_grows_when_unpacked_is_oversized_like_any_other(
    exchange: Exchange, node: DataDirectory
) -> None:
    async with raw_producer(Node(node).servers, compression_type="gzip") as producer:
        await producer.send_and_wait(commands_topic("registry"), bytes(20_000_000), partition=0)
    answer = await exchange.operator(OPERATOR).ask("registry", 0, ReinstateParticipant(participant_id="BU-0"))
    assert answer.refused is not None
    folded = await fold(Node(node).servers, "registry", 0)
    (fact,) = answer_to(folded, answer.outcome[0].meta.cause - 1)
    assert isinstance(fact, InputUnreadable)
    assert (fact.reason, fact.size_bytes) == ("OVERSIZED", 20_000_000)


async def test_what_a_foreign_transaction_leaves_in_a_topic_holds_up_nobody(
    exchange: Exchange, node: DataDirectory
) -> None:
    """Its mark takes an offset and is no record: whoever reads to the end need not wait for one."""
    servers, number = Node(node).servers, 1
    async with PartitionLog(servers, commands_topic("delivery"), number) as log:
        before = await log.end()
        foreign = raw_producer(servers, transactional_id=unique_name("foreign"))
        async with foreign, foreign.transaction():
            await foreign.send_and_wait(commands_topic("delivery"), b"foreign", partition=number)
        end = await eventually(lambda: _grown_by(log, before, 2), PLENTY_S)
        async with asyncio.timeout(PLENTY_S):
            read = [record.offset async for records in log.read(before, end) for record in records]
        assert read == [before]
    command = CompletePublication(product_id="P-NONE", through=1)
    answer = await exchange.operator(OPERATOR).ask("delivery", number, command)
    assert answer.refused is not None


async def _grown_by(log: PartitionLog, before: int, records: int) -> int:
    end = await log.end()
    assert end == before + records
    return end


async def test_what_is_too_large_is_refused_with_the_limit_before_it_is_sent(
    exchange: Exchange, node: DataDirectory
) -> None:
    lines = tuple("x" * 200 for _ in range(100))
    draft = a_draft("P-LARGE", languages=lines)
    licence = msgspec.structs.replace(draft.licence, purposes=lines, permitted=lines, prohibited=lines)
    with pytest.raises(Misuse, match=f"at most {COMMAND_BYTES_MAX} are read"):
        await exchange.seller("SE-01").draft(msgspec.structs.replace(draft, licence=licence))
    async with raw_producer(Node(node).servers) as producer:
        with pytest.raises(MessageSizeTooLargeError):
            await producer.send_and_wait(commands_topic("registry"), bytes(RECORD_BYTES_MAX + 1), partition=0)


async def test_foreign_records_in_a_product_stream_are_passed_over(trade: Trade, node: DataDirectory) -> None:
    entitlement = (await trade.buyer.buy(trade.listing, use=trade.use)).entitlement
    limits = PublisherLimits(range_records=50)
    foreign: list[list[tuple[str, bytes]]] = [
        [],
        [("corridor", b"")],
        [("corridor", b"garbage of another length altogether")],
        [("corridor", bytes(28))],
        [("corridor", b"\xff" * 28)],
        [("another", b"header")],
    ]
    async with raw_producer(Node(node).servers) as producer:
        for first in range(0, 300, 100):
            records = [(b"k%d" % n, b"v%d" % n, n) for n in range(first, first + 100)]
            await trade.seller.publish(trade.product_id, records, limits=limits)
            for headers in foreign:
                await producer.send_and_wait(
                    stream_topic(trade.product_id), b"foreign", headers=headers, partition=0
                )
    await trade.seller.complete(trade.product_id)
    received = [record async for record in trade.buyer.deliveries(entitlement)]
    assert [(record.seq, record.key) for record in received] == [(n, b"k%d" % n) for n in range(300)]
    async with stream_tail(Node(node).servers, trade.product_id, STREAM_BEGINNING) as tail:
        async for accepted in tail.through(await tail.end()):
            assert accepted.gap is None
        assert tail.ignored == 3 * len(foreign)


async def test_a_foreign_record_in_a_journal_stops_its_readers_by_name(tmp_path: Path) -> None:
    async with a_node(tmp_path / "node") as node, node.exchange() as exchange:
        ask = ReinstateParticipant(participant_id="BU-0")
        await exchange.operator(OPERATOR).ask("registry", 0, ask)
        async with producing(node.servers) as producer:
            sent = await producer.send_and_wait(journal_topic("registry"), b"not a fact", partition=0)
        place = f"journal registry.journal/0 at offset {sent.offset}: "
        for name in (DECIDERS, PROJECTIONS):
            await eventually(lambda name=name: f"{name} ends: {place}" in node.log(name), PLENTY_S)
        async with node.exchange() as other:
            with pytest.raises(ExchangeError, match=f"registry.journal/0 at offset {sent.offset}"):
                await other.operator(OPERATOR).ask("registry", 0, ask, deadline_s=5)


async def put(producer: AIOKafkaProducer, number: int, value: bytes | None, key: bytes | None = None) -> int:
    sent = await producer.send_and_wait(commands_topic("market"), value, key=key, partition=number)
    return int(sent.offset)
