"""How money is held outside a book, and how each hold ends. Only folds of facts call this.

Source: settlement.md section 1 (2020, 2110).
"""

from typing import Literal

from exchange.kernel.errors import InvariantBroken
from exchange.market.auditing.noting import note_hold
from exchange.market.commands import Use
from exchange.market.purses import draw, purse_at, solvent, till_at
from exchange.market.state import Hold, Market


def hold(
    market: Market,
    hold_id: str,
    participant_id: str,
    currency: str,
    amount_minor: int,
    account: Literal["reserved", "deposits"],
    drawn_minor: int = 0,
) -> None:
    """Take an amount from a purse's cash, to which `drawn_minor` of credit was added, and hold it.

    Raises: InvariantBroken if the name is taken or the purse holds less.
    """
    if hold_id in market.holds:
        raise InvariantBroken(f"hold {hold_id} is there already")
    market.holds[hold_id] = Hold(hold_id, participant_id, currency, 0, account)
    add_to_hold(market, hold_id, amount_minor, drawn_minor)


def meant_for(market: Market, hold_id: str, use: Use) -> None:
    """Say what the data is for that a hold pays."""
    _held(market, hold_id).use = use


def add_to_hold(market: Market, hold_id: str, amount_minor: int, drawn_minor: int = 0) -> None:
    """Take more from the purse's cash into a hold. Raises: as `hold`."""
    held = _held(market, hold_id)
    purse = purse_at(market, held.participant_id, held.currency)
    draw(purse, drawn_minor)
    purse.cash -= amount_minor
    held.amount_minor += amount_minor
    if held.account == "reserved":
        purse.reserved += amount_minor
    else:
        purse.deposits += amount_minor
    solvent(purse, held)


def turn_to_reserve(market: Market, hold_id: str) -> None:
    """A deposit becomes part of what is paid: from now on it backs a trade."""
    held = _held(market, hold_id)
    if held.account == "deposits":
        purse = purse_at(market, held.participant_id, held.currency)
        purse.deposits -= held.amount_minor
        purse.reserved += held.amount_minor
        held.account = "reserved"
        solvent(purse, held)


def let_go(market: Market, hold_id: str) -> int:
    """Give a hold back to the purse's cash; the amount."""
    held = _end(market, hold_id)
    purse_at(market, held.participant_id, held.currency).cash += held.amount_minor
    return held.amount_minor


def forfeit(market: Market, hold_id: str) -> int:
    """Let the exchange keep a hold as a penalty; the amount."""
    held = _end(market, hold_id)
    till_at(market, held.currency).penalties += held.amount_minor
    return held.amount_minor


def spend(market: Market, hold_id: str, amount_minor: int, released_minor: int) -> Use | None:
    """A trade takes `amount_minor` of a reserve into escrow and gives `released_minor` back; the rest stays held.

    Shape: what the data is for that it pays, where it pays data.

    Raises: InvariantBroken if it is no reserve, or holds less.
    """
    held = _held(market, hold_id)
    held.amount_minor -= amount_minor + released_minor
    if held.account != "reserved" or held.amount_minor < 0:
        raise InvariantBroken(f"hold {held} cannot pay {amount_minor} and give back {released_minor}")
    purse = purse_at(market, held.participant_id, held.currency)
    purse.reserved -= amount_minor + released_minor
    purse.cash += released_minor
    solvent(purse, held)
    if not held.amount_minor:
        del market.holds[hold_id]
    return held.use


def _end(market: Market, hold_id: str) -> Hold:
    held = _held(market, hold_id)
    del market.holds[hold_id]
    purse = purse_at(market, held.participant_id, held.currency)
    if held.account == "reserved":
        purse.reserved -= held.amount_minor
    else:
        purse.deposits -= held.amount_minor
    solvent(purse, held)
    return held


def _held(market: Market, hold_id: str) -> Hold:
    held = market.holds.get(hold_id)
    if held is None:
        raise InvariantBroken(f"hold {hold_id} is not there, or has ended")
    note_hold(market, held)
    return held
