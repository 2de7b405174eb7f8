"""How cash leaves a purse: its owner asks, the custodian bank pays or does not."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets
from exchange.market.funds import not_a_bank, not_an_owner, taken, too_little_free
from exchange.market.state import Market, References
from exchange.market.withdrawals.commands import ConfirmWithdrawal, RejectWithdrawal, RequestWithdrawal
from exchange.market.withdrawals.facts import WithdrawalPaid, WithdrawalRejected, WithdrawalRequested
from exchange.market.withdrawals.state import Withdrawal

WITHDRAWALS_MAX = 16
"""What one participant may have under way."""


def request_withdrawal(
    market: Market, command: RequestWithdrawal, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Take cash out of the purse of whoever asks."""
    refusal = (
        not_an_owner(market, command, command.currency, cause)
        or _too_many(market, command, cause)
        or too_little_free(market, command, command.currency, command.amount_minor, cause)
    )
    if refusal is not None:
        return (refusal,)
    return (
        WithdrawalRequested(
            withdrawal_id=derived_id("W", cause.partition, cause.offset, 0),
            participant_id=cause.actor,
            currency=command.currency,
            amount_minor=command.amount_minor,
        ),
    )


def confirm_withdrawal(
    market: Market, command: ConfirmWithdrawal, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Note that it was paid, once for each reference of the bank's."""
    asked = _asked_for(market, command, command.withdrawal_id, cause)
    if isinstance(asked, Refused):
        return (asked,)
    if command.reference in market.references.get(cause.actor, References()).payouts:
        return (taken(command, command.reference, cause),)
    return (
        WithdrawalPaid(
            withdrawal_id=asked.withdrawal_id,
            participant_id=asked.participant_id,
            currency=asked.currency,
            amount_minor=asked.amount_minor,
            bank_id=cause.actor,
            reference=command.reference,
        ),
    )


def reject_withdrawal(
    market: Market, command: RejectWithdrawal, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Give it back to the purse."""
    asked = _asked_for(market, command, command.withdrawal_id, cause)
    if isinstance(asked, Refused):
        return (asked,)
    if not command.grounds.strip():
        detail = "say on what grounds: its owner will ask"
        return (refused(command, Reason.GROUNDS_MISSING, command.withdrawal_id, detail),)
    return (
        WithdrawalRejected(
            withdrawal_id=asked.withdrawal_id,
            participant_id=asked.participant_id,
            currency=asked.currency,
            amount_minor=asked.amount_minor,
            bank_id=cause.actor,
            grounds=command.grounds,
        ),
    )


def _too_many(market: Market, command: RequestWithdrawal, cause: Cause) -> Refused | None:
    under_way = market.withdrawals.counts.get(cause.actor, 0)
    if under_way < WITHDRAWALS_MAX:
        return None
    detail = f"{under_way} withdrawals of {cause.actor} are under way; wait until the bank has paid some"
    return refused(command, Reason.WITHDRAWALS_TOO_MANY, cause.actor, detail)


def _asked_for(market: Market, command: Command, withdrawal_id: str, cause: Cause) -> Withdrawal | Refused:
    if (refusal := not_a_bank(market, command, cause)) is not None:
        return refusal
    asked = market.withdrawals.open.get(withdrawal_id)
    if asked is None:
        detail = "no such withdrawal is open; use the withdrawal_id of its WithdrawalRequested"
        return refused(command, Reason.WITHDRAWAL_NOT_OPEN, withdrawal_id, detail)
    return asked
