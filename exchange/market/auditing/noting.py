"""What a fold is about to change, noted as it is while a leader watches. Whatever holds money is changed after this.

What was noted in the same outcome already stays as it was.
"""

import msgspec

from exchange.market.state import Hold, Market, Order, Purse, Till, Touched, Watched

as_it_is = msgspec.structs.replace
"""A copy, for less than `copy` takes."""


def note_purse(watched: Watched, participant_id: str, currency: str, purse: Purse) -> None:
    """What is in a purse that is not the outcome's first."""
    others, name = _others(watched), (participant_id, currency)
    if name not in others.purses:
        others.purses[name] = as_it_is(purse)


def note_bid(watched: Watched, bid: Order, currency: str, reserved_minor: int) -> None:
    """What a bid reserves."""
    if watched.bid is None:
        watched.bid = bid
        watched.backed = bid.participant_id, currency, reserved_minor
    elif watched.bid is not bid:
        others = _others(watched)
        if bid.order_id not in others.bids:
            others.bids[bid.order_id] = bid.participant_id, currency, reserved_minor


def note_till(watched: Watched, currency: str, till: Till) -> None:
    """What has come in."""
    others = _others(watched)
    if currency not in others.tills:
        others.tills[currency] = left_in(till)


def note_hold(market: Market, held: Hold) -> None:
    """What a hold takes."""
    if market.watched is not None:
        others = _others(market.watched)
        if held.hold_id not in others.holds:
            others.holds[held.hold_id] = held.participant_id, held.currency, *parts_of(held)


def note_escrow(market: Market, trade_id: str, currency: str) -> None:
    """What is held for a trade, if it has been made."""
    watched = market.watched
    if watched is None:
        return
    if watched.escrow is None:
        watched.escrow = {}
    if trade_id not in watched.escrow:
        watched.escrow[trade_id] = currency, escrowed(market, trade_id)


def worth_of(purse: Purse) -> int:
    """All that is a participant's, wherever in its purse it lies, less what it owes."""
    inside = (
        purse.cash
        + purse.reserved
        + purse.deposits
        + purse.payable
        + purse.commissions
        + purse.withdrawing
        + purse.shares
        + purse.paying
    )
    return inside - purse.clawback - purse.owed


def left_in(till: Till) -> int:
    """What came in and was neither earned nor paid out, nor sent to other markets."""
    earned = till.fee_net + till.fee_tax + till.penalties + till.service_net + till.supply_tax
    return till.deposited + till.moved - till.paid_out - earned


def reserved_for(bid: Order) -> int:
    """What the lots of a bid need that are left."""
    return bid.lot_reserve_minor * bid.quantity_left


def parts_of(held: Hold) -> tuple[int, int]:
    """What a hold takes of a purse's reserve, and of its deposits."""
    return (held.amount_minor, 0) if held.account == "reserved" else (0, held.amount_minor)


def escrowed(market: Market, trade_id: str) -> int:
    """What lies in escrow or in dispute for a trade."""
    purchase, dispute = market.purchases.get(trade_id), market.disputes.get(trade_id)
    return (purchase.escrow_minor if purchase else 0) + (dispute.held_minor if dispute else 0)


def _others(watched: Watched) -> Touched:
    others = watched.others
    if others is None:
        others = watched.others = Touched()
    return others
