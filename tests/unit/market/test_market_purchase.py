"""Buying at a posted price, from the order to the seller's payout."""

import pytest

from exchange.fence import decide, read_crossing, read_decision
from exchange.kernel.bases import Command
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import instant
from exchange.market.commands import AcceptDelivery, ConcludeDelivery, RefundPurchase
from exchange.market.facts import (
    EntitlementGranted,
    FenceDecided,
    OrderAccepted,
    PurchaseAccepted,
    PurchaseRefunded,
    TradeMatched,
)
from exchange.market.state import Purse
from tests.unit.market.paying import paid_out
from tests.unit.market.stage import (
    BUYER,
    OPERATOR,
    SELLER,
    a_bid,
    a_market,
    a_purchase,
    a_use,
    names,
    refusal,
    shipped,
    terms,
    traits,
)

SURVEY = terms(
    instrument_id="L-0.22.0",
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
"""P-22: a panel of 12,000 persons' health."""


def test_a_bid_at_the_posted_price_is_fenced_accepted_traded_and_entitled_in_one_outcome() -> None:
    stage = a_market(cash_minor=1_200_000)
    fenced, accepted, trade, entitlement = stage.ask(BUYER, a_bid())
    assert isinstance(fenced, FenceDecided)
    assert (fenced.outcome, fenced.reason_codes) == ("ALLOW", ("CN_ART3",))
    assert isinstance(accepted, OrderAccepted)
    assert accepted.reserved_minor == 1_200_000
    assert isinstance(trade, TradeMatched)
    assert (trade.amount_minor, trade.released_minor, trade.ask_id) == (1_200_000, 0, "")
    assert trade.decision is not None
    assert trade.decision.decision_id == fenced.decision_id
    assert isinstance(entitlement, EntitlementGranted)
    assert (entitlement.market_id, entitlement.trade_id) == ("M-DATA", trade.trade_id)
    assert entitlement.ends_at == instant("2026-12-02T00:00:00Z")
    assert stage.purse(BUYER) == Purse(cash=0, reserved=0)
    assert stage.market.purchases[trade.trade_id].escrow_minor == 1_200_000
    assert not stage.market.orders


def test_a_bid_above_the_posted_price_trades_at_the_posted_price_and_the_rest_returns() -> None:
    stage = a_market(cash_minor=3_000_000)
    _, accepted, trade, _ = stage.ask(BUYER, a_bid(price=1_300_000, quantity=2))
    assert isinstance(accepted, OrderAccepted)
    assert accepted.reserved_minor == 2_600_000
    assert isinstance(trade, TradeMatched)
    assert (trade.price, trade.quantity) == (1_200_000, 2)
    assert (trade.amount_minor, trade.released_minor) == (2_400_000, 200_000)
    assert stage.purse(BUYER) == Purse(cash=600_000)


def test_a_bid_below_the_posted_price_rests_with_its_reserve_held() -> None:
    stage = a_market(cash_minor=1_200_000)
    assert names(stage.ask(BUYER, a_bid(price=1_199_999))) == ["FenceDecided", "OrderAccepted"]
    assert stage.purse(BUYER) == Purse(cash=1, reserved=1_199_999)


def test_a_bid_below_the_posted_price_is_refused_if_inadmissible() -> None:
    stage = a_market()
    said = refusal(stage.ask(BUYER, a_bid(price=1, use=a_use(place_of_use="SG", purpose="marketing"))))
    assert (said.reason, said.codes) == ("FENCE_REFUSED", ("LICENCE", "CN_ART3"))
    assert not stage.market.orders


def test_a_recorded_decision_can_be_taken_again_from_what_was_recorded() -> None:
    fenced = a_market().ask(BUYER, a_bid())[0]
    assert isinstance(fenced, FenceDecided)
    again = decide(read_crossing(fenced.crossing), shipped()[fenced.ruleset_digest])
    assert again == read_decision(fenced.decision)
    assert again.inputs_digest == fenced.inputs_digest


def test_a_purchase_the_fence_denies_leaves_the_purse_what_it_was() -> None:
    stage = a_market(SURVEY, cash_minor=0).deposited("BU-CN-01", 3_000_000, "USD")
    bid = a_bid(3_000_000, instrument_id="L-0.22.0", use=a_use(purpose="sale", place_of_use="CN"))
    facts = stage.ask("BU-CN-01", bid)
    assert names(facts) == ["FenceDecided", "Refused"]
    said = refusal(facts)
    assert (said.reason, said.codes) == ("FENCE_REFUSED", ("US_DSP_PROHIBITED",))
    assert stage.purse("BU-CN-01", "USD") == Purse(cash=3_000_000)


@pytest.mark.parametrize(
    ("missing", "code"),
    [({"purpose": None}, "FACTS_MISSING"), ({"place_of_use": None}, "PLACE_UNKNOWN")],
)
def test_what_a_bid_does_not_say_is_not_taken_as_harmless(missing: dict[str, None], code: str) -> None:
    stage = a_market()
    said = refusal(stage.ask(BUYER, a_bid(use=a_use(**missing))))
    assert said.reason == "FENCE_REFUSED"
    assert code in said.codes
    assert next(iter(missing)) in said.detail or code == "PLACE_UNKNOWN"


def test_an_accepted_purchase_pays_the_seller_less_the_fee_and_its_tax() -> None:
    stage, trade_id = a_purchase()
    (accepted,) = stage.ask(BUYER, AcceptDelivery(trade_id=trade_id))
    assert isinstance(accepted, PurchaseAccepted)
    assert (accepted.gross_minor, accepted.seller_minor) == (1_200_000, 1_170_000)
    assert (accepted.fee_net_minor, accepted.fee_tax_minor) == (28_302, 1_698)
    assert (accepted.tax_authority, accepted.tax_rate_bp, accepted.basis) == ("CN", 600, "buyer")
    assert paid_out(stage, SELLER).amount_minor == 1_170_000
    assert stage.purse(SELLER).payable == 0
    till = stage.market.tills["CNY"]
    assert till.deposited == till.paid_out + till.fee_net + till.fee_tax == 1_200_000


@pytest.mark.parametrize("basis", ["evidence", "time", "ruling"])
def test_the_delivery_may_conclude_for_the_seller(basis: str) -> None:
    stage, trade_id = a_purchase()
    concluding = ConcludeDelivery(trade_id=trade_id, verdict="accept", basis=basis)  # type: ignore[arg-type]
    (accepted,) = stage.ask(POLICY_ACTOR, concluding)
    assert isinstance(accepted, PurchaseAccepted)
    assert accepted.basis == basis
    assert stage.purse(SELLER).payable == 1_170_000


@pytest.mark.parametrize(
    ("actor", "refunding", "basis"),
    [
        (POLICY_ACTOR, lambda t: ConcludeDelivery(trade_id=t, verdict="reject", basis="ruling"), "ruling"),
        (SELLER, lambda t: RefundPurchase(trade_id=t, grounds="cannot deliver"), "seller"),
        (OPERATOR, lambda t: RefundPurchase(trade_id=t, grounds="by agreement"), "operator"),
    ],
)
def test_a_refund_gives_the_buyer_all_of_it_back_without_a_fee(actor, refunding, basis) -> None:  # type: ignore[no-untyped-def]
    stage, trade_id = a_purchase()
    (refunded,) = stage.ask(actor, refunding(trade_id))
    assert isinstance(refunded, PurchaseRefunded)
    assert (refunded.amount_minor, refunded.basis) == (1_200_000, basis)
    assert stage.purse(BUYER) == Purse(cash=1_200_000)
    assert stage.purse(SELLER) == Purse()
    assert stage.market.tills["CNY"].fee_net == 0


def last_words(trade_id: str) -> list[tuple[str, Command]]:
    return [
        (BUYER, AcceptDelivery(trade_id=trade_id)),
        (POLICY_ACTOR, ConcludeDelivery(trade_id=trade_id, verdict="accept", basis="time")),
        (POLICY_ACTOR, ConcludeDelivery(trade_id=trade_id, verdict="reject", basis="ruling")),
        (SELLER, RefundPurchase(trade_id=trade_id, grounds="")),
    ]


@pytest.mark.parametrize("first", range(4))
@pytest.mark.parametrize("second", range(4))
def test_the_first_last_word_on_a_purchase_wins(first: int, second: int) -> None:
    stage, trade_id = a_purchase()
    words = last_words(trade_id)
    stage.ask(*words[first])
    purses = (stage.purse(BUYER), stage.purse(SELLER))
    assert refusal(stage.ask(*words[second])).reason == "PURCHASE_FINAL"
    assert (stage.purse(BUYER), stage.purse(SELLER)) == purses


@pytest.mark.parametrize("concluded", [False, True])
@pytest.mark.parametrize(
    ("actor", "asking"),
    [
        (SELLER, lambda t: AcceptDelivery(trade_id=t)),
        (OPERATOR, lambda t: AcceptDelivery(trade_id=t)),
        (BUYER, lambda t: RefundPurchase(trade_id=t, grounds="")),
        ("NO-01", lambda t: RefundPurchase(trade_id=t, grounds="")),
    ],
)
def test_what_became_of_a_purchase_is_told_to_its_parties_only(actor, asking, concluded) -> None:  # type: ignore[no-untyped-def]
    stage, trade_id = a_purchase()
    if concluded:
        stage.ask(BUYER, AcceptDelivery(trade_id=trade_id))
    assert refusal(stage.ask(actor, asking(trade_id))).reason == "NOT_PERMITTED"


@pytest.mark.parametrize("word", range(4))
def test_a_trade_nobody_made_has_no_last_word(word: int) -> None:
    stage, _ = a_purchase()
    assert refusal(stage.ask(*last_words("T-0.999.0")[word])).reason == "TRADE_UNKNOWN"


@pytest.mark.parametrize(
    ("actor", "asking"),
    [
        (SELLER, lambda t: AcceptDelivery(trade_id=t)),
        (OPERATOR, lambda t: AcceptDelivery(trade_id=t)),
        (BUYER, lambda t: RefundPurchase(trade_id=t, grounds="I want it back")),
        ("SE-CN-03", lambda t: RefundPurchase(trade_id=t, grounds="not mine")),
        ("NOBODY", lambda t: RefundPurchase(trade_id=t, grounds="not mine")),
        (BUYER, lambda t: ConcludeDelivery(trade_id=t, verdict="reject", basis="evidence")),
    ],
)
def test_nobody_else_has_the_last_word(actor, asking) -> None:  # type: ignore[no-untyped-def]
    stage, trade_id = a_purchase()
    assert refusal(stage.ask(actor, asking(trade_id))).reason == "NOT_PERMITTED"
    assert trade_id in stage.market.purchases
