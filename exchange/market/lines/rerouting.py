"""Another way round for what was sold of a line, while that cannot carry it, and back again."""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY, iso
from exchange.market.commands import InstrumentTerms
from exchange.market.fencing import Rulesets, no_ruleset
from exchange.market.lines.commands import EndReroute, RerouteLine
from exchange.market.lines.facts import LineRecorded, LineRerouted, RerouteBarred, RerouteEnded, RouteDecision
from exchange.market.lines.parties import found_line, may_not_reroute
from exchange.market.lines.routing import places_of, route_decided
from exchange.market.lines.state import PhysicalLine, route_name
from exchange.market.parties import unknown_instrument
from exchange.market.reasons import Reason
from exchange.market.state import Market, ruleset_in_force

ROUTE_MAX = 366 * DAY
"""How long a way round may be taken before it is asked about again."""


def reroute_line(market: Market, command: RerouteLine, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Lead it round if the ways join, the lines are in service, and the fence admits it."""
    line, terms = _own(market, command, cause), _terms(market, command)
    if isinstance(line, Refused):
        return (line,)
    if isinstance(terms, Refused):
        return (terms,)
    via = _via(market, command)
    if isinstance(via, Refused):
        return (via,)
    if (refusal := _out_of_time(command, cause)) is not None:
        return (refusal,)
    places = _round(command, line, via)
    if isinstance(places, Refused):
        return (places,)
    return _decided(market, command, terms, places, via, cause, rulesets)


def end_reroute(market: Market, command: EndReroute, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Take its own line again."""
    line = _own(market, command, cause)
    if isinstance(line, Refused):
        return (line,)
    name = route_name(command.instrument_id, command.link_id)
    if name in market.lines.rerouted:
        return (_ended(market, name, "operator"),)
    detail = f"what was sold as {command.instrument_id} goes over {command.link_id}"
    return (refused(command, Reason.REROUTE_NONE, command.link_id, detail),)


def route_over(market: Market, name: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """The time of a way round is over."""
    return (_ended(market, name, "time"),)


def _ended(market: Market, name: str, by: Literal["time", "operator"]) -> RerouteEnded:
    instrument_id, link_id = name.split(" ")
    route_id = market.lines.rerouted[name]
    return RerouteEnded(route_id=route_id, instrument_id=instrument_id, link_id=link_id, by=by)


def _own(market: Market, command: RerouteLine | EndReroute, cause: Cause) -> PhysicalLine | Refused:
    line = found_line(market, command, command.link_id)
    if isinstance(line, Refused):
        return line
    return may_not_reroute(market, command, line, cause) or line


def _terms(market: Market, command: RerouteLine) -> InstrumentTerms | Refused:
    instrument = market.instruments.get(command.instrument_id)
    if instrument is None:
        return unknown_instrument(command, command.instrument_id)
    terms = instrument.terms
    place = terms.rules.delivery_place or market.lines.sold_as.get(terms.instrument_id, "")
    if terms.rules.kind != "bandwidth" or place not in ("", command.link_id):
        detail = f"it is {terms.title}, not sold of {command.link_id}"
        return refused(command, Reason.LINE_NOT_SOLD, command.instrument_id, detail)
    return terms


def _via(market: Market, command: RerouteLine) -> Sequence[LineRecorded] | Refused:
    via: list[LineRecorded] = []
    for link_id in command.via:
        line = found_line(market, command, link_id)
        if isinstance(line, Refused):
            return line
        if link_id == command.link_id or line.recorded.state != "in_service":
            said = "is the line itself" if link_id == command.link_id else f"is {line.recorded.state}"
            detail = f"{link_id} {said}; name others that are in service"
            return refused(command, Reason.LINE_OUT_OF_SERVICE, command.link_id, detail)
        via.append(line.recorded)
    return via


def _round(
    command: RerouteLine, line: PhysicalLine, via: Sequence[LineRecorded]
) -> tuple[str, ...] | Refused:
    """The places on the way, if the lines join, from one end of the line to the other, and pass none twice."""
    one, other = line.recorded.places
    places = places_of(one, via)
    if places is not None and places[-1] == other and len(set(places)) == len(places):
        return places
    detail = (
        f"{', '.join(command.via)} do not lead from {one} to {other}; name lines that join, in their order"
    )
    return refused(command, Reason.LINE_PATH_BROKEN, command.link_id, detail)


def _out_of_time(command: RerouteLine, cause: Cause) -> Refused | None:
    if not command.grounds.strip():
        detail = "say on what grounds: those who bought it will ask"
        return refused(command, Reason.GROUNDS_MISSING, command.link_id, detail)
    if cause.at < command.until <= cause.at + ROUTE_MAX:
        return None
    detail = (
        f"it would end at {iso(command.until)}; name a time after {iso(cause.at)},"
        f" {iso(cause.at + ROUTE_MAX)} at the latest"
    )
    return refused(command, Reason.LINE_HOURS, command.link_id, detail)


def _decided(
    market: Market,
    command: RerouteLine,
    terms: InstrumentTerms,
    places: tuple[str, ...],
    via: Sequence[LineRecorded],
    cause: Cause,
    rulesets: Rulesets,
) -> Sequence[Fact]:
    adopted = ruleset_in_force(market, cause.at)
    if adopted is None:
        return (no_ruleset(command, command.instrument_id),)
    operator = market.participants[market.lines.lines[command.link_id].recorded.operator_id]
    admitted, said = route_decided(terms, operator, places, via, cause.at, rulesets[adopted.digest])
    route_id = derived_id("LR", cause.partition, cause.offset, 0)
    if not admitted:
        return _barred(command, terms, places, route_id, said, cause)
    return (
        LineRerouted(
            route_id=route_id,
            instrument_id=command.instrument_id,
            link_id=command.link_id,
            via=command.via,
            places=places,
            until=command.until,
            by_id=cause.actor,
            grounds=command.grounds,
            decision=said,
            replaces=market.lines.rerouted.get(route_name(command.instrument_id, command.link_id), ""),
        ),
    )


def _barred(
    command: RerouteLine,
    terms: InstrumentTerms,
    places: tuple[str, ...],
    route_id: str,
    said: RouteDecision,
    cause: Cause,
) -> Sequence[Fact]:
    barred = RerouteBarred(
        route_id=route_id,
        instrument_id=command.instrument_id,
        link_id=command.link_id,
        via=command.via,
        places=places,
        by_id=cause.actor,
        decision=said,
    )
    known = f"; not known: {', '.join(said.missing)}" if said.missing else ""
    detail = (
        f"{said.outcome} under ruleset {said.ruleset_version} for the way over {', '.join(places)}; its licence"
        f" permits {', '.join(terms.licence.spatial) or 'no place'}, for"
        f" {', '.join(terms.licence.purposes) or 'nothing'}{known}"
    )
    return barred, refused(command, Reason.FENCE_REFUSED, command.instrument_id, detail, said.codes)
