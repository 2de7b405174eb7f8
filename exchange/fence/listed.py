"""What published lists say of data in a scenario, as the fence is shown it.

A list speaks of data whose sector and scenario it has, where the data was described with that scenario and with its
fields; of what was described without fields nobody can say that they are outside a list. A list of general data covers
what it has all fields of. Of several the one in force is shown, rather one that the data is registered under: what the
fence takes of several is the least favourable. Source: rules.md sections 1 and 3.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from exchange.fence.crossing import ListRef
from exchange.fence.dates import covers, day_begins
from exchange.kernel.ids import Id
from exchange.kernel.lists import ListEntry, ListTerms
from exchange.kernel.product import DataTraits

REFS_MAX = 6
"""Negative lists that one crossing is decided with, rather those in force; of lists of general data it is one."""


class About(NamedTuple):
    """What lists are asked about.

    Shape: `parts` are the descriptions of all that is behind the data; `versions` the product versions that it is, each
    of which has to be registered where that counts; `fields` are others that it is known to have, and `zones` those
    that its exporter is registered in.
    """

    parts: Sequence[DataTraits]
    scenario_id: str | None
    zones: Collection[str]
    versions: Sequence[str] = ()
    fields: Collection[str] = ()


def refs_of(
    brought: Iterable[ListTerms], registered: Mapping[Id, Collection[str]], about: About, at: int
) -> tuple[ListRef, ...]:
    """The lists that speak of it."""
    if about.scenario_id is None:
        return ()
    found = [ref for each in brought if (ref := _ref(each, registered, about)) is not None]
    negative = [each for each in found if each.kind == "FTZ-NEG"]
    negative.sort(key=lambda each: (not _holds(each, at), each.list_id))
    general = [each for each in found if each.kind == "LG-GENERAL" and not _begins_after(each, at)]
    general.sort(key=lambda each: (not _holds(each, at), not each.registered_with_centre, each.list_id))
    return (*negative[:REFS_MAX], *general[:1])


def next_list_at(brought: Iterable[ListTerms], at: int) -> int | None:
    """When the next list begins to hold that has been brought, if one does."""
    begins = (day_begins(date.fromisoformat(each.valid_from), each.tz) for each in brought)
    return min((each for each in begins if each > at), default=None)


def _ref(each: ListTerms, registered: Mapping[Id, Collection[str]], about: About) -> ListRef | None:
    if set(each.zone_scope).isdisjoint(about.zones):
        return None
    by_part = [_entries(each, part, about.scenario_id) for part in about.parts]
    general = each.kind == "LG-GENERAL"
    listed = [] if general else _listed(by_part, about)
    speaks = [bool(entries and part.field_ids) for entries, part in zip(by_part, about.parts, strict=True)]
    if not listed and not all(speaks):
        return None
    if general and not all(map(_covers, by_part, about.parts)):
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
        field_listed=bool(listed),
        listed_route=_route(listed),
        registered_with_centre=bool(about.versions)
        and all(name in registered.get(each.list_id, ()) for name in about.versions),
    )


def _entries(each: ListTerms, part: DataTraits, scenario_id: str | None) -> list[ListEntry]:
    """What a list says of a part: nothing where the part was not described with the scenario."""
    if scenario_id not in part.scenario_ids:
        return []
    return [
        entry for entry in each.entries if (entry.sector, entry.scenario_id) == (part.sector, scenario_id)
    ]


def _listed(by_part: Sequence[Sequence[ListEntry]], about: About) -> list[ListEntry]:
    """The entries that name a field of the data: one listed field of one part is enough."""
    return [
        entry
        for entries, part in zip(by_part, about.parts, strict=True)
        for entry in entries
        if not set(entry.field_ids).isdisjoint((*part.field_ids, *about.fields))
    ]


def _covers(entries: Sequence[ListEntry], part: DataTraits) -> bool:
    return set(part.field_ids) <= {name for entry in entries for name in entry.field_ids}


def _route(listed: Sequence[ListEntry]) -> Literal["FILE", "ASSESS"] | None:
    """The most severe route that entries ask for; one that names none is read as the severe one."""
    if not listed:
        return None
    return "FILE" if all(entry.route == "FILE" for entry in listed) else "ASSESS"


def _holds(ref: ListRef, at: int) -> bool:
    return covers(ref.valid_from, ref.valid_to, ref.tz, at)


def _begins_after(ref: ListRef, at: int) -> bool:
    return ref.valid_from is not None and at < day_begins(ref.valid_from, ref.tz)
