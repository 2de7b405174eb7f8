"""What markets have to know of each other: cash that one sends to another, and what became of it."""

from collections.abc import Sequence

from exchange.kernel.bases import Recorded
from exchange.market.transfers.commands import ConcludeMoneyTransfer, TakeInMoney
from exchange.market.transfers.facts import TransferArrived, TransferSent, TransferTurnedAway
from exchange.policies.policy import Ask, Policy


def react(recorded: Recorded) -> Sequence[Ask]:
    """Offer what was sent to the other market, and bring its answer back to the partition that sent it."""
    match recorded.fact:
        case TransferSent() as sent:
            offered = TakeInMoney(
                transfer_id=sent.transfer_id,
                from_partition=sent.from_partition,
                participant_id=sent.participant_id,
                currency=sent.currency,
                amount_minor=sent.amount_minor,
            )
            return (Ask("market", sent.to_market_id, offered),)
        case TransferArrived(transfer_id=name, from_partition=partition):
            return (Ask("market", partition, ConcludeMoneyTransfer(transfer_id=name)),)
        case TransferTurnedAway(transfer_id=name, from_partition=partition, reason=reason, detail=detail):
            back = ConcludeMoneyTransfer(transfer_id=name, reason=reason, detail=detail)
            return (Ask("market", partition, back),)
    return ()


MARKET_MARKET = Policy("market_market", "market", react)
