"""The room of destinations, as the market's decider takes it in: it has no command of its own."""

from collections.abc import Sequence

from exchange.kernel.bases import Command, Fact
from exchange.kernel.refusals import refused
from exchange.market.commands import InstrumentTerms
from exchange.market.destinations.again import ask_again, begin
from exchange.market.destinations.facts import FACTS, ListingsAskedAgain, NoDestinationFound
from exchange.market.destinations.following import ASK, BEGIN, asked_again
from exchange.market.destinations.values import Destinations
from exchange.market.reasons import Reason
from exchange.market.room import Room
from exchange.market.state import Market


def sold_nowhere(command: Command, terms: InstrumentTerms, found: Destinations) -> Sequence[Fact]:
    """The facts that a listing was refused since nobody could ever buy it."""
    noted = NoDestinationFound(
        instrument_id=terms.instrument_id,
        listing_id=terms.listing_id,
        market_id=terms.market_id,
        product_id=terms.product_id,
        version=terms.version,
        seller_id=terms.seller_id,
        destinations=found,
    )
    places = ", ".join(terms.licence.spatial) or "no place"
    detail = (
        f"its licence permits {places}, for {', '.join(terms.licence.purposes) or 'nothing'}, and under ruleset"
        f" {found.ruleset_version} the fence bars all of it, whatever safeguards a buyer holds;"
        " register a version with another licence or another place, and list that"
    )
    return noted, refused(command, Reason.NO_DESTINATION, terms.instrument_id, detail, found.codes)


def _noted(market: Market, fact: NoDestinationFound, at: int) -> None:
    """What was refused is not there; of what was on sale nothing is asked any more."""
    market.listings.said.pop(fact.instrument_id, None)


ROOM = Room(
    commands=(),
    facts=FACTS,
    answers={},
    folds={NoDestinationFound: _noted, ListingsAskedAgain: asked_again},
    due={BEGIN: begin, ASK: ask_again},
)
