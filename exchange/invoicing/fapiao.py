"""What a mainland e-fapiao would say, as neutral JSON that says of itself that it is none.

The e-fapiao is a clearance system of its own, with no open schema: whoever is registered there issues it from this.
Source: settlement.md section 8.
"""

from typing import Any

import msgspec

from exchange.documents.amounts import decimal_text
from exchange.invoicing.errors import InvoiceWrong
from exchange.invoicing.totals import plain, totals_of
from exchange.invoicing.values import Invoice, Party

NOT_ISSUED = "not issued"
_MAINLAND = "CN"
_CURRENCY = "CNY"


def write_fapiao_draft(invoice: Invoice) -> bytes:
    """The draft of an e-fapiao; amounts are decimal text. Of an invoice that is taken back, the sums are negative.

    Raises: InvoiceWrong if its seller is not in mainland China or it is not in CNY; what `totals_of` raises.
    """
    if invoice.seller.address.country != _MAINLAND or invoice.currency != _CURRENCY:
        raise InvoiceWrong(
            f"{invoice.number}: an e-fapiao is of a seller in {_MAINLAND} and in {_CURRENCY}; write this one as UBL"
        )
    return msgspec.json.format(msgspec.json.encode(_draft(invoice)), indent=2)


def _draft(invoice: Invoice) -> dict[str, Any]:
    totals = totals_of(invoice)
    sign = -1 if invoice.kind == "credit_note" else 1

    def text(minor: int) -> str:
        return decimal_text(sign * minor, invoice.currency)

    lines = [
        {
            "line": each.line_id,
            "name": each.name,
            "quantity": plain(each.quantity),
            "unit": each.unit,
            "price": plain(each.price),
            "amount": text(minor),
            "tax_rate_percent": plain(each.rate),
        }
        for each, minor in zip(invoice.lines, totals.lines_minor, strict=True)
    ]
    taxes = [
        {"tax_rate_percent": each.rate, "amount": text(each.taxable_minor), "tax": text(each.tax_minor)}
        for each in totals.subtotals
    ]
    return {
        "status": NOT_ISSUED,
        "kind": invoice.kind,
        "number": invoice.number,
        "takes_back": invoice.of_number or None,
        "date": invoice.issue_date,
        "currency": invoice.currency,
        "seller": _party(invoice.seller),
        "buyer": _party(invoice.buyer),
        "lines": lines,
        "taxes": taxes,
        "amount": text(totals.net_minor),
        "tax": text(totals.tax_minor),
        "total": text(totals.gross_minor),
        "note": invoice.note,
    }


def _party(who: Party) -> dict[str, str]:
    """Its taxpayer number is the unified social credit code, under which it is registered too."""
    address = who.address
    where = " ".join(part for part in (address.post_code, address.city, address.street) if part)
    return {
        "name": who.name,
        "taxpayer_id": who.tax_id or who.legal_id,
        "country": address.country,
        "address": where,
    }
