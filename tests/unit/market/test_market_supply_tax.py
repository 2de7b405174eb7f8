"""Supply tax that the exchange collects: in the price or on top of it, by a dated schedule, and back with a refund."""

from typing import Any

import msgspec
import pytest

from exchange.kernel.supply import CollectedTax
from exchange.kernel.time import DAY
from exchange.market.commands import AcceptDelivery, OrderType, RecordParticipant, ReplaceOrder, TimeInForce
from exchange.market.disputes.commands import OpenDispute, ProposeSettlement
from exchange.market.disputes.facts import DisputeResolved
from exchange.market.facts import OrderAccepted, OrderReplaced, PurchaseAccepted, TradeMatched
from exchange.market.fees.commands import AppointBroker
from exchange.market.fees.schedules import SCHEDULES_MAX
from exchange.market.purchases.commands import AcceptPart, ApproveRefund, BustTrade, ConcedeRejection
from exchange.market.purchases.facts import RefundApproved
from exchange.market.state import Market, Purse
from exchange.market.supply.commands import SetSupplyTax
from exchange.market.supply.facts import SupplyTaxSet
from tests.properties.ledger import Ledger
from tests.unit.market.stage import (
    BUYER,
    NOON,
    OPERATOR,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_standing,
    a_use,
    an_ask,
    refusal,
    terms,
    the,
)

HOME = "BU-CN-01"
OF_CN = CollectedTax(authority="CN", rate_bp=600)
ON_TOP = CollectedTax(authority="CN", rate_bp=600, on_top=True)
AT_HOME = a_use(place_of_use="CN")


def a_tax(rate_bp: int = 600, **changed: Any) -> SetSupplyTax:
    return SetSupplyTax(authority="CN", rate_bp=rate_bp, **changed)


def collecting(*taxes: SetSupplyTax, cash_minor: int = 2_000_000) -> Stage:
    """P-07 on sale in the mainland, where a buyer has cash, with taxes that are collected."""
    stage = a_market().deposited(HOME, cash_minor)
    for each in taxes or (a_tax(),):
        the(SupplyTaxSet, stage.ask(OPERATOR, each))
    return stage


def bought(stage: Stage, price: int = 1_200_000, quantity: int = 1) -> TradeMatched:
    return the(TradeMatched, stage.ask(HOME, a_bid(price, quantity, use=AT_HOME)))


def accepted(stage: Stage, trade_id: str) -> PurchaseAccepted:
    return the(PurchaseAccepted, stage.ask(HOME, AcceptDelivery(trade_id=trade_id)))


def balanced(stage: Stage) -> Ledger:
    """The books of all that has happened, which are what the market remembers."""
    ledger = Ledger()
    for fact, _ in stage.journal:
        ledger.post(fact)
    ledger.check(stage.market)
    return ledger


def test_tax_in_the_price_leaves_the_fee_to_what_is_sold() -> None:
    """12,000.00 / 1.06 = 11,320.75; 679.25 of tax; 2.5 % of 11,320.75 = 283.02."""
    stage = collecting()
    trade = bought(stage)
    assert (trade.amount_minor, trade.supply) == (1_200_000, OF_CN)
    word = accepted(stage, trade.trade_id)
    assert (word.supply_tax_minor, word.supply) == (67_925, OF_CN)
    assert word.fee_net_minor + word.fee_tax_minor == 28_302
    assert word.seller_minor == 1_200_000 - 67_925 - 28_302
    assert balanced(stage).balances["CNY"][2300, "CN-6-supply"] == 67_925
    assert stage.market.tills["CNY"].supply_tax == 67_925


def test_tax_on_top_is_asked_for_held_and_the_seller_gets_what_it_would_have_without() -> None:
    stage = collecting(a_tax(prices="exclusive"))
    order = the(OrderAccepted, facts := stage.ask(HOME, a_bid(use=AT_HOME)))
    trade = the(TradeMatched, facts)
    assert (order.reserved_minor, order.on_top_bp) == (1_272_000, 600)
    assert (trade.amount_minor, trade.released_minor, trade.supply) == (1_272_000, 0, ON_TOP)
    assert balanced(stage).balances["CNY"][2100, trade.trade_id] == 1_272_000
    word = accepted(stage, trade.trade_id)
    assert (word.gross_minor, word.supply_tax_minor, word.seller_minor) == (1_272_000, 72_000, 1_170_000)
    assert stage.purse(HOME).cash == 2_000_000 - 1_272_000
    balanced(stage)


def test_a_purse_that_has_the_price_and_not_the_tax_buys_nothing() -> None:
    stage = collecting(a_tax(prices="exclusive"), cash_minor=1_271_999)
    said = refusal(stage.ask(HOME, a_bid(use=AT_HOME)))
    assert said.reason == "FUNDS_INSUFFICIENT"
    assert "CNY 12,720.00" in said.detail


def test_sales_to_abroad_are_left_to_their_seller() -> None:
    stage = collecting(a_tax(prices="exclusive"))
    trade = the(TradeMatched, stage.ask(BUYER, a_bid()))
    assert (trade.amount_minor, trade.supply) == (1_200_000, None)


def test_of_a_book_with_many_sellers_the_tax_is_in_the_price() -> None:
    lots = terms(seller_id=None, posted_price=None, moves_data=False)
    stage = a_market(lots).deposited(HOME, 2_000_000)
    stage.ask(OPERATOR, a_tax(prices="exclusive"))
    stage.ask(SELLER, an_ask(1_000_000))
    trade = bought(stage, 1_000_000)
    assert (trade.amount_minor, trade.supply) == (1_000_000, OF_CN)


def test_a_schedule_holds_from_its_time_on_and_what_was_set_aside_keeps_its_own() -> None:
    book = terms(posted_price=None)
    stage = a_market(book).deposited(HOME, 5_000_000)
    stage.ask(OPERATOR, a_tax(prices="exclusive"))
    stage.ask(OPERATOR, a_tax(1_000, prices="exclusive", valid_from=NOON + DAY))
    stage.ask(HOME, a_bid(1_000_000, use=AT_HOME))
    stage.at += DAY
    old = the(TradeMatched, stage.ask(SELLER, an_ask(1_000_000)))
    stage.ask(HOME, a_bid(1_000_000, use=AT_HOME))
    new = the(TradeMatched, stage.ask(SELLER, an_ask(1_000_000)))
    assert [each.amount_minor for each in (old, new)] == [1_060_000, 1_100_000]
    assert [each.supply.rate_bp for each in (old, new) if each.supply] == [600, 1_000]
    balanced(stage)


def test_a_bid_from_before_a_tax_on_top_pays_no_more_than_it_set_aside() -> None:
    stage = a_market(terms(posted_price=None)).deposited(HOME, 5_000_000)
    stage.ask(HOME, a_bid(1_000_000, use=AT_HOME))
    stage.ask(OPERATOR, a_tax(prices="exclusive"))
    trade = the(TradeMatched, stage.ask(SELLER, an_ask(1_000_000)))
    assert (trade.amount_minor, trade.supply) == (1_000_000, OF_CN)


def test_rate_zero_leaves_it_to_the_sellers_again() -> None:
    stage = collecting(a_tax(), a_tax(0))
    assert bought(stage).supply is None


def test_a_changed_bid_sets_aside_the_tax_of_now_and_one_that_only_shrinks_keeps_its_own() -> None:
    stage = a_market(terms(posted_price=None)).deposited(HOME, 9_000_000)
    stage.ask(OPERATOR, a_tax(prices="exclusive"))
    order = the(OrderAccepted, stage.ask(HOME, a_bid(1_000_000, 3, use=AT_HOME)))
    stage.ask(OPERATOR, a_tax(1_000, prices="exclusive"))
    less = ReplaceOrder(order_id=order.order_id, price=1_000_000, quantity=2)
    shrunk = the(OrderReplaced, stage.ask(HOME, less))
    assert (shrunk.kept_place, shrunk.on_top_bp, shrunk.reserved_minor) == (True, 600, 2_120_000)
    dearer = ReplaceOrder(order_id=order.order_id, price=1_000_001, quantity=2)
    anew = the(OrderReplaced, stage.ask(HOME, dearer))
    assert (anew.kept_place, anew.on_top_bp, anew.reserved_minor) == (False, 1_000, 2 * 1_100_002)
    balanced(stage)


def test_fills_in_parts_round_the_tax_each_and_never_overdraw_the_reserve() -> None:
    """A lot at 0.333333 reserves 0.34 and 0.03 of tax; three of them cost 1.00 and 0.06."""
    fine = terms(posted_price=None, tick_micros=1)
    stage = a_market(fine).deposited(HOME, 1_000)
    stage.ask(OPERATOR, a_tax(prices="exclusive"))
    order = the(OrderAccepted, stage.ask(HOME, a_bid(333_333, 5, use=AT_HOME)))
    assert order.reserved_minor == 5 * (34 + 3)
    first = the(TradeMatched, stage.ask(SELLER, an_ask(333_333, 3)))
    second = the(TradeMatched, stage.ask(SELLER, an_ask(333_333, 2)))
    assert [each.amount_minor for each in (first, second)] == [106, 67 + 4]
    assert stage.purse(HOME) == Purse(cash=1_000 - 177)
    balanced(stage)


def test_a_market_bid_sets_aside_the_tax_on_the_worst_price_it_meets() -> None:
    stage = collecting(a_tax(prices="exclusive"))
    bid = a_bid(use=AT_HOME, order_type=OrderType.MARKET, time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL)
    bid = msgspec.structs.replace(bid, price=None)
    facts = stage.ask(HOME, bid)
    assert the(OrderAccepted, facts).reserved_minor == the(TradeMatched, facts).amount_minor == 1_272_000


@pytest.mark.parametrize("prices", ["inclusive", "exclusive"])
def test_a_refund_takes_the_tax_back_and_the_last_one_what_rounding_left(prices: Any) -> None:
    stage = collecting(a_tax(prices=prices))
    trade = bought(stage)
    word = accepted(stage, trade.trade_id)
    left, back = word.gross_minor, 0
    for number, amount in enumerate((333_333, 7, left - 333_340)):
        refund = ApproveRefund(
            trade_id=trade.trade_id, amount_minor=amount, reference=f"R-{number}", grounds=""
        )
        given = the(RefundApproved, stage.ask(SELLER, refund))
        back += given.supply_tax_minor
        assert given.supply == word.supply
        balanced(stage)
    assert back == word.supply_tax_minor
    books = balanced(stage).balances["CNY"]
    assert [books[2300, name] for name in ("CN-6-supply", "CN-6")] == [0, 0]
    assert stage.purse(HOME).cash == 2_000_000


def test_a_part_that_is_accepted_is_taxed_by_itself() -> None:
    stage = collecting(a_tax(prices="exclusive"))
    trade = bought(stage)
    part = AcceptPart(trade_id=trade.trade_id, amount_minor=333_333, grounds="A third came.")
    stage.ask(HOME, part)
    word = the(PurchaseAccepted, stage.ask(SELLER, ConcedeRejection(trade_id=trade.trade_id)))
    assert (word.gross_minor, word.supply_tax_minor, word.refunded_minor) == (333_333, 18_868, 938_667)
    balanced(stage)


@pytest.mark.parametrize("first_accepted", [False, True])
def test_what_is_agreed_in_a_dispute_moves_the_tax_too(first_accepted: bool) -> None:
    stage = collecting(a_tax(prices="exclusive"))
    trade = bought(stage)
    if first_accepted:
        accepted(stage, trade.trade_id)
    stage.ask(HOME, OpenDispute(trade_id=trade.trade_id, grounds="Half is missing."))
    propose = ProposeSettlement(trade_id=trade.trade_id, buyer_minor=636_000)
    stage.ask(HOME, propose)
    word = the(DisputeResolved, stage.ask(SELLER, propose))
    assert (word.supply_tax_minor, word.supply) == (36_000, ON_TOP)
    assert balanced(stage).balances["CNY"][2300, "CN-6-supply"] == 36_000


def test_a_trade_undone_gives_all_of_it_back_with_a_brokers_commission_on_what_was_sold() -> None:
    stage = a_market().deposited(HOME, 2_000_000)
    stage.ask(OPERATOR, a_tax(prices="exclusive"))
    stage.told(RecordParticipant(standing=a_standing("BR-CN-01", "CN", "broker")))
    stage.ask(SELLER, AppointBroker(instrument_id="L-0.1.0", broker_id="BR-CN-01"))
    trade = bought(stage)
    word = accepted(stage, trade.trade_id)
    assert (word.commission_minor, word.seller_minor) == (12_000, 1_158_000)
    stage.ask(OPERATOR, BustTrade(trade_id=trade.trade_id, grounds="A wrong price."))
    assert stage.purse(HOME).cash == 2_000_000
    assert not any(amount for (code, _), amount in balanced(stage).balances["CNY"].items() if code >= 2200)


@pytest.mark.parametrize(
    ("asking", "actor", "reason"),
    [
        (a_tax(), SELLER, "NOT_PERMITTED"),
        (a_tax(valid_from=NOON - 1), OPERATOR, "SCHEDULE_EARLIER"),
    ],
)
def test_a_tax_that_cannot_be_is_refused(asking: SetSupplyTax, actor: str, reason: str) -> None:
    stage = a_market()
    assert refusal(stage.ask(actor, asking)).reason == reason
    assert stage.market.supply == Market(partition=0).supply


def test_so_many_schedules_are_known_ahead_and_no_more() -> None:
    stage = a_market()
    for day in range(1, SCHEDULES_MAX + 1):
        stage.ask(OPERATOR, a_tax(day, valid_from=NOON + day * DAY))
    late = a_tax(valid_from=NOON + 99 * DAY)
    assert refusal(stage.ask(OPERATOR, late)).reason == "SCHEDULES_TOO_MANY"
    stage.at += 2 * DAY
    the(SupplyTaxSet, stage.ask(OPERATOR, late))
    assert [each.rate_bp for each in stage.market.supply["CN"]][:2] == [2, 3]
