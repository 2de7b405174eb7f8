"""On a whole node, cash moves between markets of two partitions, from the SDK and from a terminal."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from exchange.kernel.errors import Misuse
from exchange.market.transfers.commands import TransferMoney
from exchange.market.transfers.facts import TransferArrived
from exchange.registry.commands import Role
from exchange.sdk import Buyer, Exchange
from streams.node.directory import DataDirectory
from tests.support.command import exchange as run
from tests.support.names import unique_name
from tests.support.trade import BANK, OPERATOR, a_participant, open_exchange

CASH = 2_000_000


class Owner:
    """A buyer with cash in one market, and the names of two more: in the same partition, and in the other one."""

    def __init__(self, exchange: Exchange, door: Buyer) -> None:
        self.exchange, self.door, self.name = exchange, door, door.participant_id
        names = [unique_name("M") for _ in range(20)]
        partition = exchange.client.partition
        self.here = names[0]
        self.beside = next(
            name for name in names[1:] if partition("market", name) == self.partition(self.here)
        )
        self.there = next(name for name in names if partition("market", name) != self.partition(self.here))

    def partition(self, market_id: str) -> int:
        return self.exchange.client.partition("market", market_id)

    async def cash(self) -> dict[int, int]:
        analyst = self.exchange.analyst()
        await analyst.up_to_date()
        rows = (await analyst.query("purses", participant=self.name)).as_dicts()
        return {row["partition"]: row["cash_minor"] for row in rows if row["cash_minor"]}

    async def in_transit(self) -> int:
        """All that is in transit anywhere, of anybody."""
        rows = await self.exchange.analyst().sql(
            "SELECT sum(credit_minor - debit_minor) AS held FROM balances WHERE account = 2050"
        )
        return int(rows.as_dicts()[0]["held"] or 0)


@pytest.fixture
async def owner(node: DataDirectory) -> AsyncIterator[Owner]:
    async with Exchange.open(node.path) as exchange:
        await open_exchange(exchange)
        owner = Owner(exchange, exchange.buyer(unique_name("BU")))
        await exchange.operator(OPERATOR).admit(a_participant(owner.name, "JP", Role.BUYER))
        await exchange.custodian(BANK).confirm_deposit(owner.here, owner.name, CASH, "CNY", unique_name("in"))
        yield owner


async def test_cash_moves_to_the_other_partition_and_back(owner: Owner, node: DataDirectory) -> None:
    here, there = owner.partition(owner.here), owner.partition(owner.there)
    arrived = await owner.door.move_money(owner.here, owner.there, 1_200_000, "CNY")
    assert isinstance(arrived, TransferArrived)
    assert await owner.cash() == {here: 800_000, there: 1_200_000}
    words = (
        "purse",
        "move",
        "12000.00",
        "CNY",
        "--from",
        owner.there,
        "--to",
        owner.here,
        "--as",
        owner.name,
    )
    rehearsed = await _run(node.path, *words, "--dry-run")
    assert "TransferSent" in rehearsed
    assert await owner.cash() == {here: 800_000, there: 1_200_000}
    told = await _run(node.path, *words)
    assert told.startswith(f"Moved: CNY 12,000.00 from {owner.there} to {owner.here}")
    assert await owner.cash() == {here: CASH}
    assert await owner.in_transit() == 0
    rows = json.loads(await _run(node.path, "purse", "transfers", owner.name, "--json"))
    assert [(row["partition"], row["to_partition"], row["state"]) for row in rows] == [
        (here, there, "arrived"),
        (there, here, "arrived"),
    ]
    sums = (await owner.exchange.analyst().query("trial_balance")).as_dicts()
    assert {row["difference_minor"] for row in sums} == {0}


async def test_the_same_move_asked_twice_moves_once(owner: Owner) -> None:
    first, again = [
        await owner.door.move_money(owner.here, owner.there, 500, "CNY", id=f"move-{owner.name}")
        for _ in range(2)
    ]
    assert first == again
    assert (await owner.cash())[owner.partition(owner.there)] == 500


async def test_many_moves_at_once_both_ways_keep_every_fen(owner: Owner) -> None:
    await owner.door.move_money(owner.here, owner.there, CASH // 2, "CNY")
    moves = [
        owner.door.move_money(*ends, amount, "CNY", deadline_s=60)
        for amount in range(1, 9)
        for ends in ((owner.here, owner.there), (owner.there, owner.here))
    ]
    assert all(isinstance(each, TransferArrived) for each in await asyncio.gather(*moves))
    assert await owner.cash() == {0: CASH // 2, 1: CASH // 2}
    assert await owner.in_transit() == 0


async def test_between_markets_of_one_partition_there_is_nothing_to_move(owner: Owner) -> None:
    with pytest.raises(Misuse, match="one purse"):
        await owner.door.move_money(owner.here, owner.beside, 1, "CNY")
    # Whoever asks it all the same has it back, with the reason.
    command = TransferMoney(to_market_id=owner.beside, currency="CNY", amount_minor=700)
    await owner.exchange.client.watch_all()
    answer = await owner.door.ask("market", owner.here, command)
    await owner.exchange.client.settle(answer)
    assert await owner.cash() == {owner.partition(owner.here): CASH}
    (row,) = (await owner.exchange.analyst().query("money_transfers", participant=owner.name)).as_dicts()
    assert (row["state"], row["reason"]) == ("returned", "PURSE_SAME")


async def _run(data: Path, *words: object) -> str:
    ended = await asyncio.to_thread(run, *words, "--data", data, directory=data)
    assert ended.code == 0, ended.err
    return ended.out
