"""How what is said of purchases changes a market. No rule is here; what cannot be true stops the worker."""

from exchange.kernel.errors import InvariantBroken
from exchange.market.agenda import schedule, settle
from exchange.market.auctions.meanwhile import lift
from exchange.market.auditing.noting import note_escrow
from exchange.market.bills.folding import billed, gone_back
from exchange.market.disputes.facts import DisputeResolved
from exchange.market.entitlements.following import stop_following
from exchange.market.entitlements.suspended import is_suspended
from exchange.market.facts import PurchaseAccepted, PurchaseRefunded
from exchange.market.lines.following import last_word
from exchange.market.payouts.turns import turns_of
from exchange.market.penalties.falling import delivered_in_part, not_delivered
from exchange.market.plans.fold import trade_refunded
from exchange.market.purchases.facts import (
    AsksBacked,
    ConclusionNoted,
    DeliveryRejected,
    LotsReturned,
    RefundApproved,
    TradeBusted,
)
from exchange.market.purchases.state import Rejection, Sale
from exchange.market.purses import earn, purse_at, solvent
from exchange.market.seats.fold import seats_refunded
from exchange.market.state import Market, Purchase

REJECTION = "rejection"
"""The kind of deadline at which what a buyer rejected stands; its subject is the trade."""
UNBACKED = "1-unbacked"
"""Somebody asks for more than it has: before anything else may trade, the rest is cancelled. The subject names the
instrument and the participant."""


def delivery_rejected(market: Market, fact: DeliveryRejected, at: int) -> None:
    market.after.rejections[fact.trade_id] = Rejection(fact.accepted_minor, fact.grounds, fact.rejected_lots)
    schedule(market.agenda, fact.contest_until, REJECTION, fact.trade_id)


def conclusion_noted(market: Market, fact: ConclusionNoted, at: int) -> None:
    """What a panel looks at is in the journal; a right that is suspended will be accepted on it."""
    purchase = market.purchases.get(fact.trade_id)
    if fact.verdict == "accept" and purchase is not None and is_suspended(market, purchase.entitlement_id):
        market.entitlements.running[purchase.entitlement_id].noted = fact.basis


def purchase_accepted(market: Market, fact: PurchaseAccepted, at: int) -> None:
    earned = fact.fee_net_minor + fact.fee_tax_minor + fact.commission_minor + fact.supply_tax_minor
    purchase = conclude(market, fact.trade_id)
    released(purchase, fact.seller_minor + earned + fact.refunded_minor)
    purse_at(market, fact.buyer_id, fact.currency).cash += fact.refunded_minor
    credit_seller(market, fact.seller_id, fact.currency, fact.seller_minor, fact.recovered_minor)
    credit_broker(market, fact)
    earn(market, fact.currency, fact.fee_net_minor, fact.fee_tax_minor, fact.supply_tax_minor)
    if fact.gross_minor:
        turn = turns_of(market.payouts, fact.seller_id, fact.currency).done
        market.after.sales[fact.trade_id] = _sale(purchase, fact, at, turn)
    billed(market, fact.trade_id, fact.buyer_id, fact.currency, fact.on_credit)
    last_word(market, fact.trade_id, at)
    delivered_in_part(market, fact, purchase.instrument_id, at)


def purchase_refunded(market: Market, fact: PurchaseRefunded, at: int) -> None:
    purchase = conclude(market, fact.trade_id)
    released(purchase, fact.amount_minor)
    lift(market, purchase.instrument_id, fact.trade_id)
    last_word(market, fact.trade_id, at)
    trade_refunded(market, fact.trade_id, at)
    seats_refunded(market, fact.trade_id, at)
    stop_following(market, fact.entitlement_id, at)
    purse_at(market, fact.buyer_id, fact.currency).cash += fact.amount_minor
    not_delivered(market, fact, purchase.instrument_id, at)


def refund_approved(market: Market, fact: RefundApproved, at: int) -> None:
    seller_minor = fact.payable_minor + fact.clawback_minor
    broker_minor = fact.commission_minor + fact.commission_clawback_minor
    given = seller_minor + broker_minor + fact.fee_net_minor + fact.fee_tax_minor + fact.supply_tax_minor
    if given != fact.amount_minor:
        raise InvariantBroken(f"the parts of {fact!r} come to {given}")
    purse_at(market, fact.buyer_id, fact.currency).cash += fact.amount_minor
    seller = purse_at(market, fact.seller_id, fact.currency)
    seller.payable -= fact.payable_minor
    seller.clawback += fact.clawback_minor
    solvent(seller, fact)
    if broker_minor:
        broker = purse_at(market, fact.broker_id, fact.currency)
        broker.commissions -= fact.commission_minor
        broker.clawback += fact.commission_clawback_minor
        solvent(broker, fact)
    earn(market, fact.currency, -fact.fee_net_minor, -fact.fee_tax_minor, -fact.supply_tax_minor)
    _reduce(market, fact, seller_minor + broker_minor, at)
    gone_back(market, fact.trade_id, fact.amount_minor)


def trade_busted(market: Market, fact: TradeBusted, at: int) -> None:
    """The last price is that of a trade that stands; what moves its money and its lots are facts of their own.

    Shape: where none of those that are remembered stands, prices are compared with the instrument's own reference.
    """
    instrument = market.instruments[fact.instrument_id]
    standing = [each for each in instrument.tape if each[0] != fact.trade_id]
    if len(standing) < len(instrument.tape):
        instrument.tape = standing
        instrument.last_price = standing[-1][1] if standing else None


def lots_returned(market: Market, fact: LotsReturned, at: int) -> None:
    holders = market.instruments[fact.instrument_id].holders
    buyer, seller = holders[fact.buyer_id], holders[fact.seller_id]
    buyer.bought -= fact.quantity
    seller.sold -= fact.quantity
    if min(buyer.bought, seller.sold, buyer.registered + buyer.bought - buyer.sold) < 0:
        raise InvariantBroken(f"more lots came back than there were: {fact!r}")
    if fact.sold_on:
        _sell_on(market, fact)
    if fact.sold_on >= 0 and (sale := market.after.sales.get(fact.trade_id)) is not None:
        sale.quantity -= fact.quantity + fact.sold_on
    if buyer.asked + buyer.sold > buyer.registered + buyer.bought:
        schedule(market.agenda, at, UNBACKED, f"{fact.instrument_id} {fact.buyer_id}")


def _sell_on(market: Market, fact: LotsReturned) -> None:
    """Remember what a reseller has sold on, or that so much of it has been passed on."""
    name = f"{fact.instrument_id} {fact.buyer_id}"
    lots = market.after.sold_on.setdefault(name, {})
    lots[fact.seller_id] = lots.get(fact.seller_id, 0) + fact.sold_on
    if lots[fact.seller_id] < 0:
        raise InvariantBroken(f"more was passed on than was sold on: {fact!r}")
    if not lots[fact.seller_id]:
        del lots[fact.seller_id]
    if not lots:
        del market.after.sold_on[name]


def asks_backed(market: Market, fact: AsksBacked, at: int) -> None:
    settle(market.agenda, UNBACKED, f"{fact.instrument_id} {fact.participant_id}")


def conclude(market: Market, trade_id: str) -> Purchase:
    """Take a purchase out of those under way; its last word is said."""
    purchase = market.purchases[trade_id]
    note_escrow(market, trade_id, purchase.currency)
    del market.purchases[trade_id]
    market.concluded[trade_id] = (purchase.buyer_id, purchase.seller_id)
    forget_rejection(market, trade_id)
    return purchase


def forget_rejection(market: Market, trade_id: str) -> None:
    """What the buyer rejected is decided otherwise."""
    if market.after.rejections.pop(trade_id, None) is not None:
        settle(market.agenda, REJECTION, trade_id)


def released(purchase: Purchase, amount_minor: int) -> None:
    """Raises: InvariantBroken if that is not all that was held for a purchase."""
    if purchase.escrow_minor != amount_minor:
        raise InvariantBroken(
            f"trade {purchase.trade_id} has {purchase.escrow_minor} in escrow, its last word moves {amount_minor}"
        )


def credit_seller(
    market: Market, seller_id: str, currency: str, amount_minor: int, recovered_minor: int
) -> None:
    """A seller earns an amount; what it owes for earlier refunds comes off first."""
    purse = purse_at(market, seller_id, currency)
    purse.payable += amount_minor - recovered_minor
    purse.clawback -= recovered_minor
    solvent(purse, seller_id)


def credit_broker(market: Market, fact: PurchaseAccepted | DisputeResolved) -> None:
    """A broker earns its part, if there is one; what it owes for trades undone comes off first."""
    if fact.commission_minor:
        purse = purse_at(market, fact.broker_id, fact.currency)
        purse.commissions += fact.commission_minor - fact.commission_recovered_minor
        purse.clawback -= fact.commission_recovered_minor
        solvent(purse, fact)


def _sale(purchase: Purchase, fact: PurchaseAccepted, at: int, turn: int) -> Sale:
    return Sale(
        trade_id=fact.trade_id,
        entitlement_id=fact.entitlement_id,
        instrument_id=purchase.instrument_id,
        buyer_id=fact.buyer_id,
        seller_id=fact.seller_id,
        quantity=purchase.quantity,
        currency=fact.currency,
        seller_left=fact.seller_minor + fact.commission_minor,
        payable_left=fact.seller_minor - fact.recovered_minor,
        fee_net_left=fact.fee_net_minor,
        fee_tax_left=fact.fee_tax_minor,
        fee_bp=fact.fee_bp,
        tax_authority=fact.tax_authority,
        tax_rate_bp=fact.tax_rate_bp,
        accepted_at=at,
        turn=turn,
        broker_id=fact.broker_id,
        commission_left=fact.commission_minor,
        supply=fact.supply,
        supply_tax_left=fact.supply_tax_minor,
    )


def _reduce(market: Market, fact: RefundApproved, seller_minor: int, at: int) -> None:
    """Take a refund off what may still be given back; with the last of it the sale is no more, nor what it sold."""
    sale = market.after.sales[fact.trade_id]
    sale.seller_left -= seller_minor
    sale.payable_left = max(0, sale.payable_left - seller_minor)
    sale.fee_net_left -= fact.fee_net_minor
    sale.fee_tax_left -= fact.fee_tax_minor
    sale.supply_tax_left -= fact.supply_tax_minor
    sale.references.append(fact.reference)
    parts = (sale.seller_left, sale.fee_net_left, sale.fee_tax_left, sale.supply_tax_left)
    if min(parts) < 0 or sale.left_minor != fact.left_minor:
        raise InvariantBroken(f"after {fact!r} there is not what should be left of the sale: {sale}")
    if not sale.left_minor:
        del market.after.sales[fact.trade_id]
        stop_following(market, fact.entitlement_id, at)
        lift(market, sale.instrument_id, fact.trade_id)
        trade_refunded(market, fact.trade_id, at)
        seats_refunded(market, fact.trade_id, at)
