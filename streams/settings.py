"""What a worker is told when it starts. Read once, at the door."""

from collections.abc import Mapping
from typing import Annotated

import msgspec

from exchange.kernel.errors import Misuse
from streams.clock import Clock
from streams.vocabulary import CONTEXTS

DEFAULT_PARTITIONS: Mapping[str, int] = {"registry": 1, "market": 2, "delivery": 2, "bonded": 1}
"""Partitions of each context; frozen once the topics exist."""


DECIDERS_GROUP = "corridor-deciders"
PROJECTIONS_GROUP = "corridor-projections"
"""The consumer groups that all workers of an exchange share."""


class ExchangeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One exchange: its Kafka, its database, its partitions, its clock.

    Units: `clock_shift_us` is microseconds added to the log's time; `commands_per_second` is what one participant may
    ask of a partition of a context, where that is not what is usual. Shape: `clock_shiftable` directories were created
    for a demo or a test.
    """

    bootstrap_servers: str
    store_url: str
    partitions: Mapping[str, Annotated[int, msgspec.Meta(ge=1, le=1_000)]] = msgspec.field(
        default_factory=lambda: dict(DEFAULT_PARTITIONS)
    )
    replication: int = 1
    clock_shift_us: int = 0
    clock_shiftable: bool = False
    commands_per_second: Mapping[str, int] = {}

    def __post_init__(self) -> None:
        if set(self.partitions) != set(CONTEXTS):
            raise Misuse(
                f"partitions name {', '.join(sorted(self.partitions))}; each of {', '.join(CONTEXTS)} needs a count"
            )

    @property
    def clock(self) -> Clock:
        """The clock of this exchange."""
        return Clock(self.clock_shift_us, self.clock_shiftable)
