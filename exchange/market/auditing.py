"""What must be true of a book after every outcome, looked at where the outcome touched it.

Source: market.md, matching invariants (1). The folds look at each fact: nothing filled beyond its quantity, no purse
overdrawn, no reserve released twice, no hold ended twice.
"""

from collections.abc import Sequence

from exchange.kernel.bases import Fact
from exchange.kernel.errors import InvariantBroken
from exchange.market.book import is_crossed
from exchange.market.facts import OrderAccepted, OrderReplaced
from exchange.market.state import Market

_ENTERS = frozenset((OrderAccepted, OrderReplaced))


def audit(market: Market, facts: Sequence[Fact]) -> None:
    """No bid stands at or above an ask in an open book, unless the two may not trade and are to be tried again.

    Raises: InvariantBroken, naming the book.
    """
    for fact in facts:
        if type(fact) in _ENTERS:
            name = fact.instrument_id  # type: ignore[attr-defined]
            instrument = market.instruments[name]
            if is_crossed(instrument) and instrument.state == "open" and name not in market.crossed:
                raise InvariantBroken(f"book {name} stands crossed after {fact!r}, and is not known to")
