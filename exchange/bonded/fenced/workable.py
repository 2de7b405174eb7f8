"""What sessions and volumes have in common: whose they are, on what, and how long they may last."""

from collections.abc import Sequence

from exchange.bonded.admission import unfit_processor
from exchange.bonded.fenced.access import Sight
from exchange.bonded.fenced.facts import PoolDeclared
from exchange.bonded.fenced.state import pool_key
from exchange.bonded.fold_work import retained_until
from exchange.bonded.jobs import known_run, not_let_in
from exchange.bonded.parties import lacking, not_one_of
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded, JobRun
from exchange.kernel.bases import Cause, Command
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import iso


def pool_of(
    bonded: Bonded, command: Command, zone_id: str, pool_id: str, processor_id: str, job_run_id: str
) -> PoolDeclared | Refused:
    """The pool of workers that was declared, or why it cannot work on this."""
    if (refusal := unfit_processor(bonded, command, processor_id, bonded.zones[zone_id].place)) is not None:
        return refusal
    pool = bonded.fenced.pools.get(pool_key(zone_id, pool_id))
    if pool is None or pool.processor_id != processor_id:
        detail = f"{processor_id} declared no such pool in {zone_id}"
        return refused(command, Reason.POOL_UNKNOWN, pool_id, detail)
    if job_run_id and (its := bonded.job_runs[job_run_id].started.pool_id) != pool_id:
        return refused(command, Reason.POOL_STRANGE, pool_id, f"{its} works on {job_run_id}")
    return pool


def going_on(bonded: Bonded, command: Command, job_run_id: str) -> JobRun | Refused:
    """A job run that has not ended, or why there is none."""
    run = known_run(bonded, command, job_run_id)
    if isinstance(run, Refused) or run.phase == "running":
        return run
    return refused(command, Reason.JOB_ENDED, job_run_id, f"it has {run.phase}")


def unfit_consignments(bonded: Bonded, command: Command, sight: Sight) -> Refused | None:
    """Why nobody may look: raw data cannot be read any more, or people have to let in what is behind it first."""
    raw = dict.fromkeys(each.consignment_id for each in sight.items)
    for name in raw or (() if sight.job_run_id else sight.consignment_ids):
        consignment = bonded.consignments[name]
        if consignment.key_destroyed:
            detail = f"key {consignment.proposed.key_id} is destroyed"
            return refused(command, Reason.KEY_DESTROYED, name, detail)
    return not_let_in(bonded, command, sight.consignment_ids)


def last_moment(bonded: Bonded, names: Sequence[str], latest: int) -> int:
    """Until when consignments may be worked on, `latest` at the latest."""
    return min((latest, *(retained_until(bonded.consignments[name].proposed) for name in names)))


def unfit_time(command: Command, subject: str, ends_at: int, latest: int, cause: Cause) -> Refused | None:
    """Why it cannot last until then."""
    if cause.at < ends_at <= latest:
        return None
    detail = (
        f"it would last until {iso(ends_at)}; name a time after {iso(cause.at)}, {iso(latest)} at the latest"
    )
    return refused(command, Reason.ACCESS_TIME_UNFIT, subject, detail)


def of_processor_or(
    bonded: Bonded, command: Command, processor_id: str, subject: str, cause: Cause
) -> Refused | None:
    """Why the actor may not ask for this: it takes the processor, or an operator."""
    if cause.actor == processor_id:
        return not_one_of(bonded, command, cause, subject, processor_id)
    return lacking(bonded, command, cause, "operator")
