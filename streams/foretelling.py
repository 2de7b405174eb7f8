"""What would come of a command now: the journal folded and the command decided here, and nothing sent."""

import uuid
from collections.abc import Callable
from typing import Any

from exchange.kernel.bases import Command, CommandMeta, Outcome
from exchange.kernel.partition import Asked, Partition
from streams.client import VALID_S, Client
from streams.deciders import all_deciders

Folded = Callable[[int], None]
"""Hears how many facts have been folded."""


async def foretell(
    client: Client, context: str, key: str, command: Command, actor: str, folded: Folded = lambda facts: None
) -> Outcome:
    """The outcome that `command` would have if it were the partition's next one, by the very same rules.

    Shape: whatever else is asked meanwhile may change it, and what the exchange itself does about it in other
    contexts is not foretold. Raises: Unavailable without Kafka.
    """
    number = client.partition(context, key)
    now_us = await client.exchange_time(context, key)
    deciding, claim = await _folded(client, context, number, folded)
    meta = CommandMeta(id=str(uuid.uuid4()), actor=actor, valid_until=now_us + int(VALID_S * 1_000_000))
    log_time_us = now_us - deciding.intake.shift_us
    return deciding.answer(deciding.intake.last_cause + 1, log_time_us, Asked(meta, command), claim)[-1]


async def state_now(client: Client, context: str, number: int, folded: Folded = lambda facts: None) -> Any:
    """A context's state in a partition, as its journal leaves it now. Raises: Unavailable without Kafka."""
    deciding, _ = await _folded(client, context, number, folded)
    return deciding.state


async def _folded(client: Client, context: str, number: int, folded: Folded) -> tuple[Partition[Any], int]:
    """The partition as its journal leaves it, and the claim under which the last fact was written."""
    deciding: Partition[Any] = Partition(all_deciders()[context], number, clock_shiftable=True)
    claim = 0
    async for outcome, _ in client.history(context, number):
        for recorded in outcome:
            deciding.fold(recorded)
            claim = recorded.meta.claim
        folded(deciding.intake.next_seq)
    return deciding, claim
