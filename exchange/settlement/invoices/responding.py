"""Rules: what those answer whom an invoice is to, and what a dispute makes of that.

Source: settlement.md section 7: Peppol's Invoice Response codes.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.money import format_minor
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.settlement.invoices.commands import NoteDispute, NotePayment, RespondToInvoice
from exchange.settlement.invoices.facts import (
    InvoiceDisputeNoted,
    InvoiceMissing,
    InvoicePaymentNoted,
    InvoiceResponseGiven,
)
from exchange.settlement.invoices.state import Invoiced
from exchange.settlement.parties import lacking, no_grounds, not_a_policy
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement

_NEXT: Mapping[str, tuple[str, ...]] = {
    "": ("AB", "IP", "UQ", "CA", "RE", "AP", "PD"),
    "AB": ("IP", "UQ", "CA", "RE", "AP", "PD"),
    "IP": ("UQ", "CA", "RE", "AP", "PD"),
    "UQ": ("IP", "CA", "RE", "AP", "PD"),
    "CA": ("UQ", "RE", "AP", "PD"),
    "AP": ("PD",),
    "RE": (),
    "PD": (),
}
"""What may be said after each response."""
_AFTER_DISPUTE = ("AP", "PD")
"""What may be said of a rejected invoice once its dispute is over, or was not opened, or of what is no purchase."""
_REASONED = frozenset(("UQ", "CA", "RE"))


def respond(settlement: Settlement, command: RespondToInvoice, cause: Cause) -> Sequence[Fact]:
    """Answer an invoice that is to whoever asks."""
    invoice = _own(settlement, command, cause)
    if isinstance(invoice, Refused):
        return (invoice,)
    refusal = _out_of_turn(command, invoice) or _unreasoned(command) or _unpaid(command, invoice)
    if refusal is not None:
        return (refusal,)
    return (
        InvoiceResponseGiven(
            number=invoice.number,
            code=command.code,
            reasons=command.reasons,
            grounds=command.grounds,
            matter=invoice.matter,
            trade_id=invoice.trade_id,
            market_id=invoice.market_id,
            by_id=cause.actor,
        ),
    )


def note_dispute(settlement: Settlement, command: NoteDispute, cause: Cause) -> Sequence[Fact]:
    """What the market that holds the money made of it."""
    number = _number_of_sale(settlement, command, cause, "dispute")
    if not isinstance(number, str):
        return (number,)
    return (
        InvoiceDisputeNoted(
            number=number,
            trade_id=command.trade_id,
            state=command.state,
            reason=command.reason,
            detail=command.detail,
        ),
    )


def note_payment(settlement: Settlement, command: NotePayment, cause: Cause) -> Sequence[Fact]:
    """What the market that holds the money says of a purchase on credit."""
    number = _number_of_sale(settlement, command, cause, "payment")
    if not isinstance(number, str):
        return (number,)
    return (
        InvoicePaymentNoted(
            number=number,
            trade_id=command.trade_id,
            state=command.state,
            currency=settlement.invoices.numbered[number].currency,
            amount_minor=command.amount_minor,
            left_minor=command.left_minor,
        ),
    )


def _number_of_sale(
    settlement: Settlement,
    command: NoteDispute | NotePayment,
    cause: Cause,
    wanted_for: Literal["dispute", "payment"],
) -> str | Refused | InvoiceMissing:
    if (refusal := not_a_policy(command, cause)) is not None:
        return refusal
    number = settlement.invoices.of_sale.get(command.trade_id)
    return number or InvoiceMissing(trade_id=command.trade_id, wanted_for=wanted_for)


def _own(settlement: Settlement, command: RespondToInvoice, cause: Cause) -> Invoiced | Refused:
    if (refusal := lacking(settlement, command, cause)) is not None:
        return refusal
    invoice = settlement.invoices.numbered.get(command.number)
    if invoice is None or invoice.buyer_id != cause.actor:
        detail = f"no invoice of this number is to {cause.actor}; credit notes are not answered"
        return refused(command, Reason.INVOICE_UNKNOWN, command.number, detail)
    if invoice.dispute == "open":
        detail = (
            f"{invoice.trade_id} is in dispute, which decides; `exchange purchase show` tells how that stands"
        )
        return refused(command, Reason.INVOICE_IN_DISPUTE, command.number, detail)
    return invoice


def _out_of_turn(command: RespondToInvoice, invoice: Invoiced) -> Refused | None:
    over = invoice.code == "RE" and (invoice.dispute or invoice.matter != "purchase")
    allowed = _AFTER_DISPUTE if over else _NEXT[invoice.code]
    if command.code in allowed:
        return None
    rest = f"after it {' or '.join(allowed)} may be said" if allowed else "after it nothing more is said"
    detail = f"it was answered with {invoice.code}; {rest}"
    return refused(command, Reason.RESPONSE_OUT_OF_TURN, command.number, detail)


def _unreasoned(command: RespondToInvoice) -> Refused | None:
    if bool(command.reasons) == (command.code in _REASONED):
        return no_grounds(command, command.number, command.grounds) if command.reasons else None
    needs = "has reasons, one of REF QTY OTH at least" if command.code in _REASONED else "has none"
    detail = f"{command.code} {needs}; UQ, CA and RE are those that need them"
    return refused(command, Reason.RESPONSE_REASONS_UNFIT, command.number, detail)


def _unpaid(command: RespondToInvoice, invoice: Invoiced) -> Refused | None:
    if command.code != "PD":
        return None
    if invoice.unpaid_minor:
        left = format_minor(invoice.unpaid_minor, invoice.currency)
        detail = (
            f"{left} of {invoice.number} is to be paid yet; deposit it, or pay it out of cash with `PayBill`"
        )
        return refused(command, Reason.INVOICE_UNPAID, command.number, detail)
    if invoice.left_minor:
        return None
    detail = f"all of {invoice.number} went back by credit notes; there is nothing that was paid for it"
    return refused(command, Reason.INVOICE_NOT_PAID, command.number, detail)
