"""What the markets have to know of participants, listings, what is found of products, and rulesets."""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Recorded
from exchange.kernel.money import MICRO, exponent
from exchange.kernel.product import MOVES_NO_DATA
from exchange.market.commands import (
    AdoptRuleset,
    BookRules,
    InstrumentTerms,
    OpenInstrument,
    RecordParticipant,
    RecordStanding,
    SetInstrumentState,
    Standing,
)
from exchange.market.plans.commands import SetPricePlan
from exchange.market.reclassified.commands import RecordTraits
from exchange.policies.policy import Ask, Policy
from exchange.registry.facts import (
    ListingPublished,
    ListingResumed,
    ListingSuspended,
    ListingWithdrawn,
    ParticipantAdmitted,
    ParticipantReinstated,
    ParticipantSuspended,
    RulesetActivated,
)
from exchange.registry.participants.facts import ParticipantUpdated
from exchange.registry.reclassifying.facts import Descendant, DescendantsFollowed, ProductReclassified

_KINDS: dict[str, Literal["compute", "bandwidth", "storage", "seat"]] = {
    "compute_hour": "compute",
    "line_bandwidth": "bandwidth",
    "storage": "storage",
    "seat_licence": "seat",
}
_FORMS: dict[str, Literal["book", "auction", "quotes", "pool", "plan"]] = {
    "posted": "book",
    "orders": "book",
    "auction": "auction",
    "quotes": "quotes",
    "pool": "pool",
    "plan": "plan",
}


def react(recorded: Recorded) -> Sequence[Ask]:
    """Tell every market of participants and rulesets, and a listing's market of the listing."""
    match recorded.fact:
        case ParticipantAdmitted() as admitted:
            return (Ask("market", None, RecordParticipant(standing=_standing(admitted))),)
        case ParticipantSuspended(participant_id=participant_id):
            return (Ask("market", None, RecordStanding(participant_id=participant_id, active=False)),)
        case ParticipantReinstated(participant_id=participant_id):
            return (Ask("market", None, RecordStanding(participant_id=participant_id, active=True)),)
        case ListingPublished() as listing:
            return _offered(listing)
        case ListingSuspended(listing_id=listing_id, market_id=market_id):
            return (_set(market_id, listing_id, "halted"),)
        case ListingResumed(listing_id=listing_id, market_id=market_id):
            return (_set(market_id, listing_id, "open"),)
        case ListingWithdrawn(listing_id=listing_id, market_id=market_id):
            return (_set(market_id, listing_id, "closed"),)
        case RulesetActivated() as activated:
            return (Ask("market", None, _adopt(activated)),)
    return _otherwise(recorded)


def _otherwise(recorded: Recorded) -> Sequence[Ask]:
    """Tell every market what became otherwise of what it knows."""
    match recorded.fact:
        case ParticipantUpdated() as updated:
            return (Ask("market", None, RecordParticipant(standing=_described(updated))),)
        case ProductReclassified() as other:
            return (Ask("market", None, _traits(other)),)
        case DescendantsFollowed(changed=changed):
            return tuple(Ask("market", None, _inherits(each)) for each in changed)
    return ()


def _offered(listing: ListingPublished) -> Sequence[Ask]:
    """The instrument of a listing, and the price plan that it came with."""
    opened = Ask("market", listing.market_id, OpenInstrument(terms=_terms(listing)))
    if listing.plan is None:
        return (opened,)
    plan = SetPricePlan(instrument_id=listing.listing_id, plan=listing.plan)
    return opened, Ask("market", listing.market_id, plan)


def _traits(other: ProductReclassified) -> RecordTraits:
    return RecordTraits(
        product_id=other.product_id,
        version=other.version,
        traits=other.traits,
        inherited=other.inherited,
        counted_in=other.counted_in,
        received_under=other.received_under,
    )


def _inherits(descendant: Descendant) -> RecordTraits:
    return RecordTraits(
        product_id=descendant.product_id,
        version=descendant.version,
        traits=None,
        inherited=descendant.inherited,
        received_under=descendant.received_under,
    )


def _set(market_id: str, listing_id: str, state: Literal["open", "halted", "closed"]) -> Ask:
    return Ask("market", market_id, SetInstrumentState(instrument_id=listing_id, state=state))


def _adopt(activated: RulesetActivated) -> AdoptRuleset:
    return AdoptRuleset(
        ruleset_version=activated.ruleset_version,
        ruleset_digest=activated.ruleset_digest,
        effective_at=activated.effective_at,
    )


def _standing(admitted: ParticipantAdmitted) -> Standing:
    return Standing(
        participant_id=admitted.participant_id,
        place=admitted.place,
        roles=tuple(role.value for role in admitted.roles),
        beneficial_owner=admitted.beneficial_owner,
        active=True,
        registered_zones=admitted.registered_zones,
        ciio=admitted.ciio,
        gba_registered=admitted.gba_registered,
        us_covered_person=admitted.us_covered_person,
        is_intermediary=admitted.is_intermediary,
        bound_by_comparable_law=admitted.bound_by_comparable_law,
    )


def _described(updated: ParticipantUpdated) -> Standing:
    said = updated.description
    return Standing(
        participant_id=updated.participant_id,
        place=said.place,
        roles=tuple(role.value for role in said.roles),
        beneficial_owner=said.beneficial_owner,
        active=updated.active,
        registered_zones=said.registered_zones,
        ciio=said.ciio,
        gba_registered=said.gba_registered,
        us_covered_person=said.us_covered_person,
        is_intermediary=said.is_intermediary,
        bound_by_comparable_law=said.bound_by_comparable_law,
    )


def _terms(listing: ListingPublished) -> InstrumentTerms:
    """The instrument of a listing: its tick is one minor unit, so a price in ticks is one in minor units.

    Whoever lists something is the only one who sells it. Where it is data, or a service on data, each purchase is
    a crossing.
    """
    price = listing.price
    return InstrumentTerms(
        instrument_id=listing.listing_id,
        listing_id=listing.listing_id,
        market_id=listing.market_id,
        product_id=listing.product_id,
        version=listing.version,
        title=listing.title,
        unit=price.unit,
        currency=price.currency,
        tick_micros=MICRO // 10 ** exponent(price.currency),
        seller_id=listing.seller_id,
        posted_price=price.price_minor if price.book == "posted" else None,
        moves_data=listing.product_type not in MOVES_NO_DATA,
        subscription=price.model == "subscription",
        stored_in=listing.stored_in,
        traits=listing.traits,
        licence=listing.licence,
        licence_digest=listing.licence_digest,
        transaction_type=listing.transaction_type,
        acceptance_days=listing.acceptance_days,
        assessor_ids=listing.assessor_ids,
        source=not listing.upstream,
        inherited=listing.inherited,
        received_under=listing.received_under,
        rules=BookRules(
            kind=_KINDS.get(listing.product_type, "listing"),
            form=_FORMS[price.book],
            capacity_needed=listing.product_type in MOVES_NO_DATA and price.book == "orders",
        ),
    )


REGISTRY_MARKET = Policy("registry_market", "registry", react)
