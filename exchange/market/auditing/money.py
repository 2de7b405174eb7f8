"""Money is conserved in each currency, and what a purse sets aside is what its orders and holds need.

Each outcome is looked at alone: what it changed in purses, in escrow, in disputes and in tills has to come to nothing,
and what it changed in a purse's reserve to what it changed in what that backs. Of a market in which that held before,
it holds afterwards.
"""

from collections.abc import Mapping, Sequence

import msgspec

from exchange.kernel.bases import Fact, type_name
from exchange.kernel.errors import InvariantBroken
from exchange.market.auditing.noting import escrowed, left_in, parts_of, reserved_for, worth_of
from exchange.market.state import Market, Touched, Watched

_Changes = dict[tuple[str, str], int]
"""By participant and currency."""


def conserved(market: Market, watched: Watched, facts: Sequence[Fact]) -> None:
    """Raises: InvariantBroken where money was made or lost, or what a purse sets aside is not what it is for."""
    if watched.others is None and _only_a_bid(market, watched):
        return
    touched = _all_of(watched)
    made: dict[str, int] = {}
    reserved: _Changes = {}
    deposits: _Changes = {}
    for name, before in touched.purses.items():
        who, currency = name
        after = market.purses[who][currency]
        made[currency] = made.get(currency, 0) + worth_of(after) - worth_of(before)
        reserved[name] = after.reserved - before.reserved
        deposits[name] = after.deposits - before.deposits
    _nothing_made(market, touched, watched.escrow or {}, made, facts)
    _backed(market, touched, reserved, deposits)
    for part, changes in (("reserve", reserved), ("deposits", deposits)):
        for (who, currency), change in changes.items():
            if change:
                raise InvariantBroken(
                    f"the {part} of {who} in {currency} changed by {change} minor units more than what its orders and"
                    f" holds need, after {_named(facts)}"
                )


def _only_a_bid(market: Market, watched: Watched) -> bool:
    """Whether all that has happened, as in most outcomes, is that a bid reserves more or less, or has traded."""
    purse, before, bid = watched.purse, watched.before, watched.bid
    if purse is None or before is None or bid is None:
        return False
    more = purse.reserved - before.reserved
    needed = bid.lot_reserve_minor * bid.quantity_left if bid.order_id in market.orders else 0
    owner, currency, needed_before = watched.backed
    if more != needed - needed_before or (owner, currency) != watched.whose:
        return False
    spent = 0
    if watched.escrow is not None:
        for trade_id, (traded_in, minor) in watched.escrow.items():
            if traded_in != currency:
                return False
            spent += escrowed(market, trade_id) - minor
    if purse.cash + more + spent != before.cash:
        return False
    return msgspec.structs.replace(before, cash=purse.cash, reserved=purse.reserved) == purse


def _all_of(watched: Watched) -> Touched:
    """The first purse and the first bid among the others."""
    touched = watched.others or Touched()
    if watched.before is not None:
        touched.purses[watched.whose] = watched.before
    if watched.bid is not None:
        touched.bids[watched.bid.order_id] = watched.backed
    return touched


def _nothing_made(
    market: Market,
    touched: Touched,
    escrow: Mapping[str, tuple[str, int]],
    made: dict[str, int],
    facts: Sequence[Fact],
) -> None:
    for trade_id, (currency, before) in escrow.items():
        made[currency] = made.get(currency, 0) + escrowed(market, trade_id) - before
    for currency, before in touched.tills.items():
        made[currency] = made.get(currency, 0) - left_in(market.tills[currency]) + before
    for currency, minor in made.items():
        if minor:
            raise InvariantBroken(
                f"money is not conserved: {minor} minor units of {currency} were made of nothing (lost, if negative)"
                f" by {_named(facts)}"
            )


def _backed(market: Market, touched: Touched, reserved: _Changes, deposits: _Changes) -> None:
    """Take from what purses have set aside more than before what bids and holds need more."""
    orders = market.orders
    for order_id, (who, currency, before) in touched.bids.items():
        bid, name = orders.get(order_id), (who, currency)
        reserved[name] = reserved.get(name, 0) - (0 if bid is None else reserved_for(bid)) + before
    for hold_id, (who, currency, reserved_before, deposits_before) in touched.holds.items():
        held, name = market.holds.get(hold_id), (who, currency)
        reserve, deposit = (0, 0) if held is None else parts_of(held)
        reserved[name] = reserved.get(name, 0) - reserve + reserved_before
        deposits[name] = deposits.get(name, 0) - deposit + deposits_before


def _named(facts: Sequence[Fact]) -> str:
    """Which facts did it, the first ones of many."""
    names = [type_name(fact) for fact in facts[:10]]
    return ", ".join(names) + (f" and {len(facts) - 10} more" if len(facts) > 10 else "")
