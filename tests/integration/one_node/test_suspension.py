"""On a whole node: a running entitlement is suspended within seconds, credits nothing, and resumes."""

import time
from collections.abc import AsyncIterator, Iterator

import pytest

from exchange.market.facts import EntitlementGranted, PurchaseAccepted
from exchange.sdk import DeliverySuspended, Exchange, Refusal
from streams.dataplane.publisher import PublisherLimits
from streams.node.directory import DataDirectory
from tests.support.trade import OPERATOR, Trade
from tests.support.waiting import eventually

SECONDS_MAX = 20
LIMITS = PublisherLimits(range_records=10)


def some_records(first: int, count: int) -> Iterator[tuple[bytes, bytes, int]]:
    for number in range(first, first + count):
        yield b"ship-%d" % number, b"berth %d" % number, 1_793_577_600_000_000 + number


@pytest.fixture
async def trade(node: DataDirectory) -> AsyncIterator[Trade]:
    async with Exchange.open(node.path) as exchange:
        yield await Trade(exchange).prepare()


async def _take(trade: Trade, entitlement: EntitlementGranted, seen: list[int]) -> None:
    async for record in trade.buyer.deliveries(entitlement):
        seen.append(record.seq)


async def test_a_right_is_suspended_within_seconds_credits_nothing_and_resumes(trade: Trade) -> None:
    entitlement = (await trade.buyer.buy(trade.listing, use=trade.use)).entitlement
    analyst, operator = trade.exchange.analyst(), trade.exchange.operator(OPERATOR)
    await trade.seller.publish(trade.product_id, some_records(0, 10), limits=LIMITS)

    async def state() -> tuple[bool, bool]:
        """Whether the market, and the delivery, have it suspended."""
        await analyst.up_to_date()
        (right,) = (await analyst.query("entitlements", trade=entitlement.trade_id)).as_dicts()
        rows = await analyst.sql(
            f"SELECT suspended_from FROM deliveries WHERE entitlement_id = '{entitlement.entitlement_id}'"
        )
        opened = [row["suspended_from"] is not None for row in rows.as_dicts()]
        return right["suspended_since_at"] is not None, any(opened)

    async def is_now(suspended: bool) -> bool:
        return await state() == (suspended, suspended)

    began = time.monotonic()
    await operator.suspend(trade.seller.participant_id, "An incident is looked into.")
    await eventually(lambda: is_now(True))
    assert time.monotonic() - began < SECONDS_MAX
    await trade.seller.publish(trade.product_id, some_records(10, 10), limits=LIMITS)
    seen: list[int] = []
    with pytest.raises(DeliverySuspended, match="PARTICIPANT_SUSPENDED"):
        await _take(trade, entitlement, seen)
    assert seen == list(range(10)), "what was published before still belongs to it"
    with pytest.raises(Refusal, match="ENTITLEMENT_SUSPENDED"):
        await trade.buyer.accept(entitlement)

    began = time.monotonic()
    await operator.reinstate(trade.seller.participant_id)
    await eventually(lambda: is_now(False))
    assert time.monotonic() - began < SECONDS_MAX
    await trade.seller.publish(trade.product_id, some_records(20, 10), limits=LIMITS)
    await trade.seller.complete(trade.product_id)
    rest: list[int] = []
    await _take(trade, entitlement, rest)
    assert rest == list(range(20, 30)), "what was published meanwhile is nobody's"
    accepted = await trade.buyer.conclusion(entitlement)
    assert isinstance(accepted, PurchaseAccepted)
    assert (accepted.basis, accepted.refunded_minor) == ("evidence", 0)
    turns = (await analyst.query("redecisions", trade=entitlement.trade_id)).as_dicts()
    assert [(turn["turn"], turn["basis"]) for turn in turns] == [
        ("revoked", "participant"),
        ("restored", "participant"),
    ]
