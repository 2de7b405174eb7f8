"""Invoices, what is on them, what was answered, and how participants are named on them."""

from typing import Any

from sqlalchemy import Select, Table, select

from exchange.views.invoices import BILLING_DETAILS, INVOICE_LINES, INVOICE_RESPONSES, INVOICES, STATES
from exchange.views.queries.query import NamedQuery, Parameter

_TOLD = tuple(column for column in INVOICES.c if column.name != "content")
_NUMBER = Parameter("number", "of this invoice or credit note")


def _invoices(
    seller: str | None,
    buyer: str | None,
    state: str | None,
    kind: str | None,
    trade: str | None,
    number: str | None,
    payment: str | None,
) -> Select[Any]:
    wanted = {
        "seller_id": seller, "buyer_id": buyer, "state": state, "kind": kind, "trade_id": trade, "number": number,
        "payment": payment,
    }  # fmt: skip
    chosen = [INVOICES.c[name] == value for name, value in wanted.items() if value is not None]
    return select(*_TOLD).where(*chosen).order_by(INVOICES.c.seq, INVOICES.c.number)


def _of_number(table: Table, number: str) -> Select[Any]:
    return select(*table.c).where(table.c.number == number).order_by(*table.primary_key.columns)


def _document(number: str) -> Select[Any]:
    return select(INVOICES.c.number, INVOICES.c.content).where(INVOICES.c.number == number)


def _lines(number: str) -> Select[Any]:
    return _of_number(INVOICE_LINES, number)


def _responses(number: str) -> Select[Any]:
    return _of_number(INVOICE_RESPONSES, number)


def _details(participant: str | None) -> Select[Any]:
    """Of each participant the last line, which holds."""
    later = BILLING_DETAILS.alias()
    newer = (
        select(later.c.seq)
        .where(
            later.c.participant_id == BILLING_DETAILS.c.participant_id, later.c.seq > BILLING_DETAILS.c.seq
        )
        .exists()
    )
    found = select(*BILLING_DETAILS.c).where(~newer).order_by(BILLING_DETAILS.c.participant_id)
    return found if participant is None else found.where(BILLING_DETAILS.c.participant_id == participant)


QUERIES = (
    NamedQuery(
        "invoices",
        "Invoices and credit notes: from whom to whom, how much, what was credited, and how each was answered.",
        _invoices,
        (
            Parameter("seller", "only from this one", required=False),
            Parameter("buyer", "only to this one", required=False),
            Parameter("state", "only these", required=False, choices=("issued", *STATES.values())),
            Parameter("kind", "only these", required=False, choices=("invoice", "credit_note")),
            Parameter("trade", "only of this trade", required=False),
            Parameter("number", "only this one", required=False),
            Parameter("payment", "only these", required=False, choices=("due", "overdue", "paid")),
        ),
    ),
    NamedQuery(
        "invoice_document", "All that the document of an invoice says, as JSON.", _document, (_NUMBER,)
    ),
    NamedQuery("invoice_lines", "What is on an invoice or a credit note.", _lines, (_NUMBER,)),
    NamedQuery("invoice_responses", "What was answered to an invoice, in order.", _responses, (_NUMBER,)),
    NamedQuery(
        "billing_details",
        "What invoices say of participants, and how these tax what they sell.",
        _details,
        (Parameter("participant", "only of this one", required=False),),
    ),
)
