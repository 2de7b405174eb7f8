"""Rules: which agreements there are, what a licensee's revenue brings, and what markets say to it."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.money import half_up
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.settlement.parties import KEEPERS, lacking, no_such_currency, not_a_policy, unknown
from exchange.settlement.reasons import Reason
from exchange.settlement.shares.commands import AgreeRevenueShare, ReportRevenue, ReturnShare, SettleShare
from exchange.settlement.shares.facts import (
    GuaranteeClaimed,
    RevenueShareAgreed,
    RevenueShareReported,
    ShareReturned,
    ShareSettled,
)
from exchange.settlement.shares.splitting import split
from exchange.settlement.shares.state import Agreement
from exchange.settlement.state import Settlement

_BP = 10_000


def agree(settlement: Settlement, command: AgreeRevenueShare, cause: Cause) -> Sequence[Fact]:
    """Record an agreement, and claim its guarantee."""
    refusal = (
        lacking(settlement, command, cause, *KEEPERS)
        or no_such_currency(command, command.currency)
        or _unfit(settlement, command)
    )
    if refusal is not None:
        return (refusal,)
    agreed = RevenueShareAgreed(
        agreement_id=command.agreement_id,
        product_id=command.product_id,
        market_id=command.market_id,
        payer_id=command.payer_id,
        currency=command.currency,
        share_bp=command.share_bp,
        guarantee_minor=command.guarantee_minor,
        beneficiaries=command.beneficiaries,
    )
    if not command.guarantee_minor:
        return (agreed,)
    claimed = GuaranteeClaimed(
        claim_id=derived_id("RS", cause.partition, cause.offset, 0),
        agreement_id=command.agreement_id,
        market_id=command.market_id,
        payer_id=command.payer_id,
        currency=command.currency,
        amount_minor=command.guarantee_minor,
        parts=split(command.guarantee_minor, command.beneficiaries),
    )
    return (agreed, claimed)


def report(settlement: Settlement, command: ReportRevenue, cause: Cause) -> Sequence[Fact]:
    """Work out what a period brings, once."""
    agreement = _own(settlement, command, cause)
    if isinstance(agreement, Refused):
        return (agreement,)
    agreed = agreement.agreed
    earned = half_up(command.revenue_minor * agreed.share_bp, _BP)
    recouped = min(earned, agreement.to_recoup_minor)
    return (
        RevenueShareReported(
            claim_id=derived_id("RS", cause.partition, cause.offset, 0),
            agreement_id=agreed.agreement_id,
            period=command.period,
            market_id=agreed.market_id,
            payer_id=agreed.payer_id,
            currency=agreed.currency,
            revenue_minor=command.revenue_minor,
            share_bp=agreed.share_bp,
            earned_minor=earned,
            recouped_minor=recouped,
            amount_minor=earned - recouped,
            parts=split(earned - recouped, agreed.beneficiaries),
        ),
    )


def paid(settlement: Settlement, command: SettleShare, cause: Cause) -> Sequence[Fact]:
    """The money has moved."""
    agreement_id = _claimed(settlement, command, command.claim_id, cause)
    if isinstance(agreement_id, Refused):
        return (agreement_id,)
    return (ShareSettled(claim_id=command.claim_id, agreement_id=agreement_id),)


def give_back(settlement: Settlement, command: ReturnShare, cause: Cause) -> Sequence[Fact]:
    """The money has not moved."""
    agreement_id = _claimed(settlement, command, command.claim_id, cause)
    if isinstance(agreement_id, Refused):
        return (agreement_id,)
    return (
        ShareReturned(
            claim_id=command.claim_id,
            agreement_id=agreement_id,
            reason=command.reason,
            detail=command.detail,
        ),
    )


def _unfit(settlement: Settlement, command: AgreeRevenueShare) -> Refused | None:
    if command.agreement_id in settlement.shares.agreements:
        detail = "an agreement of this id is in force; take another id"
        return refused(command, Reason.AGREEMENT_EXISTS, command.agreement_id, detail)
    for who in (command.payer_id, *(each.participant_id for each in command.beneficiaries)):
        if who not in settlement.parties:
            return unknown(command, who)
    names = [each.share_id for each in command.beneficiaries]
    if len(set(names)) < len(names):
        detail = f"shares {', '.join(sorted(names))}: give each an id of its own"
        return refused(command, Reason.SHARES_CONFLICT, command.agreement_id, detail)
    return None


def _own(settlement: Settlement, command: ReportRevenue, cause: Cause) -> Agreement | Refused:
    if (refusal := lacking(settlement, command, cause)) is not None:
        return refusal
    agreement = settlement.shares.agreements.get(command.agreement_id)
    if agreement is None or agreement.agreed.payer_id != cause.actor:
        detail = f"{cause.actor} has agreed to nothing of this id; use that of its RevenueShareAgreed"
        return refused(command, Reason.AGREEMENT_UNKNOWN, command.agreement_id, detail)
    if not agreement.guaranteed:
        detail = "its guarantee is not paid yet; report once it is"
        return refused(command, Reason.GUARANTEE_UNPAID, command.agreement_id, detail)
    if command.period in agreement.periods:
        detail = f"{command.period} was reported before; name the period that this revenue is of"
        return refused(command, Reason.PERIOD_REPORTED, command.period, detail)
    return agreement


def _claimed(settlement: Settlement, command: Command, claim_id: str, cause: Cause) -> str | Refused:
    """The agreement of a claim that is under way."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return refusal
    shares = settlement.shares
    claim = shares.guarantees.get(claim_id) or shares.reports.get(claim_id)
    if claim is None:
        detail = "no such claim is under way; it was answered before"
        return refused(command, Reason.CLAIM_NOT_OPEN, claim_id, detail)
    return claim.agreement_id
