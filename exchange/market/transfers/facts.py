"""What happened to cash between markets: the sender's facts and the receiver's."""

from exchange.kernel.bases import Count, Fact, Line, Text
from exchange.kernel.ids import Id, MarketId, ParticipantId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.time import Instant


class TransferSent(Fact, frozen=True):
    """Cash left its owner's purse for another market; until that has it, it is in transit.

    Units: `amount_minor` of `currency`. Shape: `from_partition` is the sender's, where the answer goes.
    """

    transfer_id: Id
    from_partition: Count
    to_market_id: MarketId
    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor


class TransferArrived(Fact, frozen=True):
    """Cash from another market is in its owner's purse here, once what that owes here is paid.

    Units: of `amount_minor`, `repaid_minor` paid back credit and `recovered_minor` refunds of its sales.
    """

    transfer_id: Id
    from_partition: Count
    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    repaid_minor: BalanceMinor = 0
    recovered_minor: BalanceMinor = 0


class TransferTurnedAway(Fact, frozen=True):
    """This market does not take cash from another one; it goes back. Units: `amount_minor` of `currency`."""

    transfer_id: Id
    from_partition: Count
    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    reason: Line
    detail: Text


class TransferConcluded(Fact, frozen=True):
    """Cash that was sent has arrived in the other market: nothing of it is in transit any more."""

    transfer_id: Id
    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor


class TransferReturned(Fact, frozen=True):
    """The other market did not take cash that was sent: it is in its owner's purse again.

    Units: `amount_minor` of `currency`.
    """

    transfer_id: Id
    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    reason: Line
    detail: Text


class TransferDelayed(Fact, frozen=True):
    """Cash has been in transit for more than a minute: somebody has to look. Units: `amount_minor` of `currency`."""

    transfer_id: Id
    to_market_id: MarketId
    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    since: Instant


FACTS: tuple[type[Fact], ...] = (
    TransferSent,
    TransferArrived,
    TransferTurnedAway,
    TransferConcluded,
    TransferReturned,
    TransferDelayed,
)
