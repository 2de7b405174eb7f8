"""Whatever is asked of a market: money is conserved, books obey their rules, replay equals life, the twin agrees."""

from fractions import Fraction
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from exchange.kernel.bases import Fact
from exchange.kernel.protocol import POLICY_ACTOR, Refused
from exchange.market.commands import (
    AcceptDelivery,
    CancelOrder,
    ConcludeDelivery,
    ConfirmDeposit,
    ConfirmPayout,
    OpenInstrument,
    PlaceOrder,
    RecordParticipant,
    RecordStanding,
    RefundPurchase,
    SetInstrumentState,
    Side,
    TimeInForce,
)
from exchange.market.facts import OrderAccepted, TradeMatched
from exchange.market.purchases.state import Sale
from exchange.market.state import Market, Purchase, Purse
from tests.properties.market_twin import Shelf, Trade, Twin, Wish
from tests.unit.market.stage import BANK, Stage, a_standing, a_use, pack, terms, the_ruleset

OWNERS = {"A": "one", "B": "two", "C": "three", "D": "four", "E": "four"}
USES = ("JP", "SG", "MY")
BOOKS: dict[str, dict[str, Any]] = {
    "hours": {"seller_id": None, "posted_price": None, "moves_data": False, "tick_micros": 3_333},
    "data": {"seller_id": None, "posted_price": None, "moves_data": True, "tick_micros": 10_000},
    "issue": {"seller_id": "A", "posted_price": None, "moves_data": True, "tick_micros": 5_000},
    "month": {"seller_id": "A", "posted_price": 6, "moves_data": True, "tick_micros": 7_000},
}
people = st.sampled_from(sorted(OWNERS))
books = st.sampled_from(sorted(BOOKS))
ORDERS = st.tuples(
    people,
    st.sampled_from(Side),
    st.integers(1, 9),
    st.integers(1, 6),
    st.sampled_from(USES),
    st.sampled_from((False, False, False, True)),
)
"""Who, on which side, at what price, how many lots, used where, at once or not at all."""

STEPS = st.tuples(ORDERS, st.sampled_from((None, None, None, *sorted(OWNERS))))
"""An order, and sometimes somebody to suspend or reinstate after it."""
ACCOUNTS = ("reserved", "deposits")


class ConservingStage(Stage):
    """A stage that checks after every single fact that no money was made or lost."""

    def _take(self, facts: Any) -> None:
        for fact in facts:
            super()._take([fact])
            conserved(self.market)


def conserved(market: Market) -> None:
    """Every minor unit that came in is in a purse or in escrow, earned, or paid out; bids and holds are backed."""
    for currency, till in market.tills.items():
        purses = [held[currency] for held in market.purses.values() if currency in held]
        inside = sum(sum(held_in(purse)) for purse in purses)
        escrow = sum(each.escrow_minor for each in market.purchases.values() if each.currency == currency)
        disputed = sum(
            each.held_minor
            for each in market.disputes.values()
            if traded(market, each.trade_id).currency == currency
        )
        earned = till.fee_net + till.fee_tax + till.penalties + till.service_net
        owed = sum(purse.owed + purse.clawback for purse in purses)
        assert inside + escrow + disputed + earned == till.deposited - till.paid_out + owed
        assert all(min(*held_in(purse), purse.owed, purse.clawback) >= 0 for purse in purses)
        asked_for = (each for each in market.withdrawals.open.values() if each.currency == currency)
        assert sum(purse.withdrawing for purse in purses) == sum(each.amount_minor for each in asked_for)
    assert not market.concluded.keys() & market.purchases.keys()
    assert all(each.left_minor > 0 for each in market.after.sales.values())
    for participant_id, held in market.purses.items():
        needed = sum(
            order.lot_reserve_minor * order.quantity_left
            for order in market.orders.values()
            if order.participant_id == participant_id
        )
        holds = [each for each in market.holds.values() if each.participant_id == participant_id]
        by_account = {
            account: sum(each.amount_minor for each in holds if each.account == account)
            for account in ("reserved", "deposits")
        }
        assert sum(purse.reserved for purse in held.values()) == needed + by_account["reserved"]
        assert sum(purse.deposits for purse in held.values()) == by_account["deposits"]


def held_in(purse: Purse) -> tuple[int, ...]:
    """What is a participant's in a market, wherever in its purse it lies."""
    return (
        *(purse.cash, purse.reserved, purse.deposits, purse.payable),
        *(purse.commissions, purse.withdrawing),
    )


def traded(market: Market, trade_id: str) -> Purchase | Sale:
    """What is in dispute."""
    return market.purchases.get(trade_id) or market.after.sales[trade_id]


class Trading(RuleBasedStateMachine):
    """Participants A to E; D and E have one owner; MY is nowhere the licence permits."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = ConservingStage()
        self.twin = Twin(may=lambda use: use != "MY", owners=OWNERS)
        self.where: dict[str, str] = {}
        self.reference = 0

    @initialize()
    def open(self) -> None:
        self.stage.told(RecordParticipant(standing=a_standing(BANK, "HK", "custodian")), the_ruleset())
        for who, owner in OWNERS.items():
            standing = a_standing(who, "JP", "seller", "buyer", beneficial_owner=owner)
            self.stage.told(RecordParticipant(standing=standing))
            self.deposit(who, 200)
        for name, book in BOOKS.items():
            self.stage.told(OpenInstrument(terms=terms(instrument_id=name, unit="licence", **book)))
            self.twin.shelves[name] = Shelf(
                lot=Fraction(book["tick_micros"], 10_000),
                seller=book["seller_id"],
                posted=book["posted_price"],
                fenced=book["moves_data"],
            )

    @rule(who=people, amount=st.integers(1, 200))
    def deposit(self, who: str, amount: int) -> None:
        self.reference += 1
        deposit = ConfirmDeposit(
            participant_id=who, currency="CNY", amount_minor=amount, reference=f"R-{self.reference}"
        )
        self.stage.ask(BANK, deposit)
        self.twin.cash[who] = self.twin.cash.get(who, 0) + amount

    @rule(book=books, orders=st.lists(ORDERS, min_size=1, max_size=12))
    def trade(self, book: str, orders: list[tuple[str, Side, int, int, str, bool]]) -> None:
        for order in orders:
            self.place(book, *order)
            self.the_twin_has_the_same_orders()

    def place(
        self, book: str, who: str, side: Side, price: int, lots: int, use: str, immediate: bool
    ) -> None:
        bid = side is Side.BID
        facts = self.stage.ask(
            who,
            PlaceOrder(
                instrument_id=book,
                side=side,
                quantity=lots,
                price=price,
                use=a_use(place_of_use=use),
                time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL
                if immediate
                else TimeInForce.GOOD_TILL_CANCELLED,
            ),
        )
        refuses = self.twin.refuses(book, who, OWNERS[who], bid, price, lots, use)
        assert isinstance(facts[-1], Refused) == refuses, (facts, refuses)
        if refuses:
            return
        (order_id,) = [fact.order_id for fact in facts if isinstance(fact, OrderAccepted)]
        wish = Wish(order_id, who, OWNERS[who], bid, price, lots, use, 0)
        assert self._trades(facts) == self.twin.place(book, wish, immediate)
        self.where[order_id] = book

    def _trades(self, facts: list[Fact]) -> list[Trade]:
        trades = [fact for fact in facts if isinstance(fact, TradeMatched)]
        for fact in trades:
            self.twin.escrow[fact.trade_id] = (fact.buyer_id, fact.seller_id, fact.amount_minor)
        return [
            (
                fact.bid_id,
                fact.ask_id,
                fact.buyer_id,
                fact.seller_id,
                fact.price,
                fact.quantity,
                fact.amount_minor,
            )
            for fact in trades
        ]

    @precondition(lambda self: self.stage.market.orders)
    @rule(data=st.data(), who=people)
    def cancel(self, data: st.DataObject, who: str) -> None:
        order_id = data.draw(st.sampled_from(sorted(self.where)))
        order = self.stage.market.orders.get(order_id)
        facts = self.stage.ask(order.participant_id if order else who, CancelOrder(order_id=order_id))
        assert isinstance(facts[-1], Refused) == (order is None)
        if order is not None:
            self.twin.cancel(self.where[order_id], order_id)

    @precondition(lambda self: self.twin.escrow)
    @rule(data=st.data(), word=st.sampled_from(["buyer", "time", "rejected", "seller"]))
    def conclude(self, data: st.DataObject, word: str) -> None:
        trade_id = data.draw(st.sampled_from(sorted(self.twin.escrow)))
        buyer, seller, _ = self.twin.escrow[trade_id]
        words = {
            "buyer": (buyer, AcceptDelivery(trade_id=trade_id)),
            "time": (POLICY_ACTOR, ConcludeDelivery(trade_id=trade_id, verdict="accept", basis="time")),
            "rejected": (POLICY_ACTOR, ConcludeDelivery(trade_id=trade_id, verdict="reject", basis="ruling")),
            "seller": (seller, RefundPurchase(trade_id=trade_id, grounds="")),
        }
        assert not isinstance(self.stage.ask(*words[word])[-1], Refused)
        (self.twin.accept if word in ("buyer", "time") else self.twin.refund)(trade_id)

    @rule(who=people, amount=st.integers(1, 30))
    def pay_out(self, who: str, amount: int) -> None:
        self.reference += 1
        payout = ConfirmPayout(
            participant_id=who, currency="CNY", amount_minor=amount, reference=f"R-{self.reference}"
        )
        enough = self.twin.payable.get(who, 0) >= amount
        assert isinstance(self.stage.ask(BANK, payout)[-1], Refused) != enough
        if enough:
            self.twin.payable[who] -= amount

    @rule(who=people, active=st.sampled_from((True, True, False)))
    def suspend(self, who: str, active: bool) -> None:
        self.stage.told(RecordStanding(participant_id=who, active=active))
        (self.twin.idle.discard if active else self.twin.idle.add)(who)
        self.swept()

    def swept(self) -> None:
        """What may trade now that something has changed does."""
        assert sorted(self._trades(self.stage.settle())) == sorted(self.twin.sweep())

    @precondition(lambda self: not all(shelf.open for shelf in self.twin.shelves.values()))
    @rule()
    def open_halted_books(self) -> None:
        for book, shelf in self.twin.shelves.items():
            if not shelf.open:
                self.halt_or_open(book)

    @rule(book=books)
    def halt_or_open(self, book: str) -> None:
        shelf = self.twin.shelves[book]
        state = "halted" if shelf.open else "open"
        self.stage.told(SetInstrumentState(instrument_id=book, state=state))  # type: ignore[arg-type]
        shelf.open = not shelf.open
        self.swept()

    @rule()
    def restart_from_a_snapshot(self) -> None:
        written = pack(self.stage.market)
        self.stage.market = msgspec.msgpack.decode(written, type=Market)
        assert pack(self.stage.market) == written

    @invariant()
    def the_twin_has_the_same_purses(self) -> None:
        for who in OWNERS:
            purse = self.stage.purse(who)
            twins = (self.twin.cash.get(who, 0), self.twin.reserved(who), self.twin.payable.get(who, 0))
            assert (purse.cash, purse.reserved, purse.payable) == twins
        till = self.stage.market.tills.get("CNY")
        assert till is None or till.fee_net + till.fee_tax == self.twin.earned

    @invariant()
    def the_twin_has_the_same_orders(self) -> None:
        open_orders = {
            name: (each.price, each.quantity_left) for name, each in self.stage.market.orders.items()
        }
        wishes = [wish for shelf in self.twin.shelves.values() for wish in shelf.wishes]
        assert open_orders == {wish.name: (wish.price, wish.lots) for wish in wishes}

    @invariant()
    def no_two_orders_that_may_trade_stand_crossed(self) -> None:
        assert not self.twin.crossed()

    def teardown(self) -> None:
        again = Stage()
        for fact, at in self.stage.journal:
            again.decider.evolve(again.market, fact, at)
        assert pack(again.market) == pack(self.stage.market)


@given(book=st.sampled_from(["hours", "data"]), steps=st.lists(STEPS, min_size=20, max_size=60))
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_twin_agrees_whoever_is_suspended_and_reinstated_between_orders(
    book: str, steps: list[tuple[Any, str | None]]
) -> None:
    trading = Trading()
    trading.open()
    for order, toggled in steps:
        trading.trade(book, [order])
        if toggled is not None:
            trading.suspend(toggled, toggled in trading.twin.idle)
        trading.the_twin_has_the_same_orders()
        trading.no_two_orders_that_may_trade_stand_crossed()
    trading.the_twin_has_the_same_purses()
    trading.teardown()


TestTrading = Trading.TestCase
TestTrading.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
