"""What the fence leaves to people in a market comes before the counter; what it bars everywhere is on sale no more."""

from collections.abc import Sequence

from exchange.fence import read_decision
from exchange.fence.people import awaits_people
from exchange.fence.question import question
from exchange.kernel.bases import Recorded
from exchange.market.destinations.facts import NoDestinationFound
from exchange.market.facts import FenceDecided
from exchange.policies.policy import REGISTRY, Ask, Policy
from exchange.registry.barring.commands import BarListing
from exchange.registry.cases.commands import OpenCase


def react(recorded: Recorded) -> Sequence[Ask]:
    """Open a case where nothing but the judgement of people is wanting, and none of their rulings lifts it.

    Shape: a listing that could be sold nowhere is barred.
    """
    match recorded.fact:
        case FenceDecided(outcome="REVIEW", missing=(), ruling_ids=()) as decided if _waits(decided):
            return (Ask("registry", REGISTRY, _case(decided, recorded.meta.actor)),)
        case NoDestinationFound() as nowhere:
            return (Ask("registry", REGISTRY, _barred(nowhere)),)
    return ()


def _waits(decided: FenceDecided) -> bool:
    return awaits_people(read_decision(decided.decision))


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
    )


MARKET_REGISTRY = Policy("market_registry", "market", react)
