"""A case comes before the counter: once for each matter, and not more than anyone can look at."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason
from exchange.kernel.refusals import refused
from exchange.kernel.time import MINUTE
from exchange.registry.agenda import schedule
from exchange.registry.cases.commands import OpenCase
from exchange.registry.cases.facts import CaseJoined, CaseNotOpened, CaseOpened
from exchange.registry.cases.queueing import leave, look, queue
from exchange.registry.cases.room import matter, no_room, opened_for, same_matter
from exchange.registry.cases.state import Case, Cases
from exchange.registry.state import Registry

QUESTIONS_KEPT = 20
"""The latest questions of a case that are told from one in which something has changed."""
CLOCKS_DIFFER = MINUTE
"""By how much a market's clock may be ahead: what ended there by time has to find another case here."""
DUE = "case_due"


def open_case(registry: Registry, command: OpenCase, cause: Cause) -> Sequence[Fact]:
    """Open a case, unless the matter is before the counter, or was ruled on and nothing has changed since."""
    if cause.actor != POLICY_ACTOR:
        detail = "cases are opened by the exchange itself, from what the fence leaves to people"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.subject, detail),)
    cases = registry.cases
    case_id = cases.newest.get(matter(command), "")
    case = cases.held.get(case_id)
    if case is not None and case.before_a_panel:
        return (CaseJoined(case_id=case_id, decision_id=command.decision_id, question=command.question),)
    if case is not None and command.question in case.questions and not _over(case, cause.at):
        return (CaseNotOpened(decision_id=command.decision_id, basis="ruled", case_id=case_id),)
    full = no_room(cases, command)
    return (opened_for(command, cause) if full is None else queue(cases, command, full),)


def _over(case: Case, at: int) -> bool:
    """Whether what was lifted may have ended where it was asked, by a clock that is ahead of this one."""
    until = None if case.ruled is None else case.ruled.valid_until
    return until is not None and at >= until - CLOCKS_DIFFER


def opened(registry: Registry, fact: CaseOpened, at: int) -> None:
    """Remember it; the matter's earlier case counts on for what it ruled."""
    cases = registry.cases
    cases.held[fact.case_id] = Case(opened=fact, questions=[fact.question])
    cases.newest[matter(fact)] = fact.case_id
    wait(cases, fact)
    schedule(registry, fact.due_at, DUE, fact.case_id)
    place = next((place for place, each in enumerate(cases.waiting) if same_matter(each, fact)), None)
    if place is not None:
        leave(registry, place, at)


def joined(registry: Registry, fact: CaseJoined, at: int) -> None:
    """Remember the question, if it is another one."""
    questions = registry.cases.held[fact.case_id].questions
    if fact.question not in questions:
        questions.append(fact.question)
        del questions[:-QUESTIONS_KEPT]


def not_opened(registry: Registry, fact: CaseNotOpened, at: int) -> None:
    """Nothing is decided by it."""


def wait(cases: Cases, about: CaseOpened) -> None:
    """One more is before a panel."""
    cases.of_buyer[about.buyer_id] = cases.of_buyer.get(about.buyer_id, 0) + 1
    cases.of_seller[about.seller_id] = cases.of_seller.get(about.seller_id, 0) + 1


def wait_no_more(registry: Registry, about: CaseOpened, at: int) -> None:
    """One less is, which makes room for another."""
    cases = registry.cases
    for counts, name in ((cases.of_buyer, about.buyer_id), (cases.of_seller, about.seller_id)):
        counts[name] -= 1
        if not counts[name]:
            del counts[name]
    look(registry, at)


def forget(cases: Cases, case_id: str) -> None:
    """A case counts no more."""
    about = matter(cases.held.pop(case_id).opened)
    if cases.newest.get(about) == case_id:
        del cases.newest[about]
