"""Which bodies of rules apply to a hop. What is not known makes a regime apply, never not.

Source: rules.md section 3.
"""

from collections.abc import Callable
from typing import Literal

from exchange.fence.derived import abroad, mainland
from exchange.fence.sheet import Sheet

Regime = Literal["GEN", "GBA", "CN", "HK", "SG", "JP", "EU", "US", "SEA", "ZC", "LIC"]


def applying(sheet: Sheet) -> frozenset[Regime]:
    """The regimes that apply to the hop on `sheet`."""
    return frozenset(regime for regime, applies in REGIMES.items() if applies(sheet))


def _general(sheet: Sheet) -> bool:
    return True


def _greater_bay(sheet: Sheet) -> bool:
    return mainland.gba_onward_outside(sheet) or mainland.gba_safeguard_void(sheet)


def _mainland(sheet: Sheet) -> bool:
    return bool(sheet.exits)


def _hong_kong(sheet: Sheet) -> bool:
    return sheet.pi and sheet.hop.origin == "HK" and sheet.hop.destination != "HK"


def _singapore(sheet: Sheet) -> bool:
    return sheet.pi and sheet.leaves("SG")


def _japan(sheet: Sheet) -> bool:
    return sheet.pi and sheet.leaves("JP")


def _european_union(sheet: Sheet) -> bool:
    places, origin = sheet.terms.places, sheet.hop.origin
    if not sheet.pi or sheet.hop.destination in places.eu_eea:
        return False
    if origin in places.eu_eea:
        return True
    return origin not in places.eu_adequate and not places.eu_eea.isdisjoint(sheet.hop.collected_in)


def _united_states(sheet: Sheet) -> bool:
    return sheet.hop.data.us_class != "none" or sheet.hop.data.us_government_related is not False


def _south_east_asia(sheet: Sheet) -> bool:
    return abroad.th_applies(sheet) or abroad.id_vn_my_applies(sheet)


def _zone(sheet: Sheet) -> bool:
    return "CN-LG" in (sheet.hop.origin, sheet.hop.destination)


def _licence(sheet: Sheet) -> bool:
    return sheet.hop.licence is not None


REGIMES: dict[Regime, Callable[[Sheet], bool]] = {
    "GEN": _general,
    "GBA": _greater_bay,
    "CN": _mainland,
    "HK": _hong_kong,
    "SG": _singapore,
    "JP": _japan,
    "EU": _european_union,
    "US": _united_states,
    "SEA": _south_east_asia,
    "ZC": _zone,
    "LIC": _licence,
}
"""In the order in which they are tried; the combination does not depend on it."""
