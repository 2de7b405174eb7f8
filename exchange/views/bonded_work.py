"""The work in business zones: job runs, what they made, what waits to leave, what went wrong."""

from collections.abc import Iterable

from exchange.bonded.between.facts import TransferConcluded, TransferDispatched, TransferReturned
from exchange.bonded.facts import (
    FACTS,
    AnonymisationApproved,
    CaseDecided,
    CaseOpened,
    DecisionRevoked,
    DeletionCertified,
    DestructionRecorded,
    EgressApproved,
    EgressHeld,
    EgressRequested,
    EgressWithdrawn,
    IncidentReported,
    ItemsReturned,
    ItemsTransferred,
    JobRunCompleted,
    JobRunFailed,
    JobRunStarted,
    OutputExported,
    TaintsRecomputed,
)
from exchange.bonded.persons.facts import PersonsCounted, PersonsUnited
from exchange.bonded.ruled.facts import EgressEnded
from exchange.bonded.values import Carried
from exchange.kernel.bases import Fact
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import as_json, as_json_list, count, flag, table, text
from exchange.views.united_in_bond import PERSONS_UNITED, united
from exchange.views.view import COMMON_IGNORED, Handler, Here, View

JOB_RUNS = table(
    "job_runs",
    "Runs of jobs in business zones, and what their outputs carry",
    text("job_run_id", key=True),
    count("partition"),
    count("seq"),
    text("zone_id"),
    text("processor_id"),
    text("job"),
    text("state", comment="running, completed or failed"),
    text("items", comment="JSON array of ranges that went in"),
    text("output_ids", comment="JSON array of outputs that went in"),
    text("source_ids", comment="JSON array of all sources behind it, those reported later too"),
    text("consignment_ids", comment="JSON array of all consignments behind it"),
    text("pool_id"),
    count("seats"),
    text("station_zone"),
    flag("keeps_separable"),
    text("coefficients", comment="JSON array of what it was declared to yield"),
    text("clears", null=True, comment="JSON array of flags that an approved report clears"),
    text("origins", null=True, comment="JSON array of places, once it has made something"),
    flag("domestic_pi"),
    flag("important"),
    flag("separable"),
    text("grounds", null=True, comment="why it failed"),
    text("decision_id"),
    count("at"),
    count("changed_at"),
    indexes=[("processor_id",)],
)
JOB_OUTPUTS = table(
    "job_outputs",
    "What job runs made",
    text("output_id", key=True),
    count("partition"),
    count("seq"),
    text("job_run_id"),
    text("processor_id"),
    text("kind", comment="intermediate, product or by_product"),
    text("reference", comment="its maker's own name for it"),
    text("unit"),
    count("quantity"),
    count("expected", comment="what the declared coefficient yields at most"),
    count("size_bytes"),
    text("sha256"),
    text("items", comment="JSON array of ranges behind it"),
    text("state", comment="there, destroying or destroyed"),
    count("exported_at", null=True, comment="when it first arrived outside"),
    count("at"),
    indexes=[("job_run_id",)],
)
EGRESSES = table(
    "egresses",
    "What is to leave a handbook or the zone, and whether it has",
    text("egress_id", key=True),
    count("partition"),
    count("seq"),
    text("kind", comment="export, return or transfer"),
    text("zone_id"),
    text("processor_id"),
    text("recipient_id"),
    text("destination"),
    text("output_ids", comment="JSON array"),
    text("items", comment="JSON array of ranges"),
    text("parts", comment="JSON array of names and digests"),
    count("size_bytes"),
    text("link_ids", comment="JSON array"),
    text("state", comment="held, approved, in_transit, left, turned_away, withdrawn or ended"),
    text("decision_id", null=True),
    text("outcome", null=True, comment="of the last decision that held it"),
    text("codes", null=True, comment="JSON array: why it is held"),
    flag("revoked", comment="it has left on an answer that was revoked since"),
    text("signature", null=True, comment="the receiver's, under what arrived"),
    text("grounds", null=True, comment="why it was withdrawn, or turned away"),
    count("at"),
    count("changed_at"),
    text("to_zone_id", null=True, comment="of a transfer to another business zone, that zone"),
    text("to_consignment_id", null=True, comment="of a transfer that came in there, the consignment"),
    indexes=[("recipient_id",), ("state",)],
)
EXPORTS_COUNTED = table(
    "exports_counted",
    "Whose persons came to count in an exporter's year, as a zone let them out or a market sold them",
    count("partition", key=True),
    count("seq", key=True),
    text("exporter_id"),
    count("year", comment="a calendar year in Asia/Shanghai"),
    text("owner", comment="the group of whoever receives them"),
    text("ways", comment="JSON array of product versions, and of outputs that are none"),
    text("origins", comment="JSON array of all consignments and sources behind it"),
    text("persons", comment="JSON array of the persons of each that holds some"),
    count("at"),
    indexes=[("exporter_id",)],
)
DECISIONS_REVOKED = table(
    "decisions_revoked",
    "Answers of the fence that hold no more",
    count("partition", key=True),
    count("seq", key=True),
    text("decision_id"),
    text("subject", comment="the consignment or the egress that rested on it"),
    text("stage", comment="admitted, approved or left"),
    text("ground", comment="reclassified, incident, rules or time"),
    count("at"),
    indexes=[("decision_id",), ("subject",)],
)
INCIDENTS = table(
    "incidents",
    "What went wrong in job runs",
    text("incident_id", key=True),
    count("partition"),
    count("seq"),
    text("job_run_id"),
    text("kind", comment="undeclared_input, wrote_outside_fence or other"),
    text("statement"),
    text("source_ids", comment="JSON array of what went in without being named"),
    flag("own", comment="its processor said so itself"),
    text("by_id"),
    count("at"),
    text("access_id", null=True, comment="the session or the volume that it was found by"),
    text(
        "consignment_ids", null=True, comment="JSON array, where it went wrong with raw data and no job run"
    ),
)
GOVERNANCE_CASES = table(
    "governance_cases",
    "Cases in which a panel decides whether a fault is tolerated",
    text("case_id", key=True),
    count("partition"),
    count("seq"),
    text("incident_id"),
    text("job_run_id"),
    text("constituencies", comment="JSON array of those with a seat"),
    text("state", comment="open, granted or refused"),
    text("panel", null=True, comment="JSON array of those who decided"),
    text("remedy", null=True),
    count("due_at"),
    count("at"),
    count("decided_at", null=True),
)
ANONYMISATION_REPORTS = table(
    "anonymisation_reports",
    "Approved reports that clear flags from what a job run made",
    count("partition", key=True),
    count("seq", key=True),
    text("job_run_id"),
    text("clears", comment="JSON array"),
    text("report_sha256"),
    text("statement"),
    text("assessor_id"),
    count("at"),
)


def _started(here: Here, fact: JobRunStarted) -> Iterable[Change]:
    row: Row = {
        "job_run_id": fact.job_run_id,
        "zone_id": fact.zone_id,
        "processor_id": fact.processor_id,
        "job": fact.job,
        "state": "running",
        "items": as_json(fact.items),
        "output_ids": as_json_list(fact.output_ids),
        "source_ids": as_json_list(fact.behind_source_ids),
        "consignment_ids": as_json_list(fact.consignment_ids),
        "pool_id": fact.pool_id,
        "seats": fact.seats,
        "station_zone": fact.station_zone,
        "keeps_separable": fact.keeps_separable,
        "coefficients": as_json(fact.coefficients),
        "clears": None,
        "origins": None,
        "domestic_pi": False,
        "important": False,
        "separable": False,
        "grounds": None,
        "decision_id": fact.decision_id,
        "changed_at": here.at,
    }
    yield Insert(JOB_RUNS, {**row, **_spot(here)})


def _completed(here: Here, fact: JobRunCompleted) -> Iterable[Change]:
    yield _run(here, fact.job_run_id, {"state": "completed", **_carried(fact.carried)})
    for made in {each.output_id: each for each in fact.made}.values():
        row: Row = {
            "output_id": made.output_id,
            "job_run_id": fact.job_run_id,
            "processor_id": fact.processor_id,
            "kind": made.kind,
            "reference": made.reference,
            "unit": made.unit,
            "quantity": made.quantity,
            "expected": made.expected,
            "size_bytes": made.size_bytes,
            "sha256": made.sha256.hex(),
            "items": as_json(made.items),
            "state": "there",
            "exported_at": None,
        }
        yield Insert(JOB_OUTPUTS, {**row, **_spot(here)})


def _failed(here: Here, fact: JobRunFailed) -> Iterable[Change]:
    yield _run(here, fact.job_run_id, {"state": "failed", "grounds": fact.grounds})


def _recomputed(here: Here, fact: TaintsRecomputed) -> Iterable[Change]:
    for each in fact.changed:
        values = {**_carried(each.carried), "source_ids": as_json_list(each.source_ids)}
        yield _run(here, each.job_run_id, values)


def _anonymised(here: Here, fact: AnonymisationApproved) -> Iterable[Change]:
    row: Row = {
        "job_run_id": fact.job_run_id,
        "clears": as_json_list(fact.clears),
        "report_sha256": fact.report_sha256.hex(),
        "statement": fact.statement,
        "assessor_id": fact.assessor_id,
    }
    yield Insert(ANONYMISATION_REPORTS, {**row, **_spot(here)})
    yield _run(here, fact.job_run_id, {"clears": as_json_list(fact.clears)})


def _run(here: Here, job_run_id: str, values: Row) -> Change:
    return Update(JOB_RUNS, {"job_run_id": job_run_id}, {**values, "changed_at": here.at})


def _carried(carried: Carried) -> Row:
    return {
        "origins": as_json_list(carried.origins),
        "domestic_pi": carried.domestic_pi,
        "important": carried.important,
        "separable": carried.separable,
    }


def _requested(here: Here, fact: EgressRequested) -> Iterable[Change]:
    row: Row = {
        "egress_id": fact.egress_id,
        "kind": fact.kind,
        "zone_id": fact.zone_id,
        "processor_id": fact.processor_id,
        "recipient_id": fact.recipient_id,
        "destination": fact.destination,
        "output_ids": as_json_list(fact.output_ids),
        "items": as_json(fact.items),
        "parts": as_json([{"name": each.name, "sha256": each.sha256.hex()} for each in fact.parts]),
        "size_bytes": fact.size_bytes,
        "link_ids": as_json_list(fact.link_ids),
        "state": "held",
        "decision_id": None,
        "outcome": None,
        "codes": None,
        "revoked": False,
        "signature": None,
        "grounds": None,
        "changed_at": here.at,
        "to_zone_id": fact.to_zone_id or None,
        "to_consignment_id": None,
    }
    yield Insert(EGRESSES, {**row, **_spot(here)})


def _approved(here: Here, fact: EgressApproved) -> Iterable[Change]:
    values: Row = {"state": "approved", "decision_id": fact.decision_id, "outcome": None, "codes": None}
    yield _egress(here, fact.egress_id, values)


def _held(here: Here, fact: EgressHeld) -> Iterable[Change]:
    values: Row = {"state": "held", "decision_id": fact.decision_id, "outcome": fact.outcome}
    yield _egress(here, fact.egress_id, {**values, "codes": as_json_list(fact.codes)})


def _withdrawn(here: Here, fact: EgressWithdrawn) -> Iterable[Change]:
    yield _egress(here, fact.egress_id, {"state": "withdrawn", "grounds": fact.grounds})


def _ended(here: Here, fact: EgressEnded) -> Iterable[Change]:
    grounds = f"Case {fact.case_id} was ruled against: {fact.grounds}"
    yield _egress(here, fact.egress_id, {"state": "ended", "grounds": grounds})


def _left(here: Here, fact: OutputExported | ItemsReturned | ItemsTransferred) -> Iterable[Change]:
    yield _egress(here, fact.egress_id, {"state": "left", "signature": fact.signature.hex()})
    for output_id in fact.output_ids if isinstance(fact, OutputExported) else ():
        yield Update(JOB_OUTPUTS, {"output_id": output_id}, {"exported_at": here.at})


def _dispatched(here: Here, fact: TransferDispatched) -> Iterable[Change]:
    values: Row = {"state": "in_transit", "signature": fact.handed.signature.hex()}
    yield _egress(here, fact.handed.egress_id, values)


def _concluded(here: Here, fact: TransferConcluded) -> Iterable[Change]:
    yield _egress(here, fact.egress_id, {"state": "left", "to_consignment_id": fact.consignment_id})


def _turned_away(here: Here, fact: TransferReturned) -> Iterable[Change]:
    values: Row = {"state": "turned_away", "grounds": f"{fact.reason}: {fact.detail}"}
    yield _egress(here, fact.egress_id, values)


def _persons(here: Here, fact: PersonsCounted) -> Iterable[Change]:
    row: Row = {
        "exporter_id": fact.exporter_id,
        "year": fact.year,
        "owner": fact.owner,
        "ways": as_json_list(fact.by),
        "origins": as_json_list(fact.origin_ids),
        "persons": as_json(fact.persons),
    }
    yield Insert(EXPORTS_COUNTED, {**row, **_spot(here)})


def _egress(here: Here, egress_id: str, values: Row) -> Change:
    return Update(EGRESSES, {"egress_id": egress_id}, {**values, "changed_at": here.at})


def _revoked(here: Here, fact: DecisionRevoked) -> Iterable[Change]:
    row: Row = {
        "decision_id": fact.decision_id,
        "subject": fact.subject,
        "stage": fact.stage,
        "ground": fact.ground,
    }
    yield Insert(DECISIONS_REVOKED, {**row, **_spot(here)})
    if fact.stage == "left":
        yield _egress(here, fact.subject, {"revoked": True})


def _destroying(here: Here, fact: DestructionRecorded) -> Iterable[Change]:
    for output_id in fact.output_ids:
        yield Update(JOB_OUTPUTS, {"output_id": output_id}, {"state": "destroying"})


def _destroyed(here: Here, fact: DeletionCertified) -> Iterable[Change]:
    for output_id in fact.output_ids:
        state = "there" if fact.partial else "destroyed"
        yield Update(JOB_OUTPUTS, {"output_id": output_id}, {"state": state})


def _incident(here: Here, fact: IncidentReported) -> Iterable[Change]:
    row: Row = {
        "incident_id": fact.incident_id,
        "job_run_id": fact.job_run_id,
        "kind": fact.kind,
        "statement": fact.statement,
        "source_ids": as_json_list(fact.source_ids),
        "own": fact.own,
        "by_id": fact.by_id,
        "access_id": fact.access_id or None,
        "consignment_ids": as_json_list(fact.consignment_ids) if fact.consignment_ids else None,
    }
    yield Insert(INCIDENTS, {**row, **_spot(here)})


def _case(here: Here, fact: CaseOpened) -> Iterable[Change]:
    row: Row = {
        "case_id": fact.case_id,
        "incident_id": fact.incident_id,
        "job_run_id": fact.job_run_id,
        "constituencies": as_json_list(fact.constituencies),
        "state": "open",
        "panel": None,
        "remedy": None,
        "due_at": fact.due_at,
        "decided_at": None,
    }
    yield Insert(GOVERNANCE_CASES, {**row, **_spot(here)})


def _decided(here: Here, fact: CaseDecided) -> Iterable[Change]:
    values: Row = {
        "state": "granted" if fact.granted else "refused",
        "panel": as_json(fact.panel),
        "remedy": fact.remedy,
        "decided_at": here.at,
    }
    yield Update(GOVERNANCE_CASES, {"case_id": fact.case_id}, values)


def _spot(here: Here) -> Row:
    return {"partition": here.partition, "seq": here.seq, "at": here.at}


_HANDLERS: dict[type[Fact], Handler] = {
    JobRunStarted: _started,
    JobRunCompleted: _completed,
    JobRunFailed: _failed,
    TaintsRecomputed: _recomputed,
    AnonymisationApproved: _anonymised,
    EgressRequested: _requested,
    EgressApproved: _approved,
    EgressHeld: _held,
    EgressWithdrawn: _withdrawn,
    EgressEnded: _ended,
    OutputExported: _left,
    ItemsReturned: _left,
    ItemsTransferred: _left,
    TransferDispatched: _dispatched,
    PersonsCounted: _persons,
    PersonsUnited: united,
    TransferConcluded: _concluded,
    TransferReturned: _turned_away,
    DecisionRevoked: _revoked,
    DestructionRecorded: _destroying,
    DeletionCertified: _destroyed,
    IncidentReported: _incident,
    CaseOpened: _case,
    CaseDecided: _decided,
}

BONDED_WORK = View(
    name="bonded_work",
    contexts=("bonded",),
    tables=(
        JOB_RUNS,
        JOB_OUTPUTS,
        EGRESSES,
        DECISIONS_REVOKED,
        EXPORTS_COUNTED,
        PERSONS_UNITED,
        INCIDENTS,
        GOVERNANCE_CASES,
        ANONYMISATION_REPORTS,
    ),
    handlers=_HANDLERS,
    # What consignments are, and their accounts, are the view of the consignments.
    ignores=COMMON_IGNORED | (frozenset(FACTS) - set(_HANDLERS)),
)
