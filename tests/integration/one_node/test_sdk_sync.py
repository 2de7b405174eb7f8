"""The synchronous doors on a whole node: the same job without an event loop."""

import asyncio
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from exchange.kernel.errors import Misuse, Unavailable
from exchange.market.facts import PurchaseAccepted
from exchange.sdk import Exchange as AsyncExchange
from exchange.sdk import Progress, Refusal
from exchange.sdk.sync import Exchange
from streams.dataplane.publisher import PublisherLimits
from streams.node.directory import DataDirectory
from tests.support.names import unique_name
from tests.support.trade import BANK, Trade

SMALL = PublisherLimits(range_records=400)


def some_records(count: int) -> Iterator[tuple[bytes, bytes, int]]:
    for number in range(count):
        yield b"ship-%d" % number, b"berth %d" % number, 1_793_577_600_000_000 + number


@pytest.fixture
def exchange(node: DataDirectory) -> Iterator[Exchange]:
    with Exchange.open(node.path) as exchange:
        yield exchange


@pytest.fixture
def trade(node: DataDirectory) -> Trade:
    """Who and what a test trades with; its doors are of a loop that has ended."""

    async def prepared() -> Trade:
        async with AsyncExchange.open(node.path) as exchange:
            return await Trade(exchange).prepare()

    return asyncio.run(prepared())


def test_a_product_is_bought_published_received_accepted_and_shown(exchange: Exchange, trade: Trade) -> None:
    seller = exchange.seller(trade.seller.participant_id)
    buyer = exchange.buyer(trade.buyer.participant_id)
    bought = buyer.buy(trade.listing.listing_id, use=trade.use)
    told: list[Progress] = []
    published = seller.publish(trade.product_id, some_records(1_000), told.append, limits=SMALL)
    assert (published.through, len(published.ranges), told[-1].records) == (999, 3, 1_000)
    seller.complete(trade.product_id)

    deliveries = buyer.deliveries(bought.entitlement)
    received = [(record.key, record.value, record.event_time) for record in deliveries]
    assert received == list(some_records(1_000))
    assert deliveries.disputed == []
    accepted = buyer.conclusion(bought.entitlement, deadline_s=60)
    assert isinstance(accepted, PurchaseAccepted)

    analyst = exchange.analyst()
    shown = analyst.query(
        "receipts", entitlement=bought.entitlement.entitlement_id, at_least=buyer.positions, deadline_s=60
    )
    frame = shown.to_polars()
    assert frame["records"].to_list() == [400, 400, 200]
    assert str(frame["at"].dtype) == "Datetime(time_unit='us', time_zone='UTC')"

    # What was confirmed is not delivered again unless it is asked for.
    assert list(buyer.deliveries(bought.entitlement.entitlement_id)) == []
    again = buyer.deliveries(bought.entitlement.entitlement_id, again=True)
    assert [record.seq for record in again] == list(range(1_000))


def test_a_delivery_is_read_as_it_is_asked_for_and_confirmed_as_it_was_taken(
    exchange: Exchange, trade: Trade
) -> None:
    buyer = exchange.buyer(trade.buyer.participant_id)
    entitlement = buyer.buy(trade.listing, use=trade.use).entitlement
    seller = exchange.seller(trade.seller.participant_id)
    seller.publish(trade.product_id, some_records(1_000), limits=SMALL)
    for record in buyer.deliveries(entitlement):
        if record.seq == 700:
            break
    assert next(iter(buyer.deliveries(entitlement))).seq == 400
    batches = buyer.deliveries(entitlement).batches()
    assert next(batches)[0].seq == 400
    batches.close()
    with pytest.raises(Misuse, match="'s, not "):
        next(iter(exchange.buyer(trade.seller.participant_id).deliveries(entitlement)))


def test_many_threads_use_one_exchange(exchange: Exchange, trade: Trade) -> None:
    bank, market = exchange.custodian(BANK), unique_name("M")

    def deposit(amount: int) -> int:
        reference = unique_name("ref")
        return bank.confirm_deposit(market, trade.buyer.participant_id, amount, "CNY", reference).amount_minor

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(deposit, range(1, 41))) == list(range(1, 41))
    purses = exchange.analyst().query(
        "purses", participant=trade.buyer.participant_id, at_least=bank.positions
    )
    assert sum(range(1, 41)) + 2_000_000 == sum(row["cash_minor"] for row in purses.as_dicts())
    with pytest.raises(Refusal, match="ROLE_MISSING"):
        exchange.custodian(trade.buyer.participant_id).confirm_deposit(market, "X", 1, "CNY", "r")


def test_a_closed_exchange_answers_nobody(node: DataDirectory, trade: Trade) -> None:
    exchange = Exchange.open(node.path)
    buyer, analyst = exchange.buyer(trade.buyer.participant_id), exchange.analyst()
    entitlement = buyer.buy(trade.listing, use=trade.use).entitlement
    waiting = threading.Event()

    def receive() -> None:
        waiting.set()
        list(buyer.deliveries(entitlement))

    with ThreadPoolExecutor(1) as pool:
        receiving = pool.submit(receive)
        waiting.wait(10)
        exchange.close()
        with pytest.raises((Unavailable, Misuse), match="closed"):
            receiving.result(30)
    exchange.close()
    for asked in (
        lambda: buyer.listing("L-1"),
        lambda: buyer.buy(trade.listing, use=trade.use),
        lambda: list(buyer.deliveries(entitlement)),
        lambda: analyst.query("trial_balance"),
        exchange.now,
        exchange.__enter__,
    ):
        with pytest.raises(Misuse, match="was closed; open it again"):
            asked()


async def test_a_closed_asynchronous_exchange_answers_nobody_either(node: DataDirectory) -> None:
    async with AsyncExchange.open(node.path) as exchange:
        buyer, analyst = exchange.buyer("BU-1"), exchange.analyst()
    for asked in (buyer.listing("L-1"), analyst.query("trial_balance"), exchange.now()):
        with pytest.raises(Misuse, match="was closed; open it again"):
            await asked
    with pytest.raises(Misuse, match="closed"):
        exchange.analyst()


WAITING = """
import sys
from exchange.sdk.sync import Exchange
with Exchange.open(sys.argv[1]) as exchange:
    deliveries = exchange.buyer(sys.argv[2]).deliveries(sys.argv[3])
    print("waiting", flush=True)
    for record in deliveries:
        print(record.seq)
"""


def test_ctrl_c_ends_who_waits_for_a_seller(node: DataDirectory, exchange: Exchange, trade: Trade) -> None:
    buyer = exchange.buyer(trade.buyer.participant_id)
    entitlement = buyer.buy(trade.listing, use=trade.use).entitlement.entitlement_id
    command = [sys.executable, "-c", WAITING, str(node.path), buyer.participant_id, entitlement]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=_hear_ctrl_c
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "waiting\n"
        program.send_signal(signal.SIGINT)
        asked = time.monotonic()
        try:
            _, said = program.communicate(timeout=60)
        finally:
            program.kill()
    assert time.monotonic() - asked < 30
    assert program.returncode in (130, -signal.SIGINT)
    # Where it comes while a question is only being put, Python adds that nobody put it.
    assert "KeyboardInterrupt" in said.splitlines()
    assert "never retrieved" not in said
    assert "destroyed" not in said


def _hear_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
