"""What is remembered of payouts: limits, runs, references, and net sets that are neither paid nor undone."""

import msgspec

from exchange.kernel.ids import ParticipantId
from exchange.kernel.net_set import NetSet


class Payout(msgspec.Struct):
    """A net set on its way. Shape: released once `releases_needed` persons have approved it."""

    net: NetSet
    digest: bytes
    releases_needed: int
    approved_by: list[ParticipantId] = msgspec.field(default_factory=list)


class Payouts(msgspec.Struct):
    """All that is under way.

    Shape: `runs` names the run of each currency and value date, `references` those that each bank has used, for good.
    """

    limits: dict[str, int] = msgspec.field(default_factory=dict)
    runs: dict[str, str] = msgspec.field(default_factory=dict)
    open: dict[str, Payout] = msgspec.field(default_factory=dict)
    references: dict[ParticipantId, set[str]] = msgspec.field(default_factory=dict)


def released(payout: Payout) -> bool:
    """Whether the custodian bank may pay."""
    return len(payout.approved_by) >= payout.releases_needed
