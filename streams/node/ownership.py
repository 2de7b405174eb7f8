"""Whose journals a Kafka keeps: said by a topic that the first node to come writes to, once.

Two exchanges on one Kafka would take each other's facts for their own. For an embedded Kafka the directory says it.
"""

import msgspec

from exchange.kernel.errors import OtherExchange, Unreadable
from streams.log import PartitionLog
from streams.producers import producing
from streams.topics import IDENTITY_TOPIC


class Owner(msgspec.Struct, frozen=True):
    """The exchange that a Kafka's journals belong to: its `node_id` in node.json."""

    exchange: str


async def own(bootstrap_servers: str, node_id: str) -> None:
    """See that the journals here are this exchange's; where nobody has said so yet, say it.

    Raises: OtherExchange naming whose they are.
    """
    if await owner(bootstrap_servers) is None:
        async with producing(bootstrap_servers) as producer:
            await producer.send_and_wait(IDENTITY_TOPIC, msgspec.json.encode(Owner(node_id)), partition=0)
    # Read back also then: of two that come at once, the first record counts.
    await refuse_other_owner(bootstrap_servers, node_id)


async def refuse_other_owner(bootstrap_servers: str, node_id: str | None) -> None:
    """See that nobody has said the journals here are another exchange's. Shape: `node_id` None is one yet to be made.

    Raises: OtherExchange naming whose they are.
    """
    found = await owner(bootstrap_servers)
    if found not in (None, node_id):
        this = node_id or "a new one"
        raise OtherExchange(
            f"the Kafka at {bootstrap_servers} keeps the journals of exchange {found}, this directory is of {this};"
            " use the directory of that exchange or a copy of its node.json, or a Kafka of its own"
        )


async def owner(bootstrap_servers: str) -> str | None:
    """The exchange whose journals a Kafka keeps; None where nobody has said so yet. Raises: Unreadable."""
    async with PartitionLog(bootstrap_servers, IDENTITY_TOPIC, 0) as log:
        if not await log.end():
            return None
        async for records in log.read(0, 1):
            try:
                return msgspec.json.decode(records[0].value or b"", type=Owner).exchange
            except msgspec.DecodeError as error:
                raise Unreadable(
                    f"topic {IDENTITY_TOPIC} does not say whose exchange this is ({error}); this Kafka's topics were"
                    " not made by an exchange, so use another one"
                ) from error
    return None
