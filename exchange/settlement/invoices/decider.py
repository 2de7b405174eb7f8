"""Invoices as a room of the settlement."""

from exchange.settlement.invoices import commands as asked
from exchange.settlement.invoices import facts as happened
from exchange.settlement.invoices.billing import set_details
from exchange.settlement.invoices.crediting import credit_sale
from exchange.settlement.invoices.issuing import invoice_sale, invoice_service_fee, invoiced_by
from exchange.settlement.invoices.numbering import series
from exchange.settlement.invoices.responding import note_dispute, note_payment, respond
from exchange.settlement.room import Room
from exchange.settlement.state import Settlement


def details_set(settlement: Settlement, fact: happened.BillingDetailsSet, at: int) -> None:
    settlement.invoices.details[fact.participant_id] = fact.details


def numbered(settlement: Settlement, fact: happened.InvoiceNumbered, at: int) -> None:
    invoices = settlement.invoices
    invoices.last[series(fact.year, fact.seller.participant_id)] = fact.sequence
    if fact.kind == "credit_note":
        credited = invoices.numbered[fact.of_number]
        credited.left_minor -= fact.gross_minor
        credited.credited.append(fact.reference)
        return
    invoices.numbered[fact.number] = invoiced_by(fact)
    if fact.matter == "purchase":
        invoices.of_sale[fact.trade_id] = fact.number
    elif fact.matter == "fee":
        invoices.of_fee[fact.trade_id] = fact.number


def missing(settlement: Settlement, fact: happened.InvoiceMissing, at: int) -> None:
    """There is nothing to remember."""


def response_given(settlement: Settlement, fact: happened.InvoiceResponseGiven, at: int) -> None:
    """Whoever rejects what was sold disputes it anew, whatever became of a dispute before."""
    invoice = settlement.invoices.numbered[fact.number]
    invoice.code = fact.code
    if fact.code == "RE":
        invoice.dispute = ""


def dispute_noted(settlement: Settlement, fact: happened.InvoiceDisputeNoted, at: int) -> None:
    settlement.invoices.numbered[fact.number].dispute = fact.state


def payment_noted(settlement: Settlement, fact: happened.InvoicePaymentNoted, at: int) -> None:
    settlement.invoices.numbered[fact.number].unpaid_minor = fact.left_minor


ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={
        asked.SetBillingDetails: set_details,
        asked.InvoiceSale: invoice_sale,
        asked.CreditSale: credit_sale,
        asked.InvoiceServiceFee: invoice_service_fee,
        asked.RespondToInvoice: respond,
        asked.NoteDispute: note_dispute,
        asked.NotePayment: note_payment,
    },
    folds={
        happened.BillingDetailsSet: details_set,
        happened.InvoiceNumbered: numbered,
        happened.InvoiceMissing: missing,
        happened.InvoiceResponseGiven: response_given,
        happened.InvoiceDisputeNoted: dispute_noted,
        happened.InvoicePaymentNoted: payment_noted,
    },
    due={},
)
