"""Facts every regime may ask for: is it personal, are the places known, are the needed facts there."""

from exchange.fence.sheet import Sheet
from exchange.fence.unknowns import facts_missing

_SINGLE_PLACES = ("origin", "destination", "exporter.place", "recipient.place")


def pi(sheet: Sheet) -> bool:
    """The data holds personal information, or nobody knows that it does not."""
    return sheet.pi


def unknown_place(sheet: Sheet) -> bool:
    """A place that matters is not in the register, or nobody says where the data was collected."""
    return bool(_places_unknown(sheet))


def _places_unknown(sheet: Sheet) -> list[str]:
    hop, known = sheet.hop, sheet.terms.known_places
    single = (hop.origin, hop.destination, hop.exporter.place, hop.recipient.place)
    several = hop.collected_in + hop.remote_access_from
    if hop.collected_in and known.issuperset(single) and known.issuperset(several):
        return []
    found = [name for name, place in zip(_SINGLE_PLACES, single, strict=True) if place not in known]
    if not hop.collected_in or not known.issuperset(hop.collected_in):
        found.append("collected_in")
    if not known.issuperset(hop.remote_access_from):
        found.append("remote_access_from")
    return found


def home_without_rules(sheet: Sheet) -> bool:
    """The data leaves a home whose law is known to exist and for which there are no rules."""
    without = sheet.terms.places.known_without_rules
    return not without.isdisjoint(sheet.homes) and any(sheet.leaves(place) for place in without)


def counts_missing(sheet: Sheet) -> bool:
    """A count of persons that an applying regime needs is not known. It is never taken for zero."""
    return bool(_counts_unknown(sheet))


def _counts_unknown(sheet: Sheet) -> list[str]:
    counts, data, found = sheet.hop.counts, sheet.hop.data, []
    if sheet.pi and "CN" in sheet.applying:
        if _unknown(counts.pi_count_cum):
            found.append("counts.pi_count_cum")
        if _unknown(counts.sensitive_count_cum):
            found.append("counts.sensitive_count_cum")
        if sheet.terms.switches.count_art4_foreign_persons and _unknown(counts.foreign_count_cum):
            found.append("counts.foreign_count_cum")
    if "US" in sheet.applying and data.us_class != "none" and _unknown(data.us_persons_12m):
        found.append("data.us_persons_12m")
    return found


def _unknown(count: int | None) -> bool:
    return count is None or count < 0


def some_fact_missing(sheet: Sheet) -> bool:
    """A fact whose lack could hide a duty is not known."""
    return bool(facts_missing(sheet))


def names_missing(sheet: Sheet) -> tuple[str, ...]:
    """What to supply before the fence can do better than review."""
    return (*_places_unknown(sheet), *_counts_unknown(sheet), *facts_missing(sheet))


def outcomes(sheet: Sheet) -> int:
    """How many outcomes the other rules have given on this hop."""
    return sheet.outcomes


def safeguard_failure(sheet: Sheet) -> str | None:
    """The note code of the failed safeguard being looked at."""
    return sheet.failure
