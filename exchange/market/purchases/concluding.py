"""The last word on a purchase: accepted or refunded, whichever comes first.

Source: settlement.md sections 2 and 3, market.md section 7.
"""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.market.commands import AcceptDelivery, ConcludeDelivery, RefundPurchase
from exchange.market.entitlements.suspended import is_suspended, while_suspended
from exchange.market.purchases.facts import ConclusionNoted
from exchange.market.purchases.parties import final_or_unknown, not_the_buyer, not_the_seller, open_purchase
from exchange.market.purchases.words import accepted, refunded
from exchange.market.state import Market


def accept_delivery(market: Market, command: AcceptDelivery, cause: Cause) -> Sequence[Fact]:
    """The buyer's own word."""
    if (not_permitted := not_the_buyer(market, command, command.trade_id, cause)) is not None:
        return (not_permitted,)
    purchase = open_purchase(market, command, command.trade_id)
    if isinstance(purchase, Refused):
        return (purchase,)
    if (refusal := while_suspended(market, command, purchase.entitlement_id)) is not None:
        return (refusal,)
    return (accepted(market, purchase, "buyer", cause),)


def conclude_delivery(market: Market, command: ConcludeDelivery, cause: Cause) -> Sequence[Fact]:
    """What the delivery's evidence speaks for; on file where the parties do not agree, or the right is suspended."""
    if cause.actor != POLICY_ACTOR:
        detail = "only the delivery's evidence concludes a purchase; a buyer accepts with AcceptDelivery"
        return (refused(command, ProtocolReason.NOT_PERMITTED, cause.actor, detail),)
    trade_id, accepting = command.trade_id, command.verdict == "accept"
    if trade_id in market.disputes or (accepting and trade_id in market.after.rejections):
        return (ConclusionNoted(trade_id=trade_id, verdict=command.verdict, basis=command.basis),)
    purchase = market.purchases.get(trade_id)
    if purchase is None:
        return (final_or_unknown(market, command, trade_id),)
    if accepting and is_suspended(market, purchase.entitlement_id):
        return (ConclusionNoted(trade_id=trade_id, verdict=command.verdict, basis=command.basis),)
    if accepting:
        return (accepted(market, purchase, command.basis, cause),)
    return refunded(market, purchase, command.basis, "the delivery was rejected")


def refund_purchase(market: Market, command: RefundPurchase, cause: Cause) -> Sequence[Fact]:
    """The seller or an operator gives the money back."""
    if (not_permitted := not_the_seller(market, command, command.trade_id, cause)) is not None:
        return (not_permitted,)
    purchase = open_purchase(market, command, command.trade_id)
    if isinstance(purchase, Refused):
        return (purchase,)
    basis: Literal["seller", "operator"] = "seller" if purchase.seller_id == cause.actor else "operator"
    return refunded(market, purchase, basis, command.grounds)
