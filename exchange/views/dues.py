"""What the exchange and brokers take, who may pay later, and money on its way out."""

from collections.abc import Iterable

from exchange.kernel.bases import Fact
from exchange.market.bills.facts import FACTS as BILL_FACTS
from exchange.market.credit.facts import FACTS as CREDIT_FACTS
from exchange.market.credit.facts import CreditLimitSet
from exchange.market.fees.facts import FACTS as FEE_FACTS
from exchange.market.fees.facts import BrokerAppointed, FeeScheduleSet, ServiceFeeCharged
from exchange.market.supply.facts import FACTS as SUPPLY_FACTS
from exchange.market.supply.facts import SupplyTaxSet
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.market.withdrawals.facts import FACTS as WITHDRAWAL_FACTS
from exchange.market.withdrawals.facts import WithdrawalPaid, WithdrawalRejected, WithdrawalRequested
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import as_json, count, table, text
from exchange.views.groups import SETTLED
from exchange.views.view import COMMON_IGNORED, Here, View

WITHDRAWALS = table(
    "withdrawals",
    "Cash that participants asked to have back",
    text("withdrawal_id", key=True),
    count("partition"),
    count("seq"),
    text("participant_id"),
    text("currency"),
    count("amount_minor"),
    text("bank_id", null=True, comment="the custodian bank that answered"),
    text("reference", null=True, comment="the bank's name for the payment"),
    text("grounds", null=True, comment="why it was rejected"),
    text("state", comment="requested, paid or rejected"),
    count("at"),
    count("closed_at", null=True),
    indexes=[("participant_id",), ("state",)],
)

CREDIT_LIMITS = table(
    "credit_limits",
    "How much of what they buy participants may pay later; the last line of each holds",
    count("partition", key=True),
    count("seq", key=True),
    text("participant_id"),
    text("currency"),
    count("limit_minor"),
    count("owed_minor", comment="drawn when it was set"),
    count("at"),
    count("days", default=30, comment="to pay what is bought so, from acceptance"),
    indexes=[("participant_id",)],
    clustered=True,
)

FEE_SCHEDULES = table(
    "fee_schedules",
    "What the exchange takes, from when on",
    count("partition", key=True),
    count("seq", key=True),
    count("valid_from"),
    count("fee_bp", comment="of a sale's gross, in basis points, its tax inside"),
    text("tax_authority"),
    count("tax_rate_bp"),
    text("minimums", comment="JSON array: the least fee of a sale, by currency"),
    text("service_fee", null=True, comment="JSON: asked once of each buyer"),
    count("at"),
    clustered=True,
)

SUPPLY_TAXES = table(
    "supply_taxes",
    "Sellers' tax that the exchange collects on sales at home, from when on",
    count("partition", key=True),
    count("seq", key=True),
    text("authority", comment="the country of seller and buyer"),
    count("rate_bp", comment="of the price without tax, in basis points; 0: none any more"),
    text("prices", comment="inclusive: it is in the price; exclusive: it comes on top"),
    count("valid_from"),
    count("at"),
    clustered=True,
)

BROKERS = table(
    "brokers",
    "Who earns a part of a seller's sales of an instrument; the last line of each holds",
    count("partition", key=True),
    count("seq", key=True),
    text("seller_id"),
    text("instrument_id"),
    text("broker_id", null=True, comment="none: nobody any more"),
    count("commission_bp", comment="of each sale's gross, in basis points"),
    count("at"),
    indexes=[("seller_id", "instrument_id")],
    clustered=True,
)


def _requested(here: Here, fact: WithdrawalRequested) -> Iterable[Change]:
    yield Insert(
        WITHDRAWALS,
        {
            "withdrawal_id": fact.withdrawal_id,
            "partition": here.partition,
            "seq": here.seq,
            "participant_id": fact.participant_id,
            "currency": fact.currency,
            "amount_minor": fact.amount_minor,
            "bank_id": None,
            "reference": None,
            "grounds": None,
            "state": "requested",
            "at": here.at,
            "closed_at": None,
        },
    )


def _paid(here: Here, fact: WithdrawalPaid) -> Iterable[Change]:
    values: Row = {
        "bank_id": fact.bank_id,
        "reference": fact.reference,
        "state": "paid",
        "closed_at": here.at,
    }
    yield Update(WITHDRAWALS, {"withdrawal_id": fact.withdrawal_id}, values)


def _rejected(here: Here, fact: WithdrawalRejected) -> Iterable[Change]:
    values: Row = {
        "bank_id": fact.bank_id,
        "grounds": fact.grounds,
        "state": "rejected",
        "closed_at": here.at,
    }
    yield Update(WITHDRAWALS, {"withdrawal_id": fact.withdrawal_id}, values)


def _limit_set(here: Here, fact: CreditLimitSet) -> Iterable[Change]:
    yield Insert(
        CREDIT_LIMITS,
        {
            "partition": here.partition,
            "seq": here.seq,
            "participant_id": fact.participant_id,
            "currency": fact.currency,
            "limit_minor": fact.limit_minor,
            "owed_minor": fact.owed_minor,
            "at": here.at,
            "days": fact.days,
        },
    )


def _schedule_set(here: Here, fact: FeeScheduleSet) -> Iterable[Change]:
    yield Insert(
        FEE_SCHEDULES,
        {
            "partition": here.partition,
            "seq": here.seq,
            "valid_from": fact.valid_from,
            "fee_bp": fact.fee_bp,
            "tax_authority": fact.tax_authority,
            "tax_rate_bp": fact.tax_rate_bp,
            "minimums": as_json(fact.minimums),
            "service_fee": None if fact.service_fee is None else as_json(fact.service_fee),
            "at": here.at,
        },
    )


def _supply_tax_set(here: Here, fact: SupplyTaxSet) -> Iterable[Change]:
    yield Insert(
        SUPPLY_TAXES,
        {
            "partition": here.partition,
            "seq": here.seq,
            "authority": fact.authority,
            "rate_bp": fact.rate_bp,
            "prices": fact.prices,
            "valid_from": fact.valid_from,
            "at": here.at,
        },
    )


def _appointed(here: Here, fact: BrokerAppointed) -> Iterable[Change]:
    yield Insert(
        BROKERS,
        {
            "partition": here.partition,
            "seq": here.seq,
            "seller_id": fact.seller_id,
            "instrument_id": fact.instrument_id,
            "broker_id": fact.broker_id,
            "commission_bp": fact.commission_bp,
            "at": here.at,
        },
    )


MONEY_FACTS: frozenset[type[Fact]] = SETTLED.union(
    WITHDRAWAL_FACTS, FEE_FACTS, CREDIT_FACTS, SUPPLY_FACTS, BILL_FACTS
)
"""What views ignore that show no money."""

DUES = View(
    name="dues",
    contexts=("market",),
    tables=(WITHDRAWALS, CREDIT_LIMITS, FEE_SCHEDULES, SUPPLY_TAXES, BROKERS),
    handlers={
        WithdrawalRequested: _requested,
        WithdrawalPaid: _paid,
        WithdrawalRejected: _rejected,
        CreditLimitSet: _limit_set,
        FeeScheduleSet: _schedule_set,
        SupplyTaxSet: _supply_tax_set,
        BrokerAppointed: _appointed,
    },
    # What was paid of them is settlement.
    ignores=COMMON_IGNORED
    | (frozenset(MARKET_FACTS) - MONEY_FACTS)
    | SETTLED.union(BILL_FACTS, {ServiceFeeCharged}),
)
