"""What facts weigh, so that an outcome stays small enough for its log."""

from typing import Any

import msgspec

from exchange.kernel.bases import Fact

_META_BYTES = 290
"""A fact's meta with the longest ids, and Kafka's overhead."""


def weight(fact: Fact) -> int:
    """About what a fact weighs on the wire, its meta included, and not less."""
    return len(msgspec.msgpack.encode(msgspec.structs.astuple(fact))) + _META_BYTES


def size_bytes(value: Any) -> int:
    """About what a part of a fact weighs."""
    return len(msgspec.msgpack.encode(value))
