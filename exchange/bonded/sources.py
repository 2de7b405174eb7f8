"""What data is said to be: sources beside the consignments, and what turns out to be other data than was declared."""

from collections.abc import Sequence

from exchange.bonded.admission import too_long
from exchange.bonded.bought.describing import carried_as, misdescribed
from exchange.bonded.commands import ApproveAnonymisation, ReclassifySource, RegisterSource
from exchange.bonded.facts import AnonymisationApproved, SourceReclassified, SourceRegistered
from exchange.bonded.fencing import Rulesets, no_ruleset, ruleset_in_force, ruleset_that_holds
from exchange.bonded.jobs import known_run
from exchange.bonded.origins import lots_apart
from exchange.bonded.parties import active, lacking
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded
from exchange.bonded.surroundings import unknown_zone
from exchange.bonded.taint import carried_by_source
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused

LOTS_APART_MAX = 4
"""Lots of a consignment that are described apart from it: each stands beside it in every decision."""


def register(bonded: Bonded, command: RegisterSource, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Remember data of no consignment."""
    if refusal := lacking(bonded, command, cause, "processor"):
        return (refusal,)
    if command.zone_id not in bonded.zones:
        return (unknown_zone(command, command.zone_id),)
    refusal = too_long(command, command.traits, command.title)
    if refusal := refusal or misdescribed(bonded, command, command.title, command.made_from, command.traits):
        return (refusal,)
    ruleset = ruleset_in_force(bonded, cause.at, rulesets)
    if ruleset is None:
        return (no_ruleset(command, command.zone_id),)
    return (
        SourceRegistered(
            source_id=derived_id("S", cause.partition, cause.offset, 0),
            zone_id=command.zone_id,
            title=command.title,
            sha256=command.sha256,
            traits=command.traits,
            carried=carried_as(bonded, command.made_from, command.traits, ruleset.terms.places.mainland),
            by_id=cause.actor,
            made_from=command.made_from,
        ),
    )


def reclassify(bonded: Bonded, command: ReclassifySource, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Say that a consignment, a lot of one or a source is other data; what follows from it comes with the work."""
    if refusal := _unknown(bonded, command):
        return (refusal,)
    if refusal := _not_for(bonded, command, cause) or too_long(command, command.traits, command.source_id):
        return (refusal,)
    mainland = ruleset_that_holds(bonded, cause.at, rulesets).terms.places.mainland
    return (
        SourceReclassified(
            source_id=command.source_id,
            traits=command.traits,
            carried=carried_by_source(command.traits, mainland),
            grounds=command.grounds,
            evidence_sha256=command.evidence_sha256,
            by_id=cause.actor,
        ),
    )


def _unknown(bonded: Bonded, command: ReclassifySource) -> Refused | None:
    """Why there is nothing to re-classify: neither a consignment, nor one of its lots, nor a source."""
    name = command.source_id
    consignment_id, _, lot = name.partition("/")
    consignment = bonded.consignments.get(consignment_id)
    if name in bonded.origins or (consignment is not None and lot in consignment.lots):
        apart = () if consignment is None else lots_apart(bonded, consignment_id)
        if name in bonded.origins or len(apart) < LOTS_APART_MAX:
            return None
        detail = f"{LOTS_APART_MAX} lots of {consignment_id} are other data already"
        return refused(command, Reason.LOTS_TOO_MANY, name, detail)
    detail = "no consignment, no lot of one and no source has this id here"
    return refused(command, Reason.SOURCE_UNKNOWN, name, detail)


def _not_for(bonded: Bonded, command: ReclassifySource, cause: Cause) -> Refused | None:
    """Why the actor may not ask for this: it takes who declared the data, or somebody who watches over it."""
    consignment = bonded.consignments.get(command.source_id.partition("/")[0])
    if consignment is not None:
        declared = (consignment.proposed.consignor_id, consignment.proposed.processor_id)
    else:
        by_id = bonded.sources[command.source_id].by_id
        declared = (by_id, by_id)
    if cause.actor in declared:
        party = active(bonded, command, cause.actor)
        return party if isinstance(party, Refused) else None
    return lacking(bonded, command, cause, "operator", "governance", "counter", "assessor")


def approve_anonymisation(bonded: Bonded, command: ApproveAnonymisation, cause: Cause) -> Sequence[Fact]:
    """Let a report clear flags from everything that a job run made."""
    if refusal := lacking(bonded, command, cause, "assessor"):
        return (refusal,)
    run = known_run(bonded, command, command.job_run_id)
    if isinstance(run, Refused):
        return (run,)
    if run.phase != "completed":
        return (refused(command, Reason.JOB_RUNNING, command.job_run_id, f"it is {run.phase}"),)
    processor, assessor = bonded.parties[run.started.processor_id], bonded.parties[cause.actor]
    if processor.beneficial_owner == assessor.beneficial_owner:
        detail = f"{processor.participant_id} ran it, and has the same owner"
        return (refused(command, Reason.ASSESSOR_CONFLICT, command.job_run_id, detail),)
    if set(command.clears) <= set(run.clears):
        detail = f"{', '.join(command.clears)} are cleared"
        return (refused(command, Reason.REPORT_REPEATED, command.job_run_id, detail),)
    return (
        AnonymisationApproved(
            job_run_id=command.job_run_id,
            clears=tuple(dict.fromkeys(command.clears)),
            report_sha256=command.report_sha256,
            statement=command.statement,
            assessor_id=cause.actor,
        ),
    )
