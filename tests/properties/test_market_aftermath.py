"""Whatever is said after trades, by whomever: money is conserved, the books balance, a last word is the last."""

from collections import Counter
from random import Random
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from exchange.kernel.bases import Command
from exchange.kernel.panel import PanelMember
from exchange.kernel.protocol import POLICY_ACTOR, Refused
from exchange.kernel.share_parts import SharePart
from exchange.kernel.time import DAY
from exchange.market import commands as said
from exchange.market.bills.commands import PayBill
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.disputes import commands as disputing
from exchange.market.disputes.facts import DisputeResolved
from exchange.market.ecny.commands import ConvertEcny, CreditEcnyInterest, OpenEcnyWallet
from exchange.market.facts import PurchaseAccepted, PurchaseRefunded, TradeMatched
from exchange.market.fees import commands as charging
from exchange.market.fees.state import Amount
from exchange.market.payouts.commands import RestorePayables, ReversePayout
from exchange.market.payouts.facts import PayablesNetted
from exchange.market.payouts.netting import owed_in_all
from exchange.market.penalties.commands import ChargePenalty, WithdrawPenalty
from exchange.market.purchases import commands as asked
from exchange.market.shares.commands import PayRevenueShare
from exchange.market.supply.commands import SetSupplyTax
from exchange.market.withdrawals import commands as withdrawing
from tests.properties.ledger import Ledger
from tests.properties.market_structure import conserved, drawn_last
from tests.unit.market.paying import a_payment, netted
from tests.unit.market.stage import (
    BANK,
    BUYER,
    OPERATOR,
    SELLER,
    Stage,
    a_bid,
    a_standing,
    a_use,
    everyone,
    pack,
    terms,
    the_ruleset,
    unpack,
)

BROKER = "BR-CN-01"
OTHER = "L-0.2.0"
"""What the broker sells itself, with a penalty for what it does not deliver."""
RULES = said.BookRules(penalty_bp=1_500)
PANEL = tuple(
    PanelMember(name=kind, constituency=kind)  # type: ignore[arg-type]
    for kind in ("government", "institution", "industry")
)
STEPS = 80
HOME, RARELY = 0.5, 0.1


class BookedStage(Stage):
    """A stage that checks after every single fact that the money is there, and after every outcome the books."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger()

    def fold(self, fact: Any) -> None:
        before = self.credited()
        super().fold(fact)
        self.ledger.post(fact)
        conserved(self.market)
        drawn_last(self.market, fact)
        self.debts_come_first(fact, before)

    def take(self, facts: Any) -> None:
        super().take(facts)
        self.ledger.check(self.market)

    def credited(self) -> Counter[str]:
        """What is owed to each participant."""
        return Counter({name: owed_in_all(self.purse(name)) for name in self.market.purses})

    def debts_come_first(self, fact: Any, before: Counter[str]) -> None:
        """Nobody is owed more, nor paid, while it owes for refunds; nor is it paid while it owes credit."""
        for name, owed in self.credited().items():
            assert owed <= before[name] or not self.purse(name).clawback, fact
        if isinstance(fact, PayablesNetted) and fact.net.amount_minor:
            purse = self.purse(fact.net.participant_id)
            assert (purse.owed, purse.clawback) == (0, 0), fact


class AfterTrading:
    """A buyer with cash and credit, two sellers that are each other's brokers, a bank, an operator: whatever they say.

    Shape: what is said comes evenly from `random`, which the seed of a failing example repeats. With some seeds the
    buyer is at home, so that the exchange collects tax.
    """

    def __init__(self, random: Random) -> None:
        self.random, self.beside = random, Random(random.getstate()[1][1])
        self.at_home = self.beside.random() < HOME
        self.stage = BookedStage()
        self.trades: list[str] = []
        self.ended: set[str] = set()
        self.number = 0
        self.stage.told(*everyone(), the_ruleset())
        for name in (SELLER, BROKER):
            standing = a_standing(name, "CN-LG", "seller", "broker")
            self.stage.told(said.RecordParticipant(standing=standing))
        if self.at_home:
            self.stage.told(said.RecordParticipant(standing=a_standing(BUYER, "CN", "buyer")))
            self.tax()
        self.stage.told(said.OpenInstrument(terms=terms(posted_price=1_000)))
        other = terms(instrument_id=OTHER, listing_id=OTHER, seller_id=BROKER, posted_price=700, rules=RULES)
        self.stage.told(said.OpenInstrument(terms=other))
        self.stage.deposited(BUYER, 12_000)
        self.ask(OPERATOR, OpenEcnyWallet(bank_id=BANK))
        self.buy()

    def step(self) -> None:
        """One of all that may be said, the more often the more there is to it."""
        rare = (self.set_terms, self.withdraw, self.wait, self.convert, *[self.buy] * 3)
        self.random.choice(
            (*rare, self.deposit, self.pay_out, *[self.say] * 4, self.dispute, self.dispute, self.share)
        )()
        if self.beside.random() < RARELY:
            self.pay_bill()
            self.tax()
        self.every_trade_is_under_way_or_ended()
        self.bills_are_of_credit()

    def ask(self, actor: str, command: Command) -> bool:
        facts = self.stage.ask(actor, command)
        return not isinstance(facts[-1], Refused)

    def amount(self) -> int:
        return self.random.choice((1, 500, 999, 1_000, 2_000, 3_000, self.random.randint(1, 5_000)))

    def any_of_them(self) -> str:
        return self.random.choice((BUYER, SELLER, BROKER))

    def either(self, trade_id: str) -> str:
        return self.random.choice(self.parties(trade_id))

    def parties(self, trade_id: str) -> tuple[str, str]:
        purchase = self.stage.market.purchases.get(trade_id)
        if purchase is None:
            return self.stage.market.concluded[trade_id]
        return purchase.buyer_id, purchase.seller_id

    def reference(self) -> str:
        self.number += 1
        return f"R-{self.number}"

    def buy(self) -> None:
        what = self.random.choice(("L-0.1.0", "L-0.1.0", OTHER))
        facts = self.stage.ask(
            BUYER, a_bid(price=1_001, quantity=self.random.randint(1, 3), instrument_id=what, use=self.use())
        )
        self.trades += [fact.trade_id for fact in facts if isinstance(fact, TradeMatched)]

    def use(self) -> said.Use:
        return a_use(place_of_use="CN" if self.at_home else "JP")

    def tax(self) -> None:
        """Collect another tax on sales at home from now on."""
        prices: Any = self.beside.choice(("inclusive", "exclusive"))
        rate_bp = self.beside.choice((0, 600, 600, 1_300))
        self.ask(OPERATOR, SetSupplyTax(authority="CN", rate_bp=rate_bp, prices=prices))

    def pay_bill(self) -> None:
        """Out of cash, what is owed for something or a part of it."""
        owed = sorted(self.stage.market.bills.open)
        amount = self.beside.choice((None, 1, 700))
        self.ask(BUYER, PayBill(trade_id=self.beside.choice(owed or self.trades), amount_minor=amount))

    def say(self) -> None:
        trade: dict[str, Any] = {"trade_id": self.a_trade()}
        _, seller = self.parties(trade["trade_id"])
        because: dict[str, Any] = trade | {"grounds": "so"}
        again = self.random.choice("abc")
        words: list[tuple[str, Command]] = [
            *[(BUYER, said.AcceptDelivery(**trade))] * 4,
            (POLICY_ACTOR, said.ConcludeDelivery(**trade, verdict="accept", basis="evidence")),
            (POLICY_ACTOR, said.ConcludeDelivery(**trade, verdict="reject", basis="ruling")),
            (seller, said.RefundPurchase(**because)),
            (BUYER, asked.RejectDelivery(**because)),
            (BUYER, asked.AcceptPart(**because, amount_minor=self.amount())),
            (BUYER, asked.AcceptPart(**because, quantity=self.random.randint(1, 3))),
            (seller, asked.ConcedeRejection(**trade)),
            (seller, asked.ApproveRefund(**because, amount_minor=self.amount(), reference=self.reference())),
            (OPERATOR, asked.ApproveRefund(**because, amount_minor=self.amount(), reference=again)),
            (OPERATOR, asked.BustTrade(**because)),
            (OPERATOR, ChargePenalty(**because, late_minor=self.amount())),
            (OPERATOR, WithdrawPenalty(trade_id=self.random.choice(self.trades), grounds="so")),
        ]
        self.ask(*self.random.choice(words))

    def dispute(self) -> None:
        disputed = sorted(self.stage.market.disputes)
        again = disputed and self.random.random() < 0.5
        trade: dict[str, Any] = {"trade_id": self.random.choice(disputed) if again else self.a_trade()}
        self.ask(self.either(trade["trade_id"]), disputing.OpenDispute(**trade, grounds="so"))
        share = self.random.choice((0, 500, 1_000, self.amount()))
        words: list[tuple[str, Command]] = [
            (self.either(trade["trade_id"]), disputing.ProposeSettlement(**trade, buyer_minor=share)),
            (OPERATOR, disputing.RuleOnDispute(**trade, buyer_minor=share, panel=PANEL, grounds="")),
            (self.either(trade["trade_id"]), disputing.SubmitEvidence(**trade, digest=bytes(32))),
        ]
        self.ask(*self.random.choice(words))

    def a_trade(self) -> str:
        """One of which something may still be said, or now and then any."""
        market = self.stage.market
        live = sorted(market.purchases.keys() | market.after.sales.keys())
        return self.random.choice(live if live and self.random.random() < 0.9 else self.trades)

    def pay_out(self) -> None:
        for net in netted(self.stage):
            if net.amount_minor:
                payment = a_payment(net, self.reference())
                undone = ReversePayout(set_id=net.set_id)
                assert self.ask(POLICY_ACTOR, self.random.choice((payment, payment, undone)))
        if (paid := list(self.stage.market.payouts.paid)) and self.random.random() < 0.4:
            back = self.random.choice(paid)
            restored = RestorePayables(set_id=back, bank_id=BANK, reference=back)
            assert self.ask(POLICY_ACTOR, restored)

    def deposit(self) -> None:
        self.stage.deposited(self.any_of_them(), self.amount())

    def share(self) -> None:
        """One of the sellers has a part for each of them, and for the buyer."""
        amount = self.amount()
        parts = tuple(
            SharePart(share_id=f"S-{place}", participant_id=name, amount_minor=part)
            for place, (name, part) in enumerate(((BUYER, amount), (SELLER, 300), (BROKER, 200), (SELLER, 9)))
        )
        paid = PayRevenueShare(
            claim_id=self.reference(),
            agreement_id="RA-1",
            payer_id=self.random.choice((SELLER, BROKER)),
            currency="CNY",
            amount_minor=amount + 509,
            parts=parts,
        )
        self.ask(POLICY_ACTOR, paid)

    def convert(self) -> None:
        """Whoever has some has it as e-CNY, or as CNY again."""
        direction: Any = self.random.choice(("to_ecny", "to_ecny", "to_cny"))
        command = ConvertEcny(bank_id=BANK, direction=direction, amount_minor=self.amount())
        self.ask(self.any_of_them(), command)
        interest = CreditEcnyInterest(amount_minor=3, reference=self.reference())
        self.ask(BANK, interest)

    def set_terms(self) -> None:
        minimum = (Amount(currency="CNY", amount_minor=self.random.randint(1, 60)),)
        limit = self.random.choice((0, 2_500, 10_000))
        broker = self.random.choice((BROKER, BROKER, None))
        schedule = charging.SetFeeSchedule(
            fee_bp=self.random.randint(0, 500),
            tax_authority="CN",
            tax_rate_bp=self.random.choice((0, 600, 1_000)),
            minimums=minimum,
            service_fee=minimum[0],
        )
        self.ask(OPERATOR, schedule)
        self.ask(OPERATOR, charging.ChargeServiceFee(participant_id=BUYER))
        self.ask(OPERATOR, SetCreditLimit(participant_id=BUYER, currency="CNY", limit_minor=limit))
        self.ask(SELLER, charging.AppointBroker(instrument_id="L-0.1.0", broker_id=broker))
        self.ask(BROKER, charging.AppointBroker(instrument_id=OTHER, broker_id=broker and SELLER))

    def withdraw(self) -> None:
        self.ask(BUYER, withdrawing.RequestWithdrawal(currency="CNY", amount_minor=self.amount()))
        for withdrawal_id in list(self.stage.market.withdrawals.open)[1:]:
            paid = withdrawing.ConfirmWithdrawal(withdrawal_id=withdrawal_id, reference=self.reference())
            unpaid = withdrawing.RejectWithdrawal(withdrawal_id=withdrawal_id, grounds="no")
            assert self.ask(BANK, self.random.choice((paid, unpaid)))

    def wait(self) -> None:
        self.stage.at += self.random.randint(1, 6) * DAY
        self.stage.settle()

    def every_trade_is_under_way_or_ended(self) -> None:
        market = self.stage.market
        assert set(self.trades) == market.purchases.keys() | market.concluded.keys()
        assert market.after.rejections.keys() <= market.purchases.keys()
        assert market.disputes.keys() <= market.purchases.keys() | market.after.sales.keys()

    def bills_are_of_credit(self) -> None:
        """Nobody is billed for more than it owes, and all that was paid back is said of bills."""
        self.stage.settle()
        market = self.stage.market
        owed = sum(each.left_minor for each in market.bills.open.values())
        assert owed <= self.stage.purse(BUYER).owed
        assert (market.bills.repaid, market.bills.undone) == ({}, {})
        late = sum(each.overdue for each in market.bills.open.values())
        assert self.stage.purse(BUYER).overdue == late

    def a_last_word_is_the_last(self) -> None:
        last = (PurchaseAccepted, PurchaseRefunded, DisputeResolved)
        before_acceptance = [
            fact.trade_id
            for fact, _ in self.stage.journal
            if isinstance(fact, last) and getattr(fact, "stage", "escrow") == "escrow"
        ]
        assert len(before_acceptance) == len(set(before_acceptance))

    def replayed(self) -> bytes:
        again = Stage()
        for fact, at in self.stage.journal:
            again.decider.evolve(again.market, fact, at)
        return pack(again.market)


@given(seed=st.integers(0, 2**32))
@example(seed=245)  # a bank pays out for a buyer who has not repaid its credit
@settings(max_examples=50)
def test_whatever_is_said_after_trades_the_money_is_there(seed: int) -> None:
    played = AfterTrading(Random(seed))
    for _ in range(STEPS):
        played.step()
    played.a_last_word_is_the_last()
    written = pack(played.stage.market)
    assert played.replayed() == written
    assert pack(unpack(written)) == written


@given(
    refund=st.integers(1, 3_000),
    buyer=st.integers(0, 1_000),
    accepted=st.integers(0, 2),
    pays=st.booleans(),
)
@settings(max_examples=40)
def test_a_ruling_after_another_refund_leaves_nobody_owed_beside_what_it_owes(
    refund: int, buyer: int, accepted: int, pays: bool
) -> None:
    played = AfterTrading(Random(0))
    stage, trades = played.stage, []
    stage.deposited(BUYER, 90_000)
    for quantity in (1, 3, *[1] * accepted):
        facts = stage.ask(BUYER, a_bid(price=1_000, quantity=quantity))
        trades += [fact.trade_id for fact in facts if isinstance(fact, TradeMatched)]
    disputed, refunded, *rest = trades
    stage.ask(BUYER, said.AcceptDelivery(trade_id=disputed))
    stage.ask(BUYER, disputing.OpenDispute(trade_id=disputed, grounds="so"))
    stage.ask(BUYER, said.AcceptDelivery(trade_id=refunded))
    (net,) = netted(stage)
    if pays:
        assert played.ask(POLICY_ACTOR, a_payment(net, "PO-1"))
    back = asked.ApproveRefund(trade_id=refunded, amount_minor=refund, reference="R", grounds="so")
    assert played.ask(SELLER, back)
    for trade_id in rest:
        stage.ask(BUYER, said.AcceptDelivery(trade_id=trade_id))
    ruling = disputing.RuleOnDispute(trade_id=disputed, buyer_minor=buyer, panel=PANEL, grounds="")
    assert played.ask(OPERATOR, ruling)
    purse = stage.purse(SELLER)
    assert min(owed_in_all(purse), purse.clawback) == 0
    if not pays:
        assert played.ask(POLICY_ACTOR, ReversePayout(set_id=net.set_id))
        purse = stage.purse(SELLER)
        assert (min(owed_in_all(purse), purse.clawback), purse.paying) == (0, 0)
