"""Where a product could go: each pair of a place where it would lie and a place where it would be used, as the market
would decide an order for it now."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from exchange.fence import Outcome, Ruleset
from exchange.fence.decision import codes_of
from exchange.kernel.bases import Cause
from exchange.kernel.errors import Misuse
from exchange.market.commands import InstrumentTerms, Standing, Use
from exchange.market.destinations.supposing import somebody
from exchange.market.facts import FenceDecided
from exchange.market.fencing import Fence
from exchange.market.state import Market

_NO_BOUND = 2**62


class Corridor(NamedTuple):
    """What an order would be told, for the purpose that the licence permits and the fence likes best.

    Shape: `admitted` also where a ruling of the counter lets a REVIEW pass; `codes` begin with those that decide;
    `by_licence` says that nothing but the licence stands against it.
    """

    origin: str
    destination: str
    purpose: str
    outcome: Outcome
    admitted: bool
    codes: tuple[str, ...]
    obligations: tuple[str, ...]
    missing: tuple[str, ...]
    by_licence: bool


class Question(NamedTuple):
    """What a grid is asked with. Shape: `buyer` None is a buyer registered where it would use the data."""

    origins: Sequence[str]
    destinations: Sequence[str]
    purposes: Sequence[str]
    buyer: Standing | None = None


def terms_of_product(market: Market, product: str) -> InstrumentTerms:
    """The newest instrument by which `product`, or the listing of that id, is sold.

    Raises: Misuse if there is none, or it moves no data.
    """
    found = [
        each.terms
        for each in market.instruments.values()
        if product in (each.terms.product_id, each.terms.listing_id, each.terms.instrument_id)
    ]
    if not found:
        raise Misuse(f"no market knows product {product}; `exchange query listings` shows what is on offer")
    if not found[-1].moves_data:
        raise Misuse(f"{product} moves no data: nothing crosses a border; ask of a product that does")
    return found[-1]


def places_of(market: Market, terms: InstrumentTerms) -> tuple[str, ...]:
    """The places that matter to a product: where it lies and comes from, where it may be used, where anybody is."""
    residents = (each.place for each in market.participants.values())
    return tuple(
        sorted({terms.stored_in, *terms.traits.collected_in, *terms.licence.spatial, *residents} - {""})
    )


def corridors(
    market: Market, terms: InstrumentTerms, ruleset: Ruleset, at: int, question: Question
) -> Iterator[Corridor]:
    """Every pair of places, origin by origin. Nothing is remembered of it."""
    # Answers that are kept were given for the place where the product does lie.
    unasked = msgspec.structs.replace(market, answers={})
    cause = Cause("market", market.partition, 0, "", "", at)
    for origin in question.origins:
        moved = msgspec.structs.replace(terms, stored_in=origin)
        fence = Fence(unasked, moved, ruleset, cause, _NO_BOUND)
        seller = _seller(market, moved)
        for destination in question.destinations:
            yield min(
                (
                    _asked(fence, seller, origin, destination, purpose, question)
                    for purpose in question.purposes
                ),
                key=lambda each: (not each.admitted, each.outcome),
            )


def _asked(
    fence: Fence, seller: Standing, origin: str, destination: str, purpose: str, question: Question
) -> Corridor:
    # No authority is behind a question that nobody has asked yet.
    use = Use(purpose=purpose, place_of_use=destination, foreign_authority_request=False)
    answer = fence.ask(seller, question.buyer or somebody(destination), use)
    (said,) = (each for each in fence.take() if isinstance(each, FenceDecided))
    return Corridor(
        origin=origin,
        destination=destination,
        purpose=purpose,
        outcome=Outcome(said.outcome),
        admitted=answer.admitted,
        codes=codes_of(said),
        obligations=answer.obligations,
        missing=answer.missing,
        by_licence=said.deciding_codes == ("LICENCE",) and said.outcome == Outcome.DENY.value,
    )


def _seller(market: Market, terms: InstrumentTerms) -> Standing:
    """Who sells it; where several may, somebody who is where it lies."""
    only = None if terms.seller_id is None else market.participants.get(terms.seller_id)
    return only or somebody(terms.stored_in)
