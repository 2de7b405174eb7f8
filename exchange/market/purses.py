"""The purses and the till as folds of facts change them. Nothing else does."""

from exchange.kernel.errors import InvariantBroken
from exchange.market.state import Market, Purse, Till


def purse_at(market: Market, participant_id: str, currency: str) -> Purse:
    """A participant's purse, for changing; made if it never had any money."""
    purses = market.purses.get(participant_id)
    if purses is None:
        purses = market.purses[participant_id] = {}
    purse = purses.get(currency)
    if purse is None:
        purse = purses[currency] = Purse()
    return purse


def till_at(market: Market, currency: str) -> Till:
    """The till of a currency, for changing."""
    till = market.tills.get(currency)
    if till is None:
        till = market.tills[currency] = Till()
    return till


def solvent(purse: Purse, after: object) -> None:
    """Raises: InvariantBroken if a purse is overdrawn."""
    if purse.cash < 0 or purse.reserved < 0 or purse.payable < 0 or purse.deposits < 0:
        raise InvariantBroken(f"a purse is overdrawn ({purse}) after {after!r}")
