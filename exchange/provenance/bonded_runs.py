"""Runs in business zones: what was admitted, worked on, handed over, returned, written off and deleted."""

from collections.abc import Callable, Iterable, Sequence

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
    JobRunFailed,
    JobRunStarted,
    OutputExported,
    OutputOffered,
    SourceReclassified,
    SourceRegistered,
    TaintsRecomputed,
)
from exchange.bonded.values import ItemRange, MadeOutput
from exchange.kernel.bases import Fact
from exchange.lineage.names import (
    BONDED_ZONE,
    consignment_name,
    distinct,
    export_name,
    lot_name,
    output_name,
    paper_name,
    raw_name,
    return_name,
    source_name,
    work_name,
)
from exchange.provenance.inputs import input_name
from exchange.provenance.known import Known
from exchange.provenance.model import Change, Doing, Items, Parent, Phase, Run, Thing, Treatment
from exchange.provenance.place import Place
from exchange.provenance.trade_runs import columns_of, same_columns, version_thing


def _proposed(known: Known, place: Place, fact: ConsignmentProposed) -> Iterable[Run]:
    yield _handbook(known, place, fact.consignment_id)._replace(
        agent=fact.processor_id, behalf=fact.consignor_id
    )
    lots = [lot.name for lot in fact.lots]
    raw = {lot: raw_name(fact.origin, fact.handbook_no, lot) for lot in lots}
    bought = (fact.made_from,) if fact.made_from is not None else ()
    run = Run(place.key, "whole", place.at, place.key, Doing(BONDED_ZONE, f"consign/{fact.zone_id}"))
    yield run._replace(
        inputs=(*(_at_consignor(known, fact, lot, raw[lot]) for lot in lots), *map(Thing, bought)),
        outputs=tuple(
            _lot(known, fact.consignment_id, lot, "admitted")._replace(
                change="CREATE", made_from=(raw[lot], *bought), owner=fact.consignor_id
            )
            for lot in lots
        ),
        agent=fact.consignor_id,
        parent=_of_handbook(known, fact.consignment_id),
    )


def _at_consignor(known: Known, fact: ConsignmentProposed, lot: str, name: str) -> Thing:
    found = known.lots[fact.consignment_id][lot]
    return Thing(
        name=name, kind="outside", title=fact.title, version=found.sha256, owner=fact.consignor_id
    )._replace(rows=found.quantity, size_bytes=found.size_bytes)


def _lot(
    known: Known,
    consignment_id: str,
    lot: str,
    treatment: Treatment,
    ranges: Sequence[ItemRange] = (),
    change: Change | None = None,
) -> Thing:
    """A lot, or the items of it that a run is about."""
    found = known.lots.get(consignment_id, {}).get(lot)
    items = tuple(Items(each.first, each.last) for each in ranges)
    rows = sum(last - first + 1 for first, last in items) if items else found.quantity if found else None
    return Thing(
        name=lot_name(consignment_id, lot),
        title=known.titles.get(consignment_id, ""),
        version=found.sha256 if found else "",
        rows=rows,
        size_bytes=found.size_bytes if found and not items else None,
        change=change,
        consigned=known.consigned.get(consignment_id),
        treatment=treatment,
        taint=known.taint(consignment_id),
        items=items,
    )


def _lots(
    known: Known, items: Iterable[ItemRange], treatment: Treatment, change: Change | None = None
) -> tuple[Thing, ...]:
    """The lots that items are of, each once with all of its items."""
    grouped: dict[tuple[str, str], list[ItemRange]] = {}
    for each in items:
        grouped.setdefault((each.consignment_id, each.lot), []).append(each)
    return tuple(_lot(known, *lot, treatment, ranges, change) for lot, ranges in grouped.items())


def _of_handbook(known: Known, consignment_id: str) -> Parent | None:
    """All work on a consignment is part of one run: from its first day to the day its handbook is closed."""
    consigned = known.consigned.get(consignment_id)
    if consigned is None:
        return None
    doing = Doing(BONDED_ZONE, f"handbook/{consigned.zone}/{consigned.handbook_no}", sort="JOB")
    return Parent(f"consignment/{consignment_id}", doing)


def _handbook(known: Known, place: Place, consignment_id: str) -> Run:
    whole = _of_handbook(known, consignment_id)
    if whole is None:
        whole = Parent(f"consignment/{consignment_id}", Doing(BONDED_ZONE, f"handbook/{consignment_id}"))
    return Run(whole.key, "start", place.at, place.key, whole.doing)


def _transferred(known: Known, place: Place, fact: ItemsTransferred) -> Iterable[Run]:
    yield from _handed_on(known, place, fact.consignment_id, fact, fact.zone_id)


def _taken_in(known: Known, place: Place, fact: TransferTakenIn) -> Iterable[Run]:
    yield from _handed_on(known, place, fact.consignment_id, fact.handed, fact.handed.to_zone_id)


def _handed_on(
    known: Known, place: Place, consignment_id: str, handed: ItemsTransferred | HandedOver, zone_id: str
) -> Iterable[Run]:
    yield _handbook(known, place, consignment_id)._replace(agent=handed.processor_id)
    sources = _lots(known, handed.items, "transferred", "ALTER")
    made = _lot(known, consignment_id, handed.lot.name, "transferred")
    run = Run(place.key, "whole", place.at, place.key, Doing(BONDED_ZONE, f"transfer/{zone_id}"))
    yield run._replace(
        inputs=sources,
        outputs=(made._replace(change="CREATE", made_from=tuple(each.name for each in sources)),),
        destroys=sources,
        agent=handed.processor_id,
        parent=_of_handbook(known, handed.from_consignment_id),
        decision=known.decision(handed.decision_id),
    )


def _started(known: Known, place: Place, fact: JobRunStarted) -> Iterable[Run]:
    work = Thing(name=work_name(fact.job_run_id), title=fact.job, owner=fact.processor_id, change="CREATE")
    inputs = _inputs(known, fact)
    yield _job_run(known, place, fact, "start")._replace(
        inputs=inputs,
        outputs=(work._replace(made_from=tuple(each.name for each in inputs)),),
        decision=known.decision(fact.decision_id),
    )


def _inputs(known: Known, fact: JobRunStarted) -> tuple[Thing, ...]:
    return (
        *_lots(known, fact.items, "processed"),
        *(_output(known, each) for each in fact.output_ids),
        *(_source(known, each) for each in fact.source_ids),
    )


def _source(known: Known, source_id: str) -> Thing:
    name, title = source_name(source_id), known.titles.get(source_id, "")
    return Thing(name=name, title=title, taint=known.taint(source_id))


def _output(known: Known, output_id: str) -> Thing:
    made, job_run_id = known.outputs.get(output_id), known.run_of.get(output_id, "")
    started = known.job_runs.get(job_run_id)
    if made is None:
        return Thing(name=output_name(output_id))
    first = started.consignment_ids[0] if started and started.consignment_ids else ""
    return Thing(
        name=output_name(output_id),
        title=made.reference,
        version=made.sha256.hex(),
        owner=started.processor_id if started else "",
        tags=(("kind", made.kind), ("unit", made.unit)),
        fields=made.fields,
        rows=made.quantity,
        size_bytes=made.size_bytes,
        consigned=known.consigned.get(first),
        treatment="processed",
        taint=known.taint(job_run_id),
    )


def _job_run(known: Known, place: Place, fact: JobRunStarted, phase: Phase) -> Run:
    """A run of a job, as part of the first consignment's that is behind it."""
    first = fact.consignment_ids[0] if fact.consignment_ids else ""
    return Run(
        key=f"job/{fact.job_run_id}",
        phase=phase,
        at=place.at,
        place=place.key,
        doing=Doing(BONDED_ZONE, f"job/{fact.zone_id}/{fact.job}", sort="JOB"),
        agent=fact.processor_id,
        # The operator in the zone acts for the importer, whose data it is.
        behalf=known.owners.get(first, ""),
        pool=fact.pool_id,
        parent=_of_handbook(known, first),
    )


def _completed(known: Known, place: Place, fact: JobRunCompleted) -> Iterable[Run]:
    started = known.job_runs.get(fact.job_run_id)
    if started is None:
        return
    direct = {each.name: each for each in _inputs(known, started)}
    yield _job_run(known, place, started, "complete")._replace(
        inputs=tuple(direct.values()),
        outputs=tuple(_made(known, each, tuple(direct)) for each in fact.made),
        decision=known.decision(started.decision_id),
    )


def _made(known: Known, made: MadeOutput, inputs: tuple[str, ...]) -> Thing:
    """An output comes from the lots of its items, and from all that went in beside lots."""
    lots = distinct(lot_name(each.consignment_id, each.lot) for each in made.items)
    sources = tuple(each for each in inputs if "/consignment/" not in each or each in lots)
    columns = columns_of(made.fields, input_name)
    return _output(known, made.output_id)._replace(change="CREATE", columns=columns, made_from=sources)


def _failed(known: Known, place: Place, fact: JobRunFailed) -> Iterable[Run]:
    started = known.job_runs.get(fact.job_run_id)
    if started is not None:
        yield _job_run(known, place, started, "fail")._replace(
            inputs=_inputs(known, started), failed=fact.grounds
        )


def _reported(known: Known, place: Place, fact: IncidentReported) -> Iterable[Run]:
    """What went in without being named is told as a run of its own: the job's may be over."""
    started = known.job_runs.get(fact.job_run_id)
    if started is None or not fact.source_ids:
        return
    work = Thing(
        name=work_name(fact.job_run_id), title=started.job, owner=started.processor_id, change="ALTER"
    )
    sources = tuple(_source(known, each) for each in fact.source_ids)
    doing = Doing(BONDED_ZONE, f"report/{fact.zone_id}")
    run = Run(place.key, "whole", place.at, place.key, doing, sources, (work,), agent=fact.by_id)
    yield run._replace(parent=_part_of(started))


def _part_of(started: JobRunStarted) -> Parent:
    return Parent(
        f"job/{started.job_run_id}", Doing(BONDED_ZONE, f"job/{started.zone_id}/{started.job}", sort="JOB")
    )


def _registered(known: Known, place: Place, fact: SourceRegistered) -> Iterable[Run]:
    """Data of no consignment that is of a product version."""
    if fact.made_from is None:
        return
    run = Run(place.key, "whole", place.at, place.key, Doing(BONDED_ZONE, f"register/{fact.zone_id}"))
    source = _source(known, fact.source_id)
    yield run._replace(
        inputs=(Thing(name=fact.made_from),),
        outputs=(source._replace(change="CREATE", made_from=(fact.made_from,), owner=fact.by_id),),
        agent=fact.by_id,
    )


def _reclassified(known: Known, place: Place, fact: SourceReclassified) -> Iterable[Run]:
    """A consignment or a source is other data than was declared."""
    lots = known.lots.get(fact.source_id)
    things = (
        tuple(_lot(known, fact.source_id, lot, "admitted") for lot in lots)
        if lots
        else (_source(known, fact.source_id),)
    )
    yield _altered(place, "reclassify", things, place.actor)


def _recomputed(known: Known, place: Place, fact: TaintsRecomputed) -> Iterable[Run]:
    """What was made carries something else since what is behind it changed, or a report cleared it."""
    runs = {each.job_run_id for each in fact.changed}
    made = tuple(_output(known, each) for each, job_run_id in known.run_of.items() if job_run_id in runs)
    if made:
        yield _altered(place, "recompute", made, "exchange")


def _altered(place: Place, name: str, things: tuple[Thing, ...], agent: str) -> Run:
    altered = tuple(each._replace(change="ALTER") for each in things)
    doing = Doing(BONDED_ZONE, name)
    return Run(place.key, "whole", place.at, place.key, doing, things, altered, agent=agent)


def _offered(known: Known, place: Place, fact: OutputOffered) -> Iterable[Run]:
    """A version was there since it was drafted; now it is said which output it is."""
    said = fact.provenance
    output = _output(known, said.output_id)
    version = version_thing(known, said.product_id, said.version, BONDED_ZONE)
    made = version._replace(
        columns=same_columns(version.fields, output.name), made_from=(output.name,), change="ALTER"
    )
    doing = Doing(BONDED_ZONE, f"offer/{said.product_id}/{said.version}")
    yield Run(place.key, "whole", place.at, place.key, doing, (output,), (made,), agent=said.seller_id)


def _exported(known: Known, place: Place, fact: OutputExported) -> Iterable[Run]:
    sources = tuple(_output(known, each) for each in fact.output_ids)
    made = tuple(
        source._replace(
            name=export_name(fact.destination, fact.egress_id, output_id),
            owner=fact.recipient_id,
            columns=same_columns(source.fields, source.name),
            change="CREATE",
            made_from=(source.name,),
        )
        for source, output_id in zip(sources, fact.output_ids, strict=True)
    )
    run = Run(place.key, "whole", place.at, place.key, Doing(BONDED_ZONE, "export"), sources, made)
    yield run._replace(
        agent=fact.processor_id, behalf=fact.recipient_id, decision=known.decision(fact.decision_id)
    )


def _returned(known: Known, place: Place, fact: ItemsReturned) -> Iterable[Run]:
    sources = _lots(known, fact.items, "returned", "ALTER")
    made = Thing(
        name=return_name(fact.destination, fact.egress_id),
        title=sources[0].title if sources else "",
        owner=fact.consignor_id,
        rows=sum(each.rows or 0 for each in sources),
        size_bytes=fact.size_bytes,
        change="CREATE",
        consigned=sources[0].consigned if sources else None,
        treatment="returned",
        taint=sources[0].taint if sources else None,
        made_from=tuple(each.name for each in sources),
    )
    run = Run(
        place.key, "whole", place.at, place.key, Doing(BONDED_ZONE, "return"), sources, (made,), sources
    )
    requested = known.egresses.get(fact.egress_id)
    yield run._replace(
        agent=requested.processor_id if requested else place.actor,
        behalf=fact.consignor_id,
        parent=_of_handbook(known, fact.items[0].consignment_id) if fact.items else None,
        decision=known.decision(fact.decision_id),
    )


def _scrapped(known: Known, place: Place, fact: ItemsScrapped) -> Iterable[Run]:
    sources = _lots(known, fact.items, "scrapped", "TRUNCATE")
    run = Run(place.key, "whole", place.at, place.key, Doing(BONDED_ZONE, "scrap"), sources, (), sources)
    yield run._replace(agent=fact.by_id, parent=_of_handbook(known, fact.consignment_id))


def _deleting(known: Known, place: Place, fact: DestructionRecorded) -> Iterable[Run]:
    """A deletion is a run from the operator's word to the verifier's."""
    yield _deletion(known, place, fact)._replace(inputs=_gone(known, fact))


def _deletion(known: Known, place: Place, fact: DestructionRecorded) -> Run:
    doing = Doing(BONDED_ZONE, f"delete/{fact.erasure.method}")
    run = Run(f"deletion/{fact.certificate_id}", "start", place.at, place.key, doing)
    return run._replace(agent=fact.operator_id, parent=_of_handbook(known, fact.consignment_id))


def _gone(known: Known, fact: DestructionRecorded) -> tuple[Thing, ...]:
    outputs = (_output(known, each) for each in fact.output_ids)
    return (
        *_lots(known, fact.items, "destroyed", "TRUNCATE"),
        *(each._replace(change="DROP", treatment="destroyed") for each in outputs),
    )


def _certified(known: Known, place: Place, fact: DeletionCertified) -> Iterable[Run]:
    recorded = known.deletions.get(fact.certificate_id)
    if recorded is None:
        return
    gone = _gone(known, recorded)
    certificate = Thing(
        name=paper_name("certificate", fact.certificate_id),
        kind="paper",
        title=f"Deletion in {consignment_name(fact.consignment_id)}",
        version=fact.merkle_root.hex(),
        owner=fact.verifier_id,
        tags=(("method", fact.method), ("partial", str(fact.partial).lower())),
        change="CREATE",
        made_from=tuple(each.name for each in gone),
    )
    yield _deletion(known, place, recorded)._replace(
        phase="complete",
        inputs=gone,
        outputs=(certificate,),
        # What a partial certificate is about is still there.
        destroys=() if fact.partial else gone,
        certificate_id=fact.certificate_id,
    )


def _written_off(known: Known, place: Place, fact: ConsignmentWrittenOff) -> Iterable[Run]:
    lots = tuple(
        _lot(known, fact.consignment_id, lot, "written_off", (), "DROP")
        for lot in known.lots.get(fact.consignment_id, ())
    )
    run = _handbook(known, place, fact.consignment_id)
    yield run._replace(phase="complete", inputs=lots, destroys=lots, agent=place.actor)


BONDED_RUNS: dict[type[Fact], Callable[..., Iterable[Run]]] = {
    ConsignmentProposed: _proposed,
    ItemsTransferred: _transferred,
    TransferTakenIn: _taken_in,
    JobRunStarted: _started,
    JobRunCompleted: _completed,
    JobRunFailed: _failed,
    IncidentReported: _reported,
    SourceRegistered: _registered,
    SourceReclassified: _reclassified,
    TaintsRecomputed: _recomputed,
    OutputOffered: _offered,
    OutputExported: _exported,
    ItemsReturned: _returned,
    ItemsScrapped: _scrapped,
    DestructionRecorded: _deleting,
    DeletionCertified: _certified,
    ConsignmentWrittenOff: _written_off,
}
