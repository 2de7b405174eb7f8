"""What is owed here is netted, held, and paid or given back whole."""

import pytest

from exchange.kernel.net_set import left_of
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.market.commands import ConfirmPayout
from exchange.market.disputes.commands import OpenDispute
from exchange.market.facts import PayoutExecuted
from exchange.market.payouts.commands import NetPayables, ReversePayout
from exchange.market.payouts.facts import NettingBegun, NettingEnded, PayablesNetted, PayoutReturned
from exchange.market.payouts.netting import NETTED_MAX
from exchange.market.purchases.commands import ApproveRefund
from exchange.market.state import Purse
from streams.limits import BATCH_BYTES_MAX
from tests.support.stage import size_bytes, sound
from tests.unit.market.paying import a_payment, netted
from tests.unit.market.stage import (
    BANK,
    BUYER,
    OPERATOR,
    SELLER,
    Stage,
    a_market,
    a_sale,
    names,
    refusal,
)

RUN = NetPayables(run_id="PR-0.9.0", currency="CNY", value_date="2026-11-02")
NET_MINOR = 1_170_000


def owed(stage: Stage, participant_id: str = SELLER, currency: str = "CNY", **parts: int) -> Stage:
    """What a participant is owed, put there by hand."""
    stage.market.purses.setdefault(participant_id, {})[currency] = Purse(**parts)
    return stage


def test_what_is_owed_is_held_until_it_is_paid() -> None:
    stage, _ = a_sale()
    (net,) = netted(stage)
    assert (net.participant_id, net.payable_minor, net.amount_minor) == (SELLER, NET_MINOR, NET_MINOR)
    assert stage.purse(SELLER) == Purse(paying=NET_MINOR)
    assert netted(stage) == []
    (paid,) = stage.ask(POLICY_ACTOR, a_payment(net))
    assert isinstance(paid, PayoutExecuted)
    assert (paid.amount_minor, paid.set_id, paid.reference) == (NET_MINOR, net.set_id, "PO-1")
    assert stage.purse(SELLER) == Purse()
    assert stage.market.tills["CNY"].paid_out == NET_MINOR
    assert refusal(stage.ask(POLICY_ACTOR, a_payment(net))).reason == "NET_SET_UNKNOWN"


def test_what_is_owed_to_the_exchange_is_netted_first() -> None:
    stage = owed(a_market(), payable=1_000, commissions=50, shares=7, owed=300, cash=300)
    (net,) = netted(stage)
    assert (net.netted_minor, net.amount_minor) == (300, 757)
    assert stage.purse(SELLER) == Purse(cash=300, paying=757)
    (paid,) = stage.ask(POLICY_ACTOR, a_payment(net))
    assert isinstance(paid, PayoutExecuted)
    assert (paid.amount_minor, paid.commission_minor, paid.share_minor) == (757, 50, 7)


def test_refunds_owed_are_taken_of_all_that_is_owed_after_credit() -> None:
    stage = owed(a_market(), payable=1_000, commissions=50, shares=7, owed=300, cash=300, clawback=720)
    (net,) = netted(stage)
    assert (net.netted_minor, net.recovered_minor, net.amount_minor) == (300, 720, 37)
    assert left_of(net) == (0, 30, 7)
    assert stage.purse(SELLER) == Purse(cash=300, paying=37)
    (paid,) = stage.ask(POLICY_ACTOR, a_payment(net))
    assert isinstance(paid, PayoutExecuted)
    assert (paid.amount_minor, paid.commission_minor, paid.share_minor) == (37, 30, 7)
    assert stage.purse(SELLER) == Purse(cash=300)


def test_a_broker_that_sells_is_not_paid_beside_what_it_owes() -> None:
    stage = owed(a_market(), payable=1_000, clawback=1_200)
    (net,) = netted(stage)
    assert (net.recovered_minor, net.amount_minor) == (1_000, 0)
    assert stage.purse(SELLER) == Purse(clawback=200)
    assert stage.market.payouts.held == {}


def test_a_set_that_comes_back_is_set_off_again_against_what_its_owner_owes_then() -> None:
    stage = owed(a_market(), payable=1_000, commissions=50, shares=7, clawback=400)
    (net,) = netted(stage)
    stage.market.purses[SELLER]["CNY"].clawback = 652
    (returned,) = stage.ask(POLICY_ACTOR, ReversePayout(set_id=net.set_id))
    assert returned == PayoutReturned(
        net=net, recovered_minor=1_000, commission_recovered_minor=50, share_recovered_minor=2
    )
    assert stage.purse(SELLER) == Purse(shares=5)


def test_a_set_that_is_netted_to_nothing_is_over() -> None:
    stage = owed(a_market(), payable=300, owed=500, cash=500)
    (net,) = netted(stage)
    assert (net.netted_minor, net.amount_minor) == (300, 0)
    assert stage.purse(SELLER) == Purse(cash=500, owed=200)
    assert stage.market.payouts.held == {}


def test_what_is_not_paid_is_undone_whole() -> None:
    before = {"payable": 1_000, "commissions": 50, "shares": 7, "owed": 300, "cash": 300}
    stage = owed(a_market(), **before)
    (net,) = netted(stage)
    (returned,) = stage.ask(POLICY_ACTOR, ReversePayout(set_id=net.set_id))
    assert returned == PayoutReturned(net=net)
    assert stage.purse(SELLER) == Purse(**before)
    again = ReversePayout(set_id=net.set_id)
    assert refusal(stage.ask(POLICY_ACTOR, again)).reason == "NET_SET_UNKNOWN"


def test_currencies_are_never_netted_with_one_another() -> None:
    stage, _ = a_sale()
    stage.market.purses[SELLER]["JPY"] = Purse(payable=5, owed=0)
    stage.market.purses[SELLER]["USD"] = Purse(owed=1_000, cash=1_000)
    assert [net.amount_minor for net in netted(stage)] == [NET_MINOR]
    assert stage.purse(SELLER, "USD") == Purse(owed=1_000, cash=1_000)


def test_a_run_in_which_nobody_is_owed_anything_ends_at_once() -> None:
    begun, ended = a_market().ask(POLICY_ACTOR, RUN)
    assert isinstance(begun, NettingBegun)
    assert ended == NettingEnded(run_id=RUN.run_id, sets=0)


def test_more_than_one_outcome_holds_is_netted_in_several() -> None:
    stage = a_market()
    for number in range(NETTED_MAX + 1):
        owed(stage, f"{'S' * 70}-{number:03}", payable=10**15, owed=1, cash=1)
    facts = stage.ask(POLICY_ACTOR, RUN)
    assert names(facts).count("PayablesNetted") == NETTED_MAX
    assert all(map(sound, facts))
    assert size_bytes(tuple(facts)) <= BATCH_BYTES_MAX
    last, ended = stage.settle()
    assert isinstance(last, PayablesNetted)
    assert ended == NettingEnded(run_id=RUN.run_id, sets=NETTED_MAX + 1)
    assert len(stage.market.payouts.held) == NETTED_MAX + 1
    assert stage.market.payouts.running == {}


def test_what_a_dispute_holds_is_not_netted() -> None:
    stage, trade_id = a_sale()
    stage.ask(BUYER, OpenDispute(trade_id=trade_id, grounds="Not what was promised."))
    assert netted(stage) == []


@pytest.mark.parametrize("actor", [BANK, OPERATOR, SELLER])
@pytest.mark.parametrize(
    "command",
    [
        RUN,
        ReversePayout(set_id="PS-0.1.0"),
        ConfirmPayout(
            participant_id=SELLER, currency="CNY", amount_minor=1, reference="PO-1", set_id="PS-0.1.0"
        ),
    ],
)
def test_nobody_pays_by_hand(actor: str, command: NetPayables) -> None:
    assert refusal(a_sale()[0].ask(actor, command)).reason == "NOT_PERMITTED"


def test_what_is_refunded_while_it_is_paid_is_owed_back() -> None:
    stage, trade_id = a_sale()
    (net,) = netted(stage)
    stage.ask(
        SELLER,
        ApproveRefund(trade_id=trade_id, amount_minor=1_200_000, reference="CN-1", grounds="Wrong data."),
    )
    assert stage.purse(SELLER) == Purse(paying=NET_MINOR, clawback=NET_MINOR)
    stage.ask(POLICY_ACTOR, a_payment(net))
    assert stage.purse(SELLER) == Purse(clawback=NET_MINOR)


@pytest.mark.parametrize(
    ("refunded", "recovered", "left"),
    [
        (1_200_000, NET_MINOR, Purse()),
        (600_000, 585_000, Purse(payable=585_000)),
    ],
)
def test_a_set_that_comes_back_pays_what_was_refunded_meanwhile(
    refunded: int, recovered: int, left: Purse
) -> None:
    stage, trade_id = a_sale()
    (net,) = netted(stage)
    stage.ask(
        SELLER,
        ApproveRefund(trade_id=trade_id, amount_minor=refunded, reference="CN-1", grounds="Wrong data."),
    )
    (returned,) = stage.ask(POLICY_ACTOR, ReversePayout(set_id=net.set_id))
    assert returned == PayoutReturned(net=net, recovered_minor=recovered)
    assert stage.purse(SELLER) == left
    assert [each.amount_minor for each in netted(stage)] == [left.payable] * bool(left.payable)


def test_a_commission_that_comes_back_pays_what_its_broker_owes() -> None:
    stage = owed(a_market(), payable=100, commissions=50)
    (net,) = netted(stage)
    stage.market.purses[SELLER]["CNY"] = Purse(paying=150, clawback=170)
    (returned,) = stage.ask(POLICY_ACTOR, ReversePayout(set_id=net.set_id))
    assert returned == PayoutReturned(net=net, recovered_minor=100, commission_recovered_minor=50)
    assert stage.purse(SELLER) == Purse(clawback=20)


def test_a_payout_of_an_older_journal_was_of_what_was_owed() -> None:
    stage, _ = a_sale()
    old = PayoutExecuted(
        participant_id=SELLER, currency="CNY", amount_minor=NET_MINOR, bank_id=BANK, reference="PO-1"
    )
    stage.fold(old)
    assert stage.purse(SELLER) == Purse()
