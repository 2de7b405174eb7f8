"""What a market remembers of pools."""

from typing import Literal

import msgspec

from exchange.kernel.ids import ParticipantId
from exchange.market.pools.commands import PoolId, ShareId
from exchange.market.pools.facts import PoolOpened

SHARES_MAX = 256
"""Shares one pool may have at a time: all their deposits go back in one fact of about 32 KiB."""
SHARES_EACH_MAX = 16
"""Shares of one participant in a pool."""


class Share(msgspec.Struct):
    """A share that is in its pool; its deposit is the hold of the same name.

    Shape: `number` counts the pool's shares in the order they were committed; `allotted_mbps` is set by approval.
    """

    share_id: ShareId
    participant_id: ParticipantId
    mbps: int
    deposit_minor: int
    number: int
    allotted_mbps: int = 0


class Pool(msgspec.Struct):
    """A pool that has not ended.

    Shape: it is `open` until it closes, `closed` until it is approved, and `approved` until every share is activated
    or excluded, which takes them out of `shares`. Its seller asks for `offered_mbps`: the supply, then what is allotted
    and not traded yet. `price` stands from closing on. Once the threshold was reached (`ever_reached`) leaving is late,
    also while the shares come to less again. The sums are those of the shares activated so far.
    """

    opened: PoolOpened
    phase: Literal["open", "closed", "approved"] = "open"
    offered_mbps: int = 0
    shares: dict[ShareId, Share] = msgspec.field(default_factory=dict)
    committed: int = 0
    total_mbps: int = 0
    ever_reached: bool = False
    price: int = 0
    days_saved: int = 0
    excluded: int = 0
    activated: int = 0
    activated_mbps: int = 0
    amount_minor: int = 0
    list_minor: int = 0

    @property
    def reached(self) -> bool:
        """Whether the shares come to the threshold."""
        return self.total_mbps >= self.opened.threshold_mbps

    def in_order(self) -> list[Share]:
        """The shares in the order they were committed."""
        return sorted(self.shares.values(), key=lambda share: share.number)


class Pools(msgspec.Struct):
    """Every pool of the partition.

    Shape: `months` names the pool that has not ended for an instrument and a month, by `month_name`; of a pool that
    has ended it is remembered how.
    """

    live: dict[PoolId, Pool] = msgspec.field(default_factory=dict)
    months: dict[str, PoolId] = msgspec.field(default_factory=dict)
    ended: dict[PoolId, Literal["failed", "activated"]] = msgspec.field(default_factory=dict)


def month_name(instrument_id: str, delivery_month: str) -> str:
    """What a pool of an instrument for a month is found by."""
    return f"{instrument_id} {delivery_month}"
