"""Makes deadlines happen in silence too: a leader sends its partition a `Tick` when one falls due."""

import asyncio
import uuid
from typing import Any

from aiokafka import AIOKafkaProducer

from exchange.kernel.bases import CommandMeta
from exchange.kernel.protocol import POLICY_ACTOR, Tick
from exchange.kernel.time import DAY
from streams.codec import Codec
from streams.leader import Leader

_LOOK_EVERY_S = 0.25


async def tick(leader: Leader[Any], codec: Codec, producer: AIOKafkaProducer) -> None:
    """Send ticks for as long as `leader` leads; at most one is under way, one more a second while none helps."""
    while True:
        due = leader.partition.next_deadline()
        now_us = leader.clock.now_us() + leader.partition.intake.shift_us
        if due is None or due > now_us:
            await asyncio.sleep(_LOOK_EVERY_S)
            continue
        topic, partition = leader.commands_place
        meta = CommandMeta(id=f"tick-{uuid.uuid4()}", actor=POLICY_ACTOR, valid_until=now_us + DAY)
        sent = await producer.send_and_wait(topic, codec.encode_command(meta, Tick()), partition=partition)
        await _answered(leader, int(sent.offset))


async def _answered(leader: Leader[Any], offset: int) -> None:
    for _ in range(20):
        if leader.partition.intake.last_cause >= offset:
            return
        await asyncio.sleep(0.05)
