"""Facts of the zone's own controls and of the licence."""

from exchange.fence.crossing import Hop, Licence
from exchange.fence.dates import covers, day_ends
from exchange.fence.safeguards import country
from exchange.fence.sheet import Sheet


def link_ok(sheet: Sheet) -> bool:
    """The path is a chain of dedicated links in service, or there is no path to go."""
    link = sheet.hop.link
    in_service = link.kind == "dedicated" and link.state == "in_service" and bool(link.link_ids)
    return in_service or sheet.hop.origin == sheet.hop.destination


def outside_return_list(sheet: Sheet) -> bool:
    """A consignment's data would leave the zone for a place it may not return to; the mainland is always such."""
    hop = sheet.hop
    if hop.origin != "CN-LG" or hop.zone.consignment_id is None:
        return False
    stored = () if hop.destination == "CN-LG" else (hop.destination,)
    return any(place == "CN" or place not in hop.zone.return_list for place in (*stored, *sheet.abroad))


def retention_passed(sheet: Sheet) -> bool:
    """The day until which the zone may keep the consignment is over."""
    until = sheet.hop.zone.retention_until
    return until is not None and sheet.hop.as_of >= day_ends(until, sheet.terms.timezone)


def licence_ok(sheet: Sheet) -> bool:
    """The licence covers the places, the purpose, the moment and the seats, and is active."""
    hop, licence = sheet.hop, sheet.hop.licence
    if licence is None or licence.status != "active" or hop.purpose not in licence.purposes:
        return False
    in_force = covers(licence.valid_from, licence.valid_to, licence.tz, hop.as_of)
    return in_force and _seated(licence) and _placed(licence, hop)


def _seated(licence: Licence) -> bool:
    if licence.seats is None:
        return True
    return licence.seats_used is not None and licence.seats_used <= licence.seats


def _placed(licence: Licence, hop: Hop) -> bool:
    places = (hop.destination, *hop.remote_access_from)
    return all(country(place) in licence.spatial for place in places)
