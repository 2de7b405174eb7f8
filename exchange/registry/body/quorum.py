"""What it takes for the management body to decide: a signature for each constituency that has a say.

Source: seeds.md S1-35: a quorum needs one of each, decisions are signed.
"""

from collections.abc import Collection
from typing import NamedTuple

from exchange.kernel.panel import CONSTITUENCIES, Constituency
from exchange.registry.approvals import Approval
from exchange.registry.body.state import Body
from exchange.registry.digests import verified
from exchange.registry.reasons import Reason


class Lacking(NamedTuple):
    """What keeps a decision from standing."""

    reason: Reason
    detail: str


def lacking_quorum(
    body: Body,
    at: int,
    approvals: Collection[Approval],
    message: bytes,
    needed: Collection[Constituency] = CONSTITUENCIES,
) -> Lacking | None:
    """Why `approvals` do not make `message` a decision; None if one of each constituency of `needed` signed it."""
    holding = body.holding(at)
    seated = {seat.name: (constituency, seat) for constituency, seat in holding.items()}
    signed: set[Constituency] = set()
    for each in approvals:
        if (found := seated.get(each.member)) is None:
            held = ", ".join(sorted(seated)) or "nobody"
            return Lacking(Reason.MEMBER_UNKNOWN, f"{each.member} holds no seat now; {held} does")
        constituency, seat = found
        if constituency in signed:
            return Lacking(Reason.APPROVAL_TWICE, f"{each.member} approves twice; each member counts once")
        if not verified(seat.public_key, each.signature, message):
            detail = f"the signature is not that of {each.member}'s key over this proposal; sign it again"
            return Lacking(Reason.APPROVAL_INVALID, detail)
        signed.add(constituency)
    missing = [name for name in CONSTITUENCIES if name in needed and name not in signed]
    if not missing and body.has_decided(message):
        detail = "exactly this was decided before, by these signatures; sign it for another time"
        return Lacking(Reason.APPROVAL_SPENT, detail)
    if not missing:
        return None
    members = {name: seat.name for name, seat in holding.items()}
    wanting = ", ".join(f"{name} ({members.get(name, 'whose seat nobody holds')})" for name in missing)
    return Lacking(Reason.QUORUM_INCOMPLETE, f"it lacks the approval of {wanting}")
