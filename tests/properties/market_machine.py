"""One market and its twin, asked the same: whatever is drawn, they answer alike, and every rule of a book holds."""

import itertools
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from exchange.kernel.bases import Command, Fact
from exchange.kernel.protocol import POLICY_ACTOR, Refused
from exchange.kernel.time import DAY, HOUR
from exchange.market.book import open_orders
from exchange.market.commands import (
    AcceptDelivery,
    AdoptRuleset,
    CancelOrder,
    CancelOrders,
    ConcludeDelivery,
    ConfirmDeposit,
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
)
from exchange.market.entitlements.suspended import is_suspended
from exchange.market.facts import PurchaseAccepted, TradeMatched
from exchange.market.payouts.commands import ReversePayout
from exchange.market.purchases.commands import AcceptPart, BustTrade, ConcedeRejection
from exchange.market.purchases.facts import ConclusionNoted
from exchange.market.state import Holder
from tests.properties.market_drawn import (
    BOOKS,
    DATED_ENDS,
    FORCES,
    ORDERS,
    OWNERS,
    PLACES,
    RULESETS,
    SPANS,
    Asked,
    books,
    lots,
    people,
    prices,
    use_of,
)
from tests.properties.market_journal import end_of, once_and_no_more, replayed, trade_of
from tests.properties.market_structure import conserved, consistent, drawn_last
from tests.properties.market_twin import Bought, Twin, Wish
from tests.unit.market.paying import a_payment, netted
from tests.unit.market.stage import BANK, NOON, OPERATOR, Stage, a_standing, pack, unpack


class ConservingStage(Stage):
    """A stage that checks after every single fact that no money was made or lost."""

    def fold(self, fact: Any) -> None:
        super().fold(fact)
        conserved(self.market)
        drawn_last(self.market, fact)


class Trading(RuleBasedStateMachine):
    """Participants A to E in two places; D and E have one owner.

    MY is nowhere the licence permits, while a rule asks for it; some sellers may not sell to some places, or for some
    purposes, so that who may trade with whom is different for each pair.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stage = ConservingStage(rulesets={each.digest: each for each in RULESETS.values()})
        self.adopted: list[tuple[int, str]] = []
        self.twin = Twin(may=self.may, owners=dict(OWNERS), at=NOON)
        self.places = dict(PLACES)
        self.where: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.reference = 0
        self.noted: set[str] = set()
        self.seen = 0

    def may(self, seller: str, buyer: str, use: str, at: int) -> bool:
        """What the rulesets say of a seller, a buyer, and the place and the purpose that its order names."""
        ruleset = [name for effective_at, name in self.adopted if effective_at <= at][-1]
        place, _, purpose = use.partition(" ")
        parted = (seller, place) == ("B", "SG") or (seller, purpose) == ("C", "trade")
        if parted or (seller == "D" and self.places[buyer] == "SG"):
            return False
        return place != "MY" or ruleset == "lax" or (ruleset == "dated" and at >= DATED_ENDS)

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

    def standing(self, who: str) -> Any:
        """A participant as the registry would tell of it."""
        return a_standing(who, self.places[who], "seller", "buyer", beneficial_owner=self.twin.owners[who])

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
        self.what_was_noted_is_accepted()
        consistent(self.stage.market)
        self.the_twin_has_the_same_orders()

    def compare(self, facts: list[Fact], *, in_order: bool) -> None:
        trades = [trade_of(fact) for fact in facts if isinstance(fact, TradeMatched)]
        ends = [end for fact in facts if (end := end_of(fact)) is not None]
        self.twin.escrow |= {
            fact.trade_id: Bought(
                fact.buyer_id, fact.seller_id, fact.amount_minor, fact.instrument_id, fact.quantity
            )
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

    def what_was_noted_is_accepted(self) -> None:
        """Evidence for a purchase whose right was suspended counts once that runs again."""
        for fact, _ in self.stage.journal[self.seen :]:
            if isinstance(fact, PurchaseAccepted) and fact.trade_id in self.noted:
                self.noted.remove(fact.trade_id)
                self.twin.accept(fact.trade_id)
        self.seen = len(self.stage.journal)

    def suspended(self, trade_id: str) -> bool:
        """Whether the right to what was bought is suspended."""
        return is_suspended(self.stage.market, self.stage.market.purchases[trade_id].entitlement_id)

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

    # Every rule is as likely as any other, and most of what is asked of a market is orders.
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
            use=use_of(asked.use),
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
    @rule(data=st.data(), word=st.sampled_from(["buyer", "time", "rejected", "seller", "bust"]))
    def conclude(self, data: st.DataObject, word: str) -> None:
        trade_id = data.draw(st.sampled_from(sorted(self.twin.escrow)))
        buyer, seller = self.twin.escrow[trade_id][:2]
        words = {
            "buyer": (buyer, AcceptDelivery(trade_id=trade_id)),
            "time": (POLICY_ACTOR, ConcludeDelivery(trade_id=trade_id, verdict="accept", basis="time")),
            "rejected": (POLICY_ACTOR, ConcludeDelivery(trade_id=trade_id, verdict="reject", basis="ruling")),
            "seller": (seller, RefundPurchase(trade_id=trade_id, grounds="")),
            "bust": (OPERATOR, BustTrade(trade_id=trade_id, grounds="A wrong price.")),
        }
        if self.suspended(trade_id) and word in ("buyer", "time"):
            last = self.ask(*words[word])
            assert isinstance(last, Refused if word == "buyer" else ConclusionNoted)
            self.noted.update({trade_id} if word == "time" else set())
            return
        assert not isinstance(self.ask(*words[word]), Refused)
        (self.twin.accept if word in ("buyer", "time") else self.twin.refund)(trade_id)
        self.settled()

    @precondition(lambda self: self.twin.escrow)
    @rule(data=st.data(), lots=lots)
    def accept_part(self, data: st.DataObject, lots: int) -> None:
        trade_id = data.draw(st.sampled_from(sorted(self.twin.escrow)))
        bought = self.twin.escrow[trade_id]
        lots = min(lots, bought.lots)
        if not 0 < self.twin.part(bought, lots) < bought.amount:
            return
        said = AcceptPart(trade_id=trade_id, grounds="So many.", quantity=lots)
        if self.suspended(trade_id):
            self.judged(self.ask(bought.buyer, said), {"ENTITLEMENT_SUSPENDED"})
            return
        assert not isinstance(self.ask(bought.buyer, said), Refused)
        assert not isinstance(self.ask(bought.seller, ConcedeRejection(trade_id=trade_id)), Refused)
        self.twin.accept_part(trade_id, lots)
        self.settled()

    @rule(paid=st.lists(st.booleans(), min_size=5, max_size=5))
    def pay_out(self, paid: list[bool]) -> None:
        sets = netted(self.stage)
        owed = {who: amount for who, amount in self.twin.payable.items() if amount}
        assert {net.participant_id: net.amount_minor for net in sets} == owed
        for net, is_paid in zip(sets, itertools.cycle(paid), strict=False):
            self.reference += 1
            payment = a_payment(net, f"R-{self.reference}")
            self.judged(
                self.ask(POLICY_ACTOR, payment if is_paid else ReversePayout(set_id=net.set_id)), set()
            )
            if is_paid:
                self.twin.payable[net.participant_id] = 0

    @rule(who=people, active=st.sampled_from((True, True, False)))
    def suspend(self, who: str, active: bool) -> None:
        (self.twin.idle.discard if active else self.twin.idle.add)(who)
        self.ask(POLICY_ACTOR, RecordStanding(participant_id=who, active=active))
        self.settled()

    @rule(who=people, place=st.sampled_from(("JP", "SG")), owner=st.sampled_from(("three", "four", "five")))
    def record_anew(self, who: str, place: str, owner: str) -> None:
        self.twin.owners[who], self.places[who] = owner, place
        self.twin.idle.discard(who)
        self.ask(POLICY_ACTOR, RecordParticipant(standing=self.standing(who)))
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
        self.open_others()

    # Where a book stands crossed it would be tried again in between, with whoever may trade by then.
    @precondition(lambda self: not self.stage.market.crossed)
    @rule(span=SPANS)
    def time_passes_and_nobody_looks(self, span: int) -> None:
        self.stage.at = self.twin.at = self.stage.at + span
        self.settled()
        self.open_others()

    def open_others(self) -> None:
        """For every book that has closed another like it."""
        for book, name in self.names.items():
            if self.twin.shelves[name].state == "closed":
                self.open(book)

    @rule()
    def restart_from_a_snapshot(self) -> None:
        written = pack(self.stage.market)
        self.stage.market = unpack(written)
        assert pack(self.stage.market) == written

    @invariant()
    def a_right_is_suspended_exactly_when_it_would_be_refused_now(self) -> None:
        known = self.stage.market.entitlements
        if known.todo:
            return
        for running in known.running.values():
            pair = known.pairs[running.pair]
            active = self.twin.idle.isdisjoint((pair.seller_id, pair.buyer_id))
            use = f"{pair.use.place_of_use} {pair.use.purpose}"
            runs = active and self.may(pair.seller_id, pair.buyer_id, use, self.stage.at)
            assert (running.suspended_at is None) == runs

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
                    for each in open_orders(instrument, side)
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
