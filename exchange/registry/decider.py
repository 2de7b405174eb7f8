"""The registry's decider: which rule answers which command, and how each fact changes what is remembered."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.decider import Decider
from exchange.kernel.errors import InvariantBroken
from exchange.registry import admission, listings, products
from exchange.registry.agenda import next_deadline
from exchange.registry.body.signing import ruleset_bytes
from exchange.registry.calendars import mainland
from exchange.registry.commands import (
    ActivateRuleset,
    AdmitParticipant,
    DraftProduct,
    FileOpinion,
    ListProduct,
    RegisterProduct,
    ReinstateParticipant,
    ResumeListing,
    SuspendListing,
    SuspendParticipant,
    WithdrawListing,
)
from exchange.registry.digests import commitment_bytes
from exchange.registry.facts import (
    ListingPublished,
    ListingResumed,
    ListingSuspended,
    ListingWithdrawn,
    OpinionFiled,
    ParticipantAdmitted,
    ParticipantReinstated,
    ParticipantSuspended,
    ProductDrafted,
    ProductRegistered,
    RulesetActivated,
)
from exchange.registry.participants.description import Description
from exchange.registry.permission import is_operator
from exchange.registry.reclassifying import descent
from exchange.registry.room import Due, Fold
from exchange.registry.safeguards.terms import read_shipped
from exchange.registry.state import (
    ActivatedRuleset,
    Listing,
    ListingState,
    Participant,
    Product,
    ProductVersion,
    Registry,
    VersionState,
)
from exchange.registry.vocabulary import COMMANDS, FACTS, ROOMS

__all__ = ["commitment_bytes", "decider", "evolve"]

_Answer = Callable[[Registry, Any, Cause], Sequence[Fact]]

_RULESETS_KEPT = 50
"""Of so many the one in force is always among those kept: none is activated for more than a year ahead."""
COMMANDS_PER_SECOND_MAX = 200
"""What one participant may ask within a second: most of what is asked here is told to every market and zone."""

_DECIDE: dict[type[Command], _Answer] = {
    AdmitParticipant: admission.admit,
    SuspendParticipant: admission.suspend,
    ReinstateParticipant: admission.reinstate,
    DraftProduct: products.draft,
    FileOpinion: products.file_opinion,
    RegisterProduct: products.register,
    ListProduct: listings.publish,
    SuspendListing: listings.suspend,
    ResumeListing: listings.resume,
    WithdrawListing: listings.withdraw,
}


def decider(rulesets: Collection[str]) -> Decider[Registry]:
    """The registry, ready to be hosted on a partition; `rulesets` are the digests of those that may be activated."""
    # Read here, at the door, and never while something is decided.
    mainland()
    read_shipped()
    answers: dict[type[Command], _Answer] = {
        **_DECIDE,
        ActivateRuleset: partial(admission.activate_ruleset, rulesets=rulesets),
        **{command: answer for room in ROOMS for command, answer in room.answers.items()},
    }

    def decide(registry: Registry, command: Command, cause: Cause) -> Sequence[Fact]:
        return answers[type(command)](registry, command, cause)

    return Decider(
        context="registry",
        commands=COMMANDS,
        facts=FACTS,
        state=Registry,
        initial=Registry,
        decide=decide,
        evolve=evolve,
        next_deadline=next_deadline,
        expire=_expire,
        commands_per_second_max=COMMANDS_PER_SECOND_MAX,
        unbounded=is_operator,
    )


def _expire(registry: Registry, cause: Cause) -> Sequence[Fact]:
    """Answer the deadline that is due first."""
    if not registry.agenda:
        raise InvariantBroken("a deadline was applied that is not there")
    _, kind, subject = registry.agenda[0]
    return _DUE[kind](registry, subject, cause)


def evolve(registry: Registry, fact: Fact, at: int) -> None:
    """Fold one fact into `registry`. Holds no rule: history is never argued with."""
    fold = _EVOLVE.get(type(fact))
    if fold is not None:
        fold(registry, fact)
    else:
        _IN_ROOMS[type(fact)](registry, fact, at)


def _admitted(registry: Registry, fact: ParticipantAdmitted) -> None:
    registry.site = registry.site or fact.public_key.hex()
    described = Description(**{name: getattr(fact, name) for name in Description.__struct_fields__})
    registry.participants[fact.participant_id] = Participant(described=described, public_key=fact.public_key)


def _suspended(registry: Registry, fact: ParticipantSuspended) -> None:
    registry.participants[fact.participant_id].active = False


def _reinstated(registry: Registry, fact: ParticipantReinstated) -> None:
    registry.participants[fact.participant_id].active = True


def _drafted(registry: Registry, fact: ProductDrafted) -> None:
    product = registry.products.setdefault(fact.product_id, Product(seller_id=fact.seller_id))
    product.versions[fact.version] = ProductVersion(drafted=fact, traits=fact.traits)
    descent.drafted(registry, f"{fact.product_id}/{fact.version}", fact.upstream)


def _opinion(registry: Registry, fact: OpinionFiled) -> None:
    version = registry.products[fact.product_id].versions[fact.version]
    version.assessor_ids = tuple(dict.fromkeys((*version.assessor_ids, fact.assessor_id)))
    if not fact.passed:
        version.state = VersionState.REJECTED
    elif fact.kind == "compliance":
        version.state = VersionState.COMPLIANCE_REVIEW
    else:
        version.state = VersionState.QUALITY_REVIEW


def _registered(registry: Registry, fact: ProductRegistered) -> None:
    registry.products[fact.product_id].versions[fact.version].state = VersionState.REGISTERED


def _published(registry: Registry, fact: ListingPublished) -> None:
    registry.listings[fact.listing_id] = Listing(
        product_id=fact.product_id,
        version=fact.version,
        seller_id=fact.seller_id,
        market_id=fact.market_id,
    )
    registry.products[fact.product_id].versions[fact.version].listed_in[fact.market_id] = fact.listing_id
    if fact.traits.contains_pi:
        registry.persons.counted_in[fact.seller_id] = fact.market_id


def _listing_suspended(registry: Registry, fact: ListingSuspended) -> None:
    listing = registry.listings[fact.listing_id]
    listing.state = ListingState.SUSPENDED
    listing.held_by_operator = fact.by_operator


def _listing_resumed(registry: Registry, fact: ListingResumed) -> None:
    listing = registry.listings[fact.listing_id]
    listing.state = ListingState.LISTED
    listing.held_by_operator = False


def _listing_withdrawn(registry: Registry, fact: ListingWithdrawn) -> None:
    listing = registry.listings[fact.listing_id]
    listing.state = ListingState.WITHDRAWN
    del registry.products[listing.product_id].versions[listing.version].listed_in[listing.market_id]


def _ruleset(registry: Registry, fact: RulesetActivated) -> None:
    registry.rulesets_from = fact.effective_at
    registry.body.decide(
        ruleset_bytes(registry.site, fact.ruleset_version, fact.ruleset_digest, fact.effective_at)
    )
    registry.rulesets.append(ActivatedRuleset(fact.ruleset_digest, fact.effective_at))
    del registry.rulesets[:-_RULESETS_KEPT]


_EVOLVE: dict[type[Fact], Callable[[Registry, Any], None]] = {
    ParticipantAdmitted: _admitted,
    ParticipantSuspended: _suspended,
    ParticipantReinstated: _reinstated,
    ProductDrafted: _drafted,
    OpinionFiled: _opinion,
    ProductRegistered: _registered,
    ListingPublished: _published,
    ListingSuspended: _listing_suspended,
    ListingResumed: _listing_resumed,
    ListingWithdrawn: _listing_withdrawn,
    RulesetActivated: _ruleset,
}

_IN_ROOMS: dict[type[Fact], Fold] = {fact: fold for room in ROOMS for fact, fold in room.folds.items()}

_DUE: dict[str, Due] = {kind: due for room in ROOMS for kind, due in room.due.items()}
