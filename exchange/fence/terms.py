"""What a ruleset says besides its rules: sets of places, thresholds, switches, and what each route accepts."""

from collections.abc import Mapping

import msgspec

from exchange.fence.crossing import SafeguardType
from exchange.kernel.bases import Value

PlaceSet = frozenset[str]


class Places(Value, frozen=True, kw_only=True):
    """The register of place codes. A code in none of the sets is unknown."""

    mainland: PlaceSet
    eu_eea: PlaceSet
    eu_adequate: PlaceSet
    jp_whitelist_extra: PlaceSet
    us_countries_of_concern_used: PlaceSet
    with_home_rules: PlaceSet
    known_without_rules: PlaceSet

    def known(self) -> PlaceSet:
        """Every code of the register."""
        return frozenset().union(*(getattr(self, name) for name in self.__struct_fields__))


class Constants(Value, frozen=True, kw_only=True):
    """Figures that derived facts compare with, and the rules whose match is an Article 7 trigger."""

    us_bulk_more_than: Mapping[str, int]
    cn_art7_rules: frozenset[str]


class Switches(Value, frozen=True, kw_only=True):
    """Readings the sources leave open.

    Shape: `count_art5_art6_volumes` is for whoever counts persons; the counts of a crossing follow it already.
    """

    count_art5_art6_volumes: bool
    count_art4_foreign_persons: bool
    assess_covers_file: bool


class Route(Value, frozen=True, kw_only=True):
    """What satisfies a route."""

    accepts: frozenset[SafeguardType]


class Routes(Value, frozen=True, kw_only=True):
    """The two ways out of the mainland that need a safeguard; a satisfied one gives `ALLOW_COND`."""

    FILE: Route
    ASSESS: Route


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, as the derived facts read them."""

    timezone: str
    places: Places
    known_places: PlaceSet
    constants: Constants
    switches: Switches
    accepted: Mapping[str, frozenset[str]]


def terms_of(
    timezone: str, places: Places, constants: Constants, switches: Switches, routes: Routes
) -> Terms:
    """Bring a ruleset's terms into the form in which they are asked."""
    file, assess = routes.FILE.accepts, routes.ASSESS.accepts
    return Terms(
        timezone=timezone,
        places=places,
        known_places=places.known(),
        constants=constants,
        switches=switches,
        accepted={"FILE": file | assess if switches.assess_covers_file else file, "ASSESS": assess},
    )
