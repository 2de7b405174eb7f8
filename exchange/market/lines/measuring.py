"""How good a line was, hour by hour, as somebody says who has no part in it."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import HOUR, iso
from exchange.market.fencing import Rulesets
from exchange.market.lines.commands import MeasureLine
from exchange.market.lines.facts import LineBreached, LineMeasured
from exchange.market.lines.hours import REPORTED_WITHIN, hours_from, terms_with
from exchange.market.lines.parties import found_line, may_not_measure, not_an_operator
from exchange.market.lines.state import PhysicalLine
from exchange.market.reasons import Reason
from exchange.market.state import Market


def measure_line(market: Market, command: MeasureLine, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Put it on record; where it is worse than promised, that is a fact of its own."""
    line = found_line(market, command, command.link_id)
    if isinstance(line, Refused):
        return (line,)
    refusal = (
        may_not_measure(market, command, line, cause)
        or _out_of_time(command, cause)
        or _unfit(line, command)
        or _measured_before(market, line, command, cause)
    )
    if refusal is not None:
        return (refusal,)
    measured = _measured(line, command, cause)
    return (measured, *_breached(market, line, measured))


def _out_of_time(command: MeasureLine, cause: Cause) -> Refused | None:
    """Hours are whole and over, the first of them not so long ago that what it comes to is settled."""
    until = command.from_at + command.hours * HOUR
    if command.from_at % HOUR:
        detail = f"it begins at {iso(command.from_at)}; measure whole hours"
    elif until > cause.at:
        detail = f"its last hour ends at {iso(until)}, now is {iso(cause.at)}; measure what is over"
    elif command.from_at + HOUR + REPORTED_WITHIN <= cause.at:
        latest = iso(command.from_at + HOUR + REPORTED_WITHIN)
        detail = f"its first hour could be measured before {latest}, now is {iso(cause.at)}"
    else:
        return None
    return refused(command, Reason.LINE_HOURS, command.link_id, detail)


def _unfit(line: PhysicalLine, command: MeasureLine) -> Refused | None:
    capacity = line.recorded.capacity_mbps
    if command.throughput_mbps <= capacity:
        return None
    detail = f"{command.throughput_mbps} Mbps were measured of a line of {capacity} Mbps; check the reading"
    return refused(command, Reason.LINE_CAPACITY, command.link_id, detail)


def _measured_before(
    market: Market, line: PhysicalLine, command: MeasureLine, cause: Cause
) -> Refused | None:
    """An hour is measured once; an operator corrects what was wrong, and says why."""
    hours = hours_from(command.from_at, command.hours)
    known = [hour for hour in hours if hour in line.measured]
    if not command.corrects:
        if not known:
            return None
        detail = (
            f"the hour from {iso(known[0] * HOUR)} was measured before; an operator corrects what was wrong"
        )
        return refused(command, Reason.LINE_MEASURED, command.link_id, detail)
    if (refusal := not_an_operator(market, command, cause)) is not None:
        return refusal
    if len(known) < len(hours):
        missing = next(hour for hour in hours if hour not in line.measured)
        detail = f"the hour from {iso(missing * HOUR)} was never measured, so there is nothing to correct"
        return refused(command, Reason.LINE_HOURS, command.link_id, detail)
    if command.grounds.strip():
        return None
    detail = "say on what grounds it is corrected: who runs the line and who bought it will ask"
    return refused(command, Reason.GROUNDS_MISSING, command.link_id, detail)


def _measured(line: PhysicalLine, command: MeasureLine, cause: Cause) -> LineMeasured:
    promised = line.recorded
    worse = {"rtt": command.rtt_ms > promised.rtt_ms_max, "loss": command.loss_ppm > promised.loss_ppm_max}
    return LineMeasured(
        measurement_id=derived_id("LM", cause.partition, cause.offset, 0),
        link_id=command.link_id,
        from_at=command.from_at,
        hours=command.hours,
        rtt_ms=command.rtt_ms,
        loss_ppm=command.loss_ppm,
        throughput_mbps=command.throughput_mbps,
        broken=tuple(name for name, is_so in worse.items() if is_so),
        by_id=cause.actor,
        evidence=command.evidence,
        corrects=command.corrects,
        grounds=command.grounds,
    )


def _breached(market: Market, line: PhysicalLine, measured: LineMeasured) -> Sequence[LineBreached]:
    if not measured.broken:
        return ()
    hours = hours_from(measured.from_at, measured.hours)
    terms = terms_with(market.lines, measured.link_id, hours)
    return (
        LineBreached(
            measurement_id=measured.measurement_id,
            link_id=measured.link_id,
            from_at=measured.from_at,
            hours=measured.hours,
            broken=measured.broken,
            rtt_ms=measured.rtt_ms,
            rtt_ms_max=line.recorded.rtt_ms_max,
            loss_ppm=measured.loss_ppm,
            loss_ppm_max=line.recorded.loss_ppm_max,
            rights=sum(len(term.rights) for term in terms),
        ),
    )
