"""The look-up of safeguards: which a regime examines, and whether each counts as held at the moment asked.

Source: rules.md section 4.
"""

from collections.abc import Iterable
from typing import NamedTuple

from exchange.fence.crossing import Crossing, Hop, Place, Safeguard, SafeguardType
from exchange.fence.dates import covers, day_begins, day_ends
from exchange.fence.reasons import SafeguardFailure
from exchange.fence.terms import Terms

EXAMINING = ("CN", "SG", "JP", "EU", "SEA")
"""The regimes that look at safeguards."""
_EXAMINED: dict[str, frozenset[str]] = {
    "SG": frozenset({"SG-CONTRACT", "SG-BCR", "ASEAN-MCC", "CBPR"}),
    "JP": frozenset({"JP-EQUIV", "CBPR"}),
    "EU": frozenset({"EU-SCC", "EU-BCR"}),
    "SEA": frozenset({"TH-CONTRACT", "TH-BCR"}),
}
ONWARD: frozenset[SafeguardType] = frozenset({"GBA-SC"})
"""Contracts that bind whoever received data under them in where it goes next, and what is made of it."""
_NONE: frozenset[str] = frozenset()
_CERTIFICATES = frozenset({"CBPR", "PRP"})
_EU_TOOLS = frozenset({"EU-SCC", "EU-BCR"})


class Held(NamedTuple):
    """The answer of a look-up.

    Shape: `failed` pairs a safeguard's id with the note code of its first failure; `overdue` says that a standard
    contract is otherwise valid, unfiled, and past its due date.
    """

    safeguards: tuple[Safeguard, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    overdue: bool = False

    def of(self, types: Iterable[str]) -> tuple[str, ...]:
        """The ids of those held whose type is one of `types`."""
        return tuple([each.id for each in self.safeguards if each.type in types])


_NOTHING = Held()


def look_up(
    hop: Hop, regime: str, route: str | None, destinations: tuple[Place | None, ...], terms: Terms
) -> Held:
    """Examine the safeguards of `hop` that `regime` looks at."""
    if not hop.safeguards:
        return _NOTHING
    types = _examined(hop, regime, route, terms)
    if not types:
        return _NOTHING
    held: list[Safeguard] = []
    failed: list[tuple[str, str]] = []
    overdue = False
    for safeguard in hop.safeguards:
        if safeguard.type not in types or (safeguard.type == "GBA-SC" and gba_void(hop)):
            continue
        failure = _first_failure(safeguard, hop, destinations)
        if failure is not None:
            failed.append((safeguard.id, failure))
        elif _unfiled(safeguard, hop.as_of, terms.timezone):
            overdue = True
        else:
            held.append(safeguard)
    return Held(tuple(held), tuple(failed), overdue)


def _examined(hop: Hop, regime: str, route: str | None, terms: Terms) -> frozenset[str]:
    types = _EXAMINED.get(regime, _NONE)
    match regime:
        case "CN":
            return terms.accepted[route] if route is not None else _NONE
        case "SG" if hop.recipient.is_intermediary:
            return types | {"PRP"}
        case "EU" if hop.destination == "US":
            return types | {"EU-DPF"}
        case "SEA" if hop.destination == "TH" or "TH" not in (hop.origin, *hop.collected_in):
            return _NONE
    return types


def _first_failure(safeguard: Safeguard, hop: Hop, destinations: tuple[Place | None, ...]) -> str | None:
    if not _matches(safeguard, hop, destinations):
        return SafeguardFailure.INSTRUMENT_MISMATCH.value
    if safeguard.status != "active":
        return SafeguardFailure.INSTRUMENT_REVOKED.value
    if not covers(safeguard.valid_from, safeguard.valid_to, safeguard.tz, hop.as_of):
        return SafeguardFailure.INSTRUMENT_EXPIRED.value
    if safeguard.scope_changed:
        return SafeguardFailure.SCOPE_CHANGED.value
    if safeguard.type in _EU_TOOLS and safeguard.tia_current is not True:
        return SafeguardFailure.TIA_MISSING.value
    if safeguard.type == "JP-EQUIV" and safeguard.continuing_checks is not True:
        return SafeguardFailure.INSTRUMENT_MISMATCH.value
    return None


def _matches(safeguard: Safeguard, hop: Hop, destinations: tuple[Place | None, ...]) -> bool:
    exporter, recipient = hop.exporter.id, hop.recipient.id
    between = _between(safeguard, exporter, recipient)
    if not between and safeguard.type == "GBA-SC":
        between = _between(safeguard, recipient, exporter)
    names = safeguard.names_destinations
    if not between or not ("ANY" in names or all(country(place) in names for place in destinations)):
        return False
    return safeguard.type not in _CERTIFICATES or country(hop.recipient.place) in safeguard.recognised_in


def _between(safeguard: Safeguard, exporter: str, recipient: str) -> bool:
    return safeguard.exporter_id in (None, exporter) and safeguard.recipient_id in (None, recipient)


def _unfiled(safeguard: Safeguard, at: int, tz: str) -> bool:
    """Whether a standard contract should have been filed by now and was not.

    An unfiled one whose due date nobody knows counts as overdue.
    """
    if safeguard.type != "CN-SCC":
        return False
    if safeguard.filed_on is not None and at >= day_begins(safeguard.filed_on, tz):
        return False
    return safeguard.filing_due_on is None or at >= day_ends(safeguard.filing_due_on, tz)


def gba_void(hop: Hop) -> bool:
    """Whether a contract of the Greater Bay Area has no effect on `hop`: a party or a place lies outside it."""
    registered = hop.exporter.gba_registered and hop.recipient.gba_registered
    return not registered or leaves_gba(hop)


def leaves_gba(hop: Hop) -> bool:
    """Whether `hop` stores or shows the data outside the Greater Bay Area."""
    inside = ("HK", "CN") if hop.recipient.gba_registered else ("HK",)
    return hop.destination not in inside or any(place not in inside for place in hop.remote_access_from)


def received_under(crossing: Crossing) -> tuple[SafeguardType, ...]:
    """The contracts that bind the recipient onward: those that hold for it, and those that bound who hands it over."""
    found: set[SafeguardType] = set()
    for hop in crossing.hops:
        found.update(ONWARD.intersection(hop.received_under))
        found.update(each.type for each in hop.safeguards if each.type in ONWARD and _holds(each, hop))
    return tuple(sorted(found))


def _holds(safeguard: Safeguard, hop: Hop) -> bool:
    return not gba_void(hop) and _first_failure(safeguard, hop, (hop.destination,)) is None


def country(place: Place | None) -> Place | None:
    """The country a place lies in."""
    return "CN" if place == "CN-LG" else place
