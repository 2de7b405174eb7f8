"""Rules: what of a claim is paid: min(claim, cap - used, what has come), and what becomes of it.

Source: settlement.md section 7, scenarios.md SC-12.
"""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.money import format_minor
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import local_date
from exchange.settlement.parties import lacking, not_a_policy
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement
from exchange.settlement.subsidies.commands import ClaimSubsidy, ReturnSubsidy, SettleSubsidy, Window
from exchange.settlement.subsidies.facts import SubsidyClaimed, SubsidyReturned, SubsidySettled
from exchange.settlement.subsidies.funding import programme_named
from exchange.settlement.subsidies.state import Programme, used_of

ZONE = "Asia/Shanghai"
"""Where windows begin and end."""


def claim(settlement: Settlement, command: ClaimSubsidy, cause: Cause) -> Sequence[Fact]:
    """Have as much of it paid as the cap leaves and as has come."""
    if (refusal := lacking(settlement, command, cause)) is not None:
        return (refusal,)
    programme = programme_named(settlement, command, command.programme_id)
    if isinstance(programme, Refused):
        return (programme,)
    if (refusal := _not_to_be_claimed(programme, command, cause)) is not None:
        return (refusal,)
    opened, period = programme.opened, period_of(programme.opened.window, cause.at)
    used = used_of(programme, period, cause.actor)
    amount = min(command.amount_minor, opened.cap_minor - used, programme.fund_minor)
    keeps = _what_keeps(programme, command.amount_minor, used)
    if not amount:
        had, cap = (format_minor(each, opened.currency) for each in (used, opened.cap_minor))
        has = format_minor(programme.fund_minor, opened.currency)
        detail = f"{cause.actor} has had {had} of {cap} in {period}, and {has} has come and is left; claim it later"
        return (refused(command, keeps or Reason.SUBSIDY_CAP, command.programme_id, detail),)
    return (
        SubsidyClaimed(
            claim_id=derived_id("SC", cause.partition, cause.offset, 0),
            programme_id=opened.programme_id,
            participant_id=cause.actor,
            market_id=command.market_id,
            currency=opened.currency,
            claimed_minor=command.amount_minor,
            amount_minor=amount,
            unpaid_minor=command.amount_minor - amount,
            reason=keeps or "",
            period=period,
            used_minor=used + amount,
            cap_minor=opened.cap_minor,
            reference=command.reference,
        ),
    )


def settle_claim(settlement: Settlement, command: SettleSubsidy, cause: Cause) -> Sequence[Fact]:
    """The money is there."""
    claimed = _under_way(settlement, command, command.claim_id, cause)
    return (claimed,) if isinstance(claimed, Refused) else (SubsidySettled(claim_id=claimed.claim_id),)


def give_back(settlement: Settlement, command: ReturnSubsidy, cause: Cause) -> Sequence[Fact]:
    """The money is not there; it may be claimed again."""
    claimed = _under_way(settlement, command, command.claim_id, cause)
    if isinstance(claimed, Refused):
        return (claimed,)
    return (
        SubsidyReturned(
            claim_id=claimed.claim_id,
            programme_id=claimed.programme_id,
            participant_id=claimed.participant_id,
            currency=claimed.currency,
            amount_minor=claimed.amount_minor,
            period=claimed.period,
            reason=command.reason,
            detail=command.detail,
        ),
    )


def period_of(window: Window, at: int) -> str:
    """The window of the calendar in Shanghai that an instant lies in: `2026`, `2026-Q4`, `2026-11`."""
    day = local_date(at, ZONE)
    if window == "year":
        return f"{day.year}"
    return f"{day.year}-Q{(day.month + 2) // 3}" if window == "quarter" else f"{day.year}-{day.month:02d}"


def _not_to_be_claimed(programme: Programme, command: ClaimSubsidy, cause: Cause) -> Refused | None:
    if cause.actor not in programme.admitted:
        detail = f"{cause.actor} was not admitted to it; an operator or the governance does that"
        return refused(command, Reason.SUBSIDY_NOT_ADMITTED, command.programme_id, detail)
    if command.reference in programme.claimed.get(cause.actor, ()):
        detail = "it was claimed before, and is paid for once; name what else is claimed for"
        return refused(command, Reason.SUBSIDY_CLAIMED, command.reference, detail)
    return None


def _what_keeps(programme: Programme, claimed_minor: int, used_minor: int) -> Reason | None:
    """What keeps the rest of a claim from being paid: the cap, or that no more has come."""
    left = programme.opened.cap_minor - used_minor
    if claimed_minor <= min(left, programme.fund_minor):
        return None
    return Reason.SUBSIDY_CAP if left <= programme.fund_minor else Reason.SUBSIDY_FUND_SHORT


def _under_way(
    settlement: Settlement, command: Command, claim_id: str, cause: Cause
) -> SubsidyClaimed | Refused:
    if (refusal := not_a_policy(command, cause)) is not None:
        return refusal
    claimed = settlement.subsidies.claims.get(claim_id)
    if claimed is None:
        detail = "no such claim is under way; it was answered before"
        return refused(command, Reason.CLAIM_NOT_OPEN, claim_id, detail)
    return claimed
