"""What is before the counter and was answered otherwise meanwhile: facts came, a filing was made, or rules changed.

Of a case that is open and of which nothing is asked any more nothing is left to rule on: it closes.
"""

from collections.abc import Iterator, Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason
from exchange.kernel.refusals import refused
from exchange.registry.cases.commands import SettleCase
from exchange.registry.cases.facts import CaseAnswered, CaseClosed
from exchange.registry.cases.queueing import leave, look
from exchange.registry.cases.room import placed
from exchange.registry.cases.state import Cases
from exchange.registry.state import Registry


def settle_case(registry: Registry, command: SettleCase, cause: Cause) -> Sequence[Fact]:
    """Take note that decisions were answered otherwise."""
    if cause.actor != POLICY_ACTOR:
        detail = "the exchange itself says what the fence has answered; a panel rules with RuleOnCase"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.answered_by, detail),)
    return tuple(answered_instead(registry.cases, command.decision_ids, command.answered_by, command.outcome))


def answered_instead(
    cases: Cases, decision_ids: Sequence[str], answered_by: str, outcome: str, joined: str = ""
) -> Iterator[Fact]:
    """What becomes of cases whose decisions another one takes the place of; it has `joined` one of them, or none."""
    over = set(decision_ids)
    touched: dict[str, None] = {}
    for name in dict.fromkeys(decision_ids):
        case_id = cases.case_of.get(name, "")
        touched[case_id] = None
        yield CaseAnswered(case_id=case_id, decision_id=name, answered_by=answered_by, outcome=outcome)
    for case_id in touched:
        case = cases.held.get(case_id)
        if case is None or case.phase != "open" or case_id == joined:
            continue
        if all(each.decision_id in over for each in case.asked):
            yield CaseClosed(case_id=case_id, basis="answered")


def answered(registry: Registry, fact: CaseAnswered, at: int) -> None:
    """It is asked no more, in its case or where it waits for room."""
    cases = registry.cases
    case = cases.held.get(cases.case_of.pop(fact.decision_id, ""))
    if case is None:
        places = (place for place, each in enumerate(cases.waiting) if each.decision_id == fact.decision_id)
        if (place := next(places, None)) is not None:
            leave(registry, place, at)
        return
    before = case.for_people
    left = [each for each in case.asked if each.decision_id != fact.decision_id]
    if not left:
        # What closes with it is counted as what it was.
        return
    if case.before_a_panel:
        placed(cases, case, -1)
    case.asked = left
    if case.before_a_panel:
        placed(cases, case, 1)
    if case.for_people != before:
        look(registry, at)
