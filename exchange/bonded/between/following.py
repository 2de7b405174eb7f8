"""A re-classification follows items into the handbooks that they were handed over to, and from these further on."""

from collections.abc import Sequence

from exchange.bonded.between.commands import FollowReclassification
from exchange.bonded.between.facts import ReclassificationPassedOn
from exchange.bonded.facts import SourceReclassified
from exchange.bonded.fencing import Rulesets, ruleset_that_holds
from exchange.bonded.origins import lot_name
from exchange.bonded.parties import not_a_policy
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded, HandedOn
from exchange.bonded.taint import carried_by_source, with_unsaid
from exchange.bonded.traits import that_fit
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.graver import gravest
from exchange.kernel.refusals import refused

PASSED_ON_MAX = 5
"""Handbooks that are told in one step: each is told all of the description."""


def pass_on(bonded: Bonded) -> Sequence[Fact]:
    """What the first handbooks of those that have to be told are told."""
    return tuple(_told(bonded, fact, handed) for fact, handed in bonded.work.pass_on[:PASSED_ON_MAX])


def _told(bonded: Bonded, fact: SourceReclassified, handed: HandedOn) -> ReclassificationPassedOn:
    """What a handbook's items are now: of several lots that came as one nobody can tell which is which."""
    consignment_id = fact.source_id.partition("/")[0]
    names = (lot_name(consignment_id, each) for each in handed.lots)
    found = dict.fromkeys(name if name in bonded.origins else consignment_id for name in names)
    origins = [bonded.origins[name] for name in found]
    traits = [each.traits for each in origins]
    return ReclassificationPassedOn(
        source_id=fact.source_id,
        to_zone_id=handed.zone_id,
        consignment_id=handed.consignment_id,
        traits=traits[0] if len(traits) == 1 else that_fit(gravest(traits)),
        grounds=fact.grounds,
        evidence_sha256=fact.evidence_sha256,
        by_id=fact.by_id,
        unsaid=tuple(sorted({each for origin in origins for each in origin.carried.unsaid})),
    )


def follow(
    bonded: Bonded, command: FollowReclassification, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Take a consignment for what its items turned out to be where they came from."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    if command.consignment_id not in bonded.consignments:
        detail = f"no consignment {command.consignment_id} is in a business zone of this partition"
        return (refused(command, Reason.CONSIGNMENT_UNKNOWN, command.consignment_id, detail),)
    mainland = ruleset_that_holds(bonded, cause.at, rulesets).terms.places.mainland
    return (
        SourceReclassified(
            source_id=command.consignment_id,
            traits=command.traits,
            carried=with_unsaid(carried_by_source(command.traits, mainland), command.unsaid),
            grounds=command.grounds,
            evidence_sha256=command.evidence_sha256,
            by_id=command.by_id,
        ),
    )
