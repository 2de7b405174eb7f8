"""Deadlines on a node where nobody says anything any more."""

from exchange.kernel.time import DAY
from exchange.market.facts import PurchaseAccepted, PurchaseRefunded
from exchange.sdk import Exchange
from streams.node.directory import DataDirectory
from tests.support.trade import OPERATOR, Trade

RECORDS = [(b"k", str(number).encode(), 1_793_577_600_000_000 + number) for number in range(100)]


async def test_a_delivery_that_the_buyer_never_confirms_is_accepted_by_time_in_silence(
    node: DataDirectory,
) -> None:
    async with Exchange.open(node.path) as exchange:
        trade = await Trade(exchange).prepare()
        bought = await trade.buyer.buy(trade.listing, use=trade.use)
        done = await trade.seller.publish(trade.product_id, RECORDS)
        await trade.seller.complete(trade.product_id, done.through)
        await exchange.operator(OPERATOR).shift_clock(8 * DAY)
        # Nothing is asked from here on: the leader's ticks alone let the deadline happen.
        concluded = await trade.buyer.conclusion(bought.entitlement, deadline_s=60)
        assert isinstance(concluded, PurchaseAccepted)
        assert concluded.basis == "time"


async def test_a_purchase_for_which_nothing_is_ever_published_is_refunded_in_silence(
    node: DataDirectory,
) -> None:
    async with Exchange.open(node.path) as exchange:
        trade = await Trade(exchange).prepare()
        bought = await trade.buyer.buy(trade.listing, use=trade.use)
        await exchange.operator(OPERATOR).shift_clock(50 * DAY)
        concluded = await trade.buyer.conclusion(bought.entitlement, deadline_s=60)
        assert isinstance(concluded, PurchaseRefunded)
        assert concluded.amount_minor == bought.trade.amount_minor
