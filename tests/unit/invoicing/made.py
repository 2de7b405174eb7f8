"""Invoices made for the tests, of companies that do not exist."""

from typing import Any

import msgspec

from exchange.invoicing.values import Address, Invoice, InvoiceLine, Party

LEI = "0199"


def party(name: str, country: str, **given: Any) -> Party:
    address = Address(country=country, street="1 Harbour Road", city="Port", post_code="018956")
    made = Party(name=name, endpoint_id="5493001KJTIIGC8Y1R12", endpoint_scheme=LEI, address=address)
    return msgspec.structs.replace(made, **given)


CHINESE = party("临港数据有限公司", "CN", legal_id="91310000MA1K00000X")
DUTCH = party("Noord Data B.V.", "NL")
GERMAN = party("Hafen Daten GmbH", "DE", tax_id="DE123456789", legal_id="HRB 4711")
SINGAPORE = party(
    "Straits Data Pte. Ltd.", "SG", endpoint_id="200412345A", endpoint_scheme="0195", tax_id="M90312345A"
)
OTHER_SINGAPORE = party("Merlion Ports Pte. Ltd.", "SG", endpoint_id="201512345B", endpoint_scheme="0195")
JAPANESE = party("湾岸データ株式会社", "JP", legal_id="7000012050002")


def line(line_id: str = "1", price: str = "12000", category: str = "S", **given: Any) -> InvoiceLine:
    made = InvoiceLine(
        line_id=line_id, name="Port calls, a month", quantity="1", unit="MON", price=price, category=category
    )
    return msgspec.structs.replace(made, **given)


def outside(line_id: str = "1", price: str = "12000", **given: Any) -> InvoiceLine:
    """A line outside the scope of VAT."""
    return line(line_id, price, "O", exemption="Not subject to VAT", exemption_code="VATEX-EU-O", **given)


def invoice(*lines: InvoiceLine, **given: Any) -> Invoice:
    made = Invoice(
        kind="invoice",
        number="2026-SE-CN-02-000001",
        issue_date="2026-11-30",
        due_date="2026-12-30",
        currency="EUR",
        seller=GERMAN,
        buyer=DUTCH,
        lines=lines or (line(rate="19"),),
        buyer_reference="T-0.10.0",
    )
    return msgspec.structs.replace(made, **given)


def credit_note(*lines: InvoiceLine, **given: Any) -> Invoice:
    of = {"of_number": "2026-SE-CN-02-000001", "of_date": "2026-11-30", "number": "2026-SE-CN-02-000002"}
    return invoice(*lines, kind="credit_note", **(of | given))


def paid(*lines: InvoiceLine, prepaid: str, **given: Any) -> Invoice:
    """All of it was paid before, at a price that includes the tax."""
    return invoice(*lines, prepaid=prepaid, **given)


def singapore(**given: Any) -> Invoice:
    sale = {"seller": SINGAPORE, "buyer": OTHER_SINGAPORE, "currency": "SGD"}
    return invoice(line(category="SR", rate="9"), **(sale | given))
