"""Crossings and decisions as text: the form in which they are kept, and the form in which others write them."""

from typing import Any

import msgspec

from exchange.fence.crossing import Crossing
from exchange.fence.decision import FenceDecision
from exchange.kernel.errors import Misuse
from exchange.kernel.time import instant


def written(value: Crossing | FenceDecision) -> str:
    """The canonical JSON of a crossing or a decision: equal values, equal text."""
    return msgspec.json.encode(value, order="deterministic").decode()


def read_crossing(text: str | bytes) -> Crossing:
    """Read a crossing from its JSON.

    Raises: Misuse saying which part cannot be read.
    """
    try:
        plain = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise Misuse(f"the crossing is not JSON: {error}") from error
    return crossing_of(plain.get("hops") if isinstance(plain, dict) else None)


def crossing_of(hops: Any) -> Crossing:
    """A crossing from hops as plain values, `as_of` in microseconds or as an ISO 8601 text.

    Raises: Misuse saying which part cannot be read.
    """
    if not isinstance(hops, list) or not hops:
        raise Misuse("a crossing has `hops`, a list of at least one")
    try:
        return msgspec.convert({"hops": [_timed(hop) for hop in hops]}, Crossing)
    except ValueError as error:
        raise Misuse(f"the crossing cannot be read: {error}") from error


def _timed(hop: Any) -> Any:
    if isinstance(hop, dict) and isinstance(hop.get("as_of"), str):
        return hop | {"as_of": instant(hop["as_of"])}
    return hop


def read_decision(text: str | bytes) -> FenceDecision:
    """Read a decision back from its JSON.

    Raises: Misuse saying which part cannot be read.
    """
    try:
        return msgspec.json.decode(text, type=FenceDecision)
    except msgspec.DecodeError as error:
        raise Misuse(f"the decision cannot be read: {error}") from error
