"""What happened to pools."""

from typing import Literal

from exchange.kernel.bases import Fact, Line, Text, Value
from exchange.kernel.ids import Id, InstrumentId, ParticipantId, TradeId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.time import Instant
from exchange.market.pools.commands import Month, PoolId, ShareId, Tier


class PoolOpened(Fact, frozen=True):
    """Shares of a line may be committed to from `opens_at` until `closes_at`.

    Units: prices in the instrument's ticks for one Mbps and month. Shape: a pool that closes has to be approved by
    `approval_due_at`; each buyer for itself would have waited until `individual_due_at`; the line is used from
    `starts_at` until `ends_at`.
    """

    pool_id: PoolId
    instrument_id: InstrumentId
    seller_id: ParticipantId
    link_id: Id
    delivery_month: Month
    currency: Line
    list_price: int
    tiers: tuple[Tier, ...]
    threshold_mbps: int
    supply_mbps: int
    deposit_pct: int
    opens_at: Instant
    closes_at: Instant
    approval_due_at: Instant
    individual_due_at: Instant
    starts_at: Instant
    ends_at: Instant


class ShareCommitted(Fact, frozen=True):
    """A share entered a pool; its deposit left the purse's cash, once `drawn_minor` of credit was added.

    Units: `total_mbps` of the pool with it, `price` the tier's of that total.
    """

    share_id: ShareId
    pool_id: PoolId
    participant_id: ParticipantId
    mbps: int
    currency: Line
    deposit_minor: BalanceMinor
    total_mbps: int
    price: int
    reference: Line
    drawn_minor: BalanceMinor = 0


class PoolThresholdReached(Fact, frozen=True):
    """The shares of a pool come to its threshold: from now on a deposit is forfeited by leaving."""

    pool_id: PoolId
    total_mbps: int
    threshold_mbps: int


class PoolThresholdLost(Fact, frozen=True):
    """After a late withdrawal the shares come to less than the threshold again; the pool is still open.

    Shape: leaving stays late.
    """

    pool_id: PoolId
    total_mbps: int
    threshold_mbps: int


class ShareWithdrawn(Fact, frozen=True):
    """A share left its pool.

    Units: of `currency`, `returned_minor` of the deposit went back to the purse's cash, `forfeited_minor` to the
    exchange; `total_mbps` is what is left, `price` the tier's of that, unless the pool has closed.
    Shape: `late` is after the threshold was reached, if only once, and before approval.
    """

    share_id: ShareId
    pool_id: PoolId
    participant_id: ParticipantId
    mbps: int
    late: bool
    currency: Line
    returned_minor: BalanceMinor
    forfeited_minor: BalanceMinor
    total_mbps: int
    price: int


class PoolClosed(Fact, frozen=True):
    """A pool closed at or above its threshold: its price stands, and its approval is waited for.

    Units: `price` and `list_price` in ticks for one Mbps and month, `saving_bp` = 1 - price / list price in hundredths
    of a per cent; of `currency`, `amount_minor` is due if nobody leaves, where `list_minor` would have been without
    the pool; `days_saved` if it is approved when it is due.
    """

    pool_id: PoolId
    shares: int
    total_mbps: int
    price: int
    list_price: int
    saving_bp: int
    currency: Line
    amount_minor: BalanceMinor
    list_minor: BalanceMinor
    saved_minor: BalanceMinor
    approval_due_at: Instant
    individual_due_at: Instant
    days_saved: int


class DepositReturned(Value, frozen=True):
    """A share of a pool that failed: its deposit went back to the purse's cash."""

    share_id: ShareId
    participant_id: ParticipantId
    mbps: int
    amount_minor: BalanceMinor


class PoolFailed(Fact, frozen=True):
    """A pool ended without a circuit, and all deposits went back at once.

    Shape: `grounds` are the threshold missed at close, or lost by a late withdrawal afterwards; an operator's refusal;
    no approval before the month began; the instrument closed.
    """

    pool_id: PoolId
    grounds: Literal["threshold", "withdrawal", "refused", "overdue", "instrument_closed"]
    detail: Text
    total_mbps: int
    threshold_mbps: int
    currency: Line
    returned: tuple[DepositReturned, ...]


class Allotment(Value, frozen=True):
    """What a share gets of the supply."""

    share_id: ShareId
    participant_id: ParticipantId
    mbps: int


class PoolApproved(Fact, frozen=True):
    """The line may be used by the pool: nobody leaves any more.

    Shape: where the shares come to more than the supply, each is allotted its part of it.
    Units: `days_saved` until the day on which a buyer for itself would have had its approval.
    """

    pool_id: PoolId
    approver_id: ParticipantId
    total_mbps: int
    price: int
    days_saved: int
    allotments: tuple[Allotment, ...]


class CircuitOrdered(Fact, frozen=True):
    """The line operator is to provide a circuit for the pool's month."""

    pool_id: PoolId
    link_id: Id
    seller_id: ParticipantId
    mbps: int
    starts_at: Instant
    ends_at: Instant


class ShareActivated(Fact, frozen=True):
    """A share is paid: its deposit and the rest of its price back the trade that follows.

    Units: of `currency`, `deposit_minor` and `rest_minor` were set aside, for which `drawn_minor` of credit was added;
    `amount_minor` is the price of the `mbps` allotted, `list_minor` what they cost without the pool.
    """

    share_id: ShareId
    pool_id: PoolId
    participant_id: ParticipantId
    mbps: int
    currency: Line
    deposit_minor: BalanceMinor
    rest_minor: BalanceMinor
    amount_minor: BalanceMinor
    list_minor: BalanceMinor
    trade_id: TradeId
    drawn_minor: BalanceMinor = 0


class ShareExcluded(Fact, frozen=True):
    """A share of an approved pool gets nothing.

    Shape: `unpaid` forfeits the deposit, the purse having less than the rest of the price, credit counted; it goes back
    where the participant is `suspended`, or nothing of the supply was left: `not_allotted`. The price stays what it is.
    """

    share_id: ShareId
    pool_id: PoolId
    participant_id: ParticipantId
    mbps: int
    grounds: Literal["unpaid", "suspended", "not_allotted"]
    currency: Line
    returned_minor: BalanceMinor
    forfeited_minor: BalanceMinor


class PoolActivated(Fact, frozen=True):
    """Every share of an approved pool was activated or excluded.

    Units: of `currency`, what the activated ones pay, what they would have paid without the pool, and the difference.
    """

    pool_id: PoolId
    shares: int
    excluded: int
    mbps: int
    saving_bp: int
    currency: Line
    amount_minor: BalanceMinor
    list_minor: BalanceMinor
    saved_minor: BalanceMinor
    days_saved: int


FACTS: tuple[type[Fact], ...] = (
    PoolOpened,
    ShareCommitted,
    PoolThresholdReached,
    PoolThresholdLost,
    ShareWithdrawn,
    PoolClosed,
    PoolFailed,
    PoolApproved,
    CircuitOrdered,
    ShareActivated,
    ShareExcluded,
    PoolActivated,
)
