"""What is remembered of payouts: limits, runs, references, net sets on their way, and those paid that may come back."""

from typing import Final

import msgspec

from exchange.kernel.ids import ParticipantId
from exchange.kernel.net_set import NetSet
from exchange.kernel.time import DAY
from exchange.settlement.payees.state import Payee

RETURNED_WITHIN: Final = 90 * DAY
"""How long a payment may come back after its bank has confirmed it; what comes later is nobody's yet (suspense)."""


class Payout(msgspec.Struct):
    """A net set on its way.

    Shape: released once `releases_needed` persons have approved it; `payee` is where to, as it was when its run was
    opened; `file_id` names the payment file that has it.
    """

    net: NetSet
    digest: bytes
    releases_needed: int
    approved_by: list[ParticipantId] = msgspec.field(default_factory=list)
    payee: Payee | None = None
    file_id: str = ""
    bank_id: ParticipantId = ""


class Paid(msgspec.Struct, frozen=True):
    """A net set that a bank has confirmed. Units: `amount_minor` of `currency`."""

    set_id: str
    partition: int
    participant_id: ParticipantId
    currency: str
    amount_minor: int
    bank_id: ParticipantId
    reference: str
    at: int


class Raise(msgspec.Struct, frozen=True):
    """What one person would raise a limit to. Units: minor units of its currency."""

    limit_minor: int
    by_id: ParticipantId


class Payouts(msgspec.Struct):
    """All that is under way.

    Shape: `raises` of limits wait for a second person; `runs` names the run of each currency and value date,
    `payees_at` how many payees had been named when each was opened; `references` are those that each bank has used, for
    good; `paid` has the oldest first.
    """

    limits: dict[str, int] = msgspec.field(default_factory=dict)
    runs: dict[str, str] = msgspec.field(default_factory=dict)
    payees_at: dict[str, int] = msgspec.field(default_factory=dict)
    open: dict[str, Payout] = msgspec.field(default_factory=dict)
    references: dict[ParticipantId, set[str]] = msgspec.field(default_factory=dict)
    paid: dict[str, Paid] = msgspec.field(default_factory=dict)
    raises: dict[str, Raise] = msgspec.field(default_factory=dict)


def released(payout: Payout) -> bool:
    """Whether the custodian bank may pay."""
    return len(payout.approved_by) >= payout.releases_needed


def may_come_back(paid: Paid, at: int) -> bool:
    """Whether a bank may still return what it has paid."""
    return at < paid.at + RETURNED_WITHIN
