"""Refunds after acceptance, and trades undone.

Source: settlement.md sections 2 and 3.
"""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.money import format_minor
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets
from exchange.market.purchases.commands import ApproveRefund, BustTrade
from exchange.market.purchases.facts import RefundApproved, RefundBasis, TradeBusted
from exchange.market.purchases.lots import given_back
from exchange.market.purchases.parties import not_the_seller, open_purchase, open_sale, operates
from exchange.market.purchases.parts import parts_of, parts_without_fee
from exchange.market.purchases.state import Sale
from exchange.market.purchases.words import refunded
from exchange.market.state import Market, Purchase, purse_of

REFUNDS_MAX = 100
"""Refunds of one purchase whose references are remembered."""


def approve_refund(
    market: Market, command: ApproveRefund, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Give back a part of an accepted purchase, or all that is left."""
    if (not_permitted := not_the_seller(market, command, command.trade_id, cause)) is not None:
        return (not_permitted,)
    sale = open_sale(market, command, command.trade_id)
    if isinstance(sale, Refused):
        return (sale,)
    if (refusal := _not_refundable(sale, command)) is not None:
        return (refusal,)
    basis: Literal["seller", "operator"] = "seller" if sale.seller_id == cause.actor else "operator"
    given = approved(market, sale, command.amount_minor, command.reference, basis, command.grounds)
    return (given, *(() if given.left_minor else given_back(market, sale, sale.quantity)))


def bust_trade(market: Market, command: BustTrade, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Undo a trade: nothing is edited, its money goes back by facts of their own."""
    if not operates(market, cause):
        detail = f"only an operator undoes a trade, {cause.actor} is none; its seller may refund it"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.trade_id, detail),)
    if not command.grounds.strip():
        detail = "say on what grounds: its buyer and its seller will ask"
        return (refused(command, Reason.GROUNDS_MISSING, command.trade_id, detail),)
    if command.trade_id in market.purchases:
        purchase = open_purchase(market, command, command.trade_id)
        if isinstance(purchase, Refused):
            return (purchase,)
        return (
            _busted(market, purchase, "escrow", command),
            *refunded(market, purchase, "bust", command.grounds),
        )
    sale = open_sale(market, command, command.trade_id)
    if isinstance(sale, Refused):
        return (sale,)
    back = approved(market, sale, sale.left_minor, "bust", "bust", command.grounds)
    return (_busted(market, sale, "accepted", command), back, *given_back(market, sale, sale.quantity))


def _not_refundable(sale: Sale, command: ApproveRefund) -> Refused | None:
    left, wanted = (format_minor(each, sale.currency) for each in (sale.left_minor, command.amount_minor))
    if command.reference in sale.references:
        detail = (
            f"{command.reference} was refunded before; name another reference if it is for something else"
        )
        return refused(command, Reason.REFUND_TAKEN, command.trade_id, detail)
    if command.amount_minor > sale.left_minor:
        detail = f"{wanted} is more than the {left} that are left of it; refund at most that"
        return refused(command, Reason.REFUND_TOO_LARGE, command.trade_id, detail)
    if len(sale.references) >= REFUNDS_MAX - 1 and command.amount_minor < sale.left_minor:
        detail = f"it was refunded {len(sale.references)} times; the next refund has to be the rest, {left}"
        return refused(command, Reason.REFUNDS_TOO_MANY, command.trade_id, detail)
    return None


def approved(
    market: Market,
    sale: Sale,
    amount_minor: int,
    reference: str,
    basis: RefundBasis,
    grounds: str,
) -> RefundApproved:
    """The fact that so much of an accepted purchase goes back, and out of which pockets.

    Shape: what was worse than promised is its seller's affair, and the exchange's fee stays.
    """
    parts = (parts_without_fee if basis == "quality" else parts_of)(sale, amount_minor)
    commission = min(sale.commission_left, parts.seller_minor) if basis == "bust" else 0
    earned = min(commission, purse_of(market, sale.broker_id, sale.currency).commissions)
    seller_minor = parts.seller_minor - commission
    payable = min(seller_minor, purse_of(market, sale.seller_id, sale.currency).payable)
    return RefundApproved(
        trade_id=sale.trade_id,
        entitlement_id=sale.entitlement_id,
        product_id=market.instruments[sale.instrument_id].terms.product_id,
        buyer_id=sale.buyer_id,
        seller_id=sale.seller_id,
        currency=sale.currency,
        amount_minor=amount_minor,
        payable_minor=payable,
        clawback_minor=seller_minor - payable,
        fee_net_minor=parts.fee_net_minor,
        fee_tax_minor=parts.fee_tax_minor,
        tax_authority=sale.tax_authority,
        tax_rate_bp=sale.tax_rate_bp,
        left_minor=sale.left_minor - amount_minor,
        reference=reference,
        basis=basis,
        grounds=grounds,
        broker_id=sale.broker_id if commission else "",
        commission_minor=earned,
        commission_clawback_minor=commission - earned,
        supply_tax_minor=parts.supply_tax_minor,
        supply=sale.supply,
    )


def _busted(
    market: Market, traded: Purchase | Sale, stage: Literal["escrow", "accepted"], command: BustTrade
) -> TradeBusted:
    return TradeBusted(
        trade_id=traded.trade_id,
        entitlement_id=traded.entitlement_id,
        instrument_id=traded.instrument_id,
        product_id=market.instruments[traded.instrument_id].terms.product_id,
        buyer_id=traded.buyer_id,
        seller_id=traded.seller_id,
        quantity=traded.quantity,
        stage=stage,
        grounds=command.grounds,
    )
