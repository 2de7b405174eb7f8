"""Rules: who moves cash to another market, what that takes in, and what becomes of it here.

The order is that nothing can be lost or doubled: it leaves the one purse, enters the other, and only then is over. A
repeat of any step is known by its source. Source: settlement.md sections 1 and 2, account 2050.
"""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.fencing import Rulesets
from exchange.market.funds import not_an_owner, overfull, too_little_free
from exchange.market.reasons import Reason
from exchange.market.roles import not_a_policy
from exchange.market.setting_off import set_off
from exchange.market.state import Market, purse_of
from exchange.market.transfers.commands import ConcludeMoneyTransfer, TakeInMoney, TransferMoney
from exchange.market.transfers.facts import (
    TransferArrived,
    TransferConcluded,
    TransferDelayed,
    TransferReturned,
    TransferSent,
    TransferTurnedAway,
)

TRANSITS_MAX = 16
"""What one participant may have in transit out of one market."""


def transfer_money(
    market: Market, command: TransferMoney, cause: Cause, rulesets: Rulesets
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
        TransferSent(
            transfer_id=derived_id("TM", cause.partition, cause.offset, 0),
            from_partition=cause.partition,
            to_market_id=command.to_market_id,
            participant_id=cause.actor,
            currency=command.currency,
            amount_minor=command.amount_minor,
        ),
    )


def take_in(market: Market, command: TakeInMoney, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Put it into the same participant's purse; what keeps it out is a fact too, so that it goes back."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    if (away := _kept_out(market, command, cause)) is not None:
        return (away,)
    owed = set_off(purse_of(market, command.participant_id, command.currency), command.amount_minor)
    return (
        TransferArrived(
            transfer_id=command.transfer_id,
            from_partition=command.from_partition,
            participant_id=command.participant_id,
            currency=command.currency,
            amount_minor=command.amount_minor,
            repaid_minor=owed.repaid_minor,
            recovered_minor=owed.recovered_minor,
        ),
    )


def conclude(
    market: Market, command: ConcludeMoneyTransfer, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """The other market has it, or its owner has it back."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    transit = market.transits.open.get(command.transfer_id)
    if transit is None:
        detail = "no such transfer is in transit; it arrived or came back before"
        return (refused(command, Reason.TRANSFER_NOT_OPEN, command.transfer_id, detail),)
    sent = transit.sent
    if not command.reason:
        return (
            TransferConcluded(
                transfer_id=sent.transfer_id,
                participant_id=sent.participant_id,
                currency=sent.currency,
                amount_minor=sent.amount_minor,
            ),
        )
    return (
        TransferReturned(
            transfer_id=sent.transfer_id,
            participant_id=sent.participant_id,
            currency=sent.currency,
            amount_minor=sent.amount_minor,
            reason=command.reason,
            detail=command.detail,
        ),
    )


def delayed(market: Market, transfer_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Nobody has answered for a minute. Raises: InvariantBroken if it is not in transit."""
    transit = market.transits.open.get(transfer_id)
    if transit is None:
        raise InvariantBroken(f"transfer {transfer_id} is late, but not in transit")
    sent = transit.sent
    return (
        TransferDelayed(
            transfer_id=transfer_id,
            to_market_id=sent.to_market_id,
            participant_id=sent.participant_id,
            currency=sent.currency,
            amount_minor=sent.amount_minor,
            since=transit.since,
        ),
    )


def _too_many(market: Market, command: Command, cause: Cause) -> Refused | None:
    under_way = market.transits.counts.get(cause.actor, 0)
    if under_way < TRANSITS_MAX:
        return None
    detail = f"{under_way} transfers of {cause.actor} are in transit; wait until some have arrived"
    return refused(command, Reason.TRANSFERS_TOO_MANY, cause.actor, detail)


def _kept_out(market: Market, command: TakeInMoney, cause: Cause) -> TransferTurnedAway | None:
    """Why it does not go into the purse, as the fact that it goes back."""
    who, currency = command.participant_id, command.currency
    if command.from_partition == cause.partition:
        detail = "both markets are kept in one partition, where the participant has one purse for them"
        return _away(command, Reason.PURSE_SAME, detail)
    if who not in market.participants:
        detail = f"{who} is not known to this market and has no purse here; have it admitted first"
        return _away(command, Reason.PARTICIPANT_UNKNOWN, detail)
    full = overfull(market, who, currency, command.amount_minor)
    return None if full is None else _away(command, Reason.BALANCE_TOO_LARGE, full[1])


def _away(command: TakeInMoney, reason: Reason, detail: str) -> TransferTurnedAway:
    return TransferTurnedAway(
        transfer_id=command.transfer_id,
        from_partition=command.from_partition,
        participant_id=command.participant_id,
        currency=command.currency,
        amount_minor=command.amount_minor,
        reason=reason,
        detail=detail,
    )
