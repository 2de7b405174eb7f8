"""Rules: a payment that a bank had confirmed, and that came back days later."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.refusals import refused
from exchange.settlement.parties import BANKS, lacking, no_grounds
from exchange.settlement.payouts.commands import ReturnPayment
from exchange.settlement.payouts.facts import PaymentReturned, PayoutPaid
from exchange.settlement.payouts.state import Paid, may_come_back
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement


def come_back(settlement: Settlement, command: ReturnPayment, cause: Cause) -> Sequence[Fact]:
    """The bank that paid a set says that the money is with it again."""
    refusal = lacking(settlement, command, cause, *BANKS) or no_grounds(
        command, command.set_id, command.grounds
    )
    if refusal is not None:
        return (refusal,)
    paid = settlement.payouts.paid.get(command.set_id)
    if paid is None or paid.bank_id != cause.actor or not may_come_back(paid, cause.at):
        detail = f"{cause.actor} has paid no such set in the last 90 days, or it came back before"
        return (refused(command, Reason.PAYMENT_UNKNOWN, command.set_id, detail),)
    return (returned(paid, command.grounds),)


def returned(paid: Paid | PayoutPaid, grounds: str) -> PaymentReturned:
    """A paid set is owed again. Shape: the movement back is known by the set's own name."""
    return PaymentReturned(
        set_id=paid.set_id,
        partition=paid.partition,
        participant_id=paid.participant_id,
        currency=paid.currency,
        amount_minor=paid.amount_minor,
        bank_id=paid.bank_id,
        reference=paid.set_id,
        grounds=grounds,
    )
