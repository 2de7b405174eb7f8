"""What may be asked of pools."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command, Digest, Line, Text, Value
from exchange.kernel.ids import Id, InstrumentId
from exchange.kernel.time import Instant
from exchange.market.commands import Price

PoolId = Id
ShareId = Id
Mbps = Annotated[int, msgspec.Meta(ge=1, le=10**7)]
"""Bandwidth in whole Mbps; a share is at least one."""
Month = Annotated[str, msgspec.Meta(pattern=r"^2\d{3}-(0[1-9]|1[0-2])\Z")]
"""A calendar month, as `2026-12`."""
Percent = Annotated[int, msgspec.Meta(ge=1, le=100)]
Days = Annotated[int, msgspec.Meta(ge=1, le=365)]


class Tier(Value, frozen=True):
    """The price that everybody pays once the total has come to `from_mbps`.

    Units: `price` in the instrument's ticks for one Mbps and month.
    """

    from_mbps: Annotated[int, msgspec.Meta(ge=0, le=10**7)]
    price: Price


class OpenPool(Command, frozen=True):
    """Let many commit to shares of one line for one month, at a price that falls with their total.

    Units: `list_price` and the tiers' prices in the instrument's ticks for one Mbps and month; `deposit_pct` per cent
    of the list price; the days of approval count from `closes_at`.
    Shape: the instrument's form is `pool`, it has one seller, moves no data, and its unit is `Mbps-month`.
    """

    instrument_id: InstrumentId
    link_id: Id
    delivery_month: Month
    list_price: Price
    tiers: Annotated[tuple[Tier, ...], msgspec.Meta(min_length=1, max_length=20)]
    threshold_mbps: Mbps
    supply_mbps: Mbps
    deposit_pct: Percent
    opens_at: Instant
    closes_at: Instant
    approval_days_pooled: Days
    approval_days_individual: Days


class CommitShare(Command, frozen=True):
    """Commit to a share of a pool and leave a deposit for it.

    Shape: `licence_digest` is that of the instrument's terms, which the buyer accepts; `reference` is its own name
    for the share.
    """

    pool_id: PoolId
    mbps: Mbps
    licence_digest: Digest
    reference: Line = ""


class WithdrawShare(Command, frozen=True):
    """Leave a pool: with the deposit before the threshold is reached, without it afterwards."""

    pool_id: PoolId
    share_id: ShareId


class ApprovePool(Command, frozen=True):
    """The line may be used by a pool that has closed: order the circuit and take the price of every share."""

    pool_id: PoolId


class RefusePool(Command, frozen=True):
    """The line may not be used, or the pool may not go on: give all deposits back."""

    pool_id: PoolId
    grounds: Text


COMMANDS: tuple[type[Command], ...] = (OpenPool, CommitShare, WithdrawShare, ApprovePool, RefusePool)
