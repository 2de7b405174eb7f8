"""What is remembered of payouts: runs that go on, and net sets that are held."""

import msgspec

from exchange.kernel.net_set import NetSet


class Netting(msgspec.Struct):
    """A run that goes on. Shape: everybody up to `after` is done, in the order of names; `sets` came of them."""

    currency: str
    value_date: str
    after: str = ""
    sets: int = 0


class Payouts(msgspec.Struct):
    """Runs that go on, and net sets whose money is held; `made` numbers all sets of the partition."""

    running: dict[str, Netting] = msgspec.field(default_factory=dict)
    held: dict[str, NetSet] = msgspec.field(default_factory=dict)
    made: int = 0
