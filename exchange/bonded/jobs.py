"""Job runs: begun if the fence lets them, completed with what they made, or failed."""

from collections.abc import Sequence

from exchange.bonded.admission import unfit_processor
from exchange.bonded.commands import CompleteJobRun, FailJobRun, StartJobRun
from exchange.bonded.crossing import Move, behind_it
from exchange.bonded.facts import JobRunCompleted, JobRunFailed, JobRunStarted
from exchange.bonded.fencing import (
    BEHIND_MAX,
    CONSIGNMENTS_MAX,
    Rulesets,
    ask,
    no_ruleset,
    not_admitted,
    ruleset_in_force,
    ruleset_that_holds,
)
from exchange.bonded.items import Wanted, named, not_there, open_one
from exchange.bonded.making import made_of
from exchange.bonded.origins import lots_among
from exchange.bonded.parties import not_one_of
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded, JobRun, Zone
from exchange.bonded.surroundings import BONDED_PLACE, unknown_zone
from exchange.bonded.taint import carried_into, carried_of_run
from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused

RUNNING_MAX = 100
"""Job runs at a time on one consignment."""


def start(bonded: Bonded, command: StartJobRun, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Begin a job run, if its inputs are there, its seats free, and the fence lets it."""
    wanted = named(bonded, command, command.items)
    if isinstance(wanted, Refused):
        return (wanted,)
    refusal = _unfit_place(bonded, command) or _unfit_inputs(bonded, command, wanted, cause)
    if refusal := refusal or _unfit_declaration(command):
        return (refusal,)
    if ruleset_in_force(bonded, cause.at, rulesets) is None:
        return (no_ruleset(command, command.zone_id),)
    consignment_ids, source_ids = _behind(bonded, command)
    if refusal := too_many(command, consignment_ids, source_ids) or not_let_in(
        bonded, command, consignment_ids
    ):
        return (refusal,)
    answer = ask(
        bonded, _move(bonded, command, consignment_ids, source_ids, cause), command.zone_id, cause, rulesets
    )
    if not answer.admitted:
        return (answer.fact, not_admitted(command, command.zone_id, answer))
    started = JobRunStarted(
        job_run_id=derived_id("J", cause.partition, cause.offset, 0),
        zone_id=command.zone_id,
        processor_id=cause.actor,
        job=command.job,
        items=command.items,
        output_ids=command.output_ids,
        source_ids=command.source_ids,
        consignment_ids=consignment_ids,
        behind_source_ids=source_ids,
        pool_id=command.pool_id,
        seats=command.seats,
        station_zone=command.station_zone,
        keeps_separable=command.keeps_separable,
        coefficients=command.coefficients,
        decision_id=answer.fact.decision_id,
    )
    return (answer.fact, started)


def complete(bonded: Bonded, command: CompleteJobRun, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Take in what a job run made, and let its products consume the items they hold."""
    run = running(bonded, command, command.job_run_id, cause)
    if isinstance(run, Refused):
        return (run,)
    found = made_of(bonded, command, run, cause)
    if isinstance(found, Refused):
        return (found,)
    made, consumed = found
    mainland = ruleset_that_holds(bonded, cause.at, rulesets).terms.places.mainland
    return (
        JobRunCompleted(
            job_run_id=command.job_run_id,
            zone_id=run.started.zone_id,
            processor_id=run.started.processor_id,
            job=run.started.job,
            made=made,
            consumed=consumed,
            carried=carried_of_run(bonded, run, mainland, {}),
        ),
    )


def fail(bonded: Bonded, command: FailJobRun, cause: Cause) -> Sequence[Fact]:
    """End a job run that made nothing."""
    run = running(bonded, command, command.job_run_id, cause)
    if isinstance(run, Refused):
        return (run,)
    zone_id = run.started.zone_id
    return (JobRunFailed(job_run_id=command.job_run_id, zone_id=zone_id, grounds=command.grounds),)


def known_run(bonded: Bonded, command: Command, job_run_id: str) -> JobRun | Refused:
    """A job run, or why there is none."""
    run = bonded.job_runs.get(job_run_id)
    if run is None:
        return refused(command, Reason.JOB_UNKNOWN, job_run_id, "no such job run was started here")
    return run


def running(bonded: Bonded, command: Command, job_run_id: str, cause: Cause) -> JobRun | Refused:
    """The actor's own job run that has not ended, or why there is none."""
    run = known_run(bonded, command, job_run_id)
    if isinstance(run, Refused):
        return run
    if refusal := not_one_of(bonded, command, cause, job_run_id, run.started.processor_id):
        return refusal
    if run.phase != "running":
        return refused(command, Reason.JOB_ENDED, job_run_id, f"it has {run.phase}")
    return run


def _unfit_place(bonded: Bonded, command: StartJobRun) -> Refused | None:
    zone = bonded.zones.get(command.zone_id)
    if zone is None:
        return unknown_zone(command, command.zone_id)
    if command.station_zone != command.zone_id:
        detail = f"the data is in {command.zone_id}, the stations are in {command.station_zone}"
        return refused(command, Reason.STATION_ELSEWHERE, command.station_zone, detail)
    return _no_seats(command, zone)


def _no_seats(command: StartJobRun, zone: Zone) -> Refused | None:
    free = zone.seats - zone.seats_used
    if command.seats > free:
        detail = f"{free} of {zone.seats} seats are free, {command.seats} are asked for"
        return refused(command, Reason.SEATS_EXHAUSTED, command.zone_id, detail)
    return None


def _unfit_inputs(bonded: Bonded, command: StartJobRun, wanted: Wanted, cause: Cause) -> Refused | None:
    """Why a job cannot draw on what it names."""
    if not (command.items or command.output_ids or command.source_ids):
        return refused(command, Reason.INPUT_MISSING, command.zone_id, "no item, output or source is named")
    owners = [bonded.consignments[name].proposed.processor_id for name, _ in sorted(wanted)]
    for output_id in command.output_ids:
        output = bonded.outputs.get(output_id)
        if output is None or output.zone_id != command.zone_id:
            return refused(command, Reason.OUTPUT_UNKNOWN, output_id, f"{command.zone_id} has no such output")
        if output.phase != "there":
            return refused(command, Reason.OUTPUT_DESTROYED, output_id, f"it is {output.phase}")
        owners.append(output.processor_id)
    for source_id in command.source_ids:
        source = bonded.sources.get(source_id)
        if source is None or source.zone_id != command.zone_id:
            return refused(command, Reason.SOURCE_UNKNOWN, source_id, f"{command.zone_id} has no such source")
        owners.append(source.by_id)
    strange = next((each for each in owners if each != cause.actor), cause.actor)
    if refusal := not_one_of(bonded, command, cause, command.zone_id, strange) or unfit_processor(
        bonded, command, cause.actor, bonded.zones[command.zone_id].place
    ):
        return refusal
    for name, _ in sorted(wanted):
        if refusal := _unworkable(bonded, command, name):
            return refusal
    return not_there(bonded, command, wanted)


def _unworkable(bonded: Bonded, command: StartJobRun, consignment_id: str) -> Refused | None:
    """Why nobody may work on a consignment's raw items."""
    consignment = open_one(bonded, command, consignment_id)
    if isinstance(consignment, Refused):
        return consignment
    if consignment.proposed.zone_id != command.zone_id:
        detail = f"it is in {consignment.proposed.zone_id}"
        return refused(command, Reason.CONSIGNMENT_UNKNOWN, consignment_id, detail)
    if consignment.key_destroyed:
        detail = f"key {consignment.proposed.key_id} is destroyed"
        return refused(command, Reason.KEY_DESTROYED, consignment_id, detail)
    if consignment.balance == "reconciling":
        return refused(command, Reason.DIFFERENCE_OPEN, consignment_id, "what was counted differs")
    if len(consignment.running_ids) >= RUNNING_MAX:
        return refused(command, Reason.JOBS_TOO_MANY, consignment_id, f"{RUNNING_MAX} run on it")
    return None


def _unfit_declaration(command: StartJobRun) -> Refused | None:
    units = [each.unit for each in command.coefficients]
    if len(set(units)) < len(units):
        twice = next(unit for unit in units if units.count(unit) > 1)
        return refused(command, Reason.COEFFICIENTS_ALIKE, twice, f"{twice} is declared twice")
    return None


def _behind(bonded: Bonded, command: StartJobRun) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All consignments and all sources behind the inputs."""
    consignments = dict.fromkeys(each.consignment_id for each in command.items)
    sources = dict.fromkeys((*command.source_ids, *lots_among(bonded, command.items)))
    for output_id in command.output_ids:
        run = bonded.job_runs[bonded.outputs[output_id].job_run_id]
        consignments |= dict.fromkeys(run.started.consignment_ids)
        sources |= dict.fromkeys(run.source_ids)
    return tuple(consignments), tuple(sources)


def too_many(command: Command, consignment_ids: Sequence[str], source_ids: Sequence[str]) -> Refused | None:
    """Why one decision cannot look at all that is behind."""
    count = len(consignment_ids)
    if count > CONSIGNMENTS_MAX or count + len(source_ids) > BEHIND_MAX:
        detail = (
            f"{count} consignments and {len(source_ids)} sources are behind it; {CONSIGNMENTS_MAX}, and {BEHIND_MAX}"
            " in all, may be"
        )
        return refused(
            command, Reason.TOO_MANY_BEHIND, consignment_ids[0] if count else source_ids[0], detail
        )
    return None


def not_let_in(bonded: Bonded, command: Command, consignment_ids: Sequence[str]) -> Refused | None:
    for name in consignment_ids:
        if bonded.consignments[name].phase == "in_review":
            detail = f"people have to let it in first; its last decision is {bonded.consignments[name].decision_id}"
            return refused(command, Reason.CONSIGNMENT_NOT_ADMITTED, name, detail)
    return None


def _move(
    bonded: Bonded,
    command: StartJobRun,
    consignment_ids: Sequence[str],
    source_ids: Sequence[str],
    cause: Cause,
) -> Move:
    """The work of a job, which stays where it is."""
    processor = bonded.parties[cause.actor]
    consignments = [bonded.consignments[name] for name in consignment_ids]
    return Move(
        intent="job",
        origin=BONDED_PLACE,
        destination=BONDED_PLACE,
        exporter=processor,
        recipient=processor,
        behind=behind_it(bonded, (*consignment_ids, *source_ids)),
        carried=carried_into(bonded, command.items, command.source_ids, command.output_ids),
        consignments=consignments,
        purpose=consignments[0].proposed.purpose if consignments else "contract",
    )
