"""Whatever becomes of trades in lots of a capacity: nobody asks for what it has not; what went back is as never sold.

Lots are counted from the facts alone: those of rights that stand, and those that resellers had sold on.
"""

from collections import Counter
from random import Random
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from exchange.kernel.bases import Command, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY
from exchange.market import commands as said
from exchange.market.disputes import commands as disputing
from exchange.market.facts import TradeMatched
from exchange.market.purchases import commands as asked
from exchange.market.purchases.facts import LotsReturned
from exchange.market.state import Holder
from tests.properties.market_machine import ConservingStage
from tests.properties.market_structure import consistent
from tests.unit.market.stage import (
    OPERATOR,
    Stage,
    a_bid,
    a_standing,
    an_ask,
    everyone,
    pack,
    terms,
    the_ruleset,
    unpack,
)

BOOK, WHO = "L-0.1.0", ("A", "B", "C", "D")
REGISTERED, STEPS = 5, 90
UNDOING = ("refund", "reject", "part", "bust", "dispute")


class Dealing(ConservingStage):
    """Four who buy of each other and sell on; A and B have hours of their own."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self.random = random
        self.traded: dict[str, TradeMatched] = {}
        self.back: list[LotsReturned] = []
        hours = said.BookRules(capacity_needed=True)
        book = terms(seller_id=None, posted_price=None, moves_data=False, rules=hours)
        self.told(*everyone(), the_ruleset(), said.OpenInstrument(terms=book))
        for who in WHO:
            self.told(said.RecordParticipant(standing=a_standing(who, "CN", "buyer", "seller")))
            self.deposited(who, 1_000)
        for who in WHO[:2]:
            registers = said.RegisterCapacity(instrument_id=BOOK, participant_id=who, quantity=REGISTERED)
            self.ask(OPERATOR, registers)

    def take(self, facts: Any) -> None:
        super().take(facts)
        self.traded |= {fact.trade_id: fact for fact in facts if isinstance(fact, TradeMatched)}
        self.back += [fact for fact in facts if isinstance(fact, LotsReturned)]

    def some(self, *of: Any) -> Any:
        return self.random.choice(of)

    def trade(self) -> None:
        """Somebody bids, or asks: mostly for what it has."""
        who, lots, price = self.some(*WHO), self.random.randint(1, 4), self.random.randint(8, 12)
        holder = self.market.instruments[BOOK].holders.get(who) or Holder()
        free = holder.registered + holder.bought - holder.sold - holder.asked
        self.ask(who, an_ask(price, quantity=free or lots) if self.some(True, False) else a_bid(price, lots))
        self.settle()

    def undo(self, trade_id: str, how: str) -> None:
        """Say one thing of a trade, or two."""
        trade = self.traded[trade_id]
        of_it: dict[str, Any] = {"trade_id": trade_id}
        because = of_it | {"grounds": "so"}
        whole = disputing.ProposeSettlement(**of_it, buyer_minor=trade.amount_minor)
        buyer, seller = trade.buyer_id, trade.seller_id
        left = getattr(self.market.after.sales.get(trade_id), "left_minor", 1)
        words: dict[str, list[tuple[str, Command]]] = {
            "accept": [(buyer, said.AcceptDelivery(**of_it))],
            "refund": [
                (seller, said.RefundPurchase(**because)),
                (seller, asked.ApproveRefund(**because, amount_minor=left, reference=f"R-{self.offset}")),
            ],
            "reject": [(buyer, asked.RejectDelivery(**because)), (seller, asked.ConcedeRejection(**of_it))],
            "part": [
                (buyer, asked.AcceptPart(**because, quantity=1)),
                (seller, asked.ConcedeRejection(**of_it)),
            ],
            "bust": [(OPERATOR, asked.BustTrade(**because))],
            "dispute": [(buyer, disputing.OpenDispute(**because)), (buyer, whole), (seller, whole)],
        }
        if how != "dispute" or trade_id in self.market.purchases:
            for actor, command in words[how]:
                self.ask(actor, command)
        self.settle()

    def step(self) -> None:
        if self.traded and self.random.random() < 0.25:
            self.undo(self.some(*sorted(self.traded)), self.some("accept", *UNDOING))
        elif self.random.random() < 0.05:
            self.at += 4 * DAY
            self.settle()
        else:
            self.trade()
        self.sound()

    def sound(self) -> None:
        """What holders have is what stands, and what was sold on."""
        consistent(self.market)
        bought, sold = Counter[str](), Counter[str]()
        for trade in self.traded.values():
            bought[trade.buyer_id] += trade.quantity
            sold[trade.seller_id] += trade.quantity
        for fact in self.back:
            bought[fact.buyer_id] -= fact.quantity
            sold[fact.seller_id] -= fact.quantity
        for who in WHO:
            holder = self.market.instruments[BOOK].holders.get(who) or Holder()
            assert (holder.bought, holder.sold) == (bought[who], sold[who])
            assert holder.asked + holder.sold <= holder.registered + holder.bought
            kept = sum(self.market.after.sold_on.get(f"{BOOK} {who}", {}).values())
            assert kept == sum(fact.sold_on for fact in self.back if fact.buyer_id == who)
            assert 0 <= kept <= min(holder.bought, holder.sold)

    def undo_everything(self) -> None:
        names = list(self.traded)
        self.random.shuffle(names)
        for trade_id in names:
            for how in ("accept", "refund"):
                self.undo(trade_id, how)
            self.sound()


def replayed(stage: Dealing) -> bytes:
    again = Stage()
    for fact, at in stage.journal:
        assert not isinstance(fact, Refused)
        again.decider.evolve(again.market, fact, at)
    return pack(again.market)


def kinds(journal: list[tuple[Fact, int]]) -> set[str]:
    return {getattr(fact, "grounds", "") for fact, _ in journal if type(fact).__name__ == "OrderCancelled"}


@given(seed=st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_lots_that_go_back_are_as_never_sold(seed: int) -> None:
    stage = Dealing(Random(seed))
    for _ in range(STEPS):
        stage.step()
    event("sold on" if any(fact.sold_on > 0 for fact in stage.back) else "not sold on")
    event("passed on" if any(fact.sold_on < 0 for fact in stage.back) else "not passed on")
    event("asks cancelled" if "capacity_lost" in kinds(stage.journal) else "no asks cancelled")
    written = pack(stage.market)
    assert replayed(stage) == written
    assert pack(unpack(written)) == written
    stage.undo_everything()
    holders = stage.market.instruments[BOOK].holders
    # Lots that went round in a circle stay counted on both sides, and give nobody anything to sell.
    assert all(each.bought == each.sold for each in holders.values())
    round_and_round = {who: each.bought for who, each in holders.items() if each.bought}
    kept = {name.split()[1]: sum(lots.values()) for name, lots in stage.market.after.sold_on.items()}
    assert kept == round_and_round
    event("in a circle" if kept else "in no circle")
