"""What bonded processing has to know of participants, products and rulesets."""

from collections.abc import Sequence

from exchange.bonded.bought.commands import RecordProductCarried, RecordProductReceived, RecordProductTraits
from exchange.bonded.commands import AdoptZoneRuleset, RecordParty, RecordPartyStanding
from exchange.bonded.values import Party
from exchange.kernel.bases import Recorded
from exchange.policies.policy import Ask, Policy
from exchange.registry.facts import (
    ParticipantAdmitted,
    ParticipantReinstated,
    ParticipantSuspended,
    RulesetActivated,
)
from exchange.registry.participants.facts import ParticipantUpdated
from exchange.registry.reclassifying.facts import (
    CarriedInBond,
    DataReceived,
    Descendant,
    DescendantsFollowed,
    ProductReclassified,
)


def react(recorded: Recorded) -> Sequence[Ask]:
    """Tell every partition of participants, rulesets, and product versions that are other data."""
    match recorded.fact:
        case ParticipantAdmitted() as admitted:
            return (Ask("bonded", None, RecordParty(party=_party(admitted))),)
        case ParticipantUpdated() as updated:
            return (Ask("bonded", None, RecordParty(party=_described(updated))),)
        case ParticipantSuspended(participant_id=participant_id):
            return (Ask("bonded", None, RecordPartyStanding(participant_id=participant_id, active=False)),)
        case ParticipantReinstated(participant_id=participant_id):
            return (Ask("bonded", None, RecordPartyStanding(participant_id=participant_id, active=True)),)
        case ProductReclassified() as other:
            return (Ask("bonded", None, _traits(other)),)
        case DescendantsFollowed(changed=changed):
            return tuple(Ask("bonded", None, _inherits(each)) for each in changed)
        case DataReceived() as received:
            return (Ask("bonded", None, _received(received)),)
        case CarriedInBond() as said:
            return (Ask("bonded", None, _carried(said)),)
        case RulesetActivated() as activated:
            return (Ask("bonded", None, _adopt(activated)),)
    return ()


def _traits(other: ProductReclassified) -> RecordProductTraits:
    return RecordProductTraits(
        product_id=other.product_id,
        version=other.version,
        traits=other.traits,
        inherited=other.inherited,
        grounds=other.grounds,
        received_under=other.received_under,
    )


def _inherits(descendant: Descendant) -> RecordProductTraits:
    return RecordProductTraits(
        product_id=descendant.product_id,
        version=descendant.version,
        traits=None,
        inherited=descendant.inherited,
        grounds="What it was made from was re-classified.",
        received_under=descendant.received_under,
    )


def _received(received: DataReceived) -> RecordProductReceived:
    return RecordProductReceived(
        participant_id=received.participant_id,
        product_id=received.product_id,
        version=received.version,
        received_under=received.received_under,
    )


def _carried(said: CarriedInBond) -> RecordProductCarried:
    return RecordProductCarried(
        product_id=said.product_id,
        version=said.version,
        carried=said.carried,
        grounds="The business zone that made it says what it carries.",
    )


def _adopt(activated: RulesetActivated) -> AdoptZoneRuleset:
    return AdoptZoneRuleset(
        ruleset_version=activated.ruleset_version,
        ruleset_digest=activated.ruleset_digest,
        effective_at=activated.effective_at,
    )


def _party(admitted: ParticipantAdmitted) -> Party:
    return Party(
        participant_id=admitted.participant_id,
        place=admitted.place,
        roles=tuple(role.value for role in admitted.roles),
        beneficial_owner=admitted.beneficial_owner,
        public_key=admitted.public_key,
        registered_zones=admitted.registered_zones,
        ciio=admitted.ciio,
        gba_registered=admitted.gba_registered,
        us_covered_person=admitted.us_covered_person,
        is_intermediary=admitted.is_intermediary,
        bound_by_comparable_law=admitted.bound_by_comparable_law,
    )


def _described(updated: ParticipantUpdated) -> Party:
    said = updated.description
    return Party(
        participant_id=updated.participant_id,
        place=said.place,
        roles=tuple(role.value for role in said.roles),
        beneficial_owner=said.beneficial_owner,
        public_key=updated.public_key,
        active=updated.active,
        registered_zones=said.registered_zones,
        ciio=said.ciio,
        gba_registered=said.gba_registered,
        us_covered_person=said.us_covered_person,
        is_intermediary=said.is_intermediary,
        bound_by_comparable_law=said.bound_by_comparable_law,
    )


REGISTRY_BONDED = Policy("registry_bonded", "registry", react)
