"""What each rule of a decision rested on: the facts it asked for, what they were, and what they mean."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from exchange.fence.crossing import Crossing, Hop
from exchange.fence.decision import Contribution, FenceDecision
from exchange.fence.engine import settled
from exchange.fence.fields import fields
from exchange.fence.ruleset import Ruleset
from exchange.fence.sheet import Sheet
from exchange.fence.vocabulary import vocabulary

_UNTOLD = "derived.safeguard_failure"


class Ground(NamedTuple):
    """A fact that a rule asked for. Shape: `known` is false where the ruleset is not at hand that derives it."""

    fact: str
    value: Any
    told: str
    known: bool = True


class Grounds(NamedTuple):
    """What one rule said, and the facts it said it of."""

    said: Contribution
    facts: tuple[Ground, ...]


def grounds(crossing: Crossing, decision: FenceDecision, ruleset: Ruleset | None) -> Iterator[Grounds]:
    """Each contribution of `decision`, in order, with what it rested on.

    Shape: without the ruleset that decided, derived facts are named and not known.
    """
    hops = {hop.hop_no: hop for hop in crossing.hops}
    sheets = {} if ruleset is None else {name: settled(hop, ruleset) for name, hop in hops.items()}
    for said in decision.contributions:
        yield Grounds(said, tuple(_asked(hops[said.hop_no], said, sheets.get(said.hop_no))))


def _asked(hop: Hop, said: Contribution, sheet: Sheet | None) -> Iterator[Ground]:
    for name in said.rests_on:
        if name == _UNTOLD:
            yield Ground(name, said.reason_code, f"safeguard {', '.join(said.safeguards)} does not count")
        elif sheet is not None:
            yield Ground(name, vocabulary()[name].read(sheet), vocabulary()[name].told)
        elif name in fields():
            yield Ground(name, fields()[name].read(hop), "")
        else:
            yield Ground(name, None, vocabulary()[name].told if name in vocabulary() else "", known=False)
