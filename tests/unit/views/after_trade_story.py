"""What follows a trade, as the journal of a market partition that decided it."""

from exchange.kernel.bases import Command
from exchange.kernel.protocol import POLICY_ACTOR, Refused
from exchange.market.commands import (
    AcceptDelivery,
    BookRules,
    RecordParticipant,
    RefundPurchase,
    RegisterCapacity,
)
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.disputes.commands import OpenDispute, SubmitEvidence
from exchange.market.ecny.commands import ConvertEcny, CreditEcnyInterest, OpenEcnyWallet
from exchange.market.facts import TradeMatched
from exchange.market.fees.commands import AppointBroker, SetFeeSchedule
from exchange.market.penalties.commands import WithdrawPenalty
from exchange.market.purchases.commands import ApproveRefund
from exchange.market.transfers.commands import TakeInMoney, TransferMoney
from exchange.market.withdrawals.commands import RequestWithdrawal
from tests.unit.market.stage import (
    BANK,
    BUYER,
    OPERATOR,
    SELLER,
    a_bid,
    a_market,
    a_standing,
    an_ask,
    terms,
    the,
)
from tests.unit.views.story import Journal

BROKER, HOURS, PARTITION = "BR-CN-01", "HOURS", 2
COMING = TakeInMoney(
    transfer_id="TM-9.7.0", from_partition=9, participant_id=BUYER, currency="CNY", amount_minor=90
)
_APART = 1_000
"""From which offset on it is decided: no id is one of another story's."""


def an_aftermath() -> Journal:
    """What follows trades, lots that go back, money in, out and as e-CNY, and terms, in a partition of their own."""
    hours = terms(
        instrument_id=HOURS,
        seller_id=None,
        posted_price=None,
        moves_data=False,
        rules=BookRules(capacity_needed=True, penalty_bp=500),
    )
    stage = a_market(terms(), hours)
    stage.offset = _APART
    stage.told(RecordParticipant(standing=a_standing(BROKER, "CN", "broker")))
    trade_id = the(TradeMatched, stage.ask(BUYER, a_bid())).trade_id
    stage.ask(OPERATOR, RegisterCapacity(instrument_id=HOURS, participant_id=SELLER, quantity=1))
    stage.ask(SELLER, an_ask(1_000, instrument_id=HOURS))
    hour = the(TradeMatched, stage.ask(BUYER, a_bid(1_000, instrument_id=HOURS))).trade_id
    said: tuple[tuple[str, Command], ...] = (
        (BUYER, AcceptDelivery(trade_id=trade_id)),
        (SELLER, ApproveRefund(trade_id=trade_id, amount_minor=500, reference="R-1", grounds="Loss.")),
        (BUYER, OpenDispute(trade_id=trade_id, grounds="Off by hours.")),
        (BUYER, SubmitEvidence(trade_id=trade_id, digest=bytes(32))),
        (BUYER, RequestWithdrawal(currency="CNY", amount_minor=500)),
        (BUYER, TransferMoney(to_market_id="M-SZ", currency="CNY", amount_minor=700)),
        (POLICY_ACTOR, COMING),
        (OPERATOR, OpenEcnyWallet(bank_id=BANK)),
        (BUYER, ConvertEcny(bank_id=BANK, direction="to_ecny", amount_minor=250)),
        (BUYER, ConvertEcny(bank_id=BANK, direction="to_cny", amount_minor=50)),
        (BANK, CreditEcnyInterest(amount_minor=3, reference="I-1")),
        (OPERATOR, SetCreditLimit(participant_id=BUYER, currency="CNY", limit_minor=700)),
        (OPERATOR, SetFeeSchedule(fee_bp=300, tax_authority="CN", tax_rate_bp=600)),
        (SELLER, AppointBroker(instrument_id="L-0.1.0", broker_id=BROKER)),
        (SELLER, RefundPurchase(trade_id=hour, grounds="No power.")),
        (OPERATOR, WithdrawPenalty(trade_id=hour, grounds="It was the grid.")),
    )
    for actor, command in said:
        facts = stage.ask(actor, command)
        assert not isinstance(facts[-1], Refused), facts
    journal = Journal("market", PARTITION)
    for fact, _ in stage.journal:
        journal.add(fact)
    return journal
