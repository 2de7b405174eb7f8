"""Ids derive from where a command stands in its topic, never from what a client sent."""

from typing import Annotated

import msgspec

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]*\Z")]
"""A name of something: letters, digits and `._:/-`, at most 80 characters."""

ParticipantId = Id
ProductId = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*\Z")]
"""A product's name; it becomes part of a topic's name: no `:` or `/`, and no `_`, which Kafka takes for `.` there."""

OrderId = Id
TradeId = Id
EntitlementId = Id
InstrumentId = Id
MarketId = Id


def derived_id(kind: str, partition: int, cause: int, index: int) -> str:
    """Name the `index`-th thing of `kind` that the command at offset `cause` of `partition` brought about.

    Shape: `T-0.1234.2`; unique in its kind, since a kind belongs to one context.
    """
    return f"{kind}-{partition}.{cause}.{index}"
