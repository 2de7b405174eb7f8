"""Where the money of a dispute goes.

Source: settlement.md section 2: the seller's part of escrow is an acceptance of that amount; after acceptance only what
the seller was still owed for the trade moves.
"""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.panel import PanelMember
from exchange.market.bills.making import on_credit_for
from exchange.market.disputes.facts import DisputeResolved
from exchange.market.disputes.state import Dispute
from exchange.market.money_rules import fee_schedule, split
from exchange.market.purchases.lots import given_back
from exchange.market.purchases.parts import Parts, most_for, parts_of
from exchange.market.purchases.state import Sale
from exchange.market.purchases.words import recovered_minor, sold_of, supply_bp
from exchange.market.state import Market, Purchase, purse_of

Basis = Literal["agreement", "panel"]


def buyer_most(market: Market, dispute: Dispute) -> tuple[Purchase | Sale, int]:
    """What is in dispute, and the most that its buyer can get."""
    disputed = _disputed(market, dispute)
    return disputed, dispute.held_minor if isinstance(disputed, Purchase) else most_for(
        disputed, dispute.held_minor
    )


def _disputed(market: Market, dispute: Dispute) -> Purchase | Sale:
    if dispute.stage == "escrow":
        return market.purchases[dispute.trade_id]
    return market.after.sales[dispute.trade_id]


def resolved(
    market: Market,
    dispute: Dispute,
    buyer_minor: int,
    cause: Cause,
    basis: Basis,
    panel: tuple[PanelMember, ...],
    grounds: str,
) -> Sequence[Fact]:
    """The fact that the buyer gets so much of what is held, and the seller the rest; with all of it go the lots."""
    disputed = _disputed(market, dispute)
    if dispute.stage == "escrow":
        word = _of_escrow(market, dispute, buyer_minor, cause, basis, panel, grounds)
    else:
        word = _of_a_sale(market, dispute, buyer_minor, basis, panel, grounds)
    return (word, *(() if word.left_minor else given_back(market, disputed, disputed.quantity)))


def _of_escrow(
    market: Market,
    dispute: Dispute,
    buyer_minor: int,
    cause: Cause,
    basis: Basis,
    panel: tuple[PanelMember, ...],
    grounds: str,
) -> DisputeResolved:
    purchase, schedule = market.purchases[dispute.trade_id], fee_schedule(market, cause.at)
    accepted = dispute.held_minor - buyer_minor
    parts = split(accepted, purchase.currency, schedule, purchase.commission_bp, supply_bp(purchase))
    recovered = recovered_minor(market, purchase, parts)
    return DisputeResolved(
        trade_id=purchase.trade_id,
        entitlement_id=purchase.entitlement_id,
        product_id=market.instruments[purchase.instrument_id].terms.product_id,
        buyer_id=purchase.buyer_id,
        seller_id=purchase.seller_id,
        stage="escrow",
        currency=purchase.currency,
        held_minor=dispute.held_minor,
        buyer_minor=buyer_minor,
        seller_minor=parts.seller_minor,
        recovered_minor=recovered.seller_minor,
        fee_net_minor=parts.fee_net_minor,
        fee_tax_minor=parts.fee_tax_minor,
        tax_authority=schedule.tax_authority,
        tax_rate_bp=schedule.tax_rate_bp,
        broker_id=purchase.broker_id,
        commission_minor=parts.commission_minor,
        left_minor=accepted,
        basis=basis,
        panel=panel,
        grounds=grounds,
        commission_recovered_minor=recovered.broker_minor,
        sold=sold_of(market, purchase),
        supply_tax_minor=parts.supply_tax_minor,
        supply=purchase.supply,
        on_credit=on_credit_for(market, purchase.buyer_id, purchase.currency, accepted, cause),
    )


def _of_a_sale(
    market: Market,
    dispute: Dispute,
    buyer_minor: int,
    basis: Basis,
    panel: tuple[PanelMember, ...],
    grounds: str,
) -> DisputeResolved:
    sale = market.after.sales[dispute.trade_id]
    parts: Parts = parts_of(sale, buyer_minor)
    seller_minor = dispute.held_minor - parts.seller_minor
    return DisputeResolved(
        trade_id=sale.trade_id,
        entitlement_id=sale.entitlement_id,
        product_id=market.instruments[sale.instrument_id].terms.product_id,
        buyer_id=sale.buyer_id,
        seller_id=sale.seller_id,
        stage="accepted",
        currency=sale.currency,
        held_minor=dispute.held_minor,
        buyer_minor=buyer_minor,
        seller_minor=seller_minor,
        recovered_minor=min(purse_of(market, sale.seller_id, sale.currency).clawback, seller_minor),
        fee_net_minor=parts.fee_net_minor,
        fee_tax_minor=parts.fee_tax_minor,
        tax_authority=sale.tax_authority,
        tax_rate_bp=sale.tax_rate_bp,
        broker_id="",
        commission_minor=0,
        left_minor=sale.left_minor - buyer_minor,
        basis=basis,
        panel=panel,
        grounds=grounds,
        supply_tax_minor=parts.supply_tax_minor,
        supply=sale.supply,
    )
