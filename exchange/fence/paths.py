"""Ways through the rules that were gone before: the same answers to what the rules ask lead to the same end.

What the rules come to depends only on the facts they ask for, and of each fact only on which side of the written
values it lies. So a way through them is a row of questions with small answers, and its end is reached again by
answering these instead of trying every rule. A way that is not known yet is gone by the plain engine and remembered.
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from exchange.fence.outcome import Outcome
from exchange.fence.predicates import AnyOf, Condition, Predicate
from exchange.fence.sheet import HELD, Sheet
from exchange.fence.vocabulary import vocabulary
from exchange.kernel.errors import InvariantBroken

ENDS_MAX = 50_000
"""Ends remembered between two edges of a ruleset; what is more is decided by the plain engine each time."""

Side: TypeAlias = Hashable


class Ask(NamedTuple):
    """How a fact is asked for.

    Shape: `side` says on which side of what is written in the rules it lies; `quick` the same at less cost, or, of a
    word that no rule names, that word.
    """

    quick: Callable[[Sheet], Side]
    side: Callable[[Sheet], Side]


_OTHER = object()


class Fork:
    """A question, and where each of its answers leads."""

    __slots__ = ("name", "quick", "side", "ways")

    def __init__(self, name: str, ask: Ask) -> None:
        self.name = name
        self.quick, self.side = ask
        self.ways: dict[Side, Any] = {}


class Paths:
    """The ways known between two edges of a ruleset.

    Shape: the first question is which regimes apply; a way leads to a fork, or to its end, which is whatever was
    remembered.
    """

    __slots__ = ("_asks", "_ends", "_starts")

    def __init__(self, asks: Mapping[str, Ask]) -> None:
        self._asks = asks
        self._starts: dict[Side, Any] = {}
        self._ends = 0

    def end(self, sheet: Sheet) -> Any:
        """Where the way of a hop ends; None if it is not known."""
        at = self._starts.get(sheet.applying)
        while type(at) is Fork:
            at = at.ways.get(at.quick(sheet)) or at.ways.get(at.side(sheet))
        return at

    def remember(self, sheet: Sheet, asked: Iterable[str], end: object) -> None:
        """Remember the end of a way by the facts that were `asked` for on it, in their order."""
        if self._ends >= ENDS_MAX:
            return
        ways: dict[Side, Any] = self._starts
        side: Side = sheet.applying
        for name in asked:
            fork = ways.get(side)
            if fork is None:
                fork = ways[side] = Fork(name, self._asks[name])
            elif type(fork) is not Fork or fork.name != name:
                raise InvariantBroken(
                    f"the fence asks for {name} where the same answers led elsewhere before"
                )
            ways, side = fork.ways, fork.side(sheet)
        ways[side] = end
        self._ends += 1


def asks_of(conditions: Iterable[Condition]) -> dict[str, Ask]:
    """How each fact of the vocabulary is asked for, if these are all the conditions there are."""
    written: dict[str, list[Predicate]] = {}
    for condition in conditions:
        for predicate in condition.predicates if isinstance(condition, AnyOf) else (condition,):
            written.setdefault(predicate.fact, []).append(predicate)
    asks: dict[str, Ask] = {name: _ask(name, written.get(name, ())) for name in vocabulary()}
    return asks | {HELD + route: _held_on(Outcome(route)) for route in ("FILE", "ASSESS")}


def _ask(name: str, written: Iterable[Predicate]) -> Ask:
    fact = vocabulary()[name]
    work_out: Callable[[Sheet], Any] = fact.work_out
    if fact.kind == "flag":
        return Ask(work_out, work_out)
    if fact.kind == "number":
        between = _between(work_out, sorted(set(_cuts(written))))
        return Ask(between, between)
    named = frozenset(word for each in written for word in _listed(each.value))
    return Ask(work_out, _among(work_out, named if fact.words is None else named | fact.words))


def _listed(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _cuts(written: Iterable[Predicate]) -> Iterator[int]:
    """The numbers at which a comparison turns. One that needs no turn is harmless."""
    for each in written:
        for value in _listed(each.value):
            yield from (value, value + 1)


def _between(work_out: Callable[[Sheet], Any], cuts: list[int]) -> Callable[[Sheet], Side]:
    def ask(sheet: Sheet) -> Side:
        found = work_out(sheet)
        return None if found is None else bisect_right(cuts, found)

    return ask


def _among(work_out: Callable[[Sheet], Any], named: frozenset[str]) -> Callable[[Sheet], Side]:
    def ask(sheet: Sheet) -> Side:
        found = work_out(sheet)
        return found if found is None or found in named else _OTHER

    return ask


def _held_on(route: Outcome) -> Ask:
    """What is held for a route: which types, and whether a contract is overdue."""

    def ask(sheet: Sheet) -> Side:
        sheet.route = route
        held = sheet.held("CN")
        return frozenset([each.type for each in held.safeguards]), held.overdue

    return Ask(ask, ask)
