"""Whose purchase it is, and whether its last word is still to be said."""

from exchange.kernel.bases import Cause, Command
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.market.facts import Reason
from exchange.market.purchases.state import Sale
from exchange.market.state import Market, Purchase


def parties(market: Market, trade_id: str) -> tuple[str, str] | tuple[None, None]:
    """The buyer and the seller of a trade, open or concluded: what became of it is for them to hear."""
    purchase = market.purchases.get(trade_id)
    if purchase is not None:
        return purchase.buyer_id, purchase.seller_id
    return market.concluded.get(trade_id, (None, None))


def operates(market: Market, cause: Cause, *roles: str) -> bool:
    """Whether whoever asks runs the exchange now, or has another of `roles`."""
    actor = market.participants.get(cause.actor)
    return actor is not None and actor.active and not {"operator", *roles}.isdisjoint(actor.roles)


def not_the_buyer(market: Market, command: Command, trade_id: str, cause: Cause) -> Refused | None:
    """A refusal for all but its buyer. Shape: of a trade that nobody made there is no party to be."""
    buyer_id, _ = parties(market, trade_id)
    if buyer_id in (None, cause.actor):
        return None
    detail = f"only its buyer may say what becomes of what was delivered, {cause.actor} is not"
    return refused(command, ProtocolReason.NOT_PERMITTED, trade_id, detail)


def not_the_seller(market: Market, command: Command, trade_id: str, cause: Cause) -> Refused | None:
    """A refusal for all but its seller and operators."""
    _, seller_id = parties(market, trade_id)
    if seller_id in (None, cause.actor) or operates(market, cause):
        return None
    detail = f"only its seller or an operator may refund it, {cause.actor} is neither"
    return refused(command, ProtocolReason.NOT_PERMITTED, trade_id, detail)


def open_purchase(market: Market, command: Command, trade_id: str) -> Purchase | Refused:
    """A purchase in escrow, in no dispute; or why there is none."""
    purchase = market.purchases.get(trade_id)
    if purchase is None:
        return final_or_unknown(market, command, trade_id)
    return disputed(market, command, trade_id) or purchase


def open_sale(market: Market, command: Command, trade_id: str) -> Sale | Refused:
    """An accepted purchase of which something is left, in no dispute; or why there is none."""
    if trade_id in market.purchases:
        detail = "its money is still in escrow; `RefundPurchase` gives back all of it"
        return refused(command, Reason.PURCHASE_NOT_ACCEPTED, trade_id, detail)
    sale = market.after.sales.get(trade_id)
    if sale is None:
        return final_or_unknown(market, command, trade_id)
    return disputed(market, command, trade_id) or sale


def disputed(market: Market, command: Command, trade_id: str) -> Refused | None:
    """A refusal while a dispute holds the money."""
    if trade_id not in market.disputes:
        return None
    detail = "it is in dispute: its parties agree with `ProposeSettlement`, or the panel rules"
    return refused(command, Reason.PURCHASE_DISPUTED, trade_id, detail)


def final_or_unknown(market: Market, command: Command, trade_id: str) -> Refused:
    """Why a trade has no money that could be moved any more."""
    if trade_id in market.concluded:
        detail = "its last word is said, which is final; `exchange query trades` shows how it ended"
        return refused(command, Reason.PURCHASE_FINAL, trade_id, detail)
    detail = "there is no such trade here; use the trade_id of its TradeMatched"
    return refused(command, Reason.TRADE_UNKNOWN, trade_id, detail)
