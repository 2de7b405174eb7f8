"""Which decisions wait for nothing but the judgement of people, and which of their rulings lift them."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from exchange.fence.decision import FenceDecision
from exchange.fence.outcome import Outcome

_NO_RULING = frozenset((Outcome.FILE, Outcome.ASSESS, Outcome.DENY))


def awaits_people(decision: FenceDecision) -> bool:
    """Whether a panel may let it pass: it is a REVIEW, nothing is missing, and no rule demands anything else beside.

    Source: rules.md section 2; a panel rules on what is known.
    """
    if decision.outcome is not Outcome.REVIEW or any(hop.missing for hop in decision.per_hop):
        return False
    return _NO_RULING.isdisjoint(each.outcome for each in decision.contributions if each.outcome is not None)


def demanded_beside(decision: FenceDecision) -> tuple[str, ...]:
    """The codes of rules that demand a filing or an assessment beside a REVIEW: what no panel may lift, either."""
    if decision.outcome is not Outcome.REVIEW:
        return ()
    wanted = (Outcome.FILE, Outcome.ASSESS)
    return tuple(dict.fromkeys(each.reason_code for each in decision.contributions if each.outcome in wanted))


class _Ruling(Protocol):
    @property
    def codes(self) -> tuple[str, ...]: ...
    @property
    def valid_until(self) -> int: ...


R = TypeVar("R", bound=_Ruling)


def lifting(decision: FenceDecision, holding: Sequence[R]) -> list[R] | None:
    """For each code that decided the ruling that names it and holds longest; None where one is named by none."""
    found: list[R] = []
    for code in decision.deciding_codes:
        naming = [each for each in holding if code in each.codes]
        if not naming:
            return None
        found.append(max(naming, key=lambda each: each.valid_until))
    return found
