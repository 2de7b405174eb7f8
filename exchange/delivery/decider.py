"""The delivery's decider: which rule answers which command, and how each fact changes what is remembered."""

from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from typing import Any

from exchange.delivery import metering, publication, receipts, suspension
from exchange.delivery.commands import (
    COMMANDS,
    CloseEntitlement,
    CompletePublication,
    ConfirmReceipt,
    LapseEntitlement,
    ObjectToDelivery,
    OpenEntitlement,
    OpenMeter,
    RecordProduct,
    ReportGap,
    ReportRange,
    ReportReading,
    ResumeEntitlement,
    RuleOnRange,
    SuspendEntitlement,
)
from exchange.delivery.evidence import unconfirmed
from exchange.delivery.facts import (
    FACTS,
    AcceptanceProposed,
    DeliveryObjected,
    DigestsDiffered,
    EntitlementClosed,
    EntitlementLapsed,
    EntitlementOpened,
    EntitlementResumed,
    EntitlementSuspended,
    GapClosed,
    GapReported,
    MeterOpened,
    ProductRecorded,
    PublicationCompleted,
    RangePublished,
    RangeReceived,
    RangeRuled,
    RangeUnconfirmed,
    ReadingSetAside,
    ReadingTaken,
    RejectionProposed,
    UsageMetered,
)
from exchange.delivery.intervals import joined
from exchange.delivery.state import (
    BuyersMeter,
    Delivery,
    Dispute,
    Entitlement,
    Product,
    Range,
    dispute_over,
    due,
    meter_name,
    owed_up_to,
)
from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.decider import Decider
from exchange.kernel.errors import InvariantBroken

_DECIDE: dict[type[Command], Callable[[Delivery, Any, Cause], Sequence[Fact]]] = {
    RecordProduct: publication.record_product,
    OpenEntitlement: publication.open_entitlement,
    CloseEntitlement: publication.close_entitlement,
    SuspendEntitlement: suspension.suspend,
    ResumeEntitlement: suspension.resume,
    LapseEntitlement: suspension.lapse,
    ReportRange: publication.report_range,
    CompletePublication: publication.complete,
    ConfirmReceipt: receipts.confirm,
    ReportGap: receipts.report_gap,
    RuleOnRange: receipts.rule,
    ObjectToDelivery: receipts.object_to,
    OpenMeter: metering.open_meter,
    ReportReading: metering.report_reading,
}


def decider() -> Decider[Delivery]:
    """The delivery, ready to be hosted on a partition."""
    return Decider(
        context="delivery",
        commands=COMMANDS,
        facts=FACTS,
        state=Delivery,
        initial=Delivery,
        decide=decide,
        evolve=evolve,
        next_deadline=next_deadline,
        expire=expire,
    )


def decide(delivery: Delivery, command: Command, cause: Cause) -> Sequence[Fact]:
    """Say what happens when `command` meets `delivery`; change nothing."""
    return _DECIDE[type(command)](delivery, command, cause)


def next_deadline(delivery: Delivery) -> int | None:
    """When the next term or acceptance window ends, or a completion goes on."""
    return delivery.deadlines[0][0] if delivery.deadlines else None


def expire(delivery: Delivery, cause: Cause) -> Sequence[Fact]:
    """What the earliest deadline brings."""
    at, kind, name = delivery.deadlines[0]
    if kind == "completion":
        completing = delivery.products[name].completing
        if completing is None:
            raise InvariantBroken(f"the completion of product {name} is due at {at}, but none goes on")
        return publication.completions(delivery, name, completing[0])
    if kind == "term":
        return publication.end_of_term(delivery, name)
    entitlement, product = _pair(delivery, name)
    return unconfirmed(product, entitlement, entitlement.received)


def evolve(delivery: Delivery, fact: Fact, at: int) -> None:
    """Fold one fact into `delivery`. Holds no rule: history is never argued with."""
    _EVOLVE[type(fact)](delivery, fact, at)


def _recorded(delivery: Delivery, fact: ProductRecorded, at: int) -> None:
    product = delivery.products.setdefault(fact.product_id, Product(seller_id=fact.seller_id))
    product.product_type = fact.product_type
    product.stored_in = fact.stored_in
    product.versions.append(fact.version)


def _opened(delivery: Delivery, fact: EntitlementOpened, at: int) -> None:
    delivery.entitlements[fact.entitlement_id] = Entitlement(opened=fact)
    product = delivery.products.setdefault(fact.product_id, Product(seller_id=fact.seller_id))
    insort(product.incomplete, (fact.from_seq, fact.entitlement_id))
    _reschedule(delivery, fact.entitlement_id)


def _closed(delivery: Delivery, fact: EntitlementClosed, at: int) -> None:
    entitlement, _ = _pair(delivery, fact.entitlement_id)
    entitlement.closed = fact.verdict
    for dispute in list(entitlement.disputes):
        _settle(delivery, fact.entitlement_id, dispute.first)
    _leave_incomplete(delivery, fact.entitlement_id)
    _reschedule(delivery, fact.entitlement_id)


def _suspended(delivery: Delivery, fact: EntitlementSuspended, at: int) -> None:
    entitlement = delivery.entitlements[fact.entitlement_id]
    entitlement.suspended_from, entitlement.suspended_at = fact.from_seq, at
    _reschedule(delivery, fact.entitlement_id)


def _resumed(delivery: Delivery, fact: EntitlementResumed, at: int) -> None:
    """The acceptance window goes on where it stood still."""
    _exclude(delivery.entitlements[fact.entitlement_id], fact.first, fact.last, at)
    _reschedule(delivery, fact.entitlement_id)


def _lapsed(delivery: Delivery, fact: EntitlementLapsed, at: int) -> None:
    entitlement = delivery.entitlements[fact.entitlement_id]
    _exclude(entitlement, fact.first, fact.last, at)
    entitlement.ended_at = fact.ended_at
    _reschedule(delivery, fact.entitlement_id)


def _exclude(entitlement: Entitlement, first: int, last: int, at: int) -> None:
    if first <= last:
        entitlement.excluded = joined(entitlement.excluded, first, last)
    if entitlement.through is not None and entitlement.suspended_from is not None:
        entitlement.completed_at += at - max(entitlement.completed_at, entitlement.suspended_at)
    entitlement.suspended_from, entitlement.suspended_at = None, 0


def _range(delivery: Delivery, fact: RangePublished, at: int) -> None:
    product = delivery.products[fact.product_id]
    product.begins.setdefault(fact.version, fact.first)
    product.ranges.append(
        Range(
            first=fact.first,
            last=fact.last,
            count=fact.count,
            size_bytes=fact.size_bytes,
            digest=fact.digest,
            first_offset=fact.first_offset,
            last_offset=fact.last_offset,
            stream_claim=fact.stream_claim,
            epoch=fact.epoch,
            at=at,
        )
    )


def _completed(delivery: Delivery, fact: PublicationCompleted, at: int) -> None:
    product = delivery.products[fact.product_id]
    for name in fact.entitlement_ids:
        entitlement = delivery.entitlements[name]
        entitlement.through = fact.through
        entitlement.completed_at = at
        _leave_incomplete(delivery, name)
        for dispute in [dispute for dispute in entitlement.disputes if dispute.first > fact.through]:
            _settle(delivery, name, dispute.first)
        _reschedule(delivery, name)
    if fact.basis == "seller" and product.completing is None and owed_up_to(product, fact.through, 1):
        product.completing = (fact.through, at)
        insort(delivery.deadlines, (at, "completion", fact.product_id))


def _leave_incomplete(delivery: Delivery, name: str) -> None:
    """Nothing is left to be completed for this entitlement; a completion ends with the last one it is about."""
    entitlement, product = _pair(delivery, name)
    _discard(product.incomplete, (entitlement.opened.from_seq, name))
    if product.completing is not None and not owed_up_to(product, product.completing[0], 1):
        _discard(delivery.deadlines, (product.completing[1], "completion", entitlement.opened.product_id))
        product.completing = None


def _received(delivery: Delivery, fact: RangeReceived, at: int) -> None:
    entitlement, _ = _pair(delivery, fact.entitlement_id)
    entitlement.received = joined(entitlement.received, fact.first, fact.last)
    _discard(entitlement.ruled, fact.first)
    _settle(delivery, fact.entitlement_id, fact.first)


def _differed(delivery: Delivery, fact: DigestsDiffered, at: int) -> None:
    dispute = Dispute(first=fact.first, count=fact.buyer_count, digest=fact.buyer_digest)
    _dispute(delivery, fact.entitlement_id, dispute)


def _unconfirmed(delivery: Delivery, fact: RangeUnconfirmed, at: int) -> None:
    entitlement = delivery.entitlements[fact.entitlement_id]
    if not entitlement.objected:
        entitlement.window_over = True
    _dispute(delivery, fact.entitlement_id, Dispute(first=fact.first))


def _dispute(delivery: Delivery, name: str, dispute: Dispute) -> None:
    """Wait for the exchange to look at a range."""
    entitlement, product = _pair(delivery, name)
    entitlement.disputes.append(dispute)
    insort(product.disputed, (dispute.first, name))
    _reschedule(delivery, name)


def _ruled(delivery: Delivery, fact: RangeRuled, at: int) -> None:
    entitlement, _ = _pair(delivery, fact.entitlement_id)
    if fact.right == "seller":
        entitlement.received = joined(entitlement.received, fact.first, fact.last)
        insort(entitlement.ruled, fact.first)
    _settle(delivery, fact.entitlement_id, fact.first)


def _settle(delivery: Delivery, name: str, first: int) -> None:
    """End a dispute, if there is one over this range."""
    entitlement, product = _pair(delivery, name)
    dispute = dispute_over(entitlement, first)
    if dispute is None:
        return
    entitlement.disputes.remove(dispute)
    _discard(product.disputed, (first, name))
    _reschedule(delivery, name)


def _gap(delivery: Delivery, fact: GapReported, at: int) -> None:
    insort(delivery.entitlements[fact.entitlement_id].gaps, (fact.first, fact.last))


def _gap_closed(delivery: Delivery, fact: GapClosed, at: int) -> None:
    _discard(delivery.entitlements[fact.entitlement_id].gaps, (fact.first, fact.last))


def _objected(delivery: Delivery, fact: DeliveryObjected, at: int) -> None:
    delivery.entitlements[fact.entitlement_id].objected = True
    _reschedule(delivery, fact.entitlement_id)


def _acceptance(delivery: Delivery, fact: AcceptanceProposed, at: int) -> None:
    delivery.entitlements[fact.entitlement_id].proposed = "accept"
    _reschedule(delivery, fact.entitlement_id)


def _rejection(delivery: Delivery, fact: RejectionProposed, at: int) -> None:
    delivery.entitlements[fact.entitlement_id].proposed = "reject"
    _leave_incomplete(delivery, fact.entitlement_id)
    _reschedule(delivery, fact.entitlement_id)


def _meter_opened(delivery: Delivery, fact: MeterOpened, at: int) -> None:
    name = meter_name(fact.instrument_id, fact.buyer_id)
    delivery.meters.setdefault(name, BuyersMeter(fact.instrument_id, fact.buyer_id, fact.counts))
    delivery.metered_by[fact.entitlement_id] = name


def _usage_metered(delivery: Delivery, fact: UsageMetered, at: int) -> None:
    meter = delivery.meters[meter_name(fact.instrument_id, fact.buyer_id)]
    meter.counted = joined(meter.counted, fact.first, fact.last)


def _reading_taken(delivery: Delivery, fact: ReadingTaken | ReadingSetAside, at: int) -> None:
    delivery.meters[meter_name(fact.instrument_id, fact.buyer_id)].read[fact.entitlement_id] = fact.total


def _reschedule(delivery: Delivery, name: str) -> None:
    """Let the deadline of an entitlement follow what is now true of it."""
    entitlement = delivery.entitlements[name]
    following = due(entitlement)
    if following == entitlement.due:
        return
    if entitlement.due is not None:
        _discard(delivery.deadlines, (*entitlement.due, name))
    if following is not None:
        insort(delivery.deadlines, (*following, name))
    entitlement.due = following


def _pair(delivery: Delivery, name: str) -> tuple[Entitlement, Product]:
    entitlement = delivery.entitlements[name]
    return entitlement, delivery.products[entitlement.opened.product_id]


def _discard(ordered: list[Any], item: object) -> None:
    """Take an item out of a sorted list, if it is in it."""
    place = bisect_left(ordered, item)
    if place < len(ordered) and ordered[place] == item:
        del ordered[place]


_EVOLVE: dict[type[Fact], Callable[[Delivery, Any, int], None]] = {
    ProductRecorded: _recorded,
    EntitlementOpened: _opened,
    EntitlementClosed: _closed,
    EntitlementSuspended: _suspended,
    EntitlementResumed: _resumed,
    EntitlementLapsed: _lapsed,
    RangePublished: _range,
    PublicationCompleted: _completed,
    RangeReceived: _received,
    DigestsDiffered: _differed,
    RangeUnconfirmed: _unconfirmed,
    RangeRuled: _ruled,
    GapReported: _gap,
    GapClosed: _gap_closed,
    DeliveryObjected: _objected,
    AcceptanceProposed: _acceptance,
    RejectionProposed: _rejection,
    MeterOpened: _meter_opened,
    UsageMetered: _usage_metered,
    ReadingTaken: _reading_taken,
    ReadingSetAside: _reading_taken,
}
