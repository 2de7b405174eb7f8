"""A buyer's word against a delivery, whole or in part, and how it comes to stand."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.money import format_minor, half_up
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY
from exchange.market.entitlements.suspended import while_suspended
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets
from exchange.market.purchases.commands import AcceptPart, ConcedeRejection, RejectDelivery
from exchange.market.purchases.facts import DeliveryRejected
from exchange.market.purchases.lots import given_back
from exchange.market.purchases.parties import not_the_buyer, open_purchase, parties
from exchange.market.purchases.words import accepted, refunded
from exchange.market.state import Market, Purchase

CONTEST_DAYS = 3
"""How long a seller may contest what its buyer rejects; after that it stands."""


def reject_delivery(
    market: Market, command: RejectDelivery, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """The buyer wants all of its money back."""
    purchase = _bought(market, command, cause)
    if isinstance(purchase, Refused):
        return (purchase,)
    return (_rejected(market, command, purchase, 0, purchase.quantity, cause),)


def accept_part(market: Market, command: AcceptPart, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """The buyer accepts a part and wants the rest back."""
    purchase = _bought(market, command, cause)
    if isinstance(purchase, Refused):
        return (purchase,)
    if (command.amount_minor is None) == (command.quantity is None):
        detail = "name the part by its amount_minor or by its quantity, not by both"
        return (refused(command, ProtocolReason.VALUE_OUT_OF_RANGE, command.trade_id, detail),)
    if (refusal := while_suspended(market, command, purchase.entitlement_id)) is not None:
        return (refusal,)
    part = _part_minor(purchase, command)
    if part >= purchase.escrow_minor:
        whole, said = (format_minor(each, purchase.currency) for each in (purchase.escrow_minor, part))
        detail = f"the purchase is {whole}, the part {said}; accept all of it with `AcceptDelivery`"
        return (refused(command, Reason.PART_TOO_LARGE, command.trade_id, detail),)
    lots = 0 if command.quantity is None else purchase.quantity - command.quantity
    return (_rejected(market, command, purchase, part, lots, cause),)


def concede_rejection(
    market: Market, command: ConcedeRejection, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """The seller lets the rejection stand."""
    _, seller_id = parties(market, command.trade_id)
    if seller_id not in (None, cause.actor):
        detail = f"only its seller may concede what its buyer rejected, {cause.actor} is not"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.trade_id, detail),)
    purchase = open_purchase(market, command, command.trade_id)
    if isinstance(purchase, Refused):
        return (purchase,)
    if command.trade_id not in market.after.rejections:
        detail = "its buyer has rejected nothing of it; `RefundPurchase` gives back all of it"
        return (refused(command, Reason.REJECTION_NONE, command.trade_id, detail),)
    return _standing(market, purchase, cause)


def let_stand(market: Market, trade_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """The time to contest is over: what the buyer rejected goes back."""
    return _standing(market, market.purchases[trade_id], cause)


def _standing(market: Market, purchase: Purchase, cause: Cause) -> Sequence[Fact]:
    """The last word that a rejection comes to, both parts at once, and the lots that were rejected."""
    rejection = market.after.rejections[purchase.trade_id]
    if not rejection.accepted_minor:
        return refunded(market, purchase, "buyer", rejection.grounds)
    rest = purchase.escrow_minor - rejection.accepted_minor
    word = accepted(market, purchase, "buyer", cause, rest, rejection.grounds)
    return (word, *given_back(market, purchase, rejection.lots))


def _bought(market: Market, command: RejectDelivery | AcceptPart, cause: Cause) -> Purchase | Refused:
    if not command.grounds.strip():
        detail = "say on what grounds: its seller has to be able to answer them"
        return refused(command, Reason.GROUNDS_MISSING, command.trade_id, detail)
    return not_the_buyer(market, command, command.trade_id, cause) or open_purchase(
        market, command, command.trade_id
    )


def _part_minor(purchase: Purchase, command: AcceptPart) -> int:
    """What the part is worth: a quantity its share of what was paid, rounded once, half up."""
    if command.quantity is not None:
        return half_up(purchase.escrow_minor * command.quantity, purchase.quantity)
    return command.amount_minor or 0


def _rejected(
    market: Market,
    command: RejectDelivery | AcceptPart,
    purchase: Purchase,
    part_minor: int,
    lots: int,
    cause: Cause,
) -> DeliveryRejected | Refused:
    """What the buyer said first stands, unless it accepts more now."""
    before = market.after.rejections.get(purchase.trade_id)
    if before is not None and part_minor <= before.accepted_minor:
        said = format_minor(before.accepted_minor, purchase.currency)
        detail = f"it rejected all but {said} before; it may only accept more than that"
        return refused(command, Reason.REJECTED_ALREADY, purchase.trade_id, detail)
    return DeliveryRejected(
        trade_id=purchase.trade_id,
        entitlement_id=purchase.entitlement_id,
        product_id=market.instruments[purchase.instrument_id].terms.product_id,
        buyer_id=purchase.buyer_id,
        seller_id=purchase.seller_id,
        currency=purchase.currency,
        accepted_minor=part_minor,
        refund_minor=purchase.escrow_minor - part_minor,
        contest_until=cause.at + CONTEST_DAYS * DAY,
        grounds=command.grounds,
        rejected_lots=lots,
    )
