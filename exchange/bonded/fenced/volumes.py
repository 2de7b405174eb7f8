"""Fenced volumes: opened to pools of workers, closed, condemned. What guards them is a port, which reports."""

from collections.abc import Sequence

from exchange.bonded import incidents
from exchange.bonded.fenced.access import Sight, asked_about, sight_of_run
from exchange.bonded.fenced.commands import DestroyVolume, GrantVolume, ReportEnforcement, RevokeVolume
from exchange.bonded.fenced.facts import (
    EnforcementReported,
    VolumeCondemned,
    VolumeGranted,
    VolumeRevoked,
)
from exchange.bonded.fenced.state import Volume
from exchange.bonded.fenced.workable import (
    going_on,
    last_moment,
    of_processor_or,
    pool_of,
    unfit_consignments,
    unfit_time,
)
from exchange.bonded.fencing import Rulesets, no_ruleset, not_admitted, ruleset_in_force
from exchange.bonded.incidents import Going
from exchange.bonded.items import open_one
from exchange.bonded.parties import not_one_of
from exchange.bonded.ranges import without
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded, on_hand
from exchange.bonded.surroundings import BONDED_PLACE
from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY

VOLUME_LASTS_MAX = 366 * DAY
"""How long a volume stays open without being looked at again; a default of this exchange."""


def grant(bonded: Bonded, command: GrantVolume, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Open a volume to a pool, if what is on it may be worked on and the fence admits it."""
    sight = _sight(bonded, command)
    if isinstance(sight, Refused):
        return (sight,)
    zone_id = _zone_of(bonded, command.subject_id)
    refusal = not_one_of(bonded, command, cause, command.subject_id, sight.processor_id) or _unfit(
        bonded, command, zone_id, sight, cause
    )
    if refusal is not None:
        return (refusal,)
    if ruleset_in_force(bonded, cause.at, rulesets) is None:
        return (no_ruleset(command, zone_id),)
    answer = asked_about(bonded, sight, command.subject_id, cause, rulesets)
    if not answer.admitted:
        return (answer.fact, not_admitted(command, command.subject_id, answer))
    there = bonded.fenced.volume_of.get(command.subject_id)
    granted = VolumeGranted(
        volume_id=there or derived_id("V", cause.partition, cause.offset, 0),
        zone_id=zone_id,
        subject_id=command.subject_id,
        job_run_id=sight.job_run_id,
        processor_id=sight.processor_id,
        pool_id=command.pool_id,
        mode=command.mode,
        until=command.until,
        again=there is not None,
        consignment_ids=sight.consignment_ids,
        source_ids=sight.source_ids,
        decision_id=answer.fact.decision_id,
        holds_until=answer.until,
    )
    return (answer.fact, granted)


def revoke(bonded: Bonded, command: RevokeVolume, cause: Cause) -> Sequence[Fact]:
    """Close a volume to everybody."""
    volume = _known(bonded, command, command.volume_id)
    if isinstance(volume, Refused):
        return (volume,)
    if refusal := of_processor_or(bonded, command, volume.processor_id, command.volume_id, cause):
        return (refusal,)
    if command.volume_id not in bonded.fenced.open:
        return (refused(command, Reason.VOLUME_CLOSED, command.volume_id, "nobody has it"),)
    return (VolumeRevoked(volume_id=command.volume_id, basis="asked", grounds=command.grounds),)


def destroy(bonded: Bonded, command: DestroyVolume, cause: Cause) -> Sequence[Fact]:
    """Have a volume's content deleted, once nothing of it is on the books or at work."""
    volume = _known(bonded, command, command.volume_id)
    if isinstance(volume, Refused):
        return (volume,)
    if refusal := of_processor_or(bonded, command, volume.processor_id, command.volume_id, cause):
        return (refusal,)
    if volume.condemned:
        return (refused(command, Reason.VOLUME_CONDEMNED, command.volume_id, "that was asked for before"),)
    if command.volume_id in bonded.fenced.open:
        return (refused(command, Reason.VOLUME_IN_USE, command.volume_id, "it is open; revoke it first"),)
    if (use := _in_use(bonded, volume)) is not None:
        return (refused(command, Reason.VOLUME_IN_USE, command.volume_id, use),)
    return (VolumeCondemned(volume_id=command.volume_id, basis="asked", grounds=command.grounds),)


def report(bonded: Bonded, command: ReportEnforcement, cause: Cause) -> Sequence[Fact]:
    """Take the port's word of what it did and found; what lies outside the fence opens a case."""
    volume = _known(bonded, command, command.volume_id)
    if isinstance(volume, Refused):
        return (volume,)
    if refusal := of_processor_or(bonded, command, volume.processor_id, command.volume_id, cause):
        return (refusal,)
    if not _ordered(bonded, command, volume):
        detail = f"nobody decided that it be {command.step}"
        return (refused(command, Reason.STEP_NOT_DECIDED, command.volume_id, detail),)
    reported = EnforcementReported(
        volume_id=command.volume_id,
        zone_id=volume.zone_id,
        step=command.step,
        done=command.done,
        detail=command.detail,
        limits=command.limits,
        files=command.files,
        size_bytes=command.size_bytes,
        merkle_root=command.merkle_root or b"",
        strays=command.strays,
        by_id=cause.actor,
    )
    if set(command.strays) <= set(volume.strays):
        return (reported,)
    return (reported, *_incident(bonded, command, volume, cause))


def _incident(bonded: Bonded, command: ReportEnforcement, volume: Volume, cause: Cause) -> tuple[Fact, ...]:
    """Something was written outside the fence: nothing leaves until a panel has tolerated it (ZC-01)."""
    fresh = [each for each in command.strays if each not in volume.strays]
    run = bonded.job_runs.get(volume.job_run_id)
    names = run.started.consignment_ids if run is not None else (volume.subject_id,)
    return incidents.opened(
        cause,
        Going(volume.job_run_id, volume.zone_id, volume.processor_id, names),
        "wrote_outside_fence",
        f"Found outside the fenced volume {command.volume_id}: {', '.join(fresh)}"[:2_000],
        access_id=command.volume_id,
    )


def _sight(bonded: Bonded, command: GrantVolume) -> Sight | Refused:
    """What is on a volume: the raw data of a consignment, or what a job run works on."""
    if command.subject_id in bonded.job_runs:
        if command.mode == "write":
            run = going_on(bonded, command, command.subject_id)
            if isinstance(run, Refused):
                return run
        return sight_of_run(bonded, command.subject_id, BONDED_PLACE)
    consignment = open_one(bonded, command, command.subject_id)
    if isinstance(consignment, Refused):
        return consignment
    if command.mode == "write":
        detail = "the raw data of a consignment is read; what is made of it is written to a job run's volume"
        return refused(command, Reason.VOLUME_RAW, command.subject_id, detail)
    return Sight(
        consignment.proposed.processor_id, BONDED_PLACE, "", (), (consignment.proposed.consignment_id,), ()
    )


def _unfit(bonded: Bonded, command: GrantVolume, zone_id: str, sight: Sight, cause: Cause) -> Refused | None:
    there = bonded.fenced.volume_of.get(command.subject_id)
    if there is not None:
        if bonded.fenced.volumes[there].condemned:
            return refused(command, Reason.VOLUME_CONDEMNED, there, "what was on it is deleted")
        if there in bonded.fenced.open:
            return refused(
                command, Reason.VOLUME_GRANTED, there, f"{bonded.fenced.open[there].pool_id} has it"
            )
    pool = pool_of(bonded, command, zone_id, command.pool_id, sight.processor_id, sight.job_run_id)
    if isinstance(pool, Refused):
        return pool
    latest = last_moment(bonded, sight.consignment_ids, cause.at + VOLUME_LASTS_MAX)
    return unfit_consignments(bonded, command, sight) or unfit_time(
        command, command.subject_id, command.until, latest, cause
    )


def _zone_of(bonded: Bonded, subject_id: str) -> str:
    run = bonded.job_runs.get(subject_id)
    return run.started.zone_id if run is not None else bonded.consignments[subject_id].proposed.zone_id


def _known(bonded: Bonded, command: Command, volume_id: str) -> Volume | Refused:
    volume = bonded.fenced.volumes.get(volume_id)
    if volume is None:
        return refused(command, Reason.VOLUME_UNKNOWN, volume_id, "no such volume was granted here")
    return volume


def _in_use(bonded: Bonded, volume: Volume) -> str | None:
    """What of a volume is still on the books, or at work."""
    run = bonded.job_runs.get(volume.job_run_id)
    if run is not None:
        if run.phase == "running":
            return f"{volume.job_run_id} is running"
        there = [name for name in run.made_ids if bonded.outputs[name].phase == "there"]
        waiting = [
            egress_id
            for name in there
            for egress_id in bonded.outputs[name].egress_ids
            if bonded.egresses[egress_id].phase in ("held", "approved")
        ]
        return f"{', '.join(waiting[:10])} wait to leave" if waiting else None
    consignment = bonded.consignments[volume.subject_id]
    if consignment.running_ids:
        return f"{', '.join(consignment.running_ids[:10])} are running"
    left = [name for name, lot in sorted(consignment.lots.items()) if without(on_hand(lot), lot.held)]
    return f"items of {', '.join(left[:10])} are on hand" if left else None


def _ordered(bonded: Bonded, command: ReportEnforcement, volume: Volume) -> bool:
    """Whether that step is what was decided, or needs no decision."""
    if command.step == "granted":
        return command.volume_id in bonded.fenced.open
    if command.step == "sealed":
        return volume.sealed
    return volume.condemned if command.step == "destroyed" else True
