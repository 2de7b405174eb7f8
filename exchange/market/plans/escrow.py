"""A part of what lies in escrow for a trade goes back to its buyer before the rest is accepted.

Source: settlement.md section 2 (`RefundApproved` before acceptance).
"""

import msgspec

from exchange.kernel.bases import Cause
from exchange.kernel.errors import InvariantBroken
from exchange.market.auditing.noting import note_escrow
from exchange.market.facts import AcceptanceBasis, PurchaseAccepted
from exchange.market.purchases.words import accepted
from exchange.market.purses import purse_at
from exchange.market.state import Market, Purchase


def under_way(market: Market, trade_id: str) -> Purchase | None:
    """A purchase of which a part may still go back.

    Shape: None once it was accepted or refunded, and where its buyer has rejected or disputed it: that decides.
    """
    if trade_id in market.disputes or trade_id in market.after.rejections:
        return None
    return market.purchases.get(trade_id)


def rest_accepted(
    market: Market, purchase: Purchase, back_minor: int, cause: Cause, basis: AcceptanceBasis
) -> PurchaseAccepted:
    """What stays in escrow after `back_minor` went back is the seller's."""
    rest = msgspec.structs.replace(purchase, escrow_minor=purchase.escrow_minor - back_minor)
    return accepted(market, rest, basis, cause)


def give_back(market: Market, trade_id: str, amount_minor: int) -> None:
    """Fold: an amount goes from a trade's escrow to its buyer's cash. Raises: InvariantBroken if there is less."""
    if not amount_minor:
        return
    purchase = market.purchases[trade_id]
    note_escrow(market, trade_id, purchase.currency)
    purchase.escrow_minor -= amount_minor
    if purchase.escrow_minor < 0:
        raise InvariantBroken(
            f"trade {trade_id} has {purchase.escrow_minor} in escrow after {amount_minor} went back"
        )
    purse_at(market, purchase.buyer_id, purchase.currency).cash += amount_minor
