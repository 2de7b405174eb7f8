"""What a decider may say: the facts and reasons named in its rule for a command and in all that the rule calls.

Read from the source text, so that a page can be held to it without provoking every refusal.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from types import FunctionType
from typing import Any, NamedTuple

from exchange.bonded import decider as bonded
from exchange.bonded.working import expire as bonded_work
from exchange.delivery import decider as delivery
from exchange.kernel.bases import Fact
from exchange.kernel.protocol import Refused
from exchange.market import decider as market
from exchange.market.instruments import adopt_ruleset
from exchange.registry import decider as registry
from exchange.registry.admission import activate_ruleset
from exchange.registry.vocabulary import ROOMS as REGISTRY_ROOMS
from exchange.settlement import decider as settlement

RULES: Mapping[str, Mapping[str, Any]] = {
    "registry": {command.__name__: rule for command, rule in registry._DECIDE.items()}
    | {"ActivateRuleset": activate_ruleset}
    | {command.__name__: rule for room in REGISTRY_ROOMS for command, rule in room.answers.items()},
    "market": {command.__name__: rule for command, rule in (market._DECIDE | market._FENCED).items()}
    | {"AdoptRuleset": adopt_ruleset},
    "delivery": {command.__name__: rule for command, rule in delivery._DECIDE.items()},
    "bonded": {command.__name__: rule for command, rule in (bonded._DECIDE | bonded._FENCED).items()},
    "settlement": {command.__name__: rule for command, rule in settlement._DECIDE.items()},
}
"""The function that answers each command of a context."""

DEADLINES: Mapping[str, Any] = {
    "delivery": delivery.expire,
    "bonded": bonded_work,
    **{f"market: {kind}": due for kind, due in market._DUE.items()},
    **{f"registry: {kind}": due for kind, due in registry._DUE.items()},
    **{f"settlement: {kind}": due for kind, due in settlement._DUE.items()},
}
"""What a context does when time has passed."""


class Said(NamedTuple):
    """Names of facts and of reasons."""

    facts: frozenset[str]
    reasons: frozenset[str]


@cache
def said_by(rule: Any) -> Said:
    """What `rule` may say."""
    facts: set[str] = set()
    reasons: set[str] = set()
    waiting, known = [rule], set()
    while waiting:
        here = waiting.pop()
        if here in known:
            continue
        known.add(here)
        for found in _all_named(here):
            if isinstance(found, StrEnum):
                reasons.add(found.value)
            elif isinstance(found, type) and issubclass(found, Fact):
                facts.add(found.__name__)
            else:
                waiting.append(found)
    return Said(frozenset(facts - {Refused.__name__}), frozenset(reasons))


@cache
def _all_named(code: Any) -> tuple[Any, ...]:
    return tuple(_named(code))


def _named(code: Any) -> Iterator[Any]:
    """The reasons, and the functions and classes of the exchange called, in the source of a function or class."""
    names = inspect.getmodule(code).__dict__
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(code)))):
        match node:
            case ast.Attribute(value=ast.Name(id=("Reason" | "ProtocolReason") as enum), attr=member):
                yield names[enum][member]
            case ast.Call(func=func):
                called = names.get(func.id) if isinstance(func, ast.Name) else _attribute(func, names)
                if isinstance(called, type | FunctionType) and called.__module__.startswith("exchange."):
                    yield called


def _attribute(func: ast.expr, names: Mapping[str, Any]) -> Any:
    match func:
        case ast.Attribute(value=ast.Name(id=module), attr=member):
            return getattr(names.get(module), member, None)
    return None
