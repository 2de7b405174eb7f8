"""How a dispute begins, and what its parties say in it.

Source: settlement.md sections 2 and 7.
"""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.money import format_minor
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY, iso
from exchange.market.disputes.commands import DisputeInvoice, OpenDispute, ProposeSettlement, SubmitEvidence
from exchange.market.disputes.facts import DisputeOpened, EvidenceSubmitted, SettlementProposed
from exchange.market.disputes.resolving import buyer_most, resolved
from exchange.market.disputes.state import Dispute
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets
from exchange.market.payouts.turns import held_in, is_owed, turns_of
from exchange.market.purchases.parties import final_or_unknown, open_purchase, open_sale, parties
from exchange.market.purchases.state import Sale
from exchange.market.state import Market, Purchase, purse_of

DISPUTE_DAYS = 30
"""How long after acceptance a purchase may be disputed."""
EVIDENCE_MAX = 20
"""Documents that each party may name."""


def open_dispute(market: Market, command: OpenDispute, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Hold the money of a purchase."""
    if (refusal := _not_a_party(market, command, command.trade_id, cause)) is not None:
        return (refusal,)
    if not command.grounds.strip():
        detail = "say on what grounds: the other side has to be able to answer them"
        return (refused(command, Reason.GROUNDS_MISSING, command.trade_id, detail),)
    if command.trade_id in market.purchases:
        purchase = open_purchase(market, command, command.trade_id)
        if isinstance(purchase, Refused):
            return (purchase,)
        return (_opened(market, command, purchase, purchase.escrow_minor, cause.actor),)
    return (_of_a_sale(market, command, cause.actor, cause),)


def dispute_invoice(
    market: Market, command: DisputeInvoice, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Hold, for its buyer, what a seller is still owed for a sale."""
    if cause.actor != POLICY_ACTOR:
        detail = "only the exchange itself does this when an invoice is rejected; a buyer disputes with OpenDispute"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.trade_id, detail),)
    return (_of_a_sale(market, command, command.buyer_id, cause),)


def submit_evidence(
    market: Market, command: SubmitEvidence, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Put a document's digest on file."""
    dispute = _own(market, command, command.trade_id, cause)
    if isinstance(dispute, Refused):
        return (dispute,)
    filed = dispute.evidence.get(cause.actor, [])
    if command.digest in filed:
        detail = f"{cause.actor} has filed {command.digest.hex()} before; nothing is to be done"
        return (refused(command, Reason.EVIDENCE_KNOWN, command.trade_id, detail),)
    if len(filed) >= EVIDENCE_MAX:
        detail = (
            f"{cause.actor} has filed {len(filed)} documents, as many as it may; the panel rules on these"
        )
        return (refused(command, Reason.EVIDENCE_TOO_MUCH, command.trade_id, detail),)
    return (
        EvidenceSubmitted(
            trade_id=command.trade_id,
            party_id=cause.actor,
            number=len(filed),
            digest=command.digest,
            description=command.description,
        ),
    )


def propose_settlement(
    market: Market, command: ProposeSettlement, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Say what the buyer should get; it is done where the other party has said the same."""
    dispute = _own(market, command, command.trade_id, cause)
    if isinstance(dispute, Refused):
        return (dispute,)
    disputed, most = buyer_most(market, dispute)
    if command.buyer_minor > most:
        detail = (
            f"the buyer can get {format_minor(most, disputed.currency)} of what is held; propose at most that"
        )
        return (refused(command, Reason.RULING_TOO_LARGE, command.trade_id, detail),)
    proposed = SettlementProposed(
        trade_id=command.trade_id,
        party_id=cause.actor,
        side="buyer" if cause.actor == disputed.buyer_id else "seller",
        currency=disputed.currency,
        buyer_minor=command.buyer_minor,
    )
    other = disputed.seller_id if cause.actor == disputed.buyer_id else disputed.buyer_id
    if dispute.proposals.get(other) != command.buyer_minor:
        return (proposed,)
    return (proposed, *resolved(market, dispute, command.buyer_minor, cause, "agreement", (), ""))


def _own(market: Market, command: Command, trade_id: str, cause: Cause) -> Dispute | Refused:
    """The open dispute of a trade that the actor is a party to; or why there is none."""
    refusal = _not_a_party(market, command, trade_id, cause)
    return refusal or open_one(market, command, trade_id)


def open_one(market: Market, command: Command, trade_id: str) -> Dispute | Refused:
    """The open dispute of a trade; or why there is none."""
    dispute = market.disputes.get(trade_id)
    if dispute is not None:
        return dispute
    if trade_id in market.purchases or trade_id in market.after.sales:
        detail = "it is in no dispute; its buyer or its seller opens one with `OpenDispute`"
        return refused(command, Reason.DISPUTE_NONE, trade_id, detail)
    return final_or_unknown(market, command, trade_id)


def _not_a_party(market: Market, command: Command, trade_id: str, cause: Cause) -> Refused | None:
    of_it = parties(market, trade_id)
    if None in of_it or cause.actor in of_it:
        return None
    detail = f"only its buyer and its seller have a say in it, {cause.actor} is neither"
    return refused(command, ProtocolReason.NOT_PERMITTED, trade_id, detail)


def _owed_for(market: Market, sale: Sale) -> int:
    """What a seller is still owed for a sale: nothing once it is netted, unless its set came back."""
    if not is_owed(turns_of(market.payouts, sale.seller_id, sale.currency), sale.turn):
        return 0
    return min(sale.payable_left, purse_of(market, sale.seller_id, sale.currency).payable)


def _of_a_sale(
    market: Market, command: OpenDispute | DisputeInvoice, opened_by: str, cause: Cause
) -> DisputeOpened | Refused:
    sale = open_sale(market, command, command.trade_id)
    if isinstance(sale, Refused):
        return sale
    held = _owed_for(market, sale)
    return _too_late(market, command, sale, held, cause) or _opened(market, command, sale, held, opened_by)


def _too_late(
    market: Market, command: OpenDispute | DisputeInvoice, sale: Sale, held_minor: int, cause: Cause
) -> Refused | None:
    until = sale.accepted_at + DISPUTE_DAYS * DAY
    if cause.at > until:
        detail = f"it was accepted more than {DISPUTE_DAYS} days ago and could be disputed until {iso(until)}"
        return refused(command, Reason.DISPUTE_LATE, command.trade_id, detail)
    set_id = held_in(turns_of(market.payouts, sale.seller_id, sale.currency), sale.turn)
    if set_id is not None:
        detail = f"{sale.seller_id} is being paid for it, set {set_id}; open it again if the set comes back"
        return refused(command, Reason.BEING_PAID, command.trade_id, detail)
    if not held_minor:
        detail = f"{sale.seller_id} has been paid for it and is owed nothing that could be held; ask it for a refund"
        return refused(command, Reason.NOTHING_HELD, command.trade_id, detail)
    return None


def _opened(
    market: Market,
    command: OpenDispute | DisputeInvoice,
    disputed: Purchase | Sale,
    held_minor: int,
    opened_by: str,
) -> DisputeOpened:
    return DisputeOpened(
        trade_id=disputed.trade_id,
        product_id=market.instruments[disputed.instrument_id].terms.product_id,
        buyer_id=disputed.buyer_id,
        seller_id=disputed.seller_id,
        opened_by=opened_by,
        stage="escrow" if isinstance(disputed, Purchase) else "accepted",
        currency=disputed.currency,
        held_minor=held_minor,
        grounds=command.grounds,
    )
