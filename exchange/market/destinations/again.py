"""A listing is asked about again, some at a time; one that can be sold nowhere by now is on sale no more."""

from collections.abc import Iterator, Sequence
from typing import Final

from exchange.fence.outcome import Outcome
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.market.closing import closing
from exchange.market.destinations.deciding import destinations_of
from exchange.market.destinations.facts import Listed, ListingsAskedAgain, NoDestinationFound
from exchange.market.destinations.following import OVER, digest, on_sale, said_of
from exchange.market.destinations.values import Destinations
from exchange.market.fencing import Rulesets
from exchange.market.state import Instrument, Market

STEP: Final = 4
"""Listings that are asked about in one outcome: each may have many places."""


def begin(market: Market, subject: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """The rules are others from now on."""
    return (ListingsAskedAgain(seen=(), changed=(), left=len(on_sale(market)), begins=True),)


def ask_again(market: Market, subject: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """One step: the next ones; one that could be sold nowhere ends it, since its book closes with it."""
    facts: list[Fact] = []
    seen: list[str] = []
    changed: list[Listed] = []
    for name in market.listings.todo[:STEP]:
        seen.append(name)
        instrument = market.instruments[name]
        found = (
            None if instrument.state in OVER else destinations_of(market, instrument.terms, cause, rulesets)
        )
        if found is None or digest(found) == said_of(market, name).digest:
            continue
        if found.verdict == "nowhere":
            facts += _nowhere(market, instrument, found)
            break
        decision_id = derived_id("DL", cause.partition, cause.offset, market.listings.answered + len(changed))
        changed.append(_listed(market, instrument, found, decision_id))
    left = len(market.listings.todo) - len(seen)
    return (*facts, ListingsAskedAgain(seen=tuple(seen), changed=tuple(changed), left=left))


def _listed(market: Market, instrument: Instrument, found: Destinations, decision_id: str) -> Listed:
    terms, before = instrument.terms, said_of(market, instrument.terms.instrument_id)
    return Listed(
        instrument_id=terms.instrument_id,
        listing_id=terms.listing_id,
        product_id=terms.product_id,
        seller_id=terms.seller_id or "",
        decision_id=decision_id,
        destinations=found,
        settles=(before.decision_id,) if before.outcome == Outcome.REVIEW.value else (),
    )


def _nowhere(market: Market, instrument: Instrument, found: Destinations) -> Iterator[Fact]:
    terms = instrument.terms
    yield NoDestinationFound(
        instrument_id=terms.instrument_id,
        listing_id=terms.listing_id,
        market_id=terms.market_id,
        product_id=terms.product_id,
        version=terms.version,
        seller_id=terms.seller_id,
        destinations=found,
        was_on_sale=True,
    )
    yield from closing(market, instrument, "decision")
