"""What a ruleset says besides its rules: sets of places, thresholds, switches, and what each route accepts."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import msgspec

from exchange.fence.crossing import SafeguardType
from exchange.fence.outcome import Outcome
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


_Years = Annotated[int, msgspec.Meta(ge=1, le=30)]
_WorkingDays = Annotated[int, msgspec.Meta(ge=1, le=120)]


class KindTerms(Value, frozen=True, kw_only=True):
    """How long kinds of safeguards hold, and by when they are filed or extended. Source: rules.md section 4."""

    scc_filing_working_days: _WorkingDays
    cn_assess_years: _Years
    cn_assess_extension_working_days: _WorkingDays
    cn_assess_extension_years: _Years
    cn_cert_years: _Years
    cn_cert_from: date
    eu_dpf_years: _Years


class Constants(Value, frozen=True, kw_only=True):
    """Figures that derived facts compare with, and the rules whose match is an Article 7 trigger.

    Shape: `cn_pi_file_from` to `cn_sensitive_assess_from` name thresholds of the rules, which alone decide. The rest
    are the `KindTerms`, all of them or none.
    """

    us_bulk_more_than: Mapping[str, int]
    cn_art7_rules: frozenset[str]
    cn_pi_file_from: int | None = None
    cn_pi_assess_from: int | None = None
    cn_sensitive_file_from: int | None = None
    cn_sensitive_assess_from: int | None = None
    scc_filing_working_days: _WorkingDays | None = None
    cn_assess_years: _Years | None = None
    cn_assess_extension_working_days: _WorkingDays | None = None
    cn_assess_extension_years: _Years | None = None
    cn_cert_years: _Years | None = None
    cn_cert_from: date | None = None
    eu_dpf_years: _Years | None = None


class Switches(Value, frozen=True, kw_only=True):
    """Readings the sources leave open.

    Shape: `count_art5_art6_volumes` is for whoever counts persons; the counts of a crossing follow it already.
    """

    count_art5_art6_volumes: bool
    count_art4_foreign_persons: bool
    assess_covers_file: bool


class Route(Value, frozen=True, kw_only=True):
    """What satisfies a route, and what it gives then."""

    accepts: frozenset[SafeguardType]
    satisfied_outcome: Outcome = Outcome.ALLOW_COND


class Routes(Value, frozen=True, kw_only=True):
    """The two ways out of the mainland that need a safeguard."""

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
    satisfied: Mapping[str, Outcome]
    kinds: KindTerms | None


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
        satisfied={"FILE": routes.FILE.satisfied_outcome, "ASSESS": routes.ASSESS.satisfied_outcome},
        kinds=kinds_of(constants),
    )


def kinds_of(constants: Constants) -> KindTerms | None:
    """The terms of safeguards, where a ruleset says all of them."""
    said = {name: getattr(constants, name) for name in KindTerms.__struct_fields__}
    return None if None in said.values() else KindTerms(**said)
