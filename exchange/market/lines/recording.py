"""What a line is and promises, as an operator says; a promise that somebody has bought is never taken back."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.fencing import Rulesets
from exchange.market.lines.commands import RecordLine
from exchange.market.lines.facts import LineRecorded
from exchange.market.lines.hours import REPORTED_WITHIN
from exchange.market.lines.parties import not_an_operator
from exchange.market.parties import unknown_instrument, unknown_participant
from exchange.market.reasons import Reason
from exchange.market.state import Market

LINES_MAX = 1_000
"""Lines of one market: of each a year of hours is remembered."""


def record_line(market: Market, command: RecordLine, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Remember a line, or how it stands now."""
    refusal = (
        not_an_operator(market, command, cause)
        or _unfit(market, command)
        or _not_sold(market, command)
        or _less(market, command, cause)
    )
    if refusal is not None:
        return (refusal,)
    return (
        LineRecorded(
            link_id=command.link_id,
            operator_id=command.operator_id,
            places=command.places,
            kind=command.kind,
            state=command.state,
            capacity_mbps=command.capacity_mbps,
            rtt_ms_max=command.rtt_ms_max,
            loss_ppm_max=command.loss_ppm_max,
            sold_as=tuple(dict.fromkeys(command.sold_as)),
        ),
    )


def _unfit(market: Market, command: RecordLine) -> Refused | None:
    if command.operator_id not in market.participants:
        return unknown_participant(command, command.operator_id)
    if command.places[0] == command.places[1]:
        detail = f"both ends are at {command.places[0]}; name the places that it connects"
        return refused(command, Reason.LINE_PATH_BROKEN, command.link_id, detail)
    lines = market.lines.lines
    if command.link_id not in lines and len(lines) >= LINES_MAX:
        detail = f"{LINES_MAX} lines are recorded here; record it in another market"
        return refused(command, Reason.LINES_TOO_MANY, command.link_id, detail)
    return None


def _not_sold(market: Market, command: RecordLine) -> Refused | None:
    """Whether one of the listings that it is sold as is none of a line, or is sold of another."""
    for name in command.sold_as:
        instrument = market.instruments.get(name)
        if instrument is None:
            return unknown_instrument(command, name)
        rules, other = instrument.terms.rules, market.lines.sold_as.get(name, command.link_id)
        if rules.kind != "bandwidth" or rules.delivery_place or other != command.link_id:
            of = rules.delivery_place or (other if rules.kind == "bandwidth" else "no line")
            detail = f"it is {instrument.terms.title}, sold of {of}; assign a line's listing that names none"
            return refused(command, Reason.LINE_NOT_SOLD, name, detail)
    return None


def _less(market: Market, command: RecordLine, cause: Cause) -> Refused | None:
    """Whether it would promise less than what somebody has a right to, or connect other places."""
    line = market.lines.lines.get(command.link_id)
    if line is None or not _sold(market, command.link_id, cause.at):
        return None
    before = line.recorded
    if command.rtt_ms_max > before.rtt_ms_max or command.loss_ppm_max > before.loss_ppm_max:
        detail = (
            f"{before.rtt_ms_max} ms and {before.loss_ppm_max} ppm are promised to those who bought it,"
            f" {command.rtt_ms_max} ms and {command.loss_ppm_max} ppm are less; promise less once their terms are over"
        )
        return refused(command, Reason.LINE_PROMISED, command.link_id, detail)
    if command.places != before.places:
        ends = " to ".join(before.places)
        detail = f"it was sold as a line from {ends}; another line has another name"
        return refused(command, Reason.LINE_PROMISED, command.link_id, detail)
    return None


def _sold(market: Market, link_id: str, at: int) -> bool:
    """Whether somebody has a right to it that is not settled."""
    lines = market.lines
    return any(lines.terms[name].ends_at + REPORTED_WITHIN > at for name in lines.of_line.get(link_id, ()))
