"""The one way to trade: however two came together, the money goes into escrow and a right begins."""

import msgspec

from exchange.kernel.bases import Cause
from exchange.kernel.ids import derived_id
from exchange.market.commands import InstrumentTerms, Side
from exchange.market.facts import EntitlementGranted, TradeMatched
from exchange.market.fencing import Answer
from exchange.market.state import Market
from exchange.market.supply.rules import collected
from exchange.market.term import ends_at


class Bargain(msgspec.Struct, frozen=True, gc=False):
    """What two have agreed on.

    Units: `price` in ticks, `quantity` in lots, `amount_minor` goes into escrow, `released_minor` back to the
    buyer's cash; `on_top_bp` basis points of tax are in the amount, on top of the price. Shape: `bid_id` names an order
    of the book or a hold; `ask_id` is empty where no ask stood in a book, `taker` None where neither arrived.
    """

    bid_id: str
    ask_id: str
    buyer_id: str
    seller_id: str
    taker: Side | None
    price: int
    quantity: int
    amount_minor: int
    released_minor: int
    on_top_bp: int = 0


def traded(
    market: Market, terms: InstrumentTerms, bargain: Bargain, answer: Answer, cause: Cause, index: int = 0
) -> tuple[TradeMatched, EntitlementGranted]:
    """The facts of one trade, the `index`-th of its outcome."""
    number = market.trades_matched + index
    # More than fifteen keywords would have Python build a dictionary for each call: ten times the time.
    trade = TradeMatched(
        derived_id("T", cause.partition, cause.offset, number),
        terms.instrument_id,
        terms.listing_id,
        terms.product_id,
        terms.version,
        bid_id=bargain.bid_id,
        ask_id=bargain.ask_id,
        buyer_id=bargain.buyer_id,
        seller_id=bargain.seller_id,
        taker=bargain.taker,
        price=bargain.price,
        quantity=bargain.quantity,
        currency=terms.currency,
        amount_minor=bargain.amount_minor,
        released_minor=bargain.released_minor,
        decision=answer.summary,
        supply=collected(market, bargain.seller_id, bargain.buyer_id, bargain.on_top_bp, cause.at),
    )
    entitlement = EntitlementGranted(
        entitlement_id=derived_id("E", cause.partition, cause.offset, number),
        trade_id=trade.trade_id,
        market_id=terms.market_id,
        product_id=terms.product_id,
        version=terms.version,
        listing_id=terms.listing_id,
        seller_id=bargain.seller_id,
        buyer_id=bargain.buyer_id,
        quantity=bargain.quantity,
        unit=terms.unit,
        licence_digest=terms.licence_digest,
        obligations=answer.obligations,
        starts_at=cause.at,
        ends_at=ends_at(terms, cause.at, bargain.quantity),
        acceptance_days=terms.acceptance_days,
    )
    return trade, entitlement
