"""Invoices and credit notes, what is on them, what was answered, and how participants want to be named on them."""

from collections.abc import Iterable

from exchange.settlement.invoices import facts as happened
from exchange.settlement.vocabulary import FACTS as SETTLEMENT_FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import as_json, count, table, text
from exchange.views.view import COMMON_IGNORED, Handler, Here, View

STATES = {
    "AB": "received",
    "IP": "in_process",
    "UQ": "queried",
    "CA": "conditional",
    "RE": "rejected",
    "AP": "accepted",
    "PD": "paid",
}
"""What an invoice is after each response; before the first it is issued."""

INVOICES = table(
    "invoices",
    "Invoices and credit notes, numbered without a gap for each seller and year",
    text("number", key=True),
    count("seq"),
    text("kind", comment="invoice or credit_note"),
    text("matter", comment="purchase, fee or service_fee"),
    text("seller_id", comment="who invoices"),
    count("year", comment="a calendar year in Asia/Shanghai"),
    count("sequence", comment="of the seller's invoices and credit notes of the year, from 1"),
    text("buyer_id", comment="who is invoiced"),
    text("issue_date"),
    text("trade_id", null=True),
    text("market_id", null=True),
    text("currency"),
    count("net_minor", comment="without tax"),
    count("tax_minor"),
    count("gross_minor", comment="with tax"),
    count("credited_minor", comment="of an invoice, taken back by credit notes"),
    text("of_number", null=True, comment="of a credit note, the invoice that it takes back"),
    text("reference", null=True, comment="what a credit note is for"),
    text("state", comment="issued, received, in_process, queried, conditional, rejected, accepted or paid"),
    text("dispute", null=True, comment="open, refused or resolved; null: there was none"),
    text("dispute_reason", null=True, comment="why a market opened none for a rejected invoice"),
    text("content", comment="JSON: all that its document says"),
    count("at"),
    count("answered_at", null=True, comment="when it was answered last"),
    text(
        "due_date",
        null=True,
        comment="until when it is to be paid; where it was paid before, the day it was issued",
    ),
    count("unpaid_minor", default=0, comment="to be paid yet"),
    text("payment", null=True, comment="due, overdue or paid; null: it was paid before"),
    indexes=[("seller_id", "year", "sequence"), ("buyer_id",), ("trade_id",), ("state",)],
)

INVOICE_LINES = table(
    "invoice_lines",
    "What is on invoices and credit notes",
    text("number", key=True),
    count("line", key=True),
    text("name"),
    text("product_id", null=True),
    text("version", null=True),
    count("quantity"),
    text("unit"),
    text("unit_code", comment="of UN/ECE Recommendation 20"),
    text("price", comment="a decimal, without tax, for the base quantity"),
    count("base_quantity"),
    text("currency"),
    count("net_minor"),
    text("tax_category"),
    count("tax_rate_bp", comment="in basis points"),
    clustered=True,
)

INVOICE_RESPONSES = table(
    "invoice_responses",
    "What those answered whom invoices are to",
    text("number", key=True),
    count("seq", key=True),
    text("code", comment="AB, IP, UQ, CA, RE, AP or PD"),
    text("reasons", comment="JSON array: REF, QTY, OTH"),
    text("grounds"),
    text("by_id"),
    count("at"),
    clustered=True,
)

BILLING_DETAILS = table(
    "billing_details",
    "What participants said that invoices are to say of them; the last line of each holds",
    text("participant_id", key=True),
    count("seq", key=True),
    text("legal_name"),
    text("legal_id"),
    text("tax_id"),
    text("endpoint_scheme", comment="a code of the Electronic Address Scheme list"),
    text("endpoint_id"),
    text("street"),
    text("city"),
    text("post_code"),
    text("at_home", null=True, comment="JSON: the tax that prices include at home"),
    text("abroad", null=True, comment="JSON: the tax that prices include elsewhere"),
    text("sgd_rates", comment="JSON array: SGD for one unit of other currencies"),
    text("set_by"),
    count("at"),
    clustered=True,
)


def _numbered(here: Here, fact: happened.InvoiceNumbered) -> Iterable[Change]:
    values: Row = {
        name: getattr(fact, name)
        for name in ("number", "kind", "matter", "year", "sequence", "issue_date", "currency")
    }
    unpaid = fact.gross_minor - fact.paid_minor if fact.kind == "invoice" else 0
    yield Insert(
        INVOICES,
        {
            **values,
            "seq": here.seq,
            "seller_id": fact.seller.participant_id,
            "buyer_id": fact.buyer.participant_id,
            "trade_id": fact.trade_id or None,
            "market_id": fact.market_id or None,
            "net_minor": fact.net_minor,
            "tax_minor": fact.tax_minor,
            "gross_minor": fact.gross_minor,
            "credited_minor": 0,
            "of_number": fact.of_number or None,
            "reference": fact.reference or None,
            "state": "issued",
            "dispute": None,
            "dispute_reason": None,
            "content": as_json(fact),
            "at": here.at,
            "answered_at": None,
            "due_date": fact.due_date,
            "unpaid_minor": unpaid,
            "payment": "due" if unpaid else None,
        },
    )
    yield from _lines(fact)
    if fact.kind == "credit_note":
        yield Update(INVOICES, {"number": fact.of_number}, {}, {"credited_minor": fact.gross_minor})


def _lines(fact: happened.InvoiceNumbered) -> Iterable[Change]:
    for place, line in enumerate(fact.lines, start=1):
        yield Insert(
            INVOICE_LINES,
            {
                "number": fact.number,
                "line": place,
                "name": line.name,
                "product_id": line.product_id or None,
                "version": line.version or None,
                "quantity": line.quantity,
                "unit": line.unit,
                "unit_code": line.unit_code,
                "price": line.price,
                "base_quantity": line.base_quantity,
                "currency": fact.currency,
                "net_minor": line.net_minor,
                "tax_category": line.tax.category,
                "tax_rate_bp": line.tax.rate_bp,
            },
        )


def _answered(here: Here, fact: happened.InvoiceResponseGiven) -> Iterable[Change]:
    yield Insert(
        INVOICE_RESPONSES,
        {
            "number": fact.number,
            "seq": here.seq,
            "code": fact.code,
            "reasons": as_json(fact.reasons),
            "grounds": fact.grounds,
            "by_id": fact.by_id,
            "at": here.at,
        },
    )
    yield Update(INVOICES, {"number": fact.number}, {"state": STATES[fact.code], "answered_at": here.at})


def _disputed(here: Here, fact: happened.InvoiceDisputeNoted) -> Iterable[Change]:
    values: Row = {"dispute": fact.state, "dispute_reason": fact.reason or None}
    yield Update(INVOICES, {"number": fact.number}, values)


def _payment_noted(here: Here, fact: happened.InvoicePaymentNoted) -> Iterable[Change]:
    """A part that is paid leaves an invoice due, or overdue."""
    stands: Row = {}
    if not fact.left_minor:
        stands = {"payment": "paid"}
    elif fact.state in ("overdue", "reopened"):
        stands = {"payment": "overdue" if fact.state == "overdue" else "due"}
    yield Update(INVOICES, {"number": fact.number}, {"unpaid_minor": fact.left_minor, **stands})


def _details(here: Here, fact: happened.BillingDetailsSet) -> Iterable[Change]:
    said = fact.details
    plain = (
        "legal_name",
        "legal_id",
        "tax_id",
        "endpoint_scheme",
        "endpoint_id",
        "street",
        "city",
        "post_code",
    )
    values: Row = {name: getattr(said, name) for name in plain}
    yield Insert(
        BILLING_DETAILS,
        {
            **values,
            "participant_id": fact.participant_id,
            "seq": here.seq,
            "at_home": as_json(said.at_home) if said.at_home else None,
            "abroad": as_json(said.abroad) if said.abroad else None,
            "sgd_rates": as_json(said.sgd_rates),
            "set_by": fact.by_id,
            "at": here.at,
        },
    )


_HANDLERS: dict[type, Handler] = {
    happened.InvoiceNumbered: _numbered,
    happened.InvoiceResponseGiven: _answered,
    happened.InvoiceDisputeNoted: _disputed,
    happened.InvoicePaymentNoted: _payment_noted,
    happened.BillingDetailsSet: _details,
}

INVOICES_VIEW = View(
    name="invoices",
    contexts=("settlement",),
    tables=(INVOICES, INVOICE_LINES, INVOICE_RESPONSES, BILLING_DETAILS),
    handlers=_HANDLERS,
    # The other rooms of the settlement have views of their own; of a sale that was never invoiced there is no row.
    ignores=COMMON_IGNORED | (frozenset(SETTLEMENT_FACTS) - _HANDLERS.keys()),
)
