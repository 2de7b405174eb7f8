"""Which orders enter, which are refused and why, and how they are cancelled."""

import pytest

from exchange.kernel.bases import Command
from exchange.market.commands import (
    CancelOrder,
    OpenInstrument,
    PlaceOrder,
    RecordParticipant,
    RecordStanding,
    SetInstrumentState,
    TimeInForce,
)
from exchange.market.facts import OrderAccepted, OrderCancelled
from exchange.market.state import Purse
from tests.unit.market.stage import (
    BUYER,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_standing,
    a_use,
    an_ask,
    everyone,
    names,
    refusal,
    terms,
    the_ruleset,
)

BOOK = {"posted_price": None}


@pytest.mark.parametrize(
    ("terms_changed", "actor", "order", "reason", "subject"),
    [
        ({}, BUYER, a_bid(instrument_id="L-9"), "INSTRUMENT_UNKNOWN", "L-9"),
        ({}, "NOBODY", a_bid(), "PARTICIPANT_UNKNOWN", "NOBODY"),
        ({}, "OP-CN-01", a_bid(), "ROLE_MISSING", "OP-CN-01"),
        ({}, "AS-CN-01", a_bid(), "ROLE_MISSING", "AS-CN-01"),
        ({"assessor_ids": ("AS-CN-01",)}, "AS-CN-01", a_bid(), "CONFLICT_OF_INTEREST", "AS-CN-01"),
        (BOOK, BUYER, an_ask(5), "ROLE_MISSING", BUYER),
        ({}, SELLER, an_ask(5), "ASK_NOT_PERMITTED", "L-0.1.0"),
        (BOOK, "SE-CN-03", an_ask(5), "ASK_NOT_PERMITTED", "L-0.1.0"),
        ({}, SELLER, a_bid(), "BID_ON_OWN", "L-0.1.0"),
        ({"seller_id": "SE-XX-99"}, BUYER, a_bid(), "PARTICIPANT_UNKNOWN", "SE-XX-99"),
        ({}, BUYER, a_bid(use=a_use(licence_digest=b"other")), "LICENCE_NOT_ACCEPTED", "L-0.1.0"),
        ({}, BUYER, a_bid(use=a_use(licence_digest=None)), "LICENCE_NOT_ACCEPTED", "L-0.1.0"),
        ({}, BUYER, a_bid(quantity=5), "FUNDS_INSUFFICIENT", BUYER),
        ({}, BUYER, a_bid(price=10**12, quantity=10**9), "AMOUNT_TOO_LARGE", "L-0.1.0"),
        (BOOK, SELLER, an_ask(price=10**12, quantity=10**9), "AMOUNT_TOO_LARGE", "L-0.1.0"),
    ],
)
def test_an_order_is_refused_with_its_reason(  # type: ignore[no-untyped-def]
    terms_changed, actor: str, order: PlaceOrder, reason: str, subject: str
) -> None:
    stage = a_market(terms(**terms_changed))
    before = stage.purse(actor)
    said = refusal(stage.ask(actor, order))
    assert (said.reason, said.subject) == (reason, subject)
    assert said.detail
    assert stage.purse(actor) == before
    assert not stage.market.orders


@pytest.mark.parametrize("suspended", [BUYER, SELLER])
def test_nothing_is_bought_by_or_from_a_suspended_participant(suspended: str) -> None:
    stage = a_market().told(RecordStanding(participant_id=suspended, active=False))
    said = refusal(stage.ask(BUYER, a_bid()))
    assert (said.reason, said.subject) == ("PARTICIPANT_SUSPENDED", suspended)
    stage.told(RecordStanding(participant_id=suspended, active=True))
    assert names(stage.ask(BUYER, a_bid()))[-1] == "EntitlementGranted"


def test_an_owner_does_not_buy_from_itself_under_another_name() -> None:
    sister = RecordParticipant(
        standing=a_standing("BU-JP-02", "JP", "buyer", beneficial_owner=f"UBO-{SELLER}")
    )
    stage = a_market().told(sister).deposited("BU-JP-02", 1_200_000)
    assert refusal(stage.ask("BU-JP-02", a_bid())).reason == "BID_ON_OWN"


def test_an_assessor_does_not_buy_what_it_assessed_under_another_name() -> None:
    sister = RecordParticipant(
        standing=a_standing("BU-JP-02", "JP", "buyer", beneficial_owner="UBO-AS-CN-01")
    )
    stage = a_market(terms(assessor_ids=("AS-CN-01",))).told(sister)
    assert refusal(stage.ask("BU-JP-02", a_bid())).reason == "CONFLICT_OF_INTEREST"


@pytest.mark.parametrize("state", ["halted", "closed"])
def test_a_book_that_is_not_open_takes_no_orders(state: str) -> None:
    change = SetInstrumentState(instrument_id="L-0.1.0", state=state)  # type: ignore[arg-type]
    stage = a_market().told(change)
    assert refusal(stage.ask(BUYER, a_bid())).reason == "INSTRUMENT_NOT_OPEN"


def test_without_a_ruleset_in_force_nothing_crosses() -> None:
    stage = Stage().told(*everyone(), OpenInstrument(terms=terms())).deposited(BUYER, 1_200_000)
    assert refusal(stage.ask(BUYER, a_bid())).reason == "RULESET_NONE"
    stage.told(the_ruleset(effective_at=stage.at + 1))
    assert refusal(stage.ask(BUYER, a_bid())).reason == "RULESET_NONE"
    stage.at += 1
    assert names(stage.ask(BUYER, a_bid()))[0] == "FenceDecided"


def test_where_no_data_moves_no_ruleset_is_needed_and_nothing_is_decided() -> None:
    hours = OpenInstrument(terms=terms(moves_data=False))
    stage = Stage().told(*everyone(), hours).deposited(BUYER, 1_200_000)
    facts = stage.ask(BUYER, a_bid())
    assert names(facts) == ["OrderAccepted", "TradeMatched", "EntitlementGranted"]
    assert facts[1].decision is None  # type: ignore[attr-defined]


def test_an_immediate_order_leaves_nothing_behind() -> None:
    stage = a_market(cash_minor=1_200_000)
    facts = stage.ask(BUYER, a_bid(price=1, time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL))
    assert names(facts) == ["FenceDecided", "OrderAccepted", "OrderCancelled"]
    assert facts[2].grounds == "immediate_or_cancel"  # type: ignore[attr-defined]
    assert stage.purse(BUYER) == Purse(cash=1_200_000)
    assert not stage.market.orders


def a_resting_bid() -> tuple[Stage, str]:
    stage = a_market(cash_minor=1_200_000)
    accepted = stage.ask(BUYER, a_bid(price=400_000, quantity=3))[1]
    assert isinstance(accepted, OrderAccepted)
    return stage, accepted.order_id


def test_a_cancelled_order_returns_its_reserve() -> None:
    stage, order_id = a_resting_bid()
    (cancelled,) = stage.ask(BUYER, CancelOrder(order_id=order_id))
    assert isinstance(cancelled, OrderCancelled)
    assert (cancelled.quantity_left, cancelled.released_minor, cancelled.grounds) == (3, 1_200_000, "asked")
    assert stage.purse(BUYER) == Purse(cash=1_200_000)


def test_a_cancelled_order_cannot_be_cancelled_again() -> None:
    stage, order_id = a_resting_bid()
    stage.ask(BUYER, CancelOrder(order_id=order_id))
    assert refusal(stage.ask(BUYER, CancelOrder(order_id=order_id))).reason == "ORDER_NOT_OPEN"


def test_a_suspended_participant_may_still_cancel() -> None:
    stage, order_id = a_resting_bid()
    stage.told(RecordStanding(participant_id=BUYER, active=False))
    assert names(stage.ask(BUYER, CancelOrder(order_id=order_id))) == ["OrderCancelled"]


@pytest.mark.parametrize("order_id", ["O-0.999.0", "O-1.0.0", "O-0.0.1", "T-0.0.0", "O-0.x.0", "mine"])
def test_an_order_nobody_placed_cannot_be_cancelled(order_id: str) -> None:
    stage, _ = a_resting_bid()
    assert refusal(stage.ask(BUYER, CancelOrder(order_id=order_id))).reason == "ORDER_UNKNOWN"


def test_only_its_owner_may_cancel_an_order() -> None:
    stage, order_id = a_resting_bid()
    command: Command = CancelOrder(order_id=order_id)
    assert refusal(stage.ask("BU-SG-01", command)).reason == "ORDER_UNKNOWN"
    assert order_id in stage.market.orders
