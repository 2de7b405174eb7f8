"""Whatever is credited to somebody pays first what it owes: one order, everywhere.

Credit that was drawn comes before refunds owed. Money that only goes back to its owner's cash is no credit: it is spent
before more is drawn, and does not leave the exchange while its owner owes.
"""

from typing import NamedTuple

from exchange.kernel.money import in_turn
from exchange.market.state import Purse


class SetOff(NamedTuple):
    """What of an amount pays credit back, and what of it refunds owed. Units: minor units."""

    repaid_minor: int
    recovered_minor: int


def set_off(purse: Purse, *amounts: int) -> SetOff:
    """What is set off when so much is credited to a purse or paid out of it: all that it owes, or all of that."""
    return SetOff(*in_turn(sum(amounts), purse.owed, purse.clawback))
