"""Ways over lines that are recorded."""

from collections.abc import Mapping

from exchange.bonded.state import Bonded
from exchange.bonded.surroundings import BONDED_PLACE

LINKS_MAX = 10
"""Lines that a path may have."""


def route_to(bonded: Bonded, destination: str) -> tuple[str, ...]:
    """The shortest way from the zone over dedicated lines in service; none where there is no such way."""
    return routes(bonded).get(destination, ())


def routes(bonded: Bonded) -> Mapping[str, tuple[str, ...]]:
    """Of every place that dedicated lines in service lead to, the shortest way there; the first by name of several."""
    found: dict[str, tuple[str, ...]] = {BONDED_PLACE: ()}
    beside: dict[str, list[tuple[str, str]]] = {}
    for name, link in sorted(bonded.links.items()):
        if link.kind == "dedicated" and link.state == "in_service":
            one, other = link.places
            beside.setdefault(one, []).append((name, other))
            beside.setdefault(other, []).append((name, one))
    ends = [BONDED_PLACE]
    for _ in range(LINKS_MAX):
        further = []
        for here in ends:
            for name, there in beside.get(here, ()):
                if there not in found:
                    found[there] = (*found[here], name)
                    further.append(there)
        ends = further
    return found
