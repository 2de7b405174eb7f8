"""What the fence leaves to people in a market comes before the counter."""

from collections.abc import Sequence

from exchange.fence import read_decision
from exchange.fence.people import awaits_people
from exchange.fence.question import question
from exchange.kernel.bases import Recorded
from exchange.market.facts import FenceDecided
from exchange.policies.policy import REGISTRY, Ask, Policy
from exchange.registry.cases.commands import OpenCase


def react(recorded: Recorded) -> Sequence[Ask]:
    """Open a case where nothing but the judgement of people is wanting, and none of their rulings lifts it."""
    match recorded.fact:
        case FenceDecided(outcome="REVIEW", missing=(), ruling_ids=()) as decided if _waits(decided):
            return (Ask("registry", REGISTRY, _case(decided, recorded.meta.actor)),)
    return ()


def _waits(decided: FenceDecided) -> bool:
    return awaits_people(read_decision(decided.decision))


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
    )


MARKET_REGISTRY = Policy("market_registry", "market", react)
