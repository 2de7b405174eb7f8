"""Fees by a dated schedule, the service fee, and what brokers earn."""

from typing import Any

import pytest

from exchange.kernel.time import DAY
from exchange.market.commands import AcceptDelivery, RecordParticipant, RecordStanding
from exchange.market.disputes.commands import OpenDispute, ProposeSettlement
from exchange.market.disputes.facts import DisputeResolved
from exchange.market.facts import PurchaseAccepted, TradeMatched
from exchange.market.fees.commands import AppointBroker, ChargeServiceFee, SetFeeSchedule
from exchange.market.fees.facts import BrokerAppointed, FeeScheduleSet, ServiceFeeCharged
from exchange.market.fees.schedules import SCHEDULES_MAX
from exchange.market.fees.state import FIRST_SCHEDULE, Amount
from exchange.market.money_rules import split
from exchange.market.purchases.commands import ApproveRefund, BustTrade
from exchange.market.purchases.facts import RefundApproved
from exchange.market.state import Purse
from tests.unit.market.paying import paid_before, paid_out
from tests.unit.market.stage import (
    BUYER,
    NOON,
    OPERATOR,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_standing,
    names,
    refusal,
    the,
)

BROKER = "BR-CN-01"
SERVICE_FEE = Amount(currency="CNY", amount_minor=998_000)


def a_schedule(fee_bp: int = 300, **changed: Any) -> SetFeeSchedule:
    values: dict[str, Any] = {"tax_authority": "CN", "tax_rate_bp": 600}
    return SetFeeSchedule(fee_bp=fee_bp, **(values | changed))


def accepted(stage: Stage) -> PurchaseAccepted:
    trade = the(TradeMatched, stage.ask(BUYER, a_bid()))
    (fact,) = stage.ask(BUYER, AcceptDelivery(trade_id=trade.trade_id))
    assert isinstance(fact, PurchaseAccepted)
    return fact


def test_a_schedule_holds_from_its_time_on() -> None:
    stage = a_market()
    stage.ask(OPERATOR, a_schedule(valid_from=NOON + DAY))
    before = accepted(stage)
    assert (before.fee_bp, before.seller_minor) == (250, 1_170_000)
    stage.at += DAY
    after = accepted(stage)
    assert (after.fee_bp, after.seller_minor) == (300, 1_164_000)
    assert (after.fee_net_minor, after.fee_tax_minor) == (33_962, 2_038)


def test_a_refund_takes_the_fee_back_by_the_schedule_of_the_sale() -> None:
    stage = a_market()
    sold = accepted(stage)
    stage.ask(OPERATOR, a_schedule(fee_bp=1_000))
    refund = ApproveRefund(trade_id=sold.trade_id, amount_minor=16_667, reference="R-1", grounds="")
    (approved,) = stage.ask(SELLER, refund)
    assert isinstance(approved, RefundApproved)
    assert (approved.payable_minor, approved.fee_net_minor, approved.fee_tax_minor) == (16_250, 393, 24)


def test_schedules_that_can_decide_nothing_any_more_are_forgotten() -> None:
    stage = a_market()
    for fee_bp in (100, 200, 300):
        (fact,) = stage.ask(OPERATOR, a_schedule(fee_bp))
        assert isinstance(fact, FeeScheduleSet)
    assert [each.fee_bp for each in stage.market.fees.schedules] == [300]


@pytest.mark.parametrize(
    ("gross", "minimum", "commission_bp", "parts"),
    [
        (1_200_000, 50_000, 0, (1_150_000, 47_170, 2_830, 0)),
        (1_200_000, 20_000, 100, (1_158_000, 28_302, 1_698, 12_000)),
        (10_000, 20_000, 100, (0, 9_434, 566, 0)),
        (100, 90, 1_000, (0, 85, 5, 10)),
        (0, 20_000, 100, (0, 0, 0, 0)),
    ],
)
def test_a_fee_has_a_minimum_and_a_commission_comes_after_it(
    gross: int, minimum: int, commission_bp: int, parts: tuple[int, ...]
) -> None:
    schedule = type(FIRST_SCHEDULE)(
        valid_from=0,
        fee_bp=250,
        tax_authority="CN",
        tax_rate_bp=600,
        minimums=(Amount(currency="CNY", amount_minor=minimum),),
    )
    assert split(gross, "CNY", schedule, commission_bp) == (*parts, 0)
    assert sum(parts) == gross


def test_a_minimum_is_of_its_currency() -> None:
    stage = a_market()
    stage.ask(OPERATOR, a_schedule(minimums=(Amount(currency="USD", amount_minor=900_000),)))
    assert accepted(stage).seller_minor == 1_164_000


@pytest.mark.parametrize(
    ("asking", "actor", "reason"),
    [
        (a_schedule(), BUYER, "NOT_PERMITTED"),
        (a_schedule(), "NOBODY", "NOT_PERMITTED"),
        (a_schedule(valid_from=NOON - 1), OPERATOR, "SCHEDULE_EARLIER"),
        (a_schedule(service_fee=Amount(currency="QQQ", amount_minor=1)), OPERATOR, "CURRENCY_UNKNOWN"),
        (a_schedule(minimums=(Amount(currency="QQQ", amount_minor=1),)), OPERATOR, "CURRENCY_UNKNOWN"),
        (
            a_schedule(minimums=tuple(Amount(currency="CNY", amount_minor=each) for each in (1, 2))),
            OPERATOR,
            "VALUE_OUT_OF_RANGE",
        ),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(asking: SetFeeSchedule, actor: str, reason: str) -> None:
    assert refusal(a_market().ask(actor, asking)).reason == reason


def test_schedules_are_set_in_the_order_of_their_times_and_not_without_end() -> None:
    stage = a_market()
    for number in range(1, SCHEDULES_MAX + 1):
        stage.ask(OPERATOR, a_schedule(valid_from=NOON + number * DAY))
    assert refusal(stage.ask(OPERATOR, a_schedule(valid_from=NOON + DAY))).reason == "SCHEDULE_EARLIER"
    late = a_schedule(valid_from=NOON + 99 * DAY)
    assert refusal(stage.ask(OPERATOR, late)).reason == "SCHEDULES_TOO_MANY"
    stage.at += DAY
    assert names(stage.ask(OPERATOR, late)) == ["FeeScheduleSet"]


def serving(cash_minor: int = 1_000_000) -> Stage:
    stage = a_market(cash_minor=cash_minor)
    stage.ask(OPERATOR, a_schedule(250, service_fee=SERVICE_FEE))
    return stage


def charging(participant_id: str = BUYER) -> ChargeServiceFee:
    return ChargeServiceFee(participant_id=participant_id)


def test_a_buyer_pays_the_service_fee_once() -> None:
    stage = serving()
    (charged,) = stage.ask(OPERATOR, charging())
    assert isinstance(charged, ServiceFeeCharged)
    # 9,980.00 ÷ 1.06 = 9,415.09
    assert (charged.amount_minor, charged.net_minor, charged.tax_minor) == (998_000, 941_509, 56_491)
    assert stage.purse(BUYER) == Purse(cash=2_000)
    till = stage.market.tills["CNY"]
    assert (till.service_net, till.fee_tax) == (941_509, 56_491)
    assert refusal(stage.ask(OPERATOR, charging())).reason == "SERVICE_FEE_PAID"


@pytest.mark.parametrize(
    ("stage", "actor", "whom", "reason"),
    [
        (a_market, OPERATOR, BUYER, "SERVICE_FEE_NONE"),
        (serving, BUYER, BUYER, "NOT_PERMITTED"),
        (serving, OPERATOR, SELLER, "ROLE_MISSING"),
        (serving, OPERATOR, "NOBODY", "PARTICIPANT_UNKNOWN"),
        (lambda: serving(997_999), OPERATOR, BUYER, "FUNDS_INSUFFICIENT"),
    ],
)
def test_a_service_fee_that_cannot_be_charged_is_refused(
    stage: Any, actor: str, whom: str, reason: str
) -> None:
    assert refusal(stage().ask(actor, charging(whom))).reason == reason


def brokered(cash_minor: int = 5_000_000) -> Stage:
    stage = a_market(cash_minor=cash_minor)
    return stage.told(
        RecordParticipant(standing=a_standing(BROKER, "CN", "broker")),
        RecordParticipant(standing=a_standing("BR-CN-02", "CN", "broker", beneficial_owner=f"UBO-{SELLER}")),
    )


def appointing(broker_id: str | None = BROKER, **changed: Any) -> AppointBroker:
    return AppointBroker(**({"instrument_id": "L-0.1.0", "broker_id": broker_id} | changed))


def test_a_broker_earns_one_per_cent_from_the_seller() -> None:
    stage = brokered()
    (appointed,) = stage.ask(SELLER, appointing())
    assert isinstance(appointed, BrokerAppointed)
    sold = accepted(stage)
    assert (sold.broker_id, sold.commission_minor, sold.seller_minor) == (BROKER, 12_000, 1_158_000)
    assert stage.purse(BROKER) == Purse(commissions=12_000)
    assert paid_out(stage, BROKER).commission_minor == 12_000
    assert stage.purse(BROKER) == Purse()


def test_the_broker_of_a_trade_is_the_one_of_its_moment() -> None:
    stage = brokered()
    stage.ask(SELLER, appointing())
    trade = the(TradeMatched, stage.ask(BUYER, a_bid()))
    stage.ask(SELLER, appointing(None))
    (sold,) = stage.ask(BUYER, AcceptDelivery(trade_id=trade.trade_id))
    assert isinstance(sold, PurchaseAccepted)
    assert sold.broker_id == BROKER
    assert accepted(stage).broker_id == ""


@pytest.mark.parametrize(
    ("paid", "taken", "owed"), [(0, 12_000, 0), (7_000, 5_000, 7_000), (12_000, 0, 12_000)]
)
def test_a_trade_undone_takes_the_commission_back(paid: int, taken: int, owed: int) -> None:
    stage = brokered(1_200_000)
    stage.ask(SELLER, appointing())
    sold = accepted(stage)
    if paid:
        paid_before(stage, BROKER, paid, paid)
    busted = stage.ask(OPERATOR, BustTrade(trade_id=sold.trade_id, grounds="A wrong price."))
    back = the(RefundApproved, busted)
    assert (back.payable_minor, back.clawback_minor) == (1_158_000, 0)
    assert (back.broker_id, back.commission_minor, back.commission_clawback_minor) == (BROKER, taken, owed)
    assert stage.purse(BUYER) == Purse(cash=1_200_000)
    assert stage.purse(SELLER) == Purse()
    assert stage.purse(BROKER) == Purse(clawback=owed)


def test_a_broker_s_next_commission_pays_what_it_owes_first() -> None:
    stage = brokered()
    stage.ask(SELLER, appointing())
    sold = accepted(stage)
    paid_out(stage, BROKER)
    stage.ask(OPERATOR, BustTrade(trade_id=sold.trade_id, grounds="A wrong price."))
    again = accepted(stage)
    assert (again.commission_minor, again.commission_recovered_minor) == (12_000, 12_000)
    assert stage.purse(BROKER) == Purse()
    assert accepted(stage).commission_recovered_minor == 0
    assert stage.purse(BROKER) == Purse(commissions=12_000)


def test_what_a_broker_owes_is_paid_by_its_part_of_a_ruling_too() -> None:
    stage = brokered()
    stage.ask(SELLER, appointing())
    sold = accepted(stage)
    paid_out(stage, BROKER)
    stage.ask(OPERATOR, BustTrade(trade_id=sold.trade_id, grounds="A wrong price."))
    trade_id = the(TradeMatched, stage.ask(BUYER, a_bid())).trade_id
    stage.ask(BUYER, OpenDispute(trade_id=trade_id, grounds="Half of it is missing."))
    half = ProposeSettlement(trade_id=trade_id, buyer_minor=600_000)
    stage.ask(BUYER, half)
    resolved = the(DisputeResolved, stage.ask(SELLER, half))
    assert (resolved.commission_minor, resolved.commission_recovered_minor) == (6_000, 6_000)
    assert stage.purse(BROKER) == Purse(clawback=6_000)


def test_a_trade_undone_after_refunds_takes_no_more_than_is_left_of_it() -> None:
    stage = brokered(1_200_000)
    stage.ask(SELLER, appointing())
    sold = accepted(stage)
    refund = ApproveRefund(trade_id=sold.trade_id, amount_minor=1_195_000, reference="R", grounds="")
    stage.ask(SELLER, refund)
    back = the(RefundApproved, stage.ask(OPERATOR, BustTrade(trade_id=sold.trade_id, grounds="Wrong.")))
    assert (back.amount_minor, back.commission_minor) == (5_000, 4_875)
    assert (back.payable_minor, back.clawback_minor) == (0, 0)
    assert stage.purse(BUYER) == Purse(cash=1_200_000)


def test_a_refund_leaves_the_broker_its_commission() -> None:
    stage = brokered()
    stage.ask(SELLER, appointing())
    sold = accepted(stage)
    refund = ApproveRefund(trade_id=sold.trade_id, amount_minor=1_200_000, reference="R", grounds="")
    (approved,) = stage.ask(SELLER, refund)
    assert isinstance(approved, RefundApproved)
    assert (approved.payable_minor, approved.clawback_minor) == (1_158_000, 12_000)
    assert stage.purse(BROKER) == Purse(commissions=12_000)


@pytest.mark.parametrize(
    ("actor", "asking", "reason"),
    [
        (SELLER, appointing(instrument_id="L-9"), "INSTRUMENT_UNKNOWN"),
        ("NOBODY", appointing(), "PARTICIPANT_UNKNOWN"),
        (BUYER, appointing(), "ROLE_MISSING"),
        ("SE-CN-03", appointing(), "NOT_PERMITTED"),
        (SELLER, appointing("NOBODY"), "PARTICIPANT_UNKNOWN"),
        (SELLER, appointing(BUYER), "ROLE_MISSING"),
        (SELLER, appointing("BR-CN-02"), "BROKER_IS_SELLER"),
    ],
)
def test_a_broker_that_cannot_be_is_refused(actor: str, asking: AppointBroker, reason: str) -> None:
    assert refusal(brokered().ask(actor, asking)).reason == reason


def test_a_suspended_broker_is_not_appointed() -> None:
    stage = brokered().told(RecordStanding(participant_id=BROKER, active=False))
    assert refusal(stage.ask(SELLER, appointing())).reason == "PARTICIPANT_SUSPENDED"
