"""What is looked at after every outcome: a market that is not as it must be stops its worker, and says what is not.

Folds and matching are broken here on purpose, as a bug would break them.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from exchange.kernel.bases import CommandMeta, Fact
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.partition import Asked, Partition
from exchange.kernel.time import HOUR
from exchange.market import matching, sweeping
from exchange.market.asking import Others, ask_all
from exchange.market.auditing import priority
from exchange.market.book import best_price, first_of
from exchange.market.commands import AcceptDelivery, CancelOrder, RecordStanding, ReplaceOrder, Side
from exchange.market.facts import (
    DepositConfirmed,
    OrderAccepted,
    OrderCancelled,
    PurchaseAccepted,
    TradeMatched,
)
from exchange.market.holds import hold, let_go
from exchange.market.purses import purse_at, till_at
from exchange.market.state import Market
from tests.unit.market.floor import B1, B2, S1, S2, a_floor, order_of
from tests.unit.market.stage import BUYER, SELLER, Stage, a_bid, a_market, a_purchase, an_ask, terms, the
from tests.unit.market.test_market_sweeping import ELSEWHERE, LAX, adopting
from tests.unit.market.test_market_sweeping import a_floor as a_data_floor

Harm = Callable[[Market, Any], None]


def harmed(stage: Stage, kind: type[Fact], harm: Harm) -> Stage:
    """The same, where the fold of one kind of fact does some harm beside what it does."""
    evolve = stage.decider.evolve

    def harming(market: Market, fact: Fact, at: int) -> None:
        evolve(market, fact, at)
        if type(fact) is kind:
            harm(market, fact)

    stage.decider = replace(stage.decider, evolve=harming)
    return stage


def a_book() -> Stage:
    stage = a_floor()
    stage.ask(S1, an_ask(10, 2))
    stage.ask(S2, an_ask(12, 2))
    return stage


def one_more(who: str) -> Harm:
    """A minor unit out of nothing."""

    def harm(market: Market, fact: Any) -> None:
        purse_at(market, who, "CNY").cash += 1

    return harm


def one_less_in_escrow(market: Market, fact: TradeMatched) -> None:
    market.purchases[fact.trade_id].escrow_minor -= 1


def one_more_payable(market: Market, fact: PurchaseAccepted) -> None:
    purse_at(market, fact.seller_id, fact.currency).payable += 1


def one_more_deposited(market: Market, fact: DepositConfirmed) -> None:
    till_at(market, fact.currency).deposited += 1


def one_stays_reserved(market: Market, fact: OrderCancelled) -> None:
    purse = purse_at(market, fact.participant_id, fact.currency)
    purse.cash, purse.reserved = purse.cash - 1, purse.reserved + 1


def one_lot_more(market: Market, fact: OrderAccepted) -> None:
    order = market.orders[fact.order_id]
    order.quantity_left = order.shown = order.quantity_left + 1


MADE = r"money is not conserved: 1 minor units of CNY were made of nothing \(lost, if negative\) by {}"
LOST = r"money is not conserved: -1 minor units of CNY"


@pytest.mark.parametrize("who", [B1, B2], ids=["of whose it is", "of another"])
def test_an_order_that_makes_money_stops_its_worker(who: str) -> None:
    stage = harmed(a_floor(), OrderAccepted, one_more(who))
    with pytest.raises(InvariantBroken, match=MADE.format("OrderAccepted")):
        stage.ask(B1, a_bid(9))


def test_a_trade_that_loses_money_on_the_way_to_escrow_stops_its_worker() -> None:
    stage = harmed(a_book(), TradeMatched, one_less_in_escrow)
    with pytest.raises(InvariantBroken, match=LOST):
        stage.ask(B1, a_bid(10))


def test_an_acceptance_that_pays_more_than_was_in_escrow_stops_its_worker() -> None:
    stage, trade_id = a_purchase()
    harmed(stage, PurchaseAccepted, one_more_payable)
    with pytest.raises(InvariantBroken, match=MADE.format("PurchaseAccepted")):
        stage.ask(BUYER, AcceptDelivery(trade_id=trade_id))


def test_a_deposit_that_is_not_all_in_a_purse_stops_its_worker() -> None:
    stage = harmed(a_floor(), DepositConfirmed, one_more_deposited)
    with pytest.raises(InvariantBroken, match=LOST):
        stage.deposited(B1, 5)


def test_money_of_two_currencies_does_not_make_up_for_each_other() -> None:
    def exchanged(market: Market, fact: OrderAccepted) -> None:
        purse_at(market, B1, "CNY").cash -= 1
        purse_at(market, B1, "HKD").cash += 1

    stage = harmed(a_floor().deposited(B1, 5, "HKD"), OrderAccepted, exchanged)
    with pytest.raises(InvariantBroken, match="money is not conserved"):
        stage.ask(B1, a_bid(9))


def test_a_cancelled_order_that_leaves_something_reserved_stops_its_worker() -> None:
    stage = a_floor()
    order_id = order_of(stage.ask(B1, a_bid(9)))
    harmed(stage, OrderCancelled, one_stays_reserved)
    with pytest.raises(InvariantBroken, match=f"the reserve of {B1} in CNY changed by 1 minor units more"):
        stage.ask(B1, CancelOrder(order_id=order_id))


def test_an_order_of_more_lots_than_were_reserved_for_stops_its_worker() -> None:
    stage = harmed(a_floor(), OrderAccepted, one_lot_more)
    with pytest.raises(InvariantBroken, match=f"the reserve of {B1} in CNY changed by -9 minor units more"):
        stage.ask(B1, a_bid(9, 3))


@pytest.mark.parametrize("account", ["reserved", "deposits"])
def test_a_hold_of_more_than_its_purse_has_set_aside_stops_its_worker(account: Any) -> None:
    def held(market: Market, fact: OrderAccepted) -> None:
        hold(market, "H-1", B1, "CNY", 5, account)
        market.holds["H-1"].amount_minor += 1

    stage = harmed(a_floor(), OrderAccepted, held)
    part = {"reserved": "reserve", "deposits": "deposits"}[account]
    with pytest.raises(InvariantBroken, match=f"the {part} of {B1} in CNY changed by -1 minor units more"):
        stage.ask(B1, a_bid(9))


def test_a_hold_ends_once() -> None:
    def twice(market: Market, fact: OrderAccepted) -> None:
        hold(market, "H-1", B1, "CNY", 5, "deposits")
        let_go(market, "H-1")
        let_go(market, "H-1")

    stage = harmed(a_floor(), OrderAccepted, twice)
    with pytest.raises(InvariantBroken, match="hold H-1 is not there, or has ended"):
        stage.ask(B1, a_bid(9))


def test_a_name_holds_money_once() -> None:
    def twice(market: Market, fact: OrderAccepted) -> None:
        hold(market, "H-1", B1, "CNY", 5, "deposits")
        hold(market, "H-1", B1, "CNY", 5, "deposits")

    stage = harmed(a_floor(), OrderAccepted, twice)
    with pytest.raises(InvariantBroken, match="hold H-1 is there already"):
        stage.ask(B1, a_bid(9))


def test_an_order_is_filled_no_further_than_it_goes() -> None:
    stage = a_book()
    decided = stage.decider.decide(stage.market, a_bid(10, 3), stage.cause(B1))
    too_many = [
        msgspec.structs.replace(fact, quantity=3, amount_minor=30) if isinstance(fact, TradeMatched) else fact
        for fact in decided
    ]
    with pytest.raises(InvariantBroken, match="was filled beyond its quantity by 1"):
        stage.take(too_many)


def test_an_order_reserves_as_much_for_each_lot() -> None:
    stage = a_book()
    decided = stage.decider.decide(stage.market, a_bid(9, 3), stage.cause(B1))
    (accepted,) = decided
    assert isinstance(accepted, OrderAccepted)
    uneven = msgspec.structs.replace(accepted, reserved_minor=accepted.reserved_minor + 1)
    with pytest.raises(InvariantBroken, match="no whole amount a lot"):
        stage.take([uneven])


def test_a_crossed_book_that_nobody_knows_of_stops_its_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = a_market(terms(seller_id=None, posted_price=None, moves_data=False))
    stage.ask(SELLER, an_ask(10))
    partition = Partition(stage.decider, 0)
    partition.state = stage.market
    # A bug: matching finds nobody.
    monkeypatch.setattr("exchange.market.orders.nothing_to_meet", lambda *given: True)
    meta = CommandMeta(id="c-1", actor=BUYER, valid_until=stage.at + HOUR)
    with pytest.raises(InvariantBroken, match="stands crossed"):
        partition.answer(stage.offset, stage.at, Asked(meta, a_bid(12)), claim=0)
    assert best_price(stage.market.instruments["L-0.1.0"], Side.BID) == 12


def test_a_trade_that_passes_over_a_better_price_is_found() -> None:
    stage = a_book()
    decided = stage.decider.decide(stage.market, a_bid(12), stage.cause(B1))
    worse = next(order.order_id for order in stage.market.orders.values() if order.price == 12)
    facts = [
        msgspec.structs.replace(fact, ask_id=worse, seller_id=S2, price=12, amount_minor=12, released_minor=0)
        if isinstance(fact, TradeMatched)
        else fact
        for fact in decided
    ]
    with pytest.raises(InvariantBroken, match=r"priority: order O-0\.14\.0 stands ahead"):
        stage.take(facts)


def test_a_trade_that_passes_over_an_older_order_is_found() -> None:
    stage = a_floor()
    first, second = (order_of(stage.ask(seller, an_ask(10))) for seller in (S1, S2))
    decided = stage.decider.decide(stage.market, a_bid(10), stage.cause(B1))
    facts = [
        msgspec.structs.replace(fact, ask_id=second, seller_id=S2) if isinstance(fact, TradeMatched) else fact
        for fact in decided
    ]
    with pytest.raises(InvariantBroken, match=f"priority: order {first} stands ahead"):
        stage.take(facts)


def test_a_trade_at_another_price_than_that_of_the_order_that_rests_is_found() -> None:
    stage = a_book()
    decided = stage.decider.decide(stage.market, a_bid(12), stage.cause(B1))
    facts = [
        msgspec.structs.replace(fact, price=11, amount_minor=11, released_minor=1)
        if isinstance(fact, TradeMatched)
        else fact
        for fact in decided
    ]
    with pytest.raises(InvariantBroken, match="is not at the price of the order that rests, 10"):
        stage.take(facts)


def only_the_youngest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug: of the standings that an order may trade with, matching finds the one that came last."""

    def forgetting(market: Market, *given: Any) -> Any:
        admitted, others = ask_all(market, *given)
        last = max(admitted, key=lambda ladder: first_of(ladder).entered)
        return [last], others._replace(crossed=True)

    monkeypatch.setattr(matching, "ask_all", forgetting)


def two_sellers_of_data(second: int = 12) -> Stage:
    stage = a_data_floor()
    stage.ask(S1, an_ask(10))
    stage.ask(S2, an_ask(second))
    return stage


@pytest.mark.parametrize(
    ("second", "bids"),
    [(10, 2), (12, 1), (12, 2)],
    ids=["older", "of a better price", "of a better price, some of it left"],
)
def test_a_trade_in_data_that_passes_over_one_that_it_may_trade_with_is_found(
    second: int, bids: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = two_sellers_of_data(second)
    only_the_youngest(monkeypatch)
    with pytest.raises(InvariantBroken, match=r"priority: order \S+ in book L-0.1.0 has passed over order"):
        stage.ask(B1, a_bid(12, bids))


def test_a_standing_that_matching_never_asked_about_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = two_sellers_of_data()
    kept = dict(stage.market.answers)
    assert not kept

    def blind(*given: Any) -> Any:
        return [], Others(crossed=True, retry_at=None, unasked=False)

    monkeypatch.setattr(matching, "ask_all", blind)
    with pytest.raises(InvariantBroken, match="has passed over order"):
        stage.ask(B1, a_bid(12))


def test_a_replaced_order_is_looked_at_as_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = two_sellers_of_data()
    order_id = order_of(stage.ask(B1, a_bid(9)))
    only_the_youngest(monkeypatch)
    with pytest.raises(InvariantBroken, match="has passed over order"):
        stage.ask(B1, ReplaceOrder(order_id=order_id, quantity=1, price=12))


def test_those_that_may_not_trade_are_passed_over_and_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = a_data_floor()
    for price in (14, 13):
        stage.ask(B2, a_bid(price, use=ELSEWHERE))
    stage.ask(B1, a_bid(11))
    seen = list[bool | None]()
    may_trade = priority.may_trade

    def listening(*given: Any) -> bool | None:
        seen.append(may_trade(*given))
        return seen[-1]

    monkeypatch.setattr(priority, "may_trade", listening)
    trade = the(TradeMatched, stage.ask(S1, an_ask(10)))
    assert (trade.buyer_id, trade.price) == (B1, 11)
    # One order speaks for all of its standing.
    assert seen == [False]


def test_a_sweep_that_leaves_two_crossed_that_may_trade_stops_its_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = a_data_floor()
    stage.ask(SELLER, an_ask(10))
    stage.ask(BUYER, a_bid(12, use=ELSEWHERE))
    stage.told(adopting(LAX, stage.at))
    # Two bugs: a sweep lets nobody take, and does not see that.
    monkeypatch.setattr(sweeping, "_take", lambda *given: ([], False))
    asked = sweeping._asked
    monkeypatch.setattr(sweeping, "_asked", lambda *given: asked(*given)._replace(others_may=False))
    with pytest.raises(InvariantBroken, match="was swept, and left order"):
        stage.settle()


def test_a_sweep_that_leaves_two_crossed_where_everybody_may_trade_stops_its_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10))
    stage.told(RecordStanding(participant_id=S1, active=False))
    stage.ask(B1, a_bid(12))
    monkeypatch.setattr(sweeping, "_take", lambda *given: ([], False))
    asked = sweeping._asked
    monkeypatch.setattr(sweeping, "_asked", lambda *given: asked(*given)._replace(others_may=False))
    stage.told(RecordStanding(participant_id=S1, active=True))
    with pytest.raises(InvariantBroken, match="was swept, and left order"):
        stage.settle()


def test_nothing_of_what_was_watched_is_kept() -> None:
    stage = a_book()
    stage.ask(B1, a_bid(12, 3))
    assert stage.market.watched is None


def test_where_not_all_could_be_asked_about_nobody_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sweep asks so much in a step, and trades with those of whom it knows; the others come later."""
    monkeypatch.setattr(priority, "SWEPT_WEIGHT_MAX", 0)
    stage = two_sellers_of_data()
    only_the_youngest(monkeypatch)
    trade = the(TradeMatched, stage.ask(B1, a_bid(12)))
    assert trade.price == 12
