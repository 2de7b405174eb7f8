"""The last words on a purchase as facts: accepted, whole or in part, or refunded."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.sold import Sold
from exchange.market.bills.making import on_credit_for
from exchange.market.facts import AcceptanceBasis, PurchaseAccepted, PurchaseRefunded
from exchange.market.money_rules import Split, fee_schedule, split
from exchange.market.purchases.lots import given_back
from exchange.market.state import Market, Purchase, purse_of


def accepted(
    market: Market,
    purchase: Purchase,
    basis: AcceptanceBasis,
    cause: Cause,
    refunded_minor: int = 0,
    grounds: str = "",
) -> PurchaseAccepted:
    """All of the escrow goes to the seller, less the fee and `refunded_minor`, which goes back."""
    schedule, gross = fee_schedule(market, cause.at), purchase.escrow_minor - refunded_minor
    parts = split(gross, purchase.currency, schedule, purchase.commission_bp, supply_bp(purchase))
    recovered = recovered_minor(market, purchase, parts)
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
        recovered_minor=recovered.seller_minor,
        fee_bp=schedule.fee_bp,
        grounds=grounds,
        broker_id=purchase.broker_id,
        commission_minor=parts.commission_minor,
        commission_recovered_minor=recovered.broker_minor,
        sold=sold_of(market, purchase),
        supply_tax_minor=parts.supply_tax_minor,
        supply=purchase.supply,
        on_credit=on_credit_for(market, purchase.buyer_id, purchase.currency, gross, cause),
    )


def supply_bp(purchase: Purchase) -> int:
    """The rate of the tax that the exchange collects out of a purchase's escrow; 0 where it does not."""
    return 0 if purchase.supply is None else purchase.supply.rate_bp


def sold_of(market: Market, purchase: Purchase) -> Sold:
    """What a purchase is of."""
    terms = market.instruments[purchase.instrument_id].terms
    return Sold(
        market_id=terms.market_id,
        product_id=terms.product_id,
        version=terms.version,
        title=terms.title,
        quantity=purchase.quantity,
        unit=terms.unit,
    )


class Recovered(NamedTuple):
    """What a seller and a broker owe for what was given back before, as far as their parts pay for it now."""

    seller_minor: int
    broker_minor: int


def recovered_minor(market: Market, purchase: Purchase, parts: Split) -> Recovered:
    """What comes off first of what is earned. Shape: a seller that became its own broker owes it once."""
    seller, broker, currency = purchase.seller_id, purchase.broker_id, purchase.currency
    by_seller = min(purse_of(market, seller, currency).clawback, parts.seller_minor)
    owed = purse_of(market, broker, currency).clawback - (by_seller if broker == seller else 0)
    return Recovered(by_seller, min(owed, parts.commission_minor))


def refunded(
    market: Market,
    purchase: Purchase,
    basis: Literal[
        "seller", "operator", "evidence", "time", "ruling", "buyer", "bust", "suspension", "counter"
    ],
    grounds: str,
) -> Sequence[Fact]:
    """All of the escrow goes back, and the lots that it paid for."""
    back = PurchaseRefunded(
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
    return (back, *given_back(market, purchase, purchase.quantity))
