"""Persons that are found in what was sold: all that has left the mainland this year counts, whatever runs still.

A copy that was handed over is not taken back when the right to it ends, so that its persons were exported. Source:
rules.md sections 1 and 7, "Counting": distinct persons exported since 1 January.
"""

from exchange.kernel.time import local_date
from exchange.market.order_fold import counted_out, export, forget_group, tell_zone
from exchange.market.persons.counting import version_name
from exchange.market.persons.exporting import units_of
from exchange.market.persons.state import Untold
from exchange.market.provenance.made_in_bond import holds_persons
from exchange.market.state import Market, provenance_of
from exchange.market.term import ZONE


def count_anew(market: Market, instrument_id: str, at: int) -> None:
    """Count what was sold abroad with the persons that are known to be in it: what runs, and what is over."""
    terms = market.instruments[instrument_id].terms
    if terms.seller_id is None or terms.seller_id not in market.participants:
        return
    _numbers(market, instrument_id, terms.seller_id)
    for key in market.entitlements.of_instrument.get(instrument_id, ()):
        pair = market.entitlements.pairs[key]
        export(market, instrument_id, pair.seller_id, pair.buyer_id, pair.use, at)
    _what_left_without(market, instrument_id, terms.seller_id, at)


def _numbers(market: Market, instrument_id: str, seller_id: str) -> None:
    """What counts already counts with the numbers that are known now."""
    terms = market.instruments[instrument_id].terms
    exported = market.persons.exported.get(seller_id)
    units = units_of(terms, provenance_of(market, terms, seller_id))
    found = {name for name in units if exported is not None and name in exported.versions}
    for name in found:
        assert exported is not None
        exported.versions[name].numbers = units[name]
    if found:
        forget_group(market, market.participants[seller_id].beneficial_owner)


def _what_left_without(market: Market, instrument_id: str, seller_id: str, at: int) -> None:
    """What was sold abroad as data without persons, and turns out to hold some."""
    terms = market.instruments[instrument_id].terms
    said, year = provenance_of(market, terms, seller_id), local_date(at, ZONE).year
    plain = market.persons.plain.get(seller_id)
    if plain is None or plain.year != year or not holds_persons(terms, said):
        return
    version = version_name(terms)
    for owner in plain.owners.pop(version, ()):
        fresh = counted_out(market, seller_id, year, units_of(terms, said), (version,), owner)
        if fresh and said is not None:
            tell_zone(market, Untold(seller_id, year, said.output_id, said.zone_id, owner), at)
