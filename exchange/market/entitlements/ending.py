"""An entitlement that was suspended ends with its term, or sooner: what is not used goes back, the rest is as it was.

What stays in escrow is accepted or rejected by the evidence of its delivery, as that of any purchase.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.market.entitlements.commands import EndEntitlement
from exchange.market.entitlements.facts import EndedBy, EntitlementEnded
from exchange.market.entitlements.state import Running
from exchange.market.entitlements.unused import days_of, price_of, price_of_left, unused_if_ended
from exchange.market.fencing import Rulesets
from exchange.market.plans.escrow import rest_accepted, under_way
from exchange.market.purchases.lots import given_back
from exchange.market.purchases.parties import operates
from exchange.market.purchases.refunding import approved
from exchange.market.purchases.words import refunded
from exchange.market.reasons import Reason
from exchange.market.seats.counting import SEAT
from exchange.market.state import Market, Purchase

_PERIODS = frozenset({"day", "month", "year"})
REFERENCE: Final = "suspension"
"""What a refund for days that were not used is named by."""


def end_of_term(market: Market, entitlement_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """The term is over of an entitlement that is or was suspended."""
    return ended(market, entitlement_id, "term", "", cause)


def end_entitlement(
    market: Market, command: EndEntitlement, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """End an entitlement before its term."""
    name = command.entitlement_id
    running = market.entitlements.running.get(name)
    if running is None or running.ends_at <= cause.at:
        detail = "no such entitlement runs here: it is over, was refunded, or moves no data"
        return (refused(command, Reason.ENTITLEMENT_UNKNOWN, name, detail),)
    by = _by(market, command, running, cause)
    if isinstance(by, Refused):
        return (by,)
    if not command.grounds.strip():
        detail = "say on what grounds: its seller will ask"
        return (refused(command, Reason.GROUNDS_MISSING, name, detail),)
    return ended(market, name, by, command.grounds, cause)


def _by(market: Market, command: EndEntitlement, running: Running, cause: Cause) -> EndedBy | Refused:
    """As whom the actor ends it."""
    if cause.actor == POLICY_ACTOR:
        return "counter"
    if operates(market, cause):
        return "operator"
    if operates(market, cause, "counter"):
        return "counter"
    name = command.entitlement_id
    if cause.actor != market.entitlements.pairs[running.pair].buyer_id:
        detail = f"its buyer ends it while it is suspended, the counter or an operator; {cause.actor} is none of these"
        return refused(command, ProtocolReason.NOT_PERMITTED, name, detail)
    if running.suspended_at is None:
        detail = "it runs, and is not suspended"
        return refused(command, Reason.ENTITLEMENT_RUNS, name, detail)
    return "buyer"


def ended(market: Market, name: str, by: EndedBy, grounds: str, cause: Cause) -> Sequence[Fact]:
    """The facts of its end; what its unused days cost goes back from where it is."""
    running = market.entitlements.running[name]
    end = _fact(market, name, running, by, grounds, cause)
    purchase = under_way(market, running.trade_id)
    if purchase is not None:
        return _of_escrow(market, end, running, purchase, cause)
    sale = market.after.sales.get(running.trade_id)
    if sale is None or running.trade_id in market.disputes or _delivered_once(market, running):
        return (end,)
    back = min(_unused_minor(market, end, running), sale.left_minor)
    if not back:
        return (end,)
    given = approved(market, sale, back, REFERENCE, REFERENCE, _said(end))
    return (end, given, *(() if given.left_minor else given_back(market, sale, sale.quantity)))


def _of_escrow(
    market: Market, end: EntitlementEnded, running: Running, purchase: Purchase, cause: Cause
) -> Sequence[Fact]:
    """Give back what is not used; where the evidence spoke for acceptance meanwhile, the rest is accepted now."""
    lot = market.plans.lots.get(end.entitlement_id)
    metered = lot is not None and lot.metered > 0
    delivered = running.noted and _delivered_once(market, running)
    if delivered or (lot is not None and metered and lot.refundable):
        back = 0
    else:
        back = min(_unused_minor(market, end, running), purchase.escrow_minor)
    if back and back == purchase.escrow_minor:
        return (end, *refunded(market, purchase, REFERENCE, _said(end)))
    end = msgspec.structs.replace(end, refunded_minor=back)
    # Prepaid units are accepted by being used, once their own time is over.
    if metered or not running.noted:
        return (end,)
    return (end, rest_accepted(market, purchase, back, cause, running.noted))


def _unused_minor(market: Market, ended: EntitlementEnded, running: Running) -> int:
    """What the unused days cost; of prepaid units no more than those that are left."""
    price, lot = price_of(running, ended.unused_days), market.plans.lots.get(ended.entitlement_id)
    return min(price, price_of_left(lot)) if lot is not None and lot.metered else price


def _delivered_once(market: Market, running: Running) -> bool:
    """Whether it is for something that is handed over once: what has arrived of it is used, however long it may be."""
    pair = market.entitlements.pairs[running.pair]
    terms = market.instruments[pair.instrument_id].terms
    return not (
        terms.subscription
        or terms.unit in _PERIODS
        or terms.unit == SEAT
        or pair.instrument_id in market.plans.plans
    )


def _fact(
    market: Market, name: str, running: Running, by: EndedBy, grounds: str, cause: Cause
) -> EntitlementEnded:
    pair = market.entitlements.pairs[running.pair]
    terms = market.instruments[pair.instrument_id].terms
    return EntitlementEnded(
        entitlement_id=name,
        trade_id=running.trade_id,
        instrument_id=pair.instrument_id,
        product_id=terms.product_id,
        seller_id=pair.seller_id,
        buyer_id=pair.buyer_id,
        by=by,
        ended_at=min(cause.at, running.ends_at),
        unused_days=unused_if_ended(running, cause.at),
        days=days_of(running),
        currency=terms.currency,
        refunded_minor=0,
        grounds=grounds,
    )


def _said(ended: EntitlementEnded) -> str:
    return f"not used on {ended.unused_days} of its {ended.days} days"
