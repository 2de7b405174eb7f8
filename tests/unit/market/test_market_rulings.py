"""Rulings of the counter: what they lift, for whom, until when, and what they never lift."""

from typing import Any

import msgspec
import pytest

from exchange.fence import decide, newest, read_decision
from exchange.fence.outcome import Outcome
from exchange.kernel.bases import Command, Fact
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY
from exchange.market.commands import (
    AcceptDelivery,
    OpenInstrument,
    PlaceOrder,
    RecordParticipant,
    RecordStanding,
    Side,
)
from exchange.market.crossing import crossing_of
from exchange.market.disputes.commands import OpenDispute
from exchange.market.entitlements.facts import DecisionRevoked
from exchange.market.facts import FenceDecided, PurchaseRefunded, TradeMatched
from exchange.market.rulings.commands import ConcludeCase, RecordRuling
from exchange.market.rulings.concluding import STEP
from exchange.market.rulings.decider import RULINGS_MAX
from exchange.market.rulings.facts import CaseConcluded, CasePurchasesEnded, RulingEnded, RulingRecorded
from exchange.market.rulings.lifting import lifted
from exchange.market.rulings.state import Rulings
from tests.unit.market.quoting import ASKER, CASE, COUNTER, FIRST, a_ruling, a_withdrawal, speech, the
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
    unpack,
)

BOOK, HOUSE = "L-book", "L-house"


def a_book() -> Stage:
    """P-04 in a book that anyone may sell in, and at its seller's; the home law asks for a review of both."""
    stage = a_market(cash_minor=0)
    for standing in (
        a_standing(FIRST, "CN-LG", "seller"),
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
    assert (ruling.by_id, ruling.reference, ruling.panel) == (POLICY_ACTOR, CASE, a_ruling().panel)
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
    told = [each for each in names(swept) if each != "ListingsAskedAgain"]
    assert told == ["FenceDecided", "BookSwept", "TradeMatched", "EntitlementGranted", "BookSwept"]
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
    stage.ask(COUNTER, a_ruling(buyer_id="BU-SG-02"))
    swept = stage.settle()
    assert the(swept, TradeMatched).buyer_id == "BU-SG-02"
    stage.ask(FIRST, an_order(Side.ASK))
    assert "TradeMatched" not in names(stage.ask(ASKER, an_order(Side.BID)))
    stage.ask(COUNTER, a_withdrawal())
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
    ruling = the(stage.ask(COUNTER, a_ruling()), RulingRecorded)
    other = the(stage.ask(COUNTER, a_ruling(product_id="P-05", reference="RC-0.8.0")), RulingRecorded)
    assert said(stage, ASKER, a_withdrawal()) == ("NOT_PERMITTED", ASKER)
    concluded, ended = stage.ask(COUNTER, a_withdrawal())
    assert isinstance(concluded, CaseConcluded)
    assert (concluded.case_id, concluded.rulings, concluded.purchases) == (CASE, 1, 0)
    assert ended == RulingEnded(
        ruling_id=ruling.ruling_id, basis="withdrawn", grounds="The consent was withdrawn."
    )
    assert said(stage, ASKER, an_order(Side.BID, HOUSE)) == ("FENCE_REFUSED", HOUSE)
    (again,) = stage.ask(COUNTER, a_withdrawal())
    assert isinstance(again, CaseConcluded)
    assert (again.rulings, list(stage.market.rulings.held)) == (0, [other.ruling_id])
    stage.ask(COUNTER, a_withdrawal(case_id="RC-0.8.0"))
    assert (stage.market.rulings, stage.decider.next_deadline(stage.market)) == (Rulings(), None)
    replays(stage)


def test_what_a_ruling_replaces_ends_with_it_even_where_it_does_not_fit() -> None:
    stage = a_book()
    first = the(stage.ask(COUNTER, a_ruling()), RulingRecorded)
    other = the(stage.ask(COUNTER, a_ruling(reference="RC-0.8.0")), RulingRecorded)
    facts = stage.ask(COUNTER, a_ruling(replaces=True, valid_until=NOON + 9 * DAY))
    second, ended = the(facts, RulingRecorded), the(facts, RulingEnded)
    assert (ended.ruling_id, ended.basis) == (first.ruling_id, "withdrawn")
    assert list(stage.market.rulings.held) == [other.ruling_id, second.ruling_id]
    late = stage.ask(COUNTER, a_ruling(replaces=True, valid_until=NOON))
    assert (the(late, RulingEnded).ruling_id, refusal(late).reason) == (second.ruling_id, "TIME_OUT_OF_RANGE")
    assert list(stage.market.rulings.held) == [other.ruling_id]


def resting(stage: Stage, count: int, *buyers: str) -> list[str]:
    """The trades of so many purchases that rest on a ruling."""
    found = []
    for buyer in buyers * count:
        stage.ask(FIRST, an_order(Side.ASK, HOUSE))
        found.append(the(stage.ask(buyer, an_order(Side.BID, HOUSE)), TradeMatched).trade_id)
    return found


def against(**changed: Any) -> ConcludeCase:
    values = {"verdict": "against", "instrument_id": HOUSE, "buyer_id": ASKER, "codes": ("LOCAL_LAW_REVIEW",)}
    return a_withdrawal(**(values | changed))


def test_what_was_bought_on_a_ruling_ends_with_a_ruling_against_it_a_few_at_a_time() -> None:
    stage = a_book()
    stage.deposited(ASKER, 100_000, "USD")
    before = stage.purse(ASKER, "USD").cash
    stage.ask(COUNTER, a_ruling())
    trades = resting(stage, STEP + 5, ASKER)
    concluded = the(stage.ask(COUNTER, against()), CaseConcluded)
    assert (concluded.rulings, concluded.purchases) == (1, STEP + 5)
    assert isinstance(stage.expire()[0], FenceDecided | DecisionRevoked), "what runs is suspended at once"
    first = stage.expire()
    assert [each.trade_id for each in first if isinstance(each, PurchaseRefunded)] == trades[:STEP]
    assert first[-1] == CasePurchasesEnded(case_id=CASE, looked_at=STEP, left=5)
    refunds = [each for each in stage.settle() if isinstance(each, PurchaseRefunded)]
    assert [each.trade_id for each in refunds] == trades[STEP:]
    assert {(each.basis, each.grounds) for each in refunds} == {("counter", "The consent was withdrawn.")}
    assert stage.purse(ASKER, "USD").cash == before
    assert (stage.market.purchases, stage.market.rulings) == ({}, Rulings())
    replays(stage)


def test_a_restart_in_the_midst_leaves_out_none_of_them() -> None:
    """A state that was written down comes back with its purchases in the order of their names."""
    stage = a_book()
    stage.deposited(ASKER, 100_000, "USD")
    stage.ask(COUNTER, a_ruling())
    trades = resting(stage, STEP + 5, ASKER)
    stage.market = unpack(pack(stage.market))
    stage.ask(COUNTER, against())
    stage.expire()
    stage.expire()
    replays(stage)
    refunds = [each for each in stage.settle() if isinstance(each, PurchaseRefunded)]
    assert [each.trade_id for each in refunds] == trades[STEP:]


@pytest.mark.parametrize(
    ("changed", "ended"),
    [
        ({"buyer_id": None}, 2),
        ({"buyer_id": "BU-SG-02"}, 1),
        ({"instrument_id": None, "buyer_id": None}, 2),
        ({"instrument_id": BOOK}, 0),
        ({"product_id": "P-99"}, 0),
        ({"codes": ("CN_SPLITTING",)}, 0),
        ({"verdict": "withdrawn"}, 0),
    ],
)
def test_a_ruling_against_ends_what_is_of_its_scope_and_its_codes(changed: Any, ended: int) -> None:
    stage = a_book()
    stage.ask(COUNTER, a_ruling())
    resting(stage, 1, ASKER, "BU-SG-02")
    assert the(stage.ask(COUNTER, against(**changed)), CaseConcluded).purchases == ended
    assert len(stage.market.purchases) == 2
    stage.settle()
    assert len(stage.market.purchases) == 2 - ended
    replays(stage)


def test_what_ended_meanwhile_or_is_in_dispute_is_left_as_it_is() -> None:
    stage = a_book()
    stage.ask(COUNTER, a_ruling())
    disputed, accepted = resting(stage, 2, ASKER)
    stage.ask(ASKER, OpenDispute(trade_id=disputed, grounds="Half is missing."))
    stage.ask_without_deadlines(COUNTER, against())
    stage.ask_without_deadlines(ASKER, AcceptDelivery(trade_id=accepted))
    (ended,) = [each for each in stage.settle() if isinstance(each, CasePurchasesEnded)]
    assert (ended.looked_at, ended.left) == (2, 0)
    assert list(stage.market.purchases) == [disputed]
    replays(stage)


@pytest.mark.parametrize(
    ("actor", "changed", "reason"),
    [
        (ASKER, {}, "NOT_PERMITTED"),
        (COUNTER, {"instrument_id": BOOK}, "VALUE_OUT_OF_RANGE"),
        (COUNTER, {"product_id": None}, "VALUE_OUT_OF_RANGE"),
        (COUNTER, {"valid_until": NOON}, "TIME_OUT_OF_RANGE"),
        (COUNTER, {"valid_until": NOON + 1_099 * DAY}, "TIME_OUT_OF_RANGE"),
    ],
)
def test_a_ruling_is_refused(actor: str, changed: dict[str, Any], reason: str) -> None:
    assert said(a_book(), actor, a_ruling(**changed))[0] == reason


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
    ruleset = newest(shipped())
    decision = decide(a_crossing(stage, speech(FIRST), "SG"), ruleset)
    rulings = stage.market.rulings
    assert lifted(rulings, speech(FIRST), ASKER, decision, stage.at) is not None
    filing = msgspec.structs.replace(decision.contributions[0], outcome=Outcome.FILE, reason_code="CN_FILE")
    both = msgspec.structs.replace(decision, contributions=(*decision.contributions, filing))
    assert lifted(rulings, speech(FIRST), ASKER, both, stage.at) is None


def test_several_rulings_lift_several_codes_together_until_the_first_of_them_ends() -> None:
    stage = a_book()
    ruleset = newest(shipped())
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
    ruleset = newest(shipped())
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
