"""Lots follow the right: with the money that paid for it they go back, and nobody asks for what it has no more."""

from collections.abc import Callable
from typing import Any

import pytest

from exchange.kernel.bases import Fact
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY
from exchange.market.commands import (
    AcceptDelivery,
    BookRules,
    ConcludeDelivery,
    OpenInstrument,
    RecordParticipant,
    RefundPurchase,
    RegisterCapacity,
    TimeInForce,
)
from exchange.market.disputes.commands import OpenDispute, ProposeSettlement
from exchange.market.facts import OrderCancelled, TradeMatched
from exchange.market.purchases.commands import (
    AcceptPart,
    ApproveRefund,
    BustTrade,
    ConcedeRejection,
    RejectDelivery,
)
from exchange.market.purchases.facts import LotsReturned
from exchange.market.purchases.lots import CANCELLED_MAX
from exchange.market.state import Holder
from tests.properties.market_structure import consistent
from tests.unit.market.stage import (
    BUYER,
    OPERATOR,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_standing,
    an_ask,
    everyone,
    names,
    refusal,
    terms,
    the,
    the_ruleset,
)

HOURS = "L-0.1.0"
LOTS, PRICE = 6, 1_000
LAST = "BU-SG-01"


class Hours(Stage):
    """Hours of compute that need capacity: SELLER has registered six, and BUYER, a reseller, bought them all."""

    def __init__(self) -> None:
        super().__init__()
        rules = BookRules(capacity_needed=True)
        hours = terms(seller_id=None, posted_price=None, moves_data=False, rules=rules)
        self.told(*everyone(), the_ruleset(), OpenInstrument(terms=hours))
        self.deposited(BUYER, 1_000_000)
        self.told(RecordParticipant(standing=a_standing(BUYER, "JP", "buyer", "seller")))
        self.deposited(LAST, 1_000_000)
        self.ask(OPERATOR, RegisterCapacity(instrument_id=HOURS, participant_id=SELLER, quantity=LOTS))
        self.trade_id = self.trades(SELLER, BUYER, LOTS)

    def trades(self, seller: str, buyer: str, quantity: int) -> str:
        self.ask(seller, an_ask(PRICE, quantity=quantity))
        return the(TradeMatched, self.ask(buyer, a_bid(PRICE, quantity=quantity))).trade_id

    def holder(self, who: str) -> Holder:
        return self.market.instruments[HOURS].holders.get(who) or Holder()

    def free(self, who: str) -> int:
        holder = self.holder(who)
        return holder.registered + holder.bought - holder.sold - holder.asked

    def ends(self, *said: tuple[str, Any]) -> list[Fact]:
        """What the last of several words brings, and what follows by itself."""
        for actor, command in said[:-1]:
            self.ask(actor, command)
        actor, command = said[-1]
        facts = self.ask(actor, command)
        return [*facts, *self.settle()]


def refunded(stage: Hours) -> list[Fact]:
    return stage.ends((SELLER, RefundPurchase(trade_id=stage.trade_id, grounds="No power.")))


def disproved(stage: Hours) -> list[Fact]:
    verdict = ConcludeDelivery(trade_id=stage.trade_id, verdict="reject", basis="ruling")
    return stage.ends((POLICY_ACTOR, verdict))


def rejected_and_conceded(stage: Hours) -> list[Fact]:
    return stage.ends(
        (BUYER, RejectDelivery(trade_id=stage.trade_id, grounds="No power.")),
        (SELLER, ConcedeRejection(trade_id=stage.trade_id)),
    )


def rejected_for_three_days(stage: Hours) -> list[Fact]:
    stage.ask(BUYER, RejectDelivery(trade_id=stage.trade_id, grounds="No power."))
    stage.at += 3 * DAY
    return stage.settle()


def undone(stage: Hours) -> list[Fact]:
    return stage.ends((OPERATOR, BustTrade(trade_id=stage.trade_id, grounds="A wrong price.")))


def undone_after_acceptance(stage: Hours) -> list[Fact]:
    stage.ask(BUYER, AcceptDelivery(trade_id=stage.trade_id))
    return undone(stage)


def refunded_in_parts_after_acceptance(stage: Hours) -> list[Fact]:
    half = LOTS * PRICE // 2
    first, last = (
        ApproveRefund(trade_id=stage.trade_id, amount_minor=half, reference=each, grounds="No power.")
        for each in ("one", "two")
    )
    stage.ask(BUYER, AcceptDelivery(trade_id=stage.trade_id))
    assert not [each for each in stage.ask(SELLER, first) if isinstance(each, LotsReturned)]
    return stage.ends((SELLER, last))


def agreed_in_a_dispute(stage: Hours) -> list[Fact]:
    proposal = ProposeSettlement(trade_id=stage.trade_id, buyer_minor=LOTS * PRICE)
    dispute = OpenDispute(trade_id=stage.trade_id, grounds="No power.")
    return stage.ends((BUYER, dispute), (BUYER, proposal), (SELLER, proposal))


WHOLE = (
    refunded,
    disproved,
    rejected_and_conceded,
    rejected_for_three_days,
    undone,
    undone_after_acceptance,
    refunded_in_parts_after_acceptance,
    agreed_in_a_dispute,
)


@pytest.mark.parametrize("end", WHOLE)
def test_with_all_of_the_money_all_lots_go_back(end: Callable[[Hours], list[Fact]]) -> None:
    stage = Hours()
    assert (stage.free(SELLER), stage.free(BUYER)) == (0, LOTS)
    returned = the(LotsReturned, end(stage))
    assert (returned.trade_id, returned.quantity) == (stage.trade_id, LOTS)
    assert (stage.free(SELLER), stage.free(BUYER)) == (LOTS, 0)
    assert refusal(stage.ask(BUYER, an_ask(PRICE))).reason == "CAPACITY_INSUFFICIENT"
    assert names(stage.ask(SELLER, an_ask(PRICE, quantity=LOTS))) == ["OrderAccepted"]
    consistent(stage.market)


@pytest.mark.parametrize("end", WHOLE)
def test_what_the_buyer_asks_for_and_has_no_more_is_cancelled(end: Callable[[Hours], list[Fact]]) -> None:
    stage = Hours()
    orders = [stage.ask(BUYER, an_ask(PRICE + each, quantity=2))[0].order_id for each in range(3)]  # type: ignore[attr-defined]
    facts = end(stage)
    ended = [fact for fact in facts if isinstance(fact, OrderCancelled)]
    assert [each.order_id for each in ended] == orders[::-1]
    assert {each.grounds for each in ended} == {"capacity_lost"}
    assert names(facts)[-1] == "AsksBacked"
    assert (stage.free(SELLER), stage.holder(BUYER)) == (LOTS, Holder())
    assert stage.market.agenda.due == {}
    consistent(stage.market)


@pytest.mark.parametrize("end", WHOLE)
def test_what_the_buyer_has_sold_on_stays_sold(end: Callable[[Hours], list[Fact]]) -> None:
    stage = Hours()
    stage.trades(BUYER, LAST, 4)
    stage.ask(BUYER, an_ask(PRICE + 1, quantity=1))
    returned = the(LotsReturned, end(stage))
    assert (returned.quantity, returned.sold_on) == (2, 4)
    assert (stage.free(SELLER), stage.free(BUYER), stage.free(LAST)) == (2, 0, 4)
    assert stage.holder(BUYER).asked == 0
    consistent(stage.market)


@pytest.mark.parametrize("end", WHOLE)
def test_what_was_sold_on_and_comes_back_is_passed_on(end: Callable[[Hours], list[Fact]]) -> None:
    stage = Hours()
    later = stage.trades(BUYER, LAST, 4)
    end(stage)
    first, second = stage.ask(BUYER, RefundPurchase(trade_id=later, grounds="No power."))[1:]
    assert isinstance(first, LotsReturned)
    assert (first.buyer_id, first.seller_id, first.quantity, first.sold_on) == (LAST, BUYER, 4, 0)
    assert isinstance(second, LotsReturned)
    assert (second.buyer_id, second.seller_id, second.quantity, second.sold_on) == (BUYER, SELLER, 4, -4)
    assert (stage.free(SELLER), stage.free(BUYER), stage.free(LAST)) == (LOTS, 0, 0)
    assert stage.market.after.sold_on == {}
    consistent(stage.market)


def test_lots_are_passed_on_through_all_who_sold_them_on() -> None:
    stage = Hours()
    again = stage.trades(BUYER, LAST, LOTS)
    stage.told(RecordParticipant(standing=a_standing(LAST, "SG", "buyer", "seller")))
    stage.deposited("BU-CN-01", 100_000)
    last = stage.trades(LAST, "BU-CN-01", LOTS)
    refunded(stage)
    stage.ask(BUYER, RefundPurchase(trade_id=again, grounds="No power."))
    assert (stage.free(SELLER), stage.free(BUYER), stage.free(LAST), stage.free("BU-CN-01")) == (
        0,
        0,
        0,
        LOTS,
    )
    stage.ask(LAST, RefundPurchase(trade_id=last, grounds="No power."))
    assert (stage.free(SELLER), stage.free(BUYER), stage.free(LAST), stage.free("BU-CN-01")) == (
        LOTS,
        0,
        0,
        0,
    )
    assert stage.market.after.sold_on == {}


def test_what_comes_back_for_lots_of_one_s_own_stays() -> None:
    stage = Hours()
    stage.ask(OPERATOR, RegisterCapacity(instrument_id=HOURS, participant_id=BUYER, quantity=LOTS))
    later = stage.trades(BUYER, LAST, LOTS)
    assert the(LotsReturned, refunded(stage)).sold_on == 0
    stage.ask(BUYER, RefundPurchase(trade_id=later, grounds="No power."))
    assert (stage.free(SELLER), stage.free(BUYER), stage.free(LAST)) == (LOTS, LOTS, 0)


@pytest.mark.parametrize("conceded", [True, False])
def test_lots_that_were_rejected_go_back_and_those_accepted_do_not(conceded: bool) -> None:
    stage = Hours()
    stage.ask(BUYER, an_ask(PRICE, quantity=5))
    stage.ask(BUYER, AcceptPart(trade_id=stage.trade_id, quantity=4, grounds="Two hours without power."))
    if conceded:
        facts = stage.ends((SELLER, ConcedeRejection(trade_id=stage.trade_id)))
    else:
        stage.at += 3 * DAY
        facts = stage.settle()
    assert names(facts) == ["PurchaseAccepted", "LotsReturned", "OrderCancelled", "AsksBacked"]
    assert the(LotsReturned, facts).quantity == 2
    assert (stage.free(SELLER), stage.free(BUYER)) == (2, 4)
    undone(stage)
    assert (stage.free(SELLER), stage.free(BUYER)) == (LOTS, 0)


def test_a_part_named_by_its_money_is_a_price_and_no_lots() -> None:
    stage = Hours()
    stage.ask(BUYER, AcceptPart(trade_id=stage.trade_id, amount_minor=4_000, grounds="Slow."))
    facts = stage.ends((SELLER, ConcedeRejection(trade_id=stage.trade_id)))
    assert names(facts) == ["PurchaseAccepted"]
    assert stage.free(BUYER) == LOTS


def test_asks_that_are_still_backed_stand() -> None:
    stage = Hours()
    stage.ask(OPERATOR, RegisterCapacity(instrument_id=HOURS, participant_id=BUYER, quantity=3))
    for each in range(3):
        stage.ask(BUYER, an_ask(PRICE + each, quantity=2))
    assert names(refunded(stage)) == [
        "PurchaseRefunded",
        "LotsReturned",
        "OrderCancelled",
        "OrderCancelled",
        "AsksBacked",
    ]
    assert stage.holder(BUYER).asked == 2


def test_asks_that_expire_at_that_moment_need_no_cancelling() -> None:
    stage = Hours()
    stage.ask(BUYER, RejectDelivery(trade_id=stage.trade_id, grounds="No power."))
    until = stage.at + 3 * DAY
    ask = an_ask(PRICE, quantity=2, time_in_force=TimeInForce.GOOD_TILL_DATE, expires_at=until)
    assert names(stage.ask(BUYER, ask)) == ["OrderAccepted"]
    stage.at = until
    assert names(stage.settle()) == ["OrderExpired", "PurchaseRefunded", "LotsReturned"]


def test_many_asks_are_cancelled_in_outcomes_of_a_bounded_number() -> None:
    stage = Hours()
    many = 2 * CANCELLED_MAX + 5
    stage.ask(OPERATOR, RegisterCapacity(instrument_id=HOURS, participant_id=SELLER, quantity=LOTS + many))
    trade_id = stage.trades(SELLER, BUYER, many)
    for _ in range(many):
        stage.ask(BUYER, an_ask(PRICE))
    stage.ask(SELLER, RefundPurchase(trade_id=trade_id, grounds="No power."))
    sizes = []
    while stage.decider.next_deadline(stage.market) == stage.at:
        sizes.append(len(stage.expire()))
    assert sizes == [CANCELLED_MAX, many - LOTS - CANCELLED_MAX + 1]
    assert stage.holder(BUYER).asked == LOTS
    consistent(stage.market)


def test_where_no_capacity_is_counted_no_lots_go_back() -> None:
    stage = a_market()
    trade_id = the(TradeMatched, stage.ask(BUYER, a_bid())).trade_id
    assert names(stage.ask(SELLER, RefundPurchase(trade_id=trade_id, grounds=""))) == ["PurchaseRefunded"]
