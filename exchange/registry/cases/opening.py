"""A case comes before the counter: once for each matter, and not more than anyone can look at."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason
from exchange.kernel.refusals import refused
from exchange.kernel.time import MINUTE
from exchange.registry.agenda import schedule
from exchange.registry.calendars import mainland
from exchange.registry.cases.answering import answered_instead
from exchange.registry.cases.clock import due_after
from exchange.registry.cases.commands import OpenCase
from exchange.registry.cases.facts import CaseJoined, CaseNotOpened, CaseOpened, RuledAgainst
from exchange.registry.cases.queueing import leave, look, queue
from exchange.registry.cases.room import matter, no_room, opened_for, placed, same_matter
from exchange.registry.cases.state import Asked, Case, Cases
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
    first = _first(registry, command, cause)
    into = first.case_id if isinstance(first, CaseJoined) else ""
    return (
        first,
        *answered_instead(registry.cases, command.settles, command.decision_id, "REVIEW", into),
    )


def _first(registry: Registry, command: OpenCase, cause: Cause) -> Fact:
    """What becomes of it."""
    cases = registry.cases
    case_id = cases.newest.get(matter(command), "")
    case = cases.held.get(case_id)
    if case is not None and case.before_a_panel:
        return _joining(case, command, cause)
    if case is not None and command.question in case.questions and not _over(case, cause.at):
        against = _ruled_against(case, command)
        return CaseNotOpened(decision_id=command.decision_id, basis="ruled", case_id=case_id, against=against)
    full = no_room(cases, command)
    return opened_for(command, cause) if full is None else queue(cases, command, full)


def _ruled_against(case: Case, command: OpenCase) -> RuledAgainst | None:
    """What ends since it rests on what was ruled against; nothing where the case let pass something."""
    if not command.running or case.ruled is None or case.ruled.verdict != "against":
        return None
    return RuledAgainst(
        subject=command.subject,
        instrument_id=command.instrument_id,
        buyer_id=command.buyer_id,
        codes=command.codes,
        grounds=case.ruled.grounds,
    )


def _joining(case: Case, command: OpenCase, cause: Cause) -> CaseJoined:
    """It joins a case; where that waited for facts and people can rule on it now, these have all of their time."""
    now = Asked(command.decision_id, command.missing, command.demanded)
    due = due_after(cause.at, mainland()) if now.for_people and not case.for_people else None
    return CaseJoined(
        case_id=case.opened.case_id,
        decision_id=command.decision_id,
        question=command.question,
        missing=command.missing,
        demanded=command.demanded,
        for_people=now.for_people or case.for_people,
        due_at=None if due is None else due.at,
        counted_in="days" if due is None else due.counted_in,
    )


def _over(case: Case, at: int) -> bool:
    """Whether what was lifted may have ended where it was asked, by a clock that is ahead of this one."""
    until = None if case.ruled is None else case.ruled.valid_until
    return until is not None and at >= until - CLOCKS_DIFFER


def opened(registry: Registry, fact: CaseOpened, at: int) -> None:
    """Remember it; the matter's earlier case counts on for what it ruled."""
    cases = registry.cases
    asked = Asked(fact.decision_id, fact.missing, fact.demanded)
    case = cases.held[fact.case_id] = Case(opened=fact, questions=[fact.question], asked=[asked])
    cases.case_of[fact.decision_id] = fact.case_id
    cases.newest[matter(fact)] = fact.case_id
    placed(cases, case, 1)
    schedule(registry, fact.due_at, DUE, fact.case_id)
    place = next((place for place, each in enumerate(cases.waiting) if same_matter(each, fact)), None)
    if place is not None:
        leave(registry, place, at)


def joined(registry: Registry, fact: CaseJoined, at: int) -> None:
    """Remember the question, if it is another one, and that it is to be answered."""
    cases = registry.cases
    case = cases.held[fact.case_id]
    if fact.question not in case.questions:
        case.questions.append(fact.question)
        del case.questions[:-QUESTIONS_KEPT]
    placed(cases, case, -1)
    if not case.asked:
        case.asked = [Asked(case.opened.decision_id, case.opened.missing, case.opened.demanded)]
    case.asked.append(Asked(fact.decision_id, fact.missing, fact.demanded))
    cases.case_of[fact.decision_id] = fact.case_id
    for each in case.asked[:-QUESTIONS_KEPT]:
        cases.case_of.pop(each.decision_id, None)
    del case.asked[:-QUESTIONS_KEPT]
    placed(cases, case, 1)
    if fact.due_at is not None:
        schedule(registry, fact.due_at, DUE, fact.case_id)


def not_opened(registry: Registry, fact: CaseNotOpened, at: int) -> None:
    """Nothing is decided by it."""


def wait_no_more(registry: Registry, case: Case, at: int) -> None:
    """One less is before a panel, which makes room for another."""
    placed(registry.cases, case, -1)
    look(registry, at)


def forget(cases: Cases, case_id: str) -> None:
    """A case counts no more."""
    case = cases.held.pop(case_id)
    for each in case.asked:
        cases.case_of.pop(each.decision_id, None)
    about = matter(case.opened)
    if cases.newest.get(about) == case_id:
        del cases.newest[about]
