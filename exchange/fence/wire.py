"""Crossings and decisions as text: the form in which they are kept, and the form in which others write them."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from exchange.fence.crossing import Crossing
from exchange.fence.decision import FenceDecision
from exchange.kernel.errors import Misuse
from exchange.kernel.time import instant

T = TypeVar("T", int, str)


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
        timed = [_timed(hop, place) for place, hop in enumerate(hops)]
        crossing = msgspec.convert({"hops": timed}, Crossing)
    except ValueError as error:
        raise Misuse(f"the crossing cannot be read: {error}") from error
    if (twice := _twice(crossing)) is not None:
        raise Misuse(f"the crossing cannot be read: {twice}")
    return crossing


def _timed(hop: Any, place: int) -> Any:
    if isinstance(hop, dict) and isinstance(hop.get("as_of"), str):
        try:
            return hop | {"as_of": _moment(hop["as_of"])}
        except ValueError as error:
            raise ValueError(f"{error} - at `$.hops[{place}].as_of`") from error
    return hop


def _moment(text: str) -> int:
    at = instant(text)
    if at < 0:
        raise ValueError(f"time {text!r} lies before 1970; nothing is decided of then")
    return at


def _twice(crossing: Crossing) -> str | None:
    """What could be meant otherwise: hops of one number, safeguards of one id, or entities and jobs behind the data."""
    if (number := _repeated([hop.hop_no for hop in crossing.hops])) is not None:
        return f"two hops have the number {number}; give each a `hop_no` of its own"
    for hop in crossing.hops:
        graph = hop.lineage_graph
        for what, named in (
            ("shows two instruments", hop.safeguards),
            ("has two entities in its lineage graph", () if graph is None else graph.entities),
            ("has two jobs in its lineage graph", () if graph is None else graph.jobs),
        ):
            if (name := _repeated([each.id for each in named])) is not None:
                return f"hop {hop.hop_no} {what} of the id {name}"
    return None


def _repeated(names: Sequence[T]) -> T | None:
    """The first of several that is there more than once."""
    if len(set(names)) == len(names):
        return None
    return next(each for each in names if names.count(each) > 1)


def read_decision(text: str | bytes) -> FenceDecision:
    """Read a decision back from its JSON.

    Raises: Misuse saying which part cannot be read.
    """
    try:
        return msgspec.json.decode(text, type=FenceDecision)
    except msgspec.DecodeError as error:
        raise Misuse(f"the decision cannot be read: {error}") from error
