"""A way round over other lines as a crossing, and what the fence says of it.

A line is sold to carry what its buyers have; what that is the market is not told, and its own rules hold where data is
sold. So the fence is asked of the service itself, in both directions and line by line: whether its licence permits
every place on the way, and whether each line may be used.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from exchange.fence import Crossing, Hop, LinkPath, Ruleset, Storage, ZoneState, decide
from exchange.fence.decision import codes_of
from exchange.market.commands import InstrumentTerms, Standing, Use
from exchange.market.crossing import Told, crossing_of
from exchange.market.destinations.supposing import somebody
from exchange.market.lines.facts import LineRecorded, RouteDecision

_BONDED = "CN-LG"


def places_of(start: str, via: Sequence[LineRecorded]) -> tuple[str, ...] | None:
    """The places that lines lead through, one after the other; None where they do not join."""
    places = [start]
    for line in via:
        if places[-1] not in line.places:
            return None
        one, other = line.places
        places.append(other if places[-1] == one else one)
    return tuple(places)


def route_decided(
    terms: InstrumentTerms,
    operator: Standing,
    places: Sequence[str],
    via: Sequence[LineRecorded],
    at: int,
    ruleset: Ruleset,
) -> tuple[bool, RouteDecision]:
    """Whether what was sold by these terms may go this way, and on which grounds."""
    there = list(zip(places, places[1:], via, strict=False))
    back = [(to, start, line) for start, to, line in reversed(there)]
    hops = [
        replace(_hop(terms, operator, start, to, line, at), hop_no=number)
        for number, (start, to, line) in enumerate((*there, *back), start=1)
    ]
    decision = decide(Crossing(hops=tuple(hops)), ruleset)
    said = RouteDecision(
        outcome=decision.outcome.value,
        codes=codes_of(decision),
        missing=tuple(dict.fromkeys(name for hop in decision.per_hop for name in hop.missing)),
        obligations=decision.obligations,
        ruleset_version=decision.ruleset_version,
        ruleset_digest=decision.ruleset_digest,
        inputs_digest=decision.inputs_digest,
    )
    return decision.admitted, said


def _hop(terms: InstrumentTerms, operator: Standing, start: str, to: str, line: LineRecorded, at: int) -> Hop:
    """One line from one of its ends to the other. Shape: what it is used for stays what the licence says first."""
    use = Use(
        purpose=next(iter(terms.licence.purposes), None), place_of_use=to, foreign_authority_request=False
    )
    # A way round seats nobody.
    told = Told(seats_taken=0)
    (hop,) = crossing_of(replace(terms, stored_in=start), operator, somebody(to), use, at, told).hops
    bonded = _BONDED in (start, to)
    return replace(
        hop,
        link=LinkPath(link_ids=(line.link_id,), kind=line.kind, state=line.state),
        storage=Storage(zone="bonded" if start == _BONDED else "ordinary", wrote_outside_fence=False),
        zone=ZoneState(
            commitment_state="active" if bonded else "not_applicable",
            consignment_id=None,
            return_list=(),
            retention_until=None,
            balance_state="not_applicable",
        ),
    )
