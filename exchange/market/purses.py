"""The purses and the till as folds of facts change them. Nothing else does."""

from exchange.kernel.errors import InvariantBroken
from exchange.market.auditing.noting import as_it_is, note_purse, note_till
from exchange.market.state import Market, Purse, Till


def purse_at(market: Market, participant_id: str, currency: str) -> Purse:
    """A participant's purse, for changing; made if it never had any money."""
    purses = market.purses.get(participant_id)
    if purses is None:
        purses = market.purses[participant_id] = {}
    purse = purses.get(currency)
    if purse is None:
        purse = purses[currency] = Purse()
    watched = market.watched
    if watched is not None and watched.purse is not purse:
        if watched.purse is None:
            # As `note_purse` does it, which would cost a call.
            watched.purse, watched.before, watched.whose = purse, as_it_is(purse), (participant_id, currency)
        else:
            note_purse(watched, participant_id, currency, purse)
    return purse


def till_at(market: Market, currency: str) -> Till:
    """The till of a currency, for changing."""
    till = market.tills.get(currency)
    if till is None:
        till = market.tills[currency] = Till()
    if market.watched is not None:
        note_till(market.watched, currency, till)
    return till


def may_reserve(purse: Purse) -> int:
    """What orders may take of a purse: its cash and what is left of its credit, while no bill is overdue."""
    return purse.cash + (0 if purse.overdue else max(0, purse.credit_limit - purse.owed))


def free_of(purse: Purse) -> int:
    """What may leave a purse: its cash, but for what its owner owes, of its credit and for refunds."""
    return max(0, purse.cash - purse.owed - purse.clawback)


def to_draw(purse: Purse, amount_minor: int) -> int:
    """How much credit it takes to reserve an amount: none while there is cash."""
    return max(0, amount_minor - purse.cash)


def draw(purse: Purse, amount_minor: int) -> None:
    """Credit becomes cash, and is owed."""
    purse.cash += amount_minor
    purse.owed += amount_minor


def earn(
    market: Market, currency: str, fee_net_minor: int, fee_tax_minor: int, supply_tax_minor: int = 0
) -> None:
    """The exchange earns a fee with its tax, and collects supply tax, or gives it back where the amounts are negative.

    Raises: InvariantBroken if more is given back than was earned.
    """
    till = till_at(market, currency)
    till.fee_net += fee_net_minor
    till.fee_tax += fee_tax_minor
    till.supply_tax += supply_tax_minor
    if min(till.fee_net, till.fee_tax, till.supply_tax) < 0:
        raise InvariantBroken(f"more of the fees in {currency} was given back than earned: {till}")


def solvent(purse: Purse, after: object) -> None:
    """Raises: InvariantBroken if a purse is overdrawn."""
    parts = (purse.cash, purse.reserved, purse.payable, purse.deposits, purse.commissions, purse.withdrawing)
    if min(*parts, purse.shares, purse.paying, purse.clawback, purse.owed) < 0:
        raise InvariantBroken(f"a purse is overdrawn ({purse}) after {after!r}")
