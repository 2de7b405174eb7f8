"""Sixty-four buyers want ten lots at the same moment."""

import asyncio
from collections import Counter

import pytest

from exchange.market.commands import (
    BookRules,
    InstrumentTerms,
    OpenInstrument,
    OrderType,
    PlaceOrder,
    RegisterCapacity,
    Side,
    TimeInForce,
)
from exchange.market.facts import CapacityRegistered, InstrumentOpened, OrderAccepted, TradeMatched
from exchange.registry.commands import Role
from exchange.sdk import Buyer, Exchange, Refusal
from streams.node.directory import DataDirectory
from tests.support.names import unique_name
from tests.support.trade import BANK, OPERATOR, a_draft, a_participant, open_exchange

BUYERS, LOTS, PRICE = 64, 10, 21_000
"""Price in ticks of a fen."""


def an_hour(instrument_id: str, market_id: str) -> InstrumentTerms:
    """One GPU-hour of a class that nobody has to know: no data moves, nobody owns the instrument."""
    draft = a_draft("P-GPU")
    return InstrumentTerms(
        instrument_id=instrument_id,
        market_id=market_id,
        listing_id=instrument_id,
        product_id="P-GPU",
        version="1",
        title="One GPU-hour",
        unit="licence",
        currency="CNY",
        tick_micros=10_000,
        seller_id=None,
        posted_price=None,
        moves_data=False,
        subscription=False,
        stored_in="CN-LG",
        traits=draft.traits,
        licence=draft.licence,
        licence_digest=b"",
        transaction_type="none",
        acceptance_days=7,
        rules=BookRules(kind="compute", delivery_place="E-LG-2", capacity_needed=True),
    )


async def test_sixty_four_buyers_race_for_ten_lots_and_ten_get_one(node: DataDirectory) -> None:
    async with Exchange.open(node.path) as exchange:
        await open_exchange(exchange)
        market_id, instrument_id = unique_name("M"), unique_name("GPUH")
        operator, seller = exchange.operator(OPERATOR), exchange.seller(unique_name("CP"))
        await operator.admit(a_participant(seller.participant_id, "CN-LG", Role.SELLER))
        opened = await operator.ask(
            "market", market_id, OpenInstrument(terms=an_hour(instrument_id, market_id))
        )
        assert opened.fact(InstrumentOpened).state == "open"
        capacity = RegisterCapacity(
            instrument_id=instrument_id, participant_id=seller.participant_id, quantity=LOTS
        )
        assert (await operator.ask("market", market_id, capacity)).fact(CapacityRegistered).quantity == LOTS
        ask = PlaceOrder(instrument_id=instrument_id, side=Side.ASK, quantity=LOTS, price=PRICE)
        await seller.ask("market", market_id, ask)
        with pytest.raises(Refusal) as refusal:
            (await seller.ask("market", market_id, ask)).fact(OrderAccepted)
        assert refusal.value.reason == "CAPACITY_INSUFFICIENT"

        buyers = await asyncio.gather(*(funded(exchange, market_id) for _ in range(BUYERS)))
        outcomes = Counter(
            await asyncio.gather(*(wants_one(buyer, market_id, instrument_id) for buyer in buyers))
        )

        assert outcomes == {"bought": LOTS, "OPPOSITE_SIDE_EMPTY": BUYERS - LOTS}
        analyst = exchange.analyst()
        await analyst.up_to_date()
        trades = await analyst.sql(
            f"SELECT COUNT(*) AS trades, SUM(quantity) AS lots, SUM(amount_minor) AS paid"
            f" FROM trades WHERE instrument_id = '{instrument_id}'"
        )
        assert trades.as_dicts() == [{"trades": LOTS, "lots": LOTS, "paid": LOTS * PRICE}]


async def funded(exchange: Exchange, market_id: str) -> Buyer:
    """A buyer that can pay for one lot and no more."""
    buyer = exchange.buyer(unique_name("BU"))
    await exchange.operator(OPERATOR).admit(a_participant(buyer.participant_id, "JP", Role.BUYER))
    await exchange.custodian(BANK).confirm_deposit(
        market_id, buyer.participant_id, PRICE, "CNY", unique_name("ref")
    )
    return buyer


async def wants_one(buyer: Buyer, market_id: str, instrument_id: str) -> str:
    """What became of a market order for one lot."""
    order = PlaceOrder(
        instrument_id=instrument_id,
        side=Side.BID,
        quantity=1,
        order_type=OrderType.MARKET,
        time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL,
    )
    answer = await buyer.ask("market", market_id, order)
    try:
        accepted = answer.fact(OrderAccepted)
    except Refusal as refusal:
        return str(refusal.reason)
    assert accepted.quantity == answer.fact(TradeMatched).quantity == 1
    return "bought"
