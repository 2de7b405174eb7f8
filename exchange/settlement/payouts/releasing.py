"""Rules: who lets a net set be paid, and what the custodian bank says of it."""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.settlement.parties import BANKS, KEEPERS, lacking, no_grounds
from exchange.settlement.payouts.commands import ConfirmPayment, FailPayment, RejectPayout, ReleasePayout
from exchange.settlement.payouts.facts import PayoutApproved, PayoutPaid, PayoutReleased, PayoutReversed
from exchange.settlement.payouts.state import Payout, released
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement


def release(settlement: Settlement, command: ReleasePayout, cause: Cause) -> Sequence[Fact]:
    """Approve a net set; the last approval that it takes releases it."""
    payout = _waiting(settlement, command, command.set_id, cause)
    if isinstance(payout, Refused):
        return (payout,)
    if command.digest != payout.digest:
        detail = (
            f"its digest is {payout.digest.hex()}, named is {command.digest.hex()}; look at the set again"
        )
        return (refused(command, Reason.NET_SET_DIFFERS, command.set_id, detail),)
    if cause.actor in payout.approved_by:
        detail = f"{cause.actor} has released it; the second person has to be another one"
        return (refused(command, Reason.RELEASED_BY_SAME, command.set_id, detail),)
    net, by = payout.net, (*payout.approved_by, cause.actor)
    approved = PayoutApproved(set_id=net.set_id, digest=payout.digest, by_id=cause.actor)
    if len(by) < payout.releases_needed:
        return (approved,)
    return (
        approved,
        PayoutReleased(
            set_id=net.set_id,
            digest=payout.digest,
            by_ids=by,
            participant_id=net.participant_id,
            currency=net.currency,
            amount_minor=net.amount_minor,
        ),
    )


def reject(settlement: Settlement, command: RejectPayout, cause: Cause) -> Sequence[Fact]:
    """Undo a net set that nobody has released yet."""
    payout = _waiting(settlement, command, command.set_id, cause)
    if isinstance(payout, Refused):
        return (payout,)
    refusal = no_grounds(command, command.set_id, command.grounds)
    return (refusal,) if refusal is not None else (_reversed(payout, "rejected", command.grounds),)


def confirm(settlement: Settlement, command: ConfirmPayment, cause: Cause) -> Sequence[Fact]:
    """Note that a net set was paid, once for each reference of the bank's."""
    payout = _payable(settlement, command, command.set_id, cause)
    if isinstance(payout, Refused):
        return (payout,)
    if command.reference in settlement.payouts.references.get(cause.actor, ()):
        detail = f"{cause.actor} has used this reference before; name the reference of this payment"
        return (refused(command, Reason.REFERENCE_TAKEN, command.reference, detail),)
    return (paid_by(payout, cause.actor, command.reference),)


def fail(settlement: Settlement, command: FailPayment, cause: Cause) -> Sequence[Fact]:
    """Undo a net set that the bank could not pay."""
    payout = _payable(settlement, command, command.set_id, cause)
    if isinstance(payout, Refused):
        return (payout,)
    refusal = no_grounds(command, command.set_id, command.grounds)
    return (refusal,) if refusal is not None else (_reversed(payout, "failed", command.grounds),)


def paid_by(payout: Payout, bank_id: str, reference: str) -> PayoutPaid:
    """A net set is paid."""
    net = payout.net
    return PayoutPaid(
        set_id=net.set_id,
        partition=net.partition,
        participant_id=net.participant_id,
        currency=net.currency,
        amount_minor=net.amount_minor,
        bank_id=bank_id,
        reference=reference,
    )


def _reversed(payout: Payout, cause: Literal["rejected", "failed"], grounds: str) -> PayoutReversed:
    return PayoutReversed(
        set_id=payout.net.set_id, partition=payout.net.partition, cause=cause, grounds=grounds
    )


def _waiting(settlement: Settlement, command: Command, set_id: str, cause: Cause) -> Payout | Refused:
    payout = lacking(settlement, command, cause, *KEEPERS) or _open(settlement, command, set_id)
    if isinstance(payout, Payout) and released(payout):
        detail = f"{' and '.join(payout.approved_by)} have released it; now the bank pays it, or says that it cannot"
        return refused(command, Reason.PAYOUT_RELEASED, set_id, detail)
    return payout


def _payable(settlement: Settlement, command: Command, set_id: str, cause: Cause) -> Payout | Refused:
    payout = lacking(settlement, command, cause, *BANKS) or _open(settlement, command, set_id)
    if isinstance(payout, Payout) and not released(payout):
        detail = f"{len(payout.approved_by)} of {payout.releases_needed} persons have released it; it must not be paid"
        return refused(command, Reason.PAYOUT_NOT_RELEASED, set_id, detail)
    if isinstance(payout, Payout) and payout.bank_id not in ("", cause.actor):
        detail = f"{payout.file_id} has it paid by {payout.bank_id}; {cause.actor} has no part in it"
        return refused(command, Reason.PAYOUT_ELSEWHERE, set_id, detail)
    return payout


def _open(settlement: Settlement, command: Command, set_id: str) -> Payout | Refused:
    payout = settlement.payouts.open.get(set_id)
    if payout is None:
        detail = "no such net set is under way: it was paid or undone, or never was; use a set_id of PayoutProposed"
        return refused(command, Reason.PAYOUT_UNKNOWN, set_id, detail)
    return payout
