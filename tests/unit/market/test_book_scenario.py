"""SC-07: one GPU-hour, step by step and to the cent. Source: scenarios.md, world/order_book.csv, world/instruments.csv.

A lot is one GPU-hour; a tick is USD 0.0001 and prices move by 0.0050, so 2.1000 is 21,000 ticks.
"""

from collections.abc import Sequence
from fractions import Fraction

from exchange.kernel.bases import Fact
from exchange.kernel.time import HOUR, instant
from exchange.market.commands import (
    BookRules,
    OpenInstrument,
    OrderType,
    PlaceOrder,
    RecordParticipant,
    RegisterCapacity,
    Side,
    TimeInForce,
)
from exchange.market.facts import OrderCancelled, TradeMatched
from exchange.market.state import Purse
from tests.unit.market.floor import resting, trades
from tests.unit.market.stage import BANK, OPERATOR, Stage, a_standing, a_use, names, refusal, terms

LOT = "GPUH-H100SXM-LG-20261103T10"
CLOUD, RESELLER = "CP-CN-01", "DM-CN-01"
BUYERS = ("BU-SG-01", "BU-CN-01", "BU-JP-01", "BU-DE-01")
ORDERS = """\
s1,CP-CN-01,sell,limit,GTC,500,2.1000,
s2,CP-CN-01,sell,limit,GTC,300,2.1500,
s3,DM-CN-01,sell,limit,GTD,100,2.1000,2026-11-02T10:00:00Z
b1,BU-SG-01,buy,limit,GTC,200,2.0500,
o1,BU-CN-01,buy,limit,DAY,550,2.1200,
o2,BU-JP-01,buy,limit,FOK,400,2.1500,
o3,BU-JP-01,buy,limit,IOC,400,2.1500,
o4,BU-DE-01,buy,market,IOC,10,,
o5,CP-CN-01,sell,limit,DAY,100,2.0500,"""
SITE = {CLOUD: 900, RESELLER: 100}
"""Who registers how many lots of the 1,024 that the site has."""
TIMES = {
    "DAY": TimeInForce.DAY,
    "GTC": TimeInForce.GOOD_TILL_CANCELLED,
    "GTD": TimeInForce.GOOD_TILL_DATE,
    "IOC": TimeInForce.IMMEDIATE_OR_CANCEL,
    "FOK": TimeInForce.FILL_OR_KILL,
}
CASH_MINOR = 1_000_000


def a_window() -> Stage:
    """The instrument opened by an operator, capacity registered, nobody in the book."""
    stage = Stage()
    for standing in (
        a_standing(BANK, "HK", "custodian"),
        a_standing(OPERATOR, "CN", "operator"),
        *(a_standing(seller, "CN", "seller", "buyer") for seller in SITE),
        *(a_standing(buyer, buyer[3:5], "buyer", "seller") for buyer in BUYERS),
    ):
        stage.told(RecordParticipant(standing=standing))
    rules = BookRules(
        kind="compute",
        delivery_place="E-LG-2",
        window_from=instant("2026-11-03T02:00:00Z"),
        window_until=instant("2026-11-03T03:00:00Z"),
        price_step=50,
        price_decimals=4,
        reference_price=21_000,
        capacity_needed=True,
        settlement="on_meter",
    )
    book = terms(
        instrument_id=LOT,
        listing_id=LOT,
        product_id="P-29",
        unit="GPU-hour",
        currency="USD",
        tick_micros=100,
        seller_id=None,
        posted_price=None,
        moves_data=False,
        rules=rules,
    )
    assert names(stage.ask(OPERATOR, OpenInstrument(terms=book))) == ["InstrumentOpened"]
    for who, lots in SITE.items():
        stage.ask(OPERATOR, RegisterCapacity(instrument_id=LOT, participant_id=who, quantity=lots))
    for who in (*BUYERS, RESELLER):
        stage.deposited(who, CASH_MINOR, "USD")
    return stage


def asked(stage: Stage, name: str) -> list[Fact]:
    """The facts of one line of the book's orders."""
    (line,) = [each for each in ORDERS.splitlines() if each.startswith(f"{name},")]
    _, who, side, kind, time_in_force, lots, price, expires_at = line.split(",")
    order = PlaceOrder(
        instrument_id=LOT,
        side=Side.BID if side == "buy" else Side.ASK,
        quantity=int(lots),
        price=int(Fraction(price) * 10_000) if price else None,
        use=a_use(),
        order_type=OrderType.MARKET if kind == "market" else OrderType.LIMIT,
        time_in_force=TIMES[time_in_force],
        expires_at=instant(expires_at) if expires_at else None,
    )
    return stage.ask(who, order)


def the_book() -> Stage:
    """Step 0: s1, s2, s3 and b1 rest."""
    stage = a_window()
    for name in ("s1", "s2", "s3", "b1"):
        assert names(asked(stage, name)) == ["OrderAccepted"]
    return stage


def value(facts: Sequence[Fact]) -> int:
    """What the trades among some facts come to, in cents."""
    return sum(fact.amount_minor for fact in facts if isinstance(fact, TradeMatched))


def an_ask(lots: int) -> PlaceOrder:
    return PlaceOrder(instrument_id=LOT, side=Side.ASK, quantity=lots, price=22_000)


def test_the_scenario_of_the_order_book_trade_by_trade() -> None:
    stage = the_book()
    o1 = asked(stage, "o1")
    assert trades(o1) == [("BU-CN-01", CLOUD, 21_000, 500), ("BU-CN-01", RESELLER, 21_000, 50)]
    assert value(o1) == 115_500

    assert names(asked(stage, "o2")) == ["OrderAccepted", "OrderCancelled"]
    assert resting(stage, Side.ASK, LOT) == [(RESELLER, 21_000, 50, 50), (CLOUD, 21_500, 300, 300)]

    o3 = asked(stage, "o3")
    assert trades(o3) == [("BU-JP-01", RESELLER, 21_000, 50), ("BU-JP-01", CLOUD, 21_500, 300)]
    assert value(o3) == 75_000
    assert [fact.quantity_left for fact in o3 if isinstance(fact, OrderCancelled)] == [50]

    assert refusal(asked(stage, "o4")).reason == "OPPOSITE_SIDE_EMPTY"

    o5 = asked(stage, "o5")
    assert trades(o5) == [("BU-SG-01", CLOUD, 20_500, 100)]
    assert value(o5) == 20_500


def test_the_scenarios_end() -> None:
    stage = the_book()
    for name in ("o1", "o2", "o3", "o4", "o5"):
        asked(stage, name)
    assert resting(stage, Side.BID, LOT) == [("BU-SG-01", 20_500, 100, 100)]
    assert resting(stage, Side.ASK, LOT) == []
    made = [fact for fact, _ in stage.journal if isinstance(fact, TradeMatched)]
    assert (len(made), sum(fact.quantity for fact in made), value(made)) == (5, 1_000, 211_000)
    assert Fraction(value(made), 100) / 1_000 == Fraction("2.1100")
    prices = [fact.price for fact in made]
    assert (prices[0], max(prices), min(prices), prices[-1]) == (21_000, 21_500, 20_500, 20_500)
    cash = {who: stage.purse(who, "USD") for who in BUYERS}
    assert cash == {
        "BU-SG-01": Purse(cash=CASH_MINOR - 41_000, reserved=20_500),
        "BU-CN-01": Purse(cash=CASH_MINOR - 115_500),
        "BU-JP-01": Purse(cash=CASH_MINOR - 75_000),
        "BU-DE-01": Purse(cash=CASH_MINOR),
    }


def test_all_that_is_offered_is_registered_and_nobody_offers_more() -> None:
    stage = the_book()
    for name in ("o1", "o2", "o3", "o4", "o5"):
        asked(stage, name)
    holders = stage.market.instruments[LOT].holders
    assert {who: holders[who].sold for who in SITE} == SITE
    assert sum(SITE.values()) == 1_000 <= 1_024
    for seller in SITE:
        assert refusal(stage.ask(seller, an_ask(1))).reason == "CAPACITY_INSUFFICIENT"


def test_what_was_bought_may_be_resold() -> None:
    stage = the_book()
    asked(stage, "o1")
    assert refusal(stage.ask("BU-CN-01", an_ask(551))).reason == "CAPACITY_INSUFFICIENT"
    assert names(stage.ask("BU-CN-01", an_ask(550))) == ["OrderAccepted"]


def test_the_resellers_ask_expires_and_the_window_closes_two_hours_before_it_begins() -> None:
    stage = the_book()
    stage.at = instant("2026-11-02T10:00:00Z")
    assert names(stage.settle()) == ["OrderExpired"]
    stage.at += 14 * HOUR
    assert names(stage.settle()) == [*["OrderExpired"] * 3, "InstrumentStateSet"]
    assert stage.market.instruments[LOT].state == "closed"
    assert stage.purse("BU-SG-01", "USD") == Purse(cash=CASH_MINOR)
