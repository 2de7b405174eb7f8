"""Which bodies of rules apply to a hop. What is not known makes a regime apply, never not.

Source: rules.md section 3.
"""

from functools import lru_cache
from typing import Literal, get_args

from exchange.fence.derived import abroad, mainland
from exchange.fence.sheet import Sheet

Regime = Literal["GEN", "GBA", "CN", "HK", "SG", "JP", "EU", "US", "SEA", "ZC", "LIC"]

REGIMES: tuple[Regime, ...] = get_args(Regime)
"""In the order in which they are tried; the combination does not depend on it."""
_SOUTH_EAST = frozenset({"TH", "ID", "VN", "MY"})


def applying(sheet: Sheet) -> frozenset[Regime]:
    """The regimes that apply to the hop on `sheet`."""
    hop, personal = sheet.hop, sheet.pi
    return _set_of(
        (
            True,
            mainland.gba_onward_outside(sheet) or mainland.gba_safeguard_void(sheet),
            bool(sheet.exits),
            personal and hop.origin == "HK" and hop.destination != "HK",
            personal and sheet.leaves("SG"),
            personal and sheet.leaves("JP"),
            personal and _european_union(sheet),
            hop.data.us_class != "none" or hop.data.us_government_related is not False,
            personal and not sheet.homes.isdisjoint(_SOUTH_EAST) and _south_east_asia(sheet),
            hop.origin == "CN-LG" or hop.destination == "CN-LG",
            hop.licence is not None,
        )
    )


@lru_cache(maxsize=4_096)
def _set_of(applies: tuple[bool, ...]) -> frozenset[Regime]:
    return frozenset(regime for regime, holds in zip(REGIMES, applies, strict=True) if holds)


def _european_union(sheet: Sheet) -> bool:
    places, origin = sheet.terms.places, sheet.hop.origin
    if sheet.hop.destination in places.eu_eea:
        return False
    if origin in places.eu_eea:
        return True
    return origin not in places.eu_adequate and not places.eu_eea.isdisjoint(sheet.hop.collected_in)


def _south_east_asia(sheet: Sheet) -> bool:
    return abroad.th_applies(sheet) or abroad.id_vn_my_applies(sheet)
