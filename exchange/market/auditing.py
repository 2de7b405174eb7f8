"""What must be true of a book after every outcome, looked at where the outcome touched it.

Source: market.md, matching invariants (1, 2). The rest is looked at where it costs least. Each fold sees that nothing
is filled beyond its quantity, that an order reserves what its lots do and releases the same, that no purse is
overdrawn and no hold ends twice. The projections post each fact twice over and stop where an entry does not balance.
"""

from collections.abc import Sequence

from exchange.kernel.bases import Fact
from exchange.kernel.errors import InvariantBroken
from exchange.market.book import is_crossed, opposite
from exchange.market.commands import BID
from exchange.market.facts import OrderAccepted, OrderReplaced, TradeMatched
from exchange.market.standings import IDLE
from exchange.market.state import Market

_ENTERS = frozenset((OrderAccepted, OrderReplaced))


def audit(market: Market, facts: Sequence[Fact]) -> None:
    """No order stands crossed without the market's knowing, and none was passed over for one of a worse price.

    Raises: InvariantBroken, naming the book.
    """
    entered = 0
    for fact in facts:
        if type(fact) in _ENTERS:
            entered += 1
            _uncrossed(market, fact)  # type: ignore[arg-type]
    if entered == 1 and len(facts) > 1 and type(facts[0]) in _ENTERS:
        _best_first(market, facts)


def _uncrossed(market: Market, fact: OrderAccepted | OrderReplaced) -> None:
    """No bid stands at or above an ask in an open book, unless the two may not trade and are to be tried again."""
    name = fact.instrument_id
    instrument = market.instruments[name]
    if is_crossed(instrument) and instrument.state == "open" and name not in market.crossed:
        raise InvariantBroken(f"book {name} stands crossed after {fact!r}, and is not known to")


def _best_first(market: Market, facts: Sequence[Fact]) -> None:
    """Where everybody may trade with everybody, nobody of a better price is left than who was traded with."""
    last = next((fact for fact in reversed(facts) if type(fact) is TradeMatched), None)
    if last is None or last.taker is None or not last.ask_id:
        return
    instrument = market.instruments[last.instrument_id]
    if instrument.terms.moves_data:
        return
    bid = opposite(last.taker) is BID
    worst = last.price if bid else -last.price
    for ladder in (instrument.bids if bid else instrument.asks).values():
        if ladder.standing != IDLE and ladder.merits[-1] > worst:
            raise InvariantBroken(
                f"book {last.instrument_id} still has a better price than {last!r} traded at"
            )
