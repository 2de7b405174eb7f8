"""Conditions, rules and their authority in the words of people."""

from collections.abc import Sequence

from exchange.fence.predicates import AnyOf, Condition, Predicate, Scalar
from exchange.fence.ruleset import Evidence, Rule

EVIDENCE: dict[Evidence, str] = {
    "verified": "verified in the primary text or on an official page",
    "secondary": "from a secondary source",
    "unverified": "unverified",
    "hub_default": "a default of the exchange, with no outside source",
}
_COMPARED = {
    "eq": "is",
    "ne": "is not",
    "lt": "is less than",
    "lte": "is at most",
    "gt": "is more than",
    "gte": "is at least",
    "in": "is one of",
    "not_in": "is none of",
}


def conditions_said(conditions: Sequence[Condition]) -> str:
    """When a rule matches, such as `derived.pi and purpose is hr`."""
    return " and ".join(map(_condition, conditions)) or "always"


def _condition(condition: Condition) -> str:
    if isinstance(condition, AnyOf):
        return f"({' or '.join(map(_predicate, condition.predicates))})"
    return _predicate(condition)


def _predicate(predicate: Predicate) -> str:
    fact, op, value = predicate.fact, predicate.op, predicate.value
    if isinstance(value, bool) and op == "eq":
        return fact if value else f"not {fact}"
    listed = value if isinstance(value, tuple) else (value,)
    return f"{fact} {_COMPARED[op]} {', '.join(map(scalar_said, listed))}"


def scalar_said(value: Scalar | None) -> str:
    """A value of a fact: yes or no, a number with its thousands apart, a word; or that it is not known."""
    match value:
        case None:
            return "not known"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
    return value


def answer_said(rule: Rule) -> str:
    """What a rule answers when it matches."""
    if rule.route is not None:
        return f"{rule.route} unless satisfied"
    if rule.route_from is not None:
        return "FILE or ASSESS as listed, unless satisfied"
    return "note" if rule.outcome is None else rule.outcome.value


def validity_said(rule: Rule) -> str:
    """The days on which a rule is in force, the last one included."""
    match rule.valid_from, rule.valid_to:
        case None, None:
            return "always in force"
        case None, until:
            return f"in force until {until}"
        case begins, None:
            return f"in force from {begins}"
    return f"in force from {rule.valid_from} until {rule.valid_to}"
