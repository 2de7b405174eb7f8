"""Whatever is said after trades, by whomever: money is conserved, the books balance, a last word is the last."""

from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from exchange.kernel.bases import Command
from exchange.kernel.protocol import POLICY_ACTOR, Refused
from exchange.kernel.time import DAY
from exchange.market import commands as said
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.disputes import commands as disputing
from exchange.market.facts import PurchaseAccepted, PurchaseRefunded, TradeMatched
from exchange.market.fees import commands as charging
from exchange.market.fees.state import Amount
from exchange.market.purchases import commands as asked
from exchange.market.state import Market
from exchange.market.withdrawals import commands as withdrawing
from tests.properties.ledger import Ledger
from tests.properties.test_market_properties import conserved
from tests.unit.market.stage import (
    BANK,
    BUYER,
    OPERATOR,
    SELLER,
    Stage,
    a_bid,
    a_standing,
    everyone,
    pack,
    terms,
    the_ruleset,
)

BROKER = "BR-CN-01"
PANEL = tuple(
    disputing.PanelMember(name=kind, constituency=kind)  # type: ignore[arg-type]
    for kind in ("government", "institution", "industry")
)
amounts = st.one_of(st.integers(1, 5_000), st.sampled_from((1, 999, 1_000, 2_000, 3_000)))
references = st.sampled_from("abcdef")


class BookedStage(Stage):
    """A stage that checks after every single fact that the money is there, and after every outcome the books."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger()

    def _take(self, facts: Any) -> None:
        for fact in facts:
            super()._take([fact])
            self.ledger.post(fact)
            conserved(self.market)
        self.ledger.check(self.market)


class AfterTrading(RuleBasedStateMachine):
    """A buyer with some cash and some credit, a seller with a broker, a bank, an operator with a wide choice."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = BookedStage()
        self.trades: list[str] = []
        self.ended: set[str] = set()
        self.number = 0

    @initialize()
    def open(self) -> None:
        self.stage.told(*everyone(), the_ruleset())
        self.stage.told(said.RecordParticipant(standing=a_standing(BROKER, "CN", "broker")))
        self.stage.told(said.OpenInstrument(terms=terms(posted_price=1_000)))
        self.stage.deposited(BUYER, 6_000)
        self.buy(2)

    def ask(self, actor: str, command: Command) -> bool:
        facts = self.stage.ask(actor, command)
        for fact in facts:
            if isinstance(fact, PurchaseAccepted | PurchaseRefunded):
                assert fact.trade_id not in self.ended
                self.ended.add(fact.trade_id)
        return not isinstance(facts[-1], Refused)

    @rule(lots=st.integers(1, 3))
    def buy(self, lots: int) -> None:
        facts = self.stage.ask(BUYER, a_bid(price=1_001, quantity=lots))
        self.trades += [fact.trade_id for fact in facts if isinstance(fact, TradeMatched)]

    @rule(data=st.data(), amount=amounts, lots=st.integers(1, 3), reference=references)
    def say(self, data: st.DataObject, amount: int, lots: int, reference: str) -> None:
        if not self.trades:
            return
        trade = {"trade_id": data.draw(st.sampled_from(self.trades))}
        grounds = {"grounds": "so"}
        words: list[tuple[str, Command]] = [
            (BUYER, said.AcceptDelivery(**trade)),
            (POLICY_ACTOR, said.ConcludeDelivery(**trade, verdict="accept", basis="evidence")),
            (POLICY_ACTOR, said.ConcludeDelivery(**trade, verdict="reject", basis="ruling")),
            (SELLER, said.RefundPurchase(**trade, **grounds)),
            (BUYER, asked.RejectDelivery(**trade, **grounds)),
            (BUYER, asked.AcceptPart(**trade, **grounds, amount_minor=amount)),
            (BUYER, asked.AcceptPart(**trade, **grounds, quantity=lots)),
            (SELLER, asked.ConcedeRejection(**trade)),
            (SELLER, asked.ApproveRefund(**trade, **grounds, amount_minor=amount, reference=reference)),
            (OPERATOR, asked.ApproveRefund(**trade, **grounds, amount_minor=1, reference=reference)),
            (OPERATOR, asked.BustTrade(**trade, **grounds)),
        ]
        self.ask(*data.draw(st.sampled_from(words)))

    @rule(data=st.data(), amount=st.integers(0, 3_000), who=st.sampled_from((BUYER, SELLER)))
    def dispute(self, data: st.DataObject, amount: int, who: str) -> None:
        if not self.trades:
            return
        trade = {"trade_id": data.draw(st.sampled_from(self.trades))}
        words: list[tuple[str, Command]] = [
            (who, disputing.OpenDispute(**trade, grounds="so")),
            (who, disputing.ProposeSettlement(**trade, buyer_minor=amount // 1_000 * 1_000)),
            (OPERATOR, disputing.RuleOnDispute(**trade, buyer_minor=amount, panel=PANEL, grounds="")),
        ]
        self.ask(*data.draw(st.sampled_from(words)))

    @rule(who=st.sampled_from((SELLER, BROKER)), amount=amounts)
    def pay_out(self, who: str, amount: int) -> None:
        self.number += 1
        self.ask(
            BANK,
            said.ConfirmPayout(
                participant_id=who, currency="CNY", amount_minor=amount, reference=f"PO-{self.number}"
            ),
        )

    @rule(who=st.sampled_from((BUYER, SELLER)), amount=amounts)
    def deposit(self, who: str, amount: int) -> None:
        self.stage.deposited(who, amount)

    @rule(amount=amounts, limit=st.sampled_from((0, 2_500, 10_000)), broker=st.sampled_from((BROKER, None)))
    def set_terms(self, amount: int, limit: int, broker: str | None) -> None:
        minimum = (Amount(currency="CNY", amount_minor=amount % 100 + 1),)
        schedule = charging.SetFeeSchedule(
            fee_bp=amount % 500,
            tax_authority="CN",
            tax_rate_bp=limit % 1_000,
            minimums=minimum,
            service_fee=minimum[0],
        )
        self.ask(OPERATOR, schedule)
        self.ask(OPERATOR, charging.ChargeServiceFee(participant_id=BUYER))
        self.ask(OPERATOR, SetCreditLimit(participant_id=BUYER, currency="CNY", limit_minor=limit))
        self.ask(SELLER, charging.AppointBroker(instrument_id="L-0.1.0", broker_id=broker))

    @rule(amount=amounts, pays=st.booleans())
    def withdraw(self, amount: int, pays: bool) -> None:
        self.ask(BUYER, withdrawing.RequestWithdrawal(currency="CNY", amount_minor=amount))
        for withdrawal_id in list(self.stage.market.withdrawals.open)[1:]:
            self.number += 1
            reference = f"W-{self.number}"
            paid = withdrawing.ConfirmWithdrawal(withdrawal_id=withdrawal_id, reference=reference)
            unpaid = withdrawing.RejectWithdrawal(withdrawal_id=withdrawal_id, grounds="no")
            assert self.ask(BANK, paid if pays else unpaid)

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        self.stage.at += days * DAY
        for fact in self.stage.settle():
            if isinstance(fact, PurchaseAccepted | PurchaseRefunded):
                assert fact.trade_id not in self.ended
                self.ended.add(fact.trade_id)

    @invariant()
    def every_trade_is_under_way_or_ended(self) -> None:
        market = self.stage.market
        assert set(self.trades) == market.purchases.keys() | market.concluded.keys()
        assert market.after.rejections.keys() <= market.purchases.keys()
        assert market.disputes.keys() <= market.purchases.keys() | market.after.sales.keys()

    def teardown(self) -> None:
        again = Stage()
        for fact, at in self.stage.journal:
            again.decider.evolve(again.market, fact, at)
        assert pack(again.market) == pack(self.stage.market)
        written = pack(self.stage.market)
        assert pack(msgspec.msgpack.decode(written, type=Market)) == written


TestAfterTrading = AfterTrading.TestCase
TestAfterTrading.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
