"""While a right is suspended nothing of its price is credited, whoever says what."""

from exchange.kernel.bases import Command
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.reasons import Reason
from exchange.market.state import Market


def is_suspended(market: Market, entitlement_id: str) -> bool:
    """Whether a right is suspended now."""
    running = market.entitlements.running.get(entitlement_id)
    return running is not None and running.suspended_at is not None


def while_suspended(market: Market, command: Command, entitlement_id: str) -> Refused | None:
    """The refusal of what would have something of its price credited."""
    if not is_suspended(market, entitlement_id):
        return None
    detail = "what it rests on was revoked, and nothing of it is credited meanwhile; it resumes, or ends with its term"
    return refused(command, Reason.ENTITLEMENT_SUSPENDED, entitlement_id, detail)
