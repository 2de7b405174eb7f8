"""Which listings are to be asked about again: all when the rules are others, and those that wait for facts when an
input of their answer has changed. Only folds change what is remembered of it."""

from collections.abc import Iterable, Set
from hashlib import blake2b
from typing import Final

import msgspec
from msgspec.structs import replace

from exchange.fence.outcome import Outcome
from exchange.market.agenda import schedule, settle
from exchange.market.destinations.facts import ListingsAskedAgain
from exchange.market.destinations.state import Said
from exchange.market.destinations.values import Destinations
from exchange.market.state import Market

BEGIN: Final = "9-listings-begin"
"""Another ruleset takes effect: every listing is to be asked about again."""
ASK: Final = "9-listings"
"""Listings are asked about again; there is one such work at a time."""
ALL: Final = "listings"
OVER: Final = ("closing", "closed")
_AT_ONCE = 0
_STEP_US = 1_000
"""Between two steps others may ask."""


def asked_again(market: Market, fact: ListingsAskedAgain, at: int) -> None:
    """Go on with what is left; or begin with all."""
    listings = market.listings
    if fact.begins:
        settle(market.agenda, BEGIN, ALL)
        listings.todo = on_sale(market)
    else:
        del listings.todo[: len(fact.seen)]
    listings.answered += len(fact.changed)
    for each in fact.changed:
        say(market, each.instrument_id, each.destinations, each.decision_id)
    if listings.todo:
        schedule(market.agenda, at + _STEP_US, ASK, ALL)
    else:
        settle(market.agenda, ASK, ALL)


def say(market: Market, instrument_id: str, found: Destinations, decision_id: str) -> None:
    """Remember what was said of a listing. Only folds call this."""
    lacking = found.outcome == Outcome.REVIEW.value and bool(found.missing or found.demanded)
    market.listings.said[instrument_id] = Said(found.outcome, digest(found), decision_id, lacking)


def rules_change(market: Market, effective_at: int, at: int) -> None:
    """Another ruleset decides from then on. Only folds call this."""
    if on_sale(market):
        schedule(market.agenda, max(at, effective_at), BEGIN, ALL)


def input_changes(market: Market, instrument_ids: Set[str]) -> None:
    """Ask again about those that wait for facts. Only folds call this."""
    said = market.listings.said
    _queue(market, (name for name in sorted(instrument_ids & said.keys()) if said[name].lacking))


def seller_changes(market: Market, seller_id: str) -> None:
    """Ask again about those of a seller that wait for facts. Only folds call this."""
    waiting = (name for name, each in sorted(market.listings.said.items()) if each.lacking)
    _queue(market, (name for name in waiting if market.instruments[name].terms.seller_id == seller_id))


def _queue(market: Market, names: Iterable[str]) -> None:
    fresh = [name for name in names if name not in market.listings.todo]
    if fresh and not market.listings.todo:
        schedule(market.agenda, _AT_ONCE, ASK, ALL)
    market.listings.todo += fresh


def said_of(market: Market, instrument_id: str) -> Said:
    """What was said of a listing last."""
    return market.listings.said.get(instrument_id) or Said("", "", "")


def on_sale(market: Market) -> list[str]:
    """The listings of data that are not over."""
    return sorted(
        name
        for name, each in market.instruments.items()
        if each.terms.moves_data and each.terms.seller_id is not None and each.state not in OVER
    )


def digest(found: Destinations) -> str:
    """What is said of a listing, without when and by which ruleset it was."""
    plain = replace(found, ruleset_version="", ruleset_digest="", inputs_digest="")
    return blake2b(msgspec.msgpack.encode(plain), digest_size=8).hexdigest()
