"""Revenue shares as a room of the market, which owns the purses."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.money import format_minor
from exchange.kernel.refusals import refused
from exchange.market.fencing import Rulesets
from exchange.market.purses import free_of, purse_at, solvent
from exchange.market.reasons import Reason
from exchange.market.roles import not_a_policy
from exchange.market.room import Room
from exchange.market.shares.commands import COMMANDS, PayRevenueShare
from exchange.market.shares.facts import FACTS, RevenueSharePaid, recovered_of
from exchange.market.state import Market, purse_of


def pay_revenue_share(
    market: Market, command: PayRevenueShare, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Pay all of it, or nothing. Shape: a refusal names the claim, so that the settlement can take it back."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    for who in (command.payer_id, *(each.participant_id for each in command.parts)):
        if who not in market.participants:
            detail = f"{who} is not known to this market and has no purse here"
            return (refused(command, Reason.PARTICIPANT_UNKNOWN, command.claim_id, detail),)
    purse = purse_of(market, command.payer_id, command.currency)
    payable = min(purse.payable, command.amount_minor)
    free = free_of(purse)
    if payable + free < command.amount_minor:
        wanted, has = (
            format_minor(each, command.currency) for each in (command.amount_minor, payable + free)
        )
        detail = f"{wanted} is due from {command.payer_id}, {has} is owed to it here or free; deposit the rest first"
        return (refused(command, Reason.FUNDS_INSUFFICIENT, command.claim_id, detail),)
    return (
        RevenueSharePaid(
            claim_id=command.claim_id,
            agreement_id=command.agreement_id,
            payer_id=command.payer_id,
            currency=command.currency,
            amount_minor=command.amount_minor,
            payable_minor=payable,
            cash_minor=command.amount_minor - payable,
            parts=command.parts,
            recovered=_recovered(market, command),
        ),
    )


def _recovered(market: Market, command: PayRevenueShare) -> tuple[int, ...]:
    """What of each part pays refunds owed. Shape: whoever gets several owes it once; empty where nobody owes."""
    owed: dict[str, int] = {}
    recovered = []
    for part in command.parts:
        who = part.participant_id
        left = owed.setdefault(who, purse_of(market, who, command.currency).clawback)
        recovered.append(min(left, part.amount_minor))
        owed[who] -= recovered[-1]
    return tuple(recovered) if any(recovered) else ()


def revenue_share_paid(market: Market, fact: RevenueSharePaid, at: int) -> None:
    payer = purse_at(market, fact.payer_id, fact.currency)
    payer.payable -= fact.payable_minor
    payer.cash -= fact.cash_minor
    solvent(payer, fact)
    for part, recovered in zip(fact.parts, recovered_of(fact), strict=True):
        purse = purse_at(market, part.participant_id, fact.currency)
        purse.shares += part.amount_minor - recovered
        purse.clawback -= recovered
        solvent(purse, fact)


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={PayRevenueShare: pay_revenue_share},
    folds={RevenueSharePaid: revenue_share_paid},
    due={},
)
