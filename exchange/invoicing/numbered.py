"""An invoice that the settlement has numbered, as a document: made from that fact alone, whenever it is asked for."""

import msgspec

from exchange.documents.amounts import decimal_text
from exchange.invoicing.errors import InvoiceWrong
from exchange.invoicing.values import Address, Invoice, InvoiceLine, Party
from exchange.settlement.invoices.facts import InvoiceNumbered
from exchange.settlement.invoices.values import InvoicedLine, InvoiceParty

_NOTE_MAX = 200
_PER_CENT = 100


def document_from(content: str) -> Invoice:
    """The document of an invoice as the table `invoices` keeps it. Raises: as `document_of`."""
    return document_of(msgspec.json.decode(content, type=InvoiceNumbered))


def document_of(fact: InvoiceNumbered) -> Invoice:
    """What an invoice or a credit note says.

    Raises: InvoiceWrong if it is not known where its seller or its buyer is, which the settlement of a node that is
    older than its invoices was never told.
    """
    unpaid = fact.gross_minor - fact.paid_minor
    return Invoice(
        kind=fact.kind,
        number=fact.number,
        issue_date=fact.issue_date,
        due_date=fact.due_date,
        currency=fact.currency,
        seller=_party(fact, fact.seller),
        buyer=_party(fact, fact.buyer),
        lines=tuple(_line(place, each) for place, each in enumerate(fact.lines, start=1)),
        buyer_reference=fact.buyer_reference,
        of_number=fact.of_number,
        of_date=fact.of_date or None,
        note=fact.grounds[:_NOTE_MAX],
        sgd_rate=fact.sgd_rate or None,
        prepaid=decimal_text(fact.paid_minor, fact.currency) if fact.gross_minor else None,
        payable=decimal_text(unpaid, fact.currency) if unpaid else None,
    )


def _party(fact: InvoiceNumbered, who: InvoiceParty) -> Party:
    if not who.country:
        raise InvoiceWrong(
            f"{fact.number}: it was not known where {who.participant_id} is when it was numbered; "
            "its seller writes it by hand (`exchange invoice write`)"
        )
    address = Address(country=who.country, street=who.street, city=who.city, post_code=who.post_code)
    return Party(
        name=who.name,
        endpoint_id=who.endpoint_id,
        endpoint_scheme=who.endpoint_scheme,
        address=address,
        tax_id=who.tax_id,
        legal_id=who.legal_id,
    )


def _line(place: int, line: InvoicedLine) -> InvoiceLine:
    return InvoiceLine(
        line_id=str(place),
        name=line.name,
        quantity=str(line.quantity),
        unit=line.unit_code,
        price=line.price,
        category=line.tax.category,
        rate=_per_cent(line.tax.rate_bp),
        exemption=line.tax.exemption,
        exemption_code=line.tax.exemption_code,
        base_quantity=str(line.base_quantity),
    )


def _per_cent(rate_bp: int) -> str:
    """Basis points in per cent: 9, or 7.5."""
    whole, rest = divmod(rate_bp, _PER_CENT)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
