"""Rights under which data goes on flowing when the year is over: their persons count in the next year too.

Source: rules.md section 7, "Counting": calendar years, each from 1 January in Asia/Shanghai.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from exchange.fence.dates import day_begins
from exchange.kernel.ids import ParticipantId
from exchange.kernel.time import local_date
from exchange.market.commands import InstrumentTerms, Use
from exchange.market.crossing import leaves_mainland
from exchange.market.facts import EntitlementGranted
from exchange.market.persons.counting import bond_name, version_name
from exchange.market.persons.state import Exported, Flowing, Persons, Sold
from exchange.market.state import Market, provenance_of
from exchange.market.term import ZONE

_BY_TIME = ("day", "month", "year")


def sold_in(persons: Persons, exporter_id: ParticipantId, year: int) -> Mapping[str, Sold]:
    """What an exporter has sold out of the mainland in a year, and what it sold before and flows on in it."""
    exported = persons.exported.get(exporter_id)
    if exported is None or exported.year > year:
        return {}
    return exported.versions if exported.year == year else _flowing_on(exported, year)


def flows(market: Market, fact: EntitlementGranted, use: Use, at: int) -> None:
    """Remember a right that lasts longer than the year in which it was sold abroad."""
    instrument_id, buyer = market.purchases[fact.trade_id].instrument_id, market.participants[fact.buyer_id]
    terms, year = market.instruments[instrument_id].terms, local_date(at, ZONE).year
    if not _goes_on(terms) or fact.ends_at <= _begins(year + 1) or not leaves_mainland(terms, buyer, use):
        return
    for sold in _counted_for(market, fact.seller_id, terms, sold_in(market.persons, fact.seller_id, year)):
        sold.flowing[fact.entitlement_id] = Flowing(buyer.beneficial_owner, fact.ends_at)


def flows_no_more(market: Market, entitlement_id: str, pair_key: str, at: int) -> None:
    """A right is over before its time: what has flowed by then, this instant included, has left in its year."""
    pair = market.entitlements.pairs[pair_key]
    exported = market.persons.exported.get(pair.seller_id)
    terms = market.instruments[pair.instrument_id].terms
    for sold in _counted_for(market, pair.seller_id, terms, exported.versions if exported else {}):
        flowing = sold.flowing.get(entitlement_id)
        if flowing is not None and flowing.ends_at > at:
            sold.flowing[entitlement_id] = flowing._replace(ends_at=at + 1)


def _counted_for(
    market: Market, seller_id: str, terms: InstrumentTerms, versions: Mapping[str, Sold]
) -> Iterator[Sold]:
    """What a sale of a version counted: the version, or the origins behind it."""
    said = provenance_of(market, terms, seller_id)
    names = (version_name(terms), *(bond_name(each.origin_id) for each in (said.persons if said else ())))
    yield from (versions[name] for name in names if name in versions)


def _goes_on(terms: InstrumentTerms) -> bool:
    """Whether what is sold flows as long as the right lasts; a copy is handed over once."""
    return terms.subscription or terms.unit in _BY_TIME or terms.rules.form == "plan"


def _flowing_on(exported: Exported, year: int) -> dict[str, Sold]:
    found = {}
    for name, sold in sorted(exported.versions.items()):
        rights = {key: each for key, each in sorted(sold.flowing.items()) if each.ends_at > _begins(year)}
        if rights:
            owners = sorted({each.owner for each in rights.values()})
            found[name] = Sold(sold.numbers, owners, rights, [*sold.by])
    return found


def _begins(year: int) -> int:
    return day_begins(date(year, 1, 1), ZONE)
