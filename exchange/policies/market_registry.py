"""What the fence reviews in a market comes before the counter; what it bars everywhere is on sale no more."""

from collections.abc import Sequence
from typing import Any

from exchange.fence.question import question
from exchange.kernel.bases import Recorded
from exchange.market.destinations.facts import NoDestinationFound
from exchange.market.facts import DecisionSummary, FenceDecided, TradeMatched
from exchange.policies.policy import REGISTRY, Ask, Policy
from exchange.registry.barring.commands import BarListing
from exchange.registry.cases.commands import OpenCase, SettleCase
from exchange.registry.reclassifying.commands import RecordReceived


def react(recorded: Recorded) -> Sequence[Ask]:
    """Open a case for every REVIEW that no ruling lifts, and settle those that are answered otherwise.

    Shape: a listing that could be sold nowhere is barred; what binds a buyer onward is remembered of what it received.
    """
    match recorded.fact:
        case FenceDecided(outcome="REVIEW", ruling_ids=()) as decided:
            return (Ask("registry", REGISTRY, _case(decided, recorded.meta.actor)),)
        case FenceDecided(settles=(_, *_)) as decided:
            return (Ask("registry", REGISTRY, _settled(decided)),)
        case TradeMatched(decision=DecisionSummary(received_under=(_, *_) as kinds)) as trade:
            return (Ask("registry", REGISTRY, _received(trade, kinds)),)
        case NoDestinationFound() as nowhere:
            return (Ask("registry", REGISTRY, _barred(nowhere)),)
    return ()


def _received(trade: TradeMatched, kinds: tuple[Any, ...]) -> RecordReceived:
    return RecordReceived(
        participant_id=trade.buyer_id,
        product_id=trade.product_id,
        version=trade.version,
        received_under=kinds,
    )


def _barred(nowhere: NoDestinationFound) -> BarListing:
    found = nowhere.destinations
    grounds = f"Under ruleset {found.ruleset_version} the fence bars every place that its licence permits."
    return BarListing(listing_id=nowhere.listing_id, codes=found.codes, grounds=grounds)


def _case(decided: FenceDecided, actor: str) -> OpenCase:
    return OpenCase(
        asked_in="market",
        decision_id=decided.decision_id,
        subject=decided.product_id,
        instrument_id=decided.instrument_id,
        seller_id=decided.seller_id,
        buyer_id=decided.buyer_id,
        codes=decided.deciding_codes,
        question=question(decided.crossing, decided.ruleset_digest),
        asked_by=actor,
        missing=decided.missing,
        demanded=decided.demanded,
        settles=decided.settles,
    )


def _settled(decided: FenceDecided) -> SettleCase:
    return SettleCase(
        decision_ids=decided.settles, answered_by=decided.decision_id, outcome=decided.outcome
    )


MARKET_REGISTRY = Policy("market_registry", "market", react)
