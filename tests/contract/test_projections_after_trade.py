"""What follows a trade as rows: rejections, disputes, refunds, withdrawals, fees, brokers, credit."""

from typing import Any

import pytest

from exchange.kernel.bases import Command
from exchange.kernel.panel import PanelMember
from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY
from exchange.market.commands import AcceptDelivery, RecordParticipant, RefundPurchase
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.disputes import commands as disputing
from exchange.market.facts import TradeMatched
from exchange.market.fees import commands as charging
from exchange.market.fees.state import Amount
from exchange.market.purchases import commands as asked
from exchange.market.supply.commands import SetSupplyTax
from exchange.market.withdrawals import commands as withdrawing
from exchange.store import Store
from exchange.views.queries import run_query
from tests.unit.market.stage import (
    BANK,
    BUYER,
    NOON,
    OPERATOR,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_standing,
    a_use,
    the,
)
from tests.unit.market.test_market_lots import HOURS, LAST, Hours
from tests.unit.views.story import Journal, play

BROKER = "BR-CN-01"
GROUNDS = "A third of the berths is missing."
PANEL = tuple(
    PanelMember(name=f"Judge {kind}", constituency=kind)  # type: ignore[arg-type]
    for kind in ("government", "institution", "industry")
)


class Told:
    """A market whose facts are projected as they come."""

    def __init__(self, stage: Stage | None = None) -> None:
        self.stage: Stage = stage or a_market(cash_minor=20_000_000)
        self.stage.told(RecordParticipant(standing=a_standing(BROKER, "CN", "broker")))

    def ask(self, actor: str, *commands: Command) -> list[Any]:
        facts: list[Any] = []
        for command in commands:
            facts = self.stage.ask(actor, command)
            assert not isinstance(facts[-1], Refused), facts
        return facts

    def bought(self, accepted: bool = False) -> str:
        trade_id = the(TradeMatched, self.ask(BUYER, a_bid())).trade_id
        if accepted:
            self.ask(BUYER, AcceptDelivery(trade_id=trade_id))
        return trade_id

    def into(self, store: Store) -> Store:
        journal = Journal("market")
        for fact, _ in self.stage.journal:
            journal.add(fact)
        play(store, journal)
        (balance,) = run_query(store, "trial_balance").as_dicts()
        assert balance["difference_minor"] == 0
        return store


def rows(store: Store, query: str, *columns: str, **params: Any) -> list[tuple[Any, ...]]:
    return [tuple(row[each] for each in columns) for row in run_query(store, query, params).as_dicts()]


TRADE = ("state", "basis", "grounds", "refunded_minor")


def test_a_trade_shows_what_became_of_it(store: Store) -> None:
    told = Told()
    rejected, parted, refunded, busted = (told.bought() for _ in range(4))
    given, undone = (told.bought(accepted=True) for _ in range(2))
    for trade_id in (rejected, refunded):
        told.ask(BUYER, asked.RejectDelivery(trade_id=trade_id, grounds=GROUNDS))
    told.ask(BUYER, asked.AcceptPart(trade_id=parted, grounds=GROUNDS, amount_minor=700_000))
    told.ask(SELLER, *(asked.ConcedeRejection(trade_id=each) for each in (parted, refunded)))
    told.ask(
        OPERATOR, *(asked.BustTrade(trade_id=each, grounds="A wrong price.") for each in (busted, undone))
    )
    for amount, reference in ((200_000, "R-1"), (1_000_000, "R-2")):
        refund = asked.ApproveRefund(
            trade_id=given, amount_minor=amount, reference=reference, grounds="Loss."
        )
        told.ask(SELLER, refund)
    shown = {row[0]: row[1:] for row in rows(told.into(store), "trades", "trade_id", *TRADE)}
    assert shown == {
        rejected: ("rejected", None, GROUNDS, 0),
        parted: ("accepted", "buyer", GROUNDS, 500_000),
        refunded: ("refunded", "buyer", GROUNDS, 1_200_000),
        busted: ("busted", "bust", "A wrong price.", 1_200_000),
        given: ("refunded", "seller", "Loss.", 1_200_000),
        undone: ("busted", "bust", "A wrong price.", 1_200_000),
    }
    back = rows(store, "refunds", "reference", "amount_minor", "left_minor", "basis", trade=given)
    assert back == [("R-1", 200_000, 1_000_000, "seller"), ("R-2", 1_000_000, 0, "seller")]
    assert rows(store, "refunds", "reference", "basis", trade=undone) == [("bust", "bust")]
    assert rows(store, "purses", "escrow_minor", participant=BUYER) == [(1_200_000,)]


def test_a_trade_undone_shows_what_its_broker_gave_back(store: Store) -> None:
    told = Told()
    told.ask(SELLER, charging.AppointBroker(instrument_id="L-0.1.0", broker_id=BROKER))
    undone = told.bought(accepted=True)
    told.ask(OPERATOR, asked.BustTrade(trade_id=undone, grounds="A wrong price."))
    columns = ("payable_minor", "broker_id", "commission_minor", "commission_clawback_minor")
    assert rows(told.into(store), "refunds", *columns) == [(1_158_000, BROKER, 12_000, 0)]
    assert rows(store, "purses", "commission_minor", participant=BROKER) == [(0,)]


def test_lots_that_go_back_are_shown_with_what_was_sold_on(store: Store) -> None:
    hours = Hours()
    later = hours.trades(BUYER, LAST, 4)
    told = Told(hours)
    told.ask(SELLER, RefundPurchase(trade_id=hours.trade_id, grounds=GROUNDS))
    told.ask(BUYER, RefundPurchase(trade_id=later, grounds=GROUNDS))
    columns = ("trade_id", "buyer_id", "seller_id", "quantity", "sold_on")
    assert rows(told.into(store), "returned_lots", *columns, instrument=HOURS) == [
        (hours.trade_id, BUYER, SELLER, 2, 4),
        (later, LAST, BUYER, 4, 0),
        (later, BUYER, SELLER, 4, -4),
    ]
    assert rows(store, "returned_lots", *columns, instrument="L-0.9.9") == []


def test_a_dispute_shows_both_sides_and_its_end(store: Store) -> None:
    told = Told()
    ruled, settled = told.bought(), told.bought(accepted=True)
    for trade_id in (ruled, settled):
        told.ask(BUYER, disputing.OpenDispute(trade_id=trade_id, grounds=GROUNDS))
        told.ask(BUYER, disputing.SubmitEvidence(trade_id=trade_id, digest=bytes(32), description="log"))
        told.ask(BUYER, disputing.ProposeSettlement(trade_id=trade_id, buyer_minor=600_000))
    told.ask(SELLER, disputing.ProposeSettlement(trade_id=settled, buyer_minor=600_000))
    ruling = disputing.RuleOnDispute(trade_id=ruled, buyer_minor=400_000, panel=PANEL, grounds="As found.")
    told.ask(OPERATOR, ruling)
    columns = ("stage", "held_minor", "documents", "buyer_proposes_minor", "seller_proposes_minor")
    ends = ("buyer_minor", "seller_minor", "basis", "state")
    assert rows(told.into(store), "disputes", "trade_id", *columns, *ends) == [
        (ruled, "escrow", 1_200_000, 1, 600_000, None, 400_000, 780_000, "panel", "resolved"),
        (settled, "accepted", 1_170_000, 1, 600_000, 600_000, 600_000, 585_000, "agreement", "resolved"),
    ]
    assert rows(store, "disputes", "trade_id", state="open") == []
    assert rows(store, "trades", *TRADE) == [
        ("resolved", "panel", GROUNDS, 400_000),
        ("resolved", "agreement", GROUNDS, 600_000),
    ]


def test_a_withdrawal_shows_how_far_it_is(store: Store) -> None:
    told = Told()
    request = withdrawing.RequestWithdrawal(currency="CNY", amount_minor=500)
    first, second, third = (told.ask(BUYER, request)[0].withdrawal_id for _ in range(3))
    told.ask(BANK, withdrawing.ConfirmWithdrawal(withdrawal_id=first, reference="WD-1"))
    told.ask(BANK, withdrawing.RejectWithdrawal(withdrawal_id=second, grounds="Closed."))
    columns = ("withdrawal_id", "state", "bank_id", "reference", "grounds")
    assert rows(told.into(store), "withdrawals", *columns) == [
        (first, "paid", BANK, "WD-1", None),
        (second, "rejected", BANK, None, "Closed."),
        (third, "requested", None, None, None),
    ]
    assert rows(store, "purses", "cash_minor", "withdrawing_minor", participant=BUYER) == [
        (20_000_000 - 1_000, 500)
    ]


@pytest.mark.parametrize("twice", [False, True])
def test_terms_of_money_show_what_holds_now(store: Store, twice: bool) -> None:
    told = Told()
    service = Amount(currency="CNY", amount_minor=998_000)
    schedule = charging.SetFeeSchedule(
        fee_bp=300, tax_authority="CN", tax_rate_bp=600, service_fee=service, valid_from=NOON + DAY
    )
    for limit in (900, 400) if twice else (400,):
        told.ask(OPERATOR, SetCreditLimit(participant_id=BUYER, currency="CNY", limit_minor=limit))
        told.ask(SELLER, charging.AppointBroker(instrument_id="L-0.1.0", broker_id=BROKER))
    told.ask(OPERATOR, schedule)
    told.bought(accepted=True)
    told.stage.at += DAY
    told.ask(OPERATOR, charging.ChargeServiceFee(participant_id=BUYER))
    assert rows(told.into(store), "credit", "participant_id", "limit_minor") == [(BUYER, 400)]
    assert rows(store, "brokers", "seller_id", "broker_id", "commission_bp") == [(SELLER, BROKER, 100)]
    assert rows(store, "fees", "valid_from", "fee_bp") == [(NOON + DAY, 300)]
    assert rows(store, "purses", "commission_minor", participant=BROKER) == [(12_000,)]
    assert rows(store, "balances", "balance_minor", account=4020) == [(941_509,)]


def test_what_is_on_credit_shows_what_is_owed_and_how_it_was_paid(store: Store) -> None:
    told = Told(a_market(cash_minor=200_000))
    told.ask(OPERATOR, SetCreditLimit(participant_id=BUYER, currency="CNY", limit_minor=9_000_000, days=14))
    first, second, third = (told.bought(accepted=True) for _ in range(3))
    told.stage.deposited(BUYER, 1_000_500)
    told.stage.settle()
    back = asked.ApproveRefund(trade_id=third, amount_minor=300, reference="R-1", grounds=GROUNDS)
    told.ask(SELLER, back)
    told.stage.at += 14 * DAY
    told.stage.settle()
    bill = ("trade_id", "amount_minor", "left_minor", "state", "due_at")
    assert rows(told.into(store), "bills", *bill, buyer=BUYER) == [
        (first, 1_000_000, 0, "paid", NOON + 14 * DAY),
        (second, 1_200_000, 1_199_500, "overdue", NOON + 14 * DAY),
        (third, 1_200_000, 1_199_700, "overdue", NOON + 14 * DAY),
    ]
    ((name, paid_at),) = rows(store, "bills", "trade_id", "paid_at", state="paid")
    assert (name, paid_at is None) == (first, False)
    payment = ("amount_minor", "paid_by")
    assert rows(store, "bill_payments", *payment, trade=second) == [(500, "repayment")]
    assert rows(store, "bill_payments", *payment, trade=third) == [(300, "refund")]
    assert rows(store, "credit", "limit_minor", "days") == [(9_000_000, 14)]
    assert rows(store, "balances", "balance_minor", account=1100) == [(2_399_200,)]


def test_tax_that_is_collected_shows_by_authority_and_goes_back_with_refunds(store: Store) -> None:
    stage = a_market(cash_minor=20_000_000)
    stage.told(RecordParticipant(standing=a_standing(BUYER, "CN", "buyer")))
    told = Told(stage)
    told.ask(OPERATOR, SetSupplyTax(authority="CN", rate_bp=600, valid_from=NOON))
    trade_id = the(TradeMatched, told.ask(BUYER, a_bid(use=a_use(place_of_use="CN")))).trade_id
    told.ask(BUYER, AcceptDelivery(trade_id=trade_id))
    back = asked.ApproveRefund(trade_id=trade_id, amount_minor=106_000, reference="R-1", grounds=GROUNDS)
    told.ask(SELLER, back)
    tax = ("authority", "rate_bp", "prices", "valid_from")
    assert rows(told.into(store), "supply_taxes", *tax) == [("CN", 600, "inclusive", NOON)]
    sums = ("party", "currency", "collected_minor", "given_back_minor", "owed_minor")
    assert rows(store, "supply_tax_collected", *sums) == [("CN-6-supply", "CNY", 67_925, 6_000, 61_925)]
    assert rows(store, "refunds", "supply_tax_minor", "fee_net_minor", "fee_tax_minor") == [
        (6_000, 2_358, 142)
    ]
