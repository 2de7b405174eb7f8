"""Plain orders enter by a short way, which says what the long one says."""

from random import Random
from typing import Any

import pytest

from exchange.market.commands import (
    CancelOrder,
    OrderType,
    PlaceOrder,
    RecordStanding,
    RegisterCapacity,
    SetInstrumentState,
    Side,
    TimeInForce,
    Use,
)
from tests.unit.market.stage import BUYER, OPERATOR, SELLER, Stage, a_market, pack, terms

TRADERS = (BUYER, SELLER, "SE-CN-03", "BU-SG-01", "BU-CN-01", "AS-CN-01", "NOBODY")


def a_book(*, plain: bool) -> Stage:
    """Hours of nothing in particular; plain or looked at the long way."""
    stage = a_market(
        terms(seller_id=None, posted_price=None, moves_data=False, tick_micros=10_000), cash_minor=900
    )
    stage.deposited("BU-SG-01", 10**15).deposited("BU-SG-01", 10**15)
    assert stage.market.instruments["L-0.1.0"].plain
    stage.market.instruments["L-0.1.0"].plain = plain
    return stage


def an_order(random: Random, stage: Stage) -> PlaceOrder:
    """Mostly plain, sometimes not, now and then more than anybody has."""
    rest: dict[str, Any] = random.choice(
        [{}] * 8
        + [
            {"order_type": OrderType.MARKET},
            {"post_only": True},
            {"min_quantity": 2},
            {"display_quantity": 1},
            {"expires_at": stage.at + 5_000_000, "time_in_force": TimeInForce.GOOD_TILL_DATE},
            {"price": None},
            {"quantity": 10**9, "price": 10**12},
        ]
    )
    values = {
        "instrument_id": "L-0.1.0",
        "side": random.choice(list(Side)),
        "quantity": random.randint(1, 6),
        "price": random.randint(95, 105),
        "use": Use(licence_digest=terms().licence_digest) if random.random() < 0.9 else Use(),
        "time_in_force": random.choice(list(TimeInForce)),
    }
    return PlaceOrder(**(values | rest))


@pytest.mark.parametrize("seed", range(12))
def test_the_short_way_and_the_long_way_say_the_same(seed: int) -> None:
    short, long = a_book(plain=True), a_book(plain=False)
    random = Random(seed)
    placed = 0
    for _ in range(150):
        actor = random.choice(TRADERS)
        command = an_order(random, short)
        if random.random() < 0.2 and short.market.orders:
            order = short.market.orders[random.choice(sorted(short.market.orders))]
            asked = [(order.participant_id, CancelOrder(order_id=order.order_id))]
        elif random.random() < 0.04:
            asked = [
                (OPERATOR, SetInstrumentState(instrument_id="L-0.1.0", state=state))
                for state in ("halted", "open")
            ]
            asked.insert(random.randint(1, 2), (actor, command))
        else:
            asked = [(actor, command)]
        if random.random() < 0.03:
            asked.append(("exchange", RecordStanding(participant_id=BUYER, active=random.random() < 0.5)))
        for who, what in asked:
            facts = short.ask(who, what)
            assert facts == long.ask(who, what)
            placed += len(facts) > 0
    assert placed >= 150
    long.market.instruments["L-0.1.0"].plain = True
    assert pack(short.market) == pack(long.market)


def test_a_book_of_which_more_has_to_be_looked_at_is_not_plain() -> None:
    stage = a_market(
        terms(instrument_id="L-1"),
        terms(instrument_id="L-2", seller_id=None, posted_price=None),
        terms(
            instrument_id="L-3",
            seller_id=None,
            posted_price=None,
            moves_data=False,
            assessor_ids=("AS-CN-01",),
        ),
    )
    assert not any(each.plain for each in stage.market.instruments.values())
    capacity = RegisterCapacity(instrument_id="L-3", participant_id=SELLER, quantity=1)
    assert [type(fact).__name__ for fact in stage.ask(OPERATOR, capacity)] == ["CapacityRegistered"]
