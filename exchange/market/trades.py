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
    # Values by their place: by name they take twice the time, and more than fifteen of them ten times.
    trade = TradeMatched(
        derived_id("T", cause.partition, cause.offset, number),
        terms.instrument_id,
        terms.listing_id,
        terms.product_id,
        terms.version,
        bargain.bid_id,
        bargain.ask_id,
        bargain.buyer_id,
        bargain.seller_id,
        bargain.taker,
        bargain.price,
        bargain.quantity,
        terms.currency,
        bargain.amount_minor,
        bargain.released_minor,
        answer.summary,
        collected(market, bargain.seller_id, bargain.buyer_id, bargain.on_top_bp, cause.at),
    )
    entitlement = EntitlementGranted(
        derived_id("E", cause.partition, cause.offset, number),
        trade.trade_id,
        terms.market_id,
        terms.product_id,
        terms.version,
        terms.listing_id,
        bargain.seller_id,
        bargain.buyer_id,
        bargain.quantity,
        terms.unit,
        terms.licence_digest,
        answer.obligations,
        cause.at,
        ends_at(terms, cause.at, bargain.quantity),
        terms.acceptance_days,
    )
    return trade, entitlement
