"""Cases of the counter, put together: who answers, what is remembered, and what happens by itself."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.time import DAY
from exchange.registry.agenda import schedule, settle
from exchange.registry.cases import answering, appealing, opening, queueing, ruling
from exchange.registry.cases.commands import (
    COMMANDS,
    AppealCase,
    OpenCase,
    RuleOnCase,
    SettleCase,
    WithdrawCaseRuling,
)
from exchange.registry.cases.facts import (
    FACTS,
    CaseAnswered,
    CaseAppealed,
    CaseClosed,
    CaseJoined,
    CaseNotOpened,
    CaseOpened,
    CaseOverdue,
    CaseQueued,
    CaseRuled,
    CaseRulingWithdrawn,
)
from exchange.registry.cases.opening import DUE
from exchange.registry.cases.room import placed
from exchange.registry.room import Room
from exchange.registry.state import Registry

AGAINST_DAYS = 366
"""How long what was ruled against is not looked at again while nothing changes; a default of this exchange."""
_CLOSES = "case_closes"


def overdue(registry: Registry, case_id: str, cause: Cause) -> Sequence[Fact]:
    """The counter has not ruled in time: it is said, and nothing is decided by it.

    Shape: of what no panel may lift the facts have not come, and the case is over.
    """
    case = registry.cases.held[case_id]
    if case.phase == "open" and not case.for_people:
        return (CaseClosed(case_id=case_id, basis="lapsed"),)
    return (CaseOverdue(case_id=case_id, on_appeal=case.phase == "appealed", due_at=cause.at),)


def close(registry: Registry, case_id: str, cause: Cause) -> Sequence[Fact]:
    """The time of what was ruled is over."""
    return (CaseClosed(case_id=case_id),)


def _overdue(registry: Registry, fact: CaseOverdue, at: int) -> None:
    settle(registry, DUE, fact.case_id)


def _ruled(registry: Registry, fact: CaseRuled, at: int) -> None:
    case = registry.cases.held[fact.case_id]
    case.phase = "final" if fact.on_appeal else "ruled"
    case.ruled, case.ruled_at = fact, at
    opening.wait_no_more(registry, case, at)
    settle(registry, DUE, fact.case_id)
    ends = at + AGAINST_DAYS * DAY if fact.valid_until is None else fact.valid_until
    schedule(registry, ends, _CLOSES, fact.case_id)


def _appealed(registry: Registry, fact: CaseAppealed, at: int) -> None:
    case = registry.cases.held[fact.case_id]
    case.phase, case.appealed_at = "appealed", at
    placed(registry.cases, case, 1)
    schedule(registry, fact.due_at, DUE, fact.case_id)


def _over(registry: Registry, fact: CaseClosed | CaseRulingWithdrawn, at: int) -> None:
    case = registry.cases.held[fact.case_id]
    if case.before_a_panel:
        opening.wait_no_more(registry, case, at)
    settle(registry, DUE, fact.case_id)
    settle(registry, _CLOSES, fact.case_id)
    opening.forget(registry.cases, fact.case_id)


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={
        OpenCase: opening.open_case,
        SettleCase: answering.settle_case,
        RuleOnCase: ruling.rule,
        WithdrawCaseRuling: ruling.withdraw,
        AppealCase: appealing.appeal,
    },
    folds={
        CaseOpened: opening.opened,
        CaseJoined: opening.joined,
        CaseAnswered: answering.answered,
        CaseNotOpened: opening.not_opened,
        CaseQueued: queueing.queued,
        CaseOverdue: _overdue,
        CaseRuled: _ruled,
        CaseRulingWithdrawn: _over,
        CaseAppealed: _appealed,
        CaseClosed: _over,
    },
    due={DUE: overdue, _CLOSES: close, queueing.ROOM_FREE: queueing.open_next},
)
