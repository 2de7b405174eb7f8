"""Rulings of the counter: what they lift, for whom, until when, and what they never lift."""

from typing import Any

import msgspec
import pytest

from exchange.fence import decide, read_decision
from exchange.fence.outcome import Outcome
from exchange.kernel.bases import Command, Fact
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY
from exchange.market.commands import OpenInstrument, PlaceOrder, RecordParticipant, RecordStanding, Side
from exchange.market.crossing import crossing_of
from exchange.market.entitlements.facts import DecisionRevoked
from exchange.market.facts import FenceDecided, TradeMatched
from exchange.market.rulings.commands import RecordRuling, WithdrawRuling
from exchange.market.rulings.decider import RULINGS_MAX
from exchange.market.rulings.facts import RulingEnded, RulingRecorded
from exchange.market.rulings.lifting import lifted
from exchange.market.rulings.state import Rulings
from tests.unit.market.quoting import ASKER, COUNTER, FIRST, a_ruling, speech, the
from tests.unit.market.stage import (
    NOON,
    Stage,
    a_market,
    a_standing,
    a_use,
    names,
    pack,
    refusal,
    shipped,
    traits,
)

BOOK, HOUSE = "L-book", "L-house"


def a_book() -> Stage:
    """P-04 in a book that anyone may sell in, and at its seller's; the home law asks for a review of both."""
    stage = a_market(cash_minor=0)
    for standing in (
        a_standing(FIRST, "CN-LG", "seller"),
        a_standing(COUNTER, "CN-LG", "counter"),
        a_standing("BU-SG-02", "SG", "buyer"),
    ):
        stage.told(RecordParticipant(standing=standing))
    stage.told(OpenInstrument(terms=speech(FIRST, instrument_id=BOOK, seller_id=None)))
    stage.told(OpenInstrument(terms=speech(FIRST, instrument_id=HOUSE)))
    return stage.deposited(ASKER, 1_000, "USD").deposited("BU-SG-02", 1_000, "USD")


def an_order(side: Side, instrument_id: str = BOOK) -> PlaceOrder:
    use = a_use(purpose="sale", place_of_use="SG")
    return PlaceOrder(instrument_id=instrument_id, side=side, quantity=1, price=95, use=use)


def said(stage: Stage, actor: str, command: Command) -> tuple[str, str]:
    found = refusal(stage.ask(actor, command))
    return found.reason, found.subject


def test_a_ruling_lets_an_order_into_a_single_sellers_book() -> None:
    stage = a_book()
    stage.ask(FIRST, an_order(Side.ASK, HOUSE))
    assert said(stage, ASKER, an_order(Side.BID, HOUSE)) == ("FENCE_REFUSED", HOUSE)
    scope: dict[str, Any] = {"instrument_id": HOUSE, "product_id": None, "valid_until": NOON + 9 * DAY}
    ruling = the(stage.ask(COUNTER, a_ruling(**scope)), RulingRecorded)
    assert (ruling.by_id, ruling.panel) == (COUNTER, a_ruling().panel)
    facts = stage.ask(ASKER, an_order(Side.BID, HOUSE))
    decision = the(facts, TradeMatched).decision
    assert (decision.outcome, decision.codes) == ("REVIEW", ("LOCAL_LAW_REVIEW",))
    assert decision.ruling_ids == (ruling.ruling_id,)
    fenced = the(facts, FenceDecided)
    assert (fenced.outcome, fenced.ruling_ids) == ("REVIEW", (ruling.ruling_id,))
    assert fenced.holds_until == ruling.valid_until < (read_decision(fenced.decision).holds_until or 0)


def test_orders_that_stand_crossed_trade_once_a_ruling_comes() -> None:
    stage = a_book()
    stage.ask(FIRST, an_order(Side.ASK))
    assert names(stage.ask(ASKER, an_order(Side.BID))) == ["OrderAccepted", "FenceDecided"]
    stage.ask(COUNTER, a_ruling(product_id="P-99"))
    assert stage.settle() == []
    stage.ask(COUNTER, a_ruling())
    swept = stage.settle()
    assert names(swept) == ["FenceDecided", "BookSwept", "TradeMatched", "EntitlementGranted", "BookSwept"]
    assert the(swept, TradeMatched).decision.ruling_ids


def test_a_ruling_holds_for_its_product_its_buyer_and_its_time_only() -> None:
    stage = a_book()
    stage.ask(FIRST, an_order(Side.ASK, HOUSE))
    stage.ask(COUNTER, a_ruling(product_id="P-99"))
    stage.ask(COUNTER, a_ruling(buyer_id="BU-SG-02", valid_until=stage.at + DAY))
    stage.ask(COUNTER, a_ruling(codes=("CN_SPLITTING",)))
    assert said(stage, ASKER, an_order(Side.BID, HOUSE)) == ("FENCE_REFUSED", HOUSE)
    assert "TradeMatched" in names(stage.ask("BU-SG-02", an_order(Side.BID, HOUSE)))
    stage.at += DAY
    facts = stage.settle()
    assert the(facts, RulingEnded).basis == "time"
    assert the(facts, DecisionRevoked).codes == ("LOCAL_LAW_REVIEW",)
    assert said(stage, "BU-SG-02", an_order(Side.BID, HOUSE)) == ("FENCE_REFUSED", HOUSE)


def test_in_a_book_a_ruling_for_one_buyer_passes_over_those_who_are_alike_otherwise() -> None:
    stage = a_book()
    stage.ask(FIRST, an_order(Side.ASK))
    stage.ask(ASKER, an_order(Side.BID))
    stage.ask("BU-SG-02", an_order(Side.BID))
    ruling = the(stage.ask(COUNTER, a_ruling(buyer_id="BU-SG-02")), RulingRecorded)
    swept = stage.settle()
    assert the(swept, TradeMatched).buyer_id == "BU-SG-02"
    stage.ask(FIRST, an_order(Side.ASK))
    assert "TradeMatched" not in names(stage.ask(ASKER, an_order(Side.BID)))
    stage.ask(COUNTER, WithdrawRuling(ruling_id=ruling.ruling_id, grounds="taken back"))
    assert "TradeMatched" not in names(stage.ask("BU-SG-02", an_order(Side.BID)) + stage.settle())
    stage.ask(COUNTER, a_ruling(valid_until=stage.at + DAY))
    assert the(stage.settle(), TradeMatched).buyer_id == ASKER
    replays(stage)


def test_a_suspended_buyer_with_a_ruling_of_its_own_is_passed_over() -> None:
    stage = a_book()
    stage.ask("BU-SG-02", an_order(Side.BID))
    stage.ask(COUNTER, a_ruling(buyer_id="BU-SG-02"))
    stage.told(RecordStanding(participant_id="BU-SG-02", active=False))
    assert names(stage.ask(FIRST, an_order(Side.ASK)) + stage.settle()) == ["OrderAccepted"]
    stage.told(RecordStanding(participant_id="BU-SG-02", active=True))
    assert the(stage.settle(), TradeMatched).buyer_id == "BU-SG-02"


def test_a_ruling_that_is_taken_back_lifts_nothing_any_more() -> None:
    stage = a_book()
    ruling = the(stage.ask(POLICY_ACTOR, a_ruling()), RulingRecorded)
    assert ruling.by_id == POLICY_ACTOR
    withdraw = WithdrawRuling(ruling_id=ruling.ruling_id, grounds="The consent was withdrawn.")
    assert said(stage, ASKER, withdraw) == ("ROLE_MISSING", ASKER)
    (ended,) = stage.ask(COUNTER, withdraw)
    assert ended == RulingEnded(ruling_id=ruling.ruling_id, basis="withdrawn", grounds=withdraw.grounds)
    assert said(stage, ASKER, an_order(Side.BID, HOUSE)) == ("FENCE_REFUSED", HOUSE)
    assert said(stage, COUNTER, withdraw) == ("RULING_UNKNOWN", ruling.ruling_id)
    assert (stage.market.rulings, stage.decider.next_deadline(stage.market)) == (Rulings(), None)
    replays(stage)


@pytest.mark.parametrize(
    ("actor", "changed", "reason"),
    [
        ("XX-1", {}, "PARTICIPANT_UNKNOWN"),
        (ASKER, {}, "ROLE_MISSING"),
        (COUNTER, {"instrument_id": BOOK}, "VALUE_OUT_OF_RANGE"),
        (COUNTER, {"product_id": None}, "VALUE_OUT_OF_RANGE"),
        (COUNTER, {"valid_until": NOON}, "TIME_OUT_OF_RANGE"),
        (COUNTER, {"valid_until": NOON + 1_099 * DAY}, "TIME_OUT_OF_RANGE"),
    ],
)
def test_a_ruling_is_refused(actor: str, changed: dict[str, Any], reason: str) -> None:
    assert said(a_book(), actor, a_ruling(**changed))[0] == reason


def test_a_suspended_counter_brings_no_ruling() -> None:
    stage = a_book().told(RecordStanding(participant_id=COUNTER, active=False))
    assert said(stage, COUNTER, a_ruling()) == ("PARTICIPANT_SUSPENDED", COUNTER)


def test_the_rulings_of_a_product_are_bounded() -> None:
    stage = a_book()
    for _ in range(RULINGS_MAX):
        stage.ask(COUNTER, a_ruling())
    assert said(stage, COUNTER, a_ruling()) == ("RULINGS_TOO_MANY", "product P-04")
    stage.ask(COUNTER, a_ruling(product_id="P-05"))


EVERYTHING = (
    "LOCAL_LAW_REVIEW",
    "FACTS_MISSING",
    "CN_ART4_UNPROVEN",
    "ZONE_NO_LINK",
    "LICENCE",
    "CN_ART5_LT100K",
)


@pytest.mark.parametrize(
    ("stored_in", "collected_in", "used_in", "lifts"),
    [
        ("SG", "ID", "SG", True),
        ("CN", "ID", "SG", False),  # Facts are missing.
        ("SG", "ID", "MY", False),  # DENY: the licence does not reach there.
        ("CN-LG", "ID", "SG", False),  # DENY: the zone has no link.
    ],
)
def test_only_a_review_with_nothing_missing_is_lifted_whatever_the_panel_names(
    stored_in: str, collected_in: str, used_in: str, lifts: bool
) -> None:
    stage = a_book()
    stage.ask(COUNTER, a_ruling(codes=EVERYTHING))
    here = speech(FIRST, stored_in=stored_in, traits=traits(contains_pi=True, collected_in=(collected_in,)))
    assert (lifting_of(stage, here, used_in) is not None) == lifts


def test_a_filing_beside_a_review_is_still_demanded() -> None:
    stage = a_book()
    stage.ask(COUNTER, a_ruling(codes=EVERYTHING))
    (ruleset,) = shipped().values()
    decision = decide(a_crossing(stage, speech(FIRST), "SG"), ruleset)
    rulings = stage.market.rulings
    assert lifted(rulings, speech(FIRST), ASKER, decision, stage.at) is not None
    filing = msgspec.structs.replace(decision.contributions[0], outcome=Outcome.FILE, reason_code="CN_FILE")
    both = msgspec.structs.replace(decision, contributions=(*decision.contributions, filing))
    assert lifted(rulings, speech(FIRST), ASKER, both, stage.at) is None


def test_several_rulings_lift_several_codes_together_until_the_first_of_them_ends() -> None:
    stage = a_book()
    (ruleset,) = shipped().values()
    decision = decide(a_crossing(stage, speech(FIRST), "SG"), ruleset)
    two = msgspec.structs.replace(decision, deciding_codes=("LOCAL_LAW_REVIEW", "OTHER"))
    longer = the(stage.ask(COUNTER, a_ruling(valid_until=NOON + 9 * DAY)), RulingRecorded)
    stage.ask(COUNTER, a_ruling(valid_until=NOON + 2 * DAY))
    assert lifted(stage.market.rulings, speech(FIRST), ASKER, two, stage.at) is None
    other = the(stage.ask(COUNTER, a_ruling(codes=("OTHER",), valid_until=NOON + 5 * DAY)), RulingRecorded)
    found = lifted(stage.market.rulings, speech(FIRST), ASKER, two, stage.at)
    assert found == ((longer.ruling_id, other.ruling_id), NOON + 5 * DAY)


def a_crossing(stage: Stage, here: Any, used_in: str) -> Any:
    seller, buyer = stage.market.participants[FIRST], stage.market.participants[ASKER]
    return crossing_of(here, seller, buyer, a_use(purpose="sale", place_of_use=used_in), stage.at)


def lifting_of(stage: Stage, here: Any, used_in: str) -> Any:
    (ruleset,) = shipped().values()
    decision = decide(a_crossing(stage, here, used_in), ruleset)
    return lifted(stage.market.rulings, here, ASKER, decision, stage.at)


def test_without_rulings_nothing_is_lifted() -> None:
    assert lifting_of(a_book(), speech(FIRST), "SG") is None


def test_a_ruling_names_at_least_one_code_and_one_member() -> None:
    for name in ("codes", "panel", "grounds"):
        fields = msgspec.to_builtins(a_ruling()) | {name: "" if name == "grounds" else []}
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(fields, RecordRuling)


def replays(stage: Stage) -> None:
    again = Stage()
    facts: list[tuple[Fact, int]] = stage.journal
    for fact, at in facts:
        again.decider.evolve(again.market, fact, at)
    assert pack(again.market) == pack(stage.market)
