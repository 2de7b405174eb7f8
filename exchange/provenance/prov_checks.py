"""What provenance may not say: that something comes from itself, or was used before it was there, or after.

Source: lineage.md section 2; PROV-CONSTRAINTS, generation-precedes-usage and usage-precedes-invalidation.
"""

from collections.abc import Iterator, Mapping, Sequence

from exchange.kernel.time import iso
from exchange.provenance.model import Items
from exchange.provenance.prov import End, Provenance


def faults(provenance: Provenance) -> Iterator[str]:
    """Everything that is wrong, in plain sentences."""
    yield from _circles(provenance.derived)
    yield from _too_early(provenance)
    yield from _too_late(provenance)


def _circles(derived: Mapping[str, Mapping[str, None]]) -> Iterator[str]:
    """Walk up from everything; what is met again on the way up comes from itself."""
    done: set[str] = set()
    for first in derived:
        way: dict[str, Iterator[str]] = {} if first in done else {first: iter(derived[first])}
        while way:
            name, sources = next(reversed(way.items()))
            source = next(sources, None)
            if source is None:
                done.add(name)
                del way[name]
            elif source in way:
                yield f"{source} is derived from itself, by way of {name}"
            elif source not in done:
                way[source] = iter(derived.get(source, ()))


def _too_early(provenance: Provenance) -> Iterator[str]:
    for use in provenance.uses.values():
        generated_at = provenance.entities[use.entity].generated_at
        if generated_at is not None and use.at < generated_at:
            yield (
                f"{use.activity} uses {use.entity} at {iso(use.at)},"
                f" which was generated later, at {iso(generated_at)}"
            )


def _too_late(provenance: Provenance) -> Iterator[str]:
    ends: dict[str, list[End]] = {}
    for end in provenance.ends:
        ends.setdefault(end.entity, []).append(end)
    for use in provenance.uses.values():
        for end in ends.get(use.entity, ()):
            later = end.at < use.at and end.activity != use.activity
            if later and _overlap(use.items, end.items):
                yield (
                    f"{use.activity} uses {use.entity} at {iso(use.at)},"
                    f" which was invalidated by {end.activity} before, at {iso(end.at)}"
                )


def _overlap(some: Sequence[Items], others: Sequence[Items]) -> bool:
    """Whether items are the same; none named is all of them."""
    if not some or not others:
        return True
    return any(one.first <= other.last and other.first <= one.last for one in some for other in others)
