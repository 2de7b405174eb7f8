"""Money is conserved in each currency, and what a purse sets aside is what its orders and holds need.

Each outcome is looked at alone: what it changed in purses, in escrow, in disputes and in tills has to come to nothing,
and what it changed in a purse's reserve to what it changed in what that backs. Of a market in which that held before,
it holds afterwards.
"""

from collections.abc import Sequence

from exchange.kernel.bases import Fact, type_name
from exchange.kernel.errors import InvariantBroken
from exchange.market.auditing.noting import backed, escrowed, held_in, left_in, reserved_for
from exchange.market.auditing.state import PurseName, Watched
from exchange.market.state import Market, Till

_Changes = dict[PurseName, int]


def conserved(market: Market, watched: Watched, facts: Sequence[Fact]) -> None:
    """Raises: InvariantBroken where money was made or lost, or what a purse sets aside is not what it is for."""
    made: dict[str, int] = {}
    reserved: _Changes = {}
    deposits: _Changes = {}
    for name, (worth_before, reserved_before, deposits_before) in watched.purses.items():
        who, currency = name
        worth, reserve, deposit = held_in(market.purses[who][currency])
        if worth != worth_before:
            made[currency] = made.get(currency, 0) + worth - worth_before
        if reserve != reserved_before:
            reserved[name] = reserve - reserved_before
        if deposit != deposits_before:
            deposits[name] = deposit - deposits_before
    if made or watched.escrow or watched.tills:
        _nothing_made(market, watched, made, facts)
    _take_orders(market, watched, reserved)
    if watched.holds:
        _take_holds(market, watched, reserved, deposits)
    for part, changes in (("reserve", reserved), ("deposits", deposits)):
        for (who, currency), change in changes.items():
            if change:
                raise InvariantBroken(
                    f"the {part} of {who} in {currency} changed by {change} minor units more than what its orders and"
                    f" holds need, after {_named(facts)}"
                )


def _nothing_made(market: Market, watched: Watched, made: dict[str, int], facts: Sequence[Fact]) -> None:
    for trade_id, (currency, before) in watched.escrow.items():
        made[currency] = made.get(currency, 0) + escrowed(market, trade_id) - before
    for currency, before in watched.tills.items():
        made[currency] = made.get(currency, 0) - left_in(market.tills.get(currency) or Till()) + before
    for currency, minor in made.items():
        if minor:
            raise InvariantBroken(
                f"money is not conserved: {minor} minor units of {currency} were made of nothing (lost, if negative)"
                f" by {_named(facts)}"
            )


def _take_orders(market: Market, watched: Watched, reserved: _Changes) -> None:
    orders = market.orders
    for order_id, (who, currency, before, _) in watched.orders.items():
        order = orders.get(order_id)
        change = (0 if order is None else reserved_for(order)) - before
        if change:
            name = who, currency
            reserved[name] = reserved.get(name, 0) - change


def _take_holds(market: Market, watched: Watched, reserved: _Changes, deposits: _Changes) -> None:
    for hold_id, (who, currency, reserved_before, deposits_before) in watched.holds.items():
        held, name = market.holds.get(hold_id), (who, currency)
        _, _, reserve, deposit = (who, currency, 0, 0) if held is None else backed(held)
        reserved[name] = reserved.get(name, 0) - reserve + reserved_before
        deposits[name] = deposits.get(name, 0) - deposit + deposits_before


def _named(facts: Sequence[Fact]) -> str:
    """Which facts did it, the first ones of many."""
    names = [type_name(type(fact)) for fact in facts[:10]]
    return ", ".join(names) + (f" and {len(facts) - 10} more" if len(facts) > 10 else "")
