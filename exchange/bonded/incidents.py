"""What went wrong in a job run, a session or a volume, and the case in which a panel decides on it."""

from collections.abc import Sequence, Set
from typing import NamedTuple

from exchange.bonded.commands import DecideCase, ReportIncident
from exchange.bonded.facts import CaseDecided, CaseOpened, IncidentReported
from exchange.bonded.fencing import BEHIND_MAX
from exchange.bonded.jobs import known_run, too_many
from exchange.bonded.parties import active, lacking
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded, Incident, JobRun
from exchange.bonded.values import IncidentSort
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.panel import CONSTITUENCIES
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY

CASE_DAYS = 30
"""How long a panel has; a default of this exchange."""


class Going(NamedTuple):
    """What something went wrong in: a job run, or, where that is empty, work on consignments themselves."""

    job_run_id: str
    zone_id: str
    processor_id: str
    consignment_ids: tuple[str, ...]


def report(bonded: Bonded, command: ReportIncident, cause: Cause) -> Sequence[Fact]:
    """Put an incident on record, and open its case."""
    run = known_run(bonded, command, command.job_run_id)
    if isinstance(run, Refused):
        return (run,)
    if refusal := _not_for(bonded, command, run, cause) or _unfit(bonded, command, run):
        return (refusal,)
    return opened(
        cause,
        Going(command.job_run_id, run.started.zone_id, run.started.processor_id, run.started.consignment_ids),
        command.kind,
        command.statement,
        command.source_ids,
    )


def opened(
    cause: Cause,
    going: Going,
    kind: IncidentSort,
    statement: str,
    source_ids: tuple[str, ...] = (),
    access_id: str = "",
) -> tuple[Fact, ...]:
    """An incident and its case."""
    incident_id = derived_id("IN", cause.partition, cause.offset, 0)
    about = () if going.job_run_id else going.consignment_ids
    reported = IncidentReported(
        incident_id=incident_id,
        job_run_id=going.job_run_id,
        zone_id=going.zone_id,
        kind=kind,
        statement=statement,
        source_ids=source_ids,
        own=cause.actor == going.processor_id,
        by_id=cause.actor,
        access_id=access_id,
        consignment_ids=about,
    )
    case = CaseOpened(
        case_id=derived_id("GC", cause.partition, cause.offset, 0),
        incident_id=incident_id,
        job_run_id=going.job_run_id,
        kind=kind,
        constituencies=CONSTITUENCIES,
        due_at=cause.at + CASE_DAYS * DAY,
        consignment_ids=about,
    )
    return (reported, case)


def decide_case(bonded: Bonded, command: DecideCase, cause: Cause) -> Sequence[Fact]:
    """Take the panel's decision."""
    if refusal := lacking(bonded, command, cause, "governance"):
        return (refusal,)
    incident = bonded.cases.get(command.case_id)
    if incident is None:
        return (refused(command, Reason.CASE_UNKNOWN, command.case_id, "no such case was opened here"),)
    if command.case_id in bonded.cases_closed:
        return (refused(command, Reason.CASE_CLOSED, command.case_id, "the panel has decided"),)
    processor_id = _processor_of(bonded, incident)
    parties = {processor_id, bonded.parties[processor_id].beneficial_owner}
    if (fault := _incomplete(command, parties)) is not None:
        return (refused(command, Reason.PANEL_NOT_COMPLETE, command.case_id, fault),)
    return (
        CaseDecided(
            case_id=command.case_id,
            incident_id=incident.incident_id,
            granted=command.granted,
            panel=command.panel,
            remedy=command.remedy,
        ),
    )


def _not_for(bonded: Bonded, command: ReportIncident, run: JobRun, cause: Cause) -> Refused | None:
    if cause.actor == run.started.processor_id:
        party = active(bonded, command, cause.actor)
        return party if isinstance(party, Refused) else None
    return lacking(bonded, command, cause, "operator", "governance", "counter")


def _unfit(bonded: Bonded, command: ReportIncident, run: JobRun) -> Refused | None:
    if run.phase == "failed":
        return refused(command, Reason.JOB_ENDED, command.job_run_id, "it failed and made nothing")
    if (command.kind == "undeclared_input") != bool(command.source_ids):
        detail = f"{len(command.source_ids)} sources are named, the kind is {command.kind}"
        return refused(command, Reason.SOURCES_UNFIT, command.job_run_id, detail)
    for name in command.source_ids:
        source = bonded.sources.get(name)
        if source is None or source.zone_id != run.started.zone_id:
            detail = f"{run.started.zone_id} has no such source; register it first"
            return refused(command, Reason.SOURCE_UNKNOWN, name, detail)
    behind = tuple(dict.fromkeys((*run.source_ids, *command.source_ids)))
    if len(behind) > BEHIND_MAX:
        return too_many(command, run.started.consignment_ids, behind)
    return None


def _processor_of(bonded: Bonded, incident: Incident) -> str:
    if incident.job_run_id:
        return bonded.job_runs[incident.job_run_id].started.processor_id
    return bonded.consignments[incident.consignment_ids[0]].proposed.processor_id


def _incomplete(command: DecideCase, parties: Set[str]) -> str | None:
    """What keeps three from deciding."""
    if {seat.constituency for seat in command.panel} != set(CONSTITUENCIES):
        return f"it needs one member each of {', '.join(CONSTITUENCIES)}"
    names = {seat.name.strip().casefold() for seat in command.panel}
    if len(names) < len(command.panel) or "" in names:
        return "its members have to be three, each named"
    judges = sorted(each for each in parties if each.casefold() in names)
    return f"{judges[0]} is a party to it" if judges else None
