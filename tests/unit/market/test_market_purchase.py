"""Buying at a posted price, from the order to the seller's payout."""

from exchange.kernel.time import instant
from exchange.market.commands import (
    AcceptDelivery,
    ConfirmPayout,
)
from exchange.market.facts import (
    EntitlementGranted,
    FenceDecided,
    OrderAccepted,
    PayoutExecuted,
    PurchaseAccepted,
    TradeMatched,
)
from exchange.market.state import Purse
from tests.unit.market.stage import BANK, BUYER, SELLER, Stage, a_bid, a_market, a_use, refusal, terms, traits


def a_purchase() -> tuple[Stage, str]:
    stage = a_market(cash_minor=1_200_000)
    trade = stage.ask(BUYER, a_bid())[2]
    assert isinstance(trade, TradeMatched)
    return stage, trade.trade_id


def test_a_bid_at_the_posted_price_is_fenced_accepted_traded_and_entitled_in_one_outcome() -> None:
    stage = a_market(cash_minor=1_200_000)
    facts = stage.ask(BUYER, a_bid())
    fenced, accepted, trade, entitlement = facts
    assert isinstance(fenced, FenceDecided)
    assert (fenced.outcome, fenced.reason_codes) == ("ALLOW", ("CN_ART3",))
    assert isinstance(accepted, OrderAccepted)
    assert accepted.reserved_minor == 1_200_000
    assert isinstance(trade, TradeMatched)
    assert (trade.amount_minor, trade.released_minor, trade.ask_id) == (1_200_000, 0, "")
    assert trade.decision is not None
    assert trade.decision.decision_id == fenced.decision_id
    assert isinstance(entitlement, EntitlementGranted)
    assert entitlement.ends_at == instant("2026-12-02T00:00:00Z")
    assert stage.purse(BUYER) == Purse(cash=0, reserved=0)
    assert stage.market.purchases[trade.trade_id].escrow_minor == 1_200_000
    assert not stage.market.orders


def test_an_accepted_purchase_pays_the_seller_less_the_fee_and_its_tax() -> None:
    stage, trade_id = a_purchase()
    (accepted,) = stage.ask(BUYER, AcceptDelivery(trade_id=trade_id))
    assert isinstance(accepted, PurchaseAccepted)
    assert (accepted.gross_minor, accepted.seller_minor) == (1_200_000, 1_170_000)
    assert (accepted.fee_net_minor, accepted.fee_tax_minor) == (28_302, 1_698)
    assert (accepted.tax_authority, accepted.tax_rate_bp, accepted.basis) == ("CN", 600, "buyer")
    payout = ConfirmPayout(participant_id=SELLER, currency="CNY", amount_minor=1_170_000, reference="PO-1")
    (paid,) = stage.ask(BANK, payout)
    assert isinstance(paid, PayoutExecuted)
    assert stage.purse(SELLER).payable == 0


def test_a_purchase_the_fence_denies_leaves_the_purse_what_it_was() -> None:
    survey = terms(
        seller_id="SE-US-01",
        product_id="P-22",
        stored_in="US",
        subscription=False,
        unit="licence",
        currency="USD",
        posted_price=3_000_000,
        transaction_type="brokerage-sale",
        traits=traits(
            contains_pi=True,
            collected_in=("US",),
            persons=12_000,
            sensitive_persons=12_000,
            us_class="health",
            us_persons_12m=12_000,
            sector="healthcare",
        ),
    )
    stage = a_market(survey, cash_minor=0).deposited("BU-CN-01", 3_000_000, "USD")
    facts = stage.ask("BU-CN-01", a_bid(3_000_000, use=a_use(purpose="sale", place_of_use="CN")))
    assert [type(fact).__name__ for fact in facts] == ["FenceDecided", "Refused"]
    said = refusal(facts)
    assert said.reason == "FENCE_REFUSED"
    assert said.codes == ("US_DSP_PROHIBITED",)
    assert stage.purse("BU-CN-01", "USD") == Purse(cash=3_000_000)
