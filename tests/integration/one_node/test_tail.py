"""`exchange tail` on a node that runs: what lies there, what comes, for people and for jq."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from exchange.kernel.protocol import Refused
from exchange.kernel.time import iso
from exchange.sdk import Exchange
from streams.jsonpipe import write_fact
from streams.node.directory import DataDirectory
from streams.topics import stream_topic
from tests.support.command import Ended, exchange, running, shell
from tests.support.trade import BANK, Trade

RECORDS = 700


class Market:
    """A market with a purchase, a refusal and a stream, and the command line beside it."""

    def __init__(self, node: DataDirectory, doors: Exchange, trade: Trade, path: Path) -> None:
        self.node, self.doors, self.trade, self.path = node, doors, trade, path
        self.partition = doors.client.partition("market", trade.market_id)

    def __call__(self, *arguments: object) -> Ended:
        return exchange("tail", *arguments, "--data", self.node.path, directory=self.path)

    async def facts(self) -> list[str]:
        """Every fact of the market's partition as a line of JSON."""
        history = self.doors.client.history("market", self.partition)
        return [
            write_fact("market", self.partition, r) async for followed in history for r in followed.outcome
        ]


@pytest.fixture
async def market(node: DataDirectory, tmp_path: Path) -> AsyncIterator[Market]:
    async with Exchange.open(node.path) as doors:
        trade = await Trade(doors).prepare()
        await trade.buyer.buy(trade.listing, use=trade.use)
        records = [(b"k", b"berth %d" % n, 1_793_577_600_000_000 + n) for n in range(RECORDS)]
        await trade.seller.publish(trade.product_id, records)
        yield Market(node, doors, trade, tmp_path)


async def test_json_is_every_accepted_fact_in_the_pipes_shape(market: Market) -> None:
    place = f"market/{market.partition}"
    ended = await asyncio.to_thread(market, place, "--from", "beginning", "--json")
    assert ended.code == 0, ended.err
    lines, facts = ended.out.splitlines(), await market.facts()
    assert lines == facts[: len(lines)]
    buyer = market.trade.buyer.participant_id
    last = await asyncio.to_thread(market, place, "--json", "-n", 3, "--actor", buyer)
    assert last.out.splitlines() == [f for f in lines if json.loads(f)["meta"]["actor"] == buyer][-3:]
    matched = json.loads(next(f for f in lines if '"type":"TradeMatched"' in f and buyer in f))
    start = matched["meta"]["seq"]
    later = await asyncio.to_thread(market, place, "--json", "--from", start, "-n", 2)
    assert [json.loads(line)["meta"]["seq"] for line in later.out.splitlines()][-1] >= start
    timed = await asyncio.to_thread(market, place, "--json", "--from", iso(matched["meta"]["at"]))
    assert json.loads(timed.out.splitlines()[0])["meta"]["at"] == matched["meta"]["at"]
    caused = await asyncio.to_thread(
        market, place, "--json", "--from", "beginning", "--cause", matched["meta"]["cause"]
    )
    types = [json.loads(line)["type"] for line in caused.out.splitlines()]
    assert {"OrderAccepted", "TradeMatched", "EntitlementGranted"} <= set(types)


async def test_people_see_a_line_a_fact_with_money_written_out_and_outcomes_bracketed(market: Market) -> None:
    buyer = market.trade.buyer.participant_id
    ended = await asyncio.to_thread(market, "market", "--actor", buyer, "--from", "beginning")
    assert ended.code == 0, ended.err
    (matched,) = [line for line in ended.out.splitlines() if " TradeMatched " in line]
    assert "amount=“CNY 12,000.00”" in matched
    assert f"market/{market.partition}" in matched
    assert matched.startswith("2026-11-")
    assert [line for line in ended.out.splitlines() if " ┌ " in line]
    assert "\x1b" not in ended.out


async def test_a_refusal_is_seen_with_its_reason(market: Market) -> None:
    with pytest.raises(Exception, match="FUNDS_INSUFFICIENT"):
        await market.trade.buyer.buy(market.trade.listing, use=market.trade.use, id="too-much")
    ended = await asyncio.to_thread(market, "market", "--type", Refused.__name__, "--command-id", "too-much")
    (line,) = ended.out.splitlines()
    assert "PlaceOrder FUNDS_INSUFFICIENT" in line


async def test_commands_and_streams_are_read_too(market: Market) -> None:
    buyer = market.trade.buyer.participant_id
    asked = await asyncio.to_thread(
        market, "market.commands", "--json", "--actor", buyer, "--from", "beginning"
    )
    (order,) = [json.loads(line) for line in asked.out.splitlines() if '"PlaceOrder"' in line][-1:]
    assert set(order["meta"]) >= {"id", "actor", "at"}
    stream = stream_topic(market.trade.product_id)
    records = await asyncio.to_thread(market, stream, "--json", "-n", 2)
    assert [json.loads(line)["value"] for line in records.out.splitlines()] == ["berth 698", "berth 699"]
    every = await asyncio.to_thread(market, stream, "--from", 650)
    assert len(every.out.splitlines()) == RECORDS - 650
    raw = await asyncio.to_thread(market, stream, "--raw", "--from", "beginning")
    assert "takes the stream over for" in raw.out.splitlines()[0]


async def test_raw_shows_claims_and_seals_with_their_offsets(market: Market) -> None:
    ended = await asyncio.to_thread(
        market, f"market/{market.partition}", "--raw", "--json", "--from", "beginning"
    )
    claimed, sealed = (json.loads(line) for line in ended.out.splitlines()[:2])
    assert (claimed["type"], sealed["type"]) == ("Claimed", "Sealed")
    assert claimed["record"] == {
        "topic": "market.journal", "partition": market.partition, "offset": 0, "ignored": None,
    }  # fmt: skip


async def test_what_comes_is_shown_as_it_comes_until_ctrl_c(market: Market) -> None:
    arguments = ("tail", "market", "-f", "-n", 0, "--json", "--type", "DepositConfirmed")
    with running(*arguments, "--data", market.node.path, directory=market.path) as process:
        assert process.stdout is not None
        reading = asyncio.ensure_future(asyncio.to_thread(process.stdout.readline))
        number = 0
        while not reading.done():
            number += 1
            reference = f"{market.trade.market_id}-{number}"
            bank = market.doors.custodian(BANK)
            await bank.confirm_deposit(
                market.trade.market_id, market.trade.buyer.participant_id, 1, "CNY", reference
            )
            await asyncio.wait([reading], timeout=0.2)
        assert json.loads(await reading)["reference"].startswith(market.trade.market_id)
        os.kill(process.pid, signal.SIGINT)
        _, said = await asyncio.to_thread(process.communicate)
    assert process.returncode == 130
    assert json.loads(said)["error"]["kind"] == "Interrupted"


async def test_a_reader_that_has_seen_enough_ends_it(market: Market) -> None:
    line = f"exchange tail --from beginning -f --data '{market.node.path}' | head -n 2"
    ended = await asyncio.to_thread(shell, f"set +o pipefail; {line}", market.path)
    assert (ended.code, ended.err) == (0, "")
    assert len(ended.out.splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing",), "there is no journal 'nonsense'"),
        (("market/9",), "market has partitions 0 to 1; 9 is none"),
        (("stream.NONE",), "there is no stream.NONE; there are "),
        (("--type", "TradeMade"), "no record there is a TradeMade; there are "),
        (("--from", "yesterday"), "--from 'yesterday': expected beginning, end, a fact's number, or a time"),
    ],
)
def test_what_is_not_there_is_named(
    node: DataDirectory, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    ended = exchange("tail", *arguments, "--data", node.path, directory=tmp_path)
    assert ended.code == 2
    assert ended.err.startswith(f"exchange: {said.replace('nonsense', 'nothing')}")
    assert ended.err.count("\n") == 1
