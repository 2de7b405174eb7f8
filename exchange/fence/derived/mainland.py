"""Facts of the mainland's export rules and of the Greater Bay Area contract."""

from exchange.fence.crossing import ListRef
from exchange.fence.dates import covers
from exchange.fence.safeguards import gba_void, leaves_gba
from exchange.fence.sheet import Sheet


def remote_export(sheet: Sheet) -> bool:
    """Mainland data can be seen from outside the mainland."""
    return bool(sheet.exits) and bool(sheet.abroad)


def important(sheet: Sheet) -> bool:
    """The data is important: notified or published as such, or mixed with such on its way."""
    data = sheet.hop.data
    named = data.category == "important" and data.importance_basis in ("notified", "published")
    return named or sheet.hop.lineage.important_introduced is True


def has_foreign_pi(sheet: Sheet) -> bool:
    """Some of the personal information was collected outside the mainland."""
    mainland = sheet.terms.places.mainland
    return sheet.pi and not mainland.issuperset(sheet.hop.collected_in)


def lineage_consistent(sheet: Sheet) -> bool:
    """Lineage and places of collection agree on whether domestic personal information is in it."""
    domestic = not sheet.terms.places.mainland.isdisjoint(sheet.hop.collected_in)
    return (sheet.hop.lineage.domestic_pi_introduced is True) == domestic


def mixed_not_separable(sheet: Sheet) -> bool:
    """Domestic personal information was merged in and cannot be taken out again."""
    lineage = sheet.hop.lineage
    return lineage.domestic_pi_introduced is True and lineage.separable is not True


def pi_count_cum(sheet: Sheet) -> int | None:
    """Distinct persons exported this year; with foreign ones where the switch says they count."""
    counts = sheet.hop.counts
    if not sheet.terms.switches.count_art4_foreign_persons:
        return counts.pi_count_cum
    if counts.pi_count_cum is None or counts.foreign_count_cum is None:
        return None
    return counts.pi_count_cum + counts.foreign_count_cum


def art7_hit(sheet: Sheet) -> bool:
    """A rule that names an Article 7 trigger has matched."""
    return not sheet.matched.isdisjoint(sheet.terms.constants.cn_art7_rules)


def route(sheet: Sheet) -> str | None:
    """The route out of the mainland that a rule found to be needed."""
    return None if sheet.route is None else sheet.route.value


def route_satisfied(sheet: Sheet) -> bool:
    """A safeguard held now satisfies the needed route."""
    return sheet.route is not None and bool(sheet.held("CN").safeguards)


def scc_overdue(sheet: Sheet) -> bool:
    """An otherwise valid standard contract is unfiled past its due date."""
    return sheet.route is not None and sheet.held("CN").overdue


def ruleset_missing(sheet: Sheet) -> bool:
    """The mainland's rules are loaded and apply, and none of them is in force at that time."""
    return "CN" in sheet.applying and "CN" not in sheet.regimes_in_force


def neg_list(sheet: Sheet) -> str:
    """What the negative lists of the exporter's zones say of this data.

    Shape: `listed` beats `outside` beats `not_in_force` beats `none`.
    """
    refs = _speaking(sheet, "FTZ-NEG")
    if not refs:
        return "none"
    current = [ref for ref in refs if _in_force(ref, sheet)]
    if any(ref.field_listed for ref in current):
        return "listed"
    return "outside" if current else "not_in_force"


def neg_list_route(sheet: Sheet) -> str | None:
    """The most severe route that a list in force asks for; a list that names none is read as the severe one."""
    listed = [ref for ref in _speaking(sheet, "FTZ-NEG") if ref.field_listed and _in_force(ref, sheet)]
    if not listed:
        return None
    return "FILE" if all(ref.listed_route == "FILE" for ref in listed) else "ASSESS"


def general_list(sheet: Sheet) -> str:
    """What the zone's list of general data says; of several references the least favourable counts."""
    states = [_general_state(ref, sheet) for ref in _speaking(sheet, "LG-GENERAL")]
    if not states:
        return "none"
    return next(state for state in ("expired", "unregistered", "ok") if state in states)


def _general_state(ref: ListRef, sheet: Sheet) -> str:
    if not _in_force(ref, sheet):
        return "expired"
    return "ok" if ref.registered_with_centre else "unregistered"


def _speaking(sheet: Sheet, kind: str) -> list[ListRef]:
    if not sheet.hop.list_refs:
        return []
    zones = sheet.hop.exporter.registered_zones
    return [
        ref
        for ref in sheet.hop.list_refs
        if ref.kind == kind and ref.covers_scenario and any(zone in zones for zone in ref.zone_scope)
    ]


def _in_force(ref: ListRef, sheet: Sheet) -> bool:
    return covers(ref.valid_from, ref.valid_to, ref.tz, sheet.hop.as_of)


def gba_onward_outside(sheet: Sheet) -> bool:
    """Data received under a Greater Bay Area contract leaves the area."""
    return "GBA-SC" in sheet.hop.received_under and leaves_gba(sheet.hop)


def gba_safeguard_void(sheet: Sheet) -> bool:
    """A Greater Bay Area contract is shown that has no effect here."""
    shown = sheet.hop.safeguards
    return bool(shown) and any(each.type == "GBA-SC" for each in shown) and gba_void(sheet.hop)
