"""One hop on the table: its fields, what follows from them at once, and the trail of rules that have matched."""

from exchange.fence.crossing import Hop, Place
from exchange.fence.outcome import Outcome
from exchange.fence.safeguards import Held, look_up
from exchange.fence.terms import Terms

FactValue = bool | int | str | None
HELD = "held on "
"""Begins what a sheet remembers of a look-up for a route."""


class Sheet:
    """What derived facts are computed from, for one hop under one ruleset.

    Shape: everything above `trail` is fixed when the sheet is laid out; what is below changes as rules match.
    `memo` holds, in the order in which they were asked for, the facts that do not follow from the trail: what is said
    of a hop depends on nothing else.
    """

    __slots__ = (
        "_held",
        "abroad",
        "applying",
        "exits",
        "failure",
        "homes",
        "hop",
        "matched",
        "memo",
        "outcomes",
        "pi",
        "regimes_in_force",
        "route",
        "terms",
    )

    def __init__(self, hop: Hop, terms: Terms, regimes_in_force: frozenset[str]) -> None:
        mainland = terms.places.mainland
        self.hop = hop
        self.terms = terms
        self.regimes_in_force = regimes_in_force
        self.homes = frozenset((hop.origin, *hop.collected_in))
        self.pi = hop.data.contains_pi is not False and hop.data.anonymisation != "report_passed"
        remote = hop.remote_access_from
        self.abroad = tuple([place for place in remote if place not in mainland]) if remote else ()
        self.exits = self._exits() if hop.origin in mainland else ()
        self.applying: frozenset[str] = frozenset()
        self.memo: dict[str, FactValue] = {}
        self._held: dict[str | Outcome | None, Held] = {}
        # The trail.
        self.matched: set[str] = set()
        self.outcomes = 0
        self.route: Outcome | None = None
        self.failure: str | None = None

    def _exits(self) -> tuple[Place | None, ...]:
        """The effective destinations: where mainland data would be stored or seen outside the mainland."""
        mainland = self.terms.places.mainland
        stored = () if self.hop.destination in mainland else (self.hop.destination,)
        return stored + self.abroad

    def home(self, place: Place) -> bool:
        """Whether `place` is where the data comes from: the origin, or where it was collected."""
        return place in self.homes

    def leaves(self, place: Place) -> bool:
        """Whether `place` is a home of the data and the hop does not end there."""
        return place in self.homes and self.hop.destination != place

    def held(self, regime: str) -> Held:
        """What the look-up of safeguards found for `regime`; for the mainland, on the route needed so far."""
        if regime == "CN":
            return self._held_on(self.route)
        found = self._held.get(regime)
        if found is None:
            destination = (self.hop.destination,)
            found = self._held[regime] = look_up(self.hop, regime, None, destination, self.terms)
        return found

    def _held_on(self, route: Outcome | None) -> Held:
        found = self._held.get(route)
        if found is None:
            name = None if route is None else route.value
            found = self._held[route] = look_up(self.hop, "CN", name, self.exits, self.terms)
            if name is not None:
                self.memo[HELD + name] = None
        return found
