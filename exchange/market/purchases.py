"""The last word on a purchase: accepted or refunded, whichever comes first.

Source: settlement.md sections 2 and 3, market.md section 7.
"""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.market.commands import AcceptDelivery, ConcludeDelivery, RefundPurchase
from exchange.market.facts import PurchaseAccepted, PurchaseRefunded, Reason
from exchange.market.money_rules import fee_schedule, split
from exchange.market.state import Market, Purchase


def accept_delivery(market: Market, command: AcceptDelivery, cause: Cause) -> Sequence[Fact]:
    """The buyer's own word."""
    buyer_id, _ = _parties(market, command.trade_id)
    if buyer_id is not None and buyer_id != cause.actor:
        detail = f"only its buyer may accept what was delivered, {cause.actor} is not"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.trade_id, detail),)
    purchase = _open_purchase(market, command, command.trade_id)
    if isinstance(purchase, Refused):
        return (purchase,)
    return (accepted(market, purchase, "buyer", cause),)


def conclude_delivery(market: Market, command: ConcludeDelivery, cause: Cause) -> Sequence[Fact]:
    """What the delivery's evidence speaks for."""
    if cause.actor != POLICY_ACTOR:
        detail = "only the delivery's evidence concludes a purchase; a buyer accepts with AcceptDelivery"
        return (refused(command, ProtocolReason.NOT_PERMITTED, cause.actor, detail),)
    purchase = _open_purchase(market, command, command.trade_id)
    if isinstance(purchase, Refused):
        return (purchase,)
    if command.verdict == "accept":
        return (accepted(market, purchase, command.basis, cause),)
    return (_refunded(market, purchase, command.basis, "the delivery was rejected"),)


def refund_purchase(market: Market, command: RefundPurchase, cause: Cause) -> Sequence[Fact]:
    """The seller or an operator gives the money back."""
    _, seller_id = _parties(market, command.trade_id)
    actor = market.participants.get(cause.actor)
    operates = actor is not None and actor.active and "operator" in actor.roles
    if seller_id is not None and seller_id != cause.actor and not operates:
        detail = f"only its seller or an operator may refund it, {cause.actor} is neither"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.trade_id, detail),)
    purchase = _open_purchase(market, command, command.trade_id)
    if isinstance(purchase, Refused):
        return (purchase,)
    basis: Literal["seller", "operator"] = "seller" if seller_id == cause.actor else "operator"
    return (_refunded(market, purchase, basis, command.grounds),)


def _parties(market: Market, trade_id: str) -> tuple[str, str] | tuple[None, None]:
    """The buyer and the seller of a trade, open or concluded: what became of it is for them to hear."""
    purchase = market.purchases.get(trade_id)
    if purchase is not None:
        return purchase.buyer_id, purchase.seller_id
    return market.concluded.get(trade_id, (None, None))


def _open_purchase(market: Market, command: Command, trade_id: str) -> Purchase | Refused:
    purchase = market.purchases.get(trade_id)
    if purchase is not None:
        return purchase
    if trade_id in market.concluded:
        return refused(
            command,
            Reason.PURCHASE_FINAL,
            trade_id,
            "it was accepted or refunded before, which is final; its PurchaseAccepted or PurchaseRefunded says why",
        )
    detail = "there is no such trade here; use the trade_id of its TradeMatched"
    return refused(command, Reason.TRADE_UNKNOWN, trade_id, detail)


def accepted(
    market: Market, purchase: Purchase, basis: Literal["buyer", "evidence", "time", "ruling"], cause: Cause
) -> PurchaseAccepted:
    schedule = fee_schedule(cause.at)
    parts = split(purchase.escrow_minor, schedule)
    return PurchaseAccepted(
        trade_id=purchase.trade_id,
        entitlement_id=purchase.entitlement_id,
        product_id=market.instruments[purchase.instrument_id].terms.product_id,
        buyer_id=purchase.buyer_id,
        seller_id=purchase.seller_id,
        currency=purchase.currency,
        gross_minor=purchase.escrow_minor,
        seller_minor=parts.seller_minor,
        fee_net_minor=parts.fee_net_minor,
        fee_tax_minor=parts.fee_tax_minor,
        tax_authority=schedule.tax_authority,
        tax_rate_bp=schedule.tax_rate_bp,
        basis=basis,
    )


def _refunded(
    market: Market,
    purchase: Purchase,
    basis: Literal["seller", "operator", "evidence", "time", "ruling"],
    grounds: str,
) -> PurchaseRefunded:
    return PurchaseRefunded(
        trade_id=purchase.trade_id,
        entitlement_id=purchase.entitlement_id,
        product_id=market.instruments[purchase.instrument_id].terms.product_id,
        buyer_id=purchase.buyer_id,
        seller_id=purchase.seller_id,
        currency=purchase.currency,
        amount_minor=purchase.escrow_minor,
        basis=basis,
        grounds=grounds,
    )
