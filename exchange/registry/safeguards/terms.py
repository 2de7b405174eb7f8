"""How long kinds of safeguards hold, and by when they are filed or extended, as the ruleset in force says it."""

from functools import cache

from exchange.fence import Ruleset, load_rulesets, newest, ruleset_in_force
from exchange.fence.terms import KindTerms
from exchange.kernel.errors import InvariantBroken
from exchange.registry.state import Registry


def kind_terms(registry: Registry, at: int) -> KindTerms:
    """Those of the ruleset that was activated last; where it says none, or none was, of the newest shipped."""
    shipped = _shipped()
    digest = next((each.digest for each in reversed(registry.rulesets) if each.effective_at <= at), "")
    decided = shipped.get(digest) or ruleset_in_force(shipped, at)
    return decided.terms.kinds or _of_the_newest()


@cache
def _of_the_newest() -> KindTerms:
    terms = newest(_shipped()).terms.kinds
    if terms is None:
        raise InvariantBroken("the newest ruleset that is shipped says no terms of safeguards")
    return terms


@cache
def _shipped() -> dict[str, Ruleset]:
    return dict(load_rulesets())


def read_shipped() -> None:
    """Have them read at the door, and not while something is decided."""
    _of_the_newest()
