"""Who sees and holds bonded data: pools, stations, sessions, fenced volumes, and what their port could do."""

from collections.abc import Iterable

from exchange.bonded.facts import FACTS, OutputOffered, ProvenancesRestated
from exchange.bonded.fenced.facts import (
    AccessContinued,
    EnforcementReported,
    PoolDeclared,
    SessionEnded,
    SessionOpened,
    StationRecorded,
    VolumeCondemned,
    VolumeGranted,
    VolumeRevoked,
    VolumeSealed,
)
from exchange.kernel.bases import Fact
from exchange.kernel.provenance import Provenance
from exchange.store import Change, Insert, Merge, Row, Update
from exchange.views.columns import as_json, as_json_list, count, flag, table, text
from exchange.views.view import COMMON_IGNORED, Handler, Here, View

WORKER_POOLS = table(
    "worker_pools",
    "Who works for which processor, by names that only it can tell the persons of",
    text("zone_id", key=True),
    text("pool_id", key=True),
    count("partition"),
    count("seq"),
    text("processor_id"),
    text("worker_ids", comment="JSON array"),
    count("changed_at"),
)
STATIONS = table(
    "stations",
    "Stations of business zones, and what they let their worker do",
    text("station_id", key=True),
    count("partition"),
    count("seq"),
    text("zone_id"),
    text("place"),
    text("lets", comment="JSON array; whatever is more than view and annotate opens no session"),
    text("state", comment="in_service or down"),
    count("changed_at"),
)
WORK_SESSIONS = table(
    "work_sessions",
    "Who saw what, from where, and until when",
    text("session_id", key=True),
    count("partition"),
    count("seq"),
    text("zone_id"),
    text("processor_id"),
    text("pool_id"),
    text("worker_id"),
    text("station_id"),
    text("seen_from"),
    text("job_run_id", null=True, comment="all that goes into it is seen"),
    text("items", comment="JSON array of ranges that are seen"),
    text("consignment_ids", comment="JSON array of all consignments behind it"),
    text("may", comment="JSON array of what it lets its worker do"),
    text("may_not", comment="JSON array of what it does not"),
    text("state", comment="open or ended"),
    text("basis", null=True, comment="why it ended"),
    text("codes", null=True, comment="JSON array of the fence's codes, where it was the fence"),
    text("grounds", null=True),
    text("decision_id", comment="the answer of the fence that it rests on"),
    count("ends_at", comment="when it ends at the latest"),
    count("at"),
    count("ended_at", null=True),
    indexes=[("processor_id",), ("worker_id",), ("state",)],
)
FENCED_VOLUMES = table(
    "fenced_volumes",
    "Volumes of consignments and job runs, as they were decided",
    text("volume_id", key=True),
    count("partition"),
    count("seq"),
    text("zone_id"),
    text("subject_id", comment="the consignment or the job run"),
    text("job_run_id", null=True),
    text("processor_id"),
    text("state", comment="granted, revoked, sealed or condemned"),
    flag("sealed", comment="nothing on it may change any more"),
    text("pool_id", comment="who has it, or had it last"),
    text("mode", comment="read or write"),
    count("until_at"),
    text("decision_id"),
    text("basis", null=True, comment="why nobody has it"),
    text("codes", null=True, comment="JSON array of the fence's codes, where it was the fence"),
    count("at"),
    count("changed_at"),
    indexes=[("subject_id",), ("state",)],
)
VOLUME_ENFORCEMENT = table(
    "volume_enforcement",
    "What the port that guards a volume did, could not do, and found",
    count("partition", key=True),
    count("seq", key=True),
    text("volume_id"),
    text("zone_id"),
    text("step", comment="granted, revoked, sealed, destroyed or inspected"),
    flag("done"),
    text("detail"),
    text("limits", comment="JSON array of what it cannot enforce at all"),
    count("files"),
    count("size_bytes"),
    text("merkle_root", null=True, comment="over one hash for each file, where they were read"),
    text("strays", comment="JSON array of paths that should not be there"),
    text("by_id"),
    count("at"),
    indexes=[("volume_id",)],
)
BONDED_PRODUCTS = table(
    "bonded_products",
    "Product versions that were made in bond, and what is behind them",
    text("output_id", key=True),
    count("partition"),
    count("seq"),
    text("product_id"),
    text("version"),
    text("seller_id"),
    text("origins", comment="JSON array of places"),
    flag("domestic_pi"),
    flag("important"),
    flag("separable"),
    text("consignments", comment="JSON array: return list, last day, balance and fence of each"),
    text("routes", comment="JSON array of the lines to places that it may return to"),
    count("at"),
    count("changed_at"),
    indexes=[("product_id",)],
)


def _pool(here: Here, fact: PoolDeclared) -> Iterable[Change]:
    last: Row = {"processor_id": fact.processor_id, "worker_ids": as_json(list(fact.worker_ids))}
    key: Row = {"zone_id": fact.zone_id, "pool_id": fact.pool_id}
    yield Merge(WORKER_POOLS, key, last={**last, **_last(here)})


def _station(here: Here, fact: StationRecorded) -> Iterable[Change]:
    last: Row = {
        "zone_id": fact.zone_id,
        "place": fact.place,
        "lets": as_json_list(fact.lets),
        "state": fact.state,
    }
    yield Merge(STATIONS, {"station_id": fact.station_id}, last={**last, **_last(here)})


def _opened(here: Here, fact: SessionOpened) -> Iterable[Change]:
    row: Row = {
        "session_id": fact.session_id,
        "zone_id": fact.zone_id,
        "processor_id": fact.processor_id,
        "pool_id": fact.pool_id,
        "worker_id": fact.worker_id,
        "station_id": fact.station_id,
        "seen_from": fact.seen_from,
        "job_run_id": fact.job_run_id or None,
        "items": as_json(fact.items),
        "consignment_ids": as_json_list(fact.consignment_ids),
        "may": as_json_list(fact.may),
        "may_not": as_json_list(fact.may_not),
        "state": "open",
        "basis": None,
        "codes": None,
        "grounds": None,
        "decision_id": fact.decision_id,
        "ends_at": fact.ends_at,
        "ended_at": None,
    }
    yield Insert(WORK_SESSIONS, {**row, **_spot(here)})


def _ended(here: Here, fact: SessionEnded) -> Iterable[Change]:
    values: Row = {
        "state": "ended",
        "basis": fact.basis,
        "codes": as_json_list(fact.codes) if fact.codes else None,
        "grounds": fact.grounds or None,
        "ended_at": here.at,
    }
    yield Update(WORK_SESSIONS, {"session_id": fact.session_id}, values)


def _granted(here: Here, fact: VolumeGranted) -> Iterable[Change]:
    values: Row = {
        "state": "granted",
        "pool_id": fact.pool_id,
        "mode": fact.mode,
        "until_at": fact.until,
        "decision_id": fact.decision_id,
        "basis": None,
        "codes": None,
    }
    if fact.again:
        yield _volume(here, fact.volume_id, values)
        return
    first: Row = {
        "volume_id": fact.volume_id,
        "zone_id": fact.zone_id,
        "subject_id": fact.subject_id,
        "job_run_id": fact.job_run_id or None,
        "processor_id": fact.processor_id,
        "sealed": False,
        "changed_at": here.at,
    }
    yield Insert(FENCED_VOLUMES, {**first, **values, **_spot(here)})


def _revoked(here: Here, fact: VolumeRevoked) -> Iterable[Change]:
    codes = as_json_list(fact.codes) if fact.codes else None
    yield _volume(here, fact.volume_id, {"state": "revoked", "basis": fact.basis, "codes": codes})


def _sealed(here: Here, fact: VolumeSealed) -> Iterable[Change]:
    yield _volume(here, fact.volume_id, {"state": "sealed", "basis": fact.basis, "sealed": True})


def _condemned(here: Here, fact: VolumeCondemned) -> Iterable[Change]:
    yield _volume(here, fact.volume_id, {"state": "condemned", "basis": fact.basis})


def _volume(here: Here, volume_id: str, values: Row) -> Change:
    return Update(FENCED_VOLUMES, {"volume_id": volume_id}, {**values, "changed_at": here.at})


def _continued(here: Here, fact: AccessContinued) -> Iterable[Change]:
    for name in fact.access_ids:
        values: Row = {"decision_id": fact.decision_id}
        if name.startswith("V-"):
            yield _volume(here, name, values)
        else:
            yield Update(WORK_SESSIONS, {"session_id": name}, values)


def _reported(here: Here, fact: EnforcementReported) -> Iterable[Change]:
    row: Row = {
        "volume_id": fact.volume_id,
        "zone_id": fact.zone_id,
        "step": fact.step,
        "done": fact.done,
        "detail": fact.detail,
        "limits": as_json_list(fact.limits),
        "files": fact.files,
        "size_bytes": fact.size_bytes,
        "merkle_root": fact.merkle_root.hex() or None,
        "strays": as_json_list(fact.strays),
        "by_id": fact.by_id,
    }
    yield Insert(VOLUME_ENFORCEMENT, {**row, **_spot(here)})


def _offered(here: Here, fact: OutputOffered) -> Iterable[Change]:
    said = fact.provenance
    row: Row = {
        "output_id": said.output_id,
        "product_id": said.product_id,
        "version": said.version,
        "seller_id": said.seller_id,
        **_behind(said),
        "changed_at": here.at,
    }
    yield Insert(BONDED_PRODUCTS, {**row, **_spot(here)})


def _restated(here: Here, fact: ProvenancesRestated) -> Iterable[Change]:
    for said in fact.changed:
        yield Update(BONDED_PRODUCTS, {"output_id": said.output_id}, {**_behind(said), "changed_at": here.at})


def _behind(said: Provenance) -> Row:
    return {
        "origins": as_json_list(said.origins),
        "domestic_pi": said.domestic_pi,
        "important": said.important,
        "separable": said.separable,
        "consignments": as_json(said.consignments),
        "routes": as_json(said.routes),
    }


def _spot(here: Here) -> Row:
    return {"partition": here.partition, "seq": here.seq, "at": here.at}


def _last(here: Here) -> Row:
    return {"partition": here.partition, "seq": here.seq, "changed_at": here.at}


_HANDLERS: dict[type[Fact], Handler] = {
    PoolDeclared: _pool,
    StationRecorded: _station,
    SessionOpened: _opened,
    SessionEnded: _ended,
    VolumeGranted: _granted,
    VolumeRevoked: _revoked,
    VolumeSealed: _sealed,
    VolumeCondemned: _condemned,
    AccessContinued: _continued,
    EnforcementReported: _reported,
    OutputOffered: _offered,
    ProvenancesRestated: _restated,
}

FENCED_WORK = View(
    name="fenced_work",
    contexts=("bonded",),
    tables=(WORKER_POOLS, STATIONS, WORK_SESSIONS, FENCED_VOLUMES, VOLUME_ENFORCEMENT, BONDED_PRODUCTS),
    handlers=_HANDLERS,
    # Consignments, and the jobs on them, are views of their own.
    ignores=COMMON_IGNORED | (frozenset(FACTS) - set(_HANDLERS)),
)
