"""Who may say what of a line."""

from exchange.kernel.bases import Cause, Command
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.commands import Standing
from exchange.market.lines.state import PhysicalLine
from exchange.market.parties import takes_part
from exchange.market.reasons import Reason
from exchange.market.state import Market

_MAY_MEASURE = frozenset({"operator", "assessor"})


def not_an_operator(market: Market, command: Command, cause: Cause) -> Refused | None:
    """The refusal of all but the exchange's operators."""
    actor = takes_part(market, command, cause.actor)
    if isinstance(actor, Refused):
        return actor
    return None if "operator" in actor.roles else _lacking(command, actor, "an operator")


def may_not_measure(market: Market, command: Command, line: PhysicalLine, cause: Cause) -> Refused | None:
    """Whoever measures a line operates the exchange or assesses for it, and has no part in the line."""
    actor = takes_part(market, command, cause.actor)
    if isinstance(actor, Refused):
        return actor
    if _MAY_MEASURE.isdisjoint(actor.roles):
        return _lacking(command, actor, "an operator or an assessor")
    runs_it = market.participants.get(line.recorded.operator_id)
    if runs_it is None or runs_it.beneficial_owner != actor.beneficial_owner:
        return None
    detail = (
        f"{runs_it.participant_id} runs it and has one owner with {cause.actor}; somebody else measures it"
    )
    return refused(command, Reason.CONFLICT_OF_INTEREST, line.recorded.link_id, detail)


def may_not_reroute(market: Market, command: Command, line: PhysicalLine, cause: Cause) -> Refused | None:
    """Whoever leads a line another way round runs it, or operates the exchange."""
    actor = takes_part(market, command, cause.actor)
    if isinstance(actor, Refused):
        return actor
    if cause.actor == line.recorded.operator_id or "operator" in actor.roles:
        return None
    return _lacking(command, actor, f"{line.recorded.operator_id}, who runs it, or an operator")


def found_line(market: Market, command: Command, link_id: str) -> PhysicalLine | Refused:
    """A line that was recorded; or that there is none."""
    line = market.lines.lines.get(link_id)
    if line is not None:
        return line
    detail = "nobody has recorded a line of this name here; an operator does, with `RecordLine`"
    return refused(command, Reason.LINE_UNKNOWN, link_id, detail)


def _lacking(command: Command, actor: Standing, wanted: str) -> Refused:
    detail = f"its roles are {', '.join(actor.roles)}; {wanted} does this"
    return refused(command, Reason.ROLE_MISSING, actor.participant_id, detail)
