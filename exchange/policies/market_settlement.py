"""What the settlement has to know of the markets' money: what was done of what it asked for, and what banks moved."""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Command, Fact, Recorded
from exchange.kernel.protocol import POLICY_ACTOR, Refused
from exchange.market.ecny.facts import EcnyConverted
from exchange.market.facts import DepositConfirmed, PayoutExecuted
from exchange.market.fx.facts import FxExecuted, FxSettled
from exchange.market.payouts.facts import PayablesNetted, PayablesRestored
from exchange.market.shares.facts import RevenueSharePaid
from exchange.market.subsidies.facts import SubsidyApplied
from exchange.market.withdrawals.facts import WithdrawalPaid
from exchange.policies.policy import SETTLEMENT, Ask, Policy
from exchange.settlement.fx.commands import CompleteFx, ReturnFx
from exchange.settlement.payouts.commands import ProposePayout
from exchange.settlement.shares.commands import ReturnShare, SettleShare
from exchange.settlement.statements.commands import ExpectMovement
from exchange.settlement.subsidies.commands import ReturnSubsidy, SettleSubsidy
from exchange.settlement.suspense.commands import KeepSuspense


def react(recorded: Recorded) -> Sequence[Ask]:
    """Hand on what a market did, or refused the exchange itself, and what a bank's statement will show."""
    match recorded.fact:
        case FxExecuted(conversion_id=name):
            return _asks(CompleteFx(conversion_id=name))
        case PayablesNetted(net=net) if net.amount_minor:
            return _asks(ProposePayout(net=net))
        case RevenueSharePaid(claim_id=name):
            return _asks(SettleShare(claim_id=name))
        case SubsidyApplied(claim_id=name):
            return _asks(SettleSubsidy(claim_id=name))
        case Refused() as refusal if recorded.meta.actor == POLICY_ACTOR:
            return _asks(*_refused(refusal))
    return _asks(*_movements(recorded.fact))


def _movements(fact: Fact) -> Sequence[ExpectMovement]:
    """What of a bank's money has moved."""
    match fact:
        case FxSettled() as moved:
            return _both_sides(moved)
        case EcnyConverted() as converted:
            return (_beside(converted),)
        case PayablesRestored() as restored:
            return (_back(restored),)
        case DepositConfirmed() as moved:
            return (_movement(moved, "credit"),)
        case WithdrawalPaid() | PayoutExecuted() as moved:
            return (_movement(moved, "debit"),)
    return ()


def _asks(*commands: Command) -> Sequence[Ask]:
    return tuple(Ask("settlement", SETTLEMENT, command) for command in commands)


def _refused(refusal: Refused) -> Sequence[Command]:
    """What a market would not do: its subject is what the settlement called it."""
    match refusal:
        case Refused(command="ExchangeMoney", subject=name, reason=reason, detail=detail):
            return (ReturnFx(conversion_id=name, reason=reason, detail=detail),)
        case Refused(command="PayRevenueShare", subject=name, reason=reason, detail=detail):
            return (ReturnShare(claim_id=name, reason=reason, detail=detail),)
        case Refused(command="PaySubsidy", subject=name, reason=reason, detail=detail):
            return (ReturnSubsidy(claim_id=name, reason=reason, detail=detail),)
        case Refused(command="CreditDeposit", subject=name, reason=reason, detail=detail):
            return (KeepSuspense(line_id=name, reason=reason, detail=detail),)
    return ()


def _both_sides(moved: FxSettled) -> Sequence[ExpectMovement]:
    sold = ExpectMovement(
        bank_id=moved.bank_id,
        currency=moved.sell_currency,
        amount_minor=moved.sold_minor,
        direction="debit",
        reference=moved.conversion_id,
    )
    bought = ExpectMovement(
        bank_id=moved.bank_id,
        currency=moved.buy_currency,
        amount_minor=moved.bought_minor,
        direction="credit",
        reference=moved.conversion_id,
    )
    return sold, bought


def _beside(converted: EcnyConverted) -> ExpectMovement:
    """What the bank's account of CNY will show: the wallet beside it has statements of its own."""
    return ExpectMovement(
        bank_id=converted.bank_id,
        currency=converted.currency,
        amount_minor=converted.amount_minor,
        direction="debit" if converted.direction == "to_ecny" else "credit",
        reference=converted.conversion_id,
    )


def _back(restored: PayablesRestored) -> ExpectMovement:
    return ExpectMovement(
        bank_id=restored.bank_id,
        currency=restored.net.currency,
        amount_minor=restored.net.amount_minor,
        direction="credit",
        reference=restored.reference,
    )


def _movement(
    moved: DepositConfirmed | WithdrawalPaid | PayoutExecuted, direction: Literal["credit", "debit"]
) -> ExpectMovement:
    return ExpectMovement(
        bank_id=moved.bank_id,
        currency=moved.currency,
        amount_minor=moved.amount_minor,
        direction=direction,
        reference=moved.reference,
    )


MARKET_SETTLEMENT = Policy("market_settlement", "market", react)
