"""What published lists say of a product in a scenario, as the fence is shown it.

A list speaks of data whose sector and scenario it has, where the product was drafted with that scenario and with its
fields; of what was drafted without fields nobody can say that they are outside a list. A list of general data covers a
product if it has all of its fields. Of several the one in force is shown, rather one that the product is registered
under: what the fence takes of several is the least favourable. Source: rules.md sections 1 and 3.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from exchange.fence.crossing import ListRef
from exchange.fence.dates import covers, day_begins
from exchange.kernel.lists import ListEntry, ListTerms
from exchange.market.commands import InstrumentTerms, Standing, Use
from exchange.market.lists.state import Lists
from exchange.market.persons.counting import version_name

REFS_MAX = 6
"""Negative lists that one crossing is decided with, rather those in force; of lists of general data it is one."""


def refs_of(lists: Lists, terms: InstrumentTerms, seller: Standing, use: Use, at: int) -> tuple[ListRef, ...]:
    """The lists that speak of a sale."""
    found = [
        ref for each in lists.brought.values() if (ref := _ref(lists, each, terms, seller, use)) is not None
    ]
    negative = [each for each in found if each.kind == "FTZ-NEG"]
    negative.sort(key=lambda each: (not _holds(each, at), each.list_id))
    general = [each for each in found if each.kind == "LG-GENERAL" and not _begins_after(each, at)]
    general.sort(key=lambda each: (not _holds(each, at), not each.registered_with_centre, each.list_id))
    return (*negative[:REFS_MAX], *general[:1])


def next_list_at(lists: Lists, at: int) -> int | None:
    """When the next list begins to hold that has been brought, if one does."""
    begins = (day_begins(date.fromisoformat(each.valid_from), each.tz) for each in lists.brought.values())
    return min((each for each in begins if each > at), default=None)


def _ref(lists: Lists, each: ListTerms, terms: InstrumentTerms, seller: Standing, use: Use) -> ListRef | None:
    traits = terms.traits
    fields, entries = set(traits.field_ids), list(_entries(each, terms, use))
    if not entries or not fields or set(each.zone_scope).isdisjoint(seller.registered_zones):
        return None
    listed = [entry for entry in entries if not fields.isdisjoint(entry.field_ids)]
    general = each.kind == "LG-GENERAL"
    if general and not fields <= {name for entry in entries for name in entry.field_ids}:
        return None
    return ListRef(
        list_id=each.list_id,
        kind=each.kind,
        version=each.version,
        zone_scope=each.zone_scope,
        valid_from=date.fromisoformat(each.valid_from),
        valid_to=None if each.valid_to is None else date.fromisoformat(each.valid_to),
        tz=each.tz,
        covers_scenario=True,
        field_listed=bool(listed) and not general,
        listed_route=None if general else _route(listed),
        registered_with_centre=version_name(terms) in lists.registered.get(each.list_id, ()),
    )


def _entries(each: ListTerms, terms: InstrumentTerms, use: Use) -> Iterator[ListEntry]:
    traits = terms.traits
    if use.scenario_id is None or use.scenario_id not in traits.scenario_ids:
        return
    for entry in each.entries:
        if entry.sector == traits.sector and entry.scenario_id == use.scenario_id:
            yield entry


def _route(listed: Sequence[ListEntry]) -> Literal["FILE", "ASSESS"] | None:
    """The most severe route that entries ask for; one that names none is read as the severe one."""
    if not listed:
        return None
    return "FILE" if all(entry.route == "FILE" for entry in listed) else "ASSESS"


def _holds(ref: ListRef, at: int) -> bool:
    return covers(ref.valid_from, ref.valid_to, ref.tz, at)


def _begins_after(ref: ListRef, at: int) -> bool:
    return ref.valid_from is not None and at < day_begins(ref.valid_from, ref.tz)
