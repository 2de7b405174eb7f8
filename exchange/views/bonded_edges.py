"""Lineage edges of business zones: what came, what jobs took in and made, what left, what was destroyed."""

from collections.abc import Iterable

from exchange.bonded.between.facts import TransferTakenIn
from exchange.bonded.between.values import HandedOver
from exchange.bonded.facts import (
    ConsignmentProposed,
    ConsignmentWrittenOff,
    DeletionCertified,
    DestructionRecorded,
    IncidentReported,
    ItemsReturned,
    ItemsScrapped,
    ItemsTransferred,
    JobRunCompleted,
    JobRunStarted,
    OutputExported,
    OutputOffered,
    SourceRegistered,
)
from exchange.kernel.bases import Fact
from exchange.lineage.names import (
    BONDED_ZONE,
    consignment_name,
    export_name,
    lot_name,
    output_name,
    paper_name,
    raw_name,
    return_name,
    source_name,
    version_name,
    work_name,
)
from exchange.provenance.inputs import input_name, lots_of
from exchange.store import Change
from exchange.views.edges import edge, field_rows
from exchange.views.view import Handler, Here


def _proposed(here: Here, fact: ConsignmentProposed) -> Iterable[Change]:
    whole, job = consignment_name(fact.consignment_id), f"consign/{fact.consignor_id}"
    for line, lot in enumerate(fact.lots):
        made = lot_name(fact.consignment_id, lot.name)
        source = raw_name(fact.origin, fact.handbook_no, lot.name)
        yield edge(here, 2 * line, made, source, "consigned", job, fact.handbook_no)
        yield edge(here, 2 * line + 1, whole, made, "accounted", f"account/{fact.zone_id}", fact.handbook_no)
        if fact.made_from is not None:
            bought = 2 * len(fact.lots) + line
            yield edge(here, bought, made, fact.made_from, "consigned", job, fact.handbook_no)


def _registered(here: Here, fact: SourceRegistered) -> Iterable[Change]:
    if fact.made_from is not None:
        job = f"register/{fact.by_id}"
        yield edge(here, 0, source_name(fact.source_id), fact.made_from, "consigned", job, "")


def _transferred(here: Here, fact: ItemsTransferred) -> Iterable[Change]:
    yield from _handed_on(here, fact.consignment_id, fact, fact.zone_id)


def _taken_in(here: Here, fact: TransferTakenIn) -> Iterable[Change]:
    yield from _handed_on(here, fact.consignment_id, fact.handed, fact.handed.to_zone_id)


def _handed_on(
    here: Here, consignment_id: str, handed: ItemsTransferred | HandedOver, zone_id: str
) -> Iterable[Change]:
    made, job = lot_name(consignment_id, handed.lot.name), f"transfer/{handed.processor_id}"
    sources = lots_of(handed.items)
    for line, source in enumerate(sources):
        yield edge(here, line, made, source, "transferred", job, handed.egress_id)
    whole = consignment_name(consignment_id)
    yield edge(here, len(sources), whole, made, "accounted", f"account/{zone_id}", handed.handbook_no)
    receipt = paper_name("receipt", handed.egress_id)
    yield edge(here, len(sources) + 1, receipt, made, "receipted", job, handed.egress_id)


def _started(here: Here, fact: JobRunStarted) -> Iterable[Change]:
    sources = (*lots_of(fact.items), *map(output_name, fact.output_ids), *map(source_name, fact.source_ids))
    for line, source in enumerate(sources):
        yield edge(here, line, work_name(fact.job_run_id), source, "used", fact.job, fact.decision_id)


def _reported(here: Here, fact: IncidentReported) -> Iterable[Change]:
    """What went in without being named went in."""
    job = f"report/{fact.by_id}"
    for line, source_id in enumerate(fact.source_ids):
        source = source_name(source_id)
        yield edge(here, line, work_name(fact.job_run_id), source, "used", job, fact.incident_id)


def _completed(here: Here, fact: JobRunCompleted) -> Iterable[Change]:
    source = work_name(fact.job_run_id)
    line = 0
    for number, made in enumerate(fact.made):
        name = output_name(made.output_id)
        yield edge(here, number, name, source, "made", fact.job, fact.job_run_id)
        rows = field_rows(here, line, name, made.fields, input_name)
        line += len(rows)
        yield from rows


def _offered(here: Here, fact: OutputOffered) -> Iterable[Change]:
    """What was made in bond lies in the zone until it leaves, and so does the version that it is."""
    said = fact.provenance
    made = version_name(BONDED_ZONE, said.product_id, said.version)
    yield edge(here, 0, made, output_name(said.output_id), "made", f"offer/{said.seller_id}", "")


def _exported(here: Here, fact: OutputExported) -> Iterable[Change]:
    job = f"export/{fact.processor_id}"
    for line, output_id in enumerate(fact.output_ids):
        made = export_name(fact.destination, fact.egress_id, output_id)
        yield edge(here, 2 * line, made, output_name(output_id), "exported", job, fact.egress_id)
        receipt = paper_name("receipt", fact.egress_id)
        yield edge(
            here, 2 * line + 1, receipt, made, "receipted", f"receive/{fact.recipient_id}", fact.egress_id
        )


def _returned(here: Here, fact: ItemsReturned) -> Iterable[Change]:
    made, job = return_name(fact.destination, fact.egress_id), f"return/{fact.consignor_id}"
    sources = lots_of(fact.items)
    for line, source in enumerate(sources):
        yield edge(here, line, made, source, "returned", job, fact.egress_id)
    receipt = paper_name("receipt", fact.egress_id)
    yield edge(here, len(sources), receipt, made, "receipted", f"receive/{fact.consignor_id}", fact.egress_id)


def _scrapped(here: Here, fact: ItemsScrapped) -> Iterable[Change]:
    made = paper_name("scrap", here.context, here.partition, here.seq)
    for line, source in enumerate(lots_of(fact.items)):
        yield edge(here, line, made, source, "scrapped", f"scrap/{fact.by_id}", fact.consignment_id)


def _deleted(here: Here, fact: DestructionRecorded) -> Iterable[Change]:
    made, job = paper_name("deletion", fact.certificate_id), f"delete/{fact.operator_id}"
    sources = (*lots_of(fact.items), *map(output_name, fact.output_ids))
    for line, source in enumerate(sources):
        yield edge(here, line, made, source, "deleted", job, fact.erasure.method)


def _certified(here: Here, fact: DeletionCertified) -> Iterable[Change]:
    made, source = (paper_name(kind, fact.certificate_id) for kind in ("certificate", "deletion"))
    yield edge(here, 0, made, source, "certified", f"verify/{fact.verifier_id}", fact.method)


def _written_off(here: Here, fact: ConsignmentWrittenOff) -> Iterable[Change]:
    made, source = (
        paper_name("handbook", fact.zone_id, fact.handbook_no),
        consignment_name(fact.consignment_id),
    )
    yield edge(here, 0, made, source, "written_off", f"write-off/{fact.zone_id}", fact.handbook_no)


BONDED_EDGES: dict[type[Fact], Handler] = {
    ConsignmentProposed: _proposed,
    SourceRegistered: _registered,
    ItemsTransferred: _transferred,
    TransferTakenIn: _taken_in,
    JobRunStarted: _started,
    IncidentReported: _reported,
    JobRunCompleted: _completed,
    OutputOffered: _offered,
    OutputExported: _exported,
    ItemsReturned: _returned,
    ItemsScrapped: _scrapped,
    DestructionRecorded: _deleted,
    DeletionCertified: _certified,
    ConsignmentWrittenOff: _written_off,
}
