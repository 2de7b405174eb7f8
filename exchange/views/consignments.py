"""Consignments as handbooks have them: what came, what became of every item, what was counted and deleted."""

from collections.abc import Iterable

from exchange.bonded.between.facts import (
    TransferConcluded,
    TransferDispatched,
    TransferReturned,
    TransferTakenIn,
)
from exchange.bonded.facts import (
    FACTS,
    BalanceClosed,
    BalanceCounted,
    BusinessZoneOpened,
    ConsignmentAdmitted,
    ConsignmentHeld,
    ConsignmentProposed,
    ConsignmentWrittenOff,
    DecisionRevoked,
    DeletionCertified,
    DestructionRecorded,
    ItemsReturned,
    ItemsScrapped,
    ItemsTransferred,
    JobRunCompleted,
    LiftEnded,
    LinkRecorded,
    RetentionEnded,
    ReviewLifted,
    SafeguardRecorded,
    SourceReclassified,
    SourceRegistered,
)
from exchange.bonded.ruled.facts import RuledAgainst
from exchange.bonded.values import Carried, ItemRange, KeptTerms, Lot
from exchange.kernel.bases import Fact
from exchange.store import Add, Change, Insert, Merge, Row, Update
from exchange.views.columns import as_json, as_json_list, count, flag, table, text
from exchange.views.view import COMMON_IGNORED, Handler, Here, View

_CONSIGNMENT = "C-"
"""What the ids of consignments begin with: a source of another kind may be re-classified, too."""

BUSINESS_ZONES = table(
    "business_zones",
    "Fenced places in which consignments are processed",
    text("zone_id", key=True),
    count("partition"),
    count("seq"),
    text("title"),
    text("place"),
    count("seats"),
    count("at"),
)
BONDED_LINKS = table(
    "bonded_links",
    "Physical lines into and out of the zone, as they stand",
    count("partition", key=True),
    text("link_id", key=True),
    text("places", comment="JSON array of both ends"),
    text("kind", comment="dedicated or internet"),
    text("state", comment="planned, building, in_service or down"),
    count("changed_at"),
)
BONDED_SAFEGUARDS = table(
    "bonded_safeguards",
    "Legal tools that bonded processing knows of, as they stand",
    count("partition", key=True),
    text("safeguard_id", key=True),
    text("kind"),
    text("exporter_id", null=True, comment="none: any"),
    text("recipient_id", null=True, comment="none: any"),
    text("valid_from", null=True),
    text("valid_to", null=True),
    text("status"),
    text("terms", comment="JSON of all of it"),
    count("changed_at"),
)
ZONE_RULINGS = table(
    "zone_rulings",
    "What the counter lets pass of a REVIEW, for one handbook",
    text("ruling_id", key=True),
    count("partition"),
    count("seq"),
    text("zone_id"),
    text("handbook_no"),
    text("codes", comment="JSON array of the reason codes that are lifted"),
    text("panel", comment="JSON array of those who ruled"),
    text("grounds"),
    text("reference", comment="the counter's case"),
    text("by_id", comment="who brought it here"),
    count("valid_until_at"),
    count("at"),
    count("ended_at", null=True, comment="when the counter took it back"),
    text("end_grounds", null=True),
    indexes=[("handbook_no",)],
)
CONSIGNMENTS = table(
    "consignments",
    "Raw data in business zones, each under a handbook of its own",
    text("consignment_id", key=True),
    count("partition"),
    count("seq"),
    text("zone_id"),
    text("handbook_no"),
    text("title", null=True, comment="of what another handbook handed over, that of the first"),
    text("consignor_id", null=True),
    text("processor_id"),
    text("origin", null=True),
    text("unit", null=True),
    text("return_list", null=True, comment="JSON array of places"),
    text("retention_until", null=True, comment="the last day on which it may be worked on, in Asia/Shanghai"),
    count("retention_ended_at", null=True),
    text("key_id"),
    flag("key_destroyed"),
    text("from_consignment_id", null=True, comment="whose items these were, in a deep-processing transfer"),
    text("state", comment="in_review, admitted or written_off"),
    text("decision_id", null=True),
    text("codes", null=True, comment="JSON array: why people have to let it in"),
    text("balance_state", comment="open, reconciling, balanced, within_tolerance or written_off"),
    text("origins", null=True, comment="JSON array of places in which it was collected"),
    flag("domestic_pi"),
    flag("important"),
    count(
        "used_count",
        null=True,
        comment="items in products, each as often as it is in one; known at write-off",
    ),
    count("at"),
    count("changed_at"),
    indexes=[("handbook_no",), ("processor_id",), ("consignor_id",)],
)
CONSIGNMENT_LOTS = table(
    "consignment_lots",
    "The lots of consignments",
    text("consignment_id", key=True),
    text("lot", key=True),
    text("sha256"),
    count("quantity"),
    count("size_bytes"),
)
CONSIGNMENT_BALANCES = table(
    "consignment_balances",
    "How many items of a consignment came, and what became of them; all others are on hand",
    text("consignment_id", key=True),
    count("admitted", default=0),
    count("transferred_in", default=0),
    count("consumed", default=0, comment="once each, in however many products they are"),
    count("returned", default=0),
    count("transferred_out", default=0),
    count("scrapped", default=0),
    count("destroyed", default=0),
    count(
        "in_transit", default=0, comment="on their way to another business zone, which has not answered yet"
    ),
)
ITEM_MOVES = table(
    "item_moves",
    "Ranges of items that left the books, and how",
    count("partition", key=True),
    count("seq", key=True),
    count("line", key=True),
    text("consignment_id"),
    text("lot"),
    count("first"),
    count("last"),
    text("way", comment="consumed, returned, transferred_out, scrapped or destroyed"),
    text("by", comment="the job run, egress or certificate that did it; of what was scrapped, who said so"),
    count("at"),
    indexes=[("consignment_id",)],
)
BALANCE_COUNTS = table(
    "balance_counts",
    "What was found on hand, beside what the books said, unit by unit",
    count("partition", key=True),
    count("seq", key=True),
    text("unit", key=True),
    text("consignment_id"),
    text("step", comment="counted, or written_off"),
    count("admitted"),
    count("transferred_in"),
    count("consumed"),
    count("returned"),
    count("transferred_out"),
    count("scrapped"),
    count("destroyed"),
    count("on_hand"),
    count("counted"),
    count("tolerance"),
    count("in_transit", default=0, comment="on their way to another business zone"),
    text("by_id", null=True),
    count("at"),
    indexes=[("consignment_id",)],
)
DELETION_REGISTER = table(
    "deletion_register",
    "What was deleted, how, by whom, and who verified it",
    text("certificate_id", key=True),
    count("partition"),
    count("seq"),
    text("consignment_id"),
    text("items", comment="JSON array of ranges"),
    text("output_ids", comment="JSON array"),
    text("method", comment="clear, purge, destroy or cryptographic_erase"),
    text("erasure", comment="JSON of media, tool, key, replicas and standard"),
    text("merkle_root"),
    count("hashes"),
    text("operator_id"),
    text("verifier_id", null=True),
    text("verification", null=True, comment="how it was verified"),
    count("sample", null=True),
    text("state", comment="recorded, partial or certified"),
    text("credential", null=True, comment="the certificate as a verifiable credential"),
    count("at"),
    count("certified_at", null=True),
    indexes=[("consignment_id",)],
)
BONDED_SOURCES = table(
    "bonded_sources",
    "Data of no consignment that jobs draw on",
    text("source_id", key=True),
    count("partition"),
    count("seq"),
    text("zone_id"),
    text("title"),
    text("sha256"),
    text("traits", comment="JSON"),
    text("by_id"),
    count("at"),
)
RECLASSIFICATIONS = table(
    "reclassifications",
    "Consignments and sources that turned out to be other data",
    count("partition", key=True),
    count("seq", key=True),
    text("source_id"),
    text("traits", comment="JSON"),
    text("carried", comment="JSON of what it carries since"),
    text("grounds"),
    text("evidence_sha256"),
    text("by_id"),
    count("at"),
    indexes=[("source_id",)],
)


def _zone(here: Here, fact: BusinessZoneOpened) -> Iterable[Change]:
    row: Row = {"zone_id": fact.zone_id, "title": fact.title, "place": fact.place, "seats": fact.seats}
    yield Insert(BUSINESS_ZONES, {**row, **_spot(here)})


def _link(here: Here, fact: LinkRecorded) -> Iterable[Change]:
    last: Row = {
        "places": as_json_list(fact.places),
        "kind": fact.kind,
        "state": fact.state,
        "changed_at": here.at,
    }
    yield Merge(BONDED_LINKS, {"partition": here.partition, "link_id": fact.link_id}, last=last)


def _safeguard(here: Here, fact: SafeguardRecorded) -> Iterable[Change]:
    terms = fact.safeguard
    last: Row = {
        "kind": terms.kind,
        "exporter_id": terms.exporter_id,
        "recipient_id": terms.recipient_id,
        "valid_from": terms.valid_from,
        "valid_to": terms.valid_to,
        "status": terms.status,
        "terms": as_json(terms),
        "changed_at": here.at,
    }
    key: Row = {"partition": here.partition, "safeguard_id": terms.safeguard_id}
    yield Merge(BONDED_SAFEGUARDS, key, last=last)


def _ruling(here: Here, fact: ReviewLifted) -> Iterable[Change]:
    row: Row = {
        "ruling_id": fact.ruling_id,
        "zone_id": fact.zone_id,
        "handbook_no": fact.handbook_no,
        "codes": as_json_list(fact.codes),
        "panel": as_json_list(fact.panel),
        "grounds": fact.grounds,
        "reference": fact.reference,
        "by_id": fact.by_id,
        "valid_until_at": fact.valid_until,
        "ended_at": None,
        "end_grounds": None,
    }
    yield Insert(ZONE_RULINGS, {**row, **_spot(here)})


def _lift_ended(here: Here, fact: LiftEnded | RuledAgainst) -> Iterable[Change]:
    for ruling_id in fact.ruling_ids:
        values: Row = {"ended_at": here.at, "end_grounds": fact.grounds}
        yield Update(ZONE_RULINGS, {"ruling_id": ruling_id}, values)


def _proposed(here: Here, fact: ConsignmentProposed) -> Iterable[Change]:
    row: Row = {
        "zone_id": fact.zone_id,
        "handbook_no": fact.handbook_no,
        "title": fact.title,
        "consignor_id": fact.consignor_id,
        "processor_id": fact.processor_id,
        "origin": fact.origin,
        "unit": fact.unit,
        "return_list": as_json_list(fact.return_list),
        "retention_until": fact.retention_until,
        "key_id": fact.key_id,
        "from_consignment_id": None,
        "state": "in_review",
        "origins": as_json_list(fact.carried.origins),
        "domestic_pi": fact.carried.domestic_pi,
        "important": fact.carried.important,
    }
    yield _entered(here, fact.consignment_id, row)
    yield from _lots(fact.consignment_id, fact.lots, "admitted")


def _transferred(here: Here, fact: ItemsTransferred) -> Iterable[Change]:
    yield from _left(here, fact.items, "transferred_out", fact.egress_id)
    row: Row = {
        **_kept(fact.terms),
        "zone_id": fact.zone_id,
        "handbook_no": fact.handbook_no,
        "processor_id": fact.processor_id,
        "key_id": fact.key_id,
        "from_consignment_id": fact.from_consignment_id,
        "state": "admitted",
    }
    yield _entered(here, fact.consignment_id, {**row, "decision_id": fact.decision_id})
    yield from _lots(fact.consignment_id, (fact.lot,), "transferred_in")


def _kept(terms: KeptTerms | None) -> Row:
    """Nothing, of what an older zone did not say."""
    if terms is None:
        unsaid = ("title", "consignor_id", "origin", "unit", "return_list", "retention_until", "origins")
        return {**dict.fromkeys(unsaid), "domestic_pi": False, "important": False}
    return {
        "title": terms.title,
        "consignor_id": terms.consignor_id,
        "origin": terms.origin,
        "unit": terms.unit,
        "return_list": as_json_list(terms.return_list),
        "retention_until": terms.retention_until,
        **_carried(terms.carried, ""),
    }


def _dispatched(here: Here, fact: TransferDispatched) -> Iterable[Change]:
    yield from _in_transit(fact.handed.items, 1)


def _concluded(here: Here, fact: TransferConcluded) -> Iterable[Change]:
    yield from _in_transit(fact.items, -1)
    yield from _left(here, fact.items, "transferred_out", fact.egress_id)


def _sent_back(here: Here, fact: TransferReturned) -> Iterable[Change]:
    yield from _in_transit(fact.items, -1)


def _in_transit(items: tuple[ItemRange, ...], sign: int) -> Iterable[Change]:
    for each in items:
        amounts = {"in_transit": sign * (each.last - each.first + 1)}
        yield Add(CONSIGNMENT_BALANCES, {"consignment_id": each.consignment_id}, amounts)


def _taken_in(here: Here, fact: TransferTakenIn) -> Iterable[Change]:
    handed = fact.handed
    row: Row = {
        "zone_id": handed.to_zone_id,
        "handbook_no": handed.handbook_no,
        "title": handed.title,
        "consignor_id": handed.consignor_id,
        "processor_id": handed.processor_id,
        "origin": handed.origin,
        "unit": handed.unit,
        "return_list": as_json_list(handed.return_list),
        "retention_until": handed.retention_until,
        "key_id": handed.key_id,
        "from_consignment_id": handed.from_consignment_id,
        "state": "admitted",
        "origins": as_json_list(handed.carried.origins),
        "domestic_pi": handed.carried.domestic_pi,
        "important": handed.carried.important,
        "decision_id": handed.decision_id,
    }
    yield _entered(here, fact.consignment_id, row)
    yield from _lots(fact.consignment_id, (handed.lot,), "transferred_in")


def _entered(here: Here, consignment_id: str, row: Row) -> Change:
    start: Row = {
        "consignment_id": consignment_id,
        "retention_ended_at": None,
        "key_destroyed": False,
        "decision_id": None,
        "codes": None,
        "balance_state": "open",
        "used_count": None,
        "changed_at": here.at,
    }
    return Insert(CONSIGNMENTS, {**start, **_spot(here), **row})


def _lots(consignment_id: str, lots: tuple[Lot, ...], way: str) -> Iterable[Change]:
    for lot in lots:
        row: Row = {"consignment_id": consignment_id, "lot": lot.name, "sha256": lot.sha256.hex()}
        yield Insert(CONSIGNMENT_LOTS, {**row, "quantity": lot.quantity, "size_bytes": lot.size_bytes})
    amounts = {way: sum(lot.quantity for lot in lots)}
    yield Add(CONSIGNMENT_BALANCES, {"consignment_id": consignment_id}, amounts)


def _admitted(here: Here, fact: ConsignmentAdmitted) -> Iterable[Change]:
    values: Row = {"state": "admitted", "decision_id": fact.decision_id, "codes": None}
    yield _changed(here, fact.consignment_id, values)


def _held(here: Here, fact: ConsignmentHeld) -> Iterable[Change]:
    values: Row = {"state": "in_review", "decision_id": fact.decision_id, "codes": as_json_list(fact.codes)}
    yield _changed(here, fact.consignment_id, values)


def _revoked(here: Here, fact: DecisionRevoked) -> Iterable[Change]:
    if fact.stage == "admitted":
        yield _changed(here, fact.subject, {"state": "in_review"})


def _retention(here: Here, fact: RetentionEnded) -> Iterable[Change]:
    yield _changed(here, fact.consignment_id, {"retention_ended_at": here.at})


def _changed(here: Here, consignment_id: str, values: Row) -> Change:
    return Update(CONSIGNMENTS, {"consignment_id": consignment_id}, {**values, "changed_at": here.at})


def _source(here: Here, fact: SourceRegistered) -> Iterable[Change]:
    row: Row = {
        "source_id": fact.source_id,
        "zone_id": fact.zone_id,
        "title": fact.title,
        "sha256": fact.sha256.hex(),
        "traits": as_json(fact.traits),
        "by_id": fact.by_id,
    }
    yield Insert(BONDED_SOURCES, {**row, **_spot(here)})


def _reclassified(here: Here, fact: SourceReclassified) -> Iterable[Change]:
    row: Row = {
        "source_id": fact.source_id,
        "traits": as_json(fact.traits),
        "carried": as_json(fact.carried),
        "grounds": fact.grounds,
        "evidence_sha256": fact.evidence_sha256.hex(),
        "by_id": fact.by_id,
    }
    yield Insert(RECLASSIFICATIONS, {**row, **_spot(here)})
    consignment_id, _, lot = fact.source_id.partition("/")
    if consignment_id.startswith(_CONSIGNMENT) and (found := _carried(fact.carried, lot)):
        yield _changed(here, consignment_id, found)


def _carried(carried: Carried, lot: str) -> Row:
    """What a consignment carries since; of a lot of it that is other data only what that adds."""
    flags: Row = {"domestic_pi": carried.domestic_pi, "important": carried.important}
    if lot:
        return {name: True for name, is_so in flags.items() if is_so}
    return {**flags, "origins": as_json_list(carried.origins)}


def _completed(here: Here, fact: JobRunCompleted) -> Iterable[Change]:
    yield from _left(here, fact.consumed, "consumed", fact.job_run_id)


def _returned(here: Here, fact: ItemsReturned) -> Iterable[Change]:
    yield from _left(here, fact.items, "returned", fact.egress_id)


def _scrapped(here: Here, fact: ItemsScrapped) -> Iterable[Change]:
    yield from _left(here, fact.items, "scrapped", fact.by_id)


def _left(here: Here, items: tuple[ItemRange, ...], way: str, by: str) -> Iterable[Change]:
    for line, each in enumerate(items):
        row: Row = {
            "consignment_id": each.consignment_id,
            "lot": each.lot,
            "first": each.first,
            "last": each.last,
        }
        yield Insert(ITEM_MOVES, {**row, "line": line, "way": way, "by": by, **_spot(here)})
        amounts = {way: each.last - each.first + 1}
        yield Add(CONSIGNMENT_BALANCES, {"consignment_id": each.consignment_id}, amounts)


def _recorded(here: Here, fact: DestructionRecorded) -> Iterable[Change]:
    row: Row = {
        "certificate_id": fact.certificate_id,
        "consignment_id": fact.consignment_id,
        "items": as_json(fact.items),
        "output_ids": as_json_list(fact.output_ids),
        "method": fact.erasure.method,
        "erasure": as_json(fact.erasure),
        "merkle_root": fact.merkle_root.hex(),
        "hashes": fact.hashes,
        "operator_id": fact.operator_id,
        "verifier_id": None,
        "verification": None,
        "sample": None,
        "state": "recorded",
        "credential": None,
        "certified_at": None,
    }
    yield Insert(DELETION_REGISTER, {**row, **_spot(here)})


def _certified(here: Here, fact: DeletionCertified) -> Iterable[Change]:
    values: Row = {
        "verifier_id": fact.verifier_id,
        "verification": fact.method,
        "sample": fact.sample,
        "state": "partial" if fact.partial else "certified",
        "credential": fact.credential,
        "certified_at": here.at,
    }
    yield Update(DELETION_REGISTER, {"certificate_id": fact.certificate_id}, values)
    if not fact.partial:
        yield from _left(here, fact.items, "destroyed", fact.certificate_id)
    if fact.key_destroyed:
        yield _changed(here, fact.consignment_id, {"key_destroyed": True})


def _counted(here: Here, fact: BalanceCounted) -> Iterable[Change]:
    yield from _lines(here, fact, "counted", fact.by_id)
    yield _changed(here, fact.consignment_id, {"balance_state": "reconciling"})


def _closed(here: Here, fact: BalanceClosed) -> Iterable[Change]:
    yield _changed(here, fact.consignment_id, {"balance_state": fact.balance_state})


def _written_off(here: Here, fact: ConsignmentWrittenOff) -> Iterable[Change]:
    yield from _lines(here, fact, "written_off", None)
    values: Row = {"state": "written_off", "balance_state": "written_off", "used_count": fact.used_count}
    yield _changed(here, fact.consignment_id, values)


def _lines(
    here: Here, fact: BalanceCounted | ConsignmentWrittenOff, step: str, by_id: str | None
) -> Iterable[Change]:
    for line in {each.unit: each for each in fact.lines}.values():
        amounts = {name: getattr(line, name) for name in line.__struct_fields__}
        row: Row = {"consignment_id": fact.consignment_id, "step": step, "by_id": by_id}
        yield Insert(BALANCE_COUNTS, {**row, **amounts, **_spot(here)})


def _spot(here: Here) -> Row:
    return {"partition": here.partition, "seq": here.seq, "at": here.at}


_HANDLERS: dict[type[Fact], Handler] = {
    BusinessZoneOpened: _zone,
    LinkRecorded: _link,
    SafeguardRecorded: _safeguard,
    ReviewLifted: _ruling,
    LiftEnded: _lift_ended,
    RuledAgainst: _lift_ended,
    ConsignmentProposed: _proposed,
    ConsignmentAdmitted: _admitted,
    ConsignmentHeld: _held,
    DecisionRevoked: _revoked,
    RetentionEnded: _retention,
    SourceRegistered: _source,
    SourceReclassified: _reclassified,
    JobRunCompleted: _completed,
    ItemsReturned: _returned,
    ItemsTransferred: _transferred,
    TransferDispatched: _dispatched,
    TransferTakenIn: _taken_in,
    TransferConcluded: _concluded,
    TransferReturned: _sent_back,
    ItemsScrapped: _scrapped,
    DestructionRecorded: _recorded,
    DeletionCertified: _certified,
    BalanceCounted: _counted,
    BalanceClosed: _closed,
    ConsignmentWrittenOff: _written_off,
}

CONSIGNMENTS_VIEW = View(
    name="consignments",
    contexts=("bonded",),
    tables=(
        BUSINESS_ZONES,
        BONDED_LINKS,
        BONDED_SAFEGUARDS,
        ZONE_RULINGS,
        CONSIGNMENTS,
        CONSIGNMENT_LOTS,
        CONSIGNMENT_BALANCES,
        ITEM_MOVES,
        BALANCE_COUNTS,
        DELETION_REGISTER,
        BONDED_SOURCES,
        RECLASSIFICATIONS,
    ),
    handlers=_HANDLERS,
    # Who takes part is the catalogue's; jobs, and what waits to leave, are the view of the work.
    ignores=COMMON_IGNORED | (frozenset(FACTS) - set(_HANDLERS)),
)
