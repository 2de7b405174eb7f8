"""The last words on a purchase as facts: accepted, whole or in part, or refunded."""

from typing import Literal

from exchange.kernel.bases import Cause
from exchange.market.facts import PurchaseAccepted, PurchaseRefunded
from exchange.market.money_rules import fee_schedule, split
from exchange.market.state import Market, Purchase, purse_of


def accepted(
    market: Market,
    purchase: Purchase,
    basis: Literal["buyer", "evidence", "time", "ruling"],
    cause: Cause,
    refunded_minor: int = 0,
    grounds: str = "",
) -> PurchaseAccepted:
    """All of the escrow goes to the seller, less the fee and `refunded_minor`, which goes back."""
    schedule, gross = fee_schedule(market, cause.at), purchase.escrow_minor - refunded_minor
    parts = split(gross, purchase.currency, schedule, purchase.commission_bp)
    owed = purse_of(market, purchase.seller_id, purchase.currency).clawback
    return PurchaseAccepted(
        trade_id=purchase.trade_id,
        entitlement_id=purchase.entitlement_id,
        product_id=market.instruments[purchase.instrument_id].terms.product_id,
        buyer_id=purchase.buyer_id,
        seller_id=purchase.seller_id,
        currency=purchase.currency,
        gross_minor=gross,
        seller_minor=parts.seller_minor,
        fee_net_minor=parts.fee_net_minor,
        fee_tax_minor=parts.fee_tax_minor,
        tax_authority=schedule.tax_authority,
        tax_rate_bp=schedule.tax_rate_bp,
        basis=basis,
        refunded_minor=refunded_minor,
        recovered_minor=min(owed, parts.seller_minor),
        fee_bp=schedule.fee_bp,
        grounds=grounds,
        broker_id=purchase.broker_id,
        commission_minor=parts.commission_minor,
    )


def refunded(
    market: Market,
    purchase: Purchase,
    basis: Literal["seller", "operator", "evidence", "time", "ruling", "buyer", "bust"],
    grounds: str,
) -> PurchaseRefunded:
    """All of the escrow goes back."""
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
