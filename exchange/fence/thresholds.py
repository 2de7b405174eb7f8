"""From how many persons on the mainland's rules ask for a route, as a ruleset's own rules say it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from exchange.fence.predicates import AnyOf, Predicate
from exchange.fence.ruleset import Rule, Ruleset

_PERSONS = frozenset({"derived.cn.pi_count_cum", "counts.pi_count_cum"})
_SENSITIVE = frozenset({"counts.sensitive_count_cum"})


class Thresholds(NamedTuple):
    """Counts from which on a rule in force gives a route: of persons, and of those whose information is sensitive."""

    persons: tuple[int, ...]
    sensitive: tuple[int, ...]


def thresholds(ruleset: Ruleset, at: int) -> Thresholds:
    """Those of the rules in force at `at`."""
    return _in_period(ruleset, bisect_right(ruleset.edges, at))


@lru_cache(maxsize=64)
def _in_period(ruleset: Ruleset, period: int) -> Thresholds:
    rules = [row.rule for row in ruleset.periods[period].main.get("CN", ()) if row.rule.route is not None]
    return Thresholds(from_where(rules, sensitive=False), from_where(rules, sensitive=True))


def from_where(rules: Sequence[Rule], sensitive: bool) -> tuple[int, ...]:
    """The counts from which on one of `rules` holds."""
    facts = _SENSITIVE if sensitive else _PERSONS
    return tuple(sorted({least for rule in rules for least in _least(rule, facts)}))


def _least(rule: Rule, facts: frozenset[str]) -> Iterator[int]:
    for condition in rule.conditions:
        for each in condition.predicates if isinstance(condition, AnyOf) else (condition,):
            if each.fact in facts and (least := _from(each)) is not None:
                yield least


def _from(predicate: Predicate) -> int | None:
    """The smallest number that a comparison with a lower bound holds of."""
    if not isinstance(predicate.value, int):
        return None
    match predicate.op:
        case "gte":
            return predicate.value
        case "gt":
            return predicate.value + 1
    return None
