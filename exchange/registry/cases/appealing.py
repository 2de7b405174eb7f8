"""A party is not content with what a panel ruled: another one looks at it, once."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY, iso
from exchange.registry.calendars import mainland
from exchange.registry.cases.clock import due_after
from exchange.registry.cases.commands import AppealCase
from exchange.registry.cases.facts import CaseAppealed
from exchange.registry.cases.ruling import known
from exchange.registry.cases.state import Case
from exchange.registry.commands import Role
from exchange.registry.permission import lacking
from exchange.registry.reasons import Reason
from exchange.registry.state import Registry

APPEAL_DAYS = 30
"""How long after a ruling it may be appealed; a default of this exchange."""


def appeal(registry: Registry, command: AppealCase, cause: Cause) -> Sequence[Fact]:
    """Put a case before another panel; the first ruling counts until that has ruled."""
    case = known(registry, command, command.case_id)
    if isinstance(case, Refused):
        return (case,)
    if cause.actor not in (case.opened.buyer_id, case.opened.seller_id):
        detail = f"only its buyer or its seller may appeal, {cause.actor} is neither"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.case_id, detail),)
    if (refusal := lacking(registry, command, cause, *Role)) is not None:
        return (refusal,)
    if (refusal := _not_now(command, case, cause)) is not None:
        return (refusal,)
    due = due_after(cause.at, mainland())
    return (
        CaseAppealed(
            case_id=command.case_id,
            by_id=cause.actor,
            grounds=command.grounds,
            due_at=due.at,
            counted_in=due.counted_in,
        ),
    )


def _not_now(command: AppealCase, case: Case, cause: Cause) -> Refused | None:
    if case.phase == "open":
        detail = f"the counter has until {iso(case.opened.due_at)}"
        return refused(command, Reason.CASE_NOT_RULED, command.case_id, detail)
    if case.appealed_at is not None:
        detail = f"it was appealed at {iso(case.appealed_at)}"
        return refused(command, Reason.CASE_FINAL, command.case_id, detail)
    latest = case.ruled_at + APPEAL_DAYS * DAY
    if cause.at > latest:
        return refused(command, Reason.APPEAL_LATE, command.case_id, f"it could be until {iso(latest)}")
    return None
