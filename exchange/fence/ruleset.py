"""A dated set of rules: data that the engine reads, known by the digest of its text."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from exchange.fence.dates import covers
from exchange.fence.outcome import Outcome
from exchange.fence.paths import Paths
from exchange.fence.predicates import Condition, Test
from exchange.fence.regimes import Regime
from exchange.fence.terms import Terms
from exchange.fence.vocabulary import Read
from exchange.kernel.bases import Value
from exchange.kernel.errors import Misuse

Evidence = Literal["verified", "secondary", "unverified", "hub_default"]
Stage = Literal["main", "safeguards", "last"]
"""When a rule is tried: in its regime's turn; after the look-up of safeguards; after all others."""
RouteName = Literal["FILE", "ASSESS"]


class Rule(Value, frozen=True, kw_only=True):
    """One row: when it matches, what it says, and on what authority.

    Shape: exactly one of `outcome`, `route`, `route_from` is set, or none for a rule that only adds a note.
    `reason_code` None takes the code of each failed safeguard in turn.
    """

    id: str
    regime: Regime
    stage: Stage
    conditions: tuple[Condition, ...]
    outcome: Outcome | None
    route: RouteName | None
    route_from: str | None
    reason_code: str | None
    relies_on: frozenset[str]
    stops: bool
    obligations: tuple[str, ...]
    citation: str
    evidence: Evidence
    valid_from: date | None
    valid_to: date | None


class RegimeTerms(Value, frozen=True, kw_only=True):
    """Whether a regime that applies must give an outcome, and which rules of others count as its answer."""

    must_answer: bool
    answered_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A rule ready to be tried; in force from `begins` to before `ends`, None being open."""

    rule: Rule
    test: Test
    rests_on: tuple[str, ...]
    route_read: Read | None
    begins: int | None
    ends: int | None

    def in_force(self, at: int | None) -> bool:
        """Whether it is in force at `at`; None is before all edges."""
        if at is None:
            return self.begins is None
        return (self.begins is None or at >= self.begins) and (self.ends is None or at < self.ends)


@dataclass(frozen=True, slots=True)
class Period:
    """The rows in force between two edges, and the ways through them that are known by now."""

    main: Mapping[str, tuple[Row, ...]]
    safeguards: tuple[Row, ...]
    last: tuple[Row, ...]
    regimes: frozenset[str]
    paths: Paths = field(compare=False)


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A ruleset, compiled. Two are equal if their texts are.

    Shape: `digest` is the hex BLAKE2b-256 of the text; `edges` are the instants at which rules come or go, and
    `periods` the rows in force before, between and after them.
    """

    digest: str
    id: str = field(compare=False)
    version: str = field(compare=False)
    effective_from: date = field(compare=False)
    effective_to: date | None = field(compare=False)
    change_note: str = field(compare=False)
    terms: Terms = field(compare=False)
    regimes: Mapping[str, RegimeTerms] = field(compare=False)
    rules: tuple[Rule, ...] = field(compare=False)
    edges: tuple[int, ...] = field(compare=False)
    periods: tuple[Period, ...] = field(compare=False)

    def period(self, at: int) -> Period:
        """The rows in force at `at`."""
        return self.periods[bisect_right(self.edges, at)]

    def effective(self, at: int) -> bool:
        """Whether decisions taken at `at` may rest on this ruleset."""
        return covers(self.effective_from, self.effective_to, self.terms.timezone, at)

    def begun(self, at: int) -> bool:
        """Whether the first day of this ruleset has come at `at`."""
        return covers(self.effective_from, None, self.terms.timezone, at)

    def ended(self, at: int) -> bool:
        """Whether the last day of this ruleset is over at `at`."""
        return not covers(None, self.effective_to, self.terms.timezone, at)


def ruleset_in_force(rulesets: Mapping[str, Ruleset], at: int) -> Ruleset:
    """The ruleset that speaks at `at`: the one that took effect last.

    Shape: before any has taken effect it is the first that will, whose own dates then say that it does not cover the
    day. Raises: Misuse if there is none at all.
    """
    if not rulesets:
        raise Misuse("there is no ruleset; name a file that holds one")
    speaking = [each for each in rulesets.values() if each.effective(at)]
    if speaking:
        return max(speaking, key=_seniority)
    begun = [each for each in rulesets.values() if each.begun(at)]
    return max(begun, key=_seniority) if begun else min(rulesets.values(), key=_seniority)


def newest(rulesets: Mapping[str, Ruleset]) -> Ruleset:
    """The ruleset that takes effect last, in effect already or not."""
    return max(rulesets.values(), key=_seniority)


def _seniority(ruleset: Ruleset) -> tuple[date, str, str]:
    return ruleset.effective_from, ruleset.version, ruleset.digest
