"""What a fold is about to change, noted as it is now if a leader watches. Whatever holds money is changed through here.

Each is called before the first change; what was noted in the same outcome already stays as it was.
"""

from exchange.market.auditing.state import Backed, Held, Watched
from exchange.market.state import Hold, Market, Order, Purse, Till


def note_purse(watched: Watched, participant_id: str, currency: str, purse: Purse) -> None:
    """What is in a purse."""
    name = participant_id, currency
    if name not in watched.purses:
        watched.purses[name] = held_in(purse)


def note_till(watched: Watched, currency: str, till: Till) -> None:
    """What has come in."""
    if currency not in watched.tills:
        watched.tills[currency] = left_in(till)


def note_order(market: Market, bid: Order, currency: str) -> None:
    """What a bid reserves."""
    watched = market.watched
    if watched is not None and bid.order_id not in watched.orders:
        watched.orders[bid.order_id] = bid.participant_id, currency, reserved_for(bid), 0


def note_new_order(market: Market, bid: Order, currency: str) -> None:
    """That a bid reserved nothing, since it was not there."""
    if market.watched is not None:
        market.watched.orders[bid.order_id] = bid.participant_id, currency, 0, 0


def note_hold(market: Market, held: Hold) -> None:
    """What a hold takes."""
    watched = market.watched
    if watched is not None and held.hold_id not in watched.holds:
        watched.holds[held.hold_id] = backed(held)


def note_escrow(market: Market, trade_id: str, currency: str) -> None:
    """What is held for a trade, if it has been made."""
    watched = market.watched
    if watched is not None and trade_id not in watched.escrow:
        watched.escrow[trade_id] = currency, escrowed(market, trade_id)


def held_in(purse: Purse) -> Held:
    """All that is a purse's, and the two parts of it that back something."""
    reserved, deposits = purse.reserved, purse.deposits
    worth = (
        purse.cash
        + reserved
        + deposits
        + purse.payable
        + purse.commissions
        + purse.withdrawing
        - purse.clawback
        - purse.owed
    )
    return worth, reserved, deposits


def left_in(till: Till) -> int:
    """What came in and was neither earned nor paid out."""
    earned = till.fee_net + till.fee_tax + till.penalties + till.service_net
    return till.deposited - till.paid_out - earned


def reserved_for(bid: Order) -> int:
    """What the lots of a bid need that are left."""
    return bid.lot_reserve_minor * bid.quantity_left


def backed(held: Hold) -> Backed:
    """Where the money of a hold lies."""
    reserved = held.account == "reserved"
    amount = held.amount_minor
    return held.participant_id, held.currency, amount if reserved else 0, 0 if reserved else amount


def escrowed(market: Market, trade_id: str) -> int:
    """What lies in escrow or in dispute for a trade."""
    purchase, dispute = market.purchases.get(trade_id), market.disputes.get(trade_id)
    return (purchase.escrow_minor if purchase else 0) + (dispute.held_minor if dispute else 0)
