"""What the fence reviews in a market comes before the counter; what it bars everywhere is on sale no more."""

from collections.abc import Sequence
from typing import Any

from exchange.fence.question import question, same_words
from exchange.kernel.bases import Recorded
from exchange.market.commands import InstrumentTerms
from exchange.market.destinations.facts import Listed, ListingsAskedAgain, NoDestinationFound
from exchange.market.destinations.values import Destinations
from exchange.market.facts import DecisionSummary, FenceDecided, InstrumentOpened, TradeMatched
from exchange.policies.policy import REGISTRY, Ask, Policy
from exchange.registry.barring.commands import BarListing
from exchange.registry.cases.commands import ANYBODY, OpenCase, SettleCase
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
        case InstrumentOpened(
            destinations=Destinations(outcome="REVIEW") as found,
            terms=InstrumentTerms(instrument_id=name, product_id=product_id, seller_id=str(seller_id)),
        ):
            opened = _listing((name, product_id, seller_id), name, found, ())
            return (Ask("registry", REGISTRY, opened),)
        case ListingsAskedAgain(changed=changed):
            return tuple(Ask("registry", REGISTRY, each) for each in map(_asked_again, changed) if each)
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
        running=decided.running,
    )


def _asked_again(listed: Listed) -> OpenCase | SettleCase | None:
    """Another case, or none any more, of a listing of which something else is said."""
    if listed.destinations.outcome == "REVIEW":
        about = (listed.instrument_id, listed.product_id, listed.seller_id)
        return _listing(about, listed.decision_id, listed.destinations, listed.settles)
    if not listed.settles:
        return None
    outcome = listed.destinations.outcome
    return SettleCase(decision_ids=listed.settles, answered_by=listed.decision_id, outcome=outcome)


def _listing(
    about: tuple[str, str, str], decision_id: str, found: Destinations, settles: tuple[str, ...]
) -> OpenCase:
    instrument_id, product_id, seller_id = about
    words = (found.ruleset_digest, found.destination, found.purpose, *found.codes)
    return OpenCase(
        asked_in="listing",
        decision_id=decision_id,
        subject=product_id,
        instrument_id=instrument_id,
        seller_id=seller_id,
        buyer_id=ANYBODY,
        codes=found.codes,
        question=same_words(words),
        asked_by=seller_id,
        missing=found.missing,
        demanded=found.demanded,
        settles=settles,
    )


def _settled(decided: FenceDecided) -> SettleCase:
    return SettleCase(decision_ids=decided.settles, answered_by=decided.decision_id, outcome=decided.outcome)


MARKET_REGISTRY = Policy("market_registry", "market", react)
