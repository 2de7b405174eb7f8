"""Every call ends by its deadline, whoever has stopped, and says whether anything was sent."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from exchange.kernel.errors import ExchangeError, Misuse, Unavailable
from exchange.market.facts import DepositConfirmed
from exchange.registry.commands import Role
from exchange.sdk import AnswerUnknown, Exchange
from exchange.sdk.sync import Exchange as SyncExchange
from tests.support.names import unique_name
from tests.support.node import DECIDERS, KAFKA, PROJECTIONS, Node, a_node
from tests.support.trade import BANK, OPERATOR, Trade, a_draft, a_participant

DEADLINE_S = 2.0
GRACE_S = 10.0
"""A busy machine is not a missed deadline: only what goes on waiting takes it all."""


@contextmanager
def stopped(node: Node, name: str) -> Iterator[None]:
    """A process that does nothing, and later goes on."""
    pid = node.pid(name)
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def ended(asked: Awaitable[Any]) -> ExchangeError:
    """How a call ended, which it must by its deadline and with an error."""
    begun = time.monotonic()
    with pytest.raises(ExchangeError) as error:
        await asked
    assert time.monotonic() - begun < DEADLINE_S + GRACE_S, error.value
    return error.value


async def test_every_call_ends_by_its_deadline_and_asked_again_gives_the_first_answer(tmp_path: Path) -> None:
    async with a_node(tmp_path / "node") as node, node.exchange() as exchange:
        trade = await Trade(exchange).prepare()
        bought = await trade.buyer.buy(trade.listing, use=trade.use)
        await trade.seller.publish(trade.product_id, [(b"k", b"v", 0)])
        await _deciders_stand_still(node, exchange, trade)
        await _projections_stand_still(node, exchange, trade)
        await _kafka_stands_still(node, exchange, trade, bought.entitlement)


async def _deciders_stand_still(node: Node, exchange: Exchange, trade: Trade) -> None:
    bank, reference = exchange.custodian(BANK), unique_name("ref")

    async def deposit(**how: Any) -> DepositConfirmed:
        buyer = trade.buyer.participant_id
        return await bank.confirm_deposit(trade.market_id, buyer, 7, "CNY", reference, **how)

    with stopped(node, DECIDERS):
        unknown = await ended(deposit(deadline_s=DEADLINE_S))
    assert isinstance(unknown, AnswerUnknown)
    assert "ask again with this id" in str(unknown)
    first = await deposit(id=unknown.command_id, deadline_s=60)
    assert await deposit(id=unknown.command_id, deadline_s=60) == first
    analyst = exchange.analyst()
    purses = await analyst.query(
        "purses", participant=trade.buyer.participant_id, at_least=bank.positions, deadline_s=60
    )
    assert sum(row["cash_minor"] for row in purses.as_dicts()) == 2_000_000 - 1_200_000 + 7


async def _projections_stand_still(node: Node, exchange: Exchange, trade: Trade) -> None:
    bank, analyst = exchange.custodian(BANK), exchange.analyst()
    with stopped(node, PROJECTIONS):
        deposited = await bank.confirm_deposit(
            trade.market_id, trade.buyer.participant_id, 5, "CNY", unique_name("ref"), deadline_s=60
        )
        position = next(each for each in bank.positions if each.topic == "market.journal")
        behind = await ended(analyst.sql("select 1", at_least=position, deadline_s=DEADLINE_S))
        assert isinstance(behind, Unavailable)
        place = f"{position.topic}/{position.partition}"
        assert f"{place} is shown up to fact {position.seq - 1}, not to fact {position.seq}" in str(behind)
        await ended(analyst.up_to_date(deadline_s=DEADLINE_S))
        # What is not asked for is not waited for.
        await analyst.query("trial_balance")
    purses = await analyst.query(
        "purses", participant=trade.buyer.participant_id, at_least=position, deadline_s=60
    )
    assert deposited.amount_minor == 5
    assert sum(row["cash_minor"] for row in purses.as_dicts()) == 2_000_000 - 1_200_000 + 7 + 5


async def _kafka_stands_still(node: Node, exchange: Exchange, trade: Trade, entitlement: Any) -> None:
    operator, seller, buyer = exchange.operator(OPERATOR), trade.seller, trade.buyer
    analyst, product, within = exchange.analyst(), trade.product_id, {"deadline_s": DEADLINE_S}
    newcomer = a_participant(unique_name("BU"), "JP", Role.BUYER)
    draft = a_draft(unique_name("P"))
    deliveries, giving = buyer.deliveries(entitlement, **within), asyncio.Event()
    async with aclosing(deliveries.batches()) as batches:
        assert len(await anext(batches)) == 1

    async def receive() -> None:
        async for _ in deliveries:
            pass

    async def live() -> AsyncIterator[tuple[bytes, bytes, int]]:
        yield b"k", b"v", 1
        await giving.wait()
        for number in range(5_000):
            yield b"k", b"v", number

    receiving = asyncio.create_task(receive())
    publishing = asyncio.create_task(seller.publish(product, live(), **within))
    await asyncio.sleep(0.5)

    leaving = node.exchange()
    await leaving.operator(OPERATOR).admit(a_participant(unique_name("BU"), "JP", Role.BUYER), deadline_s=60)

    def elsewhere() -> None:
        with SyncExchange.open(node.directory.path, **within):
            pass

    with stopped(node, KAFKA):
        giving.set()
        asked: dict[str, Awaitable[Any]] = {
            "admit": operator.admit(newcomer, id="outage", **within),
            "draft": seller.draft(draft, **within),
            "complete": seller.complete(product, **within),
            "buy": buyer.buy(trade.listing, use=trade.use, **within),
            "listing": buyer.listing("L-9.9.9", **within),
            "entitlement": buyer.entitlement("E-9.9.9", **within),
            "conclusion": buyer.conclusion(entitlement, **within),
            "publish": publishing,
            "publish anew": exchange.seller(seller.participant_id).publish(product, [], **within),
            "deliveries": receiving,
            "up_to_date": analyst.up_to_date(**within),
            "open": asyncio.to_thread(elsewhere),
        }
        errors = dict(zip(asked, await asyncio.gather(*map(ended, asked.values())), strict=True))
        wrong = {name: error for name, error in errors.items() if not isinstance(error, Unavailable)}
        assert not wrong
        for name in ("admit", "draft", "buy"):
            assert isinstance(errors[name], AnswerUnknown), errors[name]
        for name in ("listing", "entitlement", "complete", "publish anew"):
            assert "nothing was sent" in str(errors[name])
        assert "first_seq" in str(errors["publish"])
        with pytest.raises(Misuse, match="seconds above 0"):
            await buyer.listing("L-1", deadline_s=0)
        await ended(leaving.operator(OPERATOR).admit(newcomer, id="outage", **within))
        async with asyncio.timeout(GRACE_S):
            await leaving.close()
    admitted = await operator.admit(newcomer, id="outage", deadline_s=60)
    assert admitted.participant_id == newcomer.participant_id
    again = errors["draft"]
    assert isinstance(again, AnswerUnknown)
    drafted = await seller.draft(draft, id=again.command_id, deadline_s=60)
    assert drafted.product_id == draft.product_id
    # What was given may lie there or not: given again from its beginning, it lies there once.
    records = [(b"k", b"v", 0), (b"k", b"v", 1), *((b"k", b"v", number) for number in range(5_000))]
    published = await seller.publish(product, records, first_seq=0, deadline_s=60)
    assert published.through == 5_001
