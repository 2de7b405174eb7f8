"""The rules about what is used up: a meter for each buyer of prepaid units, by receipts or by a gateway's readings.

Source: market.md section 2 (per_call, per_gb); design section 5a.
"""

from collections.abc import Iterable, Sequence

from exchange.delivery.commands import OpenMeter, ReportReading
from exchange.delivery.facts import (
    EntitlementOpened,
    MeterOpened,
    ReadingSetAside,
    ReadingTaken,
    Reason,
    UsageMetered,
)
from exchange.delivery.intervals import covers
from exchange.delivery.publication import not_from_exchange
from exchange.delivery.state import BuyersMeter, Delivery, Entitlement, Range, meter_of
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.plan import METERED_MAX
from exchange.kernel.protocol import ProtocolReason
from exchange.kernel.refusals import refused


def open_meter(delivery: Delivery, command: OpenMeter, cause: Cause) -> Sequence[Fact]:
    """Count what is used under an entitlement from now on, even before the entitlement is open here."""
    if (not_permitted := not_from_exchange(command, cause)) is not None:
        return (not_permitted,)
    if command.entitlement_id in delivery.metered_by:
        detail = f"what is used under {command.entitlement_id} is counted already"
        return (refused(command, Reason.METER_EXISTS, command.entitlement_id, detail),)
    return (
        MeterOpened(
            entitlement_id=command.entitlement_id,
            product_id=command.product_id,
            instrument_id=command.instrument_id,
            buyer_id=command.buyer_id,
            counts=command.counts,
        ),
    )


def report_reading(delivery: Delivery, command: ReportReading, cause: Cause) -> Sequence[Fact]:
    """Take down where a gateway's meter stands; also of an entitlement that is closed, as it was used before.

    Shape: what is read while the entitlement is suspended is credited to nobody.
    """
    name = command.entitlement_id
    entitlement = delivery.entitlements.get(name)
    if entitlement is None or entitlement.opened.product_id != command.product_id:
        detail = f"there is no entitlement {name} to {command.product_id}; check both"
        return (refused(command, Reason.ENTITLEMENT_UNKNOWN, name, detail),)
    opened = entitlement.opened
    if cause.actor != opened.seller_id:
        detail = f"only its seller {opened.seller_id} says what its gateway counted, {cause.actor} is not"
        return (refused(command, ProtocolReason.NOT_PERMITTED, name, detail),)
    meter = meter_of(delivery, name)
    if meter is None:
        return (refused(command, Reason.METER_UNKNOWN, name, f"{name} was not bought by the call or byte"),)
    if meter.counted:
        detail = f"what {meter.buyer_id} uses of {meter.instrument_id} is counted by what it receives"
        return (refused(command, Reason.METER_RECEIPTS, name, detail),)
    before = meter.read.get(name, 0)
    if command.total <= before:
        detail = f"the meter stood at {before}, now it is said to stand at {command.total}"
        return (refused(command, Reason.READING_OLD, name, detail),)
    if entitlement.suspended_from is not None:
        return (_set_aside(opened, meter, before, command.total),)
    return (
        ReadingTaken(
            entitlement_id=name,
            market_id=opened.market_id,
            product_id=opened.product_id,
            instrument_id=meter.instrument_id,
            buyer_id=meter.buyer_id,
            counts=meter.counts,
            before=before,
            total=command.total,
        ),
    )


def _set_aside(opened: EntitlementOpened, meter: BuyersMeter, before: int, total: int) -> ReadingSetAside:
    return ReadingSetAside(
        entitlement_id=opened.entitlement_id,
        product_id=opened.product_id,
        instrument_id=meter.instrument_id,
        buyer_id=meter.buyer_id,
        counts=meter.counts,
        before=before,
        total=total,
    )


def usage(
    delivery: Delivery, entitlement: Entitlement, published: Range, before: Iterable[Fact] = ()
) -> Sequence[UsageMetered]:
    """What a buyer has used by receiving a range, unless it was counted for the same buyer and instrument before.

    Shape: `before` are the facts that come before it in the same outcome. Of an entitlement without a meter, or whose
    meter is a gateway's, nothing.
    """
    opened = entitlement.opened
    meter = meter_of(delivery, opened.entitlement_id)
    if meter is None or meter.read or covers(meter.counted, published.first, published.last):
        return ()
    metered = min(published.size_bytes if meter.counts == "bytes" else published.count, METERED_MAX)
    used = UsageMetered(
        entitlement_id=opened.entitlement_id,
        market_id=opened.market_id,
        product_id=opened.product_id,
        instrument_id=meter.instrument_id,
        buyer_id=meter.buyer_id,
        first=published.first,
        last=published.last,
        counts=meter.counts,
        metered=metered,
    )
    return (used,) if metered and not any(_same(used, fact) for fact in before) else ()


def _same(used: UsageMetered, fact: Fact) -> bool:
    """Whether a fact says of the same meter and range that it was used."""
    if not isinstance(fact, UsageMetered):
        return False
    return (used.instrument_id, used.buyer_id, used.first) == (fact.instrument_id, fact.buyer_id, fact.first)
