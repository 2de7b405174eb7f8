"""One hop on the table: its fields, what follows from them at once, and the trail of rules that have matched."""

from exchange.fence.crossing import Hop, Place
from exchange.fence.outcome import Outcome
from exchange.fence.safeguards import Held, look_up
from exchange.fence.terms import Terms

FactValue = bool | int | str | None


class Sheet:
    """What derived facts are computed from, for one hop under one ruleset.

    Shape: everything above `trail` is fixed when the sheet is laid out; what is below changes as rules match.
    """

    def __init__(self, hop: Hop, terms: Terms, regimes_in_force: frozenset[str]) -> None:
        mainland = terms.places.mainland
        self.hop = hop
        self.terms = terms
        self.regimes_in_force = regimes_in_force
        self.pi = hop.data.contains_pi is not False and hop.data.anonymisation != "report_passed"
        self.abroad = tuple(place for place in hop.remote_access_from if place not in mainland)
        self.exits = self._exits()
        self.applying: frozenset[str] = frozenset()
        # Values of derived facts that do not depend on the trail.
        self.memo: dict[object, FactValue] = {}
        self._held: dict[tuple[str, str | None], Held] = {}
        # The trail.
        self.matched: set[str] = set()
        self.outcomes = 0
        self.route: Outcome | None = None
        self.failure: str | None = None

    def _exits(self) -> tuple[Place | None, ...]:
        """The effective destinations: where mainland data would be stored or seen outside the mainland."""
        mainland = self.terms.places.mainland
        if self.hop.origin not in mainland:
            return ()
        stored = () if self.hop.destination in mainland else (self.hop.destination,)
        return stored + self.abroad

    def home(self, place: Place) -> bool:
        """Whether `place` is where the data comes from: the origin, or where it was collected."""
        return self.hop.origin == place or place in self.hop.collected_in

    def leaves(self, place: Place) -> bool:
        """Whether `place` is a home of the data and the hop does not end there."""
        return self.hop.destination != place and self.home(place)

    def held(self, regime: str) -> Held:
        """What the look-up of safeguards found for `regime`; for the mainland, on the route needed so far."""
        key = (regime, self.route.value if self.route is not None and regime == "CN" else None)
        found = self._held.get(key)
        if found is None:
            destinations = self.exits if regime == "CN" else (self.hop.destination,)
            found = self._held[key] = look_up(self.hop, regime, key[1], destinations, self.terms)
        return found
