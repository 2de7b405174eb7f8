"""The language of conditions: comparisons of a named fact with a written value, and groups of which one must hold.

It is closed (the eight operators, the names of `vocabulary`) and total: any comparison of any sheet gives an answer.
A fact that is not known equals nothing: `eq`, `in` and the four orderings do not hold of it, `ne` and `not_in` do.
"""

import operator
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from exchange.fence.sheet import Sheet
from exchange.fence.vocabulary import FactName, Read, vocabulary
from exchange.kernel.errors import Misuse

Test = Callable[[Sheet], bool]
Scalar = bool | int | str


class Predicate(msgspec.Struct, frozen=True):
    """One comparison."""

    fact: str
    op: str
    value: Scalar | tuple[Scalar, ...]


class AnyOf(msgspec.Struct, frozen=True):
    """Several comparisons of which at least one must hold."""

    predicates: tuple[Predicate, ...]


Condition = Predicate | AnyOf

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
_OPS = ("eq", "ne", "in", "not_in", *_ORDER)
_SOURCE_NAMES = {
    "derived.instrument_failure": "derived.safeguard_failure",
    "derived.gba.instrument_void": "derived.gba.safeguard_void",
}
"""What rules.md calls facts that are about safeguards here. Both names are read."""


def parse_conditions(written: object) -> tuple[Condition, ...]:
    """Read a rule's `when`.

    Raises: Misuse for anything that is not of the language, saying what.
    """
    if not isinstance(written, list):
        raise Misuse("`when` is a list of conditions; an empty list always matches")
    return tuple(_condition(each) for each in written)


def _condition(written: object) -> Condition:
    if isinstance(written, dict) and set(written) == {"any"}:
        group = written["any"]
        if not isinstance(group, list) or not group:
            raise Misuse("`any` holds a list of at least one comparison")
        return AnyOf(tuple(_predicate(each) for each in group))
    return _predicate(written)


def _predicate(written: object) -> Predicate:
    if not isinstance(written, dict) or set(written) != {"fact", "op", "value"}:
        raise Misuse(f"a comparison has exactly `fact`, `op` and `value`, not {written!r}")
    name, op, value = written["fact"], written["op"], written["value"]
    name = _SOURCE_NAMES.get(name, name) if isinstance(name, str) else name
    fact = vocabulary().get(name) if isinstance(name, str) else None
    if fact is None:
        raise Misuse(f"there is no fact {name!r}: see the names in exchange/fence/vocabulary.py")
    if op not in _OPS:
        raise Misuse(f"there is no operator {op!r}: use one of {', '.join(_OPS)}")
    if op in _ORDER and fact.kind != "number":
        raise Misuse(f"{op} compares numbers, and {name} is a {fact.kind}")
    if op in ("in", "not_in"):
        if not isinstance(value, list) or not value:
            raise Misuse(f"{op} of {name} takes a list of at least one value")
        return Predicate(name, op, tuple(_scalar(name, fact, each) for each in value))
    return Predicate(name, op, _scalar(name, fact, value))


def _scalar(name: str, fact: FactName, value: object) -> Scalar:
    match fact.kind, value:
        case "flag", bool():
            return value
        case "number", int() if not isinstance(value, bool):
            return value
        case "word", str() if fact.words is None or value in fact.words:
            return value
    allowed = f"one of {', '.join(sorted(fact.words))}" if fact.words else f"a {fact.kind}"
    raise Misuse(f"{name} is compared with {allowed}, not {value!r}")


def facts_of(conditions: Sequence[Condition]) -> tuple[str, ...]:
    """The names the conditions ask for, each once, in order."""
    asked = (
        predicate.fact
        for condition in conditions
        for predicate in (condition.predicates if isinstance(condition, AnyOf) else (condition,))
    )
    return tuple(dict.fromkeys(asked))


def compile_conditions(conditions: Sequence[Condition]) -> Test:
    """One function that says whether all of them hold."""
    tests = tuple(_compile(each) for each in conditions)
    if len(tests) == 1:
        return tests[0]

    def all_hold(sheet: Sheet) -> bool:
        for test in tests:  # noqa: SIM110 (a generator here costs as much as the test itself)
            if not test(sheet):
                return False
        return True

    return all_hold


def _compile(condition: Condition) -> Test:
    if isinstance(condition, Predicate):
        return _comparison(vocabulary()[condition.fact].read, condition.op, condition.value)
    tests = tuple(_compile(each) for each in condition.predicates)
    return lambda sheet: any(test(sheet) for test in tests)


def _comparison(read: Read, op: str, value: Any) -> Test:
    match op:
        case "eq":
            return lambda sheet: read(sheet) == value
        case "ne":
            return lambda sheet: read(sheet) != value
        case "in":
            return lambda sheet: read(sheet) in value
        case "not_in":
            return lambda sheet: read(sheet) not in value
    compare = _ORDER[op]

    def ordered(sheet: Sheet) -> bool:
        found = read(sheet)
        return found is not None and compare(found, value)

    return ordered
