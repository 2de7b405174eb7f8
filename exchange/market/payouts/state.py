"""What is remembered of payouts: runs that go on, and net sets that are held."""

from typing import Final

import msgspec

from exchange.kernel.net_set import NetSet
from exchange.kernel.time import DAY

KEPT_PAID: Final = 120 * DAY
"""How long what was paid is remembered: longer than the settlement has it come back."""


class Netting(msgspec.Struct):
    """A run that goes on. Shape: everybody up to `after` is done, in the order of names; `sets` came of them."""

    currency: str
    value_date: str
    after: str = ""
    sets: int = 0


class Turns(msgspec.Struct):
    """How often what a participant is owed in a currency was netted.

    Shape: what it sold since the last turn is owed to it, and what it sold in turns that `came_back` unpaid; sets that
    are `held` pay for the sales of these turns.
    """

    done: int = 0
    came_back: list[int] = msgspec.field(default_factory=list)
    held: dict[str, list[int]] = msgspec.field(default_factory=dict)


class PaidSet(msgspec.Struct, frozen=True):
    """A net set that was paid, the turns whose sales it paid, and when."""

    net: NetSet
    turns: tuple[int, ...]
    at: int


class Payouts(msgspec.Struct):
    """Runs that go on, and net sets whose money is held; `made` numbers all sets of the partition.

    Shape: `turns` by currency and participant; `paid` are sets that may still come back, the oldest first.
    """

    running: dict[str, Netting] = msgspec.field(default_factory=dict)
    held: dict[str, NetSet] = msgspec.field(default_factory=dict)
    made: int = 0
    turns: dict[str, Turns] = msgspec.field(default_factory=dict)
    paid: dict[str, PaidSet] = msgspec.field(default_factory=dict)
