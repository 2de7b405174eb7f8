"""The SDK on a whole node: list, buy, publish, receive, settle."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from exchange.delivery.commands import ConfirmReceipt, ObjectToDelivery, ReportRange
from exchange.delivery.facts import DigestsDiffered, RangePublished, RangeUnconfirmed
from exchange.kernel.bases import Command
from exchange.kernel.errors import Misuse
from exchange.market.commands import ConfirmDeposit, Use
from exchange.market.facts import DepositConfirmed, PurchaseAccepted, PurchaseRefunded
from exchange.registry.commands import SuspendParticipant
from exchange.sdk import Exchange, NothingTraded, Progress, RecordsMissing, Refusal
from streams.dataplane.layout import STREAM_BEGINNING
from streams.dataplane.publisher import Publisher, PublisherLimits
from streams.dataplane.reader import stream_tail
from streams.dataplane.writer import StreamWriter
from streams.node.directory import DataDirectory
from streams.topics import ensure_topics, stream_spec
from tests.support.names import unique_name
from tests.support.trade import BANK, Trade, open_exchange

SMALL = PublisherLimits(range_records=400)


def some_records(first: int, count: int) -> Iterator[tuple[bytes, bytes, int]]:
    for number in range(first, first + count):
        yield b"ship-%d" % number, b"berth %d" % number, 1_793_577_600_000_000 + number


@pytest.fixture
async def exchange(node: DataDirectory) -> AsyncIterator[Exchange]:
    async with Exchange.open(node.path) as exchange:
        yield exchange


@pytest.fixture
async def trade(exchange: Exchange) -> Trade:
    return await Trade(exchange).prepare()


async def test_a_product_is_bought_published_received_accepted_and_shown(trade: Trade) -> None:
    purchase = await trade.buyer.buy(trade.listing, use=trade.use)
    assert purchase.trade.amount_minor == 1_200_000
    told: list[Progress] = []
    published = await trade.seller.publish(
        trade.product_id, some_records(0, 1_000), told.append, limits=SMALL
    )
    assert (published.through, published.records, len(published.ranges)) == (999, 1_000, 3)
    assert told[-1].records == 1_000
    completed = await trade.seller.complete(trade.product_id)
    assert completed.entitlement_ids == (purchase.entitlement.entitlement_id,)

    received = [record async for record in trade.buyer.deliveries(purchase.entitlement)]
    assert [(r.key, r.value, r.event_time) for r in received] == list(some_records(0, 1_000))
    assert [r.seq for r in received] == list(range(1_000))

    accepted = await trade.buyer.conclusion(purchase.entitlement)
    assert isinstance(accepted, PurchaseAccepted)
    assert (accepted.seller_minor, accepted.fee_net_minor, accepted.fee_tax_minor) == (
        1_170_000,
        28_302,
        1_698,
    )
    assert accepted.basis == "evidence"

    analyst = trade.exchange.analyst()
    await analyst.up_to_date()
    shown = await analyst.query("receipts", entitlement=purchase.entitlement.entitlement_id)
    assert [row["records"] for row in shown.as_dicts()] == [400, 400, 200]
    with pytest.raises(Misuse):
        await analyst.sql("select nothing from nowhere")


async def test_a_buyer_that_crashed_goes_on_where_its_receipts_end(trade: Trade) -> None:
    entitlement = (await trade.buyer.buy(trade.listing, use=trade.use)).entitlement
    await trade.seller.publish(trade.product_id, some_records(0, 1_000), limits=SMALL)
    await trade.seller.complete(trade.product_id)
    taken = 0
    async for record in trade.buyer.deliveries(entitlement):
        taken = record.seq
        if taken == 700:
            break
    again = [record.seq async for record in trade.buyer.deliveries(entitlement.entitlement_id)]
    assert again == list(range(400, 1_000))
    assert [record.seq async for record in trade.buyer.deliveries(entitlement.entitlement_id)] == []


async def test_what_is_published_while_the_buyer_waits_is_delivered_and_taken_only_as_it_asks(
    trade: Trade,
) -> None:
    entitlement = (await trade.buyer.buy(trade.listing, use=trade.use)).entitlement
    bought = asyncio.Event()

    async def live() -> AsyncIterator[tuple[bytes, bytes, int]]:
        for record in some_records(0, 10):
            yield record
        await bought.wait()
        for record in some_records(10, 10):
            yield record

    limits = PublisherLimits(range_s=0.2, linger_s=0.02)
    publishing = asyncio.create_task(trade.seller.publish(trade.product_id, live(), limits=limits))
    seen = []
    async for record in trade.buyer.deliveries(entitlement):
        seen.append(record.seq)
        if record.seq == 9:
            bought.set()
            await publishing
            await trade.seller.complete(trade.product_id)
    assert seen == list(range(20))


async def test_publishing_again_after_a_crash_skips_what_is_there(trade: Trade) -> None:
    async def crashing() -> AsyncIterator[tuple[bytes, bytes, int]]:
        for record in some_records(0, 1_500):
            yield record
        raise ConnectionError("the source is gone")

    with pytest.raises(ConnectionError):
        await trade.seller.publish(trade.product_id, crashing(), limits=SMALL)
    published = await trade.seller.publish(
        trade.product_id, some_records(0, 2_000), first_seq=0, limits=SMALL
    )
    assert published.through == 1_999
    servers = trade.exchange.client.bootstrap_servers
    async with stream_tail(servers, trade.product_id, STREAM_BEGINNING) as tail:
        records = [r async for a in tail.through(await tail.end()) for r in a.records]
    assert [record.key for record in records] == [b"ship-%d" % number for number in range(2_000)]
    with pytest.raises(Misuse, match="would leave a gap"):
        await trade.seller.publish(trade.product_id, [], first_seq=3_000)


async def test_a_digest_that_differs_is_ruled_on_by_what_lies_in_the_topic(trade: Trade) -> None:
    entitlement = (await trade.buyer.buy(trade.listing, use=trade.use)).entitlement
    published = await trade.seller.publish(trade.product_id, some_records(0, 100))
    await trade.seller.complete(trade.product_id)
    wrong = ConfirmReceipt(
        entitlement_id=entitlement.entitlement_id,
        product_id=trade.product_id,
        first=0,
        last=99,
        count=100,
        digest=bytes(32),
    )
    answer = await trade.buyer.ask("delivery", trade.product_id, wrong)
    assert answer.fact(DigestsDiffered).seller_digest == published.ranges[0].digest
    accepted = await trade.buyer.conclusion(entitlement, deadline_s=60)
    assert isinstance(accepted, PurchaseAccepted)
    assert accepted.basis == "ruling"


async def test_records_that_were_reported_and_do_not_lie_in_the_stream_are_missed_by_name(
    trade: Trade,
) -> None:
    entitlement = (await trade.buyer.buy(trade.listing, use=trade.use)).entitlement
    servers = trade.exchange.client.bootstrap_servers
    await ensure_topics(servers, [stream_spec(trade.product_id)])
    async with (
        Publisher(servers, trade.product_id, seller="SE", worker="w", start=STREAM_BEGINNING) as publisher,
        StreamWriter(servers, trade.product_id) as writer,
    ):
        writer.claim = publisher.claim
        for seq in (0, 1, 5, 6):
            writer.next_seq = seq
            writer.append((b"k", b"v", 0))
        await writer.settle()
        claim = publisher.claim
    report = _range(trade.product_id, 0, 6, claim)
    answer = await trade.seller.ask("delivery", trade.product_id, report)
    answer.fact(RangePublished)
    seen: list[int] = []

    async def receive() -> None:
        async for record in trade.buyer.deliveries(entitlement):
            seen.append(record.seq)

    with pytest.raises(RecordsMissing, match="records 2 to 6"):
        await receive()
    assert seen == [0, 1]
    analyst = trade.exchange.analyst()
    await analyst.up_to_date()
    gaps = await analyst.query("gaps", entitlement=entitlement.entitlement_id)
    assert [(row["first_seq"], row["last_seq"]) for row in gaps.as_dicts()] == [(2, 6)]


def _range(product_id: str, first: int, last: int, claim: int) -> Command:
    return ReportRange(
        product_id=product_id,
        first=first,
        last=last,
        count=last - first + 1,
        size_bytes=2 * (last - first + 1),
        digest=bytes(32),
        first_offset=claim + 1,
        last_offset=claim + last - first + 1,
        stream_claim=claim,
    )


async def test_what_was_reported_with_no_stream_at_all_is_ruled_on_and_refunded(trade: Trade) -> None:
    entitlement = (await trade.buyer.buy(trade.listing, use=trade.use)).entitlement
    answer = await trade.seller.ask("delivery", trade.product_id, _range(trade.product_id, 0, 9, 0))
    answer.fact(RangePublished)
    wrong = ConfirmReceipt(
        entitlement_id=entitlement.entitlement_id,
        product_id=trade.product_id,
        first=0,
        last=9,
        count=10,
        digest=bytes([1] * 32),
    )
    (await trade.buyer.ask("delivery", trade.product_id, wrong)).fact(DigestsDiffered)
    refunded = await trade.buyer.conclusion(entitlement, deadline_s=60)
    assert isinstance(refunded, PurchaseRefunded)
    assert refunded.basis == "ruling"


async def test_an_objection_without_receipts_ends_with_what_lies_in_the_stream(trade: Trade) -> None:
    entitlement = (await trade.buyer.buy(trade.listing, use=trade.use)).entitlement
    await trade.seller.publish(trade.product_id, some_records(0, 1_000), limits=SMALL)
    await trade.seller.complete(trade.product_id)
    objection = ObjectToDelivery(
        entitlement_id=entitlement.entitlement_id, product_id=trade.product_id, grounds="Not what I wanted."
    )
    (await trade.buyer.ask("delivery", trade.product_id, objection)).fact(RangeUnconfirmed)
    accepted = await trade.buyer.conclusion(entitlement, deadline_s=60)
    assert isinstance(accepted, PurchaseAccepted)
    assert accepted.basis == "ruling"


async def test_a_refusal_names_its_reason_and_a_purchase_at_too_low_a_price_changes_nothing(
    trade: Trade,
) -> None:
    elsewhere = Use(purpose="transport", place_of_use="US", licence_digest=trade.listing.licence_digest)
    with pytest.raises(Refusal) as refusal:
        await trade.buyer.buy(trade.listing, use=elsewhere)
    assert refusal.value.reason == "FENCE_REFUSED"
    assert refusal.value.codes
    with pytest.raises(NothingTraded):
        await trade.buyer.buy(trade.listing, price=1, use=trade.use)
    with pytest.raises(Refusal, match="FUNDS_INSUFFICIENT"):
        await trade.buyer.buy(trade.listing, quantity=2, use=trade.use)
    bid = await trade.buyer.bid(trade.listing, 1, 500, use=trade.use)
    assert (await trade.buyer.cancel(bid)).released_minor == 500
    assert (await trade.buyer.buy(trade.listing, use=trade.use)).trade.amount_minor == 1_200_000


async def test_the_same_question_again_gets_the_first_answer_even_from_another_client(
    exchange: Exchange, node: DataDirectory
) -> None:
    await open_exchange(exchange)
    market, name = unique_name("M"), unique_name("c")
    deposit = ConfirmDeposit(participant_id="OP-01", currency="CNY", amount_minor=5, reference=name)
    first = await exchange.custodian(BANK).ask("market", market, deposit, id=name)
    first.fact(DepositConfirmed)
    async with Exchange.open(node.path) as other:
        again = await other.custodian(BANK).ask("market", market, deposit, id=name)
        assert again.repeated
        assert (again.outcome, again.position) == (first.outcome, first.position)
        changed = ConfirmDeposit(participant_id="OP-01", currency="CNY", amount_minor=6, reference=name)
        taken = await other.custodian(BANK).ask("market", market, changed, id=name)
        assert taken.refused is not None
        assert taken.refused.reason == "ID_TAKEN"


async def test_commands_that_cannot_be_read_are_refused_before_they_are_sent(exchange: Exchange) -> None:
    door = exchange.operator("OP-01")
    for command, said in [
        (ConfirmDeposit(participant_id="X", currency="CNY", amount_minor=-5, reference="r"), ">= 1"),
        (SuspendParticipant(participant_id="X", grounds="x" * 3_000), "<= 2000"),
        (SuspendParticipant(participant_id="?", grounds=""), "matching regex"),
    ]:
        with pytest.raises(Misuse, match=said):
            await door.ask("market", 0, command)
    with pytest.raises(Misuse, match="partitions 0 to"):
        await door.ask("market", 99, SuspendParticipant(participant_id="X", grounds=""))
    with pytest.raises(Misuse, match="unknown"):
        await door.ask("nowhere", "key", SuspendParticipant(participant_id="X", grounds=""))
    with pytest.raises(Misuse, match="actor"):
        await exchange.operator("not an id").ask(
            "registry", 0, SuspendParticipant(participant_id="X", grounds="")
        )
