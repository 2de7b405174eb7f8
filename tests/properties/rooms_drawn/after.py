"""What is said of trades."""

from typing import Any

from exchange.kernel.panel import PanelMember
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.market import commands as said
from exchange.market.disputes import commands as disputing
from exchange.market.purchases import commands as purchasing
from tests.properties.rooms_drawn.picking import RARE, Asked, one_of
from tests.properties.rooms_drawn.plans import buy
from tests.properties.rooms_twin.ground import Deal
from tests.properties.rooms_twin.rooms import Rooms
from tests.unit.market.stage import OPERATOR

PANEL = tuple(
    PanelMember(name=kind, constituency=kind)  # type: ignore[arg-type]
    for kind in ("government", "institution", "industry")
)


def _a_deal(rooms: Rooms, which: int, number: int, *stages: str) -> Deal:
    """Mostly one of which something may still be said, by preference what is to be said."""
    deals = list(rooms.ground.deals.values())
    fitting = [each for each in deals if each.stage in stages]
    return (one_of(deals if number % 10 == 9 else fitting, which)) or rooms.after.find("T-0.0.9")


def _of(deal: Deal, side: str, who: str, number: int) -> str:
    return who if number == RARE or not deal.buyer else deal.buyer if side == "buyer" else deal.seller


def _grounds(number: int) -> str:
    return " " if number == RARE - 1 else "so"


def accept(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    if not rooms.ground.deals and number < RARE:
        return buy(rooms, who, which, number)
    deal = _a_deal(rooms, which, number, "escrow")
    return _of(deal, "buyer", who, number), said.AcceptDelivery(trade_id=deal.name)


def conclude(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    deal = _a_deal(rooms, which, number, "escrow", "accepted")
    verdict: Any = "accept" if number % 3 else "reject"
    command = said.ConcludeDelivery(trade_id=deal.name, verdict=verdict, basis="evidence")
    return (who if number == RARE else POLICY_ACTOR), command


def refund(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    deal = _a_deal(rooms, which, number, "escrow")
    by = OPERATOR if number % 4 == 3 else _of(deal, "seller", who, number)
    return by, said.RefundPurchase(trade_id=deal.name, grounds="so")


def reject(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    deal = _a_deal(rooms, which, number, "escrow")
    return _of(deal, "buyer", who, number), purchasing.RejectDelivery(
        trade_id=deal.name, grounds=_grounds(number)
    )


def accept_part(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    deal = _a_deal(rooms, which, number, "escrow")
    part = max(1, deal.escrow * (number % 9 + 1) // 9)
    by_lots = number % 2 == 1
    command = purchasing.AcceptPart(
        trade_id=deal.name,
        grounds=_grounds(number),
        amount_minor=None if by_lots and number < RARE else part,
        quantity=1 + number % max(1, deal.lots) if by_lots else None,
    )
    return _of(deal, "buyer", who, number + (number == RARE)), command


def concede(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    rejected = [each for each in rooms.ground.deals.values() if each.rejected is not None]
    deal = one_of(rejected, which) or _a_deal(rooms, which, number, "escrow")
    return _of(deal, "seller", who, number), purchasing.ConcedeRejection(trade_id=deal.name)


def give_back(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    deal = _a_deal(rooms, which, number, "accepted")
    amount = deal.left if number % 4 == 3 else deal.left * (number % 10 + 1) // 9
    command = purchasing.ApproveRefund(
        trade_id=deal.name, amount_minor=max(1, amount), reference=f"R-{which}", grounds="so"
    )
    return _of(deal, "seller", who, number), command


def bust(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    deal = _a_deal(rooms, which, number, "escrow", "accepted")
    return (who if number == RARE else OPERATOR), purchasing.BustTrade(
        trade_id=deal.name, grounds=_grounds(number)
    )


def dispute(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    deal = _a_deal(rooms, which, number, "escrow", "accepted")
    by = _of(deal, "buyer" if number % 2 else "seller", who, number)
    return by, disputing.OpenDispute(trade_id=deal.name, grounds=_grounds(number))


def _a_dispute(rooms: Rooms, which: int, number: int) -> Deal:
    disputed = [each for each in rooms.ground.deals.values() if each.disputed is not None]
    return one_of(disputed, which) or _a_deal(rooms, which, number, "escrow", "accepted")


def propose(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    deal = _a_dispute(rooms, which, number)
    if deal.disputed is None and number < RARE:
        return dispute(rooms, who, which, number)
    share = (deal.disputed or 0) * (number % 3) // 2 + number // 20
    by = _of(deal, "buyer" if number % 2 else "seller", who, number)
    return by, disputing.ProposeSettlement(trade_id=deal.name, buyer_minor=share)


def file_evidence(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    deal = _a_dispute(rooms, which, number)
    by = _of(deal, "buyer" if number % 2 else "seller", who, number)
    return by, disputing.SubmitEvidence(trade_id=deal.name, digest=bytes([which % 3]) * 32)


def rule_on(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    deal = _a_dispute(rooms, which, number)
    share = (deal.disputed or 0) * (number % 6) // 4
    panel = PANEL if number % 10 else (PANEL[0], PANEL[0], PANEL[1])
    command = disputing.RuleOnDispute(trade_id=deal.name, buyer_minor=share, panel=panel, grounds="so")
    return (who if number == RARE else OPERATOR), command
