"""A payment that comes back from its owner's bank: the whole set is owed again, and so are its sales."""

import pytest

from exchange.kernel.protocol import POLICY_ACTOR
from exchange.market.disputes.commands import OpenDispute
from exchange.market.disputes.facts import DisputeOpened
from exchange.market.facts import PayoutExecuted
from exchange.market.payouts.commands import RestorePayables
from exchange.market.payouts.facts import PayablesRestored
from exchange.market.payouts.state import KEPT_PAID
from exchange.market.purchases.commands import ApproveRefund
from exchange.market.state import Purse
from exchange.settlement.payouts.state import RETURNED_WITHIN
from exchange.views.accounts import Account
from exchange.views.postings import entry_of
from tests.unit.market.paying import a_payment, netted
from tests.unit.market.stage import BANK, BUYER, OPERATOR, SELLER, Stage, a_market, a_sale, names, refusal

NET_MINOR = 1_170_000


def a_restoration(set_id: str) -> RestorePayables:
    return RestorePayables(set_id=set_id, bank_id=BANK, reference=set_id)


def paid(stage: Stage) -> str:
    (net,) = netted(stage)
    (fact,) = stage.ask(POLICY_ACTOR, a_payment(net))
    assert isinstance(fact, PayoutExecuted)
    return net.set_id


def test_everything_is_as_it_was_before_it_was_netted() -> None:
    before = {"payable": 1_000, "commissions": 50, "shares": 7, "owed": 300, "cash": 300}
    stage = a_market()
    stage.market.purses.setdefault(SELLER, {})["CNY"] = Purse(**before)
    set_id = paid(stage)
    (restored,) = stage.ask(POLICY_ACTOR, a_restoration(set_id))
    assert isinstance(restored, PayablesRestored)
    assert stage.purse(SELLER) == Purse(**before)
    assert stage.market.tills["CNY"].paid_out == 0
    assert refusal(stage.ask(POLICY_ACTOR, a_restoration(set_id))).reason == "NET_SET_UNKNOWN"


def test_it_has_an_entry_of_its_own() -> None:
    stage = a_market()
    stage.market.purses.setdefault(SELLER, {})["CNY"] = Purse(
        payable=1_000, commissions=50, shares=7, owed=300, cash=300
    )
    (restored,) = stage.ask(POLICY_ACTOR, a_restoration(paid(stage)))
    postings = [
        (each.debit.code, each.credit.code, each.amount_minor) for each in entry_of(restored).postings
    ]
    assert postings == [(1010, 2200, 700), (1010, 2210, 50), (1010, 2220, 7), (1100, 2200, 300)]
    assert Account(1010, BANK) == entry_of(restored).postings[0].debit


def test_its_sales_are_owed_again_so_that_they_can_be_disputed_and_paid() -> None:
    stage, trade_id = a_sale()
    set_id = paid(stage)
    stage.ask(POLICY_ACTOR, a_restoration(set_id))
    (opened,) = stage.ask(BUYER, OpenDispute(trade_id=trade_id, grounds="Not what was promised."))
    assert isinstance(opened, DisputeOpened)
    assert stage.purse(SELLER) == Purse()


def test_the_next_run_pays_it() -> None:
    stage, _ = a_sale()
    stage.ask(POLICY_ACTOR, a_restoration(paid(stage)))
    (again,) = netted(stage, run_id="PR-0.99.0")
    assert again.amount_minor == NET_MINOR


def test_what_was_refunded_meanwhile_comes_off_first() -> None:
    stage, trade_id = a_sale()
    set_id = paid(stage)
    refund = ApproveRefund(trade_id=trade_id, amount_minor=600_000, reference="CN-1", grounds="Wrong data.")
    stage.ask(SELLER, refund)
    assert stage.purse(SELLER) == Purse(clawback=585_000)
    (restored,) = stage.ask(POLICY_ACTOR, a_restoration(set_id))
    assert isinstance(restored, PayablesRestored)
    assert restored.recovered_minor == 585_000
    assert stage.purse(SELLER) == Purse(payable=585_000)
    assert sum(each.amount_minor for each in entry_of(restored).postings) == NET_MINOR + 585_000


def test_what_was_paid_is_remembered_for_longer_than_it_may_come_back() -> None:
    assert KEPT_PAID > RETURNED_WITHIN
    stage, _ = a_sale()
    first = paid(stage)
    stage.at += KEPT_PAID
    stage.market.purses[SELLER]["CNY"] = Purse(payable=5)
    second = paid(stage)
    assert list(stage.market.payouts.paid) == [second]
    assert refusal(stage.ask(POLICY_ACTOR, a_restoration(first))).reason == "NET_SET_UNKNOWN"


@pytest.mark.parametrize("actor", [BANK, OPERATOR, SELLER])
def test_nobody_restores_by_hand(actor: str) -> None:
    stage, _ = a_sale()
    facts = stage.ask(actor, a_restoration(paid(stage)))
    assert names(facts) == ["Refused"]
    assert refusal(facts).reason == "NOT_PERMITTED"
