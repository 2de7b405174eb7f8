"""Which decisions wait for nothing but the judgement of people."""

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
