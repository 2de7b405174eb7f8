"""When a ruling lets pass what the fence alone would not. The one place that says so.

Only a REVIEW is for people to lift, and only once nothing is missing: a panel rules on what is known. Whatever else a
rule demands, a filing or an assessment beside the review, is still demanded.
"""

from typing import NamedTuple

from exchange.fence import FenceDecision
from exchange.fence.people import awaits_people, lifting
from exchange.market.commands import InstrumentTerms
from exchange.market.rulings.state import Ruling, Rulings, scope_of

CASE_DUTY = "counter_case"
"""The duty to bring a case before the counter, as rulesets call it."""


class Lifting(NamedTuple):
    """The rulings that an answer rests on, and the first moment at which one of them ends."""

    ruling_ids: tuple[str, ...]
    until: int


def lifted(
    rulings: Rulings, terms: InstrumentTerms, buyer_id: str, decision: FenceDecision, at: int
) -> Lifting | None:
    """By which rulings a decision counts as admitted; None where they do not lift all that it rests on."""
    if not rulings.held or not awaits_people(decision):
        return None
    found = lifting(decision, _holding(rulings, terms, buyer_id, at))
    if found is None:
        return None
    return Lifting(
        tuple(dict.fromkeys(each.ruling_id for each in found)), min(each.valid_until for each in found)
    )


def duties(obligations: tuple[str, ...], ruling_ids: tuple[str, ...]) -> tuple[str, ...]:
    """What an answer obliges to; once people have ruled nobody has to bring the case before them any more."""
    return tuple(each for each in obligations if each != CASE_DUTY) if ruling_ids else obligations


def own_rulings(rulings: Rulings, terms: InstrumentTerms, buyer_id: str) -> tuple[str, ...]:
    """The rulings for this buyer alone that tell it apart from all others where this is sold."""
    found = (rulings.held[each] for scope in _scopes(terms) for each in rulings.by_scope.get(scope, ()))
    return tuple(each.ruling_id for each in found if each.buyer_id == buyer_id)


def _holding(rulings: Rulings, terms: InstrumentTerms, buyer_id: str, at: int) -> list[Ruling]:
    """The rulings for this sale that hold now."""
    named = [rulings.held[each] for scope in _scopes(terms) for each in rulings.by_scope.get(scope, ())]
    return [each for each in named if each.buyer_id in (None, buyer_id) and at < each.valid_until]


def _scopes(terms: InstrumentTerms) -> tuple[str, str]:
    return scope_of(None, terms.instrument_id), scope_of(terms.product_id, None)
