"""Whatever is asked of a market: money is conserved, books obey their rules, replay equals life, the twin agrees."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from exchange.kernel.bases import Command, Fact
from exchange.kernel.protocol import POLICY_ACTOR, Refused
from exchange.kernel.time import DAY, HOUR, MINUTE, SECOND, instant
from exchange.market.book import open_orders
from exchange.market.commands import (
    AcceptDelivery,
    AdoptRuleset,
    BookRules,
    CancelOrder,
    CancelOrders,
    ConcludeDelivery,
    ConfirmDeposit,
    ConfirmPayout,
    OpenInstrument,
    OrderType,
    PlaceOrder,
    RecordParticipant,
    RecordStanding,
    RefundPurchase,
    RegisterCapacity,
    ReplaceOrder,
    SelfTrade,
    SetInstrumentState,
    Side,
    TimeInForce,
)
from exchange.market.facts import (
    OrderAccepted,
    OrderCancelled,
    OrderExpired,
    OrderReduced,
    OrderReplaced,
    TradeMatched,
)
from exchange.market.state import Holder, Market
from tests.properties.market_structure import conserved, consistent
from tests.properties.market_twin import End, Shelf, Trade, Twin, Wish
from tests.unit.market.stage import BANK, NOON, OPERATOR, Stage, a_standing, a_use, pack, terms
from tests.unit.market.test_market_sweeping import DATED, LAX, STRICT

OWNERS = {"A": "one", "B": "two", "C": "three", "D": "four", "E": "four"}
FORCES = {
    "day": TimeInForce.DAY,
    "good_till_cancelled": TimeInForce.GOOD_TILL_CANCELLED,
    "immediate_or_cancel": TimeInForce.IMMEDIATE_OR_CANCEL,
    "fill_or_kill": TimeInForce.FILL_OR_KILL,
    "good_till_date": TimeInForce.GOOD_TILL_DATE,
}
RULESETS = {"strict": STRICT, "lax": LAX, "dated": DATED}
DATED_ENDS = instant("2026-11-03T16:00:00Z")


class Book(NamedTuple):
    """An instrument as both are told of it."""

    tick_micros: int
    terms: dict[str, Any]
    rules: dict[str, Any]

    def shelf(self, at: int) -> Shelf:
        """The twin's."""
        rules = BookRules(**self.rules)
        return Shelf(
            lot=Fraction(self.tick_micros, 10_000),
            seller=self.terms.get("seller_id"),
            posted=self.terms.get("posted_price"),
            fenced=self.terms.get("moves_data", False),
            price_step=rules.price_step,
            step=rules.quantity_step,
            smallest=rules.quantity_min,
            largest=rules.quantity_max,
            reference=rules.reference_price,
            collar=None if rules.collar_bp is None else Fraction(rules.collar_bp, 10_000),
            needs_capacity=rules.capacity_needed,
            orders_max=rules.orders_max,
            session_end_us=rules.session_ends_minute * MINUTE,
            first=None if rules.first_trade is None else at + rules.first_trade,
            gate=None if rules.last_trade is None else at + rules.last_trade,
            call_us=rules.call_us,
            then_closes=rules.after_call == "closed",
        )

    def opening(self, name: str, at: int) -> OpenInstrument:
        """The market's; its first and last trade are so long after it is opened."""
        hours = {key: at + self.rules[key] for key in ("first_trade", "last_trade") if key in self.rules}
        values = {"seller_id": None, "posted_price": None, "moves_data": False, **self.terms}
        rules = BookRules(**(self.rules | hours))
        book = terms(instrument_id=name, unit="licence", tick_micros=self.tick_micros, rules=rules, **values)
        return OpenInstrument(terms=book)


SLOTS = {
    "quantity_step": 2,
    "quantity_min": 2,
    "quantity_max": 8,
    "price_step": 2,
    "collar_bp": 5_000,
    "reference_price": 6,
    "capacity_needed": True,
    "orders_max": 3,
    "session_ends_minute": 720,
    "first_trade": HOUR,
    "call_us": HOUR,
    "last_trade": 30 * HOUR,
}
BOOKS = {
    "hours": Book(3_333, {}, {}),
    "data": Book(10_000, {"moves_data": True}, {}),
    "issue": Book(5_000, {"moves_data": True, "seller_id": "A"}, {}),
    "month": Book(7_000, {"moves_data": True, "seller_id": "A", "posted_price": 6}, {}),
    "slots": Book(10_000, {}, SLOTS),
    "call": Book(
        10_000, {"moves_data": True}, {"call_us": 2 * HOUR, "reference_price": 5, "collar_bp": 8_000}
    ),
    "ahead": Book(3_333, {}, {"call_us": 5 * HOUR, "after_call": "closed", "collar_bp": 4_000}),
}
people = st.sampled_from(sorted(OWNERS))
books = st.sampled_from(sorted(BOOKS))
prices = st.integers(1, 9)
lots = st.sampled_from((1, 2, 2, 3, 4, 4, 5, 6, 9))


class Asked(NamedTuple):
    """An order as it is drawn."""

    who: str
    side: Side
    price: int | None
    lots: int
    use: str
    market: bool = False
    force: str = "good_till_cancelled"
    expires_in: int | None = None
    post_only: bool = False
    least: int | None = None
    display: int | None = None
    mode: str = "cancel_newest"


SPANS = st.sampled_from((SECOND, MINUTE, HOUR, 5 * HOUR, 17 * HOUR, 2 * DAY))
MODES = st.sampled_from(("cancel_newest", "cancel_newest", "cancel_oldest", "cancel_both", "decrement"))
CONDITIONS: tuple[dict[str, Any], ...] = (
    *({},) * 4,
    *({"display": each} for each in (1, 1, 2, 2, 4)),
    *({"force": each} for each in ("day", "immediate_or_cancel", "fill_or_kill")),
    *({"force": "good_till_date", "expires_in": each} for each in (SECOND, HOUR, HOUR, DAY)),
    {"market": True, "force": "day"},
    {"market": True, "force": "day", "price": None},
    {"market": True, "force": "immediate_or_cancel", "price": None},
    {"market": True, "force": "fill_or_kill", "price": None},
    {"market": True, "force": "day", "least": 2},
    {"post_only": True},
    {"post_only": True, "display": 2},
    {"least": 2},
    {"least": 3, "display": 2},
    {"least": 3, "force": "immediate_or_cancel"},
    {"display": 1, "force": "good_till_date", "expires_in": HOUR},
)
"""The conditions that an order may well have; `WILD` ones are put together by chance."""
WILD = st.fixed_dictionaries(
    {
        "market": st.booleans(),
        "force": st.sampled_from(sorted(FORCES)),
        "expires_in": st.sampled_from((None, None, HOUR, 0, -HOUR)),
        "post_only": st.booleans(),
        "least": st.sampled_from((None, 1, 7)),
        "display": st.sampled_from((None, 1, 7)),
    }
)


@st.composite
def drawn(draw: st.DrawFn, usual: tuple[dict[str, Any], ...]) -> Asked:
    """Mostly an order that may enter; now and then anything."""
    values = {
        "who": draw(people),
        "side": draw(st.sampled_from(Side)),
        "price": draw(st.none() if draw(st.integers(0, 49)) == 33 else prices),
        "lots": draw(lots),
        "use": draw(st.sampled_from(("JP", "JP", "SG", "MY"))),
        "mode": draw(MODES),
    }
    if draw(st.integers(0, 24)) == 13:
        return Asked(**(values | draw(WILD)))
    conditions = draw(st.sampled_from(usual))
    parts = {key: min(conditions[key], values["lots"]) for key in ("least", "display") if key in conditions}
    return Asked(**(values | conditions | parts))


ORDERS = drawn(CONDITIONS)
WAITING = drawn(
    (
        *({},) * 4,
        *({"display": each} for each in (1, 1, 2, 3)),
        {"force": "good_till_date", "expires_in": HOUR},
        {"market": True, "force": "day"},
        {"market": True, "force": "day", "price": None},
        {"market": True, "force": "day", "price": None},
    )
)
"""Orders that may wait for an auction."""
STEPS = st.tuples(ORDERS, st.sampled_from((None, None, None, *sorted(OWNERS))))
"""An order, and sometimes somebody to suspend or reinstate after it."""


class ConservingStage(Stage):
    """A stage that checks after every single fact that no money was made or lost."""

    def _take(self, facts: Any) -> None:
        for fact in facts:
            super()._take([fact])
            conserved(self.market)


class Trading(RuleBasedStateMachine):
    """Participants A to E; D and E have one owner; MY is nowhere the licence permits, while a rule asks for it."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = ConservingStage(rulesets={each.digest: each for each in RULESETS.values()})
        self.adopted: list[tuple[int, str]] = []
        self.twin = Twin(may=self.may, owners=dict(OWNERS), at=NOON)
        self.where: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.reference = 0

    def may(self, use: str, at: int) -> bool:
        """What the rulesets say of the places that orders name."""
        ruleset = [name for effective_at, name in self.adopted if effective_at <= at][-1]
        return use != "MY" or ruleset == "lax" or (ruleset == "dated" and at >= DATED_ENDS)

    @initialize()
    def begin(self) -> None:
        for standing in (a_standing(BANK, "HK", "custodian"), a_standing(OPERATOR, "CN", "operator")):
            self.stage.told(RecordParticipant(standing=standing))
        self.adopt("strict", 0)
        for who in OWNERS:
            self.stage.told(RecordParticipant(standing=self.standing(who)))
            self.deposit(who, 300)
        for book in BOOKS:
            self.open(book)

    def standing(self, who: str, place: str = "JP") -> Any:
        """A participant as the registry would tell of it."""
        return a_standing(who, place, "seller", "buyer", beneficial_owner=self.twin.owners[who])

    def open(self, book: str) -> None:
        """Open an instrument, or another like one that has closed."""
        name = self.names[book] = f"{book}-{sum(each.startswith(book) for each in self.twin.shelves)}"
        self.stage.told(BOOKS[book].opening(name, self.stage.at))
        self.twin.open(name, BOOKS[book].shelf(self.stage.at))
        if BOOKS[book].rules.get("capacity_needed"):
            for who in ("A", "B", "C"):
                self.register(book, who, 10)

    def ask(self, actor: str, command: Command) -> Fact:
        """The last fact of what `command` brings; what it brings is gathered to be compared."""
        facts = self.stage.ask(actor, command)
        self.compare(facts, in_order=True)
        return facts[-1]

    def settled(self) -> None:
        """What is due now, or may trade now that something has changed, is the same in both."""
        facts = self.stage.settle()
        self.twin.settle()
        self.compare(facts, in_order=False)
        consistent(self.stage.market)
        self.the_twin_has_the_same_orders()

    def compare(self, facts: list[Fact], *, in_order: bool) -> None:
        trades = [trade_of(fact) for fact in facts if isinstance(fact, TradeMatched)]
        ends = [end for fact in facts if (end := end_of(fact)) is not None]
        self.twin.escrow |= {
            fact.trade_id: (fact.buyer_id, fact.seller_id, fact.amount_minor)
            for fact in facts
            if isinstance(fact, TradeMatched)
        }
        twins, self.twin.trades = self.twin.trades, []
        twin_ends, self.twin.ends = self.twin.ends, []
        if not in_order:
            trades.sort(key=lambda trade: self.where[trade[0]])
            twins.sort(key=lambda trade: self.where[trade[0]])
        assert trades == twins
        assert sorted(ends) == sorted(twin_ends)

    def judged(self, last: Fact, reasons: set[str]) -> bool:
        """Whether it was let in; if not, for a reason that there is."""
        assert isinstance(last, Refused) == bool(reasons), (last, reasons)
        assert not isinstance(last, Refused) or last.reason in reasons, (last, reasons)
        return not reasons

    @rule(who=people, amount=st.integers(1, 200))
    def deposit(self, who: str, amount: int) -> None:
        self.reference += 1
        deposit = ConfirmDeposit(
            participant_id=who, currency="CNY", amount_minor=amount, reference=f"R-{self.reference}"
        )
        self.ask(BANK, deposit)
        self.twin.cash[who] = self.twin.cash.get(who, 0) + amount

    @rule(book=books, orders=st.lists(ORDERS, min_size=5, max_size=25))
    def trade_on(self, book: str, orders: list[Asked]) -> None:
        self.trade(book, orders)

    @rule(book=books, orders=st.lists(ORDERS, min_size=5, max_size=25))
    def trade_some_more(self, book: str, orders: list[Asked]) -> None:
        self.trade(book, orders)

    @rule(book=books, orders=st.lists(ORDERS, min_size=5, max_size=25))
    def trade_yet_more(self, book: str, orders: list[Asked]) -> None:
        self.trade(book, orders)

    @rule(book=books, orders=st.lists(ORDERS, min_size=1, max_size=5))
    def trade_again(self, book: str, orders: list[Asked]) -> None:
        self.trade(book, orders)

    @rule(book=books, orders=st.lists(ORDERS, min_size=1, max_size=12))
    def trade(self, book: str, orders: list[Asked]) -> None:
        for order in orders:
            self.place(self.names[book], order)

    def place(self, name: str, asked: Asked) -> None:
        at, order_id = self.stage.at, f"O-0.{self.stage.offset}.0"
        expires_at = None if asked.expires_in is None else at + asked.expires_in
        command = PlaceOrder(
            instrument_id=name,
            side=asked.side,
            quantity=asked.lots,
            price=asked.price,
            use=a_use(place_of_use=asked.use),
            order_type=OrderType.MARKET if asked.market else OrderType.LIMIT,
            time_in_force=FORCES[asked.force],
            expires_at=expires_at,
            post_only=asked.post_only,
            min_quantity=asked.least,
            display_quantity=asked.display,
            self_trade=SelfTrade(asked.mode),
        )
        wish = Wish(
            name=order_id,
            who=asked.who,
            bid=asked.side is Side.BID,
            lots=asked.lots,
            price=asked.price,
            use=asked.use,
            market=asked.market,
            force=asked.force,
            expires=expires_at,
            post_only=asked.post_only,
            least=asked.least,
            display=asked.display,
            mode=asked.mode,
        )
        reasons = self.twin.refuses(name, wish)
        if not reasons:
            self.where[order_id] = name
            self.twin.place(name, replace(wish))
        self.judged(self.ask(asked.who, command), reasons)
        self.settled()

    @precondition(lambda self: self.where)
    @rule(
        data=st.data(),
        lots=lots,
        price=st.one_of(prices, st.none()),
        later=st.sampled_from((None, None, HOUR, DAY)),
    )
    def change(self, data: st.DataObject, lots: int, price: int | None, later: int | None) -> None:
        self._change(self._some_order(data), lots, price, later)

    @precondition(lambda self: self.where)
    @rule(
        data=st.data(),
        changes=st.lists(st.tuples(lots, st.none(), st.sampled_from((None, HOUR, HOUR))), max_size=5),
    )
    def change_again_and_again(
        self, data: st.DataObject, changes: list[tuple[int, None, int | None]]
    ) -> None:
        order_id = self._some_order(data)
        for each in changes:
            self._change(order_id, *each)

    def _change(self, order_id: str, lots: int, price: int | None, later: int | None) -> None:
        found = self.twin.find(order_id)
        who, now = (found[1].who, found[1].limit) if found else ("A", 1)
        expires = None if later is None else self.stage.at // DAY * DAY + DAY + later
        price = now if price is None else price
        reasons = self.twin.refuses_change(order_id, lots, price, expires)
        if not reasons:
            self.twin.change(order_id, lots, price, expires)
        command = ReplaceOrder(order_id=order_id, quantity=lots, price=price, expires_at=expires)
        self.judged(self.ask(who, command), reasons)
        self.settled()

    def _some_order(self, data: st.DataObject) -> str:
        """Mostly one that is open."""
        names = sorted(self.stage.market.orders) or sorted(self.where)
        return data.draw(st.sampled_from([*names, *sorted(self.where)[:3]]))

    @precondition(lambda self: self.where)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        order_id = self._some_order(data)
        found = self.twin.find(order_id)
        if found:
            self.twin.cancel(order_id)
        last = self.ask(found[1].who if found else "A", CancelOrder(order_id=order_id))
        self.judged(last, set() if found else {"ORDER_NOT_OPEN", "ORDER_UNKNOWN"})
        self.settled()

    @rule(
        who=st.one_of(people, st.none()),
        book=st.one_of(books, st.none()),
        by=st.sampled_from(("A", OPERATOR)),
    )
    def cancel_all(self, who: str | None, book: str | None, by: str) -> None:
        name = None if book is None else self.names[book]
        reasons = set()
        if who is None and name is None:
            reasons.add("VALUE_OUT_OF_RANGE")
        if by not in (who, OPERATOR):
            reasons.add("NOT_PERMITTED")
        if not reasons:
            self.twin.cancel_all(who, name)
        self.judged(self.ask(by, CancelOrders(participant_id=who, instrument_id=name)), reasons)
        self.settled()

    @rule(book=books, who=people, lots=st.integers(0, 20))
    def register(self, book: str, who: str, lots: int) -> None:
        name = self.names[book]
        shelf = self.twin.shelves[name]
        sold = shelf.sold.get(who, 0) - shelf.bought.get(who, 0)
        needed = self.twin.asked(shelf, who) + sold
        command = RegisterCapacity(instrument_id=name, participant_id=who, quantity=lots)
        if self.judged(self.ask(OPERATOR, command), {"CAPACITY_INSUFFICIENT"} if lots < needed else set()):
            shelf.registered[who] = lots

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
        assert not isinstance(self.ask(*words[word]), Refused)
        (self.twin.accept if word in ("buyer", "time") else self.twin.refund)(trade_id)

    @rule(who=people, amount=st.integers(1, 30))
    def pay_out(self, who: str, amount: int) -> None:
        self.reference += 1
        payout = ConfirmPayout(
            participant_id=who, currency="CNY", amount_minor=amount, reference=f"R-{self.reference}"
        )
        enough = self.twin.payable.get(who, 0) >= amount
        if self.judged(self.ask(BANK, payout), set() if enough else {"PAYABLE_INSUFFICIENT"}):
            self.twin.payable[who] -= amount

    @rule(who=people, active=st.sampled_from((True, True, False)))
    def suspend(self, who: str, active: bool) -> None:
        (self.twin.idle.discard if active else self.twin.idle.add)(who)
        self.ask(POLICY_ACTOR, RecordStanding(participant_id=who, active=active))
        self.settled()

    @rule(who=people, place=st.sampled_from(("JP", "SG")), owner=st.sampled_from(("three", "four", "five")))
    def record_anew(self, who: str, place: str, owner: str) -> None:
        self.twin.owners[who] = owner
        self.twin.idle.discard(who)
        self.ask(POLICY_ACTOR, RecordParticipant(standing=self.standing(who, place)))
        self.settled()

    @rule(name=st.sampled_from(sorted(RULESETS)), delay=st.sampled_from((0, 0, HOUR, DAY)))
    def adopt(self, name: str, delay: int) -> None:
        effective_at = self.stage.at + delay
        earlier = bool(self.adopted) and effective_at < self.adopted[-1][0]
        command = AdoptRuleset(
            ruleset_version=name, ruleset_digest=RULESETS[name].digest, effective_at=effective_at
        )
        if self.judged(self.ask(POLICY_ACTOR, command), {"RULESET_EARLIER"} if earlier else set()):
            self.adopted.append((effective_at, name))
        self.settled()

    @rule(book=books, state=st.sampled_from(("open", "open", "open", "halted", "call", "call", "closed")))
    def set_state(self, book: str, state: Any) -> None:
        name = self.names[book]
        command = SetInstrumentState(instrument_id=name, state=state)
        reasons = {"INSTRUMENT_STATE"} if self.twin.refuses_state(name, state) else set()
        facts = self.stage.ask(OPERATOR, command)
        self.judged(facts[-1], reasons)
        if not reasons:
            self.twin.set_state(name, state)
        self.twin.settle()
        self.compare([*facts, *self.stage.settle()], in_order=False)
        self.settled()

    @precondition(lambda self: any(shelf.state == "halted" for shelf in self.twin.shelves.values()))
    @rule()
    def open_halted_books(self) -> None:
        for book, name in self.names.items():
            if self.twin.shelves[name].state == "halted":
                self.set_state(book, "open")

    @rule(span=SPANS)
    def time_passes(self, span: int) -> None:
        until = self.stage.at + span
        while True:
            dues = [self.stage.decider.next_deadline(self.stage.market), self.twin.next_due()]
            due = min((due for due in dues if due is not None), default=until + 1)
            if due > until:
                break
            self.stage.at = self.twin.at = max(due, self.stage.at)
            self.settled()
        self.stage.at = self.twin.at = until
        self.settled()
        for book, name in self.names.items():
            if self.twin.shelves[name].state == "closed":
                self.open(book)

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
        for name, shelf in self.twin.shelves.items():
            instrument = self.stage.market.instruments[name]
            assert instrument.state == shelf.state
            for side in Side:
                ours = [
                    (each.order_id, each.price, each.quantity_left, each.shown, each.executed)
                    for each in open_orders(self.stage.market, instrument, side)
                ]
                assert ours == [
                    (wish.name, wish.limit, wish.lots, wish.shown, wish.executed)
                    for wish in shelf.side(side is Side.BID)
                ]
            for who in OWNERS if shelf.needs_capacity else ():
                holder = instrument.holders.get(who) or Holder()
                free = holder.registered + holder.bought - holder.sold - holder.asked
                assert free == self.twin.free(shelf, who)

    @invariant()
    def no_two_orders_that_may_trade_stand_crossed(self) -> None:
        assert not self.twin.crossed()

    def teardown(self) -> None:
        replayed(self.stage)
        once_and_no_more(self.stage.journal)


def trade_of(fact: TradeMatched) -> Trade:
    """A trade in the twin's words."""
    return (
        *(fact.bid_id, fact.ask_id, fact.buyer_id, fact.seller_id),
        *(fact.price, fact.quantity, fact.amount_minor),
    )


def end_of(fact: Fact) -> End | None:
    """How lots ended without a trade, in the twin's words."""
    if isinstance(fact, OrderReduced):
        return fact.order_id, fact.quantity, "reduced"
    if isinstance(fact, OrderCancelled | OrderExpired):
        return fact.order_id, fact.quantity_left, fact.grounds
    return None


def replayed(stage: Stage) -> None:
    """Folded again from its journal, a market is what it was, byte by byte."""
    again = Stage(rulesets={each.digest: each for each in RULESETS.values()})
    for fact, at in stage.journal:
        again.decider.evolve(again.market, fact, at)
    assert pack(again.market) == pack(stage.market)


def once_and_no_more(journal: list[tuple[Fact, int]]) -> None:
    """What is filled and what ends of an order is never more than was ordered, and nothing follows its end."""
    left: Counter[str] = Counter()
    executed: Counter[str] = Counter()
    entered: set[str] = set()
    for fact, _ in journal:
        if isinstance(fact, OrderAccepted):
            assert fact.order_id not in entered
            entered.add(fact.order_id)
            left[fact.order_id] = fact.quantity
        elif isinstance(fact, OrderReplaced):
            assert left[fact.order_id] > 0
            assert fact.quantity == executed[fact.order_id] + fact.quantity_left
            left[fact.order_id] = fact.quantity_left
        elif isinstance(fact, TradeMatched):
            for order_id in filter(None, (fact.bid_id, fact.ask_id)):
                executed[order_id] += fact.quantity
                left[order_id] -= fact.quantity
                assert left[order_id] >= 0
        elif (end := end_of(fact)) is not None:
            order_id, lots, why = end
            left[order_id] -= lots
            assert left[order_id] == 0 if why != "reduced" else left[order_id] >= 0


@given(
    book=st.sampled_from(["hours", "data", "slots", "call"]), steps=st.lists(STEPS, min_size=20, max_size=60)
)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_twin_agrees_whoever_is_suspended_and_reinstated_between_orders(
    book: str, steps: list[tuple[Asked, str | None]]
) -> None:
    trading = Trading()
    trading.begin()
    for number, (order, toggled) in enumerate(steps):
        trading.trade(book, [order])
        if toggled is not None:
            trading.suspend(toggled, toggled in trading.twin.idle)
        if number % 20 == 0:
            trading.time_passes(HOUR)
    trading.the_twin_has_the_same_purses()
    trading.teardown()


@given(
    book=st.sampled_from(["hours", "data", "call"]),
    rounds=st.lists(
        st.tuples(st.lists(WAITING, min_size=5, max_size=30), st.sampled_from((None, *sorted(OWNERS)))),
        min_size=1,
        max_size=3,
    ),
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_twin_agrees_on_auctions(book: str, rounds: list[tuple[list[Asked], str | None]]) -> None:
    trading = Trading()
    trading.begin()
    for orders, toggled in rounds:
        trading.set_state(book, "call")
        trading.trade(book, orders)
        if toggled is not None:
            trading.suspend(toggled, toggled in trading.twin.idle)
        trading.set_state(book, "open")
        trading.no_two_orders_that_may_trade_stand_crossed()
    trading.the_twin_has_the_same_purses()
    trading.teardown()


TestTrading = Trading.TestCase
TestTrading.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
