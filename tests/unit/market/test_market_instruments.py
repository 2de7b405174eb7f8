"""What the registry tells a market: participants, instruments, rulesets."""

import pytest

from exchange.fence import newest
from exchange.kernel.bases import Command
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.market.commands import (
    AdoptRuleset,
    BookRules,
    CancelOrder,
    OpenInstrument,
    OrderType,
    RecordParticipant,
    RecordStanding,
    SetInstrumentState,
    TimeInForce,
)
from exchange.market.facts import InstrumentStateSet, OrderCancelled, RulesetAdopted, TradeMatched
from exchange.market.state import Purse, ruleset_in_force
from tests.unit.market.stage import (
    BUYER,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_standing,
    an_ask,
    names,
    refusal,
    shipped,
    terms,
    the_ruleset,
)

CLOSE = SetInstrumentState(instrument_id="L-0.1.0", state="closed")
HALT = SetInstrumentState(instrument_id="L-0.1.0", state="halted")
OPEN = SetInstrumentState(instrument_id="L-0.1.0", state="open")


@pytest.mark.parametrize(
    "command",
    [
        RecordParticipant(standing=a_standing("X", "JP", "buyer")),
        RecordStanding(participant_id=BUYER, active=False),
        OpenInstrument(terms=terms(instrument_id="L-2")),
        CLOSE,
        the_ruleset(),
    ],
)
@pytest.mark.parametrize("actor", ["OP-CN-01", SELLER, "NOBODY"])
def test_only_a_policy_tells_a_market_what_the_registry_decided(command: Command, actor: str) -> None:
    if command is CLOSE and actor == "OP-CN-01":
        return
    assert refusal(a_market().ask(actor, command)).reason == "NOT_PERMITTED"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (RecordStanding(participant_id="NOBODY", active=True), "PARTICIPANT_UNKNOWN"),
        (OpenInstrument(terms=terms()), "INSTRUMENT_EXISTS"),
        (OpenInstrument(terms=terms(instrument_id="L-2", currency="QQQ")), "CURRENCY_UNKNOWN"),
        (OpenInstrument(terms=terms(instrument_id="L-2", seller_id=None)), "TERMS_CONFLICT"),
        (SetInstrumentState(instrument_id="L-9", state="halted"), "INSTRUMENT_UNKNOWN"),
        (OPEN, "INSTRUMENT_STATE"),
    ],
)
def test_a_policy_too_is_told_what_cannot_be(command: Command, reason: str) -> None:
    assert refusal(a_market().ask(POLICY_ACTOR, command)).reason == reason


def test_a_halted_book_keeps_its_orders_and_opens_again() -> None:
    stage = a_market()
    stage.ask(BUYER, a_bid(price=1))
    stage.told(HALT)
    assert refusal(stage.ask(POLICY_ACTOR, HALT)).reason == "INSTRUMENT_STATE"
    assert len(stage.market.orders) == 1
    stage.told(OPEN)
    assert names(stage.ask(BUYER, a_bid()))[-1] == "EntitlementGranted"


def test_closing_a_book_cancels_its_orders_and_returns_their_reserves() -> None:
    stage = a_market(cash_minor=1_000)
    stage.ask(BUYER, a_bid(price=300))
    stage.ask(BUYER, a_bid(price=400))
    facts = stage.ask(POLICY_ACTOR, CLOSE)
    assert names(facts) == ["OrderCancelled", "OrderCancelled", "InstrumentStateSet"]
    assert {fact.grounds for fact in facts if isinstance(fact, OrderCancelled)} == {"instrument_closed"}
    assert stage.purse(BUYER) == Purse(cash=1_000)
    assert stage.decider.next_deadline(stage.market) is None


@pytest.mark.parametrize("after", [OPEN, HALT, CLOSE])
def test_a_closed_book_stays_closed(after: SetInstrumentState) -> None:
    stage = a_market().told(CLOSE)
    assert refusal(stage.ask(POLICY_ACTOR, after)).reason == "INSTRUMENT_STATE"


def a_deep_book(orders: int) -> Stage:
    stage = a_market(terms(moves_data=False), cash_minor=1_000_000)
    for number in range(orders):
        stage.ask(BUYER, a_bid(price=1 + number % 7))
    return stage


def test_two_hundred_orders_are_cancelled_at_once() -> None:
    facts = a_deep_book(200).ask(POLICY_ACTOR, CLOSE)
    assert names(facts) == ["OrderCancelled"] * 200 + ["InstrumentStateSet"]


def test_a_deep_book_closes_in_bounded_steps_at_one_instant() -> None:
    stage = a_deep_book(450)
    began = stage.at
    first = stage.ask(POLICY_ACTOR, CLOSE)
    assert first[0] == InstrumentStateSet(instrument_id="L-0.1.0", state="closing")
    assert names(first[1:]) == ["OrderCancelled"] * 200
    steps = []
    while stage.decider.next_deadline(stage.market) is not None:
        assert stage.decider.next_deadline(stage.market) == began
        stage.at += 1_000_000
        steps.append(names(stage.expire()))
    assert steps == [
        ["OrderCancelled"] * 100,
        ["OrderCancelled"] * 100,
        ["OrderCancelled"] * 50 + ["InstrumentStateSet"],
    ]
    assert not stage.market.orders
    assert stage.purse(BUYER) == Purse(cash=1_000_000)
    assert stage.market.instruments["L-0.1.0"].state == "closed"


def test_a_closing_book_takes_no_orders_and_no_contrary_command() -> None:
    stage = a_deep_book(201)
    stage.ask(POLICY_ACTOR, CLOSE)
    assert refusal(stage.ask_without_deadlines(BUYER, a_bid())).reason == "INSTRUMENT_NOT_OPEN"
    for command in (OPEN, HALT, CLOSE):
        assert refusal(stage.ask_without_deadlines(POLICY_ACTOR, command)).reason == "INSTRUMENT_STATE"


def test_an_order_of_a_closing_book_may_be_cancelled_by_its_owner() -> None:
    stage = a_deep_book(201)
    stage.ask(POLICY_ACTOR, CLOSE)
    (order_id,) = stage.market.orders
    assert names(stage.ask_without_deadlines(BUYER, CancelOrder(order_id=order_id))) == ["OrderCancelled"]
    assert names(stage.expire()) == ["InstrumentStateSet"]


def test_a_worker_without_the_ruleset_does_not_go_on() -> None:
    foreign = RulesetAdopted(ruleset_version="9", ruleset_digest="ab" * 32, effective_at=0)
    stage = a_market()
    with pytest.raises(InvariantBroken, match="upgrade"):
        stage.decider.evolve(stage.market, foreign, stage.at)


def test_a_ruleset_that_is_not_installed_is_refused_and_the_market_goes_on() -> None:
    foreign = AdoptRuleset(ruleset_version="9", ruleset_digest="ab" * 32, effective_at=0)
    stage = a_market()
    assert refusal(stage.ask(POLICY_ACTOR, foreign)).reason == "RULESET_UNKNOWN"
    assert names(stage.ask(BUYER, a_bid()))[-1] == "EntitlementGranted"


def test_the_ruleset_in_force_is_the_last_one_effective_by_then() -> None:
    digest = newest(shipped()).digest
    stage = Stage()
    for version, effective_at in (("1", 100), ("2", 200), ("3", stage.at + 50), ("4", stage.at + 50)):
        adopting = AdoptRuleset(ruleset_version=version, ruleset_digest=digest, effective_at=effective_at)
        stage.told(adopting)
    in_force = [ruleset_in_force(stage.market, at) for at in (stage.at, stage.at + 49, stage.at + 50)]
    assert [each and each.version for each in in_force] == ["2", "2", "4"]
    assert [each.version for each in stage.market.rulesets] == ["2", "3", "4"]


def test_a_ruleset_does_not_take_effect_before_one_adopted_earlier() -> None:
    stage = Stage().told(the_ruleset(effective_at=200))
    assert refusal(stage.ask(POLICY_ACTOR, the_ruleset(effective_at=199))).reason == "RULESET_EARLIER"


def test_a_halted_call_opens_by_its_auction_where_market_orders_wait_for_it() -> None:
    rules = BookRules(kind="compute", call_us=60_000_000, reference_price=10, collar_bp=5_000)
    stage = a_market(terms(seller_id=None, posted_price=None, moves_data=False, rules=rules))
    stage.ask(
        BUYER, a_bid(price=None, quantity=2, order_type=OrderType.MARKET, time_in_force=TimeInForce.DAY)
    )
    stage.ask(SELLER, an_ask(12))
    stage.told(HALT)
    assert names(stage.ask(POLICY_ACTOR, OPEN)) == ["InstrumentStateSet", "AuctionPriced"]
    ended = stage.settle()
    assert [fact.price for fact in ended if isinstance(fact, TradeMatched)] == [12]
    assert [fact.grounds for fact in ended if isinstance(fact, OrderCancelled)] == ["auction_ended"]
    instrument = stage.market.instruments["L-0.1.0"]
    assert (instrument.state, instrument.waiting.alive, stage.market.orders) == ("open", 0, {})
