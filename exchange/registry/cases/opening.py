"""A case comes before the counter: once for each matter, and not more than anyone can look at."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason
from exchange.kernel.refusals import refused
from exchange.kernel.time import MINUTE
from exchange.registry.agenda import schedule
from exchange.registry.calendars import mainland
from exchange.registry.cases.clock import due_after
from exchange.registry.cases.commands import OpenCase
from exchange.registry.cases.facts import CaseJoined, CaseNotOpened, CaseOpened
from exchange.registry.cases.state import Case, Cases, matter_of
from exchange.registry.state import Registry

OF_BUYER_MAX = 20
"""Cases of one buyer that are before a panel at a time."""
OF_SELLER_MAX = 100
"""Of one seller, who cannot help who asks for what it sells."""
OPEN_MAX = 5_000
"""Of all."""
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
    case_id = cases.newest.get(_matter(command), "")
    case = cases.held.get(case_id)
    if case is not None and case.before_a_panel:
        return (CaseJoined(case_id=case_id, decision_id=command.decision_id, question=command.question),)
    if case is not None and command.question in case.questions and not _over(case, cause.at):
        return (CaseNotOpened(decision_id=command.decision_id, basis="ruled", case_id=case_id),)
    full = _full(cases, command)
    return (full or _opened(command, cause),)


def _over(case: Case, at: int) -> bool:
    """Whether what was lifted may have ended where it was asked, by a clock that is ahead of this one."""
    until = None if case.ruled is None else case.ruled.valid_until
    return until is not None and at >= until - CLOCKS_DIFFER


def _full(cases: Cases, command: OpenCase) -> CaseNotOpened | None:
    buyer, seller = command.buyer_id, command.seller_id
    if cases.of_buyer.get(buyer, 0) >= OF_BUYER_MAX:
        return CaseNotOpened(decision_id=command.decision_id, basis="too_many_of_buyer", case_id="")
    if cases.of_seller.get(seller, 0) >= OF_SELLER_MAX:
        return CaseNotOpened(decision_id=command.decision_id, basis="too_many_of_seller", case_id="")
    if sum(cases.of_buyer.values()) >= OPEN_MAX:
        return CaseNotOpened(decision_id=command.decision_id, basis="too_many", case_id="")
    return None


def _opened(command: OpenCase, cause: Cause) -> CaseOpened:
    due = due_after(cause.at, mainland())
    return CaseOpened(
        case_id=derived_id("RC", cause.partition, cause.offset, 0),
        asked_in=command.asked_in,
        decision_id=command.decision_id,
        subject=command.subject,
        instrument_id=command.instrument_id,
        handbooks=command.handbooks,
        seller_id=command.seller_id,
        buyer_id=command.buyer_id,
        codes=command.codes,
        question=command.question,
        asked_by=command.asked_by,
        due_at=due.at,
        counted_in=due.counted_in,
    )


def opened(registry: Registry, fact: CaseOpened, at: int) -> None:
    """Remember it; the matter's earlier case counts on for what it ruled."""
    cases = registry.cases
    cases.held[fact.case_id] = Case(opened=fact, questions=[fact.question])
    cases.newest[_matter(fact)] = fact.case_id
    wait(cases, fact)
    schedule(registry, fact.due_at, DUE, fact.case_id)


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


def wait_no_more(cases: Cases, about: CaseOpened) -> None:
    """One less is."""
    for counts, name in ((cases.of_buyer, about.buyer_id), (cases.of_seller, about.seller_id)):
        counts[name] -= 1
        if not counts[name]:
            del counts[name]


def forget(cases: Cases, case_id: str) -> None:
    """A case counts no more."""
    matter = _matter(cases.held.pop(case_id).opened)
    if cases.newest.get(matter) == case_id:
        del cases.newest[matter]


def _matter(about: OpenCase | CaseOpened) -> str:
    parties = (about.seller_id, about.buyer_id)
    return matter_of(
        about.asked_in, about.subject, about.instrument_id, about.handbooks, parties, about.codes
    )
