"""The panel's word on a dispute."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.money import format_minor
from exchange.kernel.panel import PanelMember
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.market.disputes.commands import RuleOnDispute
from exchange.market.disputes.opening import open_one
from exchange.market.disputes.resolving import buyer_most, resolved
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets
from exchange.market.purchases.parties import operates
from exchange.market.state import Market


def rule_on_dispute(
    market: Market, command: RuleOnDispute, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Divide what is held as the panel says."""
    if not operates(market, cause, "governance"):
        detail = f"an operator or the governance gives a panel's ruling, {cause.actor} is neither"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.trade_id, detail),)
    dispute = open_one(market, command, command.trade_id)
    if isinstance(dispute, Refused):
        return (dispute,)
    disputed, most = buyer_most(market, dispute)
    fault = _unfit(command.panel, disputed.buyer_id, disputed.seller_id)
    if fault is not None:
        return (refused(command, Reason.PANEL_UNFIT, command.trade_id, fault),)
    if command.buyer_minor > most:
        detail = (
            f"the buyer can get {format_minor(most, disputed.currency)} of what is held; rule at most that"
        )
        return (refused(command, Reason.RULING_TOO_LARGE, command.trade_id, detail),)
    return resolved(market, dispute, command.buyer_minor, cause, "panel", command.panel, command.grounds)


def _unfit(panel: tuple[PanelMember, ...], buyer_id: str, seller_id: str) -> str | None:
    """What keeps three from ruling: two of one kind, one named twice or not at all, a party among them."""
    if len({member.constituency for member in panel}) < len(panel):
        return "it needs one member each of government, institution and industry"
    names = {member.name.strip() for member in panel}
    if len(names) < len(panel) or "" in names:
        return "its members have to be three, each named"
    judges = names & {buyer_id, seller_id}
    return f"{min(judges)} is a party to it and may not rule" if judges else None
